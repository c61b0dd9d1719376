/* SPDX-License-Identifier: GPL-2.0 */
#include <linux/types.h>

#ifndef min
#define min(a, b)	((a) < (b) ? (a) : (b))
#define max(a, b)	((a) > (b) ? (a) : (b))
#define round_down(x, n) ((x) & ~(typeof(x))((n) - 1))
#endif
