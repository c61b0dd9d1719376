/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_BITMAP_H
#define SHIM_BITMAP_H

#define BITS_PER_LONG			64
#define BITS_TO_LONGS(bits)		(((bits) + 63) / 64)
#define BIT_WORD(nr)			((nr) / 64)
#define BIT_MASK(nr)			(1UL << (nr) % 64)
#define DECLARE_BITMAP(name, bits)	unsigned long name[((bits) + 63) / 64]
#define test_bit(nr, p)			(!!((p)[(nr) / 64] & 1UL << (nr) % 64))
#define __set_bit(nr, p)		((p)[(nr) / 64] |= 1UL << (nr) % 64)

/* The numbers of the bits that are set, in order. */
#define for_each_set_bit(nr, p, bits) \
	for ((nr) = 0; (nr) < (bits); (nr)++) \
		if (test_bit(nr, p))

static inline void bitmap_or(unsigned long *to, const unsigned long *a, const unsigned long *b,
			     unsigned int bits)
{
	unsigned int i;

	for (i = 0; i < (bits + 63) / 64; i++)
		to[i] = a[i] | b[i];
}

#endif
