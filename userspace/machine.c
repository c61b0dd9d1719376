// SPDX-License-Identifier: GPL-2.0
/* What is a machine called, and since when does its process run? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "machines.h"

enum {
	STAT = 1024,
	BEFORE_START = 19,	/* fields of /proc/PID/stat between the name and the start */
};

/* The process's name may have blanks and parentheses: begin after the last one. */
static uint64_t find_start(pid_t pid)
{
	char path[64], stat[STAT] = "", *at;
	unsigned int i;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (f && !fread(stat, 1, sizeof(stat) - 1, f))
		stat[0] = '\0';
	if (f)
		fclose(f);
	at = strrchr(stat, ')');
	for (i = 0; at && i <= BEFORE_START; i++)
		at = strchr(at + 1, ' ');
	return at ? strtoull(at + 1, NULL, 10) : 0;
}

void machine_look(pid_t pid, struct vsys_note_machine *m)
{
	memset(m, 0, sizeof(*m));
	m->r.vm = (uint32_t)pid;
	machines_name(pid, m->name, sizeof(m->name));
	m->started = find_start(pid);
}
