// SPDX-License-Identifier: GPL-2.0
/* What is a machine called, and since when does its process run? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

enum {
	CMDLINE = 16384,
	BEFORE_START = 19,	/* fields of /proc/PID/stat between the name and the start */
};

/* Returns bytes; there is a NUL behind them. */
static size_t read_proc(pid_t pid, const char *file, char *to, size_t n)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	f = fopen(path, "re");
	n = f ? fread(to, 1, n - 1, f) : 0;
	to[n] = '\0';
	if (f)
		fclose(f);
	return n;
}

/* QEMU takes "-name x", "--name x", "-name guest=x,debug-threads=on". */
static void find_name(const char *args, size_t n, char *name)
{
	const char *end = args + n, *value;
	size_t len;

	for (; args < end; args += strlen(args) + 1) {
		if (strcmp(args, "-name") && strcmp(args, "--name"))
			continue;
		value = args + strlen(args) + 1;
		if (value >= end)
			return;
		if (!strncmp(value, "guest=", 6))
			value += 6;
		len = strcspn(value, ",");
		if (len >= VSYS_MACHINE_NAME)
			len = VSYS_MACHINE_NAME - 1;
		memcpy(name, value, len);
		return;
	}
}

/* The process's name may have blanks and parentheses: begin after the last one. */
static uint64_t find_start(char *stat)
{
	char *at = strrchr(stat, ')');
	unsigned int i;

	for (i = 0; at && i <= BEFORE_START; i++)
		at = strchr(at + 1, ' ');
	return at ? strtoull(at + 1, NULL, 10) : 0;
}

void machine_look(pid_t pid, struct vsys_note_machine *m)
{
	char text[CMDLINE];

	memset(m, 0, sizeof(*m));
	m->r.vm = (uint32_t)pid;
	find_name(text, read_proc(pid, "cmdline", text, sizeof(text)), m->name);
	read_proc(pid, "stat", text, sizeof(text));
	m->started = find_start(text);
}
