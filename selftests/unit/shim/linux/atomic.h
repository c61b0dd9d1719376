/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_ATOMIC_H
#define SHIM_ATOMIC_H

#include <linux/types.h>

typedef struct { int counter; } atomic_t;

typedef struct { s64 counter; } atomic64_t;

#define atomic64_read(a)	__atomic_load_n(&(a)->counter, __ATOMIC_RELAXED)
#define atomic64_inc_return(a)	__atomic_add_fetch(&(a)->counter, 1, __ATOMIC_RELAXED)
#define atomic64_inc(a)		((void)atomic64_inc_return(a))
#define atomic_read(a)		__atomic_load_n(&(a)->counter, __ATOMIC_RELAXED)
#define atomic64_try_cmpxchg(a, old, new) \
	__atomic_compare_exchange_n(&(a)->counter, old, new, false, \
				    __ATOMIC_RELAXED, __ATOMIC_RELAXED)
#define atomic_add(n, a)	((void)__atomic_fetch_add(&(a)->counter, n, __ATOMIC_RELAXED))
#define atomic_dec(a)		atomic_add(-1, a)
#define atomic_inc(a)		atomic_add(1, a)
#define atomic_set_release(a, v) __atomic_store_n(&(a)->counter, v, __ATOMIC_RELEASE)
#define atomic_try_cmpxchg_acquire(a, old, new) \
	__atomic_compare_exchange_n(&(a)->counter, old, new, false, \
				    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)

#define smp_mb()		__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb()		smp_mb()
#define smp_wmb()		smp_mb()
#define smp_mb__after_atomic()	smp_mb()

#endif
