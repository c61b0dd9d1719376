/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_RECORD_H
#define VSYS_RECORD_H

#include <linux/types.h>

struct vsys_tap;
struct vsys_vcpu;

u8 vsys_record_wanted(struct vsys_vcpu *v, u32 nr);
void vsys_record_pend(struct vsys_vcpu *v);
void vsys_record_entry(struct vsys_vcpu *v, u64 pc);
void vsys_record_return(struct vsys_vcpu *v, u64 result);
void vsys_record_unpaired(struct vsys_vcpu *v, u64 result);
void vsys_record_refused(struct vsys_vcpu *v, u32 reason, u64 pc);
void vsys_record_plain(struct vsys_tap *tap, u16 type);

#endif /* VSYS_RECORD_H */
