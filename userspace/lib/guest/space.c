// SPDX-License-Identifier: GPL-2.0
/* Read a guest's virtual memory: the page tables of x86. */
#include <string.h>

#include "space.h"

#define PRESENT		(UINT64_C(1) << 0)
#define WRITABLE	(UINT64_C(1) << 1)
#define LARGE		(UINT64_C(1) << 7)
#define NOEXEC		(UINT64_C(1) << 63)
#define ADDRESS		UINT64_C(0x000ffffffffff000)
#define READ_COST	1024	/* of a read, beside its bytes */

/* Format of a kind of page tables; level 0 has the entries of 4 KiB pages. */
static const struct {
	unsigned int levels, bits, entry, large;	/* @large: highest level with large pages */
} formats[] = {
	[VSYS_SPACE_2LEVEL] = { 2, 10, 4, 1 },
	[VSYS_SPACE_PAE] = { 3, 9, 8, 1 },
	[VSYS_SPACE_4LEVEL] = { 4, 9, 8, 2 },
	[VSYS_SPACE_5LEVEL] = { 5, 9, 8, 2 },
};

static bool phys_read(struct vsys_space *s, uint64_t gpa, void *buf, size_t n)
{
	if (s->budget < n + READ_COST) {
		s->budget = 0;
		return false;
	}
	s->budget -= n + READ_COST;
	s->bytes += n;
	return s->phys(s->arg, gpa, buf, n);
}

/* Read an entry of the table at @gpa, through the copy of the level's last table. */
static bool entry_read(struct vsys_space *s, unsigned int level, uint64_t gpa, size_t offset,
		       uint64_t *entry)
{
	unsigned int bytes = formats[s->paging].entry;

	*entry = 0;
	/* The top table of PAE has 32 bytes, anywhere in a page. */
	if (gpa % 4096)
		return phys_read(s, gpa + offset, entry, bytes);
	if (!s->cached[level].valid || s->cached[level].gpa != gpa) {
		s->cached[level].valid = phys_read(s, gpa, s->cached[level].bytes, 4096);
		s->cached[level].gpa = gpa;
		if (!s->cached[level].valid)
			return false;
	}
	memcpy(entry, s->cached[level].bytes + offset, bytes);
	return true;
}

static uint64_t table_address(const struct vsys_space *s)
{
	switch (s->paging) {
	case VSYS_SPACE_2LEVEL:
		return s->root & 0xfffff000;
	case VSYS_SPACE_PAE:
		return s->root & 0xffffffe0;
	default:
		return s->root & ADDRESS;
	}
}

bool vsys_space_walk(struct vsys_space *s, uint64_t va, struct vsys_mapping *m)
{
	unsigned int bits = formats[s->paging].bits, level = formats[s->paging].levels, shift, index;
	uint64_t table = table_address(s), entry;
	/* The top level of PAE has no W bit. */
	bool writable_bit;

	m->writable = true;
	m->noexec = false;
	if (vsys_space_word(s) == 4)
		va &= UINT32_MAX;
	while (level--) {
		shift = 12 + bits * level;
		index = (unsigned int)(va >> shift) & ((1U << bits) - 1);
		m->left = (UINT64_C(1) << shift) - (va & ((UINT64_C(1) << shift) - 1));
		if (!entry_read(s, level, table, (size_t)index * formats[s->paging].entry, &entry) ||
		    !(entry & PRESENT))
			return false;
		writable_bit = s->paging != VSYS_SPACE_PAE || level < 2;
		m->writable &= !writable_bit || entry & WRITABLE;
		m->noexec |= !!(entry & NOEXEC);
		table = entry & ADDRESS;
		if (!level || (entry & LARGE && level <= formats[s->paging].large)) {
			m->gpa = (table & ~((UINT64_C(1) << shift) - 1)) |
				 (va & ((UINT64_C(1) << shift) - 1));
			return true;
		}
	}
	return false;
}

bool vsys_space_read(struct vsys_space *s, uint64_t va, void *buf, size_t n)
{
	unsigned char *p = buf;
	struct vsys_mapping m;
	size_t part;

	while (n) {
		if (!vsys_space_walk(s, va, &m))
			return false;
		part = m.left < n ? (size_t)m.left : n;
		if (!phys_read(s, m.gpa, p, part))
			return false;
		p += part;
		va += part;
		n -= part;
	}
	return true;
}

bool vsys_space_number(struct vsys_space *s, uint64_t va, unsigned int bytes, uint64_t *value)
{
	*value = 0;
	return vsys_space_read(s, va, value, bytes);
}

bool vsys_space_pointer(struct vsys_space *s, uint64_t va, uint64_t *value)
{
	return vsys_space_number(s, va, vsys_space_word(s), value);
}

bool vsys_space_string(struct vsys_space *s, uint64_t va, char *buf, size_t n)
{
	size_t got = 0, part;

	while (got < n - 1) {
		/* Up to the end of a page: the next one may be absent. */
		part = 4096 - (size_t)((va + got) % 4096);
		if (part > n - 1 - got)
			part = n - 1 - got;
		if (!vsys_space_read(s, va + got, buf + got, part))
			return false;
		if (memchr(buf + got, 0, part))
			return true;
		got += part;
	}
	buf[got] = 0;
	return true;
}

void vsys_space_forget(struct vsys_space *s)
{
	unsigned int i;

	for (i = 0; i < VSYS_SPACE_LEVELS; i++)
		s->cached[i].valid = false;
}
