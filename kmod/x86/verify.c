// SPDX-License-Identifier: GPL-2.0
/* Verify at a vCPU's first exits that KVM is as the module assumes. */
#include <linux/moduleparam.h>

#include "arch.h"
#include "vcpu.h"
#include "x86/entry_regs.h"

/* No emulator has an AMD CPU with shadow stacks to test this with. */
static bool cet_amd;
module_param(cet_amd, bool, 0444);
MODULE_PARM_DESC(cet_amd, "Trace AMD guests with shadow stacks: untested");

unsigned long vsys_cr4_refused __ro_after_init = X86_CR4_FRED;

void __init vsys_verify_init(void)
{
	if (vsys_vendor->id == VSYS_VENDOR_SVM && !cet_amd)
		vsys_cr4_refused |= X86_CR4_CET;
}

bool vsys_verify(struct vsys_vcpu *v)
{
	u32 refusal = VSYS_REFUSED_MODE;

	if (vsys_in_l2_or_smm(v->vcpu))
		return false;
	if (!vsys_beyond_emulation(v->vcpu->arch.cr4)) {
		if (!v->checks)
			return false;
		refusal = vsys_vendor->check(v->vcpu);
		/* run() must come with interrupts off, handle_exit with interrupts on. */
		if (!refusal && (!v->run_seen || irqs_disabled()))
			refusal = VSYS_REFUSED_LAYOUT;
		if (refusal == VSYS_REFUSED_LAYOUT && --v->checks)
			return false;
	}
	v->checks = 0;
	v->refusal = refusal;
	if (refusal)
		set_bit(VSYS_OFF_REFUSED, &v->off);
	else
		vsys_entry_regs_begin(v);
	clear_bit(VSYS_OFF_UNVERIFIED, &v->off);
	return true;
}
