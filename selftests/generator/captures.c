// SPDX-License-Identifier: GPL-2.0
/*
 * What each call of the profile linux_x86_64 captures.  Its arguments are 1000,
 * 1001, ..., with a mark in the upper half, its result is 50; the number in
 * memory at argument N is 20 + N.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "capture.h"
#include "profile.h"
#include "tables.h"

#define UPPER (UINT64_C(0xbad) << 32)

static void put_number(u64 v)
{
	if (v == U64_MAX)
		printf(" all");
	else
		printf(v & UPPER ? " long:%" PRIu64 : " %" PRIu64, v & ~UPPER);
}

u64 vsys_cap_arg(struct vsys_capture_ctx *c, unsigned int arg)
{
	return UPPER | (1000 + arg);
}

u64 vsys_cap_ret(struct vsys_capture_ctx *c)
{
	return 50;
}

u64 vsys_cap_u32(struct vsys_capture_ctx *c, unsigned int arg)
{
	return 20 + arg;
}

u64 vsys_cap_mul(u64 count, u32 size)
{
	return (count & UPPER) | (count & ~UPPER) * size;
}

void vsys_cap_buf(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes)
{
	printf(" %u:buf", arg);
	put_number(bytes);
}

void vsys_cap_str(struct vsys_capture_ctx *c, unsigned int arg)
{
	printf(" %u:str", arg);
}

void vsys_cap_strv(struct vsys_capture_ctx *c, unsigned int arg)
{
	printf(" %u:strv", arg);
}

void vsys_cap_iov(struct vsys_capture_ctx *c, unsigned int arg, u64 count,
		  u64 bytes)
{
	printf(" %u:iov", arg);
	put_number(count);
	put_number(bytes);
}

void vsys_cap_msghdr(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes)
{
	printf(" %u:msghdr", arg);
	put_number(bytes);
}

int main(void)
{
	const struct vsys_profile *p = vsys_profiles;
	unsigned int i;

	for (i = 0; i < vsys_tables[0].ncalls; i++) {
		const struct vsys_call *call = &vsys_tables[0].calls[i];

		printf("%s", call->name);
		p->entry(NULL, call->nr);
		printf(" |");
		p->exit(NULL, call->nr);
		puts("");
	}
	return 0;
}
