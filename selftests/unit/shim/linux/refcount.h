/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_REFCOUNT_H
#define SHIM_REFCOUNT_H

#include <linux/atomic.h>

typedef struct { atomic_t refs; } refcount_t;

#define refcount_inc(r)		atomic_add(1, &(r)->refs)

#endif
