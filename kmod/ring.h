/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_RING_H
#define VSYS_RING_H

#include <linux/types.h>
#include <linux/vsyscalls.h>

/*
 * A ring of records: one writer, one reader, the protocol of the uapi header.
 * The writer's side is here and knows neither KVM nor system calls; memory and
 * mapping are in ringmem.c.
 *
 * All members but @reader and @writer belong to the writer.
 */
struct vsys_ring {
	u64 pos;		/* bytes written since the ring was made */
	u64 emitted;		/* events, written or not */
	u64 lost;		/* events not written */
	u64 gap;		/* of these, not yet told by a LOST record */
	u8 *data;		/* records, mapped twice in a row */
	u32 bytes;		/* of records, a power of two */
	u32 watermark;		/* unread bytes that wake the reader */
	bool wake;		/* the last commit passed the watermark */
	struct vsys_ring_writer *writer;
	const struct vsys_ring_reader *reader;	/* user space writes it */
	struct vsys_record base;	/* vm, vcpu, profile of a LOST record */
};

void *vsys_ring_reserve(struct vsys_ring *ring, u32 size);
void vsys_ring_commit(struct vsys_ring *ring, struct vsys_record *rec);
void vsys_ring_close(struct vsys_ring *ring);

/* Whether a reader position is one that the protocol allows. */
static inline bool vsys_ring_pos_valid(const struct vsys_ring *ring,
				       u64 writer, u64 reader)
{
	return writer - reader <= ring->bytes && !(reader & 7);
}

/* ringmem.c */
struct vsys_ring *vsys_ring_alloc(u32 bytes, u32 watermark);
void vsys_ring_free(struct vsys_ring *ring);
size_t vsys_ring_memory(const struct vsys_ring *ring);
struct vm_area_struct;
int vsys_ring_mmap(struct vsys_ring *ring, struct vm_area_struct *vma,
		   unsigned long pgoff);

#endif /* VSYS_RING_H */
