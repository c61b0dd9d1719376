// SPDX-License-Identifier: GPL-2.0
/* The memory of a ring and its mapping to user space. */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

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

/**
 * vsys_ring_alloc() - allocate an empty ring
 * @bytes: of records, a power of two and at least a page
 * @watermark: unread bytes that wake the reader
 *
 * Return: the ring, with one reference, or NULL.
 */
struct vsys_ring *vsys_ring_alloc(u32 bytes, u32 watermark)
{
	unsigned int n = record_pages(bytes), total = HEAD_PAGES + n, i;
	struct vsys_ring *ring = kzalloc(sizeof(*ring), GFP_KERNEL);
	struct page **pages = kvcalloc(total + n, sizeof(*pages), GFP_KERNEL);
	void *map = NULL;

	for (i = 0; ring && pages && i < total; i++) {
		/* On a vCPU's thread: do not charge its cgroup, do not wake the OOM killer. */
		pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO | __GFP_NORETRY |
				      __GFP_NOWARN);
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

/* Drop a reference; user space keeps the pages that it still maps. */
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
	kfree(ring);
}

/* Bytes of memory that a ring takes. */
size_t vsys_ring_memory(const struct vsys_ring *ring)
{
	return sizeof(*ring) + HEAD_PAGES * PAGE_SIZE + ring->bytes;
}

/**
 * vsys_ring_mmap() - map a ring or a part of it
 * @ring: the ring
 * @vma: the mapping; only the reader's page alone may be writable
 * @pgoff: the first page of the ring to map
 *
 * Return: 0, -EPERM for a writable mapping of more, -EINVAL outside the ring.
 */
int vsys_ring_mmap(struct vsys_ring *ring, struct vm_area_struct *vma,
		   unsigned long pgoff)
{
	unsigned long total = HEAD_PAGES + 2 * record_pages(ring->bytes);

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
	return remap_vmalloc_range(vma, (void *)ring->reader, pgoff);
}
