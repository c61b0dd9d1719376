/* SPDX-License-Identifier: GPL-2.0 */
/* A ring in ordinary memory, and its writer as kmod/ring.c has it. */
#ifndef FAKERING_H
#define FAKERING_H

#include "source/ring.h"
#include "records.h"

struct fakering {
	struct vsys_ring_reader reader;
	struct vsys_ring_writer writer;
	unsigned char *data;
	uint64_t bytes;
	uint64_t gap;		/* lost and not yet reported */
	struct vsys_ring_view ring;	/* the reader's side, under test */
};

void fakering_init(struct fakering *f, uint64_t bytes, uint32_t vcpu, vsys_report_fn report);
void fakering_free(struct fakering *f);

/* Write an event of so many bytes, or lose it.  Returns whether it was written. */
bool fakering_event(struct fakering *f, uint32_t size, uint64_t time);

/* Write bytes that are no record, unchanged. */
void fakering_junk(struct fakering *f, const void *p, size_t n);

#endif /* FAKERING_H */
