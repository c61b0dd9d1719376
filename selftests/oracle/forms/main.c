// SPDX-License-Identifier: GPL-2.0
/*
 * Make system calls in their usual forms, for a comparison of tracers.  Everything
 * happens in a new folder, so that both runs see the same.
 *
 *	forms
 */
#include <sys/stat.h>

#include "forms.h"

int main(void)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} groups[] = {
		{ "files", files }, { "descriptors", descriptors }, { "sockets", sockets },
		{ "messages", messages }, { "processes", processes }, { "controls", controls },
		{ "memory", memory }, { "ipc", ipc }, { "waits", waits }, { "clocks", clocks },
	};
	unsigned int i;

	umask(022);
	if (mkdir("/tmp/vsys-forms", 0755) || chdir("/tmp/vsys-forms"))
		return 1;
	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		/* A mark of the group in the trace. */
		access(groups[i].name, F_OK);
		groups[i].run();
	}
	if (chdir("/") || rmdir("/tmp/vsys-forms"))
		return 1;
	return 0;
}
