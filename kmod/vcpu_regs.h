/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_VCPU_REGS_H
#define VSYS_VCPU_REGS_H

struct vsys_session;
struct vsys_vcpu_regs;

int vsys_vcpu_regs_get(struct vsys_session *s, struct vsys_vcpu_regs *in);

#endif /* VSYS_VCPU_REGS_H */
