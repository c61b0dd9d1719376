// SPDX-License-Identifier: GPL-2.0
/* Arguments, registers, result and memory of a call that has stopped. */
#include <linux/slab.h>

#include "record.h"
#include "rewrite/edit.h"
#include "x86/abi.h"
#include "x86/emulate.h"

/* VSYS_REG_* are in the order of VCPU_REGS_*, and that is the encoding's. */
static_assert((int)VSYS_REG_RCX == VCPU_REGS_RCX && (int)VSYS_REG_RSP == VCPU_REGS_RSP &&
	      (int)VSYS_REG_RDI == VCPU_REGS_RDI && (int)VSYS_REG_R15 == VCPU_REGS_R15);

/* What a caller may change of its RFLAGS. */
#define FLAGS	(X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF | X86_EFLAGS_ZF | \
	       X86_EFLAGS_SF | X86_EFLAGS_DF | X86_EFLAGS_OF)

/**
 * vsys_edit_record() - tell of a change
 * @stop: the stop
 * @e: what, value, and so on; call, rule and at are set here
 * @old: of memory: e->bytes bytes
 * @new: of memory: e->bytes bytes
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
	vsys_record_edit(stop->v, stop->call, 1U << stop->slot, e, old, new);
	local_irq_enable();
}

static void tell(struct vsys_stop *stop, u32 what, u32 index, u64 was, u64 value)
{
	struct vsys_rec_edit e = {
		.what = what, .index = index, .was = was, .value = value,
	};

	vsys_edit_record(stop, &e, NULL, NULL);
}

/* KVM's copy of RSP follows stop->st. */
void vsys_edit_put_sp(struct vsys_stop *stop)
{
	stop->v->vcpu->arch.regs[VCPU_REGS_RSP] = stop->st->rsp;
	vsys_reg_dirty(stop->v->vcpu, VCPU_REGS_RSP);
}

static u64 width(const struct vsys_stop *stop)
{
	return vsys_abi_is_32(stop->call->abi) ? U32_MAX : U64_MAX;
}

/* At the return. */
void vsys_edit_result(struct vsys_stop *stop, u64 value)
{
	unsigned long *rax = &stop->v->vcpu->arch.regs[VCPU_REGS_RAX];
	u64 was = *rax & width(stop);

	*rax = value & width(stop);
	tell(stop, VSYS_EDIT_RESULT, 0, was, *rax);
}

/* The part of arguments @in that is on the stack: *@n of them, from @span on. */
static void stack_part(struct vsys_stop *stop, const struct vsys_held_args *in,
		       struct vsys_span *span, u32 *n)
{
	u32 word = vsys_abi_is_32(stop->call->abi) ? 4 : 8, i;

	*span = (struct vsys_span){};
	*n = 0;
	for (i = in->count; i-- > 0; (*n)++)
		if (vsys_abi_place(stop->v, stop->call, in->first + i, &span->addr) >= 0)
			break;
	span->len = *n * word;
}

static bool args_ok(const struct vsys_stop *stop, const struct vsys_held_args *in)
{
	return in->first < stop->call->nargs && in->count &&
	       in->count <= stop->call->nargs - in->first;
}

/* @in->count arguments, as they are now; see VSYS_HELD_ARGS. */
int vsys_edit_read_args(struct vsys_stop *stop, const struct vsys_held_args *in,
			u64 *values, u64 *fault)
{
	u32 word = vsys_abi_is_32(stop->call->abi) ? 4 : 8, i, n, regs;
	u8 stack[VSYS_ARGS_MAX * sizeof(u64)];
	struct vsys_span span;
	u64 addr;
	int err;

	if (!args_ok(stop, in))
		return -EINVAL;
	if (stop->at == VSYS_AT_RETURN) {
		/* Those that could not be read then are zeros. */
		*fault = 0;
		if (in->first + in->count > stop->call->valid)
			return -EADDRNOTAVAIL;
		memcpy(values, stop->call->args + in->first, in->count * sizeof(u64));
		return 0;
	}
	stack_part(stop, in, &span, &n);
	err = n ? vsys_span_read(&stop->v->mem, &span, stack) : 0;
	*fault = span.fault;
	if (err)
		return err;
	regs = in->count - n;
	for (i = 0; i < regs; i++)
		values[i] = stop->v->vcpu->arch.regs[vsys_abi_place(stop->v, stop->call,
								    in->first + i, &addr)] &
			    width(stop);
	for (; i < in->count; i++) {
		values[i] = 0;
		memcpy(&values[i], stack + (i - regs) * word, word);
	}
	return 0;
}

/* All or none of @in->count arguments; see VSYS_HELD_ARGS. */
int vsys_edit_args(struct vsys_stop *stop, const struct vsys_held_args *in,
		   const u64 *values, u64 *fault)
{
	u32 word = vsys_abi_is_32(stop->call->abi) ? 4 : 8, i, n, regs;
	u8 stack[VSYS_ARGS_MAX * sizeof(u64)], old[sizeof(stack)];
	u64 was[VSYS_ARGS_MAX], addr;
	struct vsys_span span;
	int err;

	if (stop->at != VSYS_AT_ENTRY)
		return -EOPNOTSUPP;
	for (i = 0; i < in->count; i++)
		if (values[i] > width(stop))
			return -EINVAL;
	err = vsys_edit_read_args(stop, in, was, fault);
	if (err)
		return err;
	stack_part(stop, in, &span, &n);
	regs = in->count - n;
	for (i = 0; i < n; i++)
		memcpy(stack + i * word, &values[regs + i], word);
	err = n ? vsys_span_write(&stop->v->mem, stop->v->vcpu, &span, stack, old) : 0;
	*fault = span.fault;
	if (err)
		return err;
	for (i = 0; i < regs; i++)
		stop->v->vcpu->arch.regs[vsys_abi_place(stop->v, stop->call, in->first + i,
							&addr)] = values[i];
	for (i = 0; i < in->count; i++)
		tell(stop, VSYS_EDIT_ARG, in->first + i, was[i], values[i]);
	return 0;
}

/* An argument, by a rule: of a 32-bit ABI the lower half of @value. */
int vsys_edit_arg(struct vsys_stop *stop, u32 index, u64 value, u64 *fault)
{
	const struct vsys_held_args in = { .first = index, .count = 1 };

	value &= width(stop);
	return vsys_edit_args(stop, &in, &value, fault);
}

void vsys_edit_read_regs(struct vsys_stop *stop, struct vsys_held_regs *r)
{
	const unsigned long *regs = stop->v->vcpu->arch.regs;
	int i;

	for (i = 0; i < VSYS_REG_RIP; i++)
		r->regs[i] = regs[i];
	r->regs[VSYS_REG_RFLAGS] = stop->st->rflags & ~X86_EFLAGS_RF;
	if (stop->at == VSYS_AT_ENTRY) {
		r->regs[VSYS_REG_RSP] = stop->st->rsp;
		r->regs[VSYS_REG_RIP] = stop->st->rip;
	} else {
		r->regs[VSYS_REG_RSP] = stop->back->sp;
		r->regs[VSYS_REG_RIP] = stop->back->pc;
	}
}

/* Registers that the door is about to set, or to use. */
static u32 owned(const struct vsys_stop *stop)
{
	u32 high = stop->st->code64 ? 0 : GENMASK(VSYS_REG_R15, VSYS_REG_R8);

	if (stop->at == VSYS_AT_RETURN)
		return BIT(VSYS_REG_RSP) | BIT(VSYS_REG_RIP) | BIT(VSYS_REG_RFLAGS) |
		       BIT(VSYS_REG_RCX) | BIT(VSYS_REG_RDX) | BIT(VSYS_REG_R11);
	if (stop->call->door == VSYS_DOOR_SYSCALL)
		return BIT(VSYS_REG_RCX) | BIT(VSYS_REG_R11) | high;
	/* INT n may be executed again, where it is. */
	return high | (vsys_call_by_int(stop->call) ? BIT(VSYS_REG_RIP) : 0);
}

static bool value_ok(const struct vsys_stop *stop, int reg, u64 value)
{
	if (reg == VSYS_REG_RFLAGS)
		return !((value ^ stop->st->rflags) & ~(u64)(FLAGS | X86_EFLAGS_RF));
	if (!stop->st->code64)
		return value <= U32_MAX;
	return reg != VSYS_REG_RIP || vsys_canonical(stop->st->cr4, value);
}

static void set_reg(struct vsys_stop *stop, int reg, u64 value)
{
	switch (reg) {
	case VSYS_REG_RIP:
		stop->st->rip = value;
		break;
	case VSYS_REG_RFLAGS:
		stop->st->rflags = (stop->st->rflags & ~(u64)FLAGS) | (value & FLAGS);
		break;
	case VSYS_REG_RSP:
		stop->st->rsp = value;
		vsys_edit_put_sp(stop);
		break;
	default:
		stop->v->vcpu->arch.regs[reg] = value;
	}
}

/* All or none of r->mask; see VSYS_HELD_REGS. */
int vsys_edit_regs(struct vsys_stop *stop, struct vsys_held_regs *r)
{
	struct vsys_held_regs was;
	int i;

	if (!r->mask || r->mask & ~GENMASK_ULL(VSYS_REGS - 1, 0))
		return -EINVAL;
	if (r->mask & owned(stop)) {
		r->mask &= owned(stop);
		return -EROFS;
	}
	for (i = 0; i < VSYS_REGS; i++)
		if (r->mask & BIT(i) && !value_ok(stop, i, r->regs[i]))
			return -EINVAL;
	vsys_edit_read_regs(stop, &was);
	for (i = 0; i < VSYS_REGS; i++)
		if (r->mask & BIT(i)) {
			set_reg(stop, i, r->regs[i]);
			tell(stop, VSYS_EDIT_REG, i, was.regs[i], r->regs[i]);
		}
	/* Arguments are looked for where the registers say now. */
	if (stop->at == VSYS_AT_ENTRY)
		stop->call->key.sp = vsys_abi_sp(stop->v, stop->call->door,
						 vsys_state_sp(stop->st));
	return 0;
}

/* Memory, all or nothing; see VSYS_HELD_MEM. */
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

	if (err)
		return err;
	s.addr = (s.addr + a->value) & width(stop);
	err = vsys_edit_mem(stop, &s, data);
	*fault = s.fault;
	return err;
}
