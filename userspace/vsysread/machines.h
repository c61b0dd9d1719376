/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_MACHINES_H
#define VSYSREAD_MACHINES_H

#include <stdbool.h>
#include <sys/types.h>
#include <vsyscalls/notes.h>

/**
 * struct machine - a process that runs a virtual machine
 * @pid: of the process
 * @vcpus: how many vCPUs it has
 * @name: QEMU's -name, cut off if it is long; empty if there is none
 */
struct machine {
	pid_t pid;
	unsigned int vcpus;
	char name[VSYS_MACHINE_NAME];
};

/*
 * All machines that /proc shows, by process id.  Returns how many, to be freed, or
 * -errno.  Of processes that the caller may not look into it shows none.
 */
int machines_find(struct machine **machines);

/* The process of the machine with a name; -ENOENT; -ENOTUNIQ: there are two. */
int machines_named(const char *name);

/* Does a process run a machine? */
bool machines_has(pid_t pid);

#endif /* VSYSREAD_MACHINES_H */
