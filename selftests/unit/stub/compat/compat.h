/* SPDX-License-Identifier: GPL-2.0 */
/* From KVM only the general registers, numbered as the CPU encodes them. */
#ifndef STUB_COMPAT_H
#define STUB_COMPAT_H

#include <linux/types.h>

enum {
	VCPU_REGS_RAX, VCPU_REGS_RCX, VCPU_REGS_RDX, VCPU_REGS_RBX,
	VCPU_REGS_RSP, VCPU_REGS_RBP, VCPU_REGS_RSI, VCPU_REGS_RDI,
	VCPU_REGS_R8, VCPU_REGS_R9, VCPU_REGS_R10, VCPU_REGS_R11,
	VCPU_REGS_R12, VCPU_REGS_R13, VCPU_REGS_R14, VCPU_REGS_R15,
	NR_VCPU_REGS,
};

enum { OUTSIDE_GUEST_MODE };

struct kvm_vcpu {
	int cpu, mode;
	struct {
		unsigned long regs[NR_VCPU_REGS];
	} arch;
};

typedef int fastpath_t;
#define VSYS_RUN_PARAMS	struct kvm_vcpu *vcpu

#endif
