// SPDX-License-Identifier: GPL-2.0
/*
 * Fine-grained traps of SVC from EL0 and of ERET, Arm ARM D24.2.62, HFGITR_EL2.
 *
 * KVM loads the register with a vCPU, from the machine's kvm.arch.fgu, and restores the
 * host's value afterwards; a loaded vCPU has it in the CPU.  Where KVM has no such member
 * (VSYS_FGU) it leaves the register alone, and the bits are set in all CPUs meanwhile.
 * Exits of vCPUs that are not traced may come in any case: exit.c passes them on.
 */
#include <linux/cpuhotplug.h>
#include <linux/smp.h>

#include "arm64/fgt.h"
#include "arm64/state.h"
#include "symbols.h"
#include "vm.h"

#define FGT_ERET	BIT_ULL(51)
#define FGT_SVC_EL0	BIT_ULL(52)
#define FGT_ALL		(FGT_SVC_EL0 | FGT_ERET)

static u64 all_cpus;	/* without VSYS_FGU: bits to set in each CPU */
static int hotplug;	/* without VSYS_FGU: state of CPU hotplug */

/* Has this CPU such traps, and does KVM run where they can be set? */
bool vsys_fgt_usable(void)
{
	u64 mmfr0 = read_sanitised_ftr_reg(SYS_ID_AA64MMFR0_EL1);

	return is_kernel_in_hyp_mode() && cpuid_feature_extract_unsigned_field(mmfr0, 56);
}

/* Set the bits of @clear_set in this CPU's register; clear the others of FGT_ALL. */
static void cpu_set(void *bits)
{
	u64 was = read_sysreg_s(SYS_HFGITR_EL2);
	u64 now = (was & ~FGT_ALL) | *(u64 *)bits;

	if (was == now)
		return;
	write_sysreg_s(now, SYS_HFGITR_EL2);
	isb();
}

static int cpu_up(unsigned int cpu)
{
	unsigned long flags;

	local_irq_save(flags);
	cpu_set(&all_cpus);
	local_irq_restore(flags);
	return 0;
}

/* Set the machine's bits, and those of this vCPU if it is loaded. */
static void vcpu_set(struct kvm_vcpu *vcpu, u64 bits)
{
	u64 *fgu = vsys_fgu(vcpu->kvm);

	if (!fgu || (READ_ONCE(*fgu) & FGT_ALL) == bits)
		return;
	WRITE_ONCE(*fgu, (*fgu & ~FGT_ALL) | bits);
	preempt_disable();
	if (vcpu_get_flag(vcpu, SYSREGS_ON_CPU)) {
		vsys_fgt_vcpu_set(vcpu, FGT_ALL, bits);
		cpu_set(&bits);
	}
	preempt_enable();
}

/* Let the doors of a vCPU trap, or not, from its next entry on; on its thread. */
void vsys_fgt_follow(struct kvm_vcpu *vcpu, bool on)
{
	u64 *fgu = vsys_fgu(vcpu->kvm);

	if (!fgu)
		return;
	if (!on)
		vcpu_set(vcpu, 0);
	else if ((READ_ONCE(*fgu) & FGT_ALL) != FGT_SVC_EL0)	/* its ERETs are left */
		vcpu_set(vcpu, FGT_ALL);
}

/* Let the CPU execute the ERETs of a vCPU's machine from now on. */
void vsys_fgt_leave_eret(struct kvm_vcpu *vcpu)
{
	u64 bits = FGT_SVC_EL0;

	if (vsys_fgu(vcpu->kvm)) {
		vcpu_set(vcpu, bits);
		return;
	}
	WRITE_ONCE(all_cpus, bits);
	on_each_cpu(cpu_set, &all_cpus, 1);
}

/* The first attach; called with vsys_lock held. */
void vsys_fgt_begin(void)
{
	lockdep_assert_held(&vsys_lock);
	if (VSYS_FGU || !vsys_fgt_usable())
		return;
	all_cpus = FGT_ALL;
	hotplug = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "vsyscalls:online", cpu_up, NULL);
	if (hotplug < 0)
		pr_err("no fine-grained traps: CPU hotplug says %d\n", hotplug);
}

static void machines_clear(void)
{
	struct kvm *kvm;

	mutex_lock(vsys_sym.kvm_lock);
	list_for_each_entry(kvm, vsys_sym.vm_list, vm_list)
		if (vsys_fgu(kvm))
			WRITE_ONCE(*vsys_fgu(kvm), *vsys_fgu(kvm) & ~FGT_ALL);
	mutex_unlock(vsys_sym.kvm_lock);
	/* A vCPU that is loaded meanwhile may have read them: preemption is off there. */
	synchronize_rcu();
}

/* After the last detach, with vsys_lock held: no exit of ours begins after it. */
void vsys_fgt_end(void)
{
	lockdep_assert_held(&vsys_lock);
	all_cpus = 0;
	if (VSYS_FGU)
		machines_clear();
	else if (hotplug > 0)
		cpuhp_remove_state_nocalls(hotplug);
	if (vsys_fgt_usable())
		on_each_cpu(cpu_set, &all_cpus, 1);
}
