/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-message.h"

G_BEGIN_DECLS

/* What an account can prove with. Strings are owned; wiped when freed. */
typedef struct
{
  char *username;
  char *password;       /* NULL if only ha1 is known */
  char *ha1;            /* MD5 (username:realm:password), lower-case hex */
  char *realm;          /* the realm that ha1 is for */
  char *jwt;            /* sent verbatim as Authorization on every request */
} PhoneSipCredentials;

PhoneSipCredentials *phone_sip_credentials_new  (const char *username, const char *password);
PhoneSipCredentials *phone_sip_credentials_copy (const PhoneSipCredentials *self);
void                 phone_sip_credentials_free (PhoneSipCredentials *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneSipCredentials, phone_sip_credentials_free)

typedef enum
{
  PHONE_SIP_DIGEST_MD5,
  PHONE_SIP_DIGEST_MD5_SESS,
  PHONE_SIP_DIGEST_SHA256,
  PHONE_SIP_DIGEST_SHA256_SESS,
  PHONE_SIP_DIGEST_SHA512_256,
  PHONE_SIP_DIGEST_SHA512_256_SESS,
} PhoneSipDigestAlgorithm;

/* One Digest challenge (RFC 7616, RFC 8760), parsed. */
typedef struct
{
  char                    *realm;
  char                    *nonce;
  char                    *opaque;
  char                    *domain;
  PhoneSipDigestAlgorithm  algorithm;
  guint                    qop_auth : 1;
  guint                    qop_auth_int : 1;
  guint                    stale : 1;
  guint                    proxy : 1;     /* from Proxy-Authenticate */
} PhoneSipChallenge;

PhoneSipChallenge *phone_sip_challenge_parse (const char *value, gboolean proxy, GError **error);
void               phone_sip_challenge_free  (PhoneSipChallenge *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneSipChallenge, phone_sip_challenge_free)

/* The challenges of a 401 or 407 that credentials can answer, one a realm, the topmost supported of each (RFC 8760 §2.4). */
GPtrArray *phone_sip_digest_choose    (const PhoneSipMessage *response, const PhoneSipCredentials *credentials);
/* The value of Authorization or Proxy-Authorization; nc counts from 1; cnonce NULL makes one. */
char      *phone_sip_digest_authorize (const PhoneSipChallenge *challenge, const PhoneSipCredentials *credentials,
                                       const char *method, const char *uri, const char *body, gsize body_length,
                                       const char *cnonce, guint nc, GError **error);

G_END_DECLS
