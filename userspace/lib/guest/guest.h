/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GUEST_GUEST_H
#define VSYS_GUEST_GUEST_H

#include <vsyscalls/guest.h>
#include "linux.h"
#include "memory.h"
#include "nt.h"

/**
 * struct vsys_guest - a guest whose system was looked for
 * @info: what was found
 * @device: the device
 * @memory: its physical memory
 * @space: an address space with its kernel
 * @arm64: the host is one of arm64
 * @regs: of a vCPU, by enum vsys_x86_vcpu_reg or vsys_arm64_vcpu_reg
 * @base: address from which that vCPU's running task is found
 * @recipe: for the module; valid if @info.how is not empty
 * @field: of @recipe
 * @linux_kernel: of a Linux guest
 * @nt: of a Windows guest
 */
struct vsys_guest {
	struct vsys_guest_info info;
	struct vsys_device *device;
	struct vsys_guest_memory memory;
	struct vsys_space space;
	bool arm64;
	uint64_t regs[VSYS_REGS_MAX];
	uint64_t base;
	struct vsys_recipe recipe;
	struct vsys_task_field field[VSYS_TASK_FIELDS_MAX];
	struct vsys_linux linux_kernel;
	struct vsys_nt nt;
};

/*
 * Find out what runs, from @regs and @space.phys; for tests without a device.
 * Returns 0 or -ENOMEM.
 */
int vsys_guest_identify(struct vsys_guest *g);

#endif /* VSYS_GUEST_GUEST_H */
