/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_MACHINE_H
#define VSYSREAD_MACHINE_H

#include <sys/types.h>
#include <vsyscalls/notes.h>

/* Fill in name and start of the machine that process @pid runs, as far as /proc tells. */
void machine_look(pid_t pid, struct vsys_note_machine *m);

/* The path of a host file: @path, below $VSYSREAD_ROOT if a test sets that. */
const char *host_path(const char *path, char *buf, size_t n);

#endif /* VSYSREAD_MACHINE_H */
