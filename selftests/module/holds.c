// SPDX-License-Identifier: GPL-2.0
/* Holds that end in all ways but by their holder; the guest is busy.c. */
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "edit.h"

enum { GETPID = 39, NOBODY = 65534, SIGNALS = 20 };

static struct held_call call;

static struct vsys_rule_info rule_info(int fd)
{
	struct vsys_rule_info i = { .size = sizeof(i) };

	check_err(ctl(fd, VSYS_RULE_INFO, &i), 0, "the rule is listed");
	return i;
}

/* A session that holds the first @last calls for @ms each; 0: all. */
static int holder(uint32_t ms, uint64_t last)
{
	struct vsys_act hold = { .what = VSYS_ACT_HOLD, .at = VSYS_AT_ENTRY, .ms = ms };
	struct vsys_rule r = { .last = last };
	int fd = device(O_RDWR | O_NONBLOCK);

	check_err(setup(fd, 1 << 20, 0, 0), 0, "setup");
	check_err(rule_add(fd, &r, GETPID, &hold, 1, NULL), 0, "a rule to hold");
	check_err(attach(fd, 0), 0, "attach");
	return fd;
}

/* holds deadlines COUNT: so many, of a moment each */
static void deadlines(uint64_t count)
{
	int fd = holder(1, count);
	struct vsys_rule_info i = { .size = sizeof(i) };

	check(WAIT_FOR((i.id = 0, ctl(fd, VSYS_RULE_INFO, &i) || i.matched > count)),
	      "calls go on after %lu deadlines", (unsigned long)count);
	i = rule_info(fd);
	check(i.acted == count && !i.failed, "as many were held");
	check(WAIT_FOR(edit_next_now(fd, &call) == EAGAIN), "none is held now");
	check_err(ctl(fd, VSYS_UNRULE, &i), 0, "the rule is removed");
	check_err(ctl(fd, VSYS_UNRULE, &i), ENOENT, "once");
	close(fd);
}

/* holds wait READY: hold a call until killed */
static void __attribute__((noreturn)) wait_killed(const char *ready)
{
	int fd = holder(VSYS_HOLD_MS_MAX, 0);

	check_err(edit_next(fd, &call), 0, "a held call");
	close(open(ready, O_CREAT | O_WRONLY, 0600));
	for (;;)
		pause();
}

/* holds ends: by detach, close and death, and at once; the guest goes on. */
static void ends(void)
{
	int fd = holder(VSYS_HOLD_MS_MAX, 0), i;
	struct vsys_held_regs r;
	long start = now_ms();
	uint64_t calls;
	pid_t child;

	check_err(edit_next(fd, &call), 0, "a held call");
	check_err(edit_regs(fd, &call, 0, &r), 0, "is held");
	check_err(detach(fd, 0), 0, "detach");
	check_err(edit_regs(fd, &call, 0, &r), ESTALE, "it is not held any more");
	check_err(attach(fd, 0), 0, "attach again");
	check_err(edit_next(fd, &call), 0, "a held call");
	close(fd);
	for (i = 0; i < 5; i++) {
		child = fork();
		if (!child)
			wait_killed("/dev/null");
		nap(100);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	fd = holder(VSYS_HOLD_MS_MAX, 1);
	check_err(edit_next(fd, &call), 0, "the guest lives, and a call is held");
	calls = rule_info(fd).matched;
	check_err(edit_resume(fd, &call, VSYS_CONTINUE, 0), 0, "and resumed");
	check(WAIT_FOR(rule_info(fd).matched > calls + 10), "and it makes calls");
	close(fd);
	check(now_ms() - start < PATIENCE_MS, "nobody waited for a deadline");
}

/* holds signals PID: a machine's process gets many while calls are held. */
static void signals(pid_t pid)
{
	int fd = holder(300, 0), i;
	unsigned int again = 0;
	uint64_t last = 0;

	for (i = 0; i < SIGNALS; i++) {
		kill(pid, SIGSTOP);
		nap(5);
		kill(pid, SIGCONT);
		if (edit_next(fd, &call))
			break;
		again += call.held.flags & VSYS_HELD_AGAIN;
		check(call.held.id > last, "a new name");
		last = call.held.id;
	}
	check(i == SIGNALS, "calls are held all the time");
	check(again, "some of them again");
	close(fd);
}

static void readings(int fd, int err, const char *who)
{
	static const struct {
		const char *name;
		unsigned long cmd;
		uint32_t size;
	} ioctls[] = {
		{ "VSYS_RULE", VSYS_RULE, sizeof(struct vsys_rule) },
		{ "VSYS_HELD", VSYS_HELD, sizeof(struct vsys_held) },
		{ "VSYS_HELD_ARGS", VSYS_HELD_ARGS, sizeof(struct vsys_held_args) },
		{ "VSYS_HELD_REGS", VSYS_HELD_REGS, sizeof(struct vsys_held_regs) },
		{ "VSYS_HELD_MEM", VSYS_HELD_MEM, sizeof(struct vsys_held_mem) },
		{ "VSYS_RESUME", VSYS_RESUME, sizeof(struct vsys_resume) },
	};
	uint32_t arg[64];
	char what[80];
	unsigned int i;

	for (i = 0; i < sizeof(ioctls) / sizeof(ioctls[0]); i++) {
		memset(arg, 0, sizeof(arg));
		arg[0] = ioctls[i].size;
		snprintf(what, sizeof(what), "%s, %s", ioctls[i].name, who);
		if (err)
			check_err(ctl(fd, ioctls[i].cmd, arg), err, what);
		else
			check(ctl(fd, ioctls[i].cmd, arg) != EPERM, "%s", what);
	}
}

/* holds refused WHO: all that edits is EPERM. */
static void refused(const char *who)
{
	int fd = device(O_RDWR);

	readings(fd, EPERM, who);
	close(fd);
}

/* holds rights: of root, and of a user with root's descriptor */
static int rights(void)
{
	int fd = device(O_RDWR);

	readings(fd, 0, "of root");
	if (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))
		return 1;
	readings(fd, EPERM, "of a user with root's descriptor");
	close(fd);
	return finish();
}

int test_holds(char **arg)
{
	if (!arg[0])
		return 2;
	if (!strcmp(arg[0], "rights"))
		return rights();
	if (!strcmp(arg[0], "wait"))
		wait_killed(arg[1]);
	if (!strcmp(arg[0], "deadlines"))
		deadlines(atoi(arg[1]));
	else if (!strcmp(arg[0], "ends"))
		ends();
	else if (!strcmp(arg[0], "signals"))
		signals(atoi(arg[1]));
	else if (!strcmp(arg[0], "refused"))
		refused(arg[1]);
	return finish();
}
