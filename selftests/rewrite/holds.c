// SPDX-License-Identifier: GPL-2.0
/* All ends of a hold other than by its holder; the guest is busy.c. */
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "edit.h"

enum {
	GETPID = 39, NOBODY = 65534, SIGNALS = 20, STORMERS = 4, STORM_MS = 4000,
	ADDED = 1 << 20,
};

static struct held_call call;

static struct vsys_rule_info rule_info(int fd)
{
	struct vsys_rule_info i = { .size = sizeof(i) };

	check_err(ctl(fd, VSYS_RULE_INFO, &i), 0, "the rule is listed");
	return i;
}

/* Hold the first @last calls (0: all) for @ms each, at so many places. */
static void hold_calls(int fd, uint32_t ms, uint64_t last, uint32_t places)
{
	struct vsys_act hold[] = {
		{ .what = VSYS_ACT_HOLD, .at = VSYS_AT_ENTRY, .ms = ms },
		{ .what = VSYS_ACT_HOLD, .at = VSYS_AT_RETURN, .ms = ms },
	};
	struct vsys_rule r = { .last = last };

	check_err(rule_add(fd, &r, GETPID, hold, places, NULL), 0, "a rule to hold");
}

/* A session that holds calls at their entry. */
static int holder(uint32_t ms, uint64_t last)
{
	int fd = device(O_RDWR | O_NONBLOCK);

	check_err(setup(fd, 1 << 20, 0, 0), 0, "setup");
	hold_calls(fd, ms, last, 1);
	check_err(attach(fd, 0), 0, "attach");
	return fd;
}

/* Have more than @count calls matched the session's rule? */
static bool more(int fd, uint64_t count)
{
	struct vsys_rule_info i = { .size = sizeof(i) };

	return ctl(fd, VSYS_RULE_INFO, &i) || i.matched > count;
}

/* holds deadlines COUNT: so many holds, of a moment each */
static void deadlines(uint64_t count)
{
	int fd = holder(1, count);
	struct vsys_rule_info i;

	/* Each takes a tick at least: wait longer than elsewhere. */
	check(WAIT_FOR(more(fd, count)) || WAIT_FOR(more(fd, count)) ||
	      WAIT_FOR(more(fd, count)),
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
	tell_ready(ready);
	for (;;)
		pause();
}

/* holds ends: by detach, close and death, and at once; the guest continues */
static void ends(void)
{
	int fd = holder(VSYS_HOLD_MS_MAX, 0), i;
	struct edit_regs r;
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
	check(now_ms() - start < VSYS_HOLD_MS_MAX, "nobody waited for a deadline");
}

/* holds replaced: a rule that takes the place of a removed one does not act for it */
static void replaced(void)
{
	static const struct vsys_act fails = {
		.what = VSYS_ACT_POKE, .at = VSYS_AT_RETURN, .bytes = 1,
		.data = (uintptr_t)"",
	};
	int fd = holder(VSYS_HOLD_MS_MAX, 1);
	struct vsys_rule r = { 0 };
	struct vsys_rule_info i;

	check_err(edit_next(fd, &call), 0, "a held call");
	i = rule_info(fd);
	check_err(ctl(fd, VSYS_UNRULE, &i), 0, "its rule is removed");
	check_err(rule_add(fd, &r, VSYS_FILTER_NUMBERS - 1, &fails, 1, NULL), 0,
		  "one for another call is added");
	check_err(edit_resume(fd, &call, VSYS_CONTINUE, 0), 0, "resumed");
	nap(200);
	i = rule_info(fd);
	check(!i.matched && !i.failed, "the other rule does nothing");
	close(fd);
}

enum { TOGETHER = 3 };

/* The sessions @fd hold a call in their order; each adds to RBX, the last one restores it. */
static void in_turn(const int *fd)
{
	static struct held_call mine, no;
	struct edit_regs r;
	uint64_t want = 0, first = 0;
	int i, j;

	for (i = 0; i < TOGETHER; i++) {
		check_err(edit_next(fd[i], &mine), 0, "a session has its turn");
		nap(20);
		for (j = i + 1; j < TOGETHER; j++) {
			check_err(edit_next_now(fd[j], &no), EAGAIN, "those after it have not");
			check_err(edit_regs(fd[j], &mine, 0, &r), ESTALE, "nor by its name");
		}
		check_err(edit_regs(fd[i], &mine, 0, &r), 0, "registers");
		check(!i || call_of(&mine) == first, "of the same call");
		check(!i || r.regs[VSYS_X86_RBX] == want, "as the one before has left them");
		first = call_of(&mine);
		want = r.regs[VSYS_X86_RBX] += i == TOGETHER - 1 ? -ADDED * i : ADDED;
		r.mask = 1 << VSYS_X86_RBX;
		check_err(edit_regs(fd[i], &mine, VSYS_WRITE, &r), 0, "RBX is written");
		check_err(edit_resume(fd[i], &mine, VSYS_CONTINUE, 0), 0, "resumed");
	}
}

/* Another process holds a call by the session @fd: return its name, kill the process. */
static uint64_t dies(int fd)
{
	uint64_t name = 0;
	int say[2];
	pid_t pid;

	check(!pipe(say), "pipe");
	fflush(stdout);
	pid = fork();
	if (!pid) {
		name = edit_next(fd, &call) ? 0 : call_of(&call);
		if (write(say[1], &name, sizeof(name)) == sizeof(name))
			pause();
		_exit(1);
	}
	close(fd);
	check(read(say[0], &name, sizeof(name)) == sizeof(name) && name, "it holds a call");
	nap(20);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(say[0]);
	close(say[1]);
	return name;
}

/* holds together: sessions hold the same calls, and die; the guest has one vCPU */
static void together(void)
{
	int fd[TOGETHER], i;
	uint64_t name;

	/* Sessions hold in the order of attaching. */
	for (i = TOGETHER; i-- > 0;)
		fd[i] = device(O_RDWR | O_NONBLOCK);
	for (i = 0; i < TOGETHER; i++)
		check_err(attach(fd[i], 0), 0, "attach");
	for (i = 0; i < TOGETHER; i++)
		check(WAIT_FOR(info(fd[i]).rings == 1), "it traces the vCPU");
	/* A call that only one rule has matched. */
	hold_calls(fd[0], VSYS_HOLD_MS_MAX, 1, 1);
	check_err(edit_next(fd[0], &call), 0, "a call is held");
	for (i = 0; i < TOGETHER; i++)
		hold_calls(fd[i], VSYS_HOLD_MS_MAX, 0, 2);
	check_err(edit_resume(fd[0], &call, VSYS_CONTINUE, 0), 0, "resumed");
	for (i = 0; i < 4; i++)
		in_turn(fd);
	name = dies(fd[0]);
	check_err(edit_next(fd[1], &call), 0, "the first one dies: the next has its turn");
	check(call_of(&call) == name, "at the same call");
	check_err(edit_resume(fd[1], &call, VSYS_CONTINUE, 0), 0, "and resumes it");
	check(dies(fd[2]) == name, "it is the last one's");
	check_err(edit_next(fd[1], &call), 0, "who dies: the other goes on");
	close(fd[1]);
}

/*
 * holds unplug PID: SIGUSR2 has the minivm PID close vCPU 1 and end its thread, while
 * calls of both are held.
 */
static void unplug(pid_t pid)
{
	int fd = holder(VSYS_HOLD_MS_MAX, 0);
	static struct held_call held[2];
	struct edit_regs r;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		check_err(edit_next(fd, &call), 0, "a held call");
		held[call.r.vcpu & 1] = call;
	}
	check(held[0].held.id && held[1].held.id, "of each vCPU");
	kill(pid, SIGUSR2);
	check(WAIT_FOR(edit_regs(fd, &held[1], 0, &r) == ESTALE), "one goes: it holds no more");
	check_err(edit_regs(fd, &held[0], 0, &r), 0, "the other one does");
	check_err(edit_resume(fd, &held[0], VSYS_CONTINUE, 0), 0, "and is resumed");
	for (i = 0; i < 10; i++) {
		check_err(edit_next(fd, &call), 0, "it goes on");
		check(!call.r.vcpu, "alone");
		check_err(edit_resume(fd, &call, VSYS_CONTINUE, 0), 0, "resumed");
	}
	check_err(detach(fd, 0), 0, "detach");
	check_err(attach(fd, 0), 0, "attach again");
	check_err(edit_next(fd, &call), 0, "a held call");
	close(fd);
}

/* Run sessions one after another, each of which ends halfway. */
static void storm_child(unsigned int seed)
{
	static const struct vsys_act acts[] = {
		{ .what = VSYS_ACT_HOLD, .at = VSYS_AT_ENTRY, .ms = 20 },
		{ .what = VSYS_ACT_HOLD, .at = VSYS_AT_RETURN, .ms = 20 },
	};
	long end = now_ms() + STORM_MS;
	int i, fd;

	for (srand(seed); now_ms() < end; close(fd)) {
		struct vsys_rule_info info = { .size = sizeof(info) };
		struct vsys_rule r = { .step = 1 + rand() % 50 };
		struct edit_regs regs;

		fd = device(O_RDWR | O_NONBLOCK);
		rule_add(fd, &r, GETPID, &acts[rand() % 2], 1, NULL);
		if (rand() % 2)
			rule_add(fd, &r, GETPID, acts, 2, NULL);
		attach(fd, 0);
		for (i = rand() % 40; i > 0; i--) {
			nap(rand() % 3);
			if (edit_next_now(fd, &call))
				continue;
			edit_regs(fd, &call, 0, &regs);
			if (rand() % 4)
				edit_resume(fd, &call, VSYS_CONTINUE, 0);
			if (!(rand() % 8) && !ctl(fd, VSYS_RULE_INFO, &info))
				ctl(fd, VSYS_UNRULE, &info);
			info.id = 0;
			if (!(rand() % 16) && !detach(fd, 0))
				attach(fd, 0);
		}
	}
	_exit(0);
}

/* holds storm PID: sessions come and go at one call while the machine gets signals */
static void storm(pid_t pid)
{
	long end = now_ms() + STORM_MS;
	unsigned int i, ended = 0;
	int status;

	fflush(stdout);
	for (i = 0; i < STORMERS; i++)
		if (!fork())
			storm_child(i);
	while (now_ms() < end) {
		kill(pid, SIGSTOP);
		nap(1);
		kill(pid, SIGCONT);
		nap(10);
	}
	while (wait(&status) > 0)
		ended += !status;
	check(ended == STORMERS, "all sessions end");
}

/* holds signals PID: a machine's process gets many signals while calls are held */
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

/* holds refused WHO: every edit returns EPERM */
static void refused(const char *who)
{
	int fd = device(O_RDWR);

	readings(fd, EPERM, who);
	close(fd);
}

/* holds rights: root may edit, a user with root's descriptor may not */
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

/* As many rules as there may be, as many as may be for each number. */
static void most_rules(int fd, const struct vsys_act *act)
{
	struct vsys_rule r = { 0 };
	unsigned int i;

	for (i = 0; i < VSYS_RULES_CALL_MAX && !rule_add(fd, &r, 0, act, 1, NULL); i++)
		;
	check(i == VSYS_RULES_CALL_MAX, "as many rules for one call as there may be");
	check_err(rule_add(fd, &r, 0, act, 1, NULL), ENOSPC, "one more for it");
	for (; i < VSYS_RULES_MAX && !rule_add(fd, &r, i / VSYS_RULES_CALL_MAX, act, 1, NULL); i++)
		;
	check(i == VSYS_RULES_MAX, "as many rules as there may be");
	check_err(rule_add(fd, &r, i, act, 1, NULL), ENOSPC, "one more");
}

/* holds rules: VSYS_RULE must refuse invalid rules, and more than its maximum */
static void bad_rules(void)
{
	static const struct vsys_act acts[] = {
		{ .what = VSYS_ACT_SKIP, .at = VSYS_AT_RETURN },
		{ .what = VSYS_ACT_RESULT, .at = VSYS_AT_ENTRY },
		{ .what = VSYS_ACT_ARG, .at = VSYS_AT_RETURN },
		{ .what = VSYS_ACT_ARG, .at = VSYS_AT_ENTRY, .index = VSYS_ARGS_MAX },
		{ .what = VSYS_ACT_POKE, .at = VSYS_AT_ENTRY },
		{ .what = VSYS_ACT_POKE, .at = VSYS_AT_ENTRY, .bytes = VSYS_POKE_MAX + 1 },
		{ .what = VSYS_ACT_HOLD, .at = VSYS_AT_ENTRY, .ms = VSYS_HOLD_MS_MAX + 1 },
		{ .what = VSYS_ACT_HOLD, .at = VSYS_AT_ENTRY, .index = VSYS_RESULT },
		{ .what = VSYS_ACT_HOLD, .at = VSYS_AT_RETURN, .index = VSYS_SKIP },
		{ .what = VSYS_ACT_HOLD, .at = VSYS_AT_ENTRY, .flags = VSYS_ACT_FORCE },
		{ .what = VSYS_ACT_HOLD, .at = 3 },
		{ .what = 99, .at = VSYS_AT_ENTRY },
	}, good = { .what = VSYS_ACT_HOLD, .at = VSYS_AT_ENTRY };
	static const struct vsys_cond conds[] = {
		{ .what = VSYS_COND_RESULT, .op = VSYS_COND_EQ, .mask = 1 },	/* at the entry */
		{ .what = VSYS_COND_ARG, .op = VSYS_COND_EQ, .mask = 0 },
		{ .what = VSYS_COND_ARG, .op = 99, .mask = 1 },
		{ .what = VSYS_COND_ARG, .op = VSYS_COND_EQ, .mask = 1, .index = VSYS_ARGS_MAX },
		{ .what = VSYS_COND_VM, .op = VSYS_COND_EQ, .mask = 1, .index = 1 },
	};
	struct vsys_task_cond tasks[VSYS_TASK_CONDS_MAX];
	struct vsys_rule r = { 0 };
	int fd = device(O_RDWR);
	unsigned int i;

	for (i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		check_err(rule_add(fd, &r, 0, &acts[i], 1, NULL), EINVAL, "a bad action");
	for (i = 0; i < sizeof(conds) / sizeof(conds[0]); i++)
		check_err(rule_add(fd, &r, 0, &good, 1, &conds[i]), EINVAL, "a bad condition");
	check_err(rule_add(fd, &r, 0, &good, 0, NULL), EINVAL, "no action");
	check_err(rule_add(fd, &r, 0, NULL, 1, NULL), EFAULT, "actions that are not there");
	check_err(rule_add(fd, &r, VSYS_FILTER_NUMBERS, &good, 1, NULL), EINVAL, "a number");
	r.flags = 1U << 31;
	check_err(rule_add(fd, &r, 0, &good, 1, NULL), EINVAL, "a flag");
	r.flags = 0;
	most_rules(fd, &good);
	close(fd);
	fd = device(O_RDWR);
	check_err(rule_add(fd, &r, 0, &good, 1, NULL), 0, "they go with their session");
	tasks[0] = (struct vsys_task_cond){ .what = VSYS_TASK_PID, .value = 1 };
	r.tasks = (uintptr_t)tasks;
	r.ntasks = 1;
	for (i = 0; i < VSYS_RULES_TASK_MAX && !rule_add(fd, &r, i, &good, 1, NULL); i++)
		;
	check(i == VSYS_RULES_TASK_MAX, "as many by task as there may be");
	check_err(rule_add(fd, &r, i, &good, 1, NULL), ENOSPC, "one more by task");
	close(fd);
	fd = device(O_RDWR);
	for (i = 0; i < VSYS_TASK_CONDS_MAX; i++)
		tasks[i] = (struct vsys_task_cond){ .what = VSYS_TASK_NAME, .glob = "*a*b" };
	r.ntasks = VSYS_TASK_CONDS_MAX;
	for (i = 0; i < VSYS_RULE_PATTERNS_MAX / VSYS_TASK_CONDS_MAX; i++)
		check_err(rule_add(fd, &r, 0, &good, 1, NULL), 0, "patterns on the task");
	check_err(rule_add(fd, &r, 0, &good, 1, NULL), ENOSPC, "more patterns than there may be");
	close(fd);
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
	else if (!strcmp(arg[0], "replaced"))
		replaced();
	else if (!strcmp(arg[0], "storm"))
		storm(atoi(arg[1]));
	else if (!strcmp(arg[0], "signals"))
		signals(atoi(arg[1]));
	else if (!strcmp(arg[0], "together"))
		together();
	else if (!strcmp(arg[0], "unplug"))
		unplug(atoi(arg[1]));
	else if (!strcmp(arg[0], "rules"))
		bad_rules();
	else if (!strcmp(arg[0], "refused"))
		refused(arg[1]);
	return finish();
}
