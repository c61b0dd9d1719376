// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's switches and the reader's tables agree: each argument that the tables
 * call an address is captured at the point they give, and no other.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "capture.h"
#include "profile.h"
#include <vsyscalls/tables.h>

static unsigned int captured;	/* slots, a bit each */
static int failed;

/* What the arguments are: values that select a form of the call. */
static u64 args[VSYS_ARGS_MAX];
static unsigned int all_in, all_out;	/* slots captured by any form of the call */

static void capture(unsigned int arg)
{
	captured |= 1u << arg;
}

u64 vsys_cap_arg(struct vsys_capture_ctx *c, unsigned int arg)
{
	return args[arg];
}

static u64 result = 1;

u64 vsys_cap_ret(struct vsys_capture_ctx *c)
{
	return result;
}

u64 vsys_cap_mem(struct vsys_capture_ctx *c, unsigned int arg, u32 offset,
		 u32 size)
{
	return 1;
}

u64 vsys_cap_least(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes, u64 most)
{
	return bytes;
}

u64 vsys_cap_plus(u64 count, u32 more)
{
	return count + more;
}

u64 vsys_cap_div(u64 count, u32 size)
{
	return count / size;
}

u64 vsys_cap_member(struct vsys_capture_ctx *c, u32 offset, u32 size)
{
	return 1;
}

u64 vsys_cap_mul(u64 count, u32 size)
{
	return count * size;
}

static bool any_tells;	/* a form tells of io_urings */
static bool any_entries;	/* a form captures their entries */

#define RINGS(name) \
	void vsys_rings_##name(struct vsys_capture_ctx *c) \
	{ \
		any_tells = true; \
	}

RINGS(mmap)
RINGS(mmap2)
RINGS(io_uring_setup)
RINGS(io_uring_register)
RINGS(io_uring_enter)

/* The argument is a number; what is captured has no address there. */
void vsys_cap_sqes(struct vsys_capture_ctx *c, unsigned int arg)
{
	any_entries = true;
}

u64 vsys_sqe_number(const struct vsys_sqe_ctx *s, u32 offset, u32 size)
{
	return 1;
}

void vsys_sqe_buf(struct vsys_sqe_ctx *s, u32 offset, u64 bytes)
{
}

void vsys_sqe_str(struct vsys_sqe_ctx *s, u32 offset)
{
}

static bool ends, any_ends;	/* a form does not return, unlike its call */

void vsys_cap_noreturn(struct vsys_capture_ctx *c)
{
	ends = any_ends = true;
}

void vsys_cap_buf(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes)
{
	capture(arg);
}

/* A member is captured with its structure, before it. */
static void member(unsigned int arg)
{
	if (!(captured & 1u << arg))
		failed = 1;
}

void vsys_cap_member_buf(struct vsys_capture_ctx *c, unsigned int arg, u32 offset, u32 size,
			 u64 bytes)
{
	member(arg);
}

void vsys_cap_member_str(struct vsys_capture_ctx *c, unsigned int arg, u32 offset, u32 size)
{
	member(arg);
}

void vsys_cap_str(struct vsys_capture_ctx *c, unsigned int arg)
{
	capture(arg);
}

void vsys_cap_wstr(struct vsys_capture_ctx *c, unsigned int arg)
{
	capture(arg);
}

void vsys_cap_strv(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	capture(arg);
}

void vsys_cap_structv(struct vsys_capture_ctx *c, unsigned int arg, u64 count, u32 size,
		      u32 word)
{
	capture(arg);
}

void vsys_cap_fprog(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	capture(arg);
}

void vsys_cap_iov(struct vsys_capture_ctx *c, unsigned int arg, u64 count,
		  u64 bytes, u32 word)
{
	capture(arg);
}

void vsys_cap_msghdr(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes,
		     u32 word)
{
	capture(arg);
}

void vsys_cap_mmsghdr(struct vsys_capture_ctx *c, unsigned int arg, u64 count,
		      bool received, u32 word)
{
	capture(arg);
}

void vsys_cap_msgheads(struct vsys_capture_ctx *c, unsigned int arg, u64 count, bool many,
		       u32 word)
{
	capture(arg);
}

void vsys_cap_ustr(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	capture(arg);
}

void vsys_cap_lstr(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	capture(arg);
}

void vsys_cap_objattr(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	capture(arg);
}

void vsys_cap_psattr(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	capture(arg);
}

void vsys_cap_psparams(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	capture(arg);
}

void vsys_cap_afdbufs(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes, u32 word)
{
	capture(arg);
}

void vsys_cap_afdsendto(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes, u32 word)
{
	capture(arg);
}

void vsys_cap_afdrecvfrom(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes, u32 word)
{
	capture(arg);
}

static void expect(const char *profile, const char *call, const char *what,
		   unsigned int kernel, unsigned int user)
{
	if (kernel == user)
		return;
	printf("%s %s: %s: %#x in the kernel, %#x in user space\n", profile,
	       call, what, kernel, user);
	failed = 1;
}

/* Arguments whose memory goes in direction @dir. */
static unsigned int addresses(const struct vsys_proto *call, unsigned int dir)
{
	unsigned int i, mask = 0;

	for (i = 0; i < call->nparams; i++)
		if (call->params[i].type->cls >= VSYS_CL_MEMORY && call->params[i].dir & dir)
			mask |= 1u << call->params[i].slot;
	return mask;
}

static u64 narrowed(u64 v, const struct vsys_choice *c)
{
	return c->size < 8 ? v & ((UINT64_C(1) << 8 * c->size) - 1) & c->mask : v & c->mask;
}

/* A value that selects no case, or none if all are taken. */
static bool other_value(const struct vsys_choice *c, u64 *value)
{
	unsigned int i;

	for (*value = 0; *value < 1 << 24; *value += c->mask & -c->mask) {
		for (i = 0; i < c->n && c->cases[i].value != narrowed(*value, c); i++)
			;
		if (i == c->n)
			return true;
	}
	return false;
}

static bool never;	/* the call returns in no form: the kernel need not tell */

static bool never_returns(const struct vsys_proto *call)
{
	const struct vsys_choice *c = call->choice;
	unsigned int i;

	for (i = 0; c && i < c->n; i++)
		if (!never_returns(c->cases[i].call))
			return false;
	return call->flags & VSYS_CALLF_NORETURN;
}

/* Each form of the call, by the values that select it. */
static void check_forms(const char *profile, const struct vsys_numbers *k, u32 form,
			const struct vsys_proto *call)
{
	/* All after which something is written: see errno.tbl, status_error.tbl */
	static const u64 failures[] = { -4, -7, -75, 0xc0000023, 0xc0000004 };
	const struct vsys_choice *c = call->choice;
	unsigned int i;

	for (i = 0; c && i < c->n; i++) {
		args[c->slot] = c->cases[i].value;
		check_forms(profile, k, form, c->cases[i].call);
	}
	if (c && !other_value(c, &args[c->slot]))
		return;
	captured = 0;
	ends = false;
	k->entry(NULL, form);
	expect(profile, call->name, "returns", ends, call->flags & VSYS_CALLF_NORETURN && !never);
	expect(profile, call->name, "in", captured, addresses(call, VSYS_DIR_IN));
	all_in |= captured;
	captured = 0;
	k->exit(NULL, form);
	for (i = 0; i < ARRAY_SIZE(failures); i++) {
		result = failures[i];
		k->failed(NULL, form);
	}
	result = 1;
	expect(profile, call->name, "out", captured, addresses(call, VSYS_DIR_OUT));
	all_out |= captured;
}

static void check_call(const char *profile, const struct vsys_numbers *k,
		       u32 info, const struct vsys_proto *call)
{
	u32 flags = call->nslots | VSYS_CALL_KNOWN;
	unsigned int i;

	for (i = 0; i < VSYS_ARGS_MAX; i++)
		args[i] = 1;
	all_in = all_out = 0;
	any_ends = any_tells = any_entries = false;
	never = never_returns(call);
	check_forms(profile, k, info >> VSYS_CALL_FORM_SHIFT, call);
	if (all_in || any_ends || any_entries)
		flags |= VSYS_CALL_IN;
	if (all_out)
		flags |= VSYS_CALL_OUT;
	if (any_tells)
		flags |= VSYS_CALL_RINGS;
	if (never)
		flags |= VSYS_CALL_NORETURN;
	if (call->flags & VSYS_CALLF_TWICE)
		flags |= VSYS_CALL_TWICE;
	if (call->flags & VSYS_CALLF_LEAVES)
		flags |= VSYS_CALL_LEAVES;
	if (call->result->cls == VSYS_CL_STATUS)
		flags |= VSYS_CALL_STATUS;
	expect(profile, call->name, "info", info & ((1u << VSYS_CALL_FORM_SHIFT) - 1), flags);
}

static u32 info_of(const struct vsys_numbers *k, u32 nr)
{
	u32 index = nr & ((1 << VSYS_NR_SHIFT) - 1), table = nr >> VSYS_NR_SHIFT;

	return index < k->n[table] ? k->info[table][index] : 0;
}

/* The info of a call that only a door makes, or 0. */
static u32 info_by_door(const struct vsys_numbers *k, u32 nr)
{
	u32 door;

	for (door = 0; door < VSYS_DOOR_NR; door++)
		if (k->by_door[door].info && k->by_door[door].nr == nr)
			return k->by_door[door].info;
	return 0;
}

/* Each number, also those that neither knows. */
static void check_numbers(const char *profile, const struct vsys_numbers *k,
			  const struct vsys_numbering *u)
{
	u32 nr, i = 0, extra = 0;

	for (nr = 0; nr < VSYS_NR_TABLES << VSYS_NR_SHIFT; nr++) {
		u32 info = info_of(k, nr);

		if (!info && info_by_door(k, nr)) {
			info = info_by_door(k, nr);
			extra++;
		}
		if (i < u->n && u->numbers[i].nr == nr)
			check_call(profile, k, info, &u->calls[u->numbers[i++].call]);
		else
			expect(profile, "of no number", "info", info, 0);
	}
	expect(profile, "in order", "calls", i, u->n);
	expect(profile, "all", "calls", k->calls + extra, u->n);
}

static void check_profile(const struct vsys_profile *p, const struct vsys_table *t)
{
	unsigned int i, abis = 0;

	expect(p->name, "native", "ABI", p->abi, t->abis[0].abi);
	expect(p->name, "all", "OS", p->os, t->os);
	expect(p->name, "all", "architecture", p->arch, t->arch);
	for (i = 0; i < VSYS_ABI_NR; i++)
		abis += !!p->numbers[i];
	expect(p->name, "all", "ABIs", abis, t->nabis);
	for (i = 0; i < t->nabis; i++) {
		const struct vsys_numbers *k = p->numbers[t->abis[i].abi];

		expect(p->name, "its", "ABI", k ? t->abis[i].abi : 0, t->abis[i].abi);
		if (k)
			check_numbers(p->name, k, &t->abis[i]);
	}
}

int main(void)
{
	unsigned int i;

	expect("all", "tables", "how many", vsys_nr_profiles, vsys_ntables);
	for (i = 0; !failed && i < vsys_nr_profiles; i++) {
		expect(vsys_profiles[i].name, "the same", "name",
		       strcmp(vsys_profiles[i].name, vsys_tables[i].name), 0);
		check_profile(&vsys_profiles[i], &vsys_tables[i]);
	}
	return failed;
}
