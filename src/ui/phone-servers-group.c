/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One row a server, three for TURN, in the order in which they are kept. A weight has no row, but stays with its server.
 *
 * The key ring holds a TURN credential under the server's address, so a row remembers the address with which it came: who corrects an address need not type
 * the password again. */
#include "config.h"
#include "phone-servers-group.h"

#include <glib/gi18n.h>

#include "phone-account-form.h"

typedef enum
{
  SERVER_SOCKET,
  SERVER_STUN,
  SERVER_TURN,
} ServerKind;

static const struct
{
  const char *name;
  const char *title;
} kinds[] = {
  [SERVER_SOCKET] = { "socket", N_("Another server") },
  [SERVER_STUN] = { "stun", N_("STUN server") },
  [SERVER_TURN] = { "turn", N_("TURN server") },
};

typedef struct
{
  ServerKind   kind;
  int          weight;
  char        *loaded_url;      /* NULL: added in this form */
  GtkEditable *address;         /* rows of the group */
  GtkEditable *username;        /* TURN only */
  GtkEditable *credential;
} Server;

struct _PhoneServersGroup
{
  AdwPreferencesGroup parent_instance;

  GPtrArray *servers;
  GtkWidget *add_button;
};

G_DEFINE_FINAL_TYPE (PhoneServersGroup, phone_servers_group, ADW_TYPE_PREFERENCES_GROUP)

enum
{
  SIGNAL_CHANGED,
  SIGNAL_ENTRY_ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
server_free (Server *server)
{
  g_free (server->loaded_url);
  g_free (server);
}

/* "" for an empty row; NULL with a sentence if it is not valid. */
static char *
server_parse (const Server  *server,
              char         **out_hint)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (server->address)));

  if (*text == '\0')
    return g_steal_pointer (&text);

  if (server->kind == SERVER_SOCKET)
    return phone_account_form_parse_server (text, out_hint);

  return phone_account_form_parse_relay (text, kinds[server->kind].name, out_hint);
}

/* The address of a row that is neither empty nor wrong. */
static char *
server_get_url (const Server *server)
{
  g_autofree char *hint = NULL;
  g_autofree char *url = server_parse (server, &hint);

  return url != NULL && *url != '\0' ? g_steal_pointer (&url) : NULL;
}

static void
phone_servers_group_changed_cb (PhoneServersGroup *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
phone_servers_group_entry_activated_cb (PhoneServersGroup *self)
{
  g_signal_emit (self, signals[SIGNAL_ENTRY_ACTIVATED], 0);
}

static void
phone_servers_group_remove_cb (PhoneServersGroup *self,
                               GtkWidget         *button)
{
  GtkEditable *row = GTK_EDITABLE (gtk_widget_get_ancestor (button, ADW_TYPE_ENTRY_ROW));

  gtk_widget_grab_focus (self->add_button);

  for (guint i = 0; i < self->servers->len; i++)
    {
      Server *server = g_ptr_array_index (self->servers, i);

      if (server->address != row)
        continue;

      adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (server->address));

      if (server->kind == SERVER_TURN)
        {
          adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (server->username));
          adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (server->credential));
        }

      g_ptr_array_remove_index (self->servers, i);
      break;
    }

  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static GtkEditable *
phone_servers_group_add_row (PhoneServersGroup *self,
                             GType              type,
                             const char        *title)
{
  GtkWidget *row = g_object_new (type, "title", title, NULL);

  if (type == ADW_TYPE_ENTRY_ROW)
    g_object_set (row, "input-hints", GTK_INPUT_HINT_NO_SPELLCHECK | GTK_INPUT_HINT_LOWERCASE, NULL);

  g_signal_connect_object (row, "changed", G_CALLBACK (phone_servers_group_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "entry-activated", G_CALLBACK (phone_servers_group_entry_activated_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);

  return GTK_EDITABLE (row);
}

static void
phone_servers_group_add_remove_button (PhoneServersGroup *self,
                                       GtkEditable       *row)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("phone-delete-symbolic");

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Remove this server"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Remove this server"), -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (phone_servers_group_remove_cb), self, G_CONNECT_SWAPPED);
  adw_entry_row_add_suffix (ADW_ENTRY_ROW (row), button);
}

static Server *
phone_servers_group_add_server (PhoneServersGroup *self,
                                ServerKind         kind)
{
  Server *server = g_new0 (Server, 1);

  server->kind = kind;
  server->address = phone_servers_group_add_row (self, ADW_TYPE_ENTRY_ROW, _(kinds[kind].title));
  phone_servers_group_add_remove_button (self, server->address);

  if (kind == SERVER_TURN)
    {
      server->username = phone_servers_group_add_row (self, ADW_TYPE_ENTRY_ROW, _("TURN name"));
      server->credential = phone_servers_group_add_row (self, ADW_TYPE_PASSWORD_ENTRY_ROW, _("TURN password"));
    }

  g_ptr_array_add (self->servers, server);

  return server;
}

static void
phone_servers_group_add_action (GtkWidget  *widget,
                                const char *action_name,
                                GVariant   *parameter)
{
  PhoneServersGroup *self = PHONE_SERVERS_GROUP (widget);

  for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    if (g_str_equal (g_variant_get_string (parameter, NULL), kinds[kind].name))
      gtk_widget_grab_focus (GTK_WIDGET (phone_servers_group_add_server (self, kind)->address));
}

static void
phone_servers_group_finalize (GObject *object)
{
  PhoneServersGroup *self = PHONE_SERVERS_GROUP (object);

  g_ptr_array_unref (self->servers);

  G_OBJECT_CLASS (phone_servers_group_parent_class)->finalize (object);
}

static void
phone_servers_group_class_init (PhoneServersGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = phone_servers_group_finalize;

  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_ENTRY_ACTIVATED] =
    g_signal_new ("entry-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_install_action (widget_class, "servers.add", "s", phone_servers_group_add_action);
}

static void
phone_servers_group_init (PhoneServersGroup *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  self->servers = g_ptr_array_new_with_free_func ((GDestroyNotify) server_free);

  for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    {
      g_autofree char *action = g_strconcat ("servers.add::", kinds[kind].name, NULL);

      g_menu_append (menu, _(kinds[kind].title), action);
    }

  self->add_button = g_object_new (GTK_TYPE_MENU_BUTTON,
                                   "icon-name", "phone-add-symbolic",
                                   "menu-model", menu,
                                   "valign", GTK_ALIGN_CENTER,
                                   "tooltip-text", _("Add a server"),
                                   NULL);
  gtk_widget_add_css_class (self->add_button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->add_button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Add a server"), -1);
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self), self->add_button);
}

void
phone_servers_group_load (PhoneServersGroup *self,
                          PhoneAccount      *account)
{
  for (guint i = 1; i < phone_account_get_n_sockets (account); i++)
    {
      Server *server = phone_servers_group_add_server (self, SERVER_SOCKET);

      gtk_editable_set_text (server->address, phone_account_get_nth_socket (account, i, &server->weight));
    }

  for (guint i = 0; i < phone_account_get_n_ice_servers (account); i++)
    {
      const char *username = NULL;
      const char *url = phone_account_get_nth_ice_server (account, i, &username);
      Server *server = phone_servers_group_add_server (self, g_str_has_prefix (url, "turn") ? SERVER_TURN : SERVER_STUN);

      server->loaded_url = g_strdup (url);
      gtk_editable_set_text (server->address, url);

      if (server->kind == SERVER_TURN && username != NULL)
        gtk_editable_set_text (server->username, username);
    }
}

void
phone_servers_group_show_stored (PhoneServersGroup   *self,
                                 PhoneAccountSecrets *secrets)
{
  for (guint i = 0; i < self->servers->len; i++)
    {
      Server *server = g_ptr_array_index (self->servers, i);

      if (server->credential != NULL && server->loaded_url != NULL && g_hash_table_contains (secrets->credentials, server->loaded_url))
        adw_preferences_row_set_title (ADW_PREFERENCES_ROW (server->credential), _("TURN password (leave empty to keep it)"));
    }
}

gboolean
phone_servers_group_check (PhoneServersGroup  *self,
                           char              **out_hint)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < self->servers->len; i++)
    {
      Server *server = g_ptr_array_index (self->servers, i);
      g_autofree char *hint = NULL;
      g_autofree char *url = server_parse (server, &hint);

      if (url != NULL && *url != '\0' && !g_hash_table_add (seen, g_steal_pointer (&url)))
        hint = g_strdup (_("This server is in the list twice."));

      if (hint != NULL)
        gtk_widget_add_css_class (GTK_WIDGET (server->address), "error");
      else
        gtk_widget_remove_css_class (GTK_WIDGET (server->address), "error");

      if (*out_hint == NULL)
        *out_hint = g_steal_pointer (&hint);
    }

  return *out_hint == NULL;
}

gboolean
phone_servers_group_is_encrypted (PhoneServersGroup *self)
{
  for (guint i = 0; i < self->servers->len; i++)
    {
      g_autofree char *url = server_get_url (g_ptr_array_index (self->servers, i));

      if (url != NULL && g_str_has_prefix (url, "ws://"))
        return FALSE;
    }

  return TRUE;
}

void
phone_servers_group_save (PhoneServersGroup *self,
                          PhoneAccount      *account)
{
  phone_account_clear_ice_servers (account);

  for (guint i = 0; i < self->servers->len; i++)
    {
      Server *server = g_ptr_array_index (self->servers, i);
      g_autofree char *url = server_get_url (server);

      if (url == NULL)
        continue;

      if (server->kind == SERVER_SOCKET)
        phone_account_add_socket (account, url, server->weight);
      else
        phone_account_add_ice_server (account, url, server->kind == SERVER_TURN ? gtk_editable_get_text (server->username) : NULL);
    }
}

gboolean
phone_servers_group_has_credentials (PhoneServersGroup *self)
{
  for (guint i = 0; i < self->servers->len; i++)
    {
      Server *server = g_ptr_array_index (self->servers, i);

      if (server->kind == SERVER_TURN && *gtk_editable_get_text (server->credential) != '\0')
        return TRUE;
    }

  return FALSE;
}

void
phone_servers_group_save_credentials (PhoneServersGroup   *self,
                                      PhoneAccountSecrets *secrets)
{
  g_autoptr (PhoneAccountSecrets) before = phone_account_secrets_copy (secrets);

  g_hash_table_remove_all (secrets->credentials);

  for (guint i = 0; i < self->servers->len; i++)
    {
      Server *server = g_ptr_array_index (self->servers, i);
      g_autofree char *url = server_get_url (server);
      const char *credential;

      if (url == NULL || server->kind != SERVER_TURN)
        continue;

      credential = gtk_editable_get_text (server->credential);

      if (*credential == '\0')
        credential = server->loaded_url != NULL ? g_hash_table_lookup (before->credentials, server->loaded_url) : NULL;

      if (credential != NULL)
        g_hash_table_replace (secrets->credentials, g_steal_pointer (&url), g_strdup (credential));
    }
}
