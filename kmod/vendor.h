/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_VENDOR_H
#define VSYS_VENDOR_H

#include <linux/static_call.h>
#include <linux/types.h>

struct kvm_vcpu;
struct vsys_vcpu;

/* What a VM exit was, as far as tracing cares. */
enum vsys_exit {
	VSYS_EXIT_OTHER,
	VSYS_EXIT_UD,		/* #UD, not while an event was delivered */
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
	u64 cr0;
	u64 cr3;
	u64 cr4;
	u64 efer;
	u64 cs_base;
	u16 cs;
	u16 ss;
	u32 cs_attr;
	u32 ss_attr;
	bool ss_keep;	/* store: only the selector of SS changes */
	u8 cpl;
};

enum {
	VSYS_AR_L = 1 << 13,
	VSYS_AR_DB = 1 << 14,
};

/* What arming changed, for disarming. */
struct vsys_armed {
	bool on;
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
 * struct vsys_vendor_ops - SVM or VMX
 * @id: enum vsys_vendor
 * @syscall32: SYSCALL and SYSRET exist outside 64-bit mode (APM vol. 3)
 * @sysret_gp_early: SYSRET to a non-canonical address faults before it
 *                   changes anything (SDM vol. 2), not after (APM vol. 3)
 * @sysret_keeps_ss: SYSRET loads SS's selector only (APM vol. 3)
 * @loop: the vCPU may be entered again at once, without KVM's own loop
 * @check: 0 or the enum vsys_refusal for this vCPU; right after an exit, may
 *         sleep
 * @arm: make SYSCALL and SYSRET exit; false if this run is to be left alone
 * @disarm: undo @arm
 * @exit: what the last exit was
 * @load: read the state
 * @store: write the state back, clear the interrupt shadow
 * @msr: a call-entry MSR of the guest
 *
 * All but @check run on the vCPU's thread; @arm and @disarm with interrupts
 * off, right around VMRUN or VMRESUME.
 */
struct vsys_vendor_ops {
	u32 id;
	bool syscall32;
	bool sysret_gp_early;
	bool sysret_keeps_ss;
	bool loop;
	u32 (*check)(struct kvm_vcpu *vcpu);
	bool (*arm)(struct vsys_vcpu *v);
	void (*disarm)(struct vsys_vcpu *v);
	enum vsys_exit (*exit)(struct vsys_vcpu *v);
	void (*load)(struct vsys_vcpu *v, struct vsys_state *st);
	void (*store)(struct vsys_vcpu *v, const struct vsys_state *st);
	u64 (*msr)(struct vsys_vcpu *v, enum vsys_msr msr);
};

extern const struct vsys_vendor_ops vsys_svm_ops;
extern const struct vsys_vendor_ops vsys_vmx_ops;
extern struct vsys_vendor_ops vsys_vendor __ro_after_init;

DECLARE_STATIC_CALL(vsys_arm, *((struct vsys_vendor_ops *)0)->arm);
DECLARE_STATIC_CALL(vsys_disarm, *((struct vsys_vendor_ops *)0)->disarm);
DECLARE_STATIC_CALL(vsys_exit, *((struct vsys_vendor_ops *)0)->exit);
DECLARE_STATIC_CALL(vsys_load, *((struct vsys_vendor_ops *)0)->load);
DECLARE_STATIC_CALL(vsys_store, *((struct vsys_vendor_ops *)0)->store);
DECLARE_STATIC_CALL(vsys_msr, *((struct vsys_vendor_ops *)0)->msr);

#endif /* VSYS_VENDOR_H */
