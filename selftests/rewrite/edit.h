/* SPDX-License-Identifier: GPL-2.0 */
/* Holding and rewriting, unchecked. */
#ifndef REWRITE_EDIT_H
#define REWRITE_EDIT_H

#include "api.h"

/* A held call and its record. */
struct held_call {
	struct vsys_held held;
	union {
		struct vsys_record r;
		struct vsys_rec_entry entry;
		struct vsys_rec_return ret;
		uint64_t record[8192];
	};
};

/* VSYS_HELD_REGS, with room for the largest set of registers. */
struct edit_regs {
	uint64_t mask;
	uint32_t count;		/* out: number of the guest's registers */
	uint64_t regs[VSYS_REGS_MAX];
};

uint64_t call_of(const struct held_call *c);
int rule_add(int fd, struct vsys_rule *r, uint32_t nr, const struct vsys_act *acts,
	     uint32_t nacts, const struct vsys_cond *cond);
int edit_next_now(int fd, struct held_call *c);
int edit_next(int fd, struct held_call *c);
int edit_args(int fd, const struct held_call *c, uint32_t flags, uint32_t first,
	      uint32_t count, uint64_t *values);
int edit_regs(int fd, const struct held_call *c, uint32_t flags, struct edit_regs *r);
int edit_mem(int fd, const struct held_call *c, uint32_t flags, uint64_t addr, void *data,
	     uint32_t bytes, uint64_t *fault);
int edit_resume(int fd, const struct held_call *c, uint32_t verdict, uint64_t result);

#endif
