/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_GUESTS_H
#define VSYSREAD_GUESTS_H

#include <stdbool.h>
#include <sys/types.h>

struct options;
struct vsys_guest_info;
struct vsys_device;

/*
 * Open a session that only looks into a machine: all calls are filtered out.  Returns 0 or
 * an error of the device.
 */
int guests_session(const char *path, pid_t pid, struct vsys_device **d);

struct machine;
struct vsys_guest;
struct vsys_guest_task;
typedef int guests_fn(const struct options *o, const struct machine *m, struct vsys_guest *g);

/* Call @fn for each machine that the options name, all by default.  Returns the exit status. */
int guests_each(const struct options *o, guests_fn *fn);

/* Texts of guests are any bytes: keep control characters off the terminal.  Returns @s. */
/*
 * What is found out of a machine, waiting @wait_ms for a vCPU to leave its user mode.
 * Returns 0 or an error for guests_error().
 */
int guests_info(const struct options *o, pid_t pid, int wait_ms,
		struct vsys_guest_info *info);

const char *guests_plain(char *s);

/* Why a machine cannot be looked into. */
const char *guests_error(int err);

/* vsysread --identify: print what runs in the machines.  Returns the exit status. */
int guests_identify(const struct options *o);

/* The same of a recorded file, which is @fd. */
int guests_identify_file(int fd, const char *name);

/* vsysread ps: list the processes and threads of the machines. */
int guests_ps(const struct options *o);

/*
 * Print the threads of a machine as a tree, or as JSON; sorts them.  Returns 0 or -ENOMEM.
 */
int ps_print(pid_t vm, struct vsys_guest_task *v, size_t n, bool json);

/* Find the profiles of targets that name none.  Returns false after a report. */
bool guests_profiles(struct options *o);

#endif /* VSYSREAD_GUESTS_H */
