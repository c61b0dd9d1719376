/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included before all in the test of rule.c, which has one thread: a vCPU looks at the rules
 * after each store that publishes something.
 */
#ifndef RULE_WATCH_H
#define RULE_WATCH_H

#include <linux/types.h>
#include <linux/atomic.h>
#include <linux/lockdep.h>
#include <linux/refcount.h>
#include <errno.h>
#include <string.h>

void look(void);

#undef smp_store_release
#define smp_store_release(p, v)		do { WRITE_ONCE(*(p), v); look(); } while (0)
#define rcu_assign_pointer(p, v)	do { WRITE_ONCE(p, v); look(); } while (0)
#define RCU_INIT_POINTER(p, v)		rcu_assign_pointer(p, v)
#define rcu_access_pointer(p)		(p)
#define call_rcu(head, fn)		fn(head)
#define kfree_rcu(p, member)		free(p)
#define struct_size(p, member, n)	(sizeof(*(p)) + (n) * sizeof((p)->member[0]))
#define container_of(p, type, member)	((type *)((char *)(p) - offsetof(type, member)))

#define refcount_set(r, n)		((r)->refs.counter = (n))
#define refcount_read(r)		atomic_read(&(r)->refs)
#define refcount_inc_not_zero(r)	((r)->refs.counter && ++(r)->refs.counter)
#define refcount_dec_and_test(r)	(!--(r)->refs.counter)
#define atomic64_set(a, n)		((a)->counter = (n))

#define DECLARE_WAIT_QUEUE_HEAD(q)	int q
#define wake_up_all(q)			((void)(q))
#define wait_event_killable(q, cond)	((void)(q), (cond) ? 0 : -EINTR)
#define mutex_lock(m)			((void)(m))
#define mutex_unlock(m)			((void)(m))
#define WARN_ON_ONCE(cond)		((cond) ? abort() : (void)0)

#define ERR_PTR(n)			((void *)(long)(n))
#define PTR_ERR(p)			((long)(p))
#define IS_ERR(p)			((unsigned long)(p) > -4096UL)
#define u64_to_user_ptr(n)		((void *)(uintptr_t)(n))
#define memdup_user(from, n)		memcpy(malloc(n), from, n)

#endif
