// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of sessions.  vCPUs allocate it on their own threads, so it would be charged to
 * the cgroup of their machine, or to none: charge it to the session's opener, and limit
 * the sum of a session and of all sessions.
 */
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "charge.h"

enum { MARGIN = SZ_1M };

static unsigned int session_memory;
module_param(session_memory, uint, 0644);
MODULE_PARM_DESC(session_memory, "MiB of memory for one session, 0: an eighth of the host's");

static unsigned int all_memory;
module_param(all_memory, uint, 0644);
MODULE_PARM_DESC(all_memory, "MiB of memory for all sessions, 0: a quarter of the host's");

static atomic_long_t all_bytes;

static unsigned long limit(unsigned int mib, unsigned int share)
{
	return (mib ? (unsigned long)mib * (SZ_1M >> PAGE_SHIFT) : totalram_pages() / share)
	       << PAGE_SHIFT;
}

static unsigned long session_limit(void)
{
	return limit(READ_ONCE(session_memory), 8);
}

static unsigned long all_limit(void)
{
	return limit(READ_ONCE(all_memory), 4);
}

/* Create a charge for the current process's cgroup, with one reference; or NULL. */
struct vsys_charge *vsys_charge_new(void)
{
	struct vsys_charge *c = kzalloc(sizeof(*c), GFP_KERNEL_ACCOUNT);

	if (!c)
		return NULL;
	refcount_set(&c->refs, 1);
	c->memcg = get_mem_cgroup_from_mm(current->mm);
	return c;
}

void vsys_charge_put(struct vsys_charge *c)
{
	if (!refcount_dec_and_test(&c->refs))
		return;
	WARN_ON_ONCE(atomic_long_read(&c->bytes));
	mem_cgroup_put(c->memcg);
	kfree(c);
}

/*
 * Is there some memory left in the cgroup of vsys_charge_begin()?  If we took the last of it,
 * the next page fault of the opener would kill it.
 */
bool vsys_charge_margin(void)
{
	void *probe = kvmalloc(MARGIN, VSYS_GFP_CHARGED);

	kvfree(probe);
	return probe;
}

/* Is there room for so many bytes more? */
bool vsys_charge_fits(const struct vsys_charge *c, size_t bytes)
{
	return atomic_long_read(&c->bytes) + bytes <= session_limit() &&
	       atomic_long_read(&all_bytes) + bytes <= all_limit();
}

/**
 * vsys_charge_take() - count memory that is about to be allocated
 * @c: the session's
 * @bytes: to be given back by vsys_charge_return()
 * @ring: a ring, which counts against the limit of the session, too; the state of its
 *	vCPU does not, as it remembers that the ring was refused
 *
 * Return: false if a limit of the module's parameters is reached.
 */
bool vsys_charge_take(struct vsys_charge *c, size_t bytes, bool ring)
{
	unsigned long own = atomic_long_add_return(bytes, &c->bytes);
	unsigned long all = atomic_long_add_return(bytes, &all_bytes);

	if ((!ring || own <= session_limit()) && all <= all_limit()) {
		vsys_charge_get(c);
		return true;
	}
	atomic_long_sub(bytes, &all_bytes);
	atomic_long_sub(bytes, &c->bytes);
	return false;
}

void vsys_charge_return(struct vsys_charge *c, size_t bytes)
{
	atomic_long_sub(bytes, &all_bytes);
	atomic_long_sub(bytes, &c->bytes);
	vsys_charge_put(c);
}
