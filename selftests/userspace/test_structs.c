// SPDX-License-Identifier: GPL-2.0
/* Structures are written member by member, arrays of them in brackets. */
#include "ktap.h"
#include "decode/decode.h"

static const struct vsys_field timespec_fields[] = {
	{ "tv_sec", 0, 8, 1, VSYS_CL_INT, NULL, NULL, 0, NULL },
	{ "tv_nsec", 8, 8, 1, VSYS_CL_INT, NULL, NULL, 0, NULL },
};

static const struct vsys_field timer_fields[] = {
	{ "it_interval.tv_sec", 0, 8, 1, VSYS_CL_INT, NULL, NULL, 0, NULL },
	{ "it_interval.tv_nsec", 8, 8, 1, VSYS_CL_INT, NULL, NULL, 0, NULL },
	{ "it_value.tv_sec", 16, 8, 1, VSYS_CL_INT, NULL, NULL, 0, NULL },
	{ "it_value.tv_nsec", 24, 8, 1, VSYS_CL_INT, NULL, NULL, 0, NULL },
};

static const struct vsys_field deep_fields[] = {
	{ "a.b.c", 0, 1, 0, VSYS_CL_UINT, NULL, NULL, 0, NULL },
	{ "a.b.d", 1, 1, 0, VSYS_CL_UINT, NULL, NULL, 0, NULL },
	{ "a.e", 2, 1, 0, VSYS_CL_UINT, NULL, NULL, 0, NULL },
	{ "f", 3, 1, 0, VSYS_CL_UINT, NULL, NULL, 0, NULL },
};

static const struct vsys_field fd_fields[] = { { "", 0, 4, 1, VSYS_CL_FD, NULL, NULL, 0, NULL } };
static const struct vsys_field name_fields[] = { { "name", 0, 4, 0, VSYS_CL_STR, NULL, NULL, 0, NULL } };

static const struct vsys_type timespec = {
	"timespec", VSYS_CL_STRUCT, 0, 16, NULL, 2, timespec_fields
};
static const struct vsys_type timer = { "timer", VSYS_CL_STRUCT, 0, 32, NULL, 4, timer_fields };
static const struct vsys_type deep = { "deep", VSYS_CL_STRUCT, 0, 4, NULL, 4, deep_fields };
static const struct vsys_type fds = { "fd*", VSYS_CL_STRUCT, 0, 4, NULL, 1, fd_fields };
static const struct vsys_type named = { "named", VSYS_CL_STRUCT, 0, 4, NULL, 1, name_fields };
static const struct vsys_type empty = { "empty", VSYS_CL_STRUCT, 0, 0, NULL, 0, NULL };

static const struct vsys_const signal_consts[] = {
	{ "SIGHUP", 1, 0 }, { "SIGINT", 2, 0 }, { "SIGKILL", 9, 0 }, { "SIGCHLD", 17, 0 },
};
static const struct vsys_set signals = { "signal", 0, 4, signal_consts };
static const struct vsys_field set_fields[] = { { "", 0, 8, 0, VSYS_CL_SIGSET, &signals, NULL, 0, NULL } };
static const struct vsys_type sigset = { "sigset*", VSYS_CL_STRUCT, 0, 8, NULL, 1, set_fields };

static void structs(const struct vsys_type *type, const void *p, size_t n, const char *want,
		    const char *name)
{
	unsigned char *exact = malloc(n);
	struct vsys_bytes b = { .elements = 4, .p = exact, .n = n };
	struct vsys_text t = { 0 };

	memcpy(exact, p, n);
	vsys_put_structs(&t, type, &b);
	is_text(t.s, want, name);
	vsys_text_free(&t);
	free(exact);
}

static void sets(uint64_t mask, const char *want, const char *name)
{
	structs(&sigset, &mask, sizeof(mask), want, name);
}

int main(void)
{
	static const uint64_t times[] = { 1, 500, 2, (uint64_t)-3 };
	static const uint32_t numbers[] = { 3, 4, 5, (uint32_t)-1, 7, 8 };

	ktap_plan(19);
	structs(&timespec, times, 16, "{tv_sec=1, tv_nsec=500}", "one");
	structs(&timespec, times, 32, "[{tv_sec=1, tv_nsec=500}, {tv_sec=2, tv_nsec=-3}]", "two");
	structs(&timespec, times, 8, "{tv_sec=1, ...}", "second member is missing");
	structs(&timespec, times, 5, "{...}", "no member is whole");
	structs(&timespec, times, 20, "[{tv_sec=1, tv_nsec=500}, ...]", "one and a bit");
	structs(&timer, times, 32, "{it_interval={tv_sec=1, tv_nsec=500}, "
		"it_value={tv_sec=2, tv_nsec=-3}}", "structures inside");
	structs(&timer, times, 24, "{it_interval={tv_sec=1, tv_nsec=500}, it_value={tv_sec=2}, ...}",
		"structures inside, cut off");
	structs(&deep, "\1\2\3\4", 4, "{a={b={c=1, d=2}, e=3}, f=4}", "three levels");
	structs(&fds, numbers, 8, "[3, 4]", "two numbers");
	structs(&fds, numbers, 4, "[3]", "one number");
	structs(&fds, numbers, 24, "[3, 4, 5, -1, ...]", "no more elements than wanted");
	structs(&fds, numbers, 2, "[...]", "half a number");
	structs(&named, "ab\0z", 4, "{name=\"ab\"}", "text inside, with NUL");
	structs(&named, "abcd", 4, "{name=\"abcd\"}", "text inside, without NUL");
	structs(&empty, "abc", 3, "\"abc\"", "a structure of no size");
	sets(0, "[]", "no signal");
	sets(1 << 1 | 1 << 16, "[INT CHLD]", "signals");
	sets(UINT64_C(1) << 31 | UINT64_C(1) << 33, "[RT_0 RT_2]", "signals without name");
	sets(~(UINT64_C(1) << 8), "~[KILL]", "all signals but one");
	return ktap_end();
}
