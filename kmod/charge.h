/* SPDX-License-Identifier: GPL-2.0 */
/* Memory of a session: whose it is, and how much of it there may be. */
#ifndef VSYS_CHARGE_H
#define VSYS_CHARGE_H

#include <linux/atomic.h>
#include <linux/gfp.h>
#include <linux/refcount.h>
#include <linux/sched/mm.h>

/*
 * For allocations on a vCPU's thread: charged to the cgroup of vsys_charge_begin(), without
 * waking the OOM killer there or on the host.
 */
#define VSYS_GFP_CHARGED (GFP_KERNEL_ACCOUNT | __GFP_NORETRY | __GFP_NOWARN)

struct mem_cgroup;

/* What a session has allocated.  It outlives the session as long as that exists. */
struct vsys_charge {
	refcount_t refs;
	struct mem_cgroup *memcg;	/* of the session's opener */
	atomic_long_t bytes;
};

static inline struct vsys_charge *vsys_charge_get(struct vsys_charge *c)
{
	refcount_inc(&c->refs);
	return c;
}

/* Charge the current task's allocations to the opener's cgroup, until vsys_charge_end(). */
static inline struct mem_cgroup *vsys_charge_begin(const struct vsys_charge *c)
{
	return set_active_memcg(c->memcg);
}

static inline void vsys_charge_end(struct mem_cgroup *old)
{
	set_active_memcg(old);
}

static inline u64 vsys_charge_bytes(const struct vsys_charge *c)
{
	return atomic_long_read(&c->bytes);
}

struct vsys_charge *vsys_charge_new(void);
void vsys_charge_put(struct vsys_charge *c);
bool vsys_charge_margin(void);
bool vsys_charge_fits(const struct vsys_charge *c, size_t bytes);
bool vsys_charge_take(struct vsys_charge *c, size_t bytes, bool ring);
void vsys_charge_return(struct vsys_charge *c, size_t bytes);

#endif /* VSYS_CHARGE_H */
