/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_COPY_H
#define VSYS_COPY_H

#include <linux/compiler.h>
#include <linux/string.h>
#include <linux/types.h>

enum { VSYS_COPY_SHORT = 256 };

/* Copy one @type, which is read once, and go on behind it. */
#define vsys_copy_step(type, dst, src) do {			\
	type value;						\
								\
	memcpy(&value, src, sizeof(value));			\
	OPTIMIZER_HIDE_VAR(value);				\
	memcpy(dst, &value, sizeof(value));			\
	(src) += sizeof(type);					\
	(dst) += sizeof(type);					\
} while (0)

/* memcpy(), inline for a few words: REP MOVS takes long to begin. */
static __always_inline void vsys_copy(void *dst, const void *src, u32 len)
{
	u32 i;

	if (unlikely(len > VSYS_COPY_SHORT)) {
		memcpy(dst, src, len);
		return;
	}
	for (i = len / 16; i; i--) {
		vsys_copy_step(u64, dst, src);
		vsys_copy_step(u64, dst, src);
	}
	if (len & 8)
		vsys_copy_step(u64, dst, src);
	if (likely(!(len & 7)))
		return;
	if (len & 4)
		vsys_copy_step(u32, dst, src);
	if (len & 2)
		vsys_copy_step(u16, dst, src);
	if (len & 1)
		vsys_copy_step(u8, dst, src);
}

#endif /* VSYS_COPY_H */
