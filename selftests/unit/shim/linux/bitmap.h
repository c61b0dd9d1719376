/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_BITMAP_H
#define SHIM_BITMAP_H

#define BITS_PER_LONG			64
#define DECLARE_BITMAP(name, bits)	unsigned long name[((bits) + 63) / 64]
#define test_bit(nr, p)			(!!((p)[(nr) / 64] & 1UL << (nr) % 64))
#define __set_bit(nr, p)		((p)[(nr) / 64] |= 1UL << (nr) % 64)

#endif
