// SPDX-License-Identifier: GPL-2.0
/* The writer's side of a ring: reserve, commit, lose. */
#include "ring.h"
#include "x86/clock.h"

static void put_lost(struct vsys_ring *ring, struct vsys_rec_lost *rec)
{
	rec->r = ring->base;
	rec->r.size = sizeof(*rec);
	rec->r.type = VSYS_REC_LOST;
	rec->r.abi = 0;
	rec->r.seq = ring->emitted;
	rec->r.time = vsys_clock_now();
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
	ring->fast_len = 0;		/* what comes next must tell of it */
	WRITE_ONCE(ring->writer->emitted, ring->emitted);
	WRITE_ONCE(ring->writer->lost, ring->lost);
}

/* vsys_ring_reserve() when the watermark is passed, either way, or after a loss. */
void *vsys_ring_reserve_hard(struct vsys_ring *ring, u32 size)
{
	u64 reader = smp_load_acquire(&ring->reader->pos);
	u64 used = ring->pos - reader;
	u32 need = size;
	void *at;

	if (ring->gap)
		need += sizeof(struct vsys_rec_lost);
	if (!vsys_ring_pos_valid(ring, ring->pos, reader) ||
	    need > ring->bytes - used) {
		lose(ring);
		return NULL;
	}
	if (used < ring->watermark && used + need >= ring->watermark)
		ring->wake(ring);
	used += need;
	ring->fast_from = used < ring->watermark ? 0 : ring->watermark;
	ring->fast_len = (ring->fast_from ? ring->bytes : ring->watermark) - ring->fast_from;
	at = ring->data + (ring->pos & (ring->bytes - 1));
	if (ring->gap) {
		put_lost(ring, at);
		at += sizeof(struct vsys_rec_lost);
		ring->pos += sizeof(struct vsys_rec_lost);
	}
	return at;
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
