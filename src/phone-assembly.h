/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-application.h"

G_BEGIN_DECLS

/* Builds the house: the one place that names concrete implementations. Owned by main (), outlives the application. */
typedef struct _PhoneAssembly PhoneAssembly;

PhoneAssembly               *phone_assembly_new       (void);
void                         phone_assembly_free      (PhoneAssembly *self);
const PhoneApplicationHooks *phone_assembly_get_hooks (PhoneAssembly *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneAssembly, phone_assembly_free)

G_END_DECLS
