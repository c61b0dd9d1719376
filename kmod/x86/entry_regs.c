// SPDX-License-Identifier: GPL-2.0
/* Entry MSRs of the guest: report changes of its kernel's entries. */
#include <asm/msr-index.h>

#include "record.h"
#include "x86/entry_regs.h"

static_assert(VSYS_X86_STAR == MSR_STAR && VSYS_X86_LSTAR == MSR_LSTAR &&
	      VSYS_X86_CSTAR == MSR_CSTAR && VSYS_X86_SFMASK == MSR_SYSCALL_MASK &&
	      VSYS_X86_SYSENTER_CS == MSR_IA32_SYSENTER_CS &&
	      VSYS_X86_SYSENTER_ESP == MSR_IA32_SYSENTER_ESP &&
	      VSYS_X86_SYSENTER_EIP == MSR_IA32_SYSENTER_EIP);

static const u32 index[VSYS_MSRS] = {
	[VSYS_MSR_STAR] = VSYS_X86_STAR,
	[VSYS_MSR_LSTAR] = VSYS_X86_LSTAR,
	[VSYS_MSR_CSTAR] = VSYS_X86_CSTAR,
	[VSYS_MSR_SFMASK] = VSYS_X86_SFMASK,
	[VSYS_MSR_SYSENTER_CS] = VSYS_X86_SYSENTER_CS,
	[VSYS_MSR_SYSENTER_ESP] = VSYS_X86_SYSENTER_ESP,
	[VSYS_MSR_SYSENTER_EIP] = VSYS_X86_SYSENTER_EIP,
};

/* The number of an entry MSR. */
u32 vsys_entry_regs_index(enum vsys_msr msr)
{
	return index[msr];
}

/* Report changes from now on; on the vCPU's thread, after an exit. */
void vsys_entry_regs_begin(struct vsys_vcpu *v)
{
	int i;

	for (i = 0; i < VSYS_MSRS; i++)
		v->msrs[i] = vsys_vendor->msr(v->vcpu, i);
}

/* Record the changes since the last look; on the vCPU's thread, after an exit. */
void vsys_entry_regs_report(struct vsys_vcpu *v)
{
	unsigned long flags;
	int i;

	for (i = 0; i < VSYS_MSRS; i++) {
		u64 value = vsys_vendor->msr(v->vcpu, i);

		if (likely(value == v->msrs[i]))
			continue;
		local_irq_save(flags);
		vsys_record_entry_reg(v, index[i], v->msrs[i], value);
		local_irq_restore(flags);
		v->msrs[i] = value;
	}
}
