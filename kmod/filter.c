// SPDX-License-Identifier: GPL-2.0
/* VSYS_FILTER: from the caller's numbers to bit maps. */
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "filter.h"
#include "session.h"
#include "tap.h"
#include "vcpu.h"
#include "vm.h"

/* A filter that all calls pass, to be freed with kfree(), or NULL. */
struct vsys_filter_set *vsys_filter_all(void)
{
	struct vsys_filter_set *f = kzalloc(sizeof(*f), GFP_KERNEL_ACCOUNT);
	int i;

	if (!f)
		return NULL;
	f->all = true;
	for (i = 0; i < VSYS_ABIS; i++)
		f->abi[i].all = true;
	return f;
}

/* What @in says, for one ABI. */
static int filter_part(struct vsys_filter_part *p, const struct vsys_filter *in)
{
	u32 __user *numbers = u64_to_user_ptr(in->numbers);
	u32 i, nr;

	p->others = in->flags & VSYS_FILTER_INVERT;
	p->all = p->others && !in->count;
	if (p->others)
		bitmap_fill(p->pass, VSYS_FILTER_NUMBERS);
	for (i = 0; i < in->count; i++) {
		if (get_user(nr, numbers + i))
			return -EFAULT;
		if (nr >= VSYS_FILTER_NUMBERS)
			return -EINVAL;
		__assign_bit(nr, p->pass, !p->others);
	}
	return 0;
}

/* VSYS_FILTER */
int vsys_session_filter(struct vsys_session *s, const struct vsys_filter *in)
{
	struct vsys_filter_set *f, *old;
	int err, i;

	if (in->flags & ~VSYS_FILTER_INVERT || in->abi >= VSYS_ABIS ||
	    in->count > VSYS_FILTER_NUMBERS)
		return -EINVAL;
	f = kzalloc(sizeof(*f), GFP_KERNEL_ACCOUNT);
	if (!f)
		return -ENOMEM;
	err = filter_part(&f->abi[in->abi], in);
	if (err) {
		kfree(f);
		return err;
	}
	mutex_lock(&vsys_lock);
	old = s->filter;
	f->all = true;
	for (i = 1; i < VSYS_ABIS; i++) {
		if (i != in->abi)
			f->abi[i] = in->abi ? old->abi[i] : f->abi[0];
		f->all &= f->abi[i].all;
	}
	WRITE_ONCE(s->filter, f);
	vsys_tap_filtered();
	vsys_vcpu_quiesce();
	mutex_unlock(&vsys_lock);
	kfree(old);
	return 0;
}
