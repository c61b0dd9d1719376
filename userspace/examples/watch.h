/* SPDX-License-Identifier: GPL-2.0 */
/* What the watchers among the examples share: their arguments, and what handles mean. */
#ifndef WATCH_H
#define WATCH_H

#include <vsyscalls/callbacks.h>

/**
 * watch - open, register, run until the end or a signal
 * @argc: of main()
 * @argv: SOURCE [PROFILE [PID]] from @argv[1] on
 * @usage: what comes before SOURCE
 * @prepare: register callbacks with watch_for(); returns whether that went well
 *
 * Returns the exit status.
 */
int watch(int argc, char **argv, const char *usage, bool (*prepare)(struct vsys_trace *v));

/**
 * watch_for - check a registration
 * @err: what it returned; that no profile here has the call is all right
 */
bool watch_for(int err);

/* Print "vm 7 0x12345000: ": whose call it is. */
void watch_who(const struct vsys_syscall *c);

/**
 * struct object - what one or more handles or file descriptors refer to
 * @name: its path, "?" where it is not known
 * @refs: how many of them there are
 * @vm: machine
 * @space: address space of the program
 * @handle: the first of them
 * @offset: where the next read or write is
 * @read: bytes
 * @written: bytes
 * @pending: reads and writes that were begun and not seen to end
 */
struct object {
	char *name;
	unsigned int refs;
	uint32_t vm;
	uint64_t space;
	uint64_t handle;
	uint64_t offset;
	uint64_t read;
	uint64_t written;
	unsigned int pending;
};

/* Told of each object whose last handle is gone. */
extern void (*object_gone)(const struct object *o);

/* Memory, or the end. */
void *watch_need(void *p);

void object_get(struct object *o);
void object_put(struct object *o);
struct object *object_find(const struct vsys_syscall *c, uint64_t handle);
struct object *object_new(const struct vsys_syscall *c, uint64_t handle, const char *name);
void object_dup(const struct vsys_syscall *c, uint64_t from, uint64_t to);
void object_close(const struct vsys_syscall *c, uint64_t handle);

/* Of the OBJECT_ATTRIBUTES of an open: the root's name, "\", the name.  NULL: unknown. */
const char *object_path(const struct vsys_syscall *c);

/* The same for a call that gave back @param, a HANDLE*. */
struct object *object_opened(const struct vsys_syscall *c, const char *param);

/* opens.c: have objects for the files that are opened, until they are closed. */
bool watch_opens(struct vsys_trace *v);

/* All that are left are gone. */
void object_end(void);

/**
 * struct transfer - bytes that were read or written
 * @object: of which file
 * @writes: they were written
 * @buffer: guest-virtual address, 0 if they are in several
 * @bytes: how many
 * @offset: in the file, or OFFSET_UNKNOWN
 */
struct transfer {
	struct object *object;
	bool writes;
	uint64_t buffer;
	uint64_t bytes;
	uint64_t offset;
};

#define OFFSET_UNKNOWN	UINT64_MAX	/* what Windows calls the end of the file, too */

/* transfers.c: tell of reads and writes when they are over, of the files of watch_opens(). */
bool watch_transfers(struct vsys_trace *v, void (*fn)(const struct vsys_syscall *c,
						      const struct transfer *t));

/* Those that still wait are forgotten. */
void transfers_end(void);

#endif /* WATCH_H */
