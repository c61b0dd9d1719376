/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_CLOCK_H
#define SHIM_CLOCK_H

#include <linux/types.h>

u64 sched_clock(void);

#endif
