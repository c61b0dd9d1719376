// SPDX-License-Identifier: GPL-2.0
/*
 * In the host, with libvsyscalls:
 *
 *	holder poke		the result of read() of 777 bytes begins with XYZ
 *	holder keep		unlink() of /tmp/held is held, and never resumed
 *
 * Says "ready" when attached, then a line for each call.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <vsyscalls/held.h>

static int poke(struct vsys_device *s, const struct vsys_table *table)
{
	struct vsys_cond size = {
		.what = VSYS_COND_ARG, .op = VSYS_COND_EQ, .index = 2, .mask = ~0ULL,
		.value = 777,
	};
	struct vsys_act acts[] = { {
		.what = VSYS_ACT_POKE, .at = VSYS_AT_RETURN, .index = 1,
		.data = (uintptr_t)"XYZ", .bytes = 3,
	} };
	struct vsys_rule r = {
		.conds = (uintptr_t)&size, .nconds = 1, .acts = (uintptr_t)acts, .nacts = 1,
	};

	return vsys_device_rule_add_calls(s, table, "read", &r);
}

static int keep(struct vsys_device *s, const struct vsys_table *table)
{
	struct vsys_act hold = {
		.what = VSYS_ACT_HOLD, .at = VSYS_AT_ENTRY, .ms = VSYS_HOLD_MS_MAX,
	};
	struct vsys_rule r = {
		.acts = (uintptr_t)&hold, .nacts = 1, .glob = (uintptr_t)"/tmp/held",
		.glob_bytes = 9,
	};

	return vsys_device_rule_add_calls(s, table, "unlink", &r);
}

/* The rules act alone; held calls stay held. */
static int watch(struct vsys_device *s)
{
	struct vsys_held_call *h;
	char name[64];
	int err;

	for (;;) {
		err = vsys_held_call_wait(s, -1, &h);
		if (err)
			return err;
		if (vsys_held_call_text(h, 0, 0, name, sizeof(name)) < 0)
			printf("%s\n", vsys_error());
		else
			printf("held %s%s\n", name,
			       h->info.flags & VSYS_HELD_AGAIN ? " again" : "");
		fflush(stdout);
		vsys_held_call_free(h);
	}
}

int main(int argc, char **argv)
{
	const struct vsys_table *table = vsys_table_find("linux_x86_64");
	struct vsys_device *s;
	int err;

	if (argc != 2 || vsys_device_open(VSYS_DEVICE, &s))
		return 2;
	err = strcmp(argv[1], "poke") ? keep(s, table) : poke(s, table);
	if (err > 0)
		err = vsys_device_attach(s, 0, "linux_x86_64", 0);
	if (err >= 0) {
		puts("ready");
		fflush(stdout);
		err = watch(s);
	}
	fprintf(stderr, "holder: %s\n", vsys_error());
	return 1;
}
