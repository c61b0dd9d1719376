/* SPDX-License-Identifier: GPL-2.0 */
/* What differs between kernels; the rest of the module knows one kernel. */
#ifndef VSYS_COMPAT_H
#define VSYS_COMPAT_H

#include <linux/kvm_host.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0) || \
	LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#error "vsyscalls supports Linux 6.1 only"
#endif

/*
 * The parameters of kvm_x86_ops.vcpu_run, and how to pass them on.  @again:
 * this is not the first run of a KVM_RUN iteration, so the flags of the first
 * do not hold any more.
 */
#ifdef VSYS_HAVE_RUN_FLAGS
#define VSYS_RUN_PARAMS		struct kvm_vcpu *vcpu, u64 run_flags
#define VSYS_RUN_ARGS(again)	vcpu, (again) ? 0 : run_flags
#else
#define VSYS_RUN_PARAMS		struct kvm_vcpu *vcpu
#define VSYS_RUN_ARGS(again)	vcpu
#endif

/* A guest of the guest's, or system management mode: left alone. */
static __always_inline bool vsys_in_special(struct kvm_vcpu *vcpu)
{
	return vcpu->arch.hflags & (HF_GUEST_MASK | HF_SMM_MASK);
}

static inline bool vsys_reg_avail(struct kvm_vcpu *vcpu, int reg)
{
	return vcpu->arch.regs_avail & BIT(reg);
}

static inline void vsys_reg_forget(struct kvm_vcpu *vcpu, int reg)
{
	vcpu->arch.regs_avail &= ~BIT(reg);
}

/* The register is set in vcpu->arch.regs: KVM writes it back at entry. */
static inline void vsys_reg_dirty(struct kvm_vcpu *vcpu, int reg)
{
	vcpu->arch.regs_avail |= BIT(reg);
	vcpu->arch.regs_dirty |= BIT(reg);
}

/* What KVM_KVMCLOCK_CTRL does, for all vCPUs: they may have waited for one. */
static inline void vsys_guest_stopped(struct kvm *kvm)
{
	struct kvm_vcpu *vcpu;
	unsigned long i;

	kvm_for_each_vcpu(i, vcpu, kvm) {
		if (!vcpu->arch.pv_time.active)
			continue;
		vcpu->arch.pvclock_set_guest_stopped_request = true;
		kvm_make_request(KVM_REQ_CLOCK_UPDATE, vcpu);
	}
}

#endif /* VSYS_COMPAT_H */
