// SPDX-License-Identifier: GPL-2.0
/*
 * minivm: the smallest virtual machine that can make a system call.
 *
 *	minivm [options] GUEST.bin
 *
 *	--vcpus N		1 to 8 vCPUs, default 1
 *	--la57			5-level paging; skips (exit 4) without LA57
 *	--strict		the CPU's known deviations in SYSCALL and SYSRET are
 *				failures: for guests that are traced
 *	--timeout SECONDS	default 120
 *	--cpuid-vendor TEXT	12 characters for CPUID leaf 0
 *	--arg N			a number for the guest
 *
 * Every vCPU starts in 64-bit mode at CPL 0 at the first byte of the image,
 * with RDI = index, RSI = flags and RDX = argument, see lib/minivm.h.
 *
 * Exit code: what the guest says; 2 usage; 3 the guest crashed, hung or could
 * not be run; 4 skipped.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/minivm.h"

enum {
	MAX_VCPUS = MINIVM_MAX_VCPUS,
	MAX_CPUID = 256,
	EXIT_CRASH = 3,
	EXIT_SKIP = 4,
};

#define PTE_PRESENT	(1ULL << 0)
#define PTE_WRITE	(1ULL << 1)
#define PTE_USER	(1ULL << 2)

struct vcpu {
	int index;
	int fd;
	struct kvm_run *run;
	pthread_t thread;
};

static struct {
	int kvm, fd;
	uint8_t *mem;
	struct kvm_cpuid2 *cpuid;
	struct vcpu vcpus[MAX_VCPUS];
	int nr_vcpus;
	uint64_t flags, arg;
	volatile sig_atomic_t timed_out;
} vm = { .nr_vcpus = 1 };

static void __attribute__((noreturn, format(printf, 2, 3)))
die(int code, const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	va_start(ap, fmt);
	printf("# minivm: ");
	vprintf(fmt, ap);
	printf("\n");
	va_end(ap);
	fflush(stdout);
	_exit(code);
}

static int kvm_ioctl(int fd, unsigned long request, void *arg, const char *what)
{
	int ret = ioctl(fd, request, arg);

	if (ret < 0)
		die(EXIT_CRASH, "%s: %s", what, strerror(errno));
	return ret;
}

#define KVM_IOCTL(fd, request, arg) \
	kvm_ioctl(fd, request, (void *)(uintptr_t)(arg), #request)

/* Identity-map all memory, user-accessible, in 4 KiB pages. */
static uint64_t build_page_tables(void)
{
	const uint64_t flags = PTE_PRESENT | PTE_WRITE | PTE_USER;
	uint64_t *pt = (uint64_t *)(vm.mem + MINIVM_PT);
	int i;

	*(uint64_t *)(vm.mem + MINIVM_PML5) = MINIVM_PML4 | flags;
	*(uint64_t *)(vm.mem + MINIVM_PML4) = MINIVM_PDPT | flags;
	*(uint64_t *)(vm.mem + MINIVM_PDPT) = MINIVM_PD | flags;
	for (i = 0; i < MINIVM_MEMORY >> 21; i++)
		((uint64_t *)(vm.mem + MINIVM_PD))[i] =
			(MINIVM_PT + i * 4096ULL) | flags;
	for (i = 0; i < MINIVM_MEMORY >> 12; i++)
		pt[i] = i * 4096ULL | flags;
	pt[0] = 0;	/* null pointers fault */
	return vm.flags & MINIVM_F_LA57 ? MINIVM_PML5 : MINIVM_PML4;
}

static void load_image(const char *path)
{
	int fd = open(path, O_RDONLY);
	size_t done = 0;
	ssize_t n;

	if (fd < 0)
		die(EXIT_CRASH, "%s: %s", path, strerror(errno));
	while ((n = read(fd, vm.mem + MINIVM_LOAD + done,
			 MINIVM_MEMORY - MINIVM_LOAD - done)) > 0)
		done += n;
	if (n < 0 || !done)
		die(EXIT_CRASH, "%s: cannot be read", path);
	close(fd);
}

static struct kvm_cpuid_entry2 *find_cpuid(uint32_t function)
{
	uint32_t i;

	for (i = 0; i < vm.cpuid->nent; i++)
		if (vm.cpuid->entries[i].function == function &&
		    vm.cpuid->entries[i].index == 0)
			return &vm.cpuid->entries[i];
	return NULL;
}

static void prepare_cpuid(const char *vendor)
{
	struct kvm_cpuid_entry2 *e;

	vm.cpuid = calloc(1, sizeof(*vm.cpuid) +
			  MAX_CPUID * sizeof(vm.cpuid->entries[0]));
	if (!vm.cpuid)
		die(EXIT_CRASH, "out of memory");
	vm.cpuid->nent = MAX_CPUID;
	KVM_IOCTL(vm.kvm, KVM_GET_SUPPORTED_CPUID, vm.cpuid);

	/* The vendor that the CPU really is, whatever the guest is told. */
	e = find_cpuid(0);
	if (e && e->ebx == 0x68747541)		/* "Auth" */
		vm.flags |= MINIVM_F_AMD;
	if (e && vendor) {
		memcpy(&e->ebx, vendor, 4);
		memcpy(&e->edx, vendor + 4, 4);
		memcpy(&e->ecx, vendor + 8, 4);
	}
	e = find_cpuid(7);
	if ((vm.flags & MINIVM_F_LA57) && !(e && (e->ecx & (1U << 16)))) {
		printf("1..0 # SKIP no LA57\n");
		fflush(stdout);
		exit(EXIT_SKIP);
	}
}

static void set_vcpu_cpuid(struct vcpu *v)
{
	struct kvm_cpuid_entry2 *e = find_cpuid(1);
	uint32_t i;

	if (e)
		e->ebx = (e->ebx & 0x00ffffff) | (uint32_t)v->index << 24;
	for (i = 0; i < vm.cpuid->nent; i++)
		if (vm.cpuid->entries[i].function == 0xb)
			vm.cpuid->entries[i].edx = v->index;
	KVM_IOCTL(v->fd, KVM_SET_CPUID2, vm.cpuid);
}

static void set_vcpu_state(struct vcpu *v, uint64_t cr3)
{
	struct kvm_segment code = {
		.selector = 0x08, .limit = 0xffffffff, .type = 0xb,
		.present = 1, .s = 1, .l = 1, .g = 1,
	};
	struct kvm_segment data = {
		.selector = 0x10, .limit = 0xffffffff, .type = 0x3,
		.present = 1, .s = 1, .db = 1, .g = 1,
	};
	struct kvm_regs regs = {
		.rip = MINIVM_LOAD, .rflags = 2,
		.rdi = v->index, .rsi = vm.flags, .rdx = vm.arg,
	};
	struct kvm_sregs s;

	KVM_IOCTL(v->fd, KVM_GET_SREGS, &s);
	s.cs = code;
	s.ds = s.es = s.fs = s.gs = s.ss = data;
	s.cr0 = 0x80010033;		/* PG WP NE ET MP PE */
	s.cr3 = cr3;
	s.cr4 = 0x20 | (vm.flags & MINIVM_F_LA57 ? 0x1000 : 0);	/* PAE */
	s.efer = 0xd00;			/* NXE LMA LME */
	KVM_IOCTL(v->fd, KVM_SET_SREGS, &s);
	KVM_IOCTL(v->fd, KVM_SET_REGS, &regs);
}

static void __attribute__((noreturn)) dump(struct vcpu *v, const char *why)
{
	struct kvm_regs r;
	struct kvm_sregs s;

	KVM_IOCTL(v->fd, KVM_GET_REGS, &r);
	KVM_IOCTL(v->fd, KVM_GET_SREGS, &s);
	die(EXIT_CRASH, "vcpu %d: %s\n"
	    "# rip %llx rflags %llx cs %x ss %x cr2 %llx cr3 %llx efer %llx\n"
	    "# rax %llx rbx %llx rcx %llx rdx %llx rsi %llx rdi %llx\n"
	    "# rbp %llx rsp %llx r8 %llx r9 %llx r10 %llx r11 %llx\n"
	    "# r12 %llx r13 %llx r14 %llx r15 %llx",
	    v->index, why, r.rip, r.rflags, s.cs.selector, s.ss.selector,
	    s.cr2, s.cr3, s.efer, r.rax, r.rbx, r.rcx, r.rdx, r.rsi, r.rdi,
	    r.rbp, r.rsp, r.r8, r.r9, r.r10, r.r11, r.r12, r.r13, r.r14, r.r15);
}

/* What user space sees of this vCPU, handed back to the guest. */
static void mark(struct vcpu *v, struct minivm_mark *m)
{
	static const uint32_t indices[4] = {
		0xc0000080, 0xc0000081, 0xc0000082, 0xc0000084,
	};
	struct {
		struct kvm_msrs head;
		struct kvm_msr_entry e[4];
	} msrs = { .head.nmsrs = 4 };
	struct kvm_sregs s;
	int i;

	for (i = 0; i < 4; i++)
		msrs.e[i].index = indices[i];
	if (KVM_IOCTL(v->fd, KVM_GET_MSRS, &msrs) != 4)
		die(EXIT_CRASH, "KVM_GET_MSRS is short");
	KVM_IOCTL(v->fd, KVM_GET_SREGS, &s);
	m->sregs_efer = s.efer;
	m->sregs_cs = s.cs.selector;
	m->sregs_ss = s.ss.selector;
	m->msr_efer = msrs.e[0].data;
	m->msr_star = msrs.e[1].data;
	m->msr_lstar = msrs.e[2].data;
	m->msr_sfmask = msrs.e[3].data;
}

static void *guest_memory(struct vcpu *v, uint64_t addr, size_t len)
{
	if (addr > MINIVM_MEMORY || len > MINIVM_MEMORY - addr)
		dump(v, "bad address given to a port");
	return vm.mem + addr;
}

static void port_out(struct vcpu *v)
{
	const struct kvm_run *run = v->run;
	const uint8_t *data = (const uint8_t *)run + run->io.data_offset;
	uint32_t value = 0;

	if (run->io.direction != KVM_EXIT_IO_OUT || run->io.count != 1)
		dump(v, "unexpected port access");
	memcpy(&value, data, run->io.size);

	switch (run->io.port) {
	case MINIVM_PORT_PRINT:
		if (run->io.size == 1)
			putchar(value);
		else
			printf("%s", (char *)guest_memory(v, value, 4096));
		break;
	case MINIVM_PORT_EXIT:
		fflush(stdout);
		_exit(value);
	case MINIVM_PORT_MARK:
		mark(v, guest_memory(v, value, sizeof(struct minivm_mark)));
		break;
	default:
		dump(v, "unknown port");
	}
}

static void *run_vcpu(void *arg)
{
	struct vcpu *v = arg;
	char why[80];

	for (;;) {
		if (vm.timed_out)
			dump(v, "timeout");
		if (ioctl(v->fd, KVM_RUN, 0) < 0) {
			if (errno == EINTR || errno == EAGAIN)
				continue;
			die(EXIT_CRASH, "KVM_RUN: %s", strerror(errno));
		}
		switch (v->run->exit_reason) {
		case KVM_EXIT_IO:
			port_out(v);
			break;
		case KVM_EXIT_INTR:
			break;
		case KVM_EXIT_SHUTDOWN:
			dump(v, "shutdown (triple fault)");
		case KVM_EXIT_FAIL_ENTRY:
			snprintf(why, sizeof(why), "entry failed, reason %#llx",
				 v->run->fail_entry.hardware_entry_failure_reason);
			dump(v, why);
		case KVM_EXIT_INTERNAL_ERROR:
			snprintf(why, sizeof(why), "internal error %u",
				 v->run->internal.suberror);
			dump(v, why);
		default:
			snprintf(why, sizeof(why), "exit reason %u",
				 v->run->exit_reason);
			dump(v, why);
		}
	}
	return NULL;
}

static void create_vm(const char *image, const char *vendor)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = MINIVM_MEMORY,
	};
	uint64_t cr3;
	int i, size;

	vm.kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (vm.kvm < 0)
		die(EXIT_CRASH, "/dev/kvm: %s", strerror(errno));
	prepare_cpuid(vendor);
	vm.fd = KVM_IOCTL(vm.kvm, KVM_CREATE_VM, 0);
	KVM_IOCTL(vm.fd, KVM_SET_TSS_ADDR, 0xfffbd000);
	KVM_IOCTL(vm.fd, KVM_CREATE_IRQCHIP, 0);

	vm.mem = mmap(NULL, MINIVM_MEMORY, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (vm.mem == MAP_FAILED)
		die(EXIT_CRASH, "out of memory");
	region.userspace_addr = (uintptr_t)vm.mem;
	KVM_IOCTL(vm.fd, KVM_SET_USER_MEMORY_REGION, &region);
	cr3 = build_page_tables();
	load_image(image);

	size = KVM_IOCTL(vm.kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	for (i = 0; i < vm.nr_vcpus; i++) {
		struct vcpu *v = &vm.vcpus[i];
		struct kvm_mp_state mp = { .mp_state = KVM_MP_STATE_RUNNABLE };

		v->index = i;
		v->fd = KVM_IOCTL(vm.fd, KVM_CREATE_VCPU, i);
		v->run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			      v->fd, 0);
		if (v->run == MAP_FAILED)
			die(EXIT_CRASH, "vCPU: %s", strerror(errno));
		set_vcpu_cpuid(v);
		set_vcpu_state(v, cr3);
		KVM_IOCTL(v->fd, KVM_SET_MP_STATE, &mp);
	}
}

static void on_kick(int sig)
{
	(void)sig;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "vcpus", required_argument, NULL, 'n' },
		{ "la57", no_argument, NULL, 'l' },
		{ "strict", no_argument, NULL, 's' },
		{ "timeout", required_argument, NULL, 't' },
		{ "cpuid-vendor", required_argument, NULL, 'v' },
		{ "arg", required_argument, NULL, 'a' },
		{ }
	};
	struct sigaction kick = { .sa_handler = on_kick };
	const char *vendor = NULL;
	unsigned int timeout = 120;
	int c, i;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'n': vm.nr_vcpus = atoi(optarg); break;
		case 'l': vm.flags |= MINIVM_F_LA57; break;
		case 's': vm.flags |= MINIVM_F_STRICT; break;
		case 't': timeout = atoi(optarg); break;
		case 'v': vendor = optarg; break;
		case 'a': vm.arg = strtoull(optarg, NULL, 0); break;
		default: return 2;
		}
	}
	if (optind != argc - 1 || vm.nr_vcpus < 1 || vm.nr_vcpus > MAX_VCPUS ||
	    (vendor && strlen(vendor) != 12)) {
		fprintf(stderr, "usage: minivm [options] GUEST.bin\n");
		return 2;
	}
	vm.flags |= (uint64_t)vm.nr_vcpus << MINIVM_F_VCPUS_SHIFT;

	create_vm(argv[optind], vendor);
	sigaction(SIGUSR1, &kick, NULL);
	for (i = 0; i < vm.nr_vcpus; i++)
		if (pthread_create(&vm.vcpus[i].thread, NULL, run_vcpu,
				   &vm.vcpus[i]))
			die(EXIT_CRASH, "cannot create a thread");
	sleep(timeout);
	vm.timed_out = 1;
	for (;;) {
		for (i = 0; i < vm.nr_vcpus; i++)
			pthread_kill(vm.vcpus[i].thread, SIGUSR1);
		usleep(100000);
	}
}
