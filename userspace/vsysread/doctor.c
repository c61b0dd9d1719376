// SPDX-License-Identifier: GPL-2.0
/* vsysread doctor: run the checks of this host and print their findings. */
#include <stdio.h>
#include <string.h>

#include "doctor.h"
#include "option.h"

static const char *const words[] = { [GOOD] = "ok", [NOTE] = "note", [BAD] = "BAD" };

int doctor(int argc, char **argv)
{
	const struct check *c;
	struct finding f;
	int bad = 0;

	if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")))
		return opt_help(NULL, NULL);
	if (argc > 1)
		return options_wrong("doctor takes no arguments");
	for (c = host_checks; c->name; c++) {
		memset(&f, 0, sizeof(f));
		c->look(&f);
		if (!f.what[0])
			continue;
		printf("%-5s %-10s %s\n", words[f.verdict], c->name, f.what);
		if (f.todo[0])
			printf("%-16s -> %s\n", "", f.todo);
		bad += f.verdict == BAD;
	}
	if (bad)
		printf("%d problem%s tracing\n", bad, bad == 1 ? " prevents" : "s prevent");
	else
		printf("no problem prevents tracing\n");
	return bad ? EXIT_ERROR : EXIT_OK;
}
