// SPDX-License-Identifier: GPL-2.0
/*
 * stop PID: tell busy.c, which the minivm PID runs, to end.  It sets a word of
 * the guest's memory, behind a magic number at the start of a page.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "api.h"
#include "busy.h"

static bool stop_at(int mem, uint64_t addr)
{
	static const uint64_t stop = 1;
	uint64_t magic = 0;

	return pread(mem, &magic, sizeof(magic), addr) == sizeof(magic) &&
	       magic == BUSY_MAGIC &&
	       pwrite(mem, &stop, sizeof(stop), addr + sizeof(magic)) == sizeof(stop);
}

int test_stop(char **arg)
{
	char path[64], line[256], rights[8];
	unsigned long from, to;
	bool done = false;
	FILE *maps;
	int mem;

	snprintf(path, sizeof(path), "/proc/%s/mem", arg[0] ? arg[0] : "self");
	mem = open(path, O_RDWR | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/%s/maps", arg[0] ? arg[0] : "self");
	maps = fopen(path, "re");
	while (mem >= 0 && maps && !done && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) != 3 || rights[1] != 'w')
			continue;
		for (; from < to && !done; from += PAGE)
			done = stop_at(mem, from);
	}
	return !done;
}
