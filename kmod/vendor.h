/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_VENDOR_H
#define VSYS_VENDOR_H

#include <linux/types.h>

#include "compat/compat.h"

struct vsys_vcpu;

/* What became of a VM exit. */
enum vsys_trap {
	VSYS_TRAP_NONE,		/* not ours: KVM's */
	VSYS_TRAP_DONE,		/* the guest goes on */
	VSYS_TRAP_SLOW,		/* again where sleeping is allowed */
	VSYS_TRAP_DEBUG,	/* a debugger of the host single-steps */
};

/*
 * The guest's state that the instructions read and write beside the general
 * registers, which are in kvm_vcpu.arch.regs.  Segment attributes have the
 * layout of VMX's access rights, SDM vol. 3, 25.4.1.
 */
struct vsys_state {
	u64 rip;
	u64 rsp;
	u64 rflags;
	u64 cr3;
	u64 cr4;
	u16 cs;
	u16 ss;
	u32 cs_attr;	/* to be stored */
	u32 ss_attr;	/* to be stored */
	bool ss_keep;	/* only the selector of SS is to be stored */
	bool code64;	/* CS.L */
	u8 cpl;
};

/* What arming changed, for disarming. */
struct vsys_armed {
	u8 how;
	u64 efer;
};

enum vsys_msr {
	VSYS_MSR_STAR,
	VSYS_MSR_LSTAR,
	VSYS_MSR_CSTAR,
	VSYS_MSR_SFMASK,
};

/**
 * struct vsys_vendor_ops - SVM or VMX, each with its copy of run_tmpl.h
 * @id: enum vsys_vendor
 * @check: 0 or the enum vsys_refusal for this vCPU; right after an exit, may
 *         sleep
 * @run: the fast path, takes the place of kvm_x86_ops.vcpu_run
 * @slow: handle an exit that @run left to the path that may sleep
 *
 * All run on the vCPU's thread.
 */
struct vsys_vendor_ops {
	u32 id;
	u32 (*check)(struct kvm_vcpu *vcpu);
	fastpath_t (*run)(VSYS_RUN_PARAMS);
	enum vsys_trap (*slow)(struct vsys_vcpu *v);
};

extern const struct vsys_vendor_ops vsys_svm_ops;
extern const struct vsys_vendor_ops vsys_vmx_ops;
extern const struct vsys_vendor_ops *vsys_vendor;

#endif /* VSYS_VENDOR_H */
