/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_MACHINE_H
#define VSYSREAD_MACHINE_H

#include <stdint.h>
#include <sys/types.h>
#include <vsyscalls/notes.h>

/* Fill in name and start of the machine that process @pid runs, as far as /proc tells. */
void machine_look(pid_t pid, struct vsys_note_machine *m);

enum { MACHINES_NAMED = 256 };

/**
 * struct machine_names - names that were looked up; all zero at first
 * @names: of machines, "" if they have none
 * @vms: their process ids; 0 for none
 */
struct machine_names {
	char names[MACHINES_NAMED][VSYS_MACHINE_NAME];
	uint32_t vms[MACHINES_NAMED];
};

/* The name of a machine, "" if it has none; @notes: of a file, NULL for the device. */
const char *machine_name(struct machine_names *m, const struct vsys_notes *notes, uint32_t vm);

/* The process id may be that of another machine by now. */
void machine_forget(struct machine_names *m, uint32_t vm);

/* The path of a host file: @path, below $VSYSREAD_ROOT if a test sets that. */
const char *host_path(const char *path, char *buf, size_t n);

#endif /* VSYSREAD_MACHINE_H */
