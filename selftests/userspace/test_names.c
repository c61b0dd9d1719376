// SPDX-License-Identifier: GPL-2.0
/* Calls are found by number and by name; sets of them are those of the kernel. */
#include "ktap.h"
#include "table.h"

static const char *nearest(const char *name)
{
	const char *s = vsys_table_nearest(&test_table, name);

	return s ? s : "none";
}

static void sets(void)
{
	struct vsys_callset only = { 0 }, but = { .invert = true };

	is_true(!vsys_callset_has(&only, 0) && vsys_callset_has(&but, 0), "empty sets");
	vsys_callset_add(&only, 64);
	vsys_callset_add(&but, 64);
	is_true(vsys_callset_has(&only, 64) && !vsys_callset_has(&only, 63) &&
		!vsys_callset_has(&only, 0), "only one call");
	is_true(!vsys_callset_has(&but, 64) && vsys_callset_has(&but, 63), "all but one call");
	vsys_callset_add(&only, VSYS_FILTER_NUMBERS);
	vsys_callset_add(&but, 0xffffffff);
	is_true(!vsys_callset_has(&only, VSYS_FILTER_NUMBERS), "large numbers are in no set");
	is_true(vsys_callset_has(&but, 0xffffffff), "and in all that are inverted");
}

int main(void)
{
	const struct vsys_call *call;

	ktap_plan(15);
	call = vsys_table_call(&test_table, NR_OPENAT);
	is_text(call ? call->name : NULL, "openat", "by number");
	is_true(!vsys_table_call(&test_table, 2), "no such number");
	is_true(!vsys_table_call(&test_table, 0xffffffff), "number far out");
	is_true(!vsys_table_call(NULL, 0), "no table");
	call = vsys_table_named(&test_table, "read");
	is_number(call ? call->nr : 99, NR_READ, "by name");
	is_true(!vsys_table_named(&test_table, "rea"), "no such name");
	is_text(nearest("opnat"), "openat", "a letter is missing");
	is_text(nearest("raed"), "read", "two letters are swapped");
	is_text(nearest("frobnicate"), "none", "nothing is alike");
	is_text(nearest("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
		"none", "a long name");
	sets();
	return ktap_end();
}
