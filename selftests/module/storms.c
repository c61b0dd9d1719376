// SPDX-License-Identifier: GPL-2.0
/*
 * storms KIND COUNT [PID]: what a member of the group may do as often as it likes, COUNT
 * times.  Others must not notice.
 */
#include <fcntl.h>
#include <linux/kvm.h>
#include <linux/vsyscalls_x86.h>
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

enum { PAGES = 16, RING = 64 << 10 };

static const char *kind;

static int fd, go[2], done[2];
static pid_t machine;

/* Change a page of the machine, by its process: turn @i. */
static int memory_once(char *mem, int i)
{
	char *page = mem + (1 + i % (PAGES - 1)) * PAGE;

	switch (*kind) {
	case 'k':	/* ksm: all pages are equal, until they are not */
		memset(page, i / PAGES, PAGE);
		return i % PAGES ? 0 : usleep(1000);
	case 's':	/* shift: it moves away, and back */
		if (mremap(page, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
			   mem + PAGES * PAGE) == MAP_FAILED)
			return -1;
		return mremap(mem + PAGES * PAGE, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
			      page) == MAP_FAILED;
	default:
		if (madvise(page, PAGE, i % 2 ? MADV_DONTNEED : MADV_FREE) ||
		    mprotect(page, PAGE, i % 2 ? PROT_READ : PROT_READ | PROT_WRITE))
			return -1;
		return *(volatile char *)page & 0;
	}
}

/* @count changes of memory; the time of each, which is instructions on some hosts. */
static void memory_change(char *mem, int count)
{
	uint64_t begin = __builtin_ia32_rdtsc();
	int i;

	for (i = 0; i < count; i++)
		if (memory_once(mem, i))
			_exit(1);
	if (count)
		printf("change %lu\n", (unsigned long)((__builtin_ia32_rdtsc() - begin) / count));
	fflush(stdout);
}

/* A machine that halts; for each number from @go, its process changes its memory so often. */
static void __attribute__((noreturn)) machine_run(void)
{
	struct kvm_userspace_memory_region slot = { .memory_size = PAGES * PAGE };
	struct kvm_regs regs = { .rflags = 2 };
	struct kvm_sregs sregs;
	int vm, vcpu, count;
	char *mem;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	mem = mmap(NULL, 2 * PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		   -1, 0);
	memset(mem, 0xf4, PAGES * PAGE);	/* hlt */
	if (*kind == 'k' && madvise(mem, PAGES * PAGE, MADV_MERGEABLE))
		_exit(1);
	slot.userspace_addr = (uintptr_t)mem;
	vm = ioctl(open("/dev/kvm", O_RDWR), KVM_CREATE_VM, 0);
	vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
	if (ioctl(vm, KVM_SET_USER_MEMORY_REGION, &slot) || ioctl(vcpu, KVM_GET_SREGS, &sregs))
		_exit(1);
	sregs.cs.base = sregs.cs.selector = 0;
	if (ioctl(vcpu, KVM_SET_SREGS, &sregs))
		_exit(1);
	for (;;) {
		if (ioctl(vcpu, KVM_SET_REGS, &regs) || ioctl(vcpu, KVM_RUN, 0) ||
		    write(done[1], "", 1) != 1 ||
		    read(go[0], &count, sizeof(count)) != sizeof(count))
			_exit(1);
		memory_change(mem, count);
	}
}

/* Let the machine run once; false if it has ended. */
static bool machine_wait(void)
{
	char c;

	return read(done[0], &c, 1) == 1;
}

/* Have its process change its memory @count times, and let it run once more. */
static void machine_go(int count)
{
	if (write(go[1], &count, sizeof(count)) != sizeof(count) || !machine_wait())
		die("a machine that goes on");
}

static void machine_start(void)
{
	if (pipe(go) || pipe(done))
		die("pipe");
	machine = fork();
	if (!machine)
		machine_run();
	close(done[1]);
	if (!machine_wait())
		die("a machine");
}

static void attach_once(pid_t pid)
{
	if (attach(fd, pid) || detach(fd, pid))
		die("attach and detach");
}

static void filter_once(int i)
{
	uint32_t number = i % 100;
	struct vsys_filter f = {
		.size = sizeof(f), .abi = VSYS_ABI_LINUX_X86_64, .count = 1,
		.numbers = (uintptr_t)&number,
	};

	if (ctl(fd, VSYS_FILTER, &f))
		die("VSYS_FILTER");
}

/* A recipe that finds nothing, and its removal. */
static void recipe_once(void)
{
	static const struct vsys_task_field field = {
		.kind = VSYS_TASK_PID, .form = VSYS_TASK_NUMBER, .bytes = 4,
	};
	struct vsys_recipe r = {
		.size = sizeof(r), .pid = machine, .base = VSYS_X86_BASE_KERNEL_GS, .width = 8,
		.watches = 1, .nfields = 1, .fields = (uintptr_t)&field,
	};
	struct vsys_recipe none = { .size = sizeof(none), .pid = machine };

	if (ctl(fd, VSYS_RECIPE, &r) || ctl(fd, VSYS_RECIPE, &none))
		die("VSYS_RECIPE");
}

/* A rule for one task, and its removal. */
static void rule_once(void)
{
	static const struct vsys_act hold = {
		.what = VSYS_ACT_HOLD, .at = VSYS_AT_ENTRY, .ms = 1,
	};
	static const struct vsys_task_cond task = { .what = VSYS_TASK_PID, .value = 1 };
	struct vsys_rule r = {
		.size = sizeof(r), .flags = VSYS_RULE_INVERT, .acts = (uintptr_t)&hold, .nacts = 1,
		.tasks = (uintptr_t)&task, .ntasks = 1,
	};
	struct vsys_rule_info info = { .size = sizeof(info) };

	if (ctl(fd, VSYS_RULE, &r))
		die("VSYS_RULE");
	info.id = r.id;
	if (ctl(fd, VSYS_UNRULE, &info))
		die("VSYS_UNRULE");
}

static void open_once(void)
{
	int own = device(O_RDWR);

	if (setup(own, RING, 0, 0) || close(own))
		die("close");
}

int test_storms(char **arg)
{
	int count, i;

	if (!arg[0] || !arg[1])
		return 2;
	kind = arg[0];
	count = atoi(arg[1]);
	fd = device(O_RDWR);
	machine_start();
	if (strchr("fkmrst", *kind) && attach(fd, machine))
		die("attach");
	if (strchr("kmrs", *kind)) {
		machine_go(0);
		if (!rings_wait(fd, 1))
			die("a traced machine");
	}
	for (i = 0; i < count; i++)
		switch (*kind) {
		case 'a': attach_once(machine); break;	/* attach */
		case 'v':	/* victim: it must run to be interrupted */
			attach_once(atoi(arg[2]));
			nap(1);
			break;
		case 'f': filter_once(i); break;	/* filter */
		case 'o': open_once(); break;	/* open */
		case 'r': recipe_once(); break;	/* recipe */
		case 't': rule_once(); break;	/* tasks: rules by task */
		case 'k':	/* ksm */
		case 'm':	/* memory */
		case 's':	/* shift */
		case 'u': machine_go(count); i = count; break;	/* untraced memory */
		default: return 2;
		}
	kill(machine, SIGKILL);
	waitpid(machine, NULL, 0);
	return 0;
}
