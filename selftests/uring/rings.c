// SPDX-License-Identifier: GPL-2.0
/*
 * A guest program that opens, renames and removes files, connects and writes by io_uring alone.
 * Prints the lines that a trace of io_uring_enter() must have, and nothing else.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>
#include <linux/openat2.h>

#include "ring.h"

static void add_open(struct ring *r, uint64_t id, const char *path)
{
	struct io_uring_sqe *s = ring_add(r, IORING_OP_OPENAT, AT_FDCWD, id,
					  "IORING_OP_OPENAT, AT_FDCWD, \"%s\", O_RDONLY", path);

	s->addr = (uintptr_t)path;
}

static void files(struct ring *r)
{
	static const struct open_how how = { .flags = O_WRONLY | O_CREAT, .mode = 0600 };
	static struct statx statx;
	struct io_uring_sqe *s;

	add_open(r, 1, "/etc/passwd");
	ring_enter(r, 1);
	s = ring_add(r, IORING_OP_OPENAT2, AT_FDCWD, 2, "IORING_OP_OPENAT2, AT_FDCWD, \"/tmp/one\", "
		     "{flags=O_WRONLY|O_CREAT, mode=0600, resolve=0}, 24");
	s->addr = (uintptr_t)"/tmp/one";
	s->addr2 = (uintptr_t)&how;
	s->len = sizeof(how);
	s = ring_add(r, IORING_OP_STATX, AT_FDCWD, 3, "IORING_OP_STATX, AT_FDCWD, \"/nothing\", "
		     "AT_STATX_SYNC_AS_STAT|AT_SYMLINK_NOFOLLOW, STATX_SIZE, %p", (void *)&statx);
	s->addr = (uintptr_t)"/nothing";
	s->addr2 = (uintptr_t)&statx;
	s->len = STATX_SIZE;
	s->statx_flags = AT_SYMLINK_NOFOLLOW;
	ring_enter(r, 2);
	s = ring_add(r, IORING_OP_MKDIRAT, AT_FDCWD, 4,
		     "IORING_OP_MKDIRAT, AT_FDCWD, \"/tmp/dir\", 0755, flags=IOSQE_IO_LINK");
	s->addr = (uintptr_t)"/tmp/dir";
	s->len = 0755;
	s->flags = IOSQE_IO_LINK;
	s = ring_add(r, IORING_OP_RENAMEAT, AT_FDCWD, 5, "IORING_OP_RENAMEAT, AT_FDCWD, "
		     "\"/tmp/one\", AT_FDCWD, \"/tmp/dir/two\", flags=IOSQE_IO_LINK");
	s->addr = (uintptr_t)"/tmp/one";
	s->addr2 = (uintptr_t)"/tmp/dir/two";
	s->len = (uint32_t)AT_FDCWD;
	s->flags = IOSQE_IO_LINK;
	s = ring_add(r, IORING_OP_UNLINKAT, AT_FDCWD, 6,
		     "IORING_OP_UNLINKAT, AT_FDCWD, \"/tmp/dir/two\"");
	s->addr = (uintptr_t)"/tmp/dir/two";
	ring_enter(r, 3);
}

static void sockets(struct ring *r)
{
	struct sockaddr_un to = { AF_UNIX, "/tmp/nobody" };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct io_uring_sqe *s;

	s = ring_add(r, IORING_OP_CONNECT, fd, 7, "IORING_OP_CONNECT, %d, {sa_family=AF_UNIX, "
		     "sun_path=\"/tmp/nobody\"}, 110", fd);
	s->addr = (uintptr_t)&to;
	s->off = sizeof(to);
	ring_enter(r, 1);
}

/* What completes later is told by the call that returns next. */
static void later(struct ring *r)
{
	struct io_uring_sqe *s;
	int fd[2];
	char c;

	if (pipe(fd))
		exit(1);
	s = ring_add(r, IORING_OP_READ, fd[0], 0x8000000000000001, "IORING_OP_READ, %d, %p, 1",
		     fd[0], (void *)&c);
	s->addr = (uintptr_t)&c;
	s->len = 1;
	ring_enter(r, 0);
	s = ring_add(r, IORING_OP_WRITE, fd[1], 9, "IORING_OP_WRITE, %d, \"x\", 1", fd[1]);
	s->addr = (uintptr_t)"x";
	s->len = 1;
	ring_enter(r, 2);
	ring_enter(r, 0);
}

/* More than a page of paths, of which one crosses pages. */
static void many(struct ring *r)
{
	char *pages = mmap(NULL, 2 * 4096, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned int i;

	for (i = 0; i < r->entries; i++) {
		char *path = pages + 4096 - 100 + 200 * i;

		snprintf(path, 200, "/tmp/%0180u", i);
		add_open(r, 0x100 + i, path);
	}
	ring_enter(r, r->entries);
}

static void registered(struct ring *r)
{
	struct io_uring_rsrc_update u = { .offset = -1U, .data = (uint32_t)r->fd };

	if (syscall(SYS_io_uring_register, r->fd, 20, &u, 1) != 1)
		return;
	add_open(r, 11, "/etc/hosts");
	ring_enter_as(r, (int)u.offset, 1, 1, IORING_ENTER_GETEVENTS | 1 << 4,
		      "IORING_ENTER_GETEVENTS|IORING_ENTER_REGISTERED_RING");
}

/* A copy of the descriptor is the same ring. */
static void copied(struct ring *r)
{
	struct ring other;

	if (!ring_open(&other, 0))
		exit(1);
	add_open(r, 12, "/etc/copied");
	ring_enter_as(r, dup(r->fd), 1, 1, IORING_ENTER_GETEVENTS, "IORING_ENTER_GETEVENTS");
}

static void use(uint32_t setup, uint64_t id)
{
	struct ring r;

	if (!ring_open(&r, setup))
		return;
	add_open(&r, id, "/etc/first");
	add_open(&r, id + 1, "/etc/second");
	ring_enter(&r, 2);
}

/* The kernel submits by itself. */
static void polled(void)
{
	struct ring r;

	if (ring_open(&r, IORING_SETUP_SQPOLL))
		printf("--- io_uring %d is polled by the guest's kernel: what is submitted to it is "
		       "not seen ---\n", r.fd);
}

int main(void)
{
	struct ring r;

	if (!ring_open(&r, 0))
		return 1;
	files(&r);
	sockets(&r);
	later(&r);
	many(&r);
	many(&r);
	registered(&r);
	copied(&r);
	use(IORING_SETUP_SQE128 | IORING_SETUP_CQE32, 0x21);
	use(SETUP_NO_SQARRAY, 0x31);
	use(SETUP_NO_MMAP, 0x41);
	polled();
	return 0;
}
