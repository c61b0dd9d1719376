// SPDX-License-Identifier: GPL-2.0
/*
 * random COUNT SECONDS PID: ioctls at random from several threads on a few sessions,
 * most of them nearly valid.  PID runs a machine whose calls may go wrong.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "api.h"

enum { THREADS = 3, SESSIONS = 4, WORDS = 42, GETPID = 39, REOPEN = 2000, DEAR = 200 };

static const struct {
	unsigned long cmd;
	uint32_t size;
	bool dear;	/* waits for all CPUs: use it seldom */
} ioctls[] = {
	{ VSYS_INFO, sizeof(struct vsys_info), false },
	{ VSYS_PROFILE, sizeof(struct vsys_profile_info), false },
	{ VSYS_SETUP, sizeof(struct vsys_setup), false },
	{ VSYS_ATTACH, sizeof(struct vsys_attach), true },
	{ VSYS_DETACH, sizeof(struct vsys_detach), true },
	{ VSYS_FILTER, sizeof(struct vsys_filter), true },
	{ VSYS_RING, sizeof(struct vsys_ring_info), false },
	{ VSYS_STATS, sizeof(struct vsys_stats), false },
	{ VSYS_RULE, sizeof(struct vsys_rule), true },
	{ VSYS_UNRULE, sizeof(struct vsys_rule_info), true },
	{ VSYS_RULE_INFO, sizeof(struct vsys_rule_info), false },
	{ VSYS_HELD, sizeof(struct vsys_held), false },
	{ VSYS_HELD_ARGS, sizeof(struct vsys_held_args), false },
	{ VSYS_HELD_REGS, sizeof(struct vsys_held_regs), false },
	{ VSYS_HELD_MEM, sizeof(struct vsys_held_mem), false },
	{ VSYS_RESUME, sizeof(struct vsys_resume), false },
	{ VSYS_VCPU, sizeof(struct vsys_vcpu_info), false },
	{ VSYS_TIME, sizeof(struct vsys_time), false },
	{ VSYS_RECIPE, sizeof(struct vsys_recipe), true },
	{ VSYS_TASK_FILTER, sizeof(struct vsys_task_filter), true },
	{ VSYS_MEMORY, sizeof(struct vsys_memory), false },
	{ VSYS_VCPU_REGS, sizeof(struct vsys_vcpu_regs), true },
};

static int sessions[SESSIONS];
static uint64_t held;		/* the last id of a held call */
static long deadline;
static pid_t guest;
static unsigned long wanted, made, taken;

struct thread {
	uint64_t seed;
	union {
		uint32_t words[WORDS];
		struct vsys_attach attach;
		struct vsys_filter filter;
		struct vsys_rule rule;
		struct vsys_held held;
		struct vsys_held_args args;
		struct vsys_held_regs regs;
		struct vsys_held_mem mem;
		struct vsys_resume resume;
		struct vsys_vcpu_info vcpu;
		struct vsys_setup setup;
		struct vsys_recipe recipe;
		struct vsys_task_filter tasks;
		struct vsys_memory memory;
		struct vsys_vcpu_regs now;
	} a;
	struct vsys_task_field field;
	struct vsys_task_cond task;
	struct vsys_act acts[2];
	struct vsys_cond cond;
	uint8_t page[2 * PAGE];
};

static uint32_t rnd(struct thread *t, uint32_t below)
{
	t->seed = t->seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (t->seed >> 33) % below;
}

/* Values with a meaning for some ioctl. */
static uint32_t value(struct thread *t)
{
	static const uint32_t some[] = {
		0, 1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 39, 63, 64, 0xff, 0x1000, 0x1001, 0x4000,
		8191, 8192, 60000, 0xffff, 1 << 20, 0x7fffffff, 1U << 31, -2U, -1U,
	};
	uint32_t i = rnd(t, sizeof(some) / sizeof(some[0]) + 2);

	return i < sizeof(some) / sizeof(some[0]) ? some[i] : (uint32_t)(t->seed >> 16);
}

static uint64_t where(struct thread *t)
{
	return rnd(t, 16) ? (uintptr_t)t->page : value(t);
}

static void fill_task(struct thread *t)
{
	t->task = (struct vsys_task_cond){
		.what = rnd(t, 4) ? 1 + rnd(t, 12) : VSYS_TASK_TREE, .flags = rnd(t, 2),
		.value = value(t), .glob = "*a*",
	};
}

static void fill_rule(struct thread *t)
{
	int i;

	for (i = 0; i < 2; i++)
		t->acts[i] = (struct vsys_act){
			.what = rnd(t, 2) ? VSYS_ACT_HOLD : 1 + rnd(t, 5), .at = 1 + rnd(t, 2),
		};
	for (i = 0; i < 2; i++)
		if (t->acts[i].what == VSYS_ACT_HOLD)
			t->acts[i].ms = 1 + rnd(t, 5);
	t->cond = (struct vsys_cond){ .what = 1 + rnd(t, 4), .op = 1 + rnd(t, 6), .mask = 1 };
	t->a.rule.numbers = (uintptr_t)t->page;
	t->a.rule.count = rnd(t, 3);
	t->a.rule.flags = rnd(t, 8);
	t->a.rule.acts = (uintptr_t)t->acts;
	t->a.rule.nacts = 1 + rnd(t, 2);
	t->a.rule.conds = (uintptr_t)&t->cond;
	t->a.rule.nconds = rnd(t, 2);
	t->a.rule.step = rnd(t, 100);
	fill_task(t);
	t->a.rule.tasks = (uintptr_t)&t->task;
	t->a.rule.ntasks = rnd(t, 2);
}

/* Where a task may be: no guest has one there. */
static void fill_recipe(struct thread *t)
{
	t->field = (struct vsys_task_field){
		.kind = 1 + rnd(t, 12), .form = 1 + rnd(t, 5), .bytes = 1 << rnd(t, 4),
		.steps = rnd(t, 3), .off = { rnd(t, PAGE) },
	};
	t->a.recipe.pid = guest;
	t->a.recipe.base = rnd(t, 5);
	t->a.recipe.flags = rnd(t, 2);
	t->a.recipe.width = rnd(t, 2) ? 8 : 4;
	t->a.recipe.watches = 1 + rnd(t, VSYS_TASK_WATCH_MAX);
	t->a.recipe.watch[0] = rnd(t, PAGE);
	t->a.recipe.nfields = rnd(t, 2);
	t->a.recipe.fields = (uintptr_t)&t->field;
}

/* A valid value, as far as it can be known. */
static void fill(struct thread *t, unsigned long cmd)
{
	switch (cmd) {
	case VSYS_SETUP: t->a.setup.ring_bytes = 4096 << rnd(t, 4); break;
	case VSYS_ATTACH: t->a.attach.pid = rnd(t, 2) ? guest : 0; break;
	case VSYS_DETACH: t->a.attach.pid = rnd(t, 2) ? guest : 0; break;
	case VSYS_VCPU: t->a.vcpu.pid = guest; break;
	case VSYS_FILTER:
		t->a.filter.numbers = where(t);
		t->a.filter.count = rnd(t, 3);
		t->a.filter.abi = rnd(t, 6);
		t->a.filter.flags = rnd(t, 2);
		break;
	case VSYS_RULE: fill_rule(t); break;
	case VSYS_RECIPE: fill_recipe(t); break;
	case VSYS_TASK_FILTER:
		fill_task(t);
		t->a.tasks.conds = (uintptr_t)&t->task;
		t->a.tasks.count = rnd(t, 2);
		break;
	case VSYS_MEMORY: t->a.memory.pid = guest; break;
	case VSYS_VCPU_REGS:
		t->a.now.pid = guest;
		t->a.now.values = (uintptr_t)t->page;
		t->a.now.count = 1 + rnd(t, VSYS_REGS_MAX);
		t->a.now.timeout_ms = 1 + rnd(t, 3);
		break;
	case VSYS_HELD:
		t->a.held.record = where(t);
		t->a.held.bytes = sizeof(t->page);
		break;
	case VSYS_HELD_ARGS:
		t->a.args.id = held;
		t->a.args.count = rnd(t, 8);
		t->a.args.flags = rnd(t, 2);
		t->a.args.values = where(t);
		break;
	case VSYS_HELD_REGS:
		t->a.regs.id = held;
		t->a.regs.flags = rnd(t, 2);
		t->a.regs.mask = value(t) & 0x3ffff;
		t->a.regs.values = where(t);
		t->a.regs.count = rnd(t, VSYS_REGS_MAX + 2);
		break;
	case VSYS_HELD_MEM:
		t->a.mem.id = held;
		t->a.mem.flags = rnd(t, 8);
		t->a.mem.addr = (uint64_t)rnd(t, 1024) << rnd(t, 20);
		t->a.mem.data = where(t);
		t->a.mem.bytes = 1 + rnd(t, sizeof(t->page));
		break;
	case VSYS_RESUME:
		t->a.resume.id = held;
		t->a.resume.verdict = rnd(t, 3);
		break;
	}
}

static void one(struct thread *t)
{
	int *fd = &sessions[rnd(t, SESSIONS)], n;
	unsigned int i;

	do {
		i = rnd(t, sizeof(ioctls) / sizeof(ioctls[0]));
	} while (ioctls[i].dear && rnd(t, DEAR));
	memset(&t->a, 0, sizeof(t->a));
	fill(t, ioctls[i].cmd);
	t->a.words[0] = ioctls[i].size;
	/* Half of the arguments are valid, others nearly so. */
	for (n = rnd(t, 2) ? 0 : 1 + rnd(t, 3); n > 0; n--)
		t->a.words[rnd(t, ioctls[i].size / 4)] = value(t);
	if (!ctl(*fd, ioctls[i].cmd, &t->a)) {
		__atomic_fetch_add(&taken, 1, __ATOMIC_RELAXED);
		if (ioctls[i].cmd == VSYS_HELD)
			held = t->a.held.id;
	}
	/* Put a new session in the place of an old one, which other threads may be using. */
	if (!rnd(t, REOPEN)) {
		n = device(O_RDWR | O_NONBLOCK);
		dup2(n, *fd);
		close(n);
	}
}

static void *thread(void *arg)
{
	struct thread *t = arg;

	while (__atomic_fetch_add(&made, 1, __ATOMIC_RELAXED) < wanted && now_ms() < deadline)
		one(t);
	return NULL;
}

int test_random(char **arg)
{
	static struct thread threads[THREADS];
	long start = now_ms();
	pthread_t ids[THREADS];
	int i;

	if (!arg[0] || !arg[1] || !arg[2])
		return 2;
	wanted = atol(arg[0]);
	deadline = start + atol(arg[1]) * 1000;
	guest = atoi(arg[2]);
	for (i = 0; i < SESSIONS; i++)
		sessions[i] = device(O_RDWR | O_NONBLOCK);
	for (i = 0; i < THREADS; i++) {
		threads[i].seed = i + 4711;
		pthread_create(&ids[i], NULL, thread, &threads[i]);
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(ids[i], NULL);
	for (i = 0; i < SESSIONS; i++)
		close(sessions[i]);
	printf("# %lu ioctls, %lu of them taken, %ld s\n", made, taken,
	       (now_ms() - start) / 1000);
	check(made >= wanted, "as many as there should be");
	check(taken > made / 10 && taken < made, "some were taken, some refused");
	return finish();
}
