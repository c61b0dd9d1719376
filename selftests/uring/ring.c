// SPDX-License-Identifier: GPL-2.0
/* See ring.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ring.h"

enum { ENTRIES = 8, PAGES = 4 * 4096 };

static void *map(int fd, uint64_t offset)
{
	return mmap(NULL, PAGES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd,
		    (off_t)offset);
}

static void *memory(void)
{
	return mmap(NULL, PAGES, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
}

bool ring_open(struct ring *r, uint32_t setup)
{
	struct io_uring_params p = { .flags = setup };
	char *rings = MAP_FAILED;

	memset(r, 0, sizeof(*r));
	if (setup & SETUP_NO_MMAP) {
		rings = memory();
		r->sqes = memory();
		p.cq_off.resv2 = (uintptr_t)rings;
		p.sq_off.resv2 = (uintptr_t)r->sqes;
	}
	r->fd = (int)syscall(SYS_io_uring_setup, ENTRIES, &p);
	if (r->fd < 0)
		return false;
	if (!(setup & SETUP_NO_MMAP)) {
		rings = map(r->fd, IORING_OFF_SQ_RING);
		r->sqes = map(r->fd, IORING_OFF_SQES);
	}
	if (rings == MAP_FAILED || (void *)r->sqes == MAP_FAILED)
		return false;
	r->setup = setup;
	r->rings = rings;
	r->gap = "";
	r->entries = p.sq_entries;
	r->cq_entries = p.cq_entries;
	r->size = setup & IORING_SETUP_SQE128 ? 128 : 64;
	r->cq_size = setup & IORING_SETUP_CQE32 ? 32 : 16;
	r->head = (void *)(rings + p.sq_off.head);
	r->tail = (void *)(rings + p.sq_off.tail);
	r->array = setup & SETUP_NO_SQARRAY ? NULL : (void *)(rings + p.sq_off.array);
	r->cq_head = (void *)(rings + p.cq_off.head);
	r->cq_tail = (void *)(rings + p.cq_off.tail);
	r->cqes = rings + p.cq_off.cqes;
	return true;
}

void ring_close(struct ring *r)
{
	munmap(r->rings, PAGES);
	munmap(r->sqes, PAGES);
	close(r->fd);
}

void ring_lie(struct ring *r, const char *text)
{
	snprintf(r->text, sizeof(r->text), "%s", text);
	r->waiting = 0;
}

void ring_gap(struct ring *r)
{
	r->gap = "<gap>";
}

static void append(struct ring *r, const char *fmt, ...)
{
	size_t n = strlen(r->text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->text + n, sizeof(r->text) - n, fmt, ap);
	va_end(ap);
}

struct io_uring_sqe *ring_add(struct ring *r, int op, int fd, uint64_t user_data,
			      const char *fmt, ...)
{
	unsigned int place = *r->tail & (r->entries - 1);
	/* Not each entry lies where its place in the queue is. */
	unsigned int index = r->array ? r->entries - 1 - place : place;
	struct io_uring_sqe *s = (void *)(r->sqes + index * r->size);
	char what[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	append(r, "%s{%s, user_data=%#llx}", r->waiting++ ? ", " : "", what,
	       (unsigned long long)user_data);
	memset(s, 0, r->size);
	s->opcode = (unsigned char)op;
	s->fd = fd;
	s->user_data = user_data;
	if (r->array)
		r->array[place] = index;
	__atomic_store_n(r->tail, *r->tail + 1, __ATOMIC_RELEASE);
	return s;
}

static void print_completions(struct ring *r)
{
	uint32_t head = *r->cq_head, tail = __atomic_load_n(r->cq_tail, __ATOMIC_ACQUIRE);
	const struct io_uring_cqe *c;
	const char *sep = " [";

	for (; head != tail; head++, sep = ", ") {
		c = (void *)(r->cqes + (head & (r->cq_entries - 1)) * r->cq_size);
		printf("%s{user_data=%#llx, res=", sep, (unsigned long long)c->user_data);
		if (c->res < 0)
			printf("-%s}", strerrorname_np(-c->res));
		else
			printf("%d}", c->res);
	}
	if (*sep == ',')
		printf("]");
	__atomic_store_n(r->cq_head, tail, __ATOMIC_RELEASE);
}

int ring_enter_as(struct ring *r, int fd, unsigned int submit, unsigned int min_complete,
		  unsigned int flags, const char *flag_names)
{
	int ret = (int)syscall(SYS_io_uring_enter, fd, submit, min_complete, flags, NULL, 8);
	bool names = submit || r->cq_head[0] != r->cq_tail[0];

	printf("io_uring_enter(%d, %s%u", fd, names ? "to_submit=" : "", submit);
	if (submit)
		printf(" [%s]%s", r->text, r->gap);
	printf(", %s%u, %s, NULL, 8) = %d", names ? "min_complete=" : "", min_complete,
	       flag_names, ret);
	print_completions(r);
	printf("\n");
	r->text[0] = '\0';
	r->gap = "";
	r->waiting = 0;
	return ret;
}

int ring_enter(struct ring *r, unsigned int min_complete)
{
	return ring_enter_as(r, r->fd, r->waiting, min_complete, min_complete ? IORING_ENTER_GETEVENTS : 0,
			     min_complete ? "IORING_ENTER_GETEVENTS" : "0");
}
