/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GUEST_CALIBRATE_H
#define VSYS_GUEST_CALIBRATE_H

#include "image.h"

/**
 * struct vsys_calibrated - where a 32-bit Linux kernel has its tasks
 * @slot: per-CPU base plus this holds the running task
 * @tasks: offset in a task of its link in the list of processes
 * @pid: of its id; the one of its thread group follows
 * @name: of its name, 16 bytes
 * @parent: of the pointer to the parent
 * @leader: of the pointer to the task of the process
 * @signal: of the pointer to what its threads share, or -1
 * @threads: there the offset of the head of their list
 * @thread: of the task's link in it
 * @cred: of the pointer to the credentials, or -1; VSYS_CALIBRATED_EUID is in these
 * @mm: of the pointer to the memory of a program, or -1; there @exe: of its file; there @path: of
 *      its directory entry; there @path_name: of its name, 12 bytes behind its parent
 * @thread_pid: of the pointer to the ids, or -1; there @numbers: of the first of them, 8 bytes
 *      each; in its namespace @inum: of the number
 * @groups: of the pointer to the control groups, or -1; there @group: of the one of version 2;
 *      there @node: of its directory; there @node_id and @node_name
 * @start: of the time of the start, or -1
 */
struct vsys_calibrated {
	uint64_t slot;
	int32_t tasks, pid, name, parent, leader, signal, threads, thread, cred;
	int32_t mm, exe, path, path_name;
	int32_t thread_pid, numbers, inum;
	int32_t groups, group, node, node_id, node_name;
	int32_t start;
};

enum { VSYS_CALIBRATED_EUID = 20, VSYS_CALIBRATED_LEVEL = 4 };

/**
 * vsys_calibrate - find the tasks of a 32-bit Linux kernel that has no types
 * @c: out
 * @s: an address space in which the kernel is mapped
 * @img: its image
 * @base: of the per-CPU memory of a CPU
 *
 * Return: whether they were found.
 */
bool vsys_calibrate(struct vsys_calibrated *c, struct vsys_space *s, struct vsys_image *img, uint64_t base);

#endif /* VSYS_GUEST_CALIBRATE_H */
