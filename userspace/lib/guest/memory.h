/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GUEST_MEMORY_H
#define VSYS_GUEST_MEMORY_H

#include <sys/types.h>
#include <vsyscalls/device.h>
#include "space.h"

struct vsys_guest_range {
	uint64_t gpa, bytes, addr;
};

/**
 * struct vsys_guest_memory - the physical memory of a machine
 * @pid: of the process that has it
 * @range: where it is in that process, by physical address
 * @nranges: number of @range
 */
struct vsys_guest_memory {
	pid_t pid;
	struct vsys_guest_range *range;
	unsigned int nranges;
};

/* Ask the module where the memory is.  Returns 0 or a negative errno. */
int vsys_guest_memory_open(struct vsys_guest_memory *m, struct vsys_device *d, pid_t pid);
void vsys_guest_memory_close(struct vsys_guest_memory *m);

/* A vsys_phys_fn; @arg is the memory.  Reading needs the right to ptrace the process. */
bool vsys_guest_memory_read(void *arg, uint64_t gpa, void *buf, size_t n);

#endif /* VSYS_GUEST_MEMORY_H */
