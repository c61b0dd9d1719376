/* SPDX-License-Identifier: GPL-2.0 */
/* An io_uring by raw system calls, which writes down what a trace must tell of its use. */
#ifndef URING_RING_H
#define URING_RING_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/io_uring.h>

/* What the headers of an older kernel do not have. */
enum {
	SETUP_NO_MMAP = 1 << 14,
	SETUP_NO_SQARRAY = 1 << 16,
};

struct ring {
	int fd;
	bool mapped;
	uint32_t setup;
	unsigned int entries, cq_entries, size, cq_size;
	volatile uint32_t *head, *tail, *cq_head, *cq_tail;
	uint32_t *array;
	char *sqes, *cqes;
	unsigned int waiting;	/* entries that are not submitted */
	char text[8192];	/* what they are */
	const char *gap;	/* what follows them */
	char *rings;
};

/* Set up a ring of 8 entries; false if the kernel cannot. */
bool ring_open(struct ring *r, uint32_t setup);

/* Add an entry, whose text is "OPERATION, ...". */
struct io_uring_sqe *ring_add(struct ring *r, int op, int fd, uint64_t user_data,
			      const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* What is told of the entries so far, in place of what they are; that memory was absent. */
void ring_lie(struct ring *r, const char *text);
void ring_gap(struct ring *r);

void ring_close(struct ring *r);

/* io_uring_enter() for all entries, and the line that the trace must have. */
int ring_enter(struct ring *r, unsigned int min_complete);

/* The same with other flags, and by an index in place of the descriptor. */
int ring_enter_as(struct ring *r, int fd, unsigned int submit, unsigned int min_complete,
		  unsigned int flags, const char *flag_names);

#endif
