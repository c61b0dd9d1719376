// SPDX-License-Identifier: GPL-2.0
/* Read a guest's virtual memory: the page tables of x86 and of arm64. */
#include <string.h>

#include "space.h"

#define PRESENT		(UINT64_C(1) << 0)
#define WRITABLE	(UINT64_C(1) << 1)
#define LARGE		(UINT64_C(1) << 7)
#define NOEXEC		(UINT64_C(1) << 63)
#define ADDRESS		UINT64_C(0x000ffffffffff000)
/* Descriptors of arm64, Arm ARM D8.3; of a table also what it forbids below. */
#define ARM_TABLE	(UINT64_C(1) << 1)
#define ARM_READONLY	(UINT64_C(1) << 7)
#define ARM_NOEXEC	(UINT64_C(1) << 53)
#define ARM_T_NOEXEC	(UINT64_C(1) << 59)
#define ARM_T_READONLY	(UINT64_C(1) << 62)
#define ARM_ADDRESS	UINT64_C(0x0000fffffffff000)
#define ARM_ADDRESS_DS	UINT64_C(0x0003fffffffff000)
#define READ_COST	1024	/* of a read, beside its bytes */

/* Format of a kind of page tables; level 0 has the entries of 4 KiB pages. */
static const struct {
	unsigned int levels, bits, entry, large;	/* @large: highest level with large pages */
} formats[] = {
	[VSYS_SPACE_2LEVEL] = { 2, 10, 4, 1 },
	[VSYS_SPACE_PAE] = { 3, 9, 8, 1 },
	[VSYS_SPACE_4LEVEL] = { 4, 9, 8, 2 },
	[VSYS_SPACE_5LEVEL] = { 5, 9, 8, 2 },
	[VSYS_SPACE_ARM64] = { 0, 9, 8, 3 },	/* levels: by the bits of an address */
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

static uint64_t arm64_address(const struct vsys_space *s, uint64_t entry)
{
	return s->lpa2 ? (entry & ARM_ADDRESS_DS) | (entry >> 8 & 3) << 50 : entry & ARM_ADDRESS;
}

/* A walk from TTBR1, whose addresses have ones above their bits. */
static bool arm64_walk(struct vsys_space *s, uint64_t va, struct vsys_mapping *m)
{
	unsigned int level = (s->bits - 4) / 9, shift;
	uint64_t table = s->root & ~UINT64_C(63), entry;
	bool last = false;

	m->writable = true;
	m->noexec = false;
	m->left = 4096 - va % 4096;
	if (va >> s->bits != UINT64_MAX >> s->bits)
		return false;
	va &= (UINT64_C(1) << s->bits) - 1;
	while (!last) {
		shift = 12 + 9 * --level;
		m->left = (UINT64_C(1) << shift) - (va & ((UINT64_C(1) << shift) - 1));
		if (!entry_read(s, level, table, (size_t)(va >> shift & 511) * 8, &entry) ||
		    !(entry & PRESENT) || (!level && !(entry & ARM_TABLE)))
			return false;
		last = !level || !(entry & ARM_TABLE);
		m->writable &= !(entry & (last ? ARM_READONLY : ARM_T_READONLY));
		m->noexec |= !!(entry & (last ? ARM_NOEXEC : ARM_T_NOEXEC));
		table = arm64_address(s, entry);
	}
	if (level > formats[s->paging].large)
		return false;
	m->gpa = (table & ~((UINT64_C(1) << shift) - 1)) | (va & ((UINT64_C(1) << shift) - 1));
	return true;
}

static bool x86_walk(struct vsys_space *s, uint64_t va, struct vsys_mapping *m)
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

bool vsys_space_walk(struct vsys_space *s, uint64_t va, struct vsys_mapping *m)
{
	return s->paging == VSYS_SPACE_ARM64 ? arm64_walk(s, va, m) : x86_walk(s, va, m);
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
