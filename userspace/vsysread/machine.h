/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_MACHINE_H
#define VSYSREAD_MACHINE_H

#include <sys/types.h>
#include <vsyscalls/notes.h>

/* Name and start of the machine that process @pid runs, as far as /proc tells. */
void machine_look(pid_t pid, struct vsys_note_machine *m);

/* A file of the host: @path, or below $VSYSREAD_ROOT, which tests set. */
const char *host_path(const char *path, char *buf, size_t n);

#endif /* VSYSREAD_MACHINE_H */
