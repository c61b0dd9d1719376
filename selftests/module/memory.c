// SPDX-License-Identifier: GPL-2.0
/*
 * memory DIR: whose memory a session's rings are, and how much of it there may be.  In DIR
 * are the cgroups "reader", which this test joins, and "tenant", for a machine.
 */
#include <fcntl.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"

enum {
	VCPUS = 150,
	RING = 256 << 10,
	MIB = 1 << 20,
	SLACK = 4 * MIB,	/* of cgroup counters, which CPUs batch */
};

static const char *dir;

static void file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die(path);
	close(fd);
}

static void group_write(const char *group, const char *file, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s/%s", dir, group, file);
	file_write(path, text);
}

/* The number after @key in a file of a cgroup. */
static long group_read(const char *group, const char *file, const char *key)
{
	char path[256], text[1024] = "";
	const char *at;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s/%s", dir, group, file);
	f = fopen(path, "r");
	if (!f || !fread(text, 1, sizeof(text) - 1, f))
		die(path);
	fclose(f);
	at = strstr(text, key);
	return at ? atol(at + strlen(key)) : -1;
}

static long current(const char *group)
{
	return group_read(group, "memory.current", "");
}

static void limit_set(const char *name, int mib)
{
	char path[128], text[16];

	snprintf(path, sizeof(path), "/sys/module/vsyscalls/parameters/%s", name);
	snprintf(text, sizeof(text), "%d", mib);
	file_write(path, text);
}

/* Run vCPUs that only halt, again and again; tell @ready after the first round. */
static void vcpus_run(int vm, unsigned int count, int ready)
{
	int fds[VCPUS];
	unsigned int i;

	for (i = 0; i < count; i++) {
		struct kvm_sregs sregs;
		struct kvm_regs regs = { .rflags = 2 };

		fds[i] = ioctl(vm, KVM_CREATE_VCPU, i);
		if (fds[i] < 0 || ioctl(fds[i], KVM_GET_SREGS, &sregs))
			_exit(1);
		sregs.cs.base = sregs.cs.selector = 0;
		if (ioctl(fds[i], KVM_SET_SREGS, &sregs) || ioctl(fds[i], KVM_SET_REGS, &regs))
			_exit(1);
	}
	for (;;) {
		for (i = 0; i < count; i++) {
			struct kvm_mp_state state = { .mp_state = KVM_MP_STATE_RUNNABLE };
			struct kvm_regs regs = { .rflags = 2 };

			if (ioctl(fds[i], KVM_SET_MP_STATE, &state) ||
			    ioctl(fds[i], KVM_SET_REGS, &regs) || ioctl(fds[i], KVM_RUN, 0))
				_exit(1);
		}
		if (ready >= 0 && write(ready, "", 1) != 1)
			_exit(1);
		ready = -1;
		nap(5);
	}
}

static pid_t tenant(unsigned int vcpus)
{
	struct kvm_userspace_memory_region slot = { .memory_size = PAGE };
	int kvm, vm, ready[2];
	pid_t pid;
	char *code, c;

	if (pipe(ready))
		die("pipe");
	pid = fork();
	if (pid) {
		close(ready[1]);
		if (read(ready[0], &c, 1) != 1)
			die("a machine");
		close(ready[0]);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	group_write("tenant", "cgroup.procs", "0");
	code = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	*code = (char)0xf4;	/* hlt */
	slot.userspace_addr = (uintptr_t)code;
	kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	if (vm < 0 || ioctl(vm, KVM_SET_USER_MEMORY_REGION, &slot))
		_exit(1);
	vcpus_run(vm, vcpus, ready[1]);
	_exit(1);
}

static void end(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	check(WIFSIGNALED(status), "the machine ran until then");
}

static int session(void)
{
	int fd = device(O_RDWR);

	if (setup(fd, RING, 0, 0))
		die("setup");
	return fd;
}

static void charged(void)
{
	long before = current("reader"), tenant_before;
	pid_t pid = tenant(VCPUS);
	int fd = session();

	tenant_before = current("tenant");
	check_err(attach(fd, 0), 0, "attach");
	check(rings_wait(fd, VCPUS), "each vCPU has a ring");
	check(current("reader") - before > VCPUS * RING - SLACK,
	      "%d vCPUs are charged to the reader: %ld", VCPUS, current("reader") - before);
	check(current("tenant") - tenant_before < SLACK, "and not to the machine's cgroup: %ld",
	      current("tenant") - tenant_before);
	check(stats(fd).memory > VCPUS * RING, "the session says so");
	end(pid);
	check(WAIT_FOR(info(fd).rings == VCPUS && stats(fd).memory > VCPUS * RING),
	      "rings with unread records stay");
	close(fd);
	check(WAIT_FOR(current("reader") < before + SLACK), "close() frees it all");
}

/* A cgroup's limit, the session's and that of all sessions act alike. */
static void bounded(const char *what, void (*set)(int mib))
{
	uint32_t rings;
	pid_t pid;
	int fd;

	set(20);
	fd = session();
	/* What this program needs by itself is not limited. */
	group_write("tenant", "cgroup.procs", "0");
	pid = tenant(VCPUS);
	check_err(attach(fd, 0), 0, what);
	check(WAIT_FOR(info(fd).rings + stats(fd).refused == VCPUS),
	      "%s: each vCPU has a ring or is counted as refused", what);
	nap(2500);	/* time for more attempts */
	rings = info(fd).rings;
	check(rings > 10 && rings < 20 * MIB / RING, "%s: %u rings", what, rings);
	check(rings + stats(fd).refused == VCPUS, "%s: refused once each: %llu", what,
	      (unsigned long long)stats(fd).refused);
	set(0);
	check(rings_wait(fd, VCPUS), "%s: they get a ring when there is room", what);
	group_write("reader", "cgroup.procs", "0");
	end(pid);
	close(fd);
}

static void group_set(int mib)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", current("reader") + mib * (long)MIB);
	group_write("reader", "memory.max", mib ? text : "max");
}

static void session_set(int mib)
{
	limit_set("session_memory", mib);
}

static void all_set(int mib)
{
	limit_set("all_memory", mib);
}

static void no_room(void)
{
	int fd = device(O_RDWR);

	session_set(4);
	check_err(setup(fd, 4 * MIB, 0, 0), 0, "setup");
	check_err(attach(fd, 0), EDQUOT, "no room for one ring: the attach says so");
	session_set(5);
	check_err(attach(fd, 0), 0, "room for one");
	session_set(0);
	close(fd);
}

/* A view of another profile is the memory of the session that has it. */
static void views(void)
{
	const uint64_t rings = 8 * RING, buffers = 8 * (56 << 10);
	struct vsys_attach other = { .size = sizeof(other), .profile = "windows_7_x64" };
	int first = session(), second = session();
	pid_t pid = tenant(8);

	check_err(attach(first, 0), 0, "attach");
	check(rings_wait(first, 8), "rings");
	check_err(ctl(second, VSYS_ATTACH, &other), 0, "attach by another profile");
	check(rings_wait(second, 8), "its rings");
	check(stats(second).memory > rings + buffers, "its views count");
	check_err(detach(second, 0), 0, "detach");
	check(WAIT_FOR(stats(second).memory < rings + buffers), "the views go, unread rings stay");
	end(pid);
	close(first);
	close(second);
}

/* A session with room for one ring of a machine's three vCPUs. */
static int denied(void)
{
	int fd = device(O_RDWR);

	if (setup(fd, 2 * MIB, 0, 0) || attach(fd, 0))
		die("attach");
	return fd;
}

static bool refused(int fd)
{
	return WAIT_FOR(info(fd).rings == 1 && stats(fd).refused == 2);
}

/* What a vCPU denied a session does not count for the next one in its tap slot. */
static void inherited(void)
{
	int other = session(), fd;
	pid_t pid = tenant(3);

	check_err(attach(other, 0), 0, "attach");
	check(rings_wait(other, 3), "rings");
	session_set(4);
	fd = denied();
	check(refused(fd), "one ring, two vCPUs refused");
	kill(pid, SIGSTOP);
	close(fd);
	fd = denied();
	kill(pid, SIGCONT);
	check(refused(fd), "the same for the session that follows");
	session_set(0);
	end(pid);
	close(fd);
	close(other);
}

/* Rings of vCPUs that have ended go when they are read, mapped ones when unmapped. */
static void shrinks(void)
{
	struct vsys_ring_info gone = { .size = sizeof(gone) };
	int fd = session();
	pid_t pid = tenant(8);
	struct ring r[8];
	unsigned int i;

	check_err(attach(fd, 0), 0, "attach");
	check(rings_wait(fd, 8), "rings");
	for (i = 0; i < 8; i++)
		if (!ring_map(fd, i, &r[i]))
			die("map");
	end(pid);
	for (i = 0; i < 8; i++) {
		check(WAIT_FOR(r[i].writer->closed), "ring %u is closed", i);
		__atomic_store_n(&r[i].reader->pos, ring_end(&r[i]), __ATOMIC_RELEASE);
	}
	check(info(fd).rings == 8, "their number stays");
	check_err(ctl(fd, VSYS_RING, &gone), ENOENT, "read rings are freed");
	nap(100);
	check(stats(fd).memory >= 8 * RING, "mapped ones count");
	for (i = 0; i < 8; i++)
		ring_unmap(&r[i]);
	check(WAIT_FOR(!stats(fd).memory), "unmapped ones do not");
	close(fd);
}

int test_memory(char **arg)
{
	dir = arg[0];
	if (!dir)
		return 2;
	group_write("reader", "cgroup.procs", "0");
	charged();
	bounded("cgroup", group_set);
	check(!group_read("reader", "memory.events", "oom_kill "), "nobody was killed for it");
	bounded("session_memory", session_set);
	bounded("all_memory", all_set);
	no_room();
	views();
	inherited();
	shrinks();
	return finish();
}
