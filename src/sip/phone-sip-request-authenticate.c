/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answers to 401 and 407 (RFC 3261 §22, RFC 8760). Realms of a registrar (401) and of proxies (407) add up, so that a request may
 * pass several doors. Each realm is answered once; a second time only if it says that nothing but its nonce was stale. */
#include "config.h"
#include "phone-sip-request.h"

#include "phone-sip-request-private.h"

#define MAX_ANSWERS 6u          /* to challenges in one request */
#define MAX_STALE   2u          /* of one realm */

/* A realm that asked, and its last challenge. */
typedef struct
{
  PhoneSipChallenge *challenge;
  guint              nc;
  guint              n_stale;
} Door;

static void
phone_sip_request_door_clear (gpointer data)
{
  Door *door = data;

  phone_sip_challenge_free (door->challenge);
}

static Door *
phone_sip_request_find_door (PhoneSipRequest         *self,
                             const PhoneSipChallenge *challenge)
{
  for (guint i = 0; i < self->doors->len; i++)
    {
      Door *door = &g_array_index (self->doors, Door, i);

      if (door->challenge->proxy == challenge->proxy && g_strcmp0 (door->challenge->realm, challenge->realm) == 0)
        return door;
    }

  return NULL;
}

/* FALSE if this realm has seen our proof and did not like it. Takes the challenge. */
static gboolean
phone_sip_request_note_challenge (PhoneSipRequest   *self,
                                  PhoneSipChallenge *challenge)
{
  Door *door = phone_sip_request_find_door (self, challenge);

  if (door == NULL)
    {
      Door new_door = { challenge, 0, 0 };

      g_array_append_val (self->doors, new_door);
      return TRUE;
    }

  if (!challenge->stale || door->n_stale >= MAX_STALE || g_strcmp0 (door->challenge->nonce, challenge->nonce) == 0)
    {
      phone_sip_challenge_free (challenge);
      return FALSE;
    }

  phone_sip_challenge_free (door->challenge);
  door->challenge = challenge;
  door->nc = 0;
  door->n_stale++;

  return TRUE;
}

gboolean
phone_sip_request_can_answer (PhoneSipRequest *self,
                              PhoneSipMessage *response)
{
  guint status = phone_sip_message_get_status (response);
  g_autoptr(GPtrArray) challenges = NULL;
  gboolean good = TRUE;

  if ((status != 401 && status != 407) || self->cancelled || self->finished
      || self->credentials == NULL || self->n_answers >= MAX_ANSWERS)
    return FALSE;

  challenges = phone_sip_digest_choose (response, self->credentials);

  if (challenges == NULL || challenges->len == 0)
    return FALSE;

  if (self->doors == NULL)
    {
      self->doors = g_array_new (FALSE, FALSE, sizeof (Door));
      g_array_set_clear_func (self->doors, phone_sip_request_door_clear);
    }

  g_ptr_array_set_free_func (challenges, NULL);

  for (guint i = 0; i < challenges->len; i++)
    good &= phone_sip_request_note_challenge (self, challenges->pdata[i]);

  self->n_answers++;

  return good;
}

/* One line for each realm that asked; the token that is sent unasked unless a digest takes its place. */
void
phone_sip_request_print_proof (PhoneSipRequest        *self,
                               PhoneSipMessageBuilder *builder)
{
  gboolean authorized = FALSE;

  for (guint i = 0; self->doors != NULL && i < self->doors->len; i++)
    {
      Door *door = &g_array_index (self->doors, Door, i);
      g_autoptr(GError) error = NULL;
      g_autofree char *value = phone_sip_digest_authorize (door->challenge, self->credentials, self->method, self->uri,
                                                           self->body, self->body_length, NULL, ++door->nc, &error);

      if (value == NULL)
        {
          g_debug ("cannot answer a challenge: %s", error->message);
          continue;
        }

      phone_sip_message_builder_add (builder, door->challenge->proxy ? PHONE_SIP_HEADER_PROXY_AUTHORIZATION
                                                                     : PHONE_SIP_HEADER_AUTHORIZATION, value);
      authorized |= !door->challenge->proxy;
    }

  if (!authorized && self->credentials != NULL && self->credentials->jwt != NULL)
    phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_AUTHORIZATION, self->credentials->jwt);
}
