/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_HASH_H
#define VSYSREAD_HASH_H

#include <stddef.h>
#include <stdint.h>

/* FNV-1a of @n bytes: not against somebody who wants two to be the same. */
static inline uint64_t hash_bytes(const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	while (n--)
		hash = (hash ^ *p++) * UINT64_C(0x100000001b3);
	return hash;
}

#endif /* VSYSREAD_HASH_H */
