/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_RCUPDATE_H
#define SHIM_RCUPDATE_H

#include <linux/compiler.h>

#ifndef __rcu
#define __rcu
#endif

static inline void rcu_read_lock(void) { }
static inline void rcu_read_unlock(void) { }

struct rcu_head {
	void *next;
};

#define RCU_LOCKDEP_WARN(cond, what)	((void)0)
#define rcu_dereference(p)		(p)
#define rcu_dereference_protected(p, held)	(p)

#endif
