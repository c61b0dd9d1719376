/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_ENTRY_REGS_H
#define VSYS_ENTRY_REGS_H

#include <linux/types.h>

#include "x86/vendor.h"

struct vsys_vcpu;

u32 vsys_entry_regs_index(enum vsys_msr msr);
void vsys_entry_regs_begin(struct vsys_vcpu *v);
void vsys_entry_regs_report(struct vsys_vcpu *v);

#endif /* VSYS_ENTRY_REGS_H */
