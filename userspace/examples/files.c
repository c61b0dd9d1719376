// SPDX-License-Identifier: GPL-2.0
/*
 * files: list the files that are opened, with the bytes read and written.
 *
 *	files SOURCE [PROFILE [PID]]
 *
 * Each file has a line when its last handle or descriptor is closed, or at the end.
 * Descriptors that a program inherited are unknown.
 */
#include <inttypes.h>
#include <stdio.h>

#include "watch.h"

static void on_gone(const struct object *o)
{
	printf("vm %u 0x%" PRIx64 ": 0x%" PRIx64 " %s: read %" PRIu64 ", written %" PRIu64
	       ", %u pending\n", o->vm, o->space, o->handle, o->name, o->read, o->written,
	       o->pending);
}

static void on_transfer(const struct vsys_syscall *c, const struct transfer *t)
{
	(void)c;
	if (t->writes)
		t->object->written += t->bytes;
	else
		t->object->read += t->bytes;
}

static bool prepare(struct vsys_trace *v)
{
	object_gone = on_gone;
	return watch_transfers(v, on_transfer);
}

int main(int argc, char **argv)
{
	return watch(argc, argv, "files ", prepare);
}
