// SPDX-License-Identifier: GPL-2.0
/* The name on the command line of a machine's process, which is this one's. */
#include <unistd.h>

#include "ktap.h"
#include "machine.h"

int main(int argc, char **argv)
{
	struct vsys_note_machine m;

	if (argc == 1) {
		execl(argv[0], argv[0], "-name", "guest=a:b,debug-threads=on", NULL);
		return 1;
	}
	ktap_plan(4);
	machine_look(getpid(), &m);
	is_text(m.name, "a:b", "the name on the command line");
	is_true(m.started, "when the process was started");
	machine_look(getppid(), &m);
	is_text(m.name, "", "a process without one");
	machine_look(0x7fffffff, &m);
	is_true(!m.started && !m.name[0], "no such process");
	return ktap_end();
}
