/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Digest access authentication (RFC 7616, and RFC 8760 for SIP): pure functions. A server may send several challenges: for one
 * realm the topmost that we can answer is taken (RFC 8760 §2.4), every realm gets its own answer. Hashes are Nettle's because GLib
 * has no SHA-512/256. Quoted strings of a challenge are hashed and sent back byte by byte as they came, backslashes included, which is what
 * servers compare with. Where auth-int is offered it is used, as JsSIP does. */

#include "config.h"
#include "phone-sip-digest.h"

#include <nettle/nettle-meta.h>
#include <nettle/sha2.h>
#include <nettle/md5.h>
#include <nettle/version.h>
#include <string.h>

#include "phone-sip-error.h"
#include "phone-sip-message-private.h"
#include "phone-sip-token.h"
#include "phone-sip-writer.h"

#define PHONE_SIP_DIGEST_MAX_REALMS 8
#define PHONE_SIP_DIGEST_HEX_SIZE   (2 * SHA256_DIGEST_SIZE + 1)

typedef union
{
  struct md5_ctx    md5;
  struct sha256_ctx sha256;
  struct sha512_ctx sha512;
} PhoneSipDigestContext;

static const struct { const char *name; const struct nettle_hash *hash; gboolean session; } phone_sip_digest_algorithms[] = {
  [PHONE_SIP_DIGEST_MD5]             = { "MD5", &nettle_md5, FALSE },
  [PHONE_SIP_DIGEST_MD5_SESS]        = { "MD5-sess", &nettle_md5, TRUE },
  [PHONE_SIP_DIGEST_SHA256]          = { "SHA-256", &nettle_sha256, FALSE },
  [PHONE_SIP_DIGEST_SHA256_SESS]     = { "SHA-256-sess", &nettle_sha256, TRUE },
  [PHONE_SIP_DIGEST_SHA512_256]      = { "SHA-512-256", &nettle_sha512_256, FALSE },
  [PHONE_SIP_DIGEST_SHA512_256_SESS] = { "SHA-512-256-sess", &nettle_sha512_256, TRUE },
};

static void
phone_sip_digest_wipe (char **secret)
{
  if (*secret != NULL)
    explicit_bzero (*secret, strlen (*secret));

  g_clear_pointer (secret, g_free);
}

/* The hexadecimal hash of n pieces with colons between them. */
static void
phone_sip_digest_hash (PhoneSipDigestAlgorithm  algorithm,
                       const PhoneSipSlice     *pieces,
                       guint                    n_pieces,
                       char                     out_hex[PHONE_SIP_DIGEST_HEX_SIZE])
{
  static const char digits[] = "0123456789abcdef";
  const struct nettle_hash *hash = phone_sip_digest_algorithms[algorithm].hash;
  PhoneSipDigestContext context;
  guint8 sum[SHA256_DIGEST_SIZE];

  hash->init (&context);
  for (guint i = 0; i < n_pieces; i++)
    {
      if (i > 0)
        hash->update (&context, 1, (const guint8 *) ":");
      hash->update (&context, pieces[i].length, (const guint8 *) pieces[i].text);
    }

#if NETTLE_VERSION_MAJOR >= 4
  hash->digest (&context, sum);
#else
  hash->digest (&context, hash->digest_size, sum);
#endif

  for (guint i = 0; i < hash->digest_size; i++)
    {
      out_hex[2 * i] = digits[sum[i] >> 4];
      out_hex[2 * i + 1] = digits[sum[i] & 15];
    }

  out_hex[2 * hash->digest_size] = '\0';
  explicit_bzero (&context, sizeof context);
}

static inline PhoneSipSlice
phone_sip_digest_piece (const char *text)
{
  return (PhoneSipSlice) { text, strlen (text) };
}

static gboolean
phone_sip_digest_find_algorithm (PhoneSipSlice            name,
                                 PhoneSipDigestAlgorithm *out_algorithm)
{
  for (guint i = 0; i < G_N_ELEMENTS (phone_sip_digest_algorithms); i++)
    if (phone_sip_slice_equal (name, phone_sip_digest_algorithms[i].name))
      {
        *out_algorithm = i;
        return TRUE;
      }

  return FALSE;
}

/* The inside of a quoted-string as it stands. */
static inline PhoneSipSlice
phone_sip_digest_strip_quotes (PhoneSipSlice value)
{
  if (value.length >= 2 && value.text[0] == '"')
    {
      value.text++;
      value.length -= 2;
    }

  return value;
}

static void
phone_sip_challenge_take_qop (PhoneSipChallenge *self,
                              PhoneSipSlice      value)
{
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (value.text, value.length);
  PhoneSipSlice option;

  while (phone_sip_scanner_take_element (&scanner, &option))
    {
      if (phone_sip_slice_is (option, "auth"))
        self->qop_auth = TRUE;
      else if (phone_sip_slice_is (option, "auth-int"))
        self->qop_auth_int = TRUE;
    }
}

static inline void
phone_sip_challenge_set_text (char          **field,
                              PhoneSipSlice   value)
{
  if (*field == NULL)
    *field = phone_sip_slice_dup (value);
}

static void
phone_sip_challenge_take_param (PhoneSipChallenge *self,
                                PhoneSipSlice      name,
                                PhoneSipSlice      value,
                                gboolean          *supported,
                                gboolean          *has_qop)
{
  value = phone_sip_digest_strip_quotes (value);

  if (phone_sip_slice_is (name, "realm"))
    phone_sip_challenge_set_text (&self->realm, value);
  else if (phone_sip_slice_is (name, "nonce"))
    phone_sip_challenge_set_text (&self->nonce, value);
  else if (phone_sip_slice_is (name, "opaque"))
    phone_sip_challenge_set_text (&self->opaque, value);
  else if (phone_sip_slice_is (name, "domain"))
    phone_sip_challenge_set_text (&self->domain, value);
  else if (phone_sip_slice_is (name, "stale"))
    self->stale = phone_sip_slice_is (value, "true");
  else if (phone_sip_slice_is (name, "algorithm"))
    *supported = phone_sip_digest_find_algorithm (value, &self->algorithm);
  else if (phone_sip_slice_is (name, "qop"))
    {
      *has_qop = TRUE;
      phone_sip_challenge_take_qop (self, value);
    }
}

/* One challenge; the scanner then stands on the next scheme of the line, or at the end. */
static PhoneSipChallenge *
phone_sip_challenge_take (PhoneSipScanner  *scanner,
                          gboolean          proxy,
                          GError          **error)
{
  g_autoptr (PhoneSipChallenge) self = g_new0 (PhoneSipChallenge, 1);
  PhoneSipSlice scheme, name, value;
  gboolean supported = TRUE, has_qop = FALSE, good = TRUE;

  self->proxy = proxy;
  phone_sip_scanner_skip_lws (scanner);
  good = phone_sip_scanner_take (scanner, PHONE_SIP_CHAR_TOKEN, &scheme);

  while (good && (phone_sip_scanner_skip_lws (scanner), !phone_sip_scanner_is_done (scanner)))
    {
      const char *back = scanner->at;

      good = phone_sip_scanner_take_param (scanner, &name, &value);
      if (good && value.text == NULL)
        {
          scanner->at = back;
          break;
        }

      if (good)
        phone_sip_challenge_take_param (self, name, value, &supported, &has_qop);
      phone_sip_scanner_skip_lws (scanner);
      good = good && (phone_sip_scanner_is_done (scanner) || *scanner->at == ',');
      while (phone_sip_scanner_skip_char (scanner, ','))
        ;
    }

  if (!good)
    {
      scanner->at = scanner->end;
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_MALFORMED, "The challenge is malformed");
      return NULL;
    }

  if (!phone_sip_slice_equal (scheme, "Digest") || !supported || (has_qop && !self->qop_auth && !self->qop_auth_int))
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_NOT_SUPPORTED, "The challenge asks for something that is not known here");
      return NULL;
    }

  if (self->realm == NULL || self->nonce == NULL)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_MALFORMED, "The challenge has no realm or no nonce");
      return NULL;
    }

  return g_steal_pointer (&self);
}

/* What is hashed for A1 without a password is good for one algorithm's size and one realm. */
static gboolean
phone_sip_digest_can_answer (const PhoneSipChallenge   *challenge,
                             const PhoneSipCredentials *credentials)
{
  if (credentials->password != NULL)
    return TRUE;

  return credentials->ha1 != NULL && (credentials->realm == NULL || strcmp (credentials->realm, challenge->realm) == 0) &&
         strlen (credentials->ha1) == 2 * phone_sip_digest_algorithms[challenge->algorithm].hash->digest_size;
}

static gboolean
phone_sip_digest_has_realm (GPtrArray               *chosen,
                            const PhoneSipChallenge *challenge)
{
  for (guint i = 0; i < chosen->len; i++)
    {
      const PhoneSipChallenge *other = chosen->pdata[i];

      if (other->proxy == challenge->proxy && strcmp (other->realm, challenge->realm) == 0)
        return TRUE;
    }

  return FALSE;
}

static void
phone_sip_digest_compute_ha1 (const PhoneSipChallenge   *challenge,
                              const PhoneSipCredentials *credentials,
                              const char                *cnonce,
                              char                       out_hex[PHONE_SIP_DIGEST_HEX_SIZE])
{
  PhoneSipDigestAlgorithm algorithm = challenge->algorithm;

  if (credentials->password != NULL)
    {
      PhoneSipSlice pieces[] = {
        phone_sip_digest_piece (credentials->username), phone_sip_digest_piece (challenge->realm), phone_sip_digest_piece (credentials->password),
      };

      phone_sip_digest_hash (algorithm, pieces, 3, out_hex);
    }
  else
    {
      g_strlcpy (out_hex, credentials->ha1, PHONE_SIP_DIGEST_HEX_SIZE);
    }

  if (phone_sip_digest_algorithms[algorithm].session)
    {
      PhoneSipSlice pieces[] = { phone_sip_digest_piece (out_hex), phone_sip_digest_piece (challenge->nonce), phone_sip_digest_piece (cnonce) };

      phone_sip_digest_hash (algorithm, pieces, 3, out_hex);
    }
}

static void
phone_sip_digest_compute_ha2 (const PhoneSipChallenge *challenge,
                              const char              *method,
                              const char              *uri,
                              PhoneSipSlice            body,
                              char                     out_hex[PHONE_SIP_DIGEST_HEX_SIZE])
{
  char body_hex[PHONE_SIP_DIGEST_HEX_SIZE];
  PhoneSipSlice pieces[] = { phone_sip_digest_piece (method), phone_sip_digest_piece (uri), { body_hex, 0 } };

  if (challenge->qop_auth_int)
    {
      phone_sip_digest_hash (challenge->algorithm, &body, 1, body_hex);
      pieces[2].length = strlen (body_hex);
    }

  phone_sip_digest_hash (challenge->algorithm, pieces, challenge->qop_auth_int ? 3 : 2, out_hex);
}

/* name="value"; the value's quotes and backslashes are escaped already. */
static void
phone_sip_digest_write (PhoneSipWriter *writer,
                        const char     *name,
                        const char     *value)
{
  phone_sip_writer_add_literal (writer, ", ");
  phone_sip_writer_add (writer, name);
  phone_sip_writer_add_literal (writer, "=\"");
  phone_sip_writer_add (writer, value);
  phone_sip_writer_add_char (writer, '"');
}

/**
 * phone_sip_credentials_new:
 * @username: (nullable): the user name of the account
 * @password: (nullable): its password
 *
 * Returns: (transfer full): credentials
 */
PhoneSipCredentials *
phone_sip_credentials_new (const char *username,
                           const char *password)
{
  PhoneSipCredentials *self = g_new0 (PhoneSipCredentials, 1);

  self->username = g_strdup (username);
  self->password = g_strdup (password);
  return self;
}

/**
 * phone_sip_credentials_copy:
 * @self: credentials
 *
 * Returns: (transfer full): an independent copy
 */
PhoneSipCredentials *
phone_sip_credentials_copy (const PhoneSipCredentials *self)
{
  PhoneSipCredentials *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = phone_sip_credentials_new (self->username, self->password);
  copy->ha1 = g_strdup (self->ha1);
  copy->realm = g_strdup (self->realm);
  copy->jwt = g_strdup (self->jwt);
  return copy;
}

/**
 * phone_sip_credentials_free:
 * @self: (nullable) (transfer full): credentials
 *
 * Overwrites the secrets and frees them.
 */
void
phone_sip_credentials_free (PhoneSipCredentials *self)
{
  if (self == NULL)
    return;

  g_free (self->username);
  g_free (self->realm);
  phone_sip_digest_wipe (&self->password);
  phone_sip_digest_wipe (&self->ha1);
  phone_sip_digest_wipe (&self->jwt);
  g_free (self);
}

/**
 * phone_sip_challenge_parse:
 * @value: value of one WWW-Authenticate or Proxy-Authenticate line
 * @proxy: whether it was Proxy-Authenticate
 * @error: return location for %PHONE_SIP_ERROR_MALFORMED, or %PHONE_SIP_ERROR_NOT_SUPPORTED for another scheme, algorithm or quality of protection
 *
 * Returns: (transfer full): the first challenge of the line, or %NULL and @error
 */
PhoneSipChallenge *
phone_sip_challenge_parse (const char  *value,
                           gboolean     proxy,
                           GError     **error)
{
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (value, strlen (value));

  return phone_sip_challenge_take (&scanner, proxy, error);
}

/**
 * phone_sip_challenge_free:
 * @self: (nullable) (transfer full): a challenge
 *
 * Frees it.
 */
void
phone_sip_challenge_free (PhoneSipChallenge *self)
{
  if (self == NULL)
    return;

  g_free (self->realm);
  g_free (self->nonce);
  g_free (self->opaque);
  g_free (self->domain);
  g_free (self);
}

/**
 * phone_sip_digest_choose:
 * @response: a 401 or 407
 * @credentials: what we can prove with
 *
 * Returns: (transfer full) (element-type PhoneSipChallenge): the challenges to answer, possibly none: of each realm the topmost that is
 *   supported and that @credentials can answer (RFC 8760 §2.4)
 */
GPtrArray *
phone_sip_digest_choose (const PhoneSipMessage     *response,
                         const PhoneSipCredentials *credentials)
{
  GPtrArray *chosen = g_ptr_array_new_with_free_func ((GDestroyNotify) phone_sip_challenge_free);
  guint n = phone_sip_message_get_n_headers (response);

  for (guint i = 0; i < n; i++)
    {
      PhoneSipSlice value;
      PhoneSipHeader header = phone_sip_message_get_nth_slice (response, i, &value);
      PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (value.text, value.length);

      if (header != PHONE_SIP_HEADER_WWW_AUTHENTICATE && header != PHONE_SIP_HEADER_PROXY_AUTHENTICATE)
        continue;

      while (!phone_sip_scanner_is_done (&scanner) && chosen->len < PHONE_SIP_DIGEST_MAX_REALMS)
        {
          g_autoptr (PhoneSipChallenge) challenge = phone_sip_challenge_take (&scanner, header == PHONE_SIP_HEADER_PROXY_AUTHENTICATE, NULL);

          if (challenge != NULL && phone_sip_digest_can_answer (challenge, credentials) && !phone_sip_digest_has_realm (chosen, challenge))
            g_ptr_array_add (chosen, g_steal_pointer (&challenge));
        }
    }

  return chosen;
}

/**
 * phone_sip_digest_authorize:
 * @challenge: the challenge
 * @credentials: user name and password, or a hash that fits the challenge
 * @method: the request's method
 * @uri: its Request-URI
 * @body: (nullable): its body
 * @body_length: the length of @body in bytes
 * @cnonce: (nullable): client nonce; %NULL makes one
 * @nc: how many requests were sent with this nonce, this one included
 * @error: return location for %PHONE_SIP_ERROR_INVALID_ARGUMENT if @credentials cannot answer @challenge
 *
 * Computes the answer (RFC 7616 §3.4). auth-int is preferred to auth.
 *
 * Returns: (transfer full): value of Authorization or Proxy-Authorization
 */
char *
phone_sip_digest_authorize (const PhoneSipChallenge    *challenge,
                            const PhoneSipCredentials  *credentials,
                            const char                 *method,
                            const char                 *uri,
                            const char                 *body,
                            gsize                       body_length,
                            const char                 *cnonce,
                            guint                       nc,
                            GError                    **error)
{
  gboolean qop = challenge->qop_auth || challenge->qop_auth_int;
  const char *qop_name = challenge->qop_auth_int ? "auth-int" : "auth";
  char ha1[PHONE_SIP_DIGEST_HEX_SIZE], ha2[PHONE_SIP_DIGEST_HEX_SIZE], response[PHONE_SIP_DIGEST_HEX_SIZE], nc_text[9];
  g_autofree char *fresh = NULL, *username = NULL;
  PhoneSipWriter writer = { NULL, };

  if (credentials->username == NULL || !phone_sip_digest_can_answer (challenge, credentials))
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT, "There is no password for this realm");
      return NULL;
    }

  if (cnonce == NULL)
    cnonce = fresh = phone_sip_token_new (16);

  g_snprintf (nc_text, sizeof nc_text, "%08x", nc);
  phone_sip_digest_compute_ha1 (challenge, credentials, cnonce, ha1);
  phone_sip_digest_compute_ha2 (challenge, method, uri, (PhoneSipSlice) { body != NULL ? body : "", body != NULL ? body_length : 0 }, ha2);

  if (qop)
    {
      PhoneSipSlice pieces[] = {
        phone_sip_digest_piece (ha1), phone_sip_digest_piece (challenge->nonce), phone_sip_digest_piece (nc_text),
        phone_sip_digest_piece (cnonce), phone_sip_digest_piece (qop_name), phone_sip_digest_piece (ha2),
      };

      phone_sip_digest_hash (challenge->algorithm, pieces, 6, response);
    }
  else
    {
      PhoneSipSlice pieces[] = { phone_sip_digest_piece (ha1), phone_sip_digest_piece (challenge->nonce), phone_sip_digest_piece (ha2) };

      phone_sip_digest_hash (challenge->algorithm, pieces, 3, response);
    }

  explicit_bzero (ha1, sizeof ha1);
  username = phone_sip_quote (credentials->username);
  phone_sip_writer_add_literal (&writer, "Digest algorithm=");
  phone_sip_writer_add (&writer, phone_sip_digest_algorithms[challenge->algorithm].name);
  phone_sip_writer_add_literal (&writer, ", username=");
  phone_sip_writer_add (&writer, username);
  phone_sip_digest_write (&writer, "realm", challenge->realm);
  phone_sip_digest_write (&writer, "nonce", challenge->nonce);
  phone_sip_digest_write (&writer, "uri", uri);
  phone_sip_digest_write (&writer, "response", response);
  if (challenge->opaque != NULL)
    phone_sip_digest_write (&writer, "opaque", challenge->opaque);
  if (qop)
    {
      phone_sip_writer_add_literal (&writer, ", qop=");
      phone_sip_writer_add (&writer, qop_name);
    }
  if (qop || phone_sip_digest_algorithms[challenge->algorithm].session)
    phone_sip_digest_write (&writer, "cnonce", cnonce);
  if (qop)
    {
      phone_sip_writer_add_literal (&writer, ", nc=");
      phone_sip_writer_add (&writer, nc_text);
    }

  return phone_sip_writer_steal (&writer);
}
