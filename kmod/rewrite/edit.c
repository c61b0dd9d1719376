// SPDX-License-Identifier: GPL-2.0
/* Change arguments, registers, result and memory of a stopped call. */
#include <linux/slab.h>

#include "arch.h"
#include "record.h"
#include "rewrite/each.h"
#include "rewrite/edit.h"

/**
 * vsys_edit_record() - record a change, or an action that failed
 * @stop: the stop
 * @e: the record without head, call, rule and at
 * @old: for memory: e->bytes bytes before the change
 * @new: for memory: e->bytes bytes after it
 */
void vsys_edit_record(struct vsys_stop *stop, struct vsys_rec_edit *e,
		      const void *old, const void *new)
{
	e->call = stop->call->id;
	e->rule = stop->rule;
	e->at = stop->at;
	if (!e->error) {
		stop->call->info |= VSYS_CALL_EDITED;
		stop->v->edits++;
	}
	local_irq_disable();
	vsys_record_edit(stop->v, stop->call, 1U << stop->tap_slot, e, old, new);
	local_irq_enable();
}

static void edit_report(struct vsys_stop *stop, u32 what, u32 index, u64 was, u64 value)
{
	struct vsys_rec_edit e = {
		.what = what, .index = index, .was = was, .value = value,
	};

	vsys_edit_record(stop, &e, NULL, NULL);
}

/* Change the result of a call that stops at its return. */
void vsys_edit_result(struct vsys_stop *stop, u64 value)
{
	struct kvm_vcpu *vcpu = stop->v->vcpu;
	u8 abi = stop->call->abi;
	u64 was = vsys_abi_result(vcpu, abi);

	vsys_abi_set_result(vcpu, abi, value);
	edit_report(stop, VSYS_EDIT_RESULT, 0, was, vsys_abi_result(vcpu, abi));
}

/* The register of argument @arg, which is not on the stack. */
static unsigned long *arg_reg(struct vsys_stop *stop, u32 arg)
{
	u64 addr;
	int reg = vsys_abi_place(stop->v, stop->call, arg, &addr);

	return vsys_abi_reg(stop->v->vcpu, reg);
}

/* Find the *@n arguments of @in that are on the stack, at @span. */
static void stack_args_find(struct vsys_stop *stop, const struct vsys_held_args *in,
			    struct vsys_span *span, u32 *n)
{
	u32 word = vsys_abi_word(stop->call->abi), i;

	*span = (struct vsys_span){};
	*n = 0;
	for (i = in->count; i-- > 0; (*n)++)
		if (vsys_abi_place(stop->v, stop->call, in->first + i, &span->addr) >= 0)
			break;
	span->len = *n * word;
}

static bool args_valid(const struct vsys_stop *stop, const struct vsys_held_args *in)
{
	return in->first < stop->call->nargs && in->count &&
	       in->count <= stop->call->nargs - in->first;
}

/* Read the present values of @in->count arguments; see VSYS_HELD_ARGS. */
int vsys_edit_read_args(struct vsys_stop *stop, const struct vsys_held_args *in,
			u64 *values, u64 *fault)
{
	u32 word = vsys_abi_word(stop->call->abi), i, n, regs;
	u8 stack[VSYS_ARGS_MAX * sizeof(u64)];
	struct vsys_span span;
	int err;

	if (!args_valid(stop, in))
		return -EINVAL;
	if (stop->at == VSYS_AT_RETURN) {
		*fault = 0;
		if (in->first + in->count > stop->call->valid)
			return -EADDRNOTAVAIL;
		memcpy(values, stop->call->args + in->first, in->count * sizeof(u64));
		return 0;
	}
	stack_args_find(stop, in, &span, &n);
	err = n ? vsys_span_read(&stop->v->mem, &span, stack) : 0;
	*fault = span.fault;
	if (err)
		return err;
	regs = in->count - n;
	for (i = 0; i < regs; i++)
		values[i] = *arg_reg(stop, in->first + i) & vsys_abi_mask(stop->call->abi);
	for (; i < in->count; i++) {
		values[i] = 0;
		memcpy(&values[i], stack + (i - regs) * word, word);
	}
	return 0;
}

/* Change all or none of @in->count arguments; see VSYS_HELD_ARGS. */
int vsys_edit_args(struct vsys_stop *stop, const struct vsys_held_args *in,
		   const u64 *values, u64 *fault)
{
	u32 word = vsys_abi_word(stop->call->abi), i, n, regs;
	u8 stack[VSYS_ARGS_MAX * sizeof(u64)], old[sizeof(stack)];
	u64 was[VSYS_ARGS_MAX];
	struct vsys_span span;
	int err;

	if (stop->at != VSYS_AT_ENTRY)
		return -EOPNOTSUPP;
	for (i = 0; i < in->count; i++)
		if (values[i] > vsys_abi_mask(stop->call->abi))
			return -EINVAL;
	err = vsys_edit_read_args(stop, in, was, fault);
	if (err)
		return err;
	stack_args_find(stop, in, &span, &n);
	regs = in->count - n;
	for (i = 0; i < n; i++)
		memcpy(stack + i * word, &values[regs + i], word);
	err = n ? vsys_span_write(&stop->v->mem, stop->v->vcpu, &span, stack, old) : 0;
	*fault = span.fault;
	if (err)
		return err;
	for (i = 0; i < regs; i++)
		*arg_reg(stop, in->first + i) = values[i];
	for (i = 0; i < in->count; i++)
		edit_report(stop, VSYS_EDIT_ARG, in->first + i, was[i], values[i]);
	return 0;
}

/* Change an argument for a rule; a 32-bit ABI takes the lower half of @value. */
int vsys_edit_arg(struct vsys_stop *stop, u32 index, u64 value, u64 *fault)
{
	const struct vsys_held_args in = { .first = index, .count = 1 };

	value &= vsys_abi_mask(stop->call->abi);
	return vsys_edit_args(stop, &in, &value, fault);
}

/* Change all or none of the registers in r->mask; see VSYS_HELD_REGS. */
int vsys_edit_regs(struct vsys_stop *stop, struct vsys_held_regs *r, const u64 *values)
{
	u64 was[VSYS_REG_NR];
	int i;

	if (!r->mask || r->mask & ~GENMASK_ULL(VSYS_REG_NR - 1, 0))
		return -EINVAL;
	if (r->mask & vsys_regs_owned(stop)) {
		r->mask &= vsys_regs_owned(stop);
		return -EROFS;
	}
	for (i = 0; i < VSYS_REG_NR; i++)
		if (r->mask & BIT(i) && !vsys_regs_valid(stop, i, values[i]))
			return -EINVAL;
	vsys_regs_read(stop, was);
	for (i = 0; i < VSYS_REG_NR; i++)
		if (r->mask & BIT(i)) {
			vsys_regs_write(stop, i, values[i]);
			edit_report(stop, VSYS_EDIT_REG, i, was[i], values[i]);
		}
	return 0;
}

/* Change all or nothing of a span of memory; see VSYS_HELD_MEM. */
int vsys_edit_mem(struct vsys_stop *stop, struct vsys_span *s, const void *data)
{
	struct vsys_rec_edit e = {
		.what = s->phys ? VSYS_EDIT_PHYS : VSYS_EDIT_MEM,
		.addr = s->addr, .bytes = s->len,
	};
	void *old = kvmalloc(s->len, GFP_KERNEL);
	int err;

	if (!old)
		return -ENOMEM;
	err = vsys_span_write(&stop->v->mem, stop->v->vcpu, s, data, old);
	if (!err)
		vsys_edit_record(stop, &e, old, data);
	kvfree(old);
	return err;
}

/* VSYS_ACT_POKE */
int vsys_edit_poke(struct vsys_stop *stop, const struct vsys_act *a, const void *data,
		   u64 *fault)
{
	const struct vsys_held_args in = { .first = a->index, .count = 1 };
	struct vsys_span s = {
		.len = a->bytes, .force = a->flags & VSYS_ACT_FORCE,
	};
	int err = vsys_edit_read_args(stop, &in, &s.addr, fault);

	/* Execve returns to memory that its arguments do not point to. */
	if (!err && vsys_stop_left(stop))
		err = -EADDRNOTAVAIL;
	if (err)
		return err;
	s.addr = (s.addr + a->value) & vsys_abi_mask(stop->call->abi);
	err = vsys_edit_mem(stop, &s, data);
	*fault = s.fault;
	return err;
}
