// SPDX-License-Identifier: GPL-2.0
/*
 * The smallest arm64 virtual machine:
 *
 *	vmm [-n] IMAGE [X0 [X1 [X2]]]
 *
 * -n: the guest begins at EL2: nested virtualization.
 *
 * Exit code: the guest's; 2 usage; 3 it could not be run.
 */
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "guest.h"

enum { EXIT_USAGE = 2, EXIT_CRASH = 3 };
enum { GIC_DIST = 0x20000000, GIC_REDIST = 0x20100000 };

static int kvm_ioctl(int fd, unsigned long request, void *arg, const char *what)
{
	int ret = ioctl(fd, request, arg);

	if (ret < 0)
		err(EXIT_CRASH, "%s", what);
	return ret;
}

static void set_core(int vcpu, uint64_t reg, uint64_t value)
{
	struct kvm_one_reg one = {
		.id = KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | reg,
		.addr = (uintptr_t)&value,
	};

	kvm_ioctl(vcpu, KVM_SET_ONE_REG, &one, "a register");
}

static void gic_set(int gic, uint32_t group, uint64_t attr, const void *value)
{
	struct kvm_device_attr set = { .group = group, .attr = attr, .addr = (uintptr_t)value };

	kvm_ioctl(gic, KVM_SET_DEVICE_ATTR, &set, "an attribute of the GIC");
}

/* KVM runs no vCPU with EL2 without one. */
static void gic_create(int vm)
{
	static const uint64_t dist = GIC_DIST, redist = GIC_REDIST;
	struct kvm_create_device create = { .type = KVM_DEV_TYPE_ARM_VGIC_V3 };

	kvm_ioctl(vm, KVM_CREATE_DEVICE, &create, "a GIC");
	gic_set(create.fd, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_DIST, &dist);
	gic_set(create.fd, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_REDIST, &redist);
	gic_set(create.fd, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
}

static void load(const char *path, char *memory)
{
	FILE *f = fopen(path, "rb");

	if (!f || !fread(memory, 1, MEMORY_BYTES, f))
		err(EXIT_CRASH, "%s", path);
	fclose(f);
	__builtin___clear_cache(memory, memory + MEMORY_BYTES);
}

static void run(int vcpu, struct kvm_run *run)
{
	for (;;) {
		kvm_ioctl(vcpu, KVM_RUN, NULL, "KVM_RUN");
		if (run->exit_reason != KVM_EXIT_MMIO || !run->mmio.is_write)
			errx(EXIT_CRASH, "exit reason %u", run->exit_reason);
		if (run->mmio.phys_addr == DEVICE_EXIT)
			exit(run->mmio.data[0]);
		if (run->mmio.phys_addr == DEVICE_PRINT)
			putchar(run->mmio.data[0]);
	}
}

int main(int argc, char **argv)
{
	int kvm = open("/dev/kvm", O_RDWR), vm, vcpu, i;
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = MEMORY, .memory_size = MEMORY_BYTES,
	};
	bool nested = argc > 1 && !strcmp(argv[1], "-n");
	struct kvm_vcpu_init init;
	char *memory;
	size_t size;

	argc -= nested;
	argv += nested;
	if (argc < 2 || argc > 5) {
		fprintf(stderr, "usage: vmm [-n] IMAGE [X0 [X1 [X2]]]\n");
		return EXIT_USAGE;
	}
	if (kvm < 0)
		err(EXIT_CRASH, "/dev/kvm");
	vm = kvm_ioctl(kvm, KVM_CREATE_VM, NULL, "KVM_CREATE_VM");
	memory = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	load(argv[1], memory);
	region.userspace_addr = (uintptr_t)memory;
	kvm_ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region, "memory");
	vcpu = kvm_ioctl(vm, KVM_CREATE_VCPU, NULL, "KVM_CREATE_VCPU");
	kvm_ioctl(vm, KVM_ARM_PREFERRED_TARGET, &init, "KVM_ARM_PREFERRED_TARGET");
	init.features[0] |= (unsigned int)nested << KVM_ARM_VCPU_HAS_EL2;
	kvm_ioctl(vcpu, KVM_ARM_VCPU_INIT, &init, "KVM_ARM_VCPU_INIT");
	if (nested)
		gic_create(vm);
	size = kvm_ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, NULL, "KVM_GET_VCPU_MMAP_SIZE");
	set_core(vcpu, KVM_REG_ARM_CORE_REG(regs.pc), MEMORY);
	for (i = 2; i < argc; i++)
		set_core(vcpu, KVM_REG_ARM_CORE_REG(regs.regs[0]) + 2 * (i - 2),
			 strtoull(argv[i], NULL, 0));
	run(vcpu, mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0));
	return 0;
}
