// SPDX-License-Identifier: GPL-2.0
/* The machine before its first instruction: memory, CPUID, registers. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vm.h"

enum { MAX_CPUID = 256 };

#define PTE_PRESENT	(1ULL << 0)
#define PTE_WRITE	(1ULL << 1)
#define PTE_USER	(1ULL << 2)
#define PTE_LARGE	(1ULL << 7)

static struct kvm_cpuid2 *supported;

#define PTE_FLAGS	(PTE_PRESENT | PTE_WRITE | PTE_USER)

/* Two levels of 4-byte entries. */
static void build_tables32(void)
{
	uint32_t *pd = (uint32_t *)(vm.mem + MINIVM_PD);
	uint32_t *pt = (uint32_t *)(vm.mem + MINIVM_PT);
	int i;

	for (i = 0; i < MINIVM_MEMORY >> 22; i++)
		pd[i] = vm.flags & MINIVM_F_PSE ?
			i << 22 | PTE_FLAGS | PTE_LARGE :
			(MINIVM_PT + i * 4096) | PTE_FLAGS;
	for (i = 1; i < MINIVM_MEMORY >> 12; i++)
		pt[i] = i * 4096 | PTE_FLAGS;
}

/* Three to five levels of 8-byte entries. */
static void build_tables64(void)
{
	uint64_t *pdpt = (uint64_t *)(vm.mem + MINIVM_PDPT);
	uint64_t *pd = (uint64_t *)(vm.mem + MINIVM_PD);
	uint64_t *pt = (uint64_t *)(vm.mem + MINIVM_PT);
	int i;

	*(uint64_t *)(vm.mem + MINIVM_PML5) = MINIVM_PML4 | PTE_FLAGS;
	*(uint64_t *)(vm.mem + MINIVM_PML4) = MINIVM_PDPT | PTE_FLAGS;
	pdpt[0] = MINIVM_PD | PTE_FLAGS;
	if (vm.levels == 3) {
		/* The CPU reads these four once and checks no rights in them. */
		pdpt[0] = MINIVM_PD | PTE_PRESENT;
		for (i = 1; i < 4; i++)
			pdpt[i] = (MINIVM_PD_HIGH + (i - 1) * 4096) | PTE_PRESENT;
	}
	for (i = 0; i < MINIVM_MEMORY >> 21; i++)
		pd[i] = (MINIVM_PT + i * 4096ULL) | PTE_FLAGS;
	for (i = 1; i < MINIVM_MEMORY >> 12; i++)
		pt[i] = i * 4096ULL | PTE_FLAGS;
}

/*
 * Identity-map all memory, user-accessible, in 4 KiB pages except with PSE:
 * null pointers then fault.
 */
static uint64_t build_page_tables(void)
{
	static const uint64_t roots[] = {
		[2] = MINIVM_PD, [3] = MINIVM_PDPT, [4] = MINIVM_PML4,
		[5] = MINIVM_PML5,
	};

	if (vm.levels == 2)
		build_tables32();
	else if (vm.levels)
		build_tables64();
	return roots[vm.levels];
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

	for (i = 0; i < supported->nent; i++)
		if (supported->entries[i].function == function &&
		    supported->entries[i].index == 0)
			return &supported->entries[i];
	return NULL;
}

static void prepare_cpuid(const char *vendor)
{
	struct kvm_cpuid_entry2 *e;

	supported = calloc(1, sizeof(*supported) +
			  MAX_CPUID * sizeof(supported->entries[0]));
	if (!supported)
		die(EXIT_CRASH, "out of memory");
	supported->nent = MAX_CPUID;
	KVM_IOCTL(vm.kvm, KVM_GET_SUPPORTED_CPUID, supported);

	/* The vendor of the real CPU, independent of the guest's CPUID. */
	e = find_cpuid(0);
	if (e && e->ebx == 0x68747541)		/* "Auth" */
		vm.flags |= MINIVM_F_AMD;
	if (e && vendor) {
		memcpy(&e->ebx, vendor, 4);
		memcpy(&e->edx, vendor + 4, 4);
		memcpy(&e->ecx, vendor + 8, 4);
	}
	e = find_cpuid(7);
	if (vm.levels == 5 && !(e && (e->ecx & (1U << 16)))) {
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
	for (i = 0; i < supported->nent; i++)
		if (supported->entries[i].function == 0xb)
			supported->entries[i].edx = v->index;
	KVM_IOCTL(v->fd, KVM_SET_CPUID2, supported);
}

static void set_vcpu_state(struct vcpu *v, uint64_t cr3)
{
	const bool is_long = vm.levels >= 4;
	struct kvm_segment code = {
		.selector = 0x08, .limit = 0xffffffff, .type = 0xb,
		.present = 1, .s = 1, .l = is_long, .db = !is_long, .g = 1,
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
	s.cr0 = vm.levels ? 0x80010033 : 0x33;	/* PG WP NE ET MP PE */
	s.cr3 = cr3;
	s.cr4 = (vm.levels >= 3 ? 0x20 : 0) |		/* PAE */
		(vm.levels == 5 ? 0x1000 : 0) |		/* LA57 */
		(vm.flags & MINIVM_F_PSE ? 0x10 : 0);
	s.efer = is_long ? 0xd00 :		/* NXE LMA LME */
		vm.levels == 3 ? 0x800 : 0;	/* NXE */
	KVM_IOCTL(v->fd, KVM_SET_SREGS, &s);
	KVM_IOCTL(v->fd, KVM_SET_REGS, &regs);
}

/* A machine without vCPUs, with the memory. */
void create_machine(void)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = MINIVM_MEMORY, .userspace_addr = (uintptr_t)vm.mem,
	};

	vm.fd = KVM_IOCTL(vm.kvm, KVM_CREATE_VM, 0);
	if (vm.dirty_ring) {
		dirty_ring_enable();
		region.flags = KVM_MEM_LOG_DIRTY_PAGES;
	}
	KVM_IOCTL(vm.fd, KVM_SET_TSS_ADDR, 0xfffbd000);
	KVM_IOCTL(vm.fd, KVM_CREATE_IRQCHIP, 0);
	KVM_IOCTL(vm.fd, KVM_SET_USER_MEMORY_REGION, &region);
}

void create_vcpu(struct vcpu *v)
{
	struct kvm_mp_state mp = { .mp_state = KVM_MP_STATE_RUNNABLE };

	v->fd = KVM_IOCTL(vm.fd, KVM_CREATE_VCPU, v->index);
	v->run = mmap(NULL, KVM_IOCTL(vm.kvm, KVM_GET_VCPU_MMAP_SIZE, 0),
		      PROT_READ | PROT_WRITE, MAP_SHARED, v->fd, 0);
	if (v->run == MAP_FAILED)
		die(EXIT_CRASH, "vCPU: %s", strerror(errno));
	if (vm.dirty_ring)
		dirty_ring_map(v);
	set_vcpu_cpuid(v);
	KVM_IOCTL(v->fd, KVM_SET_MP_STATE, &mp);
}

void create_vm(const char *image, const char *vendor)
{
	uint64_t cr3;
	int i;

	vm.mem = mmap(NULL, MINIVM_MEMORY, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (vm.mem == MAP_FAILED)
		die(EXIT_CRASH, "out of memory");
	vm.kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (vm.kvm < 0)
		die(EXIT_CRASH, "/dev/kvm: %s", strerror(errno));
	prepare_cpuid(vendor);
	create_machine();
	cr3 = build_page_tables();
	load_image(image);
	for (i = 0; i < vm.nr_vcpus; i++) {
		vm.vcpus[i].index = i;
		create_vcpu(&vm.vcpus[i]);
		set_vcpu_state(&vm.vcpus[i], cr3);
	}
}

/* Registers of a host device, as with device passthrough. */
void add_device(const char *path)
{
	struct kvm_userspace_memory_region region = {
		.slot = 1, .guest_phys_addr = MINIVM_DEVICE, .memory_size = 4096,
	};
	int fd = open(path, O_RDWR);
	void *at;

	if (fd < 0)
		die(EXIT_CRASH, "%s: %s", path, strerror(errno));
	at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		die(EXIT_CRASH, "%s: mmap: %s", path, strerror(errno));
	close(fd);
	region.userspace_addr = (uintptr_t)at;
	KVM_IOCTL(vm.fd, KVM_SET_USER_MEMORY_REGION, &region);
}
