// SPDX-License-Identifier: GPL-2.0
/* The name on the command line of a machine's process.  usage: test_machine -name guest=a:b,x=y */
#include <unistd.h>

#include "ktap.h"
#include "machine.h"

int main(void)
{
	struct vsys_note_machine m;

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
