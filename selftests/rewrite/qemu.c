// SPDX-License-Identifier: GPL-2.0
/* Rules and holds for the real Linux guests of tests/qemu.sh. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "edit.h"

enum { READ = 0, WRITE = 1, MKDIR = 83, UNLINK = 87, OPENAT = 257, LENGTH = 4243 };

#define SECRET	"/tmp/secret"
#define PUBLIC	"/tmp/public"	/* same length */
#define KEEP	"/tmp/keep*"
#define HERE	"*/held-here"

static void set_glob(struct vsys_rule *r, const char *glob)
{
	*r = (struct vsys_rule){
		.flags = VSYS_RULE_GLOB_ANY, .glob = (uintptr_t)glob,
		.glob_bytes = strlen(glob), .abi = VSYS_ABI_LINUX_X86_64,
	};
}

static void add_rules(int fd)
{
	static const struct vsys_act redirect = {
		.what = VSYS_ACT_POKE, .at = VSYS_AT_ENTRY, .index = 1,
		.data = (uintptr_t)PUBLIC, .bytes = sizeof(PUBLIC),
	}, shorten[] = {
		{ .what = VSYS_ACT_ARG, .at = VSYS_AT_ENTRY, .index = 2, .value = 1 },
		/* Otherwise the program writes the rest. */
		{ .what = VSYS_ACT_RESULT, .at = VSYS_AT_RETURN, .value = LENGTH },
	}, deny = {
		.what = VSYS_ACT_SKIP, .at = VSYS_AT_ENTRY, .value = -EPERM,
	}, change = {
		.what = VSYS_ACT_POKE, .at = VSYS_AT_RETURN, .index = 1,
		.data = (uintptr_t)"EDITED", .bytes = 6,
	};
	/* Lengths that no other program uses. */
	static const struct vsys_cond length = {
		.what = VSYS_COND_ARG, .op = VSYS_COND_EQ, .index = 2,
		.mask = ~0ULL, .value = LENGTH,
	}, result = {
		.what = VSYS_COND_RESULT, .op = VSYS_COND_EQ, .mask = ~0ULL, .value = 77,
	};
	struct vsys_rule r;

	set_glob(&r, SECRET);
	check_err(rule_add(fd, &r, OPENAT, &redirect, 1, NULL), 0, "openat is redirected");
	set_glob(&r, KEEP);
	check_err(rule_add(fd, &r, UNLINK, &deny, 1, NULL), 0, "unlink is denied");
	r = (struct vsys_rule){ 0 };
	check_err(rule_add(fd, &r, WRITE, shorten, 2, &length), 0, "write is shortened");
	check_err(rule_add(fd, &r, READ, &change, 1, &result), 0, "read is changed");
}

/* rewrite rules READY: until killed */
static void rules(const char *ready)
{
	int fd = device(O_RDWR);

	add_rules(fd);
	check_err(attach(fd, 0), 0, "attach");
	tell_ready(ready);
	for (;;)
		pause();
}

/* For the time of a guest's boot. */
static void await_call(int fd, struct held_call *c)
{
	while (edit_next_now(fd, c) == EAGAIN)
		nap(50);
}

/*
 * qemu hold READY GO HOW: hold one mkdir until the file GO exists; by then it has
 * been retried, unless HOW is "once", and is held "again", or another one is, "anew".
 */
static void hold(const char *ready, const char *go, const char *how)
{
	static const struct vsys_act act = {
		.what = VSYS_ACT_HOLD, .at = VSYS_AT_ENTRY, .ms = VSYS_HOLD_MS_MAX,
	};
	static struct held_call c;
	int fd = device(O_RDWR | O_NONBLOCK);
	struct edit_regs regs;
	struct vsys_rule r;
	uint64_t call;

	set_glob(&r, HERE);
	check_err(rule_add(fd, &r, MKDIR, &act, 1, NULL), 0, "mkdir is held");
	check_err(attach(fd, 0), 0, "attach");
	await_call(fd, &c);
	call = call_of(&c);
	tell_ready(ready);
	while (access(go, F_OK))
		nap(50);
	if (strcmp(how, "once")) {
		bool again = !strcmp(how, "again");

		check(WAIT_FOR(edit_regs(fd, &c, 0, &regs) == ESTALE), "it has given way");
		await_call(fd, &c);
		check(!!(c.held.flags & VSYS_HELD_AGAIN) == again, "held %s", how);
		check((call_of(&c) == call) == again, "the call is as it should be");
	}
	check_err(edit_resume(fd, &c, VSYS_CONTINUE, 0), 0, "resumed");
	close(fd);
}

int test_qemu(char **arg)
{
	if (!arg[0] || !arg[1])
		return 2;
	if (!strcmp(arg[0], "rules"))
		rules(arg[1]);
	if (!arg[2] || !arg[3])
		return 2;
	hold(arg[1], arg[2], arg[3]);
	return finish();
}
