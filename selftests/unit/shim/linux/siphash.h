/* SPDX-License-Identifier: GPL-2.0 */
/* A hash that is as good for tests: FNV-1a. */
#ifndef SHIM_SIPHASH_H
#define SHIM_SIPHASH_H

#include <linux/types.h>

typedef struct {
	u64 key[2];
} hsiphash_key_t;

static inline u32 hsiphash(const void *data, size_t len, const hsiphash_key_t *key)
{
	u32 ret = 2166136261U ^ (u32)key->key[0];
	const u8 *p = data;

	while (len--)
		ret = (ret ^ *p++) * 16777619;
	return ret;
}

#endif
