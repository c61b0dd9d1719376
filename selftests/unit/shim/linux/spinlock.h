/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_SPINLOCK_H
#define SHIM_SPINLOCK_H

#include <linux/atomic.h>

typedef struct { int locked; } raw_spinlock_t;

#define raw_spin_lock_init(l)	((l)->locked = 0)
#define raw_spin_lock(l) do { \
	while (__atomic_exchange_n(&(l)->locked, 1, __ATOMIC_ACQUIRE)) \
		cpu_relax(); \
} while (0)
#define raw_spin_unlock(l)	__atomic_store_n(&(l)->locked, 0, __ATOMIC_RELEASE)
#define raw_spin_lock_irqsave(l, f)	do { (f) = 0; raw_spin_lock(l); } while (0)
#define raw_spin_unlock_irqrestore(l, f) do { (void)(f); raw_spin_unlock(l); } while (0)

#endif
