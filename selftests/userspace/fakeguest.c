// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "fakeguest.h"

static bool phys_read(void *arg, uint64_t gpa, void *buf, size_t n)
{
	struct fakeguest *g = arg;
	uint64_t end = g->absent ? g->absent : FAKE_BYTES;

	g->reads++;
	if (gpa > end || n > end - gpa)
		return false;
	memcpy(buf, g->bytes + gpa, n);
	return true;
}

static uint64_t page_new(struct fakeguest *g, size_t n)
{
	uint64_t at = g->used;

	g->used += n;
	if (g->used > FAKE_BYTES)
		abort();
	return at;
}

void fake_begin(struct fakeguest *g, enum vsys_space_mode paging)
{
	memset(g, 0, sizeof(*g));
	g->bytes = calloc(1, FAKE_BYTES);
	if (!g->bytes)
		abort();
	g->used = 4096;
	g->space = (struct vsys_space){
		.phys = phys_read, .arg = g, .paging = paging, .budget = UINT64_C(1) << 40, .bits = 48,
		.root = page_new(g, 4096),
	};
}

void fake_end(struct fakeguest *g)
{
	free(g->bytes);
}

/* Arm ARM D8.3: a page or block, and tables on the way to it. */
static void arm64_map_at(struct fakeguest *g, uint64_t va, uint64_t gpa, unsigned int flags)
{
	unsigned int level = (g->space.bits - 4) / 9, last = flags & FAKE_LARGE ? 1 : 0;
	uint64_t table = g->space.root, *at;

	va &= (UINT64_C(1) << g->space.bits) - 1;
	while (level-- > last) {
		at = (void *)(g->bytes + table + (va >> (12 + 9 * level) & 511) * 8);
		if (level == last)
			*at = gpa | (last ? 0x401 : 0x403) | (flags & FAKE_W ? 0 : 0x80) |
			      (flags & FAKE_NX ? UINT64_C(1) << 53 : 0);
		else if (!*at)
			*at = page_new(g, 4096) | 3;
		table = *at & UINT64_C(0xfffffffff000);
	}
}

/* The formats are written down a second time here, from the manual. */
void fake_map_at(struct fakeguest *g, uint64_t va, uint64_t gpa, unsigned int flags)
{
	static const unsigned int levels[] = { 2, 3, 4, 5, 0 };
	bool narrow = g->space.paging == VSYS_SPACE_2LEVEL;
	unsigned int level = levels[g->space.paging], bits = narrow ? 10 : 9, entry = narrow ? 4 : 8;
	uint64_t table = g->space.root, e, *at;
	bool last;

	if (g->space.paging == VSYS_SPACE_ARM64) {
		arm64_map_at(g, va, gpa, flags);
		return;
	}
	for (;;) {
		level--;
		at = (void *)(g->bytes + table + (va >> (12 + bits * level) & ((1U << bits) - 1)) * entry);
		last = level == (flags & FAKE_LARGE ? 1 : 0);
		e = 0;
		memcpy(&e, at, entry);
		if (last)
			e = gpa | 1 | (flags & FAKE_W ? 2 : 0) | (flags & FAKE_LARGE ? 0x80 : 0) |
			    (flags & FAKE_NX && !narrow ? UINT64_C(1) << 63 : 0);
		else if (!e)
			e = page_new(g, 4096) | (g->space.paging == VSYS_SPACE_PAE && level == 2 ? 1 : 7);
		memcpy(at, &e, entry);
		if (last)
			return;
		table = e & UINT64_C(0xffffffffff000);
	}
}

void *fake_map(struct fakeguest *g, uint64_t va, size_t n, unsigned int flags)
{
	size_t page = flags & FAKE_LARGE ? g->space.paging == VSYS_SPACE_2LEVEL ? 4 << 20 : 2 << 20 : 4096;
	uint64_t gpa, at;

	n = (n + page - 1) / page * page;
	g->used = (g->used + page - 1) / page * page;
	gpa = page_new(g, n);
	for (at = 0; at < n; at += page)
		fake_map_at(g, va + at, gpa + at, flags);
	vsys_space_forget(&g->space);
	return g->bytes + gpa;
}

void fake_put(struct fakeguest *g, uint64_t va, const void *p, size_t n)
{
	const unsigned char *from = p;
	struct vsys_mapping m;
	size_t part;

	for (; n; n -= part, va += part, from += part) {
		if (!vsys_space_walk(&g->space, va, &m))
			abort();
		part = m.left < n ? (size_t)m.left : n;
		memcpy(g->bytes + m.gpa, from, part);
	}
}

void fake_put64(struct fakeguest *g, uint64_t va, uint64_t value)
{
	fake_put(g, va, &value, sizeof(value));
}

void fake_put32(struct fakeguest *g, uint64_t va, uint32_t value)
{
	fake_put(g, va, &value, sizeof(value));
}
