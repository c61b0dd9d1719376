/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_HASH_H
#define SHIM_HASH_H

#include <strings.h>
#include <linux/types.h>

#define ilog2(n)	(63 - __builtin_clzll(n))
#define hash_64(v, bits) ((u32)(((u64)(v) * 0x61c8864680b583ebULL) >> (64 - (bits))))

#define hash_long(v, bits)	hash_64(v, bits)

#endif
