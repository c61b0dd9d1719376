// SPDX-License-Identifier: GPL-2.0
/* Which vCPUs are refused. */
#include "arch.h"
#include "arm64/state.h"
#include "vcpu.h"

static u32 refusal_of(struct kvm_vcpu *vcpu)
{
	/* SVC from AArch32 to AArch32 has no fine-grained trap. */
	if (vsys_nested(vcpu) || vcpu_el1_is_32bit(vcpu))
		return VSYS_REFUSED_LEVEL;
	return 0;
}

bool vsys_verify(struct vsys_vcpu *v)
{
	if (!test_bit(VSYS_OFF_UNVERIFIED, &v->off))
		return false;
	v->refusal = refusal_of(v->vcpu);
	if (v->refusal)
		set_bit(VSYS_OFF_REFUSED, &v->off);
	v->msrs[VSYS_MSR_VBAR] = vsys_el1_read(v->vcpu, VBAR);
	clear_bit(VSYS_OFF_UNVERIFIED, &v->off);
	return true;
}
