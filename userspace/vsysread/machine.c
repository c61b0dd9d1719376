// SPDX-License-Identifier: GPL-2.0
/* A machine's name, and when its process was started. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

enum {
	CMDLINE = 16384,
	BEFORE_START = 19,	/* fields of /proc/PID/stat between the name and the start */
};

const char *host_path(const char *path, char *buf, size_t n)
{
	const char *root = getenv("VSYSREAD_ROOT");

	snprintf(buf, n, "%s%s", root ? root : "", path);
	return buf;
}

/* Read a file of /proc/PID, and put a NUL behind it.  Returns its size. */
static size_t read_proc(pid_t pid, const char *file, char *to, size_t n)
{
	char want[64], path[4096];
	FILE *f;

	snprintf(want, sizeof(want), "/proc/%d/%s", (int)pid, file);
	f = fopen(host_path(want, path, sizeof(path)), "re");
	n = f ? fread(to, 1, n - 1, f) : 0;
	to[n] = '\0';
	if (f)
		fclose(f);
	return n;
}

/* "x,debug-threads=on", "debug-threads=on,guest=x"; ",," is a comma. */
static void take_name(const char *value, char *name)
{
	const char *p = strstr(value, "guest=");
	size_t n = 0;

	if (p && (p == value || p[-1] == ','))
		p += strlen("guest=");
	else if (value[strcspn(value, ",=")] != '=')
		p = value;
	else
		return;
	for (; *p && n < VSYS_MACHINE_NAME - 1; p++) {
		if (*p == ',' && *++p != ',')
			break;
		name[n++] = *p;
	}
}

/* QEMU accepts -name and --name; the last one counts. */
static void find_name(const char *args, size_t n, char *name)
{
	const char *end = args + n, *value;

	for (; args < end; args += strlen(args) + 1) {
		value = args + strlen(args) + 1;
		if ((!strcmp(args, "-name") || !strcmp(args, "--name")) && value < end) {
			memset(name, 0, VSYS_MACHINE_NAME);
			take_name(value, name);
		}
	}
}

/* A process name may hold blanks and parentheses: begin after the last parenthesis. */
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

const char *machine_name(struct machine_names *m, const struct vsys_notes *notes, uint32_t vm)
{
	const struct vsys_note_machine *note = notes ? vsys_notes_machine(notes, vm) : NULL;
	char *name = m->names[vm % MACHINES_NAMED];
	struct vsys_note_machine looked;

	if (m->vms[vm % MACHINES_NAMED] == vm && vm)
		return name;
	if (!notes) {
		machine_look((pid_t)vm, &looked);
		note = &looked;
	}
	snprintf(name, VSYS_MACHINE_NAME, "%s", note ? note->name : "");
	m->vms[vm % MACHINES_NAMED] = vm;
	return name;
}

void machine_forget(struct machine_names *m, uint32_t vm)
{
	m->vms[vm % MACHINES_NAMED] = 0;
}
