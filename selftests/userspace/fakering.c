// SPDX-License-Identifier: GPL-2.0
/* A ring in ordinary memory, and its writer as kmod/ring.c has it. */
#include <stdlib.h>
#include <string.h>

#include "fakering.h"

void fakering_init(struct fakering *f, uint64_t bytes, uint32_t vcpu, vsys_report_fn report)
{
	memset(f, 0, sizeof(*f));
	f->bytes = bytes;
	f->data = calloc(2, bytes);
	if (!f->data)
		abort();
	f->ring.reader = &f->reader;
	f->ring.writer = &f->writer;
	f->ring.data = f->data;
	f->ring.bytes = bytes;
	f->ring.vm = 1;
	f->ring.vcpu = vcpu;
	f->ring.report = report;
	vsys_ring_view_start(&f->ring);
}

void fakering_free(struct fakering *f)
{
	free(f->data);
}

/* The ring is mapped twice in a row: write each byte to both copies. */
static void put(struct fakering *f, const void *p, size_t n)
{
	const unsigned char *from = p;
	uint64_t at;

	for (; n; n--, from++, f->writer.pos++) {
		at = f->writer.pos & (f->bytes - 1);
		f->data[at] = *from;
		f->data[at + f->bytes] = *from;
	}
}

void fakering_junk(struct fakering *f, const void *p, size_t n)
{
	put(f, p, n);
}

bool fakering_event(struct fakering *f, uint32_t size, uint64_t time)
{
	uint64_t left = f->bytes - (f->writer.pos - f->reader.pos);
	uint32_t need = size + (f->gap ? (uint32_t)sizeof(struct vsys_rec_lost) : 0);
	struct rec r;

	if (need > left) {
		f->writer.emitted++;
		f->writer.lost++;
		f->gap++;
		return false;
	}
	if (f->gap) {
		rec_lost(&r, f->writer.emitted - f->gap, f->writer.emitted - 1);
		put(f, r.b, rec_head(&r)->size);
		f->gap = 0;
	}
	memset(&r, 0, sizeof(r));
	rec_event(&r, VSYS_REC_ATTACH);
	rec_head(&r)->size = size;
	rec_head(&r)->seq = f->writer.emitted++;
	rec_head(&r)->time = time;
	rec_head(&r)->vcpu = (uint16_t)f->ring.vcpu;
	put(f, r.b, size);
	return true;
}
