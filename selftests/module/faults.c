// SPDX-License-Identifier: GPL-2.0
/*
 * Repeat each system call on the device, each time with the next possible failure in
 * the kernel: of an allocation, or of a copy from or to user space.
 * Documentation/fault-injection/fault-injection.rst: fail-nth.  The guest is busy.c,
 * with one vCPU.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/vsyscalls_x86.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "edit.h"

enum { GETPID = 39, NTH_MAX = 1000, TASKS = 8, SETTLED_MS = 3000 };

static pid_t guest;
static struct held_call call;
static struct vsys_rule_info listed;
static const struct vsys_act hold = { .what = VSYS_ACT_HOLD, .at = VSYS_AT_ENTRY };
static const struct vsys_task_cond task = { .what = VSYS_TASK_NAME, .glob = "nobody" };

/* How many more calls precede the failure; reading it is a copy, which may fail itself. */
static bool nth_done(int file)
{
	char left[16] = "";
	bool done = pread(file, left, sizeof(left) - 1, 0) > 0 && !strcmp(left, "0\n");

	while (pwrite(file, "0", 1, 0) != 1)
		done = false;
	return done;
}

static void nth_set(int file, unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	if (pwrite(file, text, len, 0) != len)
		die("fail-nth");
}

static int nth_open(const char *task)
{
	char path[96];
	int file;

	snprintf(path, sizeof(path), "/proc/%s/fail-nth", task);
	file = open(path, O_RDWR | O_CLOEXEC);
	if (file < 0)
		die(path);
	return file;
}

/* Preparations of an operation. */
static void attached(int fd)
{
	if (attach(fd, 0) || !rings_wait(fd, 1))
		die("attach");
}

static void with_rule(int fd)
{
	struct vsys_rule r = { 0 };

	listed = (struct vsys_rule_info){ .size = sizeof(listed) };
	if (rule_add(fd, &r, GETPID, &hold, 1, NULL) || ctl(fd, VSYS_RULE_INFO, &listed))
		die("VSYS_RULE");
}

/* A rule each for three numbers: one for all numbers makes four lists. */
static void with_lists(int fd)
{
	struct vsys_rule r = { 0 };
	uint32_t nr;

	for (nr = 1; nr <= 3; nr++)
		if (rule_add(fd, &r, nr, &hold, 1, NULL))
			die("VSYS_RULE");
}

static void held(int fd)
{
	with_rule(fd);
	attached(fd);
	if (edit_next(fd, &call))
		die("VSYS_HELD");
}

static void holding(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLRDBAND };

	with_rule(fd);
	attached(fd);
	if (poll(&p, 1, PATIENCE_MS) != 1)
		die("no call is held");
}

static void with_records(int fd)
{
	attached(fd);
	nap(20);
}

/* Operations; 0 or an errno. */
static int do_open(int fd)
{
	int other = open("/dev/vsyscalls", O_RDWR | O_CLOEXEC);

	(void)fd;
	return other < 0 ? errno : close(other);
}

/* An ioctl whose structure needs little. */
#define DO(name, type, cmd, ...)						\
	static int name(int fd)						\
	{								\
		struct type in = { .size = sizeof(in), ##__VA_ARGS__ };	\
									\
		return ctl(fd, cmd, &in);				\
	}

DO(do_info, vsys_info, VSYS_INFO)
DO(do_profile, vsys_profile_info, VSYS_PROFILE)
DO(do_ring, vsys_ring_info, VSYS_RING)
DO(do_stats, vsys_stats, VSYS_STATS)
DO(do_vcpu, vsys_vcpu_info, VSYS_VCPU, .pid = guest)
DO(do_time, vsys_time, VSYS_TIME)
DO(do_rule_info, vsys_rule_info, VSYS_RULE_INFO)
DO(do_memory, vsys_memory, VSYS_MEMORY, .pid = guest)

static int do_setup(int fd)
{
	return setup(fd, 8192, 0, 1);
}

static int do_attach(int fd)
{
	return attach(fd, 0);
}

static int do_attach_pid(int fd)
{
	return attach(fd, guest);
}

static int do_detach(int fd)
{
	return detach(fd, 0);
}

static int do_filter(int fd)
{
	uint32_t numbers[] = { 1, 2, 3 };
	struct vsys_filter f = {
		.size = sizeof(f), .count = 3, .numbers = (uintptr_t)numbers,
	};

	return ctl(fd, VSYS_FILTER, &f);
}

static int do_task_filter(int fd)
{
	struct vsys_task_filter f = {
		.size = sizeof(f), .conds = (uintptr_t)&task, .count = 1,
	};

	return ctl(fd, VSYS_TASK_FILTER, &f);
}

static int do_recipe(int fd)
{
	static const struct vsys_task_field field = {
		.kind = VSYS_TASK_PID, .form = VSYS_TASK_NUMBER, .bytes = 4,
	};
	struct vsys_recipe r = {
		.size = sizeof(r), .pid = guest, .base = VSYS_X86_BASE_KERNEL_GS, .width = 8,
		.watches = 1, .nfields = 1, .fields = (uintptr_t)&field,
	};

	return ctl(fd, VSYS_RECIPE, &r);
}

static int do_vcpu_regs(int fd)
{
	uint64_t values[VSYS_REGS_MAX];
	struct vsys_vcpu_regs r = {
		.size = sizeof(r), .pid = guest, .values = (uintptr_t)values,
		.count = VSYS_REGS_MAX, .timeout_ms = 10000,
	};

	return ctl(fd, VSYS_VCPU_REGS, &r);
}

/* A rule with all its pointers set. */
static int do_rule(int fd)
{
	static const struct vsys_act acts[] = {
		{ .what = VSYS_ACT_POKE, .at = VSYS_AT_ENTRY, .bytes = 8,
		  .data = (uintptr_t)"poke me" },
		{ .what = VSYS_ACT_HOLD, .at = VSYS_AT_RETURN },
	};
	static const struct vsys_cond cond = {
		.what = VSYS_COND_ARG, .op = VSYS_COND_EQ, .mask = 1,
	};
	struct vsys_rule r = { .glob = (uintptr_t)"*x", .glob_bytes = 2 };

	return rule_add(fd, &r, 1, acts, 2, &cond);
}

/* A rule for all numbers but one, and for a task. */
static int do_rule_task(int fd)
{
	struct vsys_rule r = {
		.flags = VSYS_RULE_INVERT, .tasks = (uintptr_t)&task, .ntasks = 1,
	};

	return rule_add(fd, &r, GETPID, &hold, 1, NULL);
}

static int do_unrule(int fd)
{
	return ctl(fd, VSYS_UNRULE, &listed);
}

static int do_held(int fd)
{
	return edit_next_now(fd, &call);
}

/* getpid() has no arguments. */
static int do_args(int fd)
{
	uint64_t value;
	int err = edit_args(fd, &call, 0, 0, 1, &value);

	return err == EINVAL ? 0 : err;
}

static int do_regs(int fd)
{
	struct edit_regs r;

	return edit_regs(fd, &call, 0, &r);
}

/* Write the guest's first bytes unchanged. */
static int do_mem(int fd)
{
	static uint8_t bytes[2];
	uint64_t fault;
	int err = edit_mem(fd, &call, VSYS_PHYS, 0, bytes, sizeof(bytes), &fault);

	err = err ?: edit_mem(fd, &call, VSYS_PHYS | VSYS_WRITE, 0, bytes, sizeof(bytes), &fault);
	return err;
}

static int do_resume(int fd)
{
	return edit_resume(fd, &call, VSYS_CONTINUE, 0);
}

static int map(int fd, int prot, uint64_t bytes, uint64_t at)
{
	void *p = mmap(NULL, bytes, prot, MAP_SHARED, fd, at);

	return p == MAP_FAILED || munmap(p, bytes) ? errno : 0;
}

static int do_mmap(int fd)
{
	struct vsys_ring_info r = { .size = sizeof(r) };
	int err = ctl(fd, VSYS_RING, &r);

	err = err ?: map(fd, PROT_READ | PROT_WRITE, PAGE, r.offset);
	return err ?: map(fd, PROT_READ, PAGE + 2 * r.bytes, r.offset + PAGE);
}

static int do_read(int fd)
{
	static uint8_t buf[4096];

	return read(fd, buf, sizeof(buf)) < 0 ? errno : 0;
}

static int do_poll(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) < 0 ? errno : 0;
}

/* End a session, so that the caller's close() has nothing left to do. */
static int do_close(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int err = null < 0 ? errno : 0;

	if (!err)
		err = dup3(null, fd, O_CLOEXEC) < 0 ? errno : 0;
	if (null >= 0)
		close(null);
	return err;
}

static const struct {
	const char *name;
	void (*before)(int fd);
	int (*fn)(int fd);
	unsigned int least;	/* possible failures there */
} ops[] = {
	{ "open", NULL, do_open, 2 },
	{ "VSYS_INFO", NULL, do_info, 2 },
	{ "VSYS_PROFILE", NULL, do_profile, 2 },
	{ "VSYS_SETUP", NULL, do_setup, 1 },
	{ "VSYS_FILTER", NULL, do_filter, 2 },
	{ "VSYS_ATTACH, all", NULL, do_attach, 2 },
	{ "VSYS_ATTACH, one", NULL, do_attach_pid, 2 },
	{ "VSYS_DETACH", attached, do_detach, 1 },
	{ "VSYS_TASK_FILTER", NULL, do_task_filter, 3 },
	{ "VSYS_RECIPE", attached, do_recipe, 3 },
	{ "VSYS_MEMORY", NULL, do_memory, 2 },
	{ "VSYS_VCPU_REGS", attached, do_vcpu_regs, 4 },
	{ "VSYS_RING", attached, do_ring, 2 },
	{ "VSYS_STATS", attached, do_stats, 2 },
	{ "VSYS_VCPU", attached, do_vcpu, 2 },
	{ "VSYS_TIME", NULL, do_time, 2 },
	{ "VSYS_RULE", NULL, do_rule, 6 },
	{ "VSYS_RULE, all numbers", with_lists, do_rule_task, 12 },
	{ "VSYS_RULE_INFO", with_rule, do_rule_info, 2 },
	{ "VSYS_UNRULE", with_rule, do_unrule, 1 },
	{ "VSYS_HELD", holding, do_held, 4 },
	{ "VSYS_HELD_ARGS", held, do_args, 3 },
	{ "VSYS_HELD_REGS", held, do_regs, 3 },
	{ "VSYS_HELD_MEM", held, do_mem, 6 },
	{ "VSYS_RESUME", held, do_resume, 2 },
	{ "mmap", attached, do_mmap, 2 },
	{ "read", with_records, do_read, 1 },
	{ "poll", attached, do_poll, 1 },
	{ "close", held, do_close, 0 },
};

/* Run operation @i with each possible failure once, and once without. */
static void sweep(unsigned int i)
{
	int file = nth_open("thread-self"), err = 0;
	bool clean = true, done = true;
	unsigned int n;

	for (n = 1; done && n < NTH_MAX; n++) {
		int fd = device(O_RDWR | O_NONBLOCK);

		setup(fd, 4096, 0, 1);
		if (ops[i].before)
			ops[i].before(fd);
		nth_set(file, n);
		err = ops[i].fn(fd);
		done = nth_done(file);
		if (err && err != ENOMEM && err != EFAULT) {
			printf("# %s, %u: %s\n", ops[i].name, n, strerror(err));
			clean = false;
		}
		/* EFAULT may leave the operation done; after ENOMEM it can be repeated. */
		if (err == ENOMEM && (err = ops[i].fn(fd))) {
			printf("# %s, %u: and again: %s\n", ops[i].name, n, strerror(err));
			clean = false;
		}
		close(fd);
	}
	close(file);
	check(clean && !done && !err && n - 2 >= ops[i].least,
	      "%s: each of %u things that fail has its error", ops[i].name, n - 2);
}

/* All threads of the guest's process, as its vCPU is one of them. */
static unsigned int tasks_open(int *files)
{
	char path[64];
	unsigned int n = 0;
	struct dirent *d;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", guest);
	dir = opendir(path);
	while (dir && n < TASKS && (d = readdir(dir))) {
		if (d->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%d/task/%.20s", guest, d->d_name);
		files[n++] = nth_open(path);
	}
	if (dir)
		closedir(dir);
	return n;
}

/* The allocations of a vCPU for a session; repeat until all succeed. */
static void sweep_vcpu(void)
{
	int files[TASKS];
	unsigned int tasks = tasks_open(files), n, i, refused = 0;
	bool done = true, settled = true;
	struct vsys_stats s;

	for (n = 1; done && settled && n < NTH_MAX; n++) {
		int fd = device(O_RDWR | O_NONBLOCK);
		long end = now_ms() + SETTLED_MS;

		setup(fd, 4096, 0, 1);
		for (i = 0; i < tasks; i++)
			nth_set(files[i], n);
		if (attach(fd, 0))
			die("attach");
		do {
			nap(1);
			s = stats(fd);
		} while (!s.emitted && !s.refused && now_ms() < end);
		settled = s.emitted || s.refused;
		refused += !!s.refused;
		for (done = false, i = 0; i < tasks; i++)
			done |= nth_done(files[i]);
		if (detach(fd, 0) || attach(fd, 0))
			die("attach again");
		settled &= WAIT_FOR(stats(fd).emitted > s.emitted);
		close(fd);
	}
	for (i = 0; i < tasks; i++)
		close(files[i]);
	check(settled && !done && refused >= 6,
	      "a vCPU: each of %u things that fail is told, and the next attach is right", n - 2);
}

static void allow(const char *what, const char *option)
{
	char path[80];
	int file;

	snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", what, option);
	file = open(path, O_WRONLY);
	if (file < 0 || write(file, "0", 1) != 1)
		die(path);
	close(file);
}

int test_faults(char **arg)
{
	unsigned int i;

	if (!arg[0])
		return 2;
	guest = atoi(arg[0]);
	/* Let sleeping allocations fail, too, without a stack trace for each. */
	allow("failslab", "ignore-gfp-wait");
	allow("fail_page_alloc", "ignore-gfp-wait");
	allow("fail_page_alloc", "min-order");
	allow("failslab", "verbose");
	allow("fail_page_alloc", "verbose");
	allow("fail_usercopy", "verbose");
	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		sweep(i);
	sweep_vcpu();
	return finish();
}
