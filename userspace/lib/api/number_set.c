// SPDX-License-Identifier: GPL-2.0
/* A set of call numbers of one ABI. */
#include <string.h>

#include <vsyscalls/callsets.h>

static void set_bit(struct vsys_number_set *set, uint32_t nr, bool on)
{
	uint64_t bit = UINT64_C(1) << (nr % 64);

	if (nr >= VSYS_FILTER_NUMBERS)
		return;
	if (on)
		set->bits[nr / 64] |= bit;
	else
		set->bits[nr / 64] &= ~bit;
}

void vsys_number_set_add(struct vsys_number_set *set, uint32_t nr)
{
	set_bit(set, nr, !set->invert);
}

void vsys_number_set_remove(struct vsys_number_set *set, uint32_t nr)
{
	set_bit(set, nr, set->invert);
}

unsigned int vsys_number_set_add_named(struct vsys_number_set *set,
				       const struct vsys_numbering *numbering, const char *name)
{
	unsigned int i, n = 0;

	for (i = 0; numbering && i < numbering->n; i++) {
		if (strcmp(numbering->calls[numbering->numbers[i].call].name, name))
			continue;
		vsys_number_set_add(set, numbering->numbers[i].nr);
		n++;
	}
	return n;
}

bool vsys_number_set_has(const struct vsys_number_set *set, uint32_t nr)
{
	if (nr >= VSYS_FILTER_NUMBERS)
		return set->invert;
	return (set->bits[nr / 64] >> (nr % 64) & 1) != set->invert;
}

unsigned int vsys_number_set_list(const struct vsys_number_set *set, uint32_t *numbers)
{
	unsigned int n = 0;
	uint32_t nr;

	for (nr = 0; nr < VSYS_FILTER_NUMBERS; nr++) {
		if (!(set->bits[nr / 64] >> (nr % 64) & 1))
			continue;
		if (numbers)
			numbers[n] = nr;
		n++;
	}
	return n;
}
