// SPDX-License-Identifier: GPL-2.0
/* The writer's side of a ring: reserve, commit, lose. */
#include <linux/compiler.h>
#include <linux/string.h>
#include <asm/barrier.h>

#include "ring.h"

static void put_lost(struct vsys_ring *ring, struct vsys_rec_lost *rec)
{
	rec->r = ring->base;
	rec->r.size = sizeof(*rec);
	rec->r.type = VSYS_REC_LOST;
	rec->r.seq = ring->emitted;
	rec->first = ring->emitted - ring->gap;
	rec->last = ring->emitted - 1;
	rec->count = ring->gap;
	ring->gap = 0;
}

static void lose(struct vsys_ring *ring)
{
	ring->emitted++;
	ring->lost++;
	ring->gap++;
	WRITE_ONCE(ring->writer->emitted, ring->emitted);
	WRITE_ONCE(ring->writer->lost, ring->lost);
}

/**
 * vsys_ring_reserve() - room for one event
 * @ring: called on its one writer
 * @size: bytes, a multiple of 8
 *
 * Return: where to write the event, with vsys_record.seq to be set to
 * ring->emitted, or NULL: the event is lost and counted.
 */
void *vsys_ring_reserve(struct vsys_ring *ring, u32 size)
{
	/* Pairs with the reader's store-release of its position. */
	u64 reader = smp_load_acquire(&ring->reader->pos);
	u64 used = ring->pos - reader;
	u32 need = size;
	void *at;

	if (unlikely(ring->gap))
		need += sizeof(struct vsys_rec_lost);
	if (unlikely(!vsys_ring_pos_valid(ring, ring->pos, reader) ||
		     need > ring->bytes - used)) {
		lose(ring);
		return NULL;
	}
	ring->wake = used < ring->watermark && used + need >= ring->watermark;
	at = ring->data + (ring->pos & (ring->bytes - 1));
	if (unlikely(ring->gap)) {
		put_lost(ring, at);
		at += sizeof(struct vsys_rec_lost);
		ring->pos += sizeof(struct vsys_rec_lost);
	}
	return at;
}

/**
 * vsys_ring_commit() - publish what vsys_ring_reserve() gave
 * @ring: called on its one writer
 * @rec: the event, @rec->size as it was reserved
 */
void vsys_ring_commit(struct vsys_ring *ring, struct vsys_record *rec)
{
	ring->pos += rec->size;
	ring->emitted++;
	WRITE_ONCE(ring->writer->emitted, ring->emitted);
	/* Pairs with the reader's load-acquire of the writer's position. */
	smp_store_release(&ring->writer->pos, ring->pos);
}

/**
 * vsys_ring_close() - no event will follow
 * @ring: its writer is gone; the caller is the writer now
 *
 * Tells of events that are lost and not yet told of, if there is room; if
 * there is not, the counters of the writer's page still do.
 */
void vsys_ring_close(struct vsys_ring *ring)
{
	u64 reader = smp_load_acquire(&ring->reader->pos);

	if (ring->gap && vsys_ring_pos_valid(ring, ring->pos, reader) &&
	    ring->bytes - (ring->pos - reader) >= sizeof(struct vsys_rec_lost)) {
		put_lost(ring, (void *)ring->data + (ring->pos & (ring->bytes - 1)));
		ring->pos += sizeof(struct vsys_rec_lost);
		smp_store_release(&ring->writer->pos, ring->pos);
	}
	/* After the last position: a reader that sees it has seen all. */
	smp_store_release(&ring->writer->closed, 1);
}
