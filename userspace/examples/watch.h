/* SPDX-License-Identifier: GPL-2.0 */
/* Shared by the watchers among the examples: arguments, and objects by handle. */
#ifndef WATCH_H
#define WATCH_H

#include <vsyscalls/callbacks.h>

/**
 * watch - open, register, run until the end or a signal
 * @argc: of main()
 * @argv: SOURCE [PROFILE [PID]] from @argv[1] on
 * @usage: the usage text before SOURCE
 * @prepare: registers callbacks with watch_for(); returns whether that succeeded
 *
 * Return: the exit status.
 */
int watch(int argc, char **argv, const char *usage, bool (*prepare)(struct vsys_trace *v));

/**
 * watch_for - check a registration
 * @err: its return value; -ENOENT, no profile in use has the call, is accepted
 */
bool watch_for(int err);

/* Print the caller of a call: "vm 7 0x12345000: ". */
void watch_who(const struct vsys_syscall *c);

/**
 * struct object - an object with one or more handles or file descriptors
 * @name: its path, "?" if unknown
 * @refs: number of its handles
 * @vm: machine
 * @space: address space of the program
 * @handle: the first handle
 * @offset: file position
 * @read: bytes read
 * @written: bytes written
 * @pending: reads and writes that have begun and whose end was not seen
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

/* Called for each object whose last handle is closed. */
extern void (*object_gone)(const struct object *o);

/* Return @p, or exit if it is NULL: no memory. */
void *watch_need(void *p);

void object_get(struct object *o);
void object_put(struct object *o);
struct object *object_find(const struct vsys_syscall *c, uint64_t handle);
struct object *object_new(const struct vsys_syscall *c, uint64_t handle, const char *name);
void object_dup(const struct vsys_syscall *c, uint64_t from, uint64_t to);
void object_close(const struct vsys_syscall *c, uint64_t handle);

/* Path from the OBJECT_ATTRIBUTES of an open: root directory, "\", name.  NULL: unknown. */
const char *object_path(const struct vsys_syscall *c);

/* Create the object of the handle that the call returned in @param, a HANDLE*. */
struct object *object_opened(const struct vsys_syscall *c, const char *param);

/* opens.c: keep an object for each open file. */
bool watch_opens(struct vsys_trace *v);

/* Close all remaining objects. */
void object_end(void);

/**
 * struct transfer - a read or write
 * @object: the file
 * @writes: it is a write
 * @buffer: guest-virtual address, 0: several buffers
 * @bytes: number of bytes transferred
 * @offset: in the file, or OFFSET_UNKNOWN
 */
struct transfer {
	struct object *object;
	bool writes;
	uint64_t buffer;
	uint64_t bytes;
	uint64_t offset;
};

#define OFFSET_UNKNOWN	UINT64_MAX	/* on Windows also: at the end of the file */

/* transfers.c: report completed reads and writes of the files of watch_opens(). */
bool watch_transfers(struct vsys_trace *v, void (*fn)(const struct vsys_syscall *c,
						      const struct transfer *t));

/* Free the transfers that are still pending. */
void transfers_end(void);

#endif /* WATCH_H */
