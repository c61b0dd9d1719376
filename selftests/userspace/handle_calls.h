/* SPDX-License-Identifier: GPL-2.0 */
/* Calls of processes, for tests of what descriptors and handles are. */
#ifndef HANDLE_CALLS_H
#define HANDLE_CALLS_H

#include "ktap.h"
#include "records.h"

enum {
	OPEN = 2, CLOSE = 3, PIPE2 = 293, DUP2 = 33, DUP3 = 292, FCNTL = 72, READ = 0, FORK = 57,
	CLONE = 56, EXECVE = 59, SOCKET = 41, CONNECT = 42, ACCEPT4 = 288, BIND = 49, OPENAT = 257,
	OPENAT2 = 437, CHDIR = 80, MEMFD = 319, EPOLL = 291, UNSHARE = 272, CLOSE_RANGE = 436,
	SENDMSG = 46, RECVMSG = 47, SOCKETPAIR = 53,
};

static struct vsys_handles *h;
static struct vsys_decoder *d;
static const struct vsys_table *table;
static struct vsys_task task = { .vm = 1, .known = 1 << VSYS_TASK_PID | 1 << VSYS_TASK_PPID };
static bool nobody;			/* the caller is not known */
static uint64_t space;
static struct rec entry, ret;
static uint64_t calls;

static inline void caller(uint32_t pid, uint32_t ppid, uint64_t in)
{
	task.pid = pid;
	task.ppid = ppid;
	space = in;
}

static inline const struct vsys_task *by(void)
{
	return nobody ? NULL : &task;
}

/* The entry of a call, with a string as argument @at, if any. */
static inline void begin(uint32_t nr, uint64_t a, uint64_t b, uint64_t c, unsigned int at, const char *s)
{
	const uint64_t args[6] = { a, b, c };

	rec_entry(&entry, nr, ++calls, 6, args);
	((struct vsys_rec_entry *)entry.b)->space = space;
	if (s)
		rec_string(&entry, at, 0x1000, s);
}

static struct vsys_text objects[3];

/* The object of an argument of the last call. */
static inline const char *object(unsigned int i)
{
	return objects[i].len ? objects[i].s : "";
}

static inline const char *end(uint64_t result, unsigned int at, const void *out, size_t n)
{
	static struct vsys_text line;
	struct vsys_rec_entry *e = (void *)entry.b;
	struct vsys_call_event ev = { VSYS_STATE_RETURNED, e, (void *)ret.b, by(), NULL };
	struct vsys_decoded c;
	unsigned int i;

	rec_return(&ret, e->r.nr, e->call, result);
	rec_head(&ret)->abi = e->r.abi;
	if (out)
		rec_cap(&ret, at, VSYS_CAP_BYTES, 0, 0x2000, out, n);
	vsys_handles_call(h, table, &ev);
	vsys_decoder_call(d, table, &ev, &c);
	for (i = 0; i < 3; i++) {
		vsys_text_reset(&objects[i]);
		vsys_decoder_object(d, &c, i, &objects[i]);
	}
	vsys_handles_done(h);
	vsys_text_reset(&line);
	vsys_format_call(&line, &c);
	return strstr(line.s, "] ") + 2;
}

static inline void started(void)
{
	vsys_handles_begin(h, table, (void *)entry.b, by());
}

static inline const char *call(uint32_t nr, uint64_t a, uint64_t b, uint64_t c, uint64_t result)
{
	begin(nr, a, b, c, 0, NULL);
	started();
	return end(result, 0, NULL, 0);
}

static inline const char *path_call(uint32_t nr, unsigned int at, const char *s, uint64_t a, uint64_t flags, uint64_t result)
{
	begin(nr, a, nr == OPENAT ? 0 : flags, flags, at, s);
	started();
	return end(result, 0, NULL, 0);
}

static inline const char *reads(int fd)
{
	return call(READ, (uint64_t)fd, 0, 0, 0);
}

/* The entry of a call of Windows: its OBJECT_ATTRIBUTES are argument 2. */
static inline void nt_begin(uint32_t nr, const uint64_t *args, const char *name, uint64_t root,
			    uint32_t attributes)
{
	struct vsys_objattr o = { .length = 48, .root = root, .attributes = attributes, .name = name ? 0x3000 : 0 };
	unsigned char b[512];

	rec_entry(&entry, nr, ++calls, 11, args);
	rec_abi(&entry, VSYS_ABI_WINDOWS_X64, VSYS_DOOR_SYSCALL);
	((struct vsys_rec_entry *)entry.b)->space = space;
	if (name)
		rec_cap(&entry, 2, VSYS_CAP_OBJATTR, 0, 0x2000, b, rec_objattr(b, &o, name));
}

static inline void note(uint32_t pid, uint64_t value, uint32_t flags, const char *s)
{
	struct rec r = { 0 };
	struct vsys_note_handle *n = (void *)r.b;

	n->r.size = sizeof(*n) + (((uint32_t)strlen(s) + 7) & ~7u);
	n->r.type = VSYS_NOTE_HANDLE;
	n->r.vm = 1;
	n->pid = pid;
	n->value = value;
	n->flags = flags;
	n->bytes = (uint32_t)strlen(s);
	memcpy(n + 1, s, strlen(s));
	vsys_handles_note(h, n);
}

#endif /* HANDLE_CALLS_H */
