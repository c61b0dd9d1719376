/* SPDX-License-Identifier: GPL-2.0 */
#include <linux/bitmap.h>

#define __ffs(n)	((u32)__builtin_ctzl(n))
#define __ffs64(n)	((u32)__builtin_ctzll(n))
