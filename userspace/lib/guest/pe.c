// SPDX-License-Identifier: GPL-2.0
/*
 * PE: the image of a Windows kernel, as it lies in memory.  Microsoft's "PE Format" states the
 * format.  All of it is the guest's to write.
 */
#include <string.h>

#include "pe.h"

enum {
	BACK = 32 << 20,	/* from code to the image's begin */
	IMAGE_MAX = 64 << 20,
	NAMES_MAX = 1 << 16,
	NAME_MAX_BYTES = 64,

	NT_HEADERS = 0x3c,	/* where their offset is */
	OPTIONAL = 24,		/* the optional header in them */
	MAGIC = 0x10b,		/* of 32 bits; 64: 0x20b */
	MAGIC_WIDE = 0x20b,
	IMAGE_SIZE = 56,	/* in the optional header */
	DIRECTORIES = 96,	/* likewise, the export directory first; 64 bits: 112 */
	DIRECTORIES_WIDE = 112,

	NUMBER_OF_NAMES = 24,	/* in the export directory */
	FUNCTIONS = 28,
	NAMES = 32,
	ORDINALS = 36,
};

static uint32_t number(struct vsys_space *s, uint64_t va, unsigned int bytes)
{
	uint64_t v;

	return vsys_space_number(s, va, bytes, &v) ? (uint32_t)v : 0;
}

/* An offset in the image becomes an address, 0 if it is none. */
static uint64_t inside(const struct vsys_pe *pe, uint32_t rva)
{
	return rva && rva < pe->size ? pe->base + rva : 0;
}

/* Is there an image with exports at @base? */
static bool image_read(struct vsys_pe *pe, struct vsys_space *s, uint64_t base)
{
	bool wide = vsys_space_word(s) == 8;
	uint64_t head;

	if (number(s, base, 2) != 0x5a4d)
		return false;
	head = base + (number(s, base + NT_HEADERS, 4) & 0xfff);
	if (number(s, head, 4) != 0x4550 ||
	    number(s, head + OPTIONAL, 2) != (wide ? MAGIC_WIDE : MAGIC))
		return false;
	pe->base = base;
	pe->size = number(s, head + OPTIONAL + IMAGE_SIZE, 4);
	pe->exports = pe->size > IMAGE_MAX ? 0 : inside(pe, number(s, head + OPTIONAL +
				(wide ? DIRECTORIES_WIDE : DIRECTORIES), 4));
	return pe->exports;
}

bool vsys_pe_find(struct vsys_pe *pe, struct vsys_space *s, uint64_t in)
{
	uint64_t at = in & ~UINT64_C(0xfff), end = at > BACK ? at - BACK : 0;
	struct vsys_mapping m;

	/* Parts of the image are paged out, or discarded. */
	for (; at > end; at -= 4096) {
		if (!vsys_space_walk(s, at, &m) || !image_read(pe, s, at))
			continue;
		if (in - pe->base < pe->size)
			return true;
	}
	memset(pe, 0, sizeof(*pe));
	return false;
}

/* The names are sorted by their bytes. */
uint64_t vsys_pe_export(const struct vsys_pe *pe, struct vsys_space *s, const char *name)
{
	uint32_t low = 0, high, at, ordinal;
	uint64_t names, functions, ordinals, text;
	char found[NAME_MAX_BYTES];
	int order;

	if (!pe->base)
		return 0;
	high = number(s, pe->exports + NUMBER_OF_NAMES, 4);
	names = inside(pe, number(s, pe->exports + NAMES, 4));
	functions = inside(pe, number(s, pe->exports + FUNCTIONS, 4));
	ordinals = inside(pe, number(s, pe->exports + ORDINALS, 4));
	if (high > NAMES_MAX || !names || !functions || !ordinals)
		return 0;
	while (low < high) {
		at = low + (high - low) / 2;
		text = inside(pe, number(s, names + 4 * (uint64_t)at, 4));
		if (!text || !vsys_space_string(s, text, found, sizeof(found)))
			return 0;
		order = strcmp(found, name);
		if (!order) {
			ordinal = number(s, ordinals + 2 * (uint64_t)at, 2);
			return inside(pe, number(s, functions + 4 * (uint64_t)ordinal, 4));
		}
		if (order < 0)
			low = at + 1;
		else
			high = at;
	}
	return 0;
}
