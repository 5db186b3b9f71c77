/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is typed is judged by the switchboard's own parser, so that what the buttons allow is what a call accepts. While letters are typed the keys make room
 * for matching contacts; they come from the contact store's search, which only the page that is on screen uses (both set it when they are mapped). */
#include "config.h"
#include "phone-dialer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "phone-format.h"
#include "phone-keypad.h"
#include "phone-toast.h"

#define SUGGESTIONS_MAX 4

struct _PhoneDialer
{
  AdwBin parent_instance;

  PhoneSwitchboard  *switchboard;
  PhoneContactStore *contacts;
  GtkSliceListModel *suggestions;

  GtkEditable       *entry;
  GtkWidget         *keypad;
  GtkWidget         *suggestion_list;
  GtkStack          *stack;
  GtkLabel          *hint;
  GtkDropDown       *account;
  GtkWidget         *account_box;
  GtkWidget         *video_button;
};

G_DEFINE_FINAL_TYPE (PhoneDialer, phone_dialer, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_SWITCHBOARD,
  PROP_CONTACTS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static char *
phone_dialer_format_account (PhoneUa *ua)
{
  return phone_format_address (NULL, phone_account_get_uri (phone_ua_get_account (ua)));
}

/* Digits of a number look for nobody: the keys stay. */
static gboolean
phone_dialer_wants_suggestions (const char *text)
{
  return text[strspn (text, "0123456789+*#-(). ")] != '\0';
}

static void
phone_dialer_show_suggestions (PhoneDialer *self)
{
  const char *text = gtk_editable_get_text (self->entry);
  gboolean wanted = phone_dialer_wants_suggestions (text);

  if (self->contacts == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  phone_contact_store_set_search (self->contacts, wanted ? text : "");
  gtk_stack_set_visible_child_name (self->stack, wanted && g_list_model_get_n_items (G_LIST_MODEL (self->suggestions)) > 0 ? "suggestions" : "keypad");
}

static void
phone_dialer_text_changed_cb (PhoneDialer *self)
{
  const char *text = gtk_editable_get_text (self->entry);
  g_autofree char *uri = NULL;
  g_autofree char *hint = NULL;
  g_autoptr (GError) error = NULL;

  if (*text != '\0' && self->switchboard != NULL)
    uri = phone_switchboard_parse_target (self->switchboard, text, &error);

  if (error != NULL)
    hint = phone_format_call_error (error);

  gtk_label_set_text (self->hint, hint != NULL ? hint : "");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialer.call", uri != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialer.erase", *text != '\0');
  phone_dialer_show_suggestions (self);
}

static void
phone_dialer_entry_activate_cb (PhoneDialer *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "dialer.call", "b", TRUE);
}

static void
phone_dialer_key_cb (PhoneDialer *self,
                     const char  *key)
{
  int position;

  gtk_editable_delete_selection (self->entry);
  position = gtk_editable_get_position (self->entry);
  gtk_editable_insert_text (self->entry, key, -1, &position);
  gtk_editable_set_position (self->entry, position);

  if (self->switchboard != NULL)
    phone_switchboard_play_key (self->switchboard, *key);
}

static void
phone_dialer_suggestion_activated_cb (PhoneDialer   *self,
                                      GtkListBoxRow *row)
{
  g_autoptr (PhoneContact) contact = g_list_model_get_item (G_LIST_MODEL (self->suggestions), (guint) gtk_list_box_row_get_index (row));

  if (contact != NULL)
    phone_dialer_set_text (self, phone_contact_get_uri (contact));
}

static GtkWidget *
phone_dialer_create_suggestion (gpointer item,
                                gpointer data)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *address = phone_format_address (NULL, phone_contact_get_uri (item));
  GtkWidget *avatar = adw_avatar_new (32, phone_contact_get_name (item), TRUE);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), phone_contact_get_name (item));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), address);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), avatar);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);

  return row;
}

static void
phone_dialer_call_action (GtkWidget  *widget,
                          const char *action_name,
                          GVariant   *parameter)
{
  PhoneDialer *self = PHONE_DIALER (widget);
  PhoneUaCallOptions options = { .video = g_variant_get_boolean (parameter) };
  PhoneUa *ua = gtk_drop_down_get_selected_item (self->account);
  g_autofree char *text = g_strdup (gtk_editable_get_text (self->entry));
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  /* With one account the switchboard knows better: it may choose none at all and say so. */
  const char *account = ua != NULL && gtk_widget_get_visible (self->account_box) ? phone_account_get_uri (phone_ua_get_account (ua)) : NULL;

  if (phone_switchboard_place_call (self->switchboard, text, account, &options, &error) != NULL)
    {
      gtk_editable_set_text (self->entry, "");
      return;
    }

  sentence = phone_format_call_error (error);
  phone_toast_say (widget, sentence);
}

static void
phone_dialer_erase_action (GtkWidget  *widget,
                           const char *action_name,
                           GVariant   *parameter)
{
  PhoneDialer *self = PHONE_DIALER (widget);
  int start, end;

  if (!gtk_editable_get_selection_bounds (self->entry, &start, &end))
    {
      end = gtk_editable_get_position (self->entry);

      if (end == 0)
        end = (int) g_utf8_strlen (gtk_editable_get_text (self->entry), -1);

      start = end - 1;
    }

  gtk_editable_delete_text (self->entry, start, end);
}

static void
phone_dialer_uas_changed_cb (PhoneDialer *self)
{
  GListModel *uas = self->switchboard != NULL ? phone_switchboard_get_uas (self->switchboard) : NULL;

  gtk_widget_set_visible (self->account_box, uas != NULL && g_list_model_get_n_items (uas) > 1);
}

static void
phone_dialer_set_switchboard (PhoneDialer      *self,
                              PhoneSwitchboard *switchboard)
{
  if (!g_set_object (&self->switchboard, switchboard))
    return;

  if (switchboard != NULL)
    {
      GListModel *uas = phone_switchboard_get_uas (switchboard);

      gtk_drop_down_set_model (self->account, uas);
      g_signal_connect_object (uas, "items-changed", G_CALLBACK (phone_dialer_uas_changed_cb), self, G_CONNECT_SWAPPED);
    }

  phone_dialer_uas_changed_cb (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SWITCHBOARD]);
}

static void
phone_dialer_set_contacts (PhoneDialer       *self,
                           PhoneContactStore *contacts)
{
  if (!g_set_object (&self->contacts, contacts))
    return;

  gtk_slice_list_model_set_model (self->suggestions, contacts != NULL ? G_LIST_MODEL (contacts) : NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTACTS]);
}

static void
phone_dialer_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (phone_dialer_parent_class)->map (widget);

  phone_dialer_text_changed_cb (PHONE_DIALER (widget));
}

static gboolean
phone_dialer_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (PHONE_DIALER (widget)->entry));
}

static void
phone_dialer_dispose (GObject *object)
{
  PhoneDialer *self = PHONE_DIALER (object);
  GtkWidget *child = adw_bin_get_child (ADW_BIN (self));

  if (child != NULL)
    {
      gtk_list_box_bind_model (GTK_LIST_BOX (self->suggestion_list), NULL, NULL, NULL, NULL);
      gtk_drop_down_set_model (self->account, NULL);
      adw_bin_set_child (ADW_BIN (self), NULL);
    }

  g_clear_object (&self->suggestions);
  g_clear_object (&self->contacts);
  g_clear_object (&self->switchboard);

  G_OBJECT_CLASS (phone_dialer_parent_class)->dispose (object);
}

static void
phone_dialer_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  PhoneDialer *self = PHONE_DIALER (object);

  switch (prop_id)
    {
    case PROP_SWITCHBOARD:
      g_value_set_object (value, self->switchboard);
      break;

    case PROP_CONTACTS:
      g_value_set_object (value, self->contacts);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_dialer_set_property (GObject      *object,
                           guint         prop_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  PhoneDialer *self = PHONE_DIALER (object);

  switch (prop_id)
    {
    case PROP_SWITCHBOARD:
      phone_dialer_set_switchboard (self, g_value_get_object (value));
      break;

    case PROP_CONTACTS:
      phone_dialer_set_contacts (self, g_value_get_object (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_dialer_class_init (PhoneDialerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = phone_dialer_dispose;
  object_class->get_property = phone_dialer_get_property;
  object_class->set_property = phone_dialer_set_property;
  widget_class->map = phone_dialer_map;
  widget_class->grab_focus = phone_dialer_grab_focus;

  properties[PROP_SWITCHBOARD] =
    g_param_spec_object ("switchboard", NULL, NULL, PHONE_TYPE_SWITCHBOARD, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_CONTACTS] =
    g_param_spec_object ("contacts", NULL, NULL, PHONE_TYPE_CONTACT_STORE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (PHONE_TYPE_KEYPAD);
  g_type_ensure (PHONE_TYPE_UA);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/Phone/ui/phone-dialer.ui");
  gtk_widget_class_bind_template_child (widget_class, PhoneDialer, entry);
  gtk_widget_class_bind_template_child (widget_class, PhoneDialer, keypad);
  gtk_widget_class_bind_template_child (widget_class, PhoneDialer, suggestion_list);
  gtk_widget_class_bind_template_child (widget_class, PhoneDialer, stack);
  gtk_widget_class_bind_template_child (widget_class, PhoneDialer, hint);
  gtk_widget_class_bind_template_child (widget_class, PhoneDialer, account);
  gtk_widget_class_bind_template_child (widget_class, PhoneDialer, account_box);
  gtk_widget_class_bind_template_child (widget_class, PhoneDialer, video_button);
  gtk_widget_class_bind_template_callback (widget_class, phone_dialer_text_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, phone_dialer_entry_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, phone_dialer_key_cb);
  gtk_widget_class_bind_template_callback (widget_class, phone_dialer_suggestion_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, phone_dialer_format_account);
  gtk_widget_class_install_action (widget_class, "dialer.call", "b", phone_dialer_call_action);
  gtk_widget_class_install_action (widget_class, "dialer.erase", NULL, phone_dialer_erase_action);
}

static void
phone_dialer_init (PhoneDialer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->suggestions = gtk_slice_list_model_new (NULL, 0, SUGGESTIONS_MAX);
  g_signal_connect_object (self->suggestions, "items-changed", G_CALLBACK (phone_dialer_show_suggestions), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->suggestion_list), G_LIST_MODEL (self->suggestions), phone_dialer_create_suggestion, NULL, NULL);
  phone_dialer_text_changed_cb (self);
}

const char *
phone_dialer_get_text (PhoneDialer *self)
{
  g_return_val_if_fail (PHONE_IS_DIALER (self), NULL);

  return gtk_editable_get_text (self->entry);
}

void
phone_dialer_set_text (PhoneDialer *self,
                       const char  *target)
{
  g_return_if_fail (PHONE_IS_DIALER (self));
  g_return_if_fail (target != NULL);

  gtk_editable_set_text (self->entry, target);
  gtk_editable_set_position (self->entry, -1);
  gtk_widget_grab_focus (self->video_button);
}
