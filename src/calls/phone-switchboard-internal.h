/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-call-private.h"
#include "phone-switchboard-private.h"

G_BEGIN_DECLS

/* Beyond the two seconds that an account's good-bye to its server takes at most. */
#define PHONE_SWITCHBOARD_FAREWELL_MILLISECONDS 2200u

struct _PhoneSwitchboard
{
  GObject                parent_instance;

  PhoneSwitchboardParts  parts;
  GListStore            *uas;           /* in the accounts' order */
  GListStore            *calls;         /* in the order of their beginning */
  PhoneCall             *active_call;   /* owned; the one that is heard */
  GNetworkMonitor       *network;
  PhoneMediaToneKind     tone_kind;     /* what the calls ask for */

  guint                  busy_tone : 1;
  guint                  silenced : 1;
  guint                  shutting_down : 1;
};

/* phone-switchboard.c */
gboolean phone_switchboard_has_item    (GListModel       *model,
                                        gpointer          item);

/* phone-switchboard-tones.c */
void     phone_switchboard_update_tone (PhoneSwitchboard *self);
void     phone_switchboard_play_end    (PhoneSwitchboard *self,
                                        PhoneCall        *call);

G_END_DECLS
