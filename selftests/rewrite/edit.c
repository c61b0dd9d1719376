// SPDX-License-Identifier: GPL-2.0
/* Holding and rewriting: each function is one ioctl, and returns 0 or an errno. */
#include <poll.h>

#include "edit.h"

uint64_t call_of(const struct held_call *c)
{
	return c->held.at == VSYS_AT_ENTRY ? c->entry.call : c->ret.call;
}

/* @r: the other members; those set here are overwritten. */
int rule_add(int fd, struct vsys_rule *r, uint32_t nr, const struct vsys_act *acts,
	     uint32_t nacts, const struct vsys_cond *cond)
{
	r->size = sizeof(*r);
	r->id = 0;
	r->numbers = (uintptr_t)&nr;
	r->count = 1;
	r->acts = (uintptr_t)acts;
	r->nacts = nacts;
	r->conds = (uintptr_t)cond;
	r->nconds = !!cond;
	return ctl(fd, VSYS_RULE, r);
}

int edit_next_now(int fd, struct held_call *c)
{
	c->held = (struct vsys_held){
		.size = sizeof(c->held), .record = (uintptr_t)c->record,
		.bytes = sizeof(c->record),
	};
	return ctl(fd, VSYS_HELD, &c->held);
}

/* Wait for the next held call. */
int edit_next(int fd, struct held_call *c)
{
	struct pollfd p = { .fd = fd, .events = POLLRDBAND };

	if (poll(&p, 1, PATIENCE_MS) != 1 || p.revents != POLLRDBAND)
		return ETIMEDOUT;
	return edit_next_now(fd, c);
}

int edit_args(int fd, const struct held_call *c, uint32_t flags, uint32_t first,
	      uint32_t count, uint64_t *values)
{
	struct vsys_held_args a = {
		.size = sizeof(a), .flags = flags, .id = c->held.id,
		.values = (uintptr_t)values, .first = first, .count = count,
	};

	return ctl(fd, VSYS_HELD_ARGS, &a);
}

int edit_regs(int fd, const struct held_call *c, uint32_t flags, struct edit_regs *r)
{
	struct vsys_held_regs a = {
		.size = sizeof(a), .flags = flags, .id = c->held.id, .mask = r->mask,
		.values = (uintptr_t)r->regs, .count = VSYS_REGS_MAX,
	};
	int err = ctl(fd, VSYS_HELD_REGS, &a);

	r->mask = a.mask;
	r->count = a.count;
	return err;
}

int edit_mem(int fd, const struct held_call *c, uint32_t flags, uint64_t addr, void *data,
	     uint32_t bytes, uint64_t *fault)
{
	struct vsys_held_mem m = {
		.size = sizeof(m), .flags = flags, .id = c->held.id, .addr = addr,
		.data = (uintptr_t)data, .bytes = bytes,
	};
	int err = ctl(fd, VSYS_HELD_MEM, &m);

	*fault = m.fault;
	return err;
}

int edit_resume(int fd, const struct held_call *c, uint32_t verdict, uint64_t result)
{
	struct vsys_resume r = {
		.size = sizeof(r), .id = c->held.id, .verdict = verdict, .result = result,
	};

	return ctl(fd, VSYS_RESUME, &r);
}
