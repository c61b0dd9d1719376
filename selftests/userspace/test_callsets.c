// SPDX-License-Identifier: GPL-2.0
/* Expressions of calls: the one parser of vsysread -e, vsys_trace_filter() and rules. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "ktap.h"
#include <vsyscalls/trace.h>
#include <vsyscalls/vsyscalls.h>

static struct vsys_profiles profiles;
static const bool linux_only[] = { true, false };

static const char *const names[] = { "linux_x86_64", "windows_10_19041_x64" };

/* The numbers that @exprs, ended by NULL, give @abi: "3,5", "!3", "none", "not exact". */
static const char *numbers(unsigned int abi, const bool *used, const char *const *exprs)
{
	static uint32_t list[VSYS_FILTER_NUMBERS];
	static struct vsys_text t;
	struct vsys_callsets *c;
	struct vsys_number_set set;
	unsigned int i, n;
	bool exact;

	vsys_text_reset(&t);
	if (vsys_callsets_new(&profiles, used, &c))
		abort();
	for (; *exprs; exprs++) {
		if (vsys_callsets_add(c, *exprs, 0)) {
			vsys_callsets_free(c);
			return vsys_error();
		}
	}
	if (!vsys_callsets_get(c, abi, &set, &exact)) {
		vsys_text_put(&t, "none");
	} else {
		n = vsys_number_set_list(&set, list);
		vsys_text_put(&t, set.invert ? "!" : "");
		for (i = 0; i < n; i++)
			vsys_text_printf(&t, "%s%u", i ? "," : "", list[i]);
		vsys_text_put(&t, exact ? "" : " not exact");
	}
	vsys_callsets_free(c);
	return t.s;
}

static const char *one(unsigned int abi, const char *expr)
{
	const char *const exprs[] = { expr, NULL };

	return numbers(abi, linux_only, exprs);
}

static void items(void)
{
	enum { X64 = VSYS_ABI_LINUX_X86_64, I386 = VSYS_ABI_LINUX_I386 };
	const char *const two[] = { "read", "!5,0x6", NULL };
	const char *const none[] = { NULL };

	is_text(one(X64, "read,close"), "0,3", "names");
	is_text(one(I386, "read,close"), "3,6", "which each ABI numbers");
	is_text(one(X64, "preadv*"), "295,327", "a glob");
	is_text(one(X64, "/^(read|close)$"), "0,3", "a regular expression");
	is_text(one(X64, "/^p\\,|^close$"), "3", "with a comma in it");
	is_text(one(X64, "%signal,!/sig,!k*,!tk*,!tg*,!pid*"), "34", "a group, without some");
	is_text(one(X64, "!read"), "!0", "all but one");
	is_text(one(0, "5,0x10"), "5,16", "numbers are alike in all ABIs");
	is_text(one(X64, "5,0x10"), "none", "and make no set for one");
	is_text(one(X64, "5,read"), "0,5", "unless there are names, too");
	is_text(one(0, "none"), "", "none");
	is_text(one(0, "!none"), "!", "not none is all");
	is_text(one(X64, "read,all,!close"), "!3", "what stood before all is forgotten");
	is_text(numbers(X64, linux_only, two), "0", "a second expression goes on from the first");
	is_text(numbers(0, linux_only, none), "!", "without any it is all calls");
}

static void errors(void)
{
	is_text(one(1, "raed"), "raed: no such system call in profile linux_x86_64; do you mean "
		"read?", "no call");
	is_text(one(1, "NtWaitForKeyedEvent"),
		"NtWaitForKeyedEvent: no such system call in profile linux_x86_64", "a call of a profile that is not in use");
	is_text(one(1, "read,,close"), "an empty name among the calls", "an empty item");
	is_text(one(1, "read,"), "an empty name among the calls", "another");
	is_text(one(1, "%files"), "%files: there is no such set", "no group");
	is_text(one(1, "/("), "/(: Unmatched ( or \\(", "no regular expression");
	is_text(one(1, "99999"), "99999: no such system call in profile linux_x86_64",
		"a number that is too large");
}

static void several(void)
{
	const char *const both[] = { "read,NtClose", NULL };
	struct vsys_record rec = { .abi = VSYS_ABI_WINDOWS_X64, .nr = 15, .profile = 1 };
	struct vsys_callsets *c;
	int err;

	is_text(numbers(VSYS_ABI_LINUX_X86_64, NULL, both), "0", "several profiles: each has its ABIs");
	is_text(numbers(VSYS_ABI_WINDOWS_X64, NULL, both), "15", "and its numbers");
	if (vsys_callsets_new(&profiles, linux_only, &c))
		abort();
	err = vsys_callsets_add(c, "read,NtClose", VSYS_CALLSETS_ANY);
	is_number((uint64_t)err, 0, "one of the calls is enough");
	is_true(vsys_callsets_pass(c, &rec), "each record is judged by its own profile");
	rec.nr = 16;
	is_true(!vsys_callsets_pass(c, &rec), "which has not this one");
	rec.flags = VSYS_F_UNPAIRED;
	is_true(!vsys_callsets_pass(c, &rec), "an unknown call is none that was named");
	is_number((uint64_t)-vsys_callsets_add(c, "NtOpenFile,NtNone", VSYS_CALLSETS_ANY), ENOENT,
		  "none of the calls is not");
	vsys_callsets_free(c);
}

static void numbers_as_text(void)
{
	const char *end;
	uint64_t v;

	is_true(vsys_number_parse("0x1fK", &v, &end) && v == 31 && *end == 'K', "a number");
	is_true(vsys_number_parse("18446744073709551615", &v, &end) && v == UINT64_MAX && !*end,
		"the largest");
	is_true(!vsys_number_parse("18446744073709551616", &v, &end), "a larger one");
	is_true(!vsys_number_parse("-1", &v, &end) && !vsys_number_parse(" 1", &v, &end) &&
		!vsys_number_parse("", &v, &end), "none");
}

int main(void)
{
	unsigned int i;

	ktap_plan(15 + 7 + 7 + 4);
	for (i = 0; i < 2; i++)
		if (vsys_profiles_add(&profiles, names[i]))
			abort();
	items();
	errors();
	several();
	numbers_as_text();
	vsys_profiles_free(&profiles);
	return ktap_end();
}
