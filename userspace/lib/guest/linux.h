/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GUEST_LINUX_H
#define VSYS_GUEST_LINUX_H

#include "image.h"

enum { VSYS_LINUX_STEPS = 4 };	/* pointers to follow from a task */

/**
 * struct vsys_linux_path - the way from a task to a value
 * @known: the kernel has it
 * @steps: number of pointers to follow
 * @off: offset of each pointer, then of the value
 */
struct vsys_linux_path {
	bool known;
	unsigned int steps;
	int32_t off[VSYS_LINUX_STEPS + 1];
};

/* Values of a task. */
enum vsys_linux_value {
	VSYS_LINUX_TID,
	VSYS_LINUX_PID,
	VSYS_LINUX_NAME,
	VSYS_LINUX_PPID,
	VSYS_LINUX_UID,
	VSYS_LINUX_START,
	VSYS_LINUX_PIDNS,
	VSYS_LINUX_CGROUP,
	VSYS_LINUX_LEADER,	/* pointers to tasks and lists */
	VSYS_LINUX_NEXT,	/* of @tasks */
	VSYS_LINUX_THREADS,	/* head of the list of threads */
	VSYS_LINUX_THREAD,	/* the thread's own link in it */
	VSYS_LINUX_EXE,		/* struct file of the program */
	VSYS_LINUX_VALUES,
};

/* Members by which the path of a file is found. */
enum vsys_linux_member {
	VSYS_LINUX_F_DENTRY,
	VSYS_LINUX_F_MNT,
	VSYS_LINUX_D_PARENT,
	VSYS_LINUX_D_NAME,
	VSYS_LINUX_MNT_ROOT,
	VSYS_LINUX_MNT_MNT,	/* struct mount.mnt: the other way */
	VSYS_LINUX_MNT_PARENT,
	VSYS_LINUX_MNT_POINT,
	VSYS_LINUX_MEMBERS,
};

/**
 * struct vsys_linux - what is known of a Linux kernel
 * @banner: "Linux version ..."; empty if it was not found
 * @btf: address of its type information, 0 if it has none
 * @types: number of types
 * @slot: per-CPU base plus this holds the running task; valid if @found
 * @found: tasks can be read
 * @value: of a task
 * @member: offsets, -1 if unknown
 */
struct vsys_linux {
	char banner[256];
	uint64_t btf;
	uint32_t types;
	uint64_t slot;
	bool found;
	struct vsys_linux_path value[VSYS_LINUX_VALUES];
	int32_t member[VSYS_LINUX_MEMBERS];
};

/**
 * vsys_linux_find - find out about a 64-bit Linux kernel
 * @l: out
 * @s: an address space in which the kernel is mapped
 * @entry: LSTAR
 *
 * Return: 0; -ENOENT: there is no Linux kernel; -ENOMEM.
 */
int vsys_linux_find(struct vsys_linux *l, struct vsys_space *s, uint64_t entry);

/* Is the kernel's per-CPU memory mapped here?  It is not with page-table isolation. */
bool vsys_linux_mapped(struct vsys_space *s, uint64_t entry, uint64_t base);

/* Follow the way from a task to a value of @bytes bytes. */
bool vsys_linux_number(const struct vsys_linux *l, struct vsys_space *s, uint64_t task,
		       enum vsys_linux_value v, unsigned int bytes, uint64_t *value);

#endif /* VSYS_GUEST_LINUX_H */
