// SPDX-License-Identifier: GPL-2.0
/* The reader's side of a ring: peek, pop, release. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ring.h"

__attribute__((format(printf, 2, 3)))
static void report_line(const struct vsys_ring_view *ring, const char *fmt, ...)
{
	char what[256];
	va_list ap;
	int n;

	if (!ring->report)
		return;
	n = snprintf(what, sizeof(what), "vm %u vcpu %u: ", ring->vm, ring->vcpu);
	va_start(ap, fmt);
	vsnprintf(what + n, sizeof(what) - (size_t)n, fmt, ap);
	va_end(ap);
	ring->report(ring->arg, what);
}

/**
 * vsys_ring_view_start - continue at the reader position in the ring
 * @ring: memory, names and @report are set, all else is zero
 */
void vsys_ring_view_start(struct vsys_ring_view *ring)
{
	ring->pos = ring->reader->pos;
	ring->limit = ring->pos;
}

/**
 * vsys_ring_view_snapshot - load the writer's position
 * @ring: the ring
 */
void vsys_ring_view_snapshot(struct vsys_ring_view *ring)
{
	uint64_t pos;

	/*
	 * Load this before the position: a closed ring's position is final.  Pairs
	 * with the store-release of vsys_ring_close() in kmod/ring.c.
	 */
	ring->closed = __atomic_load_n(&ring->writer->closed, __ATOMIC_ACQUIRE);
	/* Pairs with the store-release of vsys_ring_commit() in kmod/ring.c. */
	pos = __atomic_load_n(&ring->writer->pos, __ATOMIC_ACQUIRE);
	if (ring->broken)
		return;
	if (pos - ring->pos > ring->bytes || pos % 8 || pos < ring->limit) {
		ring->broken = true;
		report_line(ring, "BUG: the writer is at %" PRIu64 ", the reader at %" PRIu64
			    ", in a ring of %" PRIu64 " bytes", pos, ring->pos, ring->bytes);
		ring->account.malformed++;
		return;
	}
	ring->limit = pos;
}

/**
 * vsys_ring_view_peek - the next record up to the snapshot, or NULL
 * @ring: the ring
 */
const struct vsys_record *vsys_ring_view_peek(struct vsys_ring_view *ring)
{
	const struct vsys_record *rec;

	if (ring->pos == ring->limit)
		return NULL;
	rec = (const void *)(ring->data + (ring->pos & (ring->bytes - 1)));
	if (vsys_record_frame(rec, ring->limit - ring->pos) <= 0) {
		report_line(ring, "BUG: no record at %" PRIu64 ": all up to %" PRIu64 " is skipped",
			    ring->pos, ring->limit);
		ring->account.malformed++;
		ring->pos = ring->limit;
		return NULL;
	}
	/* A ring keeps its order, even where the clock does not. */
	if (rec->time > ring->key)
		ring->key = rec->time;
	return rec;
}

/**
 * vsys_ring_view_pop - consume the record of vsys_ring_view_peek()
 * @ring: the ring
 * @rec: that record; it stays valid until vsys_ring_view_release()
 */
void vsys_ring_view_pop(struct vsys_ring_view *ring, const struct vsys_record *rec)
{
	ring->pos += rec->size;
}

/**
 * vsys_ring_view_release - return the room of consumed records to the writer
 * @ring: the ring
 */
void vsys_ring_view_release(struct vsys_ring_view *ring)
{
	/* Pairs with the load-acquire of vsys_ring_reserve() in kmod/ring.c. */
	__atomic_store_n(&ring->reader->pos, ring->pos, __ATOMIC_RELEASE);
}

bool vsys_ring_view_gone(const struct vsys_ring_view *ring)
{
	return ring->closed && ring->pos == ring->limit;
}

/**
 * vsys_ring_view_settle - check emitted == read + lost
 * @ring: a closed ring that was read to its end
 */
void vsys_ring_view_settle(struct vsys_ring_view *ring)
{
	uint64_t emitted = __atomic_load_n(&ring->writer->emitted, __ATOMIC_ACQUIRE);
	uint64_t lost = __atomic_load_n(&ring->writer->lost, __ATOMIC_ACQUIRE);
	struct vsys_account *a = &ring->account;
	struct vsys_rec_lost *t = &ring->tail;

	/* Losses after the last record that fitted have no record of their own. */
	if (lost > a->lost && emitted - a->next == lost - a->lost) {
		memset(t, 0, sizeof(*t));
		t->r.size = sizeof(*t);
		t->r.type = VSYS_REC_LOST;
		t->r.seq = emitted;
		t->r.time = ring->key;
		t->r.vm = ring->vm;
		t->r.vcpu = (uint16_t)ring->vcpu;
		t->r.profile = ring->profile;
		t->first = a->next;
		t->last = emitted - 1;
		t->count = emitted - a->next;
		a->lost += t->count;
		a->next = emitted;
	}
	if (emitted == a->read + a->lost && lost == a->lost)
		return;
	report_line(ring, "BUG: %" PRIu64 " events emitted and %" PRIu64 " lost, says the writer; %"
		    PRIu64 " were read and %" PRIu64 " were told to be lost",
		    emitted, lost, a->read, a->lost);
	if (!a->missing)
		a->missing = emitted > a->read + a->lost ? emitted - a->read - a->lost : 1;
}

/**
 * vsys_merge_start - begin a merge, after each round of snapshots
 * @m: the rings
 */
void vsys_merge_start(struct vsys_merge *m)
{
	m->run = NULL;
}

/* Find the ring with the oldest record, and the time up to which it stays the oldest. */
static void choose_ring(struct vsys_merge *m)
{
	struct vsys_ring_view *best = NULL;
	unsigned int i;

	m->bounded = false;
	for (i = 0; i < m->n; i++) {
		struct vsys_ring_view *ring = m->rings[i];

		if (!vsys_ring_view_peek(ring))
			continue;
		if (!best) {
			best = ring;
		} else if (ring->key < best->key) {
			m->bound = best->key;
			m->bounded = true;
			best = ring;
		} else if (!m->bounded || ring->key < m->bound) {
			m->bound = ring->key;
			m->bounded = true;
		}
	}
	m->run = best;
}

/**
 * vsys_merge_next - take the oldest record, or NULL when there is none
 * @m: the rings
 */
const struct vsys_record *vsys_merge_next(struct vsys_merge *m)
{
	const struct vsys_record *rec = m->run ? vsys_ring_view_peek(m->run) : NULL;

	/* Stay with one ring until another may have an older record. */
	if (!rec || (m->bounded && m->run->key >= m->bound)) {
		choose_ring(m);
		rec = m->run ? vsys_ring_view_peek(m->run) : NULL;
	}
	if (rec)
		vsys_ring_view_pop(m->run, rec);
	return rec;
}
