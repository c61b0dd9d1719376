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
 */
struct vsys_calibrated {
	uint64_t slot;
	int32_t tasks, pid, name, parent, leader, signal, threads, thread, cred;
};

enum { VSYS_CALIBRATED_EUID = 20 };

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
