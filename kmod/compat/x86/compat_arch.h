/* SPDX-License-Identifier: GPL-2.0 */
/* Differences between kernels in x86 and its KVM.  Part of compat.h. */
#ifndef VSYS_COMPAT_ARCH_H
#define VSYS_COMPAT_ARCH_H

#ifdef VSYS_HAVE_ENTRY_VIRT
#include <linux/entry-virt.h>
#else
#include <linux/entry-kvm.h>
#endif
#include <asm/debugreg.h>
#include <asm/msr.h>

/*
 * The parameters of kvm_x86_ops.vcpu_run, and how to pass them on.  @again:
 * this is not the first run of a KVM_RUN iteration, so the flags of the first
 * no longer apply.
 */
#ifdef VSYS_HAVE_RUN_FLAGS
#define VSYS_RUN_PARAMS		struct kvm_vcpu *vcpu, u64 run_flags
#define VSYS_RUN_ARGS(again)	vcpu, (again) ? 0 : run_flags
#else
#define VSYS_RUN_PARAMS		struct kvm_vcpu *vcpu
#define VSYS_RUN_ARGS(again)	vcpu
#endif

/* KVM's registers beside the general ones; vsys_rip() can be assigned to. */
#ifdef VSYS_HAVE_ARCH_RIP
#define vsys_rip(vcpu)		((vcpu)->arch.rip)
#define vsys_pdptes(vcpu)	((vcpu)->arch.pdptrs)
#define vsys_regs_avail(vcpu)	((vcpu)->arch.regs_avail)
#define vsys_regs_dirty(vcpu)	((vcpu)->arch.regs_dirty)
#else
#define VCPU_REG_RIP		VCPU_REGS_RIP
#define VCPU_REG_PDPTR		VCPU_EXREG_PDPTR
#define VCPU_REG_CR3		VCPU_EXREG_CR3
#define VCPU_REG_RFLAGS		VCPU_EXREG_RFLAGS
#define VCPU_REG_SEGMENTS	VCPU_EXREG_SEGMENTS
#define vsys_rip(vcpu)		((vcpu)->arch.regs[VCPU_REGS_RIP])
#define vsys_pdptes(vcpu)	((vcpu)->arch.walk_mmu->pdptrs)
/* 32 bits, of which KVM changes single ones as of a bitmap, too. */
#define vsys_regs_avail(vcpu)	((unsigned long *)&(vcpu)->arch.regs_avail)
#define vsys_regs_dirty(vcpu)	((unsigned long *)&(vcpu)->arch.regs_dirty)
#endif

static inline bool vsys_reg_avail(struct kvm_vcpu *vcpu, int reg)
{
	return test_bit(reg, vsys_regs_avail(vcpu));
}

static inline void vsys_reg_forget(struct kvm_vcpu *vcpu, int reg)
{
	__clear_bit(reg, vsys_regs_avail(vcpu));
}

/* Note that a register is set in vcpu->arch: KVM writes it back at entry. */
static inline void vsys_reg_dirty(struct kvm_vcpu *vcpu, int reg)
{
	__set_bit(reg, vsys_regs_avail(vcpu));
	__set_bit(reg, vsys_regs_dirty(vcpu));
}

/* Does a nested guest run, or system management mode?  These are not armed. */
static __always_inline bool vsys_in_l2_or_smm(struct kvm_vcpu *vcpu)
{
	return vcpu->arch.hflags & (HF_GUEST_MASK | HF_SMM_MASK);
}

/* With FRED SYSCALL and SYSENTER are events, and SYSRET and SYSEXIT do not exist. */
#ifndef X86_CR4_FRED
#define X86_CR4_FRED	BIT_ULL(32)
#endif

/* A hypervisor: its MSRs may belong to a guest of its own at any time. */
static inline bool vsys_msrs_wander(struct kvm_vcpu *vcpu)
{
	return vsys_in_l2_or_smm(vcpu) || vcpu->arch.efer & EFER_SVME ||
	       vcpu->arch.cr4 & X86_CR4_VMXE;
}

/*
 * Is the state hidden by the CPU (SEV-ES, SNP, TDX, debuggable or not), or some of the
 * memory unreadable for the host?
 */
static inline bool vsys_protected(const struct kvm_vcpu *vcpu)
{
#ifdef VSYS_HAVE_PROTECTED_STATE
	if (vcpu->kvm->arch.has_protected_state)
		return true;
#endif
#ifdef VSYS_HAVE_PRIVATE_MEM
	if (kvm_arch_has_private_mem(vcpu->kvm))
		return true;
#endif
	return vcpu->arch.guest_state_protected;
}

/* Request a flush of the L1 data cache before guest entry, where L1TF needs it. */
static inline void vsys_l1d_used(struct kvm_vcpu *vcpu)
{
#ifdef VSYS_HAVE_L1D_FLAG
	vcpu->arch.l1tf_flush_l1d = true;
#else
	kvm_set_cpu_l1tf_flush_l1d();
#endif
}

/* Does a static call have callers?  Without inline calls the kernel keeps no list. */
static inline bool vsys_static_call_used(const struct static_call_key *key)
{
#ifdef CONFIG_HAVE_STATIC_CALL_INLINE
	return key->mods;
#else
	return true;
#endif
}

/* Set while KVM's vendor module is loaded. */
static inline bool vsys_has_vendor(const struct kvm_x86_ops *ops)
{
#ifdef VSYS_HAVE_ENABLE_VIRTUALIZATION
	return ops->enable_virtualization_cpu;
#else
	return ops->hardware_enable;
#endif
}

/* KVM declares them in a private header; btf.c verifies them. */
#ifndef VSYS_HAVE_QUEUE_EXCEPTION
void kvm_queue_exception_e(struct kvm_vcpu *vcpu, unsigned int nr, u32 error_code);
void kvm_queue_exception_p(struct kvm_vcpu *vcpu, unsigned int nr, unsigned long payload);
#endif
#ifndef EMULTYPE_TRAP_UD
#define EMULTYPE_TRAP_UD	(1 << 1)
#endif
int x86_emulate_instruction(struct kvm_vcpu *vcpu, gpa_t cr2_or_gpa, int emulation_type,
			    void *insn, int insn_len);

#ifndef VSYS_HAVE_MISC_CTL
#define misc_ctl			nested_ctl
#define SVM_MISC_ENABLE_NP		SVM_NESTED_CTL_NP_ENABLE
#define SVM_MISC_ENABLE_SEV		SVM_NESTED_CTL_SEV_ENABLE
#define SVM_MISC_ENABLE_SEV_ES		SVM_NESTED_CTL_SEV_ES_ENABLE
#endif

#ifndef rdmsrq
#define rdmsrq	rdmsrl
#define wrmsrq	wrmsrl
#endif

/* Do KVM_KVMCLOCK_CTRL for all vCPUs: the others may have waited for the held one. */
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

#endif /* VSYS_COMPAT_ARCH_H */
