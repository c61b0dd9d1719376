// SPDX-License-Identifier: GPL-2.0
/* Bases of recipes: none is known yet, so no recipe is accepted. */
#include "arch.h"

int vsys_arch_task_check(const struct vsys_recipe *in)
{
	return -EOPNOTSUPP;
}

u64 vsys_arch_task_root(const struct vsys_recipe *in, u64 root)
{
	return root;
}

bool vsys_arch_task_base(struct vsys_vcpu *v, const struct vsys_recipe *in, u64 *base)
{
	return false;
}
