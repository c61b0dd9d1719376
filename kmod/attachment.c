// SPDX-License-Identifier: GPL-2.0
/* The table of attachments, and the hooks, which stay as long as it has any. */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/rhashtable.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "arch.h"
#include "attachment.h"
#include "session.h"
#include "starved.h"
#include "vm.h"

enum { UNHOOK_DELAY = 3 * HZ };

static struct rhltable attachments;	/* by @mm */
static const struct rhashtable_params attachments_params = {
	.key_len = sizeof(struct mm_struct *),
	.key_offset = offsetof(struct vsys_attachment, mm),
	.head_offset = offsetof(struct vsys_attachment, node),
	.automatic_shrinking = true,
};

u32 vsys_attachment_generation;
static u32 nr_attachments;	/* under vsys_lock */

/* The attachments to @mm; called in RCU or with vsys_lock held, for that long. */
struct rhlist_head *vsys_attachments_of(const struct mm_struct *mm)
{
	struct rhlist_head *list;

	RCU_LOCKDEP_WARN(!rcu_read_lock_held() && !lockdep_is_held(&vsys_lock), "attachments");
	rcu_read_lock();
	list = rhltable_lookup(&attachments, &mm, attachments_params);
	rcu_read_unlock();
	return list;
}

/* Does an attachment cover the machine? */
bool vsys_attachment_wanted(const struct kvm *kvm)
{
	bool wanted;

	rcu_read_lock();
	wanted = vsys_attachments_of(NULL) || vsys_attachments_of(kvm->mm);
	rcu_read_unlock();
	return wanted;
}

/* The profile of the first attach that covers a machine, which one does. */
u32 vsys_attachment_profile(const struct kvm *kvm)
{
	struct mm_struct *mms[] = { NULL, kvm->mm };
	struct vsys_attachment *a;
	struct rhlist_head *pos;
	u64 order = U64_MAX;
	u32 profile = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(mms); i++)
		vsys_for_each_attachment(a, pos, mms[i])
			if (a->order < order) {
				order = a->order;
				profile = a->profile;
			}
	return profile;
}

/* Does an attachment of @s cover @mm?  NULL: all machines. */
bool vsys_attachment_covers(const struct vsys_session *s, const struct mm_struct *mm)
{
	const struct mm_struct *mms[] = { NULL, mm };
	struct vsys_attachment *a;
	struct rhlist_head *pos;
	int i;

	for (i = 0; i < ARRAY_SIZE(mms); i++)
		vsys_for_each_attachment(a, pos, mms[i])
			if (a->session == s)
				return true;
	return false;
}

/*
 * Stay loaded while another module hooks KVM after this one: it calls our functions, and
 * may restore them at its end.
 */
static void foreign_pin(bool foreign)
{
	static bool pinned;	/* under vsys_lock */

	if (foreign == pinned)
		return;
	pinned = foreign;
	if (foreign) {
		pr_warn("another module has hooked KVM, cannot unload before it\n");
		__module_get(THIS_MODULE);
	} else {
		module_put(THIS_MODULE);
	}
}

/*
 * Patch KVM's text seldom: readers may come and go every moment.  A vCPU in the slow
 * path needs the hooks, too.
 */
static void unhook_fn(struct work_struct *work)
{
	mutex_lock(&vsys_lock);
	if (!nr_attachments) {
		bool removed = list_empty(&vsys_vms) && vsys_hook_remove();

		foreign_pin(!removed && vsys_hook_foreign());
		if (!removed)
			queue_delayed_work(vsys_wq, to_delayed_work(work), UNHOOK_DELAY);
	}
	mutex_unlock(&vsys_lock);
}

static DECLARE_DELAYED_WORK(unhook, unhook_fn);

int __init vsys_attachment_init(void)
{
	return rhltable_init(&attachments, &attachments_params);
}

static bool hook_remove(void)
{
	bool removed;

	mutex_lock(&vsys_lock);
	removed = vsys_hook_remove();
	mutex_unlock(&vsys_lock);
	return removed;
}

/* No session is attached, no vCPU is traced, nor will be. */
void vsys_attachment_unhook(void)
{
	cancel_delayed_work_sync(&unhook);
	/* Hooked since the last detach, too late to refuse: wait. */
	while (!hook_remove()) {
		pr_warn_once("another module has hooked KVM, unloading waits for it\n");
		msleep(100);
	}
}

/* No hook is executed any more. */
void vsys_attachment_exit(void)
{
	rhltable_destroy(&attachments);
}

/* Called with vsys_lock held.  Return: 0, with the hooks installed, or an error. */
int vsys_attachment_add(struct vsys_attachment *a)
{
	static u64 order;
	int err;

	lockdep_assert_held(&vsys_lock);
	a->order = ++order;
	if (!nr_attachments) {
		err = vsys_hook_install();
		if (err)
			return err;
	}
	err = rhltable_insert(&attachments, &a->node, attachments_params);
	if (err) {
		if (!nr_attachments)
			mod_delayed_work(vsys_wq, &unhook, UNHOOK_DELAY);
		return err;
	}
	list_add_tail(&a->own, &a->session->attachments);
	a->session->attaches++;
	nr_attachments++;
	return 0;
}

/* Remove @a, which stays valid until vsys_attachment_free(); called with vsys_lock held. */
void vsys_attachment_remove(struct vsys_attachment *a)
{
	lockdep_assert_held(&vsys_lock);
	rhltable_remove(&attachments, &a->node, attachments_params);
	list_del(&a->own);
	a->session->attaches--;
	if (--nr_attachments)
		return;
	vsys_starved_drop_all();
	foreign_pin(vsys_hook_foreign());
	mod_delayed_work(vsys_wq, &unhook, UNHOOK_DELAY);
}

static void attachment_free_rcu(struct rcu_head *rcu)
{
	kfree(container_of(rcu, struct vsys_attachment, rcu));
}

/* A vCPU may still compare its mm with @a->mm, but does not follow it. */
void vsys_attachment_free(struct vsys_attachment *a)
{
	if (a->mm)
		mmdrop(a->mm);
	call_rcu(&a->rcu, attachment_free_rcu);	/* not kfree_rcu(), see vcpu_free() */
}
