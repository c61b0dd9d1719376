// SPDX-License-Identifier: GPL-2.0
/* Where the guest's kernel keeps the task that runs, on x86. */
#include "arch.h"
#include "guestmem.h"
#include "vcpu.h"
#include "x86/paging_types.h"

static bool base_user(const struct vsys_recipe *in)
{
	return in->base == VSYS_X86_BASE_FS || in->base == VSYS_X86_BASE_GS;
}

/* May the module evaluate a recipe with this base?  0 or an error. */
int vsys_arch_task_check(const struct vsys_recipe *in)
{
	if (!in->base || in->base >= VSYS_X86_BASE_NR)
		return -EOPNOTSUPP;
	if (base_user(in) != !!(in->flags & VSYS_RECIPE_CLAIMED) ||
	    (in->selector && in->base != VSYS_X86_BASE_GDT) || in->selector & 4 ||
	    in->root_clear & ~VSYS_PTE_ADDR || in->root & ~VSYS_PTE_ADDR ||
	    (in->root && in->root_clear))
		return -EINVAL;
	return 0;
}

/* The root that task memory is read with, with its reader's rights. */
u64 vsys_arch_task_root(struct vsys_vcpu *v, const struct vsys_recipe *in, u64 root)
{
	root &= ~(u64)VSYS_WHO_MASK;
	if (base_user(in))
		return root | VSYS_WHO_USER;
	if (in->root)
		root = in->root | (root & VSYS_PAGING_MASK);
	return (root & ~in->root_clear) | VSYS_WHO_KERNEL;
}

/* SDM vol. 3, 3.4.5: the base of a descriptor of code or data. */
static bool descriptor_base(struct vsys_vcpu *v, u16 selector, u64 *base)
{
	u64 gdt = vsys_vendor->reg(v->vcpu, VSYS_X86_VCPU_GDT), d;

	if (vsys_mem_read(&v->mem, gdt + (selector & ~7), &d, sizeof(d)) != sizeof(d))
		return false;
	*base = (d >> 16 & 0xffffff) | (d >> 32 & 0xff000000);
	return true;
}

/* The base of @in; v->mem is ready.  False: unknown. */
bool vsys_arch_task_base(struct vsys_vcpu *v, const struct vsys_recipe *in, u64 *base)
{
	static const u8 regs[] = {
		[VSYS_X86_BASE_KERNEL_GS] = VSYS_X86_VCPU_KERNEL_GS,
		[VSYS_X86_BASE_FS] = VSYS_X86_VCPU_FS,
		[VSYS_X86_BASE_GS] = VSYS_X86_VCPU_GS,
	};

	if (in->base == VSYS_X86_BASE_GDT)
		return descriptor_base(v, in->selector, base);
	*base = vsys_vendor->reg(v->vcpu, regs[in->base]);
	return true;
}
