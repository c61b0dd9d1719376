// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's switches and the reader's tables say the same: each argument
 * that the tables call an address is captured when they say so, and no other.
 */
#include <stdio.h>
#include <stdlib.h>

#include "capture.h"
#include "profile.h"
#include "tables.h"

static unsigned int captured;	/* arguments, a bit each */
static int failed;

static void capture(unsigned int arg)
{
	captured |= 1u << arg;
}

u64 vsys_cap_arg(struct vsys_capture_ctx *c, unsigned int arg)
{
	return 1;
}

u64 vsys_cap_ret(struct vsys_capture_ctx *c)
{
	return 1;
}

u64 vsys_cap_u32(struct vsys_capture_ctx *c, unsigned int arg)
{
	return 1;
}

u64 vsys_cap_mul(u64 count, u32 size)
{
	return count * size;
}

void vsys_cap_buf(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes)
{
	capture(arg);
}

void vsys_cap_str(struct vsys_capture_ctx *c, unsigned int arg)
{
	capture(arg);
}

void vsys_cap_strv(struct vsys_capture_ctx *c, unsigned int arg)
{
	capture(arg);
}

void vsys_cap_iov(struct vsys_capture_ctx *c, unsigned int arg, u64 count,
		  u64 bytes)
{
	capture(arg);
}

void vsys_cap_msghdr(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes)
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
static unsigned int addresses(const struct vsys_call *call, unsigned int dir)
{
	unsigned int i, mask = 0;

	for (i = 0; i < call->nparams; i++) {
		switch (call->params[i].type->cls) {
		case VSYS_CL_STR:
		case VSYS_CL_STRV:
		case VSYS_CL_BUF:
		case VSYS_CL_IOVEC:
		case VSYS_CL_MSGHDR:
		case VSYS_CL_STRUCT:
		case VSYS_CL_SOCKADDR:
			if (call->params[i].dir & dir)
				mask |= 1u << i;
			break;
		}
	}
	return mask;
}

static void check_call(const struct vsys_profile *p, const struct vsys_call *call)
{
	u32 info = ((call->nr) < (p)->nr_info ? (p)->info[call->nr] : 0), in, out;

	captured = 0;
	p->entry(NULL, call->nr);
	in = captured;
	captured = 0;
	p->exit(NULL, call->nr);
	out = captured;
	expect(p->name, call->name, "in", in, addresses(call, VSYS_DIR_IN));
	expect(p->name, call->name, "out", out, addresses(call, VSYS_DIR_OUT));
	expect(p->name, call->name, "info", info,
	       call->nparams | VSYS_CALL_KNOWN | (in ? VSYS_CALL_IN : 0) |
	       (out ? VSYS_CALL_OUT : 0) |
	       (call->flags & VSYS_CALLF_NORETURN ? VSYS_CALL_NORETURN : 0));
}

/* Numbers without a call are known to neither. */
static void check_holes(const struct vsys_profile *p, const struct vsys_table *t)
{
	u32 nr, i = 0;

	captured = 0;
	for (nr = 0; nr < 70000; nr++) {
		if (i < t->ncalls && t->calls[i].nr == nr) {
			i++;
			continue;
		}
		p->entry(NULL, nr);
		p->exit(NULL, nr);
		expect(p->name, "of no number", "info", ((nr) < (p)->nr_info ? (p)->info[nr] : 0), 0);
	}
	expect(p->name, "of no number", "captures", captured, 0);
	expect(p->name, "in order", "calls", i, t->ncalls);
}

int main(void)
{
	unsigned int i, j;

	expect("all", "tables", "how many", vsys_nr_profiles, vsys_ntables);
	for (i = 0; !failed && i < vsys_nr_profiles; i++) {
		expect(vsys_profiles[i].name, "all", "calls", vsys_profiles[i].calls,
		       vsys_tables[i].ncalls);
		expect(vsys_profiles[i].name, "all", "abi", vsys_profiles[i].abi,
		       vsys_tables[i].abi);
		for (j = 0; j < vsys_tables[i].ncalls; j++)
			check_call(&vsys_profiles[i], &vsys_tables[i].calls[j]);
		check_holes(&vsys_profiles[i], &vsys_tables[i]);
	}
	return failed;
}
