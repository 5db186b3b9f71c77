/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-media-echo.h"

#include "phone-media-webrtc-private.h"

/**
 * phone_media_echo_new:
 * @config: its devices are not used
 * @data: unused
 *
 * A session that opens no device and decodes nothing: RTP is unpacked and packed again, and key frame requests of the peer go
 * back to the peer, who makes the picture.
 *
 * Returns: (transfer full): the session
 */
PhoneMediaSession *
phone_media_echo_new (const PhoneMediaConfig *config,
                      gpointer                data)
{
  g_return_val_if_fail (config != NULL, NULL);

  return phone_media_webrtc_create (config, TRUE);
}
