// SPDX-License-Identifier: GPL-2.0
/* Each ioctl with arguments that it must refuse, and with those it must accept. */
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <threads.h>
#include <unistd.h>

#include "api.h"

enum { NEVER = 0x7ffffff0 };	/* no process has this number */

/* Offsets of members that must be zero, 0 for none. */
static const struct {
	const char *name;
	unsigned long cmd;
	uint32_t size, reserved;
} ioctls[] = {
	{ "VSYS_INFO", VSYS_INFO, sizeof(struct vsys_info), 0 },
	{ "VSYS_PROFILE", VSYS_PROFILE, sizeof(struct vsys_profile_info), 0 },
	{ "VSYS_SETUP", VSYS_SETUP, sizeof(struct vsys_setup), 0 },
	{ "VSYS_ATTACH", VSYS_ATTACH, sizeof(struct vsys_attach), 0 },
	{ "VSYS_DETACH", VSYS_DETACH, sizeof(struct vsys_detach),
	  offsetof(struct vsys_detach, reserved) },
	{ "VSYS_FILTER", VSYS_FILTER, sizeof(struct vsys_filter), 0 },
	{ "VSYS_RING", VSYS_RING, sizeof(struct vsys_ring_info), 0 },
	{ "VSYS_STATS", VSYS_STATS, sizeof(struct vsys_stats), 0 },
	{ "VSYS_VCPU", VSYS_VCPU, sizeof(struct vsys_vcpu_info), 0 },
	{ "VSYS_TIME", VSYS_TIME, sizeof(struct vsys_time), 0 },
	{ "VSYS_MEMORY", VSYS_MEMORY, sizeof(struct vsys_memory), 0 },
	{ "VSYS_VCPU_REGS", VSYS_VCPU_REGS, sizeof(struct vsys_vcpu_regs), 0 },
	{ "VSYS_UNRULE", VSYS_UNRULE, sizeof(struct vsys_rule_info),
	  offsetof(struct vsys_rule_info, reserved) },
	{ "VSYS_RULE_INFO", VSYS_RULE_INFO, sizeof(struct vsys_rule_info),
	  offsetof(struct vsys_rule_info, reserved) },
};

/* A valid argument, of which the caller then changes a member. */
static void fill(unsigned long cmd, uint32_t *arg, uint32_t size)
{
	struct vsys_vcpu_info *v = (void *)arg;
	struct vsys_attach *a = (void *)arg;
	struct vsys_memory *m = (void *)arg;
	struct vsys_vcpu_regs *r = (void *)arg;

	memset(arg, 0, PAGE + 64);
	arg[0] = size;
	/* Attaching is refused for another reason, so that nothing is attached. */
	if (cmd == VSYS_ATTACH)
		a->pid = NEVER;
	if (cmd == VSYS_VCPU)
		v->pid = NEVER;
	if (cmd == VSYS_MEMORY)
		m->pid = NEVER;
	if (cmd == VSYS_VCPU_REGS)
		*r = (struct vsys_vcpu_regs){ size, 0, NEVER, 0, 0, 1, 1 };
}

/* The result of a valid argument on a new session. */
static int normal(unsigned long cmd)
{
	switch (cmd) {
	case VSYS_ATTACH:
	case VSYS_VCPU:
	case VSYS_MEMORY:
	case VSYS_VCPU_REGS:
		return ESRCH;
	case VSYS_DETACH:
	case VSYS_RING:
	case VSYS_UNRULE:
	case VSYS_RULE_INFO:
		return ENOENT;
	default:
		return 0;
	}
}

static void each(int fd, unsigned int i)
{
	static uint32_t arg[PAGE / 4 + 16];
	const unsigned long cmd = ioctls[i].cmd;
	const uint32_t size = ioctls[i].size;
	char what[80];

#define CHECK(err, text) ({ \
	snprintf(what, sizeof(what), "%s, %s", ioctls[i].name, text); \
	check_err(ctl(fd, cmd, arg), err, what); })

	fill(cmd, arg, size);
	CHECK(normal(cmd), "as it should be");
	fill(cmd, arg, 0);
	CHECK(EINVAL, "size 0");
	fill(cmd, arg, size - 1);
	CHECK(EINVAL, "size less one");
	fill(cmd, arg, size + 8);
	CHECK(normal(cmd), "a larger size");
	check(arg[0] == size + 8, "%s, a larger size: stays", ioctls[i].name);
	fill(cmd, arg, PAGE);
	CHECK(normal(cmd), "a page");
	fill(cmd, arg, size + 8);
	((uint8_t *)arg)[size + 7] = 1;
	CHECK(E2BIG, "a larger size and not zero");
	fill(cmd, arg, size);
	arg[1] = 1U << 31;
	CHECK(EINVAL, "an unknown flag");
	if (ioctls[i].reserved) {
		fill(cmd, arg, size);
		arg[ioctls[i].reserved / 4] = 1;
		CHECK(EINVAL, "a reserved member");
	}
}

/* Arguments that are unmapped, partly mapped or read-only. */
static void memory(int fd)
{
	uint8_t *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct vsys_filter f = { .size = sizeof(f), .count = 1 };
	struct vsys_info *i;

	munmap(p + PAGE, PAGE);
	check_err(ctl(fd, VSYS_INFO, NULL), EFAULT, "a null pointer");
	check_err(ctl(fd, VSYS_INFO, (void *)-4096L), EFAULT, "an address of the kernel");
	i = (void *)(p + PAGE - 4);
	i->size = sizeof(*i);
	check_err(ctl(fd, VSYS_INFO, i), EFAULT, "only its size is there");
	i = (void *)p;
	i->size = sizeof(*i);
	mprotect(p, PAGE, PROT_READ);
	check_err(ctl(fd, VSYS_INFO, i), EFAULT, "not writable");
	check_err(ctl(fd, VSYS_SETUP, i), 0, "not writable, where nothing is written");
	check_err(ctl(fd, VSYS_FILTER, &f), EFAULT, "numbers at a null pointer");
	f.numbers = (uintptr_t)(p + PAGE - 4);
	f.count = 2;
	check_err(ctl(fd, VSYS_FILTER, &f), EFAULT, "half of the numbers");
	munmap(p, PAGE);

	check_err(ctl(fd, _IO(VSYS_IOCTL_TYPE, 0x60), &f), ENOTTY, "an ioctl that is not");
	check_err(ctl(fd, _IO(VSYS_IOCTL_TYPE, 255), &f), ENOTTY, "the last ioctl");
	check_err(ctl(fd, _IO('T', 0), &f), ENOTTY, "an ioctl of others");
	check_err(ctl(fd, _IOWR(VSYS_IOCTL_TYPE, 0, struct vsys_info), &f), ENOTTY,
		  "an ioctl with a direction");
}

static void values(int fd)
{
	struct vsys_filter f = { .size = sizeof(f) };
	struct vsys_profile_info p = { .size = sizeof(p) };
	struct vsys_setup s = { .size = sizeof(s), .capture_bytes = 65537 };
	static uint32_t numbers[VSYS_FILTER_NUMBERS + 1];
	struct vsys_info i = info(fd);

	check(i.version == VSYS_ABI_VERSION && i.profiles > 0 &&
	      i.default_profile < i.profiles && !i.rings &&
	      (i.vendor == VSYS_VENDOR_SVM || i.vendor == VSYS_VENDOR_VMX) &&
	      i.doors & (1 << VSYS_DOOR_SYSCALL), "VSYS_INFO makes sense");
	check_err(ctl(fd, VSYS_PROFILE, &p), 0, "the first profile");
	while (strcmp(p.name, "linux_x86_64") && !ctl(fd, VSYS_PROFILE, &p))
		p.index++;
	check(!strcmp(p.name, "linux_x86_64") && p.os == VSYS_OS_LINUX && p.calls > 300 &&
	      p.abis == (1 << VSYS_ABI_LINUX_X86_64 | 1 << VSYS_ABI_LINUX_X32 |
			 1 << VSYS_ABI_LINUX_I386), "one is linux_x86_64");
	p = (struct vsys_profile_info){ .size = sizeof(p), .index = i.profiles };
	check_err(ctl(fd, VSYS_PROFILE, &p), ENOENT, "a profile that is not");

	check_err(setup(fd, 2048, 0, 0), EINVAL, "rings of 2048 bytes");
	check_err(setup(fd, 5000, 0, 0), EINVAL, "rings of 5000 bytes");
	check_err(setup(fd, 128 << 20, 0, 0), EINVAL, "rings of 128 MiB");
	check_err(setup(fd, 1U << 31, 0, 0), EINVAL, "rings of 2 GiB");
	check_err(setup(fd, 4096, 4097, 0), EINVAL, "a watermark above the ring");
	check_err(setup(fd, 4096, 0, 10001), EINVAL, "a latency above 10 s");
	check_err(ctl(fd, VSYS_SETUP, &s), EINVAL, "captures of 65537 bytes");
	check_err(setup(fd, 4096, 4096, 10000), 0, "smallest ring, longest latency");
	check_err(setup(fd, 64 << 20, 1, 1), 0, "largest ring, shortest latency");

	f.numbers = (uintptr_t)numbers;
	f.count = VSYS_FILTER_NUMBERS + 1;
	check_err(ctl(fd, VSYS_FILTER, &f), EINVAL, "too many numbers");
	f.count = VSYS_FILTER_NUMBERS;
	check_err(ctl(fd, VSYS_FILTER, &f), 0, "as many as there can be");
	numbers[1] = VSYS_FILTER_NUMBERS;
	f.count = 2;
	check_err(ctl(fd, VSYS_FILTER, &f), EINVAL, "a number too large");
	f.count = 0;
	f.abi = VSYS_ABI_NR - 1;
	check_err(ctl(fd, VSYS_FILTER, &f), 0, "the last ABI");
	f.abi++;
	check_err(ctl(fd, VSYS_FILTER, &f), EINVAL, "an ABI that is none");
}

static void attaching(int fd)
{
	struct vsys_attach a = { .size = sizeof(a), .pid = getpid() };

	check_err(attach(fd, getpid()), ESRCH, "attach to a process without a machine");
	check_err(attach(fd, NEVER), ESRCH, "attach to no process");
	check_err(attach(fd, -1), EINVAL, "attach to a negative process");
	memset(a.profile, 'x', sizeof(a.profile));
	check_err(ctl(fd, VSYS_ATTACH, &a), EINVAL, "a profile's name without end");
	strcpy(a.profile, "nonsense");
	check_err(ctl(fd, VSYS_ATTACH, &a), ENOENT, "attach with an unknown profile");
	a = (struct vsys_attach){ .size = sizeof(a), .doors = 1U << 31 };
	check_err(ctl(fd, VSYS_ATTACH, &a), EOPNOTSUPP, "attach to an unknown door");
	check_err(detach(fd, 0), ENOENT, "detach without attach");
	check_err(attach(fd, 0), 0, "attach to all");
	check_err(attach(fd, 0), EEXIST, "attach to all again");
	check_err(setup(fd, 4096, 0, 0), EBUSY, "setup after attach");
	check_err(detach(fd, getpid()), ENOENT, "detach from another");
	check_err(detach(fd, 0), 0, "detach");
	check_err(detach(fd, 0), ENOENT, "detach again");
	check_err(attach(fd, 0), 0, "attach once more");
}

static int tell_tid(void *tid)
{
	*(volatile pid_t *)tid = gettid();
	pause();
	return 0;
}

/* A process with a machine is the same by any of its threads. */
static void thread_attaching(int fd)
{
	static thrd_t thread;
	static volatile pid_t tid;
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	int vm = ioctl(kvm, KVM_CREATE_VM, 0);

	if (vm < 0 || thrd_create(&thread, tell_tid, (void *)&tid) != thrd_success)
		die("a machine and a thread");
	while (!tid)
		nap(1);
	check_err(attach(fd, getpid()), 0, "attach to a process with a machine");
	check_err(attach(fd, tid), EEXIST, "attach to it again, by another thread");
	check_err(detach(fd, getpid()), 0, "detach from it");
	check_err(detach(fd, getpid()), ENOENT, "there was one attach");
	close(vm);
	close(kvm);
}

int test_ioctl(char **arg)
{
	unsigned int i;
	int fd, other;

	(void)arg;
	for (i = 0; i < sizeof(ioctls) / sizeof(ioctls[0]); i++) {
		fd = device(O_RDWR);
		each(fd, i);
		close(fd);
	}
	fd = device(O_RDWR);
	memory(fd);
	values(fd);
	close(fd);
	fd = device(O_RDWR);
	thread_attaching(fd);
	attaching(fd);
	other = device(O_RDWR);
	check_err(attach(other, 0), 0, "another session attaches, too");
	check_err(detach(fd, 0), 0, "and the first detaches");
	close(fd);
	close(other);
	return finish();
}
