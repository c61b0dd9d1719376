/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_MACHINE_H
#define VSYSREAD_MACHINE_H

#include <sys/types.h>
#include "lib/vsyscalls.h"

/* Name and start of the machine that process @pid runs, as far as /proc tells. */
void machine_look(pid_t pid, struct vsys_note_machine *m);

#endif /* VSYSREAD_MACHINE_H */
