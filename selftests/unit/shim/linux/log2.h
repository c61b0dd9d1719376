/* SPDX-License-Identifier: GPL-2.0 */
#include <linux/types.h>

#define is_power_of_2(n)	((n) && !((n) & ((n) - 1)))
