/* SPDX-License-Identifier: GPL-2.0 */
/* Differences between kernels in arm64 and its KVM.  Part of compat.h. */
#ifndef VSYS_COMPAT_ARCH_H
#define VSYS_COMPAT_ARCH_H

#include <linux/ftrace.h>
#include <asm/kvm_emulate.h>
#include <asm/sysreg.h>
#include <asm/virt.h>
#ifdef VSYS_HAVE_NESTED
#include <asm/kvm_nested.h>
#endif

/* The newest kernel whose KVM was looked at. */
#define VSYS_KVM_KNOWN	(LINUX_VERSION_CODE < KERNEL_VERSION(7, 4, 0))

/* How a callback of ftrace changes the place where the function goes on. */
#ifdef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
#define VSYS_FTRACE_FLAGS	0
static __always_inline void vsys_ftrace_set_pc(struct ftrace_regs *regs, unsigned long pc)
{
	ftrace_regs_set_instruction_pointer(regs, pc);
}
#else
#define VSYS_FTRACE_FLAGS	FTRACE_OPS_FL_SAVE_REGS
static __always_inline void vsys_ftrace_set_pc(struct ftrace_regs *regs, unsigned long pc)
{
	ftrace_get_regs(regs)->pc = pc;
}
#endif

/* The bits of HFGITR_EL2 that KVM adds for a machine; NULL if it never writes it. */
#ifdef VSYS_HAVE_FGU
#define VSYS_FGU	1
static inline u64 *vsys_fgu(struct kvm *kvm)
{
	return &kvm->arch.fgu[HFGITR_GROUP];
}
#else
#define VSYS_FGU	0
static inline u64 *vsys_fgu(struct kvm *kvm)
{
	return NULL;
}
#endif

/* KVM's copy of what a loaded vCPU has in HFGITR_EL2. */
static inline void vsys_fgt_vcpu_set(struct kvm_vcpu *vcpu, u64 clear, u64 set)
{
#ifdef VSYS_HAVE_VCPU_FGT
	u64 *fgt = vcpu_fgt(vcpu, HFGITR_EL2);

	*fgt = (*fgt & ~clear) | set;
#endif
}

/* Is the vCPU a hypervisor, whose guests' calls would be seen as its own? */
static inline bool vsys_nested(struct kvm_vcpu *vcpu)
{
#ifdef VSYS_HAVE_NESTED
	return vcpu_has_nv(vcpu);
#else
	return false;
#endif
}

static inline void vsys_l1d_used(struct kvm_vcpu *vcpu)
{
}

/* There is no kvmclock: guests have the CPU's counter. */
static inline void vsys_guest_stopped(struct kvm *kvm)
{
}

#endif /* VSYS_COMPAT_ARCH_H */
