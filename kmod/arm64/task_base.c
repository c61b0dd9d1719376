// SPDX-License-Identifier: GPL-2.0
/* Where the guest's kernel keeps the task that runs, on arm64. */
#include "arch.h"
#include "arm64/paging_types.h"
#include "arm64/state.h"
#include "vcpu.h"

/* The bits of TTBR1 that hold its table, Arm ARM D24.2.207. */
#define TTBR_BADDR	GENMASK_ULL(47, 2)

/* May the module evaluate a recipe with this base?  0 or an error. */
int vsys_arch_task_check(const struct vsys_recipe *in)
{
	if (!in->base || in->base >= VSYS_ARM64_BASE_NR)
		return -EOPNOTSUPP;
	if (in->flags || in->selector || (in->root | in->root_clear) & ~TTBR_BADDR ||
	    (in->root && in->root_clear))
		return -EINVAL;
	return 0;
}

/* The root of the kernel's half; @root is that of programs. */
u64 vsys_arch_task_root(struct vsys_vcpu *v, const struct vsys_recipe *in, u64 root)
{
	u64 ttbr1 = in->root ?: vsys_el1_read(v->vcpu, TTBR1) & ~in->root_clear;

	return vsys_paging_root_upper(ttbr1, vsys_el1_read(v->vcpu, TCR),
				      vsys_el1_read(v->vcpu, SCTLR));
}

/* The base of @in; programs cannot write it.  False: unknown. */
bool vsys_arch_task_base(struct vsys_vcpu *v, const struct vsys_recipe *in, u64 *base)
{
	*base = vsys_tpidr_read(v->vcpu);
	return true;
}
