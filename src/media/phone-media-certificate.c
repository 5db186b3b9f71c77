/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GStreamer makes one DTLS certificate a process, and a peer that sees the same fingerprint again does not begin DTLS again: a
 * webrtcbin that takes over a call needs another. RFC 8827 §6.5: ECDSA with P-256. Nobody checks a name or a date in it; the
 * fingerprint in the signalling is what counts. */
#include "config.h"
#include "phone-media-certificate.h"

#include "phone-media-error.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

#define LIFETIME_SECONDS (30 * 24 * 3600)

static const struct
{
  const char    *name;
  GChecksumType  type;
} hashes[] = {
  { "sha-1", G_CHECKSUM_SHA1 },
  { "sha-256", G_CHECKSUM_SHA256 },
  { "sha-384", G_CHECKSUM_SHA384 },
  { "sha-512", G_CHECKSUM_SHA512 },
};

static char *
phone_media_certificate_print_hash (const char    *name,
                                    GChecksumType  type,
                                    const guint8  *der,
                                    gsize          size)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (type);
  GString *text = g_string_new (name);
  guint8 digest[64];
  gsize length = sizeof digest;

  g_checksum_update (checksum, der, size);
  g_checksum_get_digest (checksum, digest, &length);
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%c%02X", i == 0 ? ' ' : ':', digest[i]);

  return g_string_free (text, FALSE);
}

static int
phone_media_certificate_fill (gnutls_x509_crt_t     certificate,
                              gnutls_x509_privkey_t key)
{
  guint32 serial = g_random_int () & G_MAXINT32;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  int code;

  if ((code = gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0)) < 0
      || (code = gnutls_x509_crt_set_version (certificate, 3)) < 0
      || (code = gnutls_x509_crt_set_serial (certificate, &serial, sizeof serial)) < 0
      || (code = gnutls_x509_crt_set_activation_time (certificate, now - 24 * 3600)) < 0
      || (code = gnutls_x509_crt_set_expiration_time (certificate, now + LIFETIME_SECONDS)) < 0
      || (code = gnutls_x509_crt_set_dn (certificate, "CN=phone", NULL)) < 0
      || (code = gnutls_x509_crt_set_key (certificate, key)) < 0)
    return code;

  return gnutls_x509_crt_sign2 (certificate, certificate, key, GNUTLS_DIG_SHA256, 0);
}

static char *
phone_media_certificate_export (gnutls_x509_crt_t      certificate,
                                gnutls_x509_privkey_t  key,
                                char                 **out_fingerprint)
{
  gnutls_datum_t certificate_pem = { NULL, 0 };
  gnutls_datum_t key_pem = { NULL, 0 };
  char *pem = NULL;

  if (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM, &certificate_pem) >= 0
      && gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &key_pem) >= 0)
    {
      *out_fingerprint = phone_media_certificate_fingerprint ((char *) certificate_pem.data, "sha-256 ");
      pem = g_strdup_printf ("%s%s", certificate_pem.data, key_pem.data);
    }
  gnutls_free (certificate_pem.data);
  gnutls_free (key_pem.data);

  return pem;
}

char *
phone_media_certificate_create (char   **out_fingerprint,
                                GError **error)
{
  gnutls_x509_crt_t certificate;
  gnutls_x509_privkey_t key;
  char *pem = NULL;
  int code;

  gnutls_x509_crt_init (&certificate);
  gnutls_x509_privkey_init (&key);
  code = phone_media_certificate_fill (certificate, key);
  if (code >= 0)
    pem = phone_media_certificate_export (certificate, key, out_fingerprint);
  gnutls_x509_privkey_deinit (key);
  gnutls_x509_crt_deinit (certificate);

  if (pem == NULL)
    g_set_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_FAILED, "No certificate could be made: %s", gnutls_strerror (code));

  return pem;
}

char *
phone_media_certificate_fingerprint (const char *pem,
                                     const char *like)
{
  const gnutls_datum_t text = { (unsigned char *) pem, strlen (pem) };
  gnutls_datum_t der = { NULL, 0 };
  char *fingerprint = NULL;

  if (gnutls_pem_base64_decode2 ("CERTIFICATE", &text, &der) < 0)
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (hashes) && fingerprint == NULL; i++)
    if (g_ascii_strncasecmp (like, hashes[i].name, strlen (hashes[i].name)) == 0 && like[strlen (hashes[i].name)] == ' ')
      fingerprint = phone_media_certificate_print_hash (hashes[i].name, hashes[i].type, der.data, der.size);
  gnutls_free (der.data);

  return fingerprint;
}
