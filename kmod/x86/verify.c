// SPDX-License-Identifier: GPL-2.0
/* Verify at a vCPU's first exits that KVM is as the module assumes. */
#include "arch.h"
#include "vcpu.h"
#include "x86/entry_regs.h"

bool vsys_verify(struct vsys_vcpu *v)
{
	u32 refusal = VSYS_REFUSED_MODE;

	if (vsys_in_l2_or_smm(v->vcpu))
		return false;
	if (!vsys_beyond_emulation(v->vcpu)) {
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
