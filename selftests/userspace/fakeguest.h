/* SPDX-License-Identifier: GPL-2.0 */
/* The memory of a guest that is not there: physical pages and page tables. */
#ifndef FAKEGUEST_H
#define FAKEGUEST_H

#include <guest/space.h>

enum { FAKE_BYTES = 32 << 20 };

/**
 * struct fakeguest - a guest's memory
 * @space: its kernel's address space
 * @bytes: physical memory from 0 on; NULL: not made yet
 * @used: of @bytes, from 0 on
 * @reads: number of reads
 * @absent: physical addresses from here on up to FAKE_BYTES cannot be read
 */
struct fakeguest {
	struct vsys_space space;
	unsigned char *bytes;
	uint64_t used;
	unsigned int reads;
	uint64_t absent;
};

enum { FAKE_W = 1, FAKE_NX = 2, FAKE_LARGE = 4 };

void fake_begin(struct fakeguest *g, enum vsys_space_mode paging);
void fake_end(struct fakeguest *g);

/* Map new zeroed memory; returns it.  Sizes are rounded up to pages. */
void *fake_map(struct fakeguest *g, uint64_t va, size_t n, unsigned int flags);

/* Map one page at a physical address, which may have no memory. */
void fake_map_at(struct fakeguest *g, uint64_t va, uint64_t gpa, unsigned int flags);

/* Write to mapped memory. */
void fake_put(struct fakeguest *g, uint64_t va, const void *p, size_t n);
void fake_put64(struct fakeguest *g, uint64_t va, uint64_t value);
void fake_put32(struct fakeguest *g, uint64_t va, uint32_t value);

#endif /* FAKEGUEST_H */
