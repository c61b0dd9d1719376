/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One program, as the module would record it under several systems.  It opens
 * a file, reads and writes it, also without waiting; opens keys and sets a value;
 * starts a process and ends.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "records.h"

#define XP	"windows_xpsp3_x86"
#define SEVEN	"windows_7_x64"
#define TEN	"windows_10_19041_x64"
#define LINUX	"linux_x86_64"

enum {
	PROGRAM_VM = 7,
	PROGRAM_LOST = 17,		/* events, at the end */
	PROGRAM_SPACE = 0x12345000,	/* as rec_entry() has it */
};

/* Write it as a recorded file; aborts on failure. */
void program_write(int fd, const char *profile);

/* A path that vsys_trace_open() can open, until the next call. */
const char *program_path(const char *profile);

#endif /* PROGRAM_H */
