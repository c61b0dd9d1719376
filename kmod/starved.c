// SPDX-License-Identifier: GPL-2.0
/*
 * vCPUs for whose state there was no memory: each is tried again once a second, not at
 * each exit, and counted once.
 */
#include <linux/hashtable.h>
#include <linux/jiffies.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "starved.h"

struct starved {
	struct hlist_node node;
	const struct kvm_vcpu *vcpu;
	unsigned long again;	/* jiffies */
	struct rcu_head rcu;
};

static DEFINE_HASHTABLE(table, 8);
static DEFINE_SPINLOCK(lock);	/* @table */

static struct starved *starved_find(const struct kvm_vcpu *vcpu)
{
	struct starved *e;

	hash_for_each_possible_rcu(table, e, node, (unsigned long)vcpu, lockdep_is_held(&lock))
		if (e->vcpu == vcpu)
			return e;
	return NULL;
}

/* Is it too early to try the vCPU again? */
bool vsys_starved_waits(const struct kvm_vcpu *vcpu)
{
	const struct starved *e;
	bool waits;

	rcu_read_lock();
	e = starved_find(vcpu);
	waits = e && time_before(jiffies, READ_ONCE(e->again));
	rcu_read_unlock();
	return waits;
}

/* Note that there was no memory for the vCPU; true if that is new. */
bool vsys_starved_note(const struct kvm_vcpu *vcpu)
{
	struct starved *e, *new = kmalloc(sizeof(*new), GFP_NOWAIT | __GFP_NOWARN);

	spin_lock(&lock);
	e = starved_find(vcpu);
	if (e) {
		WRITE_ONCE(e->again, jiffies + HZ);
	} else if (new) {
		new->vcpu = vcpu;
		new->again = jiffies + HZ;
		hash_add_rcu(table, &new->node, (unsigned long)vcpu);
	}
	spin_unlock(&lock);
	if (e)
		kfree(new);
	return !e;
}

static void starved_remove(struct starved *e)
{
	lockdep_assert_held(&lock);
	hash_del_rcu(&e->node);
	kfree_rcu(e, rcu);
}

/* The vCPU has a state now, or is freed. */
void vsys_starved_drop(const struct kvm_vcpu *vcpu)
{
	struct starved *e;

	spin_lock(&lock);
	e = starved_find(vcpu);
	if (e)
		starved_remove(e);
	spin_unlock(&lock);
}

/* No session is attached: vCPUs may be freed without a report. */
void vsys_starved_drop_all(void)
{
	struct hlist_node *next;
	struct starved *e;
	int i;

	spin_lock(&lock);
	hash_for_each_safe(table, i, next, e, node)
		starved_remove(e);
	spin_unlock(&lock);
}
