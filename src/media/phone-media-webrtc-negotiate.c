/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Offers and answers. Each works on a copy of the wire state and puts it in place when it has succeeded, so a refusal or an error
 * leaves what was agreed. webrtcbin takes part only where it must: for the first exchange, a new line, a new codec, the peer's
 * ICE restart; hold, and a picture that goes and comes back, are written on the wire alone. After an offer that webrtcbin made
 * and the peer refused, webrtcbin gets an answer that nobody sent, since it knows no way back.
 *
 * Our first offer may have several answers (forks: RFC 3261 §13.2.2.4), and each is taken as if it were the only one, because the last
 * one counts; but webrtcbin takes one. If the last is not of the peer that webrtcbin was told of, the link is stranded: it is shut, and
 * the next offer or answer comes from a new one, as when ICE restarts.
 *
 *   offer:   [add lines, create, set local, gather]  print        answer to it:  [set remote]  commit
 *   answer:  read, [add lines, set remote, create, set local, gather]  print, commit */
#include "config.h"
#include "phone-media-webrtc-private.h"

typedef struct
{
  PhoneMediaWire     *wire;
  PhoneMediaLink     *link;
  PhoneMediaWireNews  news;
  gboolean            answer;
  gboolean            touched;          /* webrtcbin takes part */
} Operation;

static void
phone_media_webrtc_operation_free (gpointer data)
{
  Operation *operation = data;

  g_clear_pointer (&operation->wire, phone_media_wire_free);
  g_clear_object (&operation->link);
  phone_media_wire_news_clear (&operation->news);
  g_free (operation);
}

static PhoneMediaWebrtc *
phone_media_webrtc_of (GTask *task)
{
  return g_task_get_source_object (task);
}

/* The one way out of an operation. */
static void
phone_media_webrtc_end (GTask  *task,
                        char   *sdp,
                        GError *error)
{
  PhoneMediaWebrtc *self = phone_media_webrtc_of (task);
  Operation *operation = g_task_get_task_data (task);

  if (self->operation == task)
    self->operation = NULL;
  if (error != NULL && operation->link != NULL && operation->link != self->link)
    {
      if (operation->link == self->next_link)
        phone_media_webrtc_drop_link (self, &self->next_link);
      else
        phone_media_link_close (operation->link);
    }

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, sdp, g_free);
}

static gboolean
phone_media_webrtc_begin (PhoneMediaWebrtc *self,
                          GTask            *task,
                          PhoneMediaWire   *wire,
                          gboolean          answer)
{
  Operation *operation = g_new0 (Operation, 1);

  operation->wire = phone_media_wire_copy (wire);
  operation->answer = answer;
  g_task_set_task_data (task, operation, phone_media_webrtc_operation_free);
  if (self->closed)
    {
      g_task_return_new_error (task, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_CLOSED, "The media has ended");
      return FALSE;
    }
  if (self->operation != NULL)
    {
      g_task_return_new_error (task, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_FAILED, "Another description is being made");
      return FALSE;
    }

  self->operation = task;

  return TRUE;
}

/* The task goes on unless it was cancelled or the session closed meanwhile. */
static gboolean
phone_media_webrtc_stop (GTask  *task,
                         GError *error)
{
  PhoneMediaWebrtc *self = phone_media_webrtc_of (task);

  if (error == NULL && self->closed)
    error = g_error_new_literal (PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_CLOSED, "The media has ended");
  if (error == NULL)
    g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error);
  if (error == NULL)
    return FALSE;

  phone_media_webrtc_end (task, NULL, error);

  return TRUE;
}

static PhoneMediaDirection
phone_media_webrtc_get_wish (PhoneMediaWebrtc     *self,
                             const PhoneMediaWire *wire,
                             gboolean              video,
                             gboolean              answer)
{
  const PhoneMediaWireLine *line = phone_media_wire_find (wire, video);
  PhoneMediaDirection wish = video ? self->video : PHONE_MEDIA_DIRECTION_BOTH;

  if (self->hold)
    wish &= PHONE_MEDIA_DIRECTION_SEND;
  /* RFC 3264 §8.4: who is on hold and holds offers inactive. */
  if (self->hold && !answer && line != NULL && line->codec != NULL && !(line->remote & PHONE_MEDIA_DIRECTION_RECEIVE))
    wish = PHONE_MEDIA_DIRECTION_INACTIVE;

  return wish;
}

static char *
phone_media_webrtc_print (PhoneMediaWebrtc *self,
                          Operation        *operation)
{
  phone_media_wire_set_wishes (operation->wire,
                               phone_media_webrtc_get_wish (self, operation->wire, FALSE, operation->answer),
                               phone_media_webrtc_get_wish (self, operation->wire, TRUE, operation->answer), operation->answer);

  return phone_media_wire_print (operation->wire, operation->answer);
}

static gboolean
phone_media_webrtc_add_lines (Operation  *operation,
                              GError    **error)
{
  guint n_links = phone_media_wire_count_links (operation->wire);
  guint n_known = operation->wire->local != NULL ? operation->wire->local->lines->len : 0;

  for (guint link = 0; link < n_links; link++)
    {
      const PhoneMediaWireLine *line = phone_media_wire_find_link (operation->wire, link);
      const PhoneMediaSdpLine *remote;
      const PhoneMediaSdpLine *model;

      if (line == NULL || line->rejected)
        continue;

      remote = operation->wire->remote != NULL ? phone_media_sdp_get_line (operation->wire->remote, link) : NULL;
      model = operation->wire->model != NULL ? phone_media_sdp_get_line (operation->wire->model, link) : NULL;
      if (!phone_media_link_add_line (operation->link, link, g_str_equal (line->media, "video"),
                                      operation->answer || link < n_known ? NULL : line->mid, line->codec, line->payload,
                                      remote != NULL ? remote->transport_cc_id : model != NULL ? model->transport_cc_id : 0, error))
        return FALSE;
    }

  return TRUE;
}

/* webrtcbin follows a peer's offer to wherever it leads; an answer leads it only the first time, and where there was no live line. */
static void
phone_media_webrtc_meet (PhoneMediaWebrtc *self,
                         const Operation  *operation)
{
  g_autoptr (PhoneMediaSdp) old = operation->link != NULL ? g_steal_pointer (&self->told) : NULL;

  if (operation->link == NULL)
    return;

  self->told = phone_media_sdp_copy (operation->wire->remote);
  if (operation->answer || operation->link != self->link)
    return;

  for (guint i = 0; old != NULL && i < old->lines->len && i < self->told->lines->len; i++)
    {
      const PhoneMediaWireLine *line = phone_media_wire_find_link (self->wire, i);

      if (line != NULL && !line->rejected)
        {
          phone_media_sdp_line_free (self->told->lines->pdata[i]);
          self->told->lines->pdata[i] = phone_media_sdp_line_copy (phone_media_sdp_get_line (old, i));
        }
    }
}

/* Puts the operation's wire in place of what was agreed, and its link if that is another. */
static gboolean
phone_media_webrtc_commit (PhoneMediaWebrtc  *self,
                           Operation         *operation,
                           GError           **error)
{
  gboolean good;

  phone_media_webrtc_meet (self, operation);
  if (operation->answer || self->offered != NULL)
    {
      self->agreed_hold = self->hold;
      self->agreed_video = self->video;
    }
  if (!operation->answer && self->wire->remote == NULL)
    self->question = g_steal_pointer (&self->offered);
  g_clear_pointer (&self->offered, phone_media_wire_free);
  phone_media_wire_free (self->wire);
  self->wire = g_steal_pointer (&operation->wire);
  if (operation->link != NULL && operation->link != self->link)
    {
      PhoneMediaLink *old = g_steal_pointer (&self->link);

      self->link = g_object_ref (operation->link);
      phone_media_webrtc_drop_link (self, &old);
      if (self->next_link == operation->link)
        g_clear_object (&self->next_link);
    }

  self->stranded = !phone_media_wire_leads_to (self->wire, self->told);
  good = self->link == NULL || phone_media_webrtc_apply (self, error);
  phone_media_webrtc_follow_link (self);

  return good;
}

static void
phone_media_webrtc_gathered_cb (GObject      *source,
                                GAsyncResult *result,
                                gpointer      data)
{
  g_autoptr (GTask) task = data;
  PhoneMediaWebrtc *self = phone_media_webrtc_of (task);
  Operation *operation = g_task_get_task_data (task);
  GError *error = NULL;
  g_autofree char *sdp = NULL;

  phone_media_link_gather_finish (PHONE_MEDIA_LINK (source), result, &error);
  if (phone_media_webrtc_stop (task, error))
    return;

  sdp = phone_media_webrtc_print (self, operation);
  if (!operation->answer)
    {
      self->offered = g_steal_pointer (&operation->wire);
      self->offer_touched = TRUE;
    }
  else if (!phone_media_webrtc_commit (self, operation, &error))
    g_clear_pointer (&sdp, g_free);
  phone_media_webrtc_end (task, g_steal_pointer (&sdp), error);
}

static void
phone_media_webrtc_local_set_cb (GObject      *source,
                                 GAsyncResult *result,
                                 gpointer      data)
{
  g_autoptr (GTask) task = data;
  Operation *operation = g_task_get_task_data (task);
  GError *error = NULL;

  phone_media_link_set_finish (PHONE_MEDIA_LINK (source), result, &error);
  if (!phone_media_webrtc_stop (task, error))
    phone_media_link_gather_async (operation->link, g_task_get_cancellable (task), phone_media_webrtc_gathered_cb, g_object_ref (task));
}

static void
phone_media_webrtc_created_cb (GObject      *source,
                               GAsyncResult *result,
                               gpointer      data)
{
  g_autoptr (GTask) task = data;
  Operation *operation = g_task_get_task_data (task);
  GError *error = NULL;
  g_autofree char *made = phone_media_link_create_finish (PHONE_MEDIA_LINK (source), result, &error);
  g_autofree char *sdp = NULL;

  if (made != NULL)
    sdp = phone_media_wire_take_local (operation->wire, made, phone_media_link_get_fingerprint (operation->link), operation->answer, &error);
  if (!phone_media_webrtc_stop (task, error))
    phone_media_link_set_async (operation->link, TRUE, operation->answer, sdp, g_task_get_cancellable (task),
                                phone_media_webrtc_local_set_cb, g_object_ref (task));
}

static void
phone_media_webrtc_offer_set_cb (GObject      *source,
                                 GAsyncResult *result,
                                 gpointer      data)
{
  g_autoptr (GTask) task = data;
  Operation *operation = g_task_get_task_data (task);
  GError *error = NULL;

  phone_media_link_set_finish (PHONE_MEDIA_LINK (source), result, &error);
  if (!phone_media_webrtc_stop (task, error))
    phone_media_link_create_async (operation->link, TRUE, g_task_get_cancellable (task), phone_media_webrtc_created_cb, g_object_ref (task));
}

/* The link that this operation speaks to: the present one, the first one, or one that is to take over. */
static gboolean
phone_media_webrtc_choose_link (PhoneMediaWebrtc  *self,
                                Operation         *operation,
                                gboolean           replace,
                                gboolean           fresh_certificate,
                                GError           **error)
{
  if (self->link != NULL && !replace)
    {
      operation->link = g_object_ref (self->link);
      return TRUE;
    }

  operation->link = phone_media_webrtc_create_link (self, fresh_certificate, error);
  if (operation->link == NULL)
    return FALSE;
  if (self->link == NULL)
    self->link = g_object_ref (operation->link);
  else
    {
      phone_media_webrtc_drop_link (self, &self->next_link);
      self->next_link = g_object_ref (operation->link);
    }

  return TRUE;
}

static gboolean
phone_media_webrtc_needs_link (const PhoneMediaWire *wire)
{
  for (guint i = 0; i < wire->lines->len; i++)
    {
      const PhoneMediaWireLine *line = g_ptr_array_index (wire->lines, i);

      if (!line->rejected && line->codec == NULL)
        return TRUE;
    }

  return FALSE;
}

static void
phone_media_webrtc_start_offer (PhoneMediaWebrtc *self,
                                GTask            *task)
{
  Operation *operation = g_task_get_task_data (task);
  gboolean replace = (self->restart || self->stranded) && self->link != NULL && self->wire->remote != NULL;
  GError *error = NULL;

  if (self->config->audio)
    phone_media_wire_add (operation->wire, FALSE);
  if (self->video != PHONE_MEDIA_DIRECTION_INACTIVE)
    phone_media_wire_add (operation->wire, TRUE);
  if (operation->wire->lines->len == 0)
    {
      phone_media_webrtc_end (task, NULL, g_error_new_literal (PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_FAILED,
                                                               "Neither sound nor picture is wanted"));
      return;
    }

  if (!replace && self->link != NULL && !phone_media_webrtc_needs_link (operation->wire))
    {
      char *sdp = phone_media_webrtc_print (self, operation);

      self->offered = g_steal_pointer (&operation->wire);
      self->offer_touched = FALSE;
      phone_media_webrtc_end (task, sdp, NULL);
      return;
    }

  if (replace)
    phone_media_wire_renew (operation->wire);
  self->restart = FALSE;
  operation->touched = TRUE;
  if (!phone_media_webrtc_choose_link (self, operation, replace, replace, &error)
      || !phone_media_webrtc_add_lines (operation, &error))
    {
      phone_media_webrtc_end (task, NULL, error);
      return;
    }

  if (!self->echo)
    phone_media_link_set_showing (operation->link, (self->video & PHONE_MEDIA_DIRECTION_SEND) != 0);
  phone_media_link_create_async (operation->link, FALSE, g_task_get_cancellable (task), phone_media_webrtc_created_cb, g_object_ref (task));
}

void
phone_media_webrtc_create_offer_async (PhoneMediaSession   *session,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             data)
{
  PhoneMediaWebrtc *self = PHONE_MEDIA_WEBRTC (session);
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, data);

  if (self->offered != NULL && self->operation == NULL)
    phone_media_webrtc_abandon_offer (session);
  if (!phone_media_webrtc_begin (self, task, self->wire, FALSE))
    return;

  g_clear_pointer (&self->question, phone_media_wire_free);
  phone_media_webrtc_start_offer (self, task);
}

char *
phone_media_webrtc_create_offer_finish (PhoneMediaSession  *session,
                                        GAsyncResult       *result,
                                        GError            **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
phone_media_webrtc_start_answer (PhoneMediaWebrtc *self,
                                 GTask            *task,
                                 const char       *offer)
{
  Operation *operation = g_task_get_task_data (task);
  gboolean first = self->wire->remote == NULL;
  const PhoneMediaWireLine *video;
  GError *error = NULL;
  char *sdp;

  operation->news.replace = self->stranded;
  operation->news.silent = self->link != NULL && phone_media_link_is_silent (self->link);
  if (!phone_media_wire_take_offer (operation->wire, offer, self->config->audio, !first || self->config->video, &operation->news, &error))
    {
      phone_media_webrtc_end (task, NULL, error);
      return;
    }

  /* A picture that the peer adds is shown; ours comes when somebody wants it. */
  video = phone_media_wire_find (operation->wire, TRUE);
  if (video != NULL && (video->remote & PHONE_MEDIA_DIRECTION_SEND) && self->video == PHONE_MEDIA_DIRECTION_INACTIVE)
    self->video = self->echo ? PHONE_MEDIA_DIRECTION_BOTH : PHONE_MEDIA_DIRECTION_RECEIVE;

  if (operation->news.feed == NULL)
    {
      sdp = phone_media_webrtc_print (self, operation);
      if (!phone_media_webrtc_commit (self, operation, &error))
        g_clear_pointer (&sdp, g_free);
      phone_media_webrtc_end (task, sdp, error);
      return;
    }

  operation->touched = TRUE;
  if (!phone_media_webrtc_choose_link (self, operation, operation->news.replace, operation->news.replace, &error)
      || !phone_media_webrtc_add_lines (operation, &error))
    {
      phone_media_webrtc_end (task, NULL, error);
      return;
    }
  phone_media_link_set_async (operation->link, FALSE, FALSE, operation->news.feed, g_task_get_cancellable (task),
                              phone_media_webrtc_offer_set_cb, g_object_ref (task));
}

void
phone_media_webrtc_create_answer_async (PhoneMediaSession   *session,
                                        const char          *offer,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             data)
{
  PhoneMediaWebrtc *self = PHONE_MEDIA_WEBRTC (session);
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, data);

  if (self->offered != NULL && self->operation == NULL)
    phone_media_webrtc_abandon_offer (session);
  if (!phone_media_webrtc_begin (self, task, self->wire, TRUE))
    return;

  g_clear_pointer (&self->question, phone_media_wire_free);
  phone_media_webrtc_start_answer (self, task, offer);
}

char *
phone_media_webrtc_create_answer_finish (PhoneMediaSession  *session,
                                         GAsyncResult       *result,
                                         GError            **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
phone_media_webrtc_answer_set_cb (GObject      *source,
                                  GAsyncResult *result,
                                  gpointer      data)
{
  g_autoptr (GTask) task = data;
  PhoneMediaWebrtc *self = phone_media_webrtc_of (task);
  Operation *operation = g_task_get_task_data (task);
  GError *error = NULL;

  phone_media_link_set_finish (PHONE_MEDIA_LINK (source), result, &error);
  if (phone_media_webrtc_stop (task, error))
    return;

  phone_media_webrtc_commit (self, operation, &error);
  phone_media_webrtc_end (task, NULL, error);
}

static void
phone_media_webrtc_start_apply (PhoneMediaWebrtc *self,
                                GTask            *task,
                                const char       *answer)
{
  Operation *operation = g_task_get_task_data (task);
  gboolean touched = self->offered != NULL && self->offer_touched;
  GError *error = NULL;

  if (!phone_media_wire_take_answer (operation->wire, answer, &operation->news, &error))
    {
      phone_media_webrtc_end (task, NULL, error);
      return;
    }

  if (!touched)
    {
      phone_media_webrtc_commit (self, operation, &error);
      phone_media_webrtc_end (task, NULL, error);
      return;
    }

  operation->link = g_object_ref (self->next_link != NULL ? self->next_link : self->link);
  phone_media_link_set_async (operation->link, FALSE, TRUE, operation->news.feed, g_task_get_cancellable (task),
                              phone_media_webrtc_answer_set_cb, g_object_ref (task));
}

void
phone_media_webrtc_apply_answer_async (PhoneMediaSession   *session,
                                       const char          *answer,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             data)
{
  PhoneMediaWebrtc *self = PHONE_MEDIA_WEBRTC (session);
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, data);
  PhoneMediaWire *asked = self->offered != NULL ? self->offered : self->question;

  if (phone_media_webrtc_begin (self, task, asked != NULL ? asked : self->wire, FALSE))
    phone_media_webrtc_start_apply (self, task, answer);
}

gboolean
phone_media_webrtc_apply_answer_finish (PhoneMediaSession  *session,
                                        GAsyncResult       *result,
                                        GError            **error)
{
  gboolean failed = g_task_had_error (G_TASK (result));

  g_task_propagate_pointer (G_TASK (result), error);

  return !failed;
}

gboolean
phone_media_webrtc_needs_restart (PhoneMediaSession *session)
{
  return PHONE_MEDIA_WEBRTC (session)->stranded;
}

void
phone_media_webrtc_abandon_offer (PhoneMediaSession *session)
{
  PhoneMediaWebrtc *self = PHONE_MEDIA_WEBRTC (session);
  g_autoptr (PhoneMediaWire) offered = g_steal_pointer (&self->offered);
  g_autofree char *feed = NULL;
  g_autoptr (GError) error = NULL;

  if (offered == NULL || self->closed)
    return;

  if (self->next_link != NULL)
    {
      self->wire->version = offered->version;
      phone_media_webrtc_drop_link (self, &self->next_link);
    }
  else if (self->offer_touched)
    feed = phone_media_wire_abandon (self->wire, offered);
  else
    self->wire->version = offered->version;
  if (feed != NULL)
    phone_media_link_set_async (self->link, FALSE, TRUE, feed, NULL, NULL, NULL);
  if (self->wire->remote == NULL)
    return;

  self->hold = self->agreed_hold;
  self->video = self->agreed_video;
  if (!phone_media_webrtc_apply (self, &error))
    g_debug ("after a refused offer: %s", error->message);
}

void
phone_media_webrtc_finish_gathering (PhoneMediaSession *session)
{
  PhoneMediaWebrtc *self = PHONE_MEDIA_WEBRTC (session);

  if (self->link != NULL)
    phone_media_link_finish_gathering (self->link);
  if (self->next_link != NULL)
    phone_media_link_finish_gathering (self->next_link);
}

void
phone_media_webrtc_take_candidate (PhoneMediaWebrtc *self,
                                   PhoneMediaLink   *link,
                                   guint             line,
                                   const char       *candidate)
{
  Operation *operation = self->operation != NULL ? g_task_get_task_data (self->operation) : NULL;

  if (operation != NULL && operation->link == link && operation->wire != NULL)
    phone_media_wire_add_candidate (operation->wire, line, candidate);
  else if (self->offered != NULL && link == (self->next_link != NULL ? self->next_link : self->link))
    phone_media_wire_add_candidate (self->offered, line, candidate);
  else if (link == self->link)
    {
      phone_media_wire_add_candidate (self->wire, line, candidate);
      if (self->question != NULL)
        phone_media_wire_add_candidate (self->question, line, candidate);
    }

  g_signal_emit_by_name (self, "candidate", candidate);
}
