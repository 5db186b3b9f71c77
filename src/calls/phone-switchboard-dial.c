/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what a person types to a call: which account makes it. */
#include "config.h"
#include "phone-switchboard-internal.h"

#include "phone-dial-target.h"
#include "phone-ua-private.h"

/* How well an account serves a call: its own domain counts most, then whether it can call now, then that it is no demo. */
static int
phone_switchboard_rate (PhoneUa           *ua,
                        const PhoneSipUri *target)
{
  PhoneAccount *account = phone_ua_get_account (ua);
  g_autoptr (PhoneSipUri) own = phone_sip_uri_parse (phone_account_get_uri (account), -1, NULL);
  int rate = 1;

  if (own && target && g_ascii_strcasecmp (phone_sip_uri_get_host (own), phone_sip_uri_get_host (target)) == 0)
    rate += 16;
  if (phone_ua_is_connected (ua))
    rate += 8;
  if (phone_ua_is_registered (ua))
    rate += 2;
  if (!phone_account_get_demo (account))
    rate += 4;

  return rate;
}

static PhoneUa *
phone_switchboard_choose_ua (PhoneSwitchboard  *self,
                             const PhoneSipUri *target)
{
  PhoneUa *best = NULL;
  int best_rate = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->uas)); i++)
    {
      g_autoptr (PhoneUa) ua = g_list_model_get_item (G_LIST_MODEL (self->uas), i);
      int rate = phone_switchboard_rate (ua, target);

      if (!phone_ua_is_started (ua) || rate <= best_rate)
        continue;

      best = ua;
      best_rate = rate;
    }

  return best;
}

/**
 * phone_switchboard_place_call:
 * @target: what a person types or a link says
 * @account: (nullable): URI of the account to use
 * @options: (nullable): as for phone_ua_call()
 *
 * Begins a call, through the account that serves the target best unless one is named. A call that is up is put on hold.
 *
 * Returns: (transfer none): the call; %NULL with #PHONE_UA_ERROR_INVALID_TARGET, #PHONE_UA_ERROR_NO_ACCOUNT or #PHONE_UA_ERROR_NOT_CONNECTED
 */
PhoneCall *
phone_switchboard_place_call (PhoneSwitchboard          *self,
                              const char                *target,
                              const char                *account,
                              const PhoneUaCallOptions  *options,
                              GError                   **error)
{
  g_autoptr (PhoneSipUri) uri = NULL;
  PhoneUa *ua;

  g_return_val_if_fail (PHONE_IS_SWITCHBOARD (self), NULL);
  g_return_val_if_fail (target != NULL, NULL);

  uri = phone_dial_target_parse (target, NULL, error);
  if (uri == NULL)
    return NULL;

  ua = account && *account ? phone_switchboard_find_ua (self, account) : phone_switchboard_choose_ua (self, uri);
  if (ua == NULL)
    {
      g_set_error_literal (error, PHONE_UA_ERROR, PHONE_UA_ERROR_NO_ACCOUNT, "There is no account to call with");
      return NULL;
    }

  return phone_ua_call (ua, target, options, error);
}

/**
 * phone_switchboard_parse_target:
 * @text: what is typed
 *
 * Returns: (transfer full): the URI that would be called; %NULL and #PHONE_UA_ERROR_INVALID_TARGET
 */
char *
phone_switchboard_parse_target (PhoneSwitchboard  *self,
                                const char        *text,
                                GError           **error)
{
  g_autoptr (PhoneSipUri) uri = NULL;
  g_autoptr (PhoneSipUri) with_domain = NULL;
  PhoneUa *ua;

  g_return_val_if_fail (PHONE_IS_SWITCHBOARD (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  uri = phone_dial_target_parse (text, NULL, error);
  if (uri == NULL)
    return NULL;

  ua = phone_switchboard_choose_ua (self, uri);
  with_domain = ua ? phone_ua_parse_target (ua, text, error) : phone_dial_target_parse (text, NULL, error);

  return with_domain ? phone_sip_uri_to_string (with_domain) : NULL;
}
