/* SPDX-License-Identifier: GPL-2.0 */
/* A Linux kernel in a guest that is not there: entry, types, per-CPU memory, tasks. */
#ifndef FAKELINUX_H
#define FAKELINUX_H

#include "fakeguest.h"

#define FAKE_KERNEL	UINT64_C(0xffffffff9a200000)
#define FAKE_ENTRY	(FAKE_KERNEL + 0x80)
#define FAKE_RODATA	(FAKE_KERNEL + 0x200000)
#define FAKE_PERCPU	UINT64_C(0xffff8e71cf800000)
#define FAKE_TASKS	UINT64_C(0xffff8e71c2000000)
#define FAKE_TASK(i)	(FAKE_TASKS + (uint64_t)(i) * 0x1000)

/* Offsets in the kernel's structures; two layouts, as kernels differ. */
struct fake_layout {
	bool hot;		/* current_task is in pcpu_hot */
	bool relative;		/* entry code is relative to RIP */
	unsigned int pid, comm, parent, leader, tasks, signal, thread_node, cred, mm, start;
};

extern const struct fake_layout fake_layouts[2];

enum { FAKE_BTF_MAX = 16384, FAKE_FS = 0xcf0, FAKE_FILES = 0xcf8 };

/* Type information of a layout.  Returns its size. */
size_t fake_btf(const struct fake_layout *l, unsigned char *p);

/* A kernel with 4 levels, without tasks. */
void fake_linux_begin(struct fakeguest *g, const struct fake_layout *l);

/* The same kernel on arm64.  Returns its TPIDR_EL1; its vectors are at FAKE_ENTRY. */
uint64_t fake_linux_arm64_begin(struct fakeguest *g, const struct fake_layout *l);

/* Write task @i; @parent and @leader are indexes.  The list of tasks stays as it is. */
void fake_task(struct fakeguest *g, const struct fake_layout *l, unsigned int i, uint32_t tid,
	       const char *name, unsigned int leader, unsigned int parent);

/* Give task @i the program /@folder/@name. */
void fake_program(struct fakeguest *g, const struct fake_layout *l, unsigned int i, const char *folder,
		  const char *name);

/* Link the processes 1, 0, 3 and the threads of process 1. */
void fake_lists(struct fakeguest *g, const struct fake_layout *l);

/* Make task @i the running one of the vCPU. */
void fake_current(struct fakeguest *g, const struct fake_layout *l, unsigned int i);

#endif /* FAKELINUX_H */
