// SPDX-License-Identifier: GPL-2.0
/* Verdicts against the filters and the rules that they are made of. */
#include <string.h>

#include "../../kmod/verdict.h"
#include "ktap.h"

enum { MINE = 1, OTHER = 2 };

static struct vsys_callset set;
static struct vsys_callset_part part;

static bool has(u8 abi, u32 nr, int slot, int kind)
{
	return vsys_verdict(abi, nr) >> (slot + kind) & 1;
}

static void filters(void)
{
	set.abi[VSYS_ABI_LINUX_X86_64].numbers[0] = 1UL << 7;
	set.abi[VSYS_ABI_LINUX_X32].numbers[0] = 1UL << 8;
	set.abi[VSYS_ABI_LINUX_I386].all = set.abi[VSYS_ABI_LINUX_I386].others = true;
	vsys_verdict_filter(MINE, &set);
	ok(has(VSYS_ABI_LINUX_X86_64, 7, MINE, VSYS_VERDICT_WANTED), "a filter passes a number");
	ok(!has(VSYS_ABI_LINUX_X86_64, 8, MINE, VSYS_VERDICT_WANTED), "and not another");
	ok(has(VSYS_ABI_LINUX_X32, 8 | VSYS_X32_BIT, MINE, VSYS_VERDICT_WANTED), "x32's bit is ignored");
	ok(has(VSYS_ABI_LINUX_I386, -1, MINE, VSYS_VERDICT_WANTED), "a number beyond the table");
	ok(!has(VSYS_ABI_LINUX_X86_64, -1, MINE, VSYS_VERDICT_WANTED), "and not of an ABI without it");
	ok(!has(VSYS_ABI_LINUX_X86_64, 7, OTHER, VSYS_VERDICT_WANTED), "another session's is its own");
	set.abi[VSYS_ABI_LINUX_X86_64].numbers[0] = 1UL << 8;
	vsys_verdict_filter(MINE, &set);
	ok(!has(VSYS_ABI_LINUX_X86_64, 7, MINE, VSYS_VERDICT_WANTED) &&
	   has(VSYS_ABI_LINUX_X86_64, 8, MINE, VSYS_VERDICT_WANTED), "a new filter replaces the old one");
}

static void concerns(void)
{
	struct vsys_verdict_rule rule = { &part, VSYS_ABI_LINUX_X86_64 };

	part.numbers[0] = 1UL << 7;
	vsys_verdict_rule(MINE, &rule);
	ok(has(VSYS_ABI_LINUX_X86_64, 7, MINE, VSYS_VERDICT_RULED), "a rule concerns its number");
	ok(!has(VSYS_ABI_LINUX_X86_64, 8, MINE, VSYS_VERDICT_RULED), "and not another");
	ok(!has(VSYS_ABI_LINUX_I386, 7, MINE, VSYS_VERDICT_RULED), "nor another ABI's");
	ok(!has(VSYS_ABI_LINUX_X86_64, 7, MINE, VSYS_VERDICT_STRINGS), "it needs no strings");
	ok(!has(VSYS_ABI_LINUX_X86_64, 7, OTHER, VSYS_VERDICT_RULED), "another session's is its own");
	part.others = true;
	vsys_verdict_rule(MINE, &(struct vsys_verdict_rule){ &part, 0, true });
	ok(has(VSYS_ABI_LINUX_I386, 7, MINE, VSYS_VERDICT_RULED), "a rule without ABI concerns all");
	ok(has(VSYS_ABI_LINUX_I386, 9999, MINE, VSYS_VERDICT_STRINGS), "a pattern needs strings");
	part.others = false;
	vsys_verdict_sum_begin();
	vsys_verdict_sum_add(&rule);
	vsys_verdict_sum_end(MINE);
	ok(has(VSYS_ABI_LINUX_X86_64, 7, MINE, VSYS_VERDICT_RULED) &&
	   !has(VSYS_ABI_LINUX_X86_64, 7, MINE, VSYS_VERDICT_STRINGS) &&
	   !has(VSYS_ABI_LINUX_I386, 9999, MINE, VSYS_VERDICT_RULED), "a removed rule concerns none");
	vsys_verdict_sum_begin();
	vsys_verdict_sum_end(MINE);
	ok(!has(VSYS_ABI_LINUX_X86_64, 7, MINE, VSYS_VERDICT_RULED),
	   "nor do the rules of a slot's last session");
	ok(has(VSYS_ABI_LINUX_X86_64, 8, MINE, VSYS_VERDICT_WANTED), "rules leave the filter");
}

int main(void)
{
	puts("TAP version 13");
	filters();
	concerns();
	return ktap_end();
}
