/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_WATCH_H
#define VSYS_WATCH_H

#include "vcpu.h"

u32 vsys_watch_index(enum vsys_msr msr);
void vsys_watch_begin(struct vsys_vcpu *v);
void vsys_watch(struct vsys_vcpu *v);

#endif /* VSYS_WATCH_H */
