/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_MACHINES_H
#define VSYSREAD_MACHINES_H

#include <stdbool.h>
#include <sys/types.h>
#include <vsyscalls/notes.h>

/**
 * struct machine - a process that runs a virtual machine
 * @pid: of the process
 * @vcpus: number of its vCPUs
 * @name: QEMU's -name, cut off if it is long; empty without -name
 */
struct machine {
	pid_t pid;
	unsigned int vcpus;
	char name[VSYS_MACHINE_NAME];
};

/*
 * Find all machines that /proc shows, in the order of process ids.  Returns their number, or a
 * negative errno.  The caller frees *@machines.  Processes that the caller may not
 * inspect are left out.
 */
int machines_find(struct machine **machines);

/* The process of the machine with a name; -ENOENT; -ENOTUNIQ if two have it. */
int machines_named(const char *name);

/* Does process @pid run a machine? */
bool machines_has(pid_t pid);

#endif /* VSYSREAD_MACHINES_H */
