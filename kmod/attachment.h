/* SPDX-License-Identifier: GPL-2.0 */
/* The table of attachments. */
#ifndef VSYS_ATTACHMENT_H
#define VSYS_ATTACHMENT_H

#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>

struct kvm;
struct mm_struct;
struct vsys_session;

/* One VSYS_ATTACH.  Read in RCU, changed under vsys_lock. */
struct vsys_attachment {
	struct rhlist_head node;	/* attachments */
	struct list_head own;	/* vsys_session.attachments */
	struct vsys_session *session;
	struct mm_struct *mm;	/* of the VM's process; NULL: all machines */
	u64 order;		/* of the attaches */
	s32 pid;		/* as passed to VSYS_ATTACH */
	u32 profile;
	u32 doors;		/* bit mask: doors to trap */
	u32 blind;		/* bit mask: doors this host cannot trap */
	struct rcu_head rcu;
};

#define vsys_for_each_attachment(a, pos, mm) \
	rhl_for_each_entry_rcu(a, pos, vsys_attachments_of(mm), node)

extern u32 vsys_attachment_generation;	/* counts changes, under vsys_lock */

struct rhlist_head *vsys_attachments_of(const struct mm_struct *mm);
bool vsys_attachment_wanted(const struct kvm *kvm);
bool vsys_attachment_covers(const struct vsys_session *s, const struct mm_struct *mm);
u32 vsys_attachment_profile(const struct kvm *kvm);
int vsys_attachment_add(struct vsys_attachment *a);
void vsys_attachment_remove(struct vsys_attachment *a);
void vsys_attachment_free(struct vsys_attachment *a);
int vsys_attachment_init(void);
void vsys_attachment_unhook(void);
void vsys_attachment_exit(void);

#endif /* VSYS_ATTACHMENT_H */
