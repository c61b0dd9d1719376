// SPDX-License-Identifier: GPL-2.0
/* Which task makes a call?  The guest is ../guests/x86_64/task.c. */
#include <fcntl.h>
#include <linux/vsyscalls_x86.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../guests/lib/minivm.h"
#include "../guests/lib/task.h"
#include "api.h"

#define AT(member)	offsetof(struct task_fake, member)

static const struct vsys_task_field fields[] = {
	{ .kind = VSYS_TASK_TID, .form = VSYS_TASK_NUMBER, .bytes = 4, .off = { AT(pid) } },
	{ .kind = VSYS_TASK_PID, .form = VSYS_TASK_NUMBER, .bytes = 4, .off = { AT(tgid) } },
	{ .kind = VSYS_TASK_PPID, .form = VSYS_TASK_NUMBER, .bytes = 4, .steps = 1,
	  .off = { AT(parent), AT(tgid) } },
	{ .kind = VSYS_TASK_UID, .form = VSYS_TASK_NUMBER, .bytes = 4, .steps = 1,
	  .off = { AT(cred), offsetof(struct task_cred, uid) } },
	{ .kind = VSYS_TASK_START, .form = VSYS_TASK_NUMBER, .bytes = 8, .off = { AT(start) } },
	{ .kind = VSYS_TASK_VPID, .form = VSYS_TASK_NUMBER, .bytes = 4, .steps = 1,
	  .indexed = 2, .index = 0, .stride = 4, .off = { AT(ids), 4 } },
	{ .kind = VSYS_TASK_NAME, .form = VSYS_TASK_CHARS, .bytes = 16, .off = { AT(comm) } },
	{ .kind = VSYS_TASK_PROGRAM, .form = VSYS_TASK_PATH, .bytes = 64, .steps = 1,
	  .off = { AT(exe), offsetof(struct task_node, name) },
	  .index = offsetof(struct task_node, parent) },
	/* The same again: one read of both is more than a call may read, see TASK_LOOP. */
	{ .kind = VSYS_TASK_CONTAINER, .form = VSYS_TASK_PATH, .bytes = 64, .steps = 1,
	  .off = { AT(exe), offsetof(struct task_node, name) },
	  .index = offsetof(struct task_node, parent) },
};

/* A call as it is meant to be: task, name, program. */
static const struct expected {
	uint32_t nr, pid, tid, uid, vpid;
	const char *name, *program;
} expected[] = {
	{ TASK_FIRST, 100, 100, 0, 100, "one", "/bin/one" },
	{ TASK_AGAIN, 100, 100, 0, 100, "one", "/bin/one" },
	{ TASK_OTHER, 101, 102, 0, 7, "two", "/bin" },
	{ TASK_BACK, 100, 100, 0, 100, "one", "/bin/one" },
	{ TASK_NAMED, 100, 100, 0, 100, "worker-1", "/bin/one" },
	{ TASK_TAIL, 100, 100, 0, 100, "worker-1\n\033[2J!!", "/bin/one" },
	{ TASK_SETUID, 100, 100, 1000, 100, "worker-1\n\033[2J!!", "/bin/one" },
	{ TASK_REUSED, 200, 200, 1000, 100, "worker-1\n\033[2J!!", "/bin/one" },
	{ TASK_NULL, 0, 0, 0, 0, "", "" },
	{ TASK_ABSENT, 0, 0, 0, 0, "", "" },
	{ TASK_LOOP, 101, 102, 0, 7, "two", "/b/a/b/a/b/a/b/a/b/a/b/a/b/a/b/a" },
	{ TASK_LEVEL, 101, 102, 0, 0, "deep", "/b/a/b/a/b/a/b/a/b/a/b/a/b/a/b/a" },
	{ TASK_THREAD, 200, 200, 1000, 100, "worker-1\n\033[2J!!", "/bin/one" },
	{ TASK_THREAD2, 101, 102, 0, 0, "deep", "/b/a/b/a/b/a/b/a/b/a/b/a/b/a/b/a" },
	{ TASK_EXEC, 101, 102, 0, 0, "deep", "/b/a/b/a/b/a/b/a/b/a/b/a/b/a/b/a" },
	{ TASK_MOVED, 200, 200, 1000, 100, "worker-1\n\033[2J!!", "/bin/one" },
	{ TASK_SETTLED, 200, 200, 1000, 100, "worker-1\n\033[2J!!", "/bin/one" },
	{ TASK_END, 200, 200, 1000, 100, "worker-1\n\033[2J!!", "/bin/one" },
};

enum { CALLS = sizeof(expected) / sizeof(expected[0]) };

static bool claimed;	/* the recipe's base is the program's */
static uint64_t call_ids[CALLS];	/* of the entries */
static unsigned int entries, returns, tasks;

/* Read @bytes of the guest's memory at @gpa, or write them. */
static bool guest_copy(pid_t pid, uint64_t gpa, void *data, size_t bytes, bool write)
{
	struct vsys_memory m = { .size = sizeof(m), .pid = pid, .gpa = gpa };
	int fd = device(O_RDWR), err = ctl(fd, VSYS_MEMORY, &m);
	char name[32];
	ssize_t n;
	off_t at;

	close(fd);
	if (err || gpa < m.gpa)
		return false;
	/* The debug kernel has no process_vm_readv(). */
	snprintf(name, sizeof(name), "/proc/%d/mem", pid);
	fd = open(name, O_RDWR);
	at = m.addr + gpa - m.gpa;
	n = write ? pwrite(fd, data, bytes, at) : pread(fd, data, bytes, at);
	close(fd);
	return n == (ssize_t)bytes;
}

static uint64_t control_find(pid_t pid)
{
	struct task_control c;
	uint64_t at;

	for (at = 0x100000; at < 0x800000; at += PAGE)
		if (guest_copy(pid, at, &c, sizeof(c), false) && c.magic == TASK_MAGIC)
			return at;
	return 0;
}

/* Wait until its machine is gone. */
static void guest_await(pid_t pid)
{
	struct task_control c;

	while (kill(pid, 0) == 0 && guest_copy(pid, 0x100000, &c, sizeof(c), false))
		nap(20);
}

static void go(pid_t pid, uint64_t at)
{
	uint64_t one = 1;

	check(guest_copy(pid, at + offsetof(struct task_control, go), &one, sizeof(one), true),
	      "the guest goes on");
}

static int recipe(int fd, pid_t pid)
{
	struct vsys_recipe r = {
		.size = sizeof(r), .pid = pid, .width = 8,
		.base = claimed ? VSYS_X86_BASE_FS : VSYS_X86_BASE_KERNEL_GS,
		.flags = claimed ? VSYS_RECIPE_CLAIMED : 0,
		.watches = 4, .nfields = sizeof(fields) / sizeof(fields[0]), .slot = TASK_SLOT,
		.watch = { AT(pid), AT(cred), AT(comm), AT(comm) + 8 },
		.fields = (uintptr_t)fields,
	};

	return ctl(fd, VSYS_RECIPE, &r);
}

static void check_text(uint32_t nr, const char *what, const char *got, size_t n,
		       const char *want)
{
	check(n == strlen(want) && !memcmp(got, want, n), "call %x: %s %.*s", nr, what, (int)n,
	      n && got[n - 1] >= ' ' && !strchr(got, 033) ? got : "");
}

static void check_task(uint32_t nr, const struct expected *e, const struct vsys_rec_task *t)
{
	const struct vsys_capture *cap = (const void *)(t + 1);
	bool known = e->pid;

	check(!!t->task == known, "call %x: a task", nr);
	check(!(t->r.flags & VSYS_F_CLAIMED) == !claimed, "call %x: by whom it is known", nr);
	check(t->pid == e->pid && t->tid == e->tid, "call %x: %u/%u", nr, t->pid, t->tid);
	check(t->uid == e->uid, "call %x: uid %u", nr, t->uid);
	check(t->vpid == e->vpid, "call %x: vpid %u", nr, t->vpid);
	check_text(nr, "name", t->name, strnlen(t->name, sizeof(t->name)), e->name);
	check(t->captures == (*e->program ? 2 : 0), "call %x: %u texts", nr, t->captures);
	check_text(nr, "program", (const char *)(cap + 1), t->captures ? cap->len : 0,
		   e->program);
}

static void record_add(const struct vsys_record *r, struct vsys_rec_task *task)
{
	const struct vsys_rec_return *ret = (const void *)r;
	const struct vsys_rec_entry *entry = (const void *)r;
	unsigned int i;

	switch (r->type) {
	case VSYS_REC_TASK:
		memcpy(task, r, r->size);
		tasks++;
		break;
	case VSYS_REC_ENTRY:
		if (entries == CALLS || r->nr != expected[entries].nr) {
			check(false, "call %x is unexpected", r->nr);
			break;
		}
		call_ids[entries] = entry->call;
		check_task(r->nr, &expected[entries++], task);
		break;
	case VSYS_REC_RETURN:
		for (i = 0; i < entries && call_ids[i] != ret->call; i++)
			;
		check(i < entries && ret->result == expected[i].nr + 0x1000U,
		      "call %x: its own result, %llx", r->nr, (unsigned long long)ret->result);
		returns++;
		break;
	}
}

static void records(int fd)
{
	static _Alignas(8) uint8_t buf[65536], task[4096];
	ssize_t n, at;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		for (at = 0; at < n; at += ((struct vsys_record *)(buf + at))->size)
			record_add((void *)(buf + at), (void *)task);
	check(entries == CALLS, "%u calls", entries);
	check(returns == CALLS, "%u returns", returns);
	/* Not one before each call, but where something has changed. */
	check(tasks == 13, "%u records of tasks", tasks);
}

/* regs PID: read the registers of a machine's vCPU; prints an error's name */
int test_regs(char **arg)
{
	uint64_t values[VSYS_REGS_MAX] = {};
	struct vsys_vcpu_regs r = {
		.size = sizeof(r), .pid = atoi(arg[0]), .values = (uintptr_t)values,
		.count = VSYS_REGS_MAX, .timeout_ms = 3000,
	};
	int fd = device(O_RDWR), err = attach(fd, r.pid);

	if (!err && !rings_wait(fd, 1))
		err = ENOENT;
	if (!err)
		err = ctl(fd, VSYS_VCPU_REGS, &r);
	if (!err && (!values[VSYS_X86_RIP] || !values[VSYS_X86_RSP]))
		err = EINVAL;
	if (err)
		printf("%s\n", strerrorname_np(err));
	return err != 0;
}

/* Registers of the guest, which is in its kernel until it goes on. */
static void regs(int fd, pid_t pid, uint64_t at)
{
	uint64_t values[VSYS_REGS_MAX] = {}, percpu;
	struct vsys_vcpu_regs r = {
		.size = sizeof(r), .pid = pid, .values = (uintptr_t)values,
		.count = VSYS_REGS_MAX, .timeout_ms = 100,
	};

	guest_copy(pid, at + offsetof(struct task_control, percpu), &percpu, sizeof(percpu),
		   false);
	check_err(ctl(fd, VSYS_VCPU_REGS, &r), ETIMEDOUT, "registers of user mode, in the kernel");
	check(percpu, "the per-CPU data has an address");
}

/* The calls that match a rule with these conditions; each is held for a moment. */
static void ruled(int fd, pid_t pid, uint64_t at, const struct vsys_task_cond *conds,
		  uint32_t count, unsigned int want, const char *what)
{
	const struct vsys_act hold = { .what = VSYS_ACT_HOLD, .at = VSYS_AT_ENTRY, .ms = 1 };
	struct vsys_rule r = {
		.size = sizeof(r), .flags = VSYS_RULE_INVERT, .acts = (uintptr_t)&hold,
		.nacts = 1, .tasks = (uintptr_t)conds, .ntasks = count,
	};
	struct vsys_rule_info info = { .size = sizeof(info) };
	struct vsys_stats st = { .size = sizeof(st) };

	check_err(ctl(fd, VSYS_RULE, &r), 0, what);
	go(pid, at);
	guest_await(pid);
	check_err(ctl(fd, VSYS_RULE_INFO, &info), 0, "the rule's counts");
	check(info.matched == want, "%s: %u calls match", what, (unsigned int)info.matched);
	check_err(ctl(fd, VSYS_STATS, &st), 0, "the session's counts");
	/* A call and its return each; others take the slow path for absent memory only. */
	check(st.slow >= 2 * want && (want || st.slow <= 4), "%s: %u traps on the slow path",
	      what, (unsigned int)st.slow);
}

/* The calls that pass a filter with up to two conditions, counted. */
static void filtered(int fd, pid_t pid, uint64_t at, const struct vsys_task_cond *conds,
		     uint32_t count, unsigned int want, const char *what)
{
	struct vsys_task_filter f = {
		.size = sizeof(f), .conds = (uintptr_t)conds, .count = count,
	};
	static _Alignas(8) uint8_t buf[65536];
	unsigned int n = 0;
	ssize_t got, pos;

	check_err(ctl(fd, VSYS_TASK_FILTER, &f), 0, what);
	go(pid, at);
	guest_await(pid);
	while ((got = read(fd, buf, sizeof(buf))) > 0)
		for (pos = 0; pos < got; pos += ((struct vsys_record *)(buf + pos))->size)
			n += ((struct vsys_record *)(buf + pos))->type == VSYS_REC_ENTRY;
	check(n == want, "%s: %u calls", what, n);
	check(stats(fd).unknown == 2, "and those of no task");
}

/* So many patterns are matched where sleeping is allowed, once for each task. */
static void many_patterns(int fd, pid_t pid, uint64_t at, unsigned int want)
{
	struct vsys_task_cond conds[VSYS_TASK_CONDS_MAX];
	struct vsys_stats st = { .size = sizeof(st) };
	unsigned int i;

	for (i = 0; i < VSYS_TASK_CONDS_MAX; i++)
		conds[i] = (struct vsys_task_cond){ VSYS_TASK_NAME, 0, 0, "n*o*b*o*d*y" };
	conds[i - 1] = (struct vsys_task_cond){ VSYS_TASK_NAME, 0, 0, "worker*" };
	filtered(fd, pid, at, conds, VSYS_TASK_CONDS_MAX, want, "many patterns");
	check_err(ctl(fd, VSYS_STATS, &st), 0, "the session's counts");
	check(st.slow > 4 && st.fast > want, "many patterns: %u traps on the slow path, %u on the fast one",
	      (unsigned int)st.slow, (unsigned int)st.fast);
}

/* The calls of one of filters[], named by the second argument, as @count finds them. */
static int conditions(char **arg, void (*count)(int fd, pid_t pid, uint64_t at,
						const struct vsys_task_cond *conds,
						uint32_t n, unsigned int want,
						const char *what))
{
	static const struct {
		const char *name;
		struct vsys_task_cond conds[2];
		uint32_t count;
		unsigned int want;
	} filters[] = {
		{ "pid", { { VSYS_TASK_PID, 0, 101, "" } }, 1, 5 },
		{ "name", { { VSYS_TASK_NAME, 0, 0, "worker*" } }, 1, 8 },
		{ "either", { { VSYS_TASK_PID, 0, 101, "" }, { VSYS_TASK_PID, 0, 200, "" } }, 2, 10 },
		{ "both", { { VSYS_TASK_UID, 0, 0, "" }, { VSYS_TASK_NAME, 0, 0, "two" } }, 2, 2 },
		{ "not", { { VSYS_TASK_PID, VSYS_TASK_NOT, 101, "" } }, 1, 11 },
		{ "tree", { { VSYS_TASK_TREE, 0, 100, "" } }, 1, 11 },
		{ "none", { { VSYS_TASK_PID, 0, 4711, "" } }, 1, 0 },
	};
	int fd = device(O_RDWR | O_NONBLOCK);
	pid_t pid = atoi(arg[0]);
	uint64_t at = 0;
	unsigned int i;

	check(WAIT_FOR((at = control_find(pid))), "the guest's tasks are found");
	check_err(attach(fd, pid), 0, "attach");
	check(rings_wait(fd, 1) && !recipe(fd, pid), "it is traced, with a recipe");
	for (i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		if (!strcmp(filters[i].name, arg[1]))
			count(fd, pid, at, filters[i].conds, filters[i].count, filters[i].want,
			      arg[1]);
	if (!strcmp(arg[1], "many"))
		many_patterns(fd, pid, at, 8);
	close(fd);
	return finish();
}

int test_task_filter(char **arg)
{
	return conditions(arg, filtered);
}

int test_task_rule(char **arg)
{
	return conditions(arg, ruled);
}

/* A 32-bit guest makes calls by SYSENTER, for which the module clears SYSENTER_CS. */
int test_sysenter_regs(char **arg)
{
	uint64_t values[VSYS_REGS_MAX] = {};
	int fd = device(O_RDWR | O_NONBLOCK);
	pid_t pid = atoi(arg[0]);
	struct vsys_vcpu_regs r = {
		.size = sizeof(r), .pid = pid, .values = (uintptr_t)values,
		.count = VSYS_REGS_MAX, .timeout_ms = 10000,
	};
	unsigned int i, wrong = 0;

	check_err(attach(fd, pid), 0, "attach");
	check(rings_wait(fd, 1), "it is traced");
	for (i = 0; i < 20; i++)
		wrong += ctl(fd, VSYS_VCPU_REGS, &r) || values[VSYS_X86_VCPU_SYSENTER_CS] != 8;
	check(!wrong, "its own SYSENTER_CS, as it makes a call: %u times not", wrong);
	close(fd);
	return finish();
}

/* Registers of user mode, of a guest that is there only for calls that nobody wants. */
int test_task_regs(char **arg)
{
	uint64_t values[VSYS_REGS_MAX] = {}, at = 0, percpu = 0;
	int fd = device(O_RDWR | O_NONBLOCK);
	struct vsys_filter none = { .size = sizeof(none) };
	pid_t pid = atoi(arg[0]);
	struct vsys_vcpu_regs r = {
		.size = sizeof(r), .pid = pid, .values = (uintptr_t)values,
		.count = VSYS_REGS_MAX, .timeout_ms = 10000,
	};
	unsigned int i, failed = 0;

	check(WAIT_FOR((at = control_find(pid))), "the guest's tasks are found");
	check_err(ctl(fd, VSYS_FILTER, &none), 0, "no call is wanted");
	check_err(attach(fd, pid), 0, "attach");
	check(rings_wait(fd, 1), "it is traced");
	guest_copy(pid, at + offsetof(struct task_control, percpu), &percpu, sizeof(percpu), false);
	/* Before the first call its code is absent: it takes the slow path. */
	for (i = 0; i < 20; i++)
		failed += ctl(fd, VSYS_VCPU_REGS, &r) != 0;
	check(!failed, "registers, as it makes a call: %u times not", failed);
	check(percpu && values[VSYS_X86_VCPU_KERNEL_GS] == percpu, "they are its own");
	go(pid, at);
	close(fd);
	return finish();
}

/* The task of each call, of which one sleeps in the host until its memory comes. */
int test_task_asleep(char **arg)
{
	static const uint32_t nrs[] = { TASK_FIRST, TASK_ASLEEP, TASK_END };
	static _Alignas(8) uint8_t buf[65536];
	const uint32_t filled = MINIVM_ABSENT_BYTE * 0x01010101U;
	const uint32_t tids[] = { 100, filled, 100 };
	int fd = device(O_RDWR | O_NONBLOCK);
	const struct vsys_record *r;
	pid_t pid = atoi(arg[0]);
	unsigned int n = 0, rets = 0, tid = 0;
	uint64_t at = 0;
	ssize_t got, pos;

	check(WAIT_FOR((at = control_find(pid))), "the guest's tasks are found");
	check_err(attach(fd, pid), 0, "attach");
	check(rings_wait(fd, 1) && !recipe(fd, pid), "it is traced, with a recipe");
	go(pid, at);
	guest_await(pid);
	while ((got = read(fd, buf, sizeof(buf))) > 0)
		for (pos = 0; pos < got; pos += r->size) {
			r = (const void *)(buf + pos);
			rets += r->type == VSYS_REC_RETURN;
			if (r->type == VSYS_REC_TASK)
				tid = ((const struct vsys_rec_task *)r)->tid;
			if (r->type != VSYS_REC_ENTRY)
				continue;
			check(n < 3 && r->nr == nrs[n] && tid == tids[n],
			      "call %x is by thread %x", r->nr, tid);
			n++;
		}
	check(n == 3 && rets == 3, "%u calls, %u returns", n, rets);
	close(fd);
	return finish();
}

/* Read on.  Was the last call by @tid, 0: nobody that is known? */
static bool call_by(int fd, uint32_t tid)
{
	static _Alignas(8) uint8_t buf[65536];
	const struct vsys_rec_task *t;
	static bool known, calls;
	static uint32_t now;
	ssize_t n, at;

	n = read(fd, buf, sizeof(buf));
	for (at = 0; at < n; at += t->r.size) {
		t = (const void *)(buf + at);
		calls |= t->r.type == VSYS_REC_ENTRY;
		if (t->r.type != VSYS_REC_TASK)
			continue;
		known = t->task;
		now = t->tid;
		calls = false;
	}
	return calls && known == !!tid && now == tid;
}

/* Without its recipe a machine's calls are nobody's. */
int test_task_removed(char **arg)
{
	int fd = device(O_RDWR | O_NONBLOCK);
	pid_t pid = atoi(arg[0]);
	struct vsys_recipe none = { .size = sizeof(none), .pid = pid };
	uint64_t at = 0;

	check(WAIT_FOR((at = control_find(pid))), "the guest's tasks are found");
	check_err(attach(fd, pid), 0, "attach");
	check(rings_wait(fd, 1) && !recipe(fd, pid), "it is traced, with a recipe");
	check(WAIT_FOR(call_by(fd, 100)), "a call by its task");
	check_err(ctl(fd, VSYS_RECIPE, &none), 0, "the recipe is removed");
	check(WAIT_FOR(call_by(fd, 0)), "a call by nobody");
	go(pid, at);
	close(fd);
	return finish();
}

/* task PID [claimed] */
int test_task(char **arg)
{
	pid_t pid = atoi(arg[0]);
	int fd = device(O_RDWR | O_NONBLOCK);
	uint64_t at = 0;

	claimed = arg[1];
	check(WAIT_FOR((at = control_find(pid))), "the guest's tasks are found");
	check_err(recipe(fd, pid), ENOENT, "a recipe before the attach");
	check_err(attach(fd, pid), 0, "attach");
	check(rings_wait(fd, 1), "it is traced");
	regs(fd, pid, at);
	check_err(recipe(fd, pid), 0, "a recipe");
	go(pid, at);
	guest_await(pid);
	records(fd);
	close(fd);
	return finish();
}
