// SPDX-License-Identifier: GPL-2.0
/* The memory of a ring and its mapping to user space. */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "charge.h"
#include "compat/compat.h"
#include "ring.h"

/* Pages before the records: the reader's, then the writer's. */
#define HEAD_PAGES 2

static unsigned int record_pages(u32 bytes)
{
	return bytes >> PAGE_SHIFT;
}

static void *map_twice(struct page **pages, unsigned int n)
{
	memcpy(pages + HEAD_PAGES + n, pages + HEAD_PAGES, n * sizeof(*pages));
	return vmap(pages, HEAD_PAGES + 2 * n, VM_MAP | VM_USERMAP, PAGE_KERNEL);
}

static struct vsys_ring *ring_alloc(u32 bytes, u32 watermark)
{
	unsigned int n = record_pages(bytes), total = HEAD_PAGES + n, i;
	struct vsys_ring *ring = kzalloc(sizeof(*ring), VSYS_GFP_CHARGED);
	struct page **pages = kvcalloc(total + n, sizeof(*pages), VSYS_GFP_CHARGED);
	void *map = NULL;

	for (i = 0; ring && pages && i < total; i++) {
		pages[i] = alloc_page(VSYS_GFP_CHARGED | __GFP_ZERO);
		if (!pages[i])
			break;
	}
	if (ring && pages && i == total)
		map = map_twice(pages, n);
	/* The mapping does not own the pages; they are found through it. */
	if (!map) {
		while (pages && i--)
			if (pages[i])
				__free_page(pages[i]);
		kfree(ring);
		ring = NULL;
	} else {
		refcount_set(&ring->refs, 1);
		ring->reader = map;
		ring->writer = map + PAGE_SIZE;
		ring->data = map + HEAD_PAGES * PAGE_SIZE;
		ring->bytes = bytes;
		ring->watermark = watermark;
		ring->fast_len = watermark;
	}
	kvfree(pages);
	return ring;
}

/**
 * vsys_ring_alloc() - allocate an empty ring
 * @bytes: of records, a power of two and at least a page
 * @watermark: unread bytes that wake the reader
 * @charge: of the session
 *
 * Return: the ring, with one reference, or NULL: no memory, or a limit is reached.
 */
struct vsys_ring *vsys_ring_alloc(u32 bytes, u32 watermark, struct vsys_charge *charge)
{
	struct mem_cgroup *old;
	struct vsys_ring *ring;

	if (!vsys_charge_take(charge, vsys_ring_memory(bytes), true))
		return NULL;
	old = vsys_charge_begin(charge);
	ring = vsys_charge_margin() ? ring_alloc(bytes, watermark) : NULL;
	vsys_charge_end(old);
	if (ring)
		ring->charge = charge;
	else
		vsys_charge_return(charge, vsys_ring_memory(bytes));
	return ring;
}

/* Drop a reference: of the session, the writer or a mapping. */
void vsys_ring_put(struct vsys_ring *ring)
{
	unsigned int total = HEAD_PAGES + record_pages(ring->bytes), i;
	void *map = (void *)ring->reader;
	struct page **pages;

	if (!refcount_dec_and_test(&ring->refs))
		return;
	pages = kvcalloc(total, sizeof(*pages), GFP_KERNEL | __GFP_NOFAIL);
	for (i = 0; i < total; i++)
		pages[i] = vmalloc_to_page(map + i * PAGE_SIZE);
	vunmap(map);
	for (i = 0; i < total; i++)
		__free_page(pages[i]);
	kvfree(pages);
	vsys_charge_return(ring->charge, vsys_ring_memory(ring->bytes));
	kfree(ring);
}

/* Bytes of memory that a ring with @bytes of records takes. */
size_t vsys_ring_memory(u32 bytes)
{
	return sizeof(struct vsys_ring) + HEAD_PAGES * PAGE_SIZE + bytes;
}

static void mapping_open(struct vm_area_struct *vma)
{
	vsys_ring_get(vma->vm_private_data);
}

static void mapping_close(struct vm_area_struct *vma)
{
	vsys_ring_put(vma->vm_private_data);
}

/* Mapped pages count until they are unmapped. */
static const struct vm_operations_struct mapping_ops = {
	.open = mapping_open,
	.close = mapping_close,
};

/**
 * vsys_ring_mmap() - map a ring or a part of it
 * @ring: the ring; a mapping has a reference
 * @vma: the mapping; only the reader's page alone may be writable
 * @pgoff: the first page of the ring to map
 *
 * Return: 0, -EPERM for a writable mapping of more, -EINVAL outside the ring.
 */
int vsys_ring_mmap(struct vsys_ring *ring, struct vm_area_struct *vma,
		   unsigned long pgoff)
{
	unsigned long total = HEAD_PAGES + 2 * record_pages(ring->bytes);
	int err;

	if (pgoff >= total || vma_pages(vma) > total - pgoff)
		return -EINVAL;
	if (vma->vm_flags & VM_EXEC)
		return -EPERM;
	vm_flags_clear(vma, VM_MAYEXEC);
	if (pgoff > 0 || vma_pages(vma) > 1) {
		if (vma->vm_flags & VM_WRITE)
			return -EPERM;
		vm_flags_clear(vma, VM_MAYWRITE);
	}
	err = remap_vmalloc_range(vma, (void *)ring->reader, pgoff);
	if (err)
		return err;
	vma->vm_private_data = vsys_ring_get(ring);
	vma->vm_ops = &mapping_ops;
	return 0;
}
