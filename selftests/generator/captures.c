// SPDX-License-Identifier: GPL-2.0
/*
 * Print the captures of each call of a profile, one a line, under the number of each
 * of its ABIs.  Its arguments are 1000, 1001, ..., with a mark in the upper
 * half, its result is 50; the number of 4 bytes in memory at argument N is
 * 20 + N, of 8 bytes 30 + N, and at an offset more by 100 times that.
 * A number that is at most another one is N<LIMIT, a part of one N/SIZE, as a factor N/SIZE*K.
 * What members point to is ARG+OFFSET.  After " | RESULT" are the captures
 * of a call that failed so, or in any way.  After a call come its cases, as NAME:SLOT=VALUE.
 * After the ABI are results below 0x400 that leave outputs unwritten, as "unwritten RESULT".
 *
 * Of entries of io_uring's queue the number of the operation, and what is captured at offsets in
 * the entry.
 *
 *	captures PROFILE|sqe
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "profile.h"
#include <vsyscalls/tables.h>

#define UPPER (UINT64_C(0xbad) << 32)
#define ANY (-(u64)1)	/* EPERM */
#define LEAST (UINT64_C(1) << 62)
#define DIVIDED (UINT64_C(1) << 61)

static u64 set[VSYS_ARGS_MAX];	/* arguments that select a case */
static unsigned int is_set;	/* a bit each */

static u64 result = 50;
static bool any_failure;	/* a failure that nobody names captures something */
static bool failed;	/* the result is a failure, and no capture was put so far */

/* Put a capture, the first one after a failure behind the result. */
__attribute__((format(printf, 1, 2))) static void put(const char *fmt, ...)
{
	va_list ap;

	any_failure |= failed && result == ANY;
	if (failed && result == ANY)
		printf(" | any");
	else if (failed)
		printf(" | %#x", (u32)result);
	failed = false;
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

static void put_number(u64 v)
{
	if (v == U64_MAX)
		printf(" all");
	else if (v & DIVIDED)
		printf(v >> 48 & 0xff ? " %u/%u*%u" : " %u/%u", (unsigned int)(u16)(v >> 16),
		       (unsigned int)(u16)v, (unsigned int)(v >> 48 & 0xff));
	else if (v & LEAST)
		printf(" %" PRIu64 "<%u", (v & ~LEAST) >> 16, (u16)v);
	else
		printf(v & UPPER ? " long:%" PRIu64 : " %" PRIu64, v & ~UPPER);
}

u64 vsys_cap_arg(struct vsys_capture_ctx *c, unsigned int arg)
{
	return is_set & 1u << arg ? set[arg] : UPPER | (1000 + arg);
}

u64 vsys_cap_ret(struct vsys_capture_ctx *c)
{
	return result;
}

u64 vsys_cap_mem(struct vsys_capture_ctx *c, unsigned int arg, u32 offset,
		 u32 size)
{
	return (size == 8 ? 30 : 20) + arg + 100 * offset;
}

u64 vsys_cap_plus(u64 count, u32 more)
{
	return count + more;
}

/* A quotient is shown as what is divided, and the divisor behind it. */
u64 vsys_cap_div(u64 count, u32 size)
{
	return DIVIDED | (count & 0xffff) << 16 | size;
}

u64 vsys_cap_member(struct vsys_capture_ctx *c, u32 offset, u32 size)
{
	return vsys_cap_mem(c, 0, offset, size);
}

u64 vsys_cap_mul(u64 count, u32 size)
{
	if (count & DIVIDED)
		return count | (u64)size << 48;
	return (count & UPPER) | (count & ~UPPER) * size;
}

u64 vsys_cap_least(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes, u64 most)
{
	return LEAST | bytes << 16 | (most & 0xffff);
}

void vsys_cap_noreturn(struct vsys_capture_ctx *c)
{
	put(" noreturn");
}

void vsys_cap_buf(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes)
{
	put(" %u:buf", arg);
	put_number(bytes);
}

void vsys_cap_member_buf(struct vsys_capture_ctx *c, unsigned int arg, u32 offset, u32 size,
			 u64 bytes)
{
	put(" %u+%u:buf%u", arg, offset, size * 8);
	put_number(bytes);
}

void vsys_cap_member_str(struct vsys_capture_ctx *c, unsigned int arg, u32 offset, u32 size)
{
	put(" %u+%u:str%u", arg, offset, size * 8);
}

void vsys_cap_str(struct vsys_capture_ctx *c, unsigned int arg)
{
	put(" %u:str", arg);
}

void vsys_cap_wstr(struct vsys_capture_ctx *c, unsigned int arg)
{
	put(" %u:wstr", arg);
}

void vsys_cap_strv(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	put(" %u:strv%u", arg, word * 8);
}

void vsys_cap_structv(struct vsys_capture_ctx *c, unsigned int arg, u64 count, u32 size,
		      u32 word)
{
	put(" %u:structv%u*%u", arg, word * 8, size);
	put_number(count);
}

void vsys_cap_fprog(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	put(" %u:fprog%u", arg, word * 8);
}

void vsys_cap_iov(struct vsys_capture_ctx *c, unsigned int arg, u64 count,
		  u64 bytes, u32 word)
{
	put(" %u:iov%u", arg, word * 8);
	put_number(count);
	put_number(bytes);
}

void vsys_cap_msghdr(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes,
		     u32 word)
{
	put(" %u:msghdr%u", arg, word * 8);
	put_number(bytes);
}

void vsys_cap_mmsghdr(struct vsys_capture_ctx *c, unsigned int arg, u64 count,
		      bool received, u32 word)
{
	put(" %u:mmsghdr%u%s", arg, word * 8, received ? " received" : "");
	put_number(count);
}

void vsys_cap_msgheads(struct vsys_capture_ctx *c, unsigned int arg, u64 count, bool many,
		       u32 word)
{
	put(" %u:%sheads%u", arg, many ? "m" : "", word * 8);
	put_number(count);
}

void vsys_cap_ustr(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	put(" %u:ustr%u", arg, word * 8);
}

void vsys_cap_lstr(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	put(" %u:lstr%u", arg, word * 8);
}

void vsys_cap_objattr(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	put(" %u:objattr%u", arg, word * 8);
}

void vsys_cap_psattr(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	put(" %u:psattr%u", arg, word * 8);
}

void vsys_cap_psparams(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	put(" %u:psparams%u", arg, word * 8);
}

void vsys_cap_afdbufs(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes, u32 word)
{
	put(" %u:afdbufs%u", arg, word * 8);
	put_number(bytes);
}

void vsys_cap_afdsendto(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes, u32 word)
{
	put(" %u:afdsendto%u", arg, word * 8);
	put_number(bytes);
}

void vsys_cap_afdrecvfrom(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes, u32 word)
{
	put(" %u:afdrecvfrom%u", arg, word * 8);
	put_number(bytes);
}

void vsys_cap_sqes(struct vsys_capture_ctx *c, unsigned int arg)
{
	put(" %u:sqes", arg);
}

#define RINGS(name) \
	void vsys_rings_##name(struct vsys_capture_ctx *c) \
	{ \
		put(" rings"); \
	}

RINGS(mmap)
RINGS(mmap2)
RINGS(io_uring_setup)
RINGS(io_uring_register)
RINGS(io_uring_enter)

u64 vsys_sqe_number(const struct vsys_sqe_ctx *s, u32 offset, u32 size)
{
	return (size == 8 ? 30 : 20) + 100 * offset;
}

void vsys_sqe_buf(struct vsys_sqe_ctx *s, u32 offset, u64 bytes)
{
	put(" %u:buf", offset);
	put_number(bytes);
}

void vsys_sqe_str(struct vsys_sqe_ctx *s, u32 offset)
{
	put(" %u:str", offset);
}

/* A call, then its cases: NAME:SLOT=VALUE... */
static void put_call(const char *name, const struct vsys_numbers *k, u32 form,
		     const struct vsys_proto *call)
{
	/* The one that nobody names, EINTR, E2BIG, EAGAIN, EOVERFLOW; too small, mismatch, overflow */
	static const u64 failures[] = { ANY, -4, -7, -11, -75, 0xc0000023, 0xc0000004, 0x80000005 };
	const struct vsys_choice *c = call->choice;
	char longer[256];
	unsigned int i;

	printf("%s", name);
	k->entry(NULL, form);
	printf(" |");
	k->exit(NULL, form);
	any_failure = false;
	for (i = 0; i < ARRAY_SIZE(failures) && !any_failure; i++) {
		failed = true;
		result = failures[i];
		k->failed(NULL, form);
	}
	failed = false;
	result = 50;
	puts("");
	for (i = 0; c && i < c->n; i++) {
		snprintf(longer, sizeof(longer), "%s:%u=%#" PRIx64, name, c->slot, c->cases[i].value);
		set[c->slot] = c->cases[i].value;
		is_set |= 1u << c->slot;
		put_call(longer, k, form, c->cases[i].call);
		is_set &= ~(1u << c->slot);
	}
}

/* Of a call that has only the number of a door, too. */
static u32 info_of(const struct vsys_numbers *k, u32 nr)
{
	u32 index = nr & ((1 << VSYS_NR_SHIFT) - 1), table = nr >> VSYS_NR_SHIFT, door;

	for (door = 0; door < VSYS_DOOR_NR; door++)
		if (k->by_door[door].info && k->by_door[door].nr == nr)
			return k->by_door[door].info;
	return index < k->n[table] ? k->info[table][index] : 0;
}

static void put_captures(const struct vsys_numbers *k, const struct vsys_numbering *u)
{
	unsigned int i;

	printf("abi %u\n", u->abi);
	for (result = 0; k->unwritten && result < 0x400; result++)
		if (k->unwritten(NULL))
			printf("unwritten %#" PRIx64 "\n", result);
	result = 50;
	for (i = 0; i < u->n; i++) {
		u32 nr = u->numbers[i].nr;
		u32 info = info_of(k, nr);
		const struct vsys_proto *call = &u->calls[u->numbers[i].call];

		put_call(call->name, k, info >> VSYS_CALL_FORM_SHIFT, call);
	}
}

static int put_entries(void)
{
	struct vsys_sqe_ctx s = { calloc(1, sizeof(*s.sqe)) };
	unsigned int i;

	puts("abi sqe");
	for (i = 0; s.sqe && i < 256; i++) {
		s.sqe->entry[0] = i;
		printf("%u", i);
		vsys_sqe_memory(&s);
		puts("");
	}
	free(s.sqe);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned int i, j;

	if (argc == 2 && !strcmp(argv[1], "sqe"))
		return put_entries();

	for (i = 0; argc == 2 && i < vsys_ntables; i++) {
		const struct vsys_table *t = &vsys_tables[i];

		if (strcmp(t->name, argv[1]))
			continue;
		for (j = 0; j < t->nabis; j++)
			put_captures(vsys_profiles[i].numbers[t->abis[j].abi], &t->abis[j]);
		return 0;
	}
	return 1;
}
