/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_RING_H
#define VSYS_RING_H

#include <linux/compiler.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/vsyscalls.h>
#include <asm/barrier.h>

/*
 * A ring of records: one writer, one reader, the protocol of the uapi header.
 * The writer's side is here and knows neither KVM nor system calls; memory and
 * mapping are in ring_mem.c.
 *
 * All members but @reader and @writer belong to the writer.
 */
struct vsys_ring {
	refcount_t refs;	/* of the session, the writer and mappings */
	u64 pos;		/* bytes written since the ring was made */
	u64 emitted;		/* events, written or not */
	u64 lost;		/* events not written */
	u64 gap;		/* of these, not yet in a LOST record */
	u8 *data;		/* records, mapped twice in a row */
	u32 bytes;		/* of records, a power of two */
	u32 watermark;		/* unread bytes that wake the reader */
	/*
	 * Fast path: in [fast_from, fast_from + fast_len) unread bytes there is room
	 * and no wakeup is due.
	 */
	u64 fast_from;
	u64 fast_len;
	/* Called at the watermark, maybe with interrupts off. */
	void (*wake)(struct vsys_ring *ring);
	void *owner;		/* for @wake */
	u64 context;		/* of the owner; 0 after a loss */
	struct vsys_ring_writer *writer;
	const struct vsys_ring_reader *reader;	/* user space writes it */
	struct vsys_record base;	/* vm, vcpu, profile of a LOST record */
	struct vsys_charge *charge;	/* of the ring's memory */
};

void *vsys_ring_reserve_hard(struct vsys_ring *ring, u32 size);
void vsys_ring_close(struct vsys_ring *ring);

/* Does the protocol allow this reader position? */
static inline bool vsys_ring_pos_valid(const struct vsys_ring *ring,
				       u64 writer, u64 reader)
{
	return writer - reader <= ring->bytes && !(reader & 7);
}

/**
 * vsys_ring_reserve() - reserve room for one event
 * @ring: the ring; called by its one writer
 * @size: bytes, a multiple of 8
 *
 * Return: where to write the event, with vsys_record.seq to be set to
 * ring->emitted, or NULL: the event is lost and counted.
 */
static __always_inline void *vsys_ring_reserve(struct vsys_ring *ring, u32 size)
{
	u64 pos = ring->pos;
	/* Pairs with the reader's store-release of its position. */
	u64 used = pos - smp_load_acquire(&ring->reader->pos) - ring->fast_from;
	void *to;

	/* An invalid position makes @used too large, too. */
	if (unlikely((used | (used + size)) >= ring->fast_len))
		return vsys_ring_reserve_hard(ring, size);
	to = ring->data + (pos & (ring->bytes - 1));
	/* Callers need not ask again. */
	if (!to)
		__builtin_unreachable();
	return to;
}

/**
 * vsys_ring_commit() - publish a reserved event
 * @ring: the ring; called by its one writer
 * @size: as passed to vsys_ring_reserve()
 */
static __always_inline void vsys_ring_commit(struct vsys_ring *ring, u32 size)
{
	struct vsys_ring_writer *writer = ring->writer;
	u64 pos = ring->pos + size, emitted = ring->emitted + 1;

	ring->pos = pos;
	ring->emitted = emitted;
	WRITE_ONCE(writer->emitted, emitted);
	/* Pairs with the reader's load-acquire of the writer's position. */
	smp_store_release(&writer->pos, pos);
}

static inline struct vsys_ring *vsys_ring_get(struct vsys_ring *ring)
{
	refcount_inc(&ring->refs);
	return ring;
}

/* ring_mem.c */
struct vsys_charge;
struct vsys_ring *vsys_ring_alloc(u32 bytes, u32 watermark, struct vsys_charge *charge);
void vsys_ring_put(struct vsys_ring *ring);
size_t vsys_ring_memory(u32 bytes);
struct vm_area_struct;
int vsys_ring_mmap(struct vsys_ring *ring, struct vm_area_struct *vma,
		   unsigned long pgoff);

#endif /* VSYS_RING_H */
