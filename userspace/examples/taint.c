// SPDX-License-Identifier: GPL-2.0
/*
 * taint: show where in guest memory the bytes of some files arrive.
 *
 *	taint PATTERN SOURCE [PROFILE [PID]]
 *
 * PATTERN is a pattern of fnmatch(3) for whole paths; "\" is an ordinary character.
 * Each read has a line: address and length of the memory, path and offset of the
 * file, "?" where the file position is unknown.  Limits: files opened before are
 * unknown, reads into several buffers are left out, and the position is wrong once
 * Linux has appended to the file.
 */
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>

#include "watch.h"

static const char *pattern;

static void on_transfer(const struct vsys_syscall *c, const struct transfer *t)
{
	if (t->writes || !t->buffer || fnmatch(pattern, t->object->name, FNM_NOESCAPE))
		return;
	watch_who(c);
	printf("0x%" PRIx64 "+%" PRIu64 " <- %s@", t->buffer, t->bytes, t->object->name);
	if (t->offset == OFFSET_UNKNOWN)
		puts("?");
	else
		printf("%" PRIu64 "\n", t->offset);
}

static bool prepare(struct vsys_trace *v)
{
	return watch_transfers(v, on_transfer);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		pattern = argv[1];
	return watch(argc - 1, argv + 1, "taint PATTERN ", prepare);
}
