// SPDX-License-Identifier: GPL-2.0
/* Map all rings of a device and merge their records by time. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ring.h"

struct vsys_reader {
	struct vsys_device *device;
	struct vsys_merge merge;
	uint32_t next;			/* index of the next ring to map */
	struct vsys_ring_view *busy;		/* ring of the record the caller holds */
	vsys_report_fn report;
	void *arg;
};

int vsys_reader_open(struct vsys_device *d, vsys_report_fn report, void *arg,
		     struct vsys_reader **reader)
{
	struct vsys_reader *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->device = d;
	r->report = report;
	r->arg = arg;
	*reader = r;
	return 0;
}

/* Unmap a ring; one that is read to its end stays, as its last counts say. */
static void unmap_ring(struct vsys_ring_view *ring)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const struct vsys_ring_writer *writer = ring->writer;
	struct vsys_ring_reader *reader = ring->reader;

	if (!ring->data)
		return;
	ring->last_writer = *writer;
	ring->last_reader = *reader;
	ring->writer = &ring->last_writer;
	ring->reader = &ring->last_reader;
	ring->data = NULL;
	munmap(reader, page);
	munmap((void *)(uintptr_t)writer, page + 2 * ring->bytes);
}

void vsys_reader_close(struct vsys_reader *r)
{
	unsigned int i;

	if (!r)
		return;
	for (i = 0; i < r->merge.n; i++) {
		unmap_ring(r->merge.rings[i]);
		free(r->merge.rings[i]);
	}
	free(r->merge.rings);
	free(r);
}

static int map_ring(struct vsys_reader *r, const struct vsys_ring_info *info,
		    struct vsys_ring_view *ring)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int fd = vsys_device_fd(r->device);
	void *own, *rest;

	if (info->bytes < page || info->bytes & (info->bytes - 1) ||
	    info->bytes > SIZE_MAX / 4)
		return -EPROTO;
	/* Two mappings, as only the first page may be writable. */
	own = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		   (off_t)info->offset);
	if (own == MAP_FAILED)
		return -errno;
	rest = mmap(NULL, page + 2 * info->bytes, PROT_READ, MAP_SHARED, fd,
		    (off_t)(info->offset + page));
	if (rest == MAP_FAILED) {
		int err = -errno;

		munmap(own, page);
		return err;
	}
	ring->reader = own;
	ring->writer = rest;
	ring->data = (const unsigned char *)rest + page;
	ring->bytes = info->bytes;
	return 0;
}

static int add_ring(struct vsys_reader *r, uint32_t index)
{
	struct vsys_ring_info info = { .size = sizeof(info), .index = index };
	struct vsys_merge *m = &r->merge;
	struct vsys_ring_view *ring;
	void *rings;
	int err;

	if (ioctl(vsys_device_fd(r->device), VSYS_RING, &info) < 0)
		return -errno;
	rings = realloc(m->rings, (m->n + 1) * sizeof(*m->rings));
	if (!rings)
		return -ENOMEM;
	m->rings = rings;
	ring = calloc(1, sizeof(*ring));
	if (!ring)
		return -ENOMEM;
	err = map_ring(r, &info, ring);
	if (err) {
		free(ring);
		return err;
	}
	ring->vm = info.vm;
	ring->vcpu = info.vcpu;
	ring->profile = info.profile;
	ring->report = r->report;
	ring->arg = r->arg;
	vsys_ring_view_start(ring);
	m->rings[m->n++] = ring;
	return 0;
}

int vsys_reader_update(struct vsys_reader *r)
{
	struct vsys_info info;
	unsigned int i;
	int err;

	err = vsys_device_info(r->device, &info);
	if (err)
		return err;
	for (; r->next < info.rings; r->next++) {
		err = add_ring(r, r->next);
		/* -ENOENT: the ring was closed empty and freed. */
		if (err && err != -ENOENT)
			return err;
	}
	if (r->busy)
		vsys_ring_view_release(r->busy);
	r->busy = NULL;
	for (i = 0; i < r->merge.n; i++) {
		vsys_ring_view_snapshot(r->merge.rings[i]);
		/* The module frees the memory once nobody maps it. */
		if (vsys_ring_view_gone(r->merge.rings[i]))
			unmap_ring(r->merge.rings[i]);
	}
	vsys_merge_start(&r->merge);
	return 0;
}

const struct vsys_record *vsys_reader_next(struct vsys_reader *r)
{
	const struct vsys_record *rec;

	do {
		if (r->busy)
			vsys_ring_view_release(r->busy);
		rec = vsys_merge_next(&r->merge);
		r->busy = rec ? r->merge.run : NULL;
	} while (rec && !vsys_account_record(&r->busy->account, rec, r->report, r->arg));
	return rec;
}

unsigned int vsys_reader_rings(const struct vsys_reader *r)
{
	return r->merge.n;
}

bool vsys_reader_gone(const struct vsys_reader *r)
{
	unsigned int i;

	for (i = 0; i < r->merge.n; i++)
		if (!vsys_ring_view_gone(r->merge.rings[i]))
			return false;
	return r->merge.n;
}

void vsys_reader_settle(struct vsys_reader *r)
{
	unsigned int i;

	for (i = 0; i < r->merge.n; i++)
		vsys_ring_view_settle(r->merge.rings[i]);
}

bool vsys_reader_lost_at_end(const struct vsys_reader *r, unsigned int index,
			     struct vsys_rec_lost *lost)
{
	if (index >= r->merge.n || !r->merge.rings[index]->tail.count)
		return false;
	*lost = r->merge.rings[index]->tail;
	return true;
}

void vsys_reader_account(const struct vsys_reader *r, struct vsys_account *sum)
{
	unsigned int i;

	memset(sum, 0, sizeof(*sum));
	for (i = 0; i < r->merge.n; i++)
		vsys_account_add(sum, &r->merge.rings[i]->account);
}
