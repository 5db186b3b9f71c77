/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All words that depend on a state. They are functions and not part of the windows so that a table without a display can test them, and so that a
 * notification, the D-Bus property Reason and a label say the same thing. Reasons arrive as enums from the calls room, which knows no language; a server's own
 * words are shown only where we have none of our own, and then as a quotation.
 *
 * Text that a peer chose (names, addresses, reasons) is cut to a sane length here, once, before any label sees it. */
#include "config.h"
#include "phone-format.h"

#include <glib/gi18n.h>
#include <stdarg.h>
#include <string.h>

#define PEER_TEXT_MAX 120       /* characters */

/* A peer's text, made harmless for one line of a label. */
static char *
phone_format_peer_text (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *line = g_string_new (NULL);
  glong length = 0;

  for (const char *p = valid; *p != '\0' && length < PEER_TEXT_MAX; p = g_utf8_next_char (p), length++)
    {
      gunichar c = g_utf8_get_char (p);

      /* Bidirectional overrides could make an address read as another one. */
      if (g_unichar_iscntrl (c) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
        g_string_append_c (line, ' ');
      else
        g_string_append_unichar (line, c);
    }

  if (length == PEER_TEXT_MAX)
    g_string_append (line, "…");

  return g_strstrip (g_string_free (line, FALSE));
}

/* A text message as far as a notification shows it. */
char *
phone_format_message (const char *text)
{
  return phone_format_peer_text (text);
}

char *
phone_format_duration (GObject *object,
                       gint64   seconds)
{
  seconds = MAX (seconds, 0);

  if (seconds >= 3600)
    return g_strdup_printf ("%" G_GINT64_FORMAT ":%02d:%02d", seconds / 3600, (int) (seconds / 60 % 60), (int) (seconds % 60));

  return g_strdup_printf ("%d:%02d", (int) (seconds / 60), (int) (seconds % 60));
}

char *
phone_format_duration_spoken (GObject *object,
                              gint64   seconds)
{
  gulong hours, minutes;

  seconds = MAX (seconds, 0);
  hours = (gulong) (seconds / 3600);
  minutes = (gulong) (seconds / 60 % 60);

  if (seconds < 60)
    return g_strdup_printf (ngettext ("%d second", "%d seconds", (gulong) seconds), (int) seconds);

  if (hours == 0)
    return g_strdup_printf (ngettext ("%lu minute", "%lu minutes", minutes), minutes);

  /* Translators: hours and minutes of a call, as short as can be. */
  return g_strdup_printf (_("%lu h %lu min"), hours, minutes);
}

/**
 * phone_format_when_at:
 * @start: milliseconds since the Unix epoch
 * @now: the present, in the time zone to show
 *
 * Says when something happened: the time today, the weekday this week, the date before. The words stay true until midnight,
 * so that a list need not be refreshed.
 *
 * Returns: (transfer full): the words
 */
char *
phone_format_when_at (gint64     start,
                      GDateTime *now)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (start / 1000);
  g_autoptr (GDateTime) when = NULL;
  g_autoptr (GDateTime) midnight = NULL;
  g_autoptr (GDateTime) week_ago = NULL;
  g_autoptr (GDateTime) yesterday = NULL;

  if (utc == NULL)
    return g_strdup ("");

  when = g_date_time_to_timezone (utc, g_date_time_get_timezone (now));
  midnight = g_date_time_new (g_date_time_get_timezone (now), g_date_time_get_year (now), g_date_time_get_month (now),
                              g_date_time_get_day_of_month (now), 0, 0, 0);
  yesterday = g_date_time_add_days (midnight, -1);
  week_ago = g_date_time_add_days (midnight, -6);

  /* Translators: g_date_time_format patterns. */
  if (g_date_time_compare (when, midnight) >= 0)
    return g_date_time_format (when, _("Today, %H:%M"));
  if (g_date_time_compare (when, yesterday) >= 0)
    return g_date_time_format (when, _("Yesterday, %H:%M"));
  if (g_date_time_compare (when, week_ago) >= 0)
    return g_date_time_format (when, _("%A, %H:%M"));
  if (g_date_time_get_year (when) == g_date_time_get_year (now))
    return g_date_time_format (when, _("%-d %B, %H:%M"));

  return g_date_time_format (when, _("%-d %B %Y"));
}

char *
phone_format_when (GObject *object,
                   gint64   start)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return phone_format_when_at (start, now);
}

/* "sip:bob@example.com;transport=ws" is a machine's word; a person reads bob@example.com. */
char *
phone_format_address (GObject    *object,
                      const char *uri)
{
  g_autofree char *text = phone_format_peer_text (uri);
  static const char * const schemes[] = { "sip:", "sips:", "tel:", "callto:" };
  const char *address = text;

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (text, schemes[i], strlen (schemes[i])) == 0)
      {
        address += strlen (schemes[i]);
        break;
      }

  return g_strndup (address, strcspn (address, ";?"));
}

char *
phone_format_peer (GObject    *object,
                   const char *name,
                   const char *uri)
{
  g_autofree char *text = phone_format_peer_text (name);
  g_autofree char *address = NULL;

  if (*text != '\0')
    return g_steal_pointer (&text);

  address = phone_format_address (object, uri);

  if (*address == '\0' || g_ascii_strcasecmp (address, "anonymous@anonymous.invalid") == 0)
    return g_strdup (_("Anonymous"));

  return g_steal_pointer (&address);
}

char *
phone_format_call_state (GObject        *object,
                         PhoneCallState  state,
                         gboolean        offers_video,
                         gint64          seconds,
                         gboolean        local_hold,
                         gboolean        remote_hold)
{
  switch (state)
    {
    case PHONE_CALL_STATE_NEW:
    case PHONE_CALL_STATE_PREPARING:
      return g_strdup (_("Preparing the call…"));

    case PHONE_CALL_STATE_DIALING:
      return g_strdup (_("Calling…"));

    case PHONE_CALL_STATE_RINGING:
      return g_strdup (_("Ringing…"));

    case PHONE_CALL_STATE_INCOMING:
      return g_strdup (offers_video ? _("Incoming video call") : _("Incoming call"));

    case PHONE_CALL_STATE_ANSWERING:
    case PHONE_CALL_STATE_CONFIRMING:
      return g_strdup (_("Connecting…"));

    case PHONE_CALL_STATE_ACTIVE:
      if (local_hold && remote_hold)
        return g_strdup (_("On hold by both sides"));
      if (local_hold)
        return g_strdup (_("On hold"));
      if (remote_hold)
        return g_strdup (_("The other side has put you on hold"));
      return phone_format_duration (object, seconds);

    case PHONE_CALL_STATE_ENDING:
      return g_strdup (_("Ending the call…"));

    case PHONE_CALL_STATE_ENDED:
    default:
      return g_strdup (_("Call ended"));
    }
}

static char *
phone_format_failure (const char *cause,
                      guint       status)
{
  g_autofree char *text = phone_format_peer_text (cause);

  if (status != 0 && *text != '\0')
    /* Translators: %s is the server's or program's English cause, %u a SIP status code. */
    return g_strdup_printf (_("The call failed: %s (%u)."), text, status);
  if (status != 0)
    return g_strdup_printf (_("The call failed (%u)."), status);
  if (*text != '\0')
    return g_strdup_printf (_("The call failed: %s."), text);

  return g_strdup (_("The call failed."));
}

/**
 * phone_format_end_reason:
 * @object: (nullable): not looked at
 * @reason: why the call is over
 * @cause: (nullable): the cause text of the call
 * @status: the last SIP status code, or 0
 * @originator: a [enum@CallOriginator]
 *
 * Says in a sentence why a call is over.
 *
 * Returns: (transfer full): the sentence
 */
char *
phone_format_end_reason (GObject            *object,
                         PhoneCallEndReason  reason,
                         const char         *cause,
                         guint               status,
                         int                 originator)
{
  gboolean local = originator == PHONE_CALL_ORIGINATOR_LOCAL;

  switch (reason)
    {
    case PHONE_CALL_END_NONE:
      return g_strdup ("");

    case PHONE_CALL_END_HUNG_UP:
      return g_strdup (local ? _("You ended the call.") : _("The other side ended the call."));

    case PHONE_CALL_END_CANCELLED:
      return g_strdup (local ? _("You cancelled the call.") : _("The caller hung up before you answered."));

    case PHONE_CALL_END_DECLINED:
      return g_strdup (local ? _("You declined the call.") : _("The call was declined."));

    case PHONE_CALL_END_BUSY:
      return g_strdup (_("The line is busy."));

    case PHONE_CALL_END_NO_ANSWER:
      return g_strdup (local ? _("You did not answer in time.") : _("Nobody answered."));

    case PHONE_CALL_END_NOT_FOUND:
      return g_strdup (_("There is nobody with this address."));

    case PHONE_CALL_END_UNAVAILABLE:
      return g_strdup (_("They cannot be reached right now."));

    case PHONE_CALL_END_REDIRECTED:
      return g_strdup (_("They can be reached at another address."));

    case PHONE_CALL_END_ANSWERED_ELSEWHERE:
      return g_strdup (_("Answered on another device."));

    case PHONE_CALL_END_NOT_ALLOWED:
      return g_strdup (_("The server did not allow this call. Check the name and password of your account."));

    case PHONE_CALL_END_INCOMPATIBLE:
      return g_strdup (_("The two phones found no common sound or picture format."));

    case PHONE_CALL_END_MEDIA:
      return g_strdup (_("Sound and picture could not be connected."));

    case PHONE_CALL_END_CONNECTION:
      return g_strdup (_("The connection to the server was lost."));

    case PHONE_CALL_END_TIMEOUT:
      return g_strdup (_("The other side stopped responding."));

    case PHONE_CALL_END_FAILED:
    default:
      return phone_format_failure (cause, status);
    }
}

/* A hold, a change of picture or a transfer that the other side refused while the call itself goes on. */
char *
phone_format_call_problem (GObject    *object,
                           const char *cause)
{
  g_autofree char *text = phone_format_peer_text (cause);

  if (*text == '\0')
    return g_strdup ("");

  return g_strdup_printf (_("The other side did not accept the change: %s."), text);
}

/* An error of an intent; only what a person can do something about gets words of its own. */
char *
phone_format_call_error (const GError *error)
{
  if (error == NULL)
    return g_strdup ("");

  if (error->domain == PHONE_UA_ERROR)
    switch ((PhoneUaError) error->code)
      {
      case PHONE_UA_ERROR_INVALID_TARGET:
        return g_strdup (_("This is not an address that can be called."));
      case PHONE_UA_ERROR_NO_ACCOUNT:
        return g_strdup (_("Add an account first."));
      case PHONE_UA_ERROR_NOT_CONNECTED:
        return g_strdup (_("There is no connection to the server."));
      case PHONE_UA_ERROR_TOO_LARGE:
        return g_strdup (_("This is too long to be sent."));
      default:
        break;
      }

  if (g_error_matches (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_STATE))
    return g_strdup (_("This is not possible right now."));

  return phone_format_peer_text (error->message);
}

char *
phone_format_test_media (GObject  *object,
                         gboolean  test_camera,
                         gboolean  test_microphone)
{
  if (test_camera && test_microphone)
    return g_strdup (_("Sending a test picture and a test tone"));
  if (test_camera)
    return g_strdup (_("Sending a test picture instead of a camera"));
  if (test_microphone)
    return g_strdup (_("Sending a test tone instead of a microphone"));

  return g_strdup ("");
}

char *
phone_format_transfer_request (GObject    *object,
                               const char *target,
                               const char *name,
                               const char *uri)
{
  g_autofree char *address = phone_format_address (object, target);
  g_autofree char *peer = phone_format_peer (object, name, uri);

  if (*address == '\0')
    return g_strdup ("");

  /* Translators: the first %s is the person in the call, the second the address of somebody else. */
  return g_strdup_printf (_("%s wants to connect you to %s."), peer, address);
}

char *
phone_format_redirect_target (GObject    *object,
                              const char *target)
{
  g_autofree char *address = phone_format_address (object, target);

  if (*address == '\0')
    return g_strdup ("");

  return g_strdup_printf (_("Call %s"), address);
}

static void
phone_format_stats_line (GString    *lines,
                         const char *name,
                         const char *format,
                         ...) G_GNUC_PRINTF (3, 4);

static void
phone_format_stats_line (GString    *lines,
                         const char *name,
                         const char *format,
                         ...)
{
  va_list args;

  if (lines->len > 0)
    g_string_append_c (lines, '\n');

  g_string_append_printf (lines, "%s\t", name);
  va_start (args, format);
  g_string_append_vprintf (lines, format, args);
  va_end (args);
}

/* Lines of "name TAB value", for a label with a tab stop. */
char *
phone_format_stats (GObject  *object,
                    GVariant *stats)
{
  GString *lines = g_string_new (NULL);
  const char *text;
  gint32 width = 0, height = 0;
  guint32 in = 0, out = 0;
  guint64 lost = 0, received = 0;
  double number;

  if (stats == NULL || !g_variant_is_of_type (stats, G_VARIANT_TYPE_VARDICT))
    return g_string_free (lines, FALSE);

  if (g_variant_lookup (stats, "video-width", "i", &width) && g_variant_lookup (stats, "video-height", "i", &height) && width > 0)
    phone_format_stats_line (lines, _("Picture"), "%d × %d", width, height);
  if (g_variant_lookup (stats, "codec-video", "&s", &text) && *text != '\0')
    phone_format_stats_line (lines, _("Video format"), "%s", text);
  if (g_variant_lookup (stats, "codec-audio", "&s", &text) && *text != '\0')
    phone_format_stats_line (lines, _("Audio format"), "%s", text);
  if (g_variant_lookup (stats, "bitrate-in", "u", &in) && g_variant_lookup (stats, "bitrate-out", "u", &out))
    {
      phone_format_stats_line (lines, _("Receiving"), _("%u kbit/s"), in / 1000);
      phone_format_stats_line (lines, _("Sending"), _("%u kbit/s"), out / 1000);
    }
  if (g_variant_lookup (stats, "round-trip-time", "d", &number) && number > 0)
    phone_format_stats_line (lines, _("Delay"), _("%.0f ms"), number);
  if (g_variant_lookup (stats, "jitter", "d", &number))
    phone_format_stats_line (lines, _("Jitter"), _("%.0f ms"), number);
  if (g_variant_lookup (stats, "audio-packets-lost", "t", &lost) && g_variant_lookup (stats, "audio-packets-received", "t", &received) && received > 0)
    phone_format_stats_line (lines, _("Lost"), "%.1f %%", 100.0 * (double) lost / (double) (received + lost));
  if (g_variant_lookup (stats, "candidate-pair", "&s", &text) && *text != '\0')
    phone_format_stats_line (lines, _("Path"), "%s", text);

  return g_string_free (lines, FALSE);
}

char *
phone_format_ua_state (GObject      *object,
                       PhoneUaState  state)
{
  switch (state)
    {
    case PHONE_UA_STATE_OFFLINE:
      return g_strdup (_("Offline"));
    case PHONE_UA_STATE_CONNECTING:
      return g_strdup (_("Connecting…"));
    case PHONE_UA_STATE_CONNECTED:
      return g_strdup (_("Connected"));
    case PHONE_UA_STATE_REGISTERING:
      return g_strdup (_("Signing in…"));
    case PHONE_UA_STATE_REGISTERED:
      return g_strdup (_("Ready"));
    case PHONE_UA_STATE_UNREGISTERED:
      return g_strdup (_("Signed out"));
    case PHONE_UA_STATE_FAILED:
    default:
      return g_strdup (_("Not working"));
    }
}

/**
 * phone_format_ua_problem:
 * @problem: what went wrong
 * @status: the last SIP status code, or 0
 * @detail: (nullable): the library's or server's own words
 * @server: (nullable): the server's name or URL
 * @user: (nullable): the user's address
 *
 * Says in a sentence what is wrong with an account.
 *
 * Returns: (transfer full): the sentence, "" for %PHONE_UA_PROBLEM_NONE
 */
char *
phone_format_ua_problem (PhoneUaProblem  problem,
                         guint           status,
                         const char     *detail,
                         const char     *server,
                         const char     *user)
{
  g_autofree char *words = phone_format_peer_text (detail);
  const char *host = server != NULL && *server != '\0' ? server : _("the server");
  g_autofree char *address = phone_format_address (NULL, user);

  switch (problem)
    {
    case PHONE_UA_PROBLEM_NONE:
      return g_strdup ("");

    case PHONE_UA_PROBLEM_NAME_NOT_FOUND:
      return g_strdup_printf (_("There is no server with the name of %s. Check the spelling and your network."), host);

    case PHONE_UA_PROBLEM_UNREACHABLE:
      return g_strdup_printf (_("No connection to %s."), host);

    case PHONE_UA_PROBLEM_CERTIFICATE:
      return g_strdup_printf (_("The certificate of %s is not trusted."), host);

    case PHONE_UA_PROBLEM_NOT_SIP:
      return g_strdup_printf (_("%s answers, but does not speak SIP over WebSocket. Check the path of the address."), host);

    case PHONE_UA_PROBLEM_PASSWORD:
      return g_strdup (_("The server refused the name or the password."));

    case PHONE_UA_PROBLEM_NO_SUCH_USER:
      if (*address != '\0')
        return g_strdup_printf (_("The server knows no user %s."), address);
      return g_strdup (_("The server does not know this user."));

    case PHONE_UA_PROBLEM_NO_PASSWORD:
      return g_strdup (_("The key ring gave no password. Enter it again."));

    case PHONE_UA_PROBLEM_CONFIGURATION:
      if (*words != '\0')
        return g_strdup_printf (_("The account is not set up right: %s."), words);
      return g_strdup (_("The account is not set up right."));

    case PHONE_UA_PROBLEM_SERVER:
    default:
      if (status != 0 && *words != '\0')
        return g_strdup_printf (_("The server answered “%s” (%u)."), words, status);
      if (status != 0)
        return g_strdup_printf (_("The server answered with status %u."), status);
      if (*words != '\0')
        return g_strdup_printf (_("The server cannot be used: %s."), words);
      return g_strdup (_("The server cannot be used."));
    }
}

static char *
phone_format_server_host (const char *url)
{
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  return g_strdup (host != NULL ? host : url);
}

/**
 * phone_format_ua_reason:
 * @ua: a user agent
 *
 * Says in a sentence how an account stands: its problem if it has one, else its state.
 *
 * Returns: (transfer full): the sentence
 */
char *
phone_format_ua_reason (PhoneUa *ua)
{
  PhoneAccount *account;
  const char *socket;
  g_autofree char *host = NULL;

  g_return_val_if_fail (PHONE_IS_UA (ua), NULL);

  if (phone_ua_get_problem (ua) == PHONE_UA_PROBLEM_NONE)
    return phone_format_ua_state (NULL, phone_ua_get_state (ua));

  account = phone_ua_get_account (ua);
  socket = phone_ua_get_socket (ua);

  if ((socket == NULL || *socket == '\0') && phone_account_get_n_sockets (account) > 0)
    socket = phone_account_get_nth_socket (account, 0, NULL);

  host = phone_format_server_host (socket);

  return phone_format_ua_problem (phone_ua_get_problem (ua), phone_ua_get_status_code (ua), phone_ua_get_problem_detail (ua), host,
                                  phone_account_get_uri (account));
}

char *
phone_format_record_kind (GObject  *object,
                          int       kind,
                          gboolean  video)
{
  switch ((PhoneCallRecordKind) kind)
    {
    case PHONE_CALL_RECORD_OUTGOING:
      return g_strdup (video ? _("Outgoing video call") : _("Outgoing call"));
    case PHONE_CALL_RECORD_OUTGOING_FAILED:
      return g_strdup (_("Not reached"));
    case PHONE_CALL_RECORD_INCOMING:
      return g_strdup (video ? _("Incoming video call") : _("Incoming call"));
    case PHONE_CALL_RECORD_MISSED:
      return g_strdup (_("Missed call"));
    case PHONE_CALL_RECORD_DECLINED:
      return g_strdup (_("Declined"));
    case PHONE_CALL_RECORD_ANSWERED_ELSEWHERE:
      return g_strdup (_("Answered on another device"));
    default:
      return g_strdup ("");
    }
}

/* What the icon beside it cannot say: when, and for how long or why not. */
char *
phone_format_record_detail (GObject *object,
                            int      kind,
                            gint64   start,
                            gint64   duration)
{
  g_autofree char *when = phone_format_when (object, start);
  g_autofree char *rest = NULL;

  if (duration >= 1000)
    rest = phone_format_duration_spoken (object, duration / 1000);
  else
    rest = phone_format_record_kind (object, kind, FALSE);

  return g_strdup_printf ("%s · %s", when, rest);
}

char *
phone_format_record_icon (GObject *object,
                          int      kind)
{
  switch ((PhoneCallRecordKind) kind)
    {
    case PHONE_CALL_RECORD_OUTGOING:
      return g_strdup ("phone-outgoing-symbolic");
    case PHONE_CALL_RECORD_OUTGOING_FAILED:
      return g_strdup ("phone-failed-symbolic");
    case PHONE_CALL_RECORD_MISSED:
      return g_strdup ("phone-missed-symbolic");
    case PHONE_CALL_RECORD_DECLINED:
      return g_strdup ("phone-hang-up-symbolic");
    case PHONE_CALL_RECORD_INCOMING:
    case PHONE_CALL_RECORD_ANSWERED_ELSEWHERE:
    default:
      return g_strdup ("phone-incoming-symbolic");
    }
}
