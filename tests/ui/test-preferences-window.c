/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-preferences-window.h"

#include "phone-device-row.h"
#include "phone-fake-calls.h"
#include "phone-test-parts.h"

/* Any object with "id" and "name" is a device. */
struct _PhoneFakeDevice
{
  GObject parent_instance;

  char   *id;
  char   *name;
};

#define PHONE_TYPE_FAKE_DEVICE (phone_fake_device_get_type ())
G_DECLARE_FINAL_TYPE (PhoneFakeDevice, phone_fake_device, PHONE, FAKE_DEVICE, GObject)
G_DEFINE_FINAL_TYPE (PhoneFakeDevice, phone_fake_device, G_TYPE_OBJECT)

static void
phone_fake_device_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  g_value_set_string (value, prop_id == 1 ? PHONE_FAKE_DEVICE (object)->id : PHONE_FAKE_DEVICE (object)->name);
}

static void
phone_fake_device_finalize (GObject *object)
{
  g_free (PHONE_FAKE_DEVICE (object)->id);
  g_free (PHONE_FAKE_DEVICE (object)->name);

  G_OBJECT_CLASS (phone_fake_device_parent_class)->finalize (object);
}

static void
phone_fake_device_class_init (PhoneFakeDeviceClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = phone_fake_device_get_property;
  G_OBJECT_CLASS (klass)->finalize = phone_fake_device_finalize;
  g_object_class_install_property (G_OBJECT_CLASS (klass), 1, g_param_spec_string ("id", NULL, NULL, NULL, G_PARAM_READABLE));
  g_object_class_install_property (G_OBJECT_CLASS (klass), 2, g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READABLE));
}

static void
phone_fake_device_init (PhoneFakeDevice *self)
{
}

static void
plug_in (GListStore *devices,
         const char *id)
{
  g_autoptr (PhoneFakeDevice) device = g_object_new (PHONE_TYPE_FAKE_DEVICE, NULL);

  device->id = g_strdup (id);
  device->name = g_strdup_printf ("Camera %s", id);
  g_list_store_append (devices, device);
}

static void
assert_device (GtkWidget  *row,
               guint       selected,
               const char *setting)
{
  g_autofree char *device = NULL;

  g_object_get (row, "device", &device, NULL);
  g_assert_cmpstr (device, ==, setting);
  g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (row)), ==, selected);
}

static void
test_device_that_is_away_stays_chosen (void)
{
  g_autoptr (GListStore) devices = g_list_store_new (PHONE_TYPE_FAKE_DEVICE);
  GtkWidget *row = g_object_ref_sink (g_object_new (PHONE_TYPE_DEVICE_ROW, "device", "two", "devices", devices, NULL));

  assert_device (row, 0, "two");
  plug_in (devices, "one");
  assert_device (row, 0, "two");
  plug_in (devices, "two");
  assert_device (row, 2, "two");
  g_list_store_remove (devices, 1);
  assert_device (row, 0, "two");

  adw_combo_row_set_selected (ADW_COMBO_ROW (row), 1);
  assert_device (row, 1, "one");
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), 0);
  assert_device (row, 0, "");

  g_assert_finalize_object (row);
}

static void
test_lists_accounts (void)
{
  PhoneTestParts parts;
  GtkWidget *window;
  PhoneUa *ua;

  phone_test_parts_init (&parts);
  window = GTK_WIDGET (phone_preferences_window_new (&parts.parts, NULL));
  phone_test_show (window);
  g_assert_true (phone_test_sees (window, "There is no account yet."));

  ua = phone_test_parts_add_account (&parts, "sip:alice@example.com", PHONE_UA_STATE_REGISTERED);
  g_assert_false (phone_test_sees (window, "There is no account yet."));
  g_assert_true (phone_test_sees (window, "alice@example.com"));
  g_assert_true (phone_test_sees (window, "Ready"));

  g_object_set (ua, "problem", PHONE_UA_PROBLEM_PASSWORD, NULL);
  g_assert_true (phone_test_sees (window, "The server refused the name or the password."));
  g_assert_nonnull (phone_test_find (window, GTK_TYPE_BUTTON, "Edit account"));
  g_assert_nonnull (phone_test_find (window, GTK_TYPE_BUTTON, "Remove account"));

  phone_test_destroy (window);
  phone_test_parts_clear (&parts);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/ui/device-row/a-device-that-is-away-stays-chosen", test_device_that_is_away_stays_chosen);
  g_test_add_func ("/ui/preferences-window/lists-accounts-with-their-state", test_lists_accounts);

  return g_test_run ();
}
