/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A new key and a certificate for it that signs itself, as PEM; the fingerprint as in SDP. Errors: PHONE_MEDIA_ERROR_FAILED. */
char *phone_media_certificate_create      (char **out_fingerprint, GError **error);
/* The fingerprint of a certificate in PEM, with the hash that like ("sha-256 …") uses; NULL: unreadable, or no such hash. */
char *phone_media_certificate_fingerprint (const char *pem, const char *like);

G_END_DECLS
