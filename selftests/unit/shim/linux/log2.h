/* SPDX-License-Identifier: GPL-2.0 */
#include <linux/types.h>

#define roundup_pow_of_two(n)	((n) > 1 ? 2U << (31 - __builtin_clz((n) - 1)) : 1U)
#define is_power_of_2(n)	((n) && !((n) & ((n) - 1)))
