// SPDX-License-Identifier: GPL-2.0
/*
 * In the host: hold write() and read() of ../guests/x86_64/long.c at entry and return, in a
 * session that captures 64 KiB.  The record of each must be well-formed, of 64 KiB at most, and
 * have the begin of the memory, marked as cut where a record has no room for it.
 *
 *	held READY CALLS	create READY when attached, let so many holds go on
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vsyscalls/held.h>

enum { WRITE = 1, READ = 0, DATA = 1, SURE = 4096, LONG = 56 << 10 };

static bool is_right(struct vsys_held_call *h)
{
	bool out = h->r->nr == READ;
	struct vsys_cap cap;
	uint64_t args[3];

	if (vsys_record_check(h->r) || h->r->size > VSYS_RECORD_MAX ||
	    vsys_held_call_args(h, 0, 3, args))
		return false;
	/* What a call reads is captured at its return. */
	if (out == (h->info.at == VSYS_AT_ENTRY))
		return !vsys_record_capture(h->r, DATA, false, &cap);
	if (!vsys_record_capture(h->r, DATA, false, &cap) ||
	    cap.len < (args[2] < SURE ? args[2] : SURE) || memcmp(cap.data, "0000000\n0000001\n", 16))
		return false;
	return !!(cap.flags & VSYS_CAP_TRUNCATED) == (args[2] > LONG);
}

static int rule(struct vsys_device *d, const char *name)
{
	struct vsys_act holds[] = {
		{ .what = VSYS_ACT_HOLD, .at = VSYS_AT_ENTRY, .ms = VSYS_HOLD_MS_MAX },
		{ .what = VSYS_ACT_HOLD, .at = VSYS_AT_RETURN, .ms = VSYS_HOLD_MS_MAX },
	};
	struct vsys_rule r = { .acts = (uintptr_t)holds, .nacts = 2 };

	return vsys_device_rule_add_calls(d, vsys_table_find("linux_x86_64"), name, &r);
}

int main(int argc, char **argv)
{
	struct vsys_setup setup = { .capture_bytes = 65536 };
	struct vsys_held_call *h;
	struct vsys_device *d;
	int wrong = 0, left;
	FILE *ready;

	if (argc != 3 || vsys_device_open(VSYS_DEVICE, &d) || vsys_device_setup(d, &setup) ||
	    rule(d, "write") < 0 || rule(d, "read") < 0 ||
	    vsys_device_attach(d, 0, "linux_x86_64", 0) < 0) {
		fprintf(stderr, "held: %s\n", vsys_error());
		return 2;
	}
	ready = fopen(argv[1], "w");
	if (!ready || fclose(ready))
		return 2;
	for (left = atoi(argv[2]); left; left--) {
		if (vsys_held_call_wait(d, 60000, &h))
			return 3;
		wrong += !is_right(h);
		vsys_held_call_resume(h, VSYS_CONTINUE, 0);
		vsys_held_call_free(h);
	}
	vsys_device_close(d);
	return wrong != 0;
}
