// SPDX-License-Identifier: GPL-2.0
/* The writer's side of a ring: reserve, commit, lose. */
#include "ring.h"
#include "clock.h"

static void lost_put(struct vsys_ring *ring, struct vsys_rec_lost *rec)
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

static void event_lose(struct vsys_ring *ring)
{
	ring->emitted++;
	ring->lost++;
	ring->gap++;
	ring->context = 0;
	ring->fast_len = 0;		/* the next event must write the LOST record */
	WRITE_ONCE(ring->writer->emitted, ring->emitted);
	WRITE_ONCE(ring->writer->lost, ring->lost);
}

/* vsys_ring_reserve() off its fast path: at the watermark, when full, after a loss. */
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
		event_lose(ring);
		return NULL;
	}
	if (used < ring->watermark && used + need >= ring->watermark)
		ring->wake(ring);
	used += need;
	ring->fast_from = used < ring->watermark ? 0 : ring->watermark;
	ring->fast_len = (ring->fast_from ? ring->bytes : ring->watermark) - ring->fast_from;
	at = ring->data + (ring->pos & (ring->bytes - 1));
	if (ring->gap) {
		lost_put(ring, at);
		at += sizeof(struct vsys_rec_lost);
		ring->pos += sizeof(struct vsys_rec_lost);
	}
	return at;
}

/**
 * vsys_ring_close() - close a ring: no event will follow
 * @ring: the ring; its writer is gone and the caller takes its place
 *
 * Reports events lost since the last LOST record, if there is room; if there is
 * not, the counters of the writer's page show them.
 */
void vsys_ring_close(struct vsys_ring *ring)
{
	u64 reader = smp_load_acquire(&ring->reader->pos);

	if (ring->gap && vsys_ring_pos_valid(ring, ring->pos, reader) &&
	    ring->bytes - (ring->pos - reader) >= sizeof(struct vsys_rec_lost)) {
		lost_put(ring, (void *)ring->data + (ring->pos & (ring->bytes - 1)));
		ring->pos += sizeof(struct vsys_rec_lost);
		smp_store_release(&ring->writer->pos, ring->pos);
	}
	/* Set after the last position: a reader that sees it sees all records. */
	smp_store_release(&ring->writer->closed, 1);
}
