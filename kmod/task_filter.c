// SPDX-License-Identifier: GPL-2.0
/* VSYS_TASK_FILTER: which tasks' calls does a session want? */
#include <linux/hash.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "rewrite/glob.h"
#include "session.h"
#include "task_filter.h"

enum { PROBES = 8 };

u32 vsys_rules_by_task;

/* The text of a field, or NULL; UTF-16 becomes UTF-8 in @buf. */
static const u8 *text_of(const union vsys_task_image *image, u32 kind, u8 *buf, u32 *len)
{
	const struct vsys_rec_task *rec = &image->rec;
	const struct vsys_capture *cap = (const void *)(rec + 1);
	u32 i;

	for (i = 0; i < rec->captures; i++) {
		if (cap->arg == kind) {
			*len = cap->len;
			if (cap->kind != VSYS_CAP_WSTRING)
				return (const u8 *)(cap + 1);
			*len = vsys_glob_utf8((const u8 *)(cap + 1), cap->len, buf);
			return buf;
		}
		cap = (const void *)(cap + 1) + ALIGN(cap->len, 8);
	}
	*len = strnlen(rec->name, sizeof(rec->name));
	return kind == VSYS_TASK_NAME ? (const u8 *)rec->name : NULL;
}

static u64 number_of(const struct vsys_rec_task *rec, u32 kind)
{
	switch (kind) {
	case VSYS_TASK_TID:
		return rec->tid;
	case VSYS_TASK_PID:
		return rec->pid;
	case VSYS_TASK_PPID:
		return rec->ppid;
	case VSYS_TASK_UID:
		return rec->uid;
	case VSYS_TASK_START:
		return rec->start;
	case VSYS_TASK_VPID:
		return rec->vpid;
	case VSYS_TASK_PIDNS:
		return rec->pidns;
	case VSYS_TASK_CGROUP:
		return rec->cgroup;
	default:
		return rec->session;
	}
}

/* The process's entry in the table of trees, or a place for it. */
static struct vsys_task_member *member(struct vsys_task_conds *conds, u32 vm, u32 pid)
{
	struct vsys_task_member *m, *room = NULL;
	u32 at = hash_64((u64)vm << 32 | pid, VSYS_TASK_TREE_BITS), i;

	for (i = 0; i < PROBES; i++) {
		m = &conds->members[(at + i) % (1 << VSYS_TASK_TREE_BITS)];
		if (m->trees && m->vm == vm && m->pid == pid)
			return m;
		if (!room && !m->trees)
			room = m;
	}
	return room ?: &conds->members[at];
}

/*
 * The trees that the process is in, as a bit mask of conditions.  Its parent's count when
 * it is seen first: later it may have another parent.
 */
static u32 trees_of(struct vsys_task_conds *conds, u32 vm, const struct vsys_rec_task *rec)
{
	u64 need = BIT_ULL(VSYS_TASK_PID) | BIT_ULL(VSYS_TASK_PPID);
	struct vsys_task_member *m, *parent;
	unsigned long flags;
	u32 trees = 0, i;

	if ((rec->known & need) != need)
		return 0;
	raw_spin_lock_irqsave(&conds->lock, flags);
	m = member(conds, vm, rec->pid);
	if (m->trees && m->vm == vm && m->pid == rec->pid && m->start == rec->start) {
		trees = m->trees;
	} else {
		parent = member(conds, vm, rec->ppid);
		if (parent->vm == vm && parent->pid == rec->ppid)
			trees = parent->trees;
		for (i = 0; i < conds->count; i++)
			if (conds->cond[i].what == VSYS_TASK_TREE &&
			    conds->cond[i].value == rec->pid)
				trees |= BIT(i);
		/* Also forgets a process that had this id before. */
		if (trees || (m->vm == vm && m->pid == rec->pid))
			*m = (struct vsys_task_member){ vm, rec->pid, rec->start, trees };
	}
	raw_spin_unlock_irqrestore(&conds->lock, flags);
	return trees;
}

static bool cond_holds(const struct vsys_task_cond *c, const union vsys_task_image *image,
		       bool in_tree, u8 *buf)
{
	bool negated = c->flags & VSYS_TASK_NOT;
	const u8 *text;
	u32 len;

	if (c->what == VSYS_TASK_TREE)
		return image->rec.task && in_tree != negated;
	if (!(image->rec.known & BIT_ULL(c->what)))
		return false;
	if (c->what < VSYS_TASK_NAME)
		return (number_of(&image->rec, c->what) == c->value) != negated;
	text = text_of(image, c->what, buf, &len);
	return text && vsys_glob_match((const u8 *)c->glob, strnlen(c->glob, sizeof(c->glob)),
				       text, len, false) != negated;
}

/**
 * vsys_task_conds_hold() - decide for a task
 * @v: the vCPU, its task up to date; interrupts are off, or in an RCU reader
 * @conds: the conditions
 */
bool vsys_task_conds_hold(const struct vsys_vcpu *v, struct vsys_task_conds *conds)
{
	const union vsys_task_image *image = &v->task.image;
	u64 wanted = 0, held = 0;
	bool refused = false;
	u32 trees, i;

	RCU_LOCKDEP_WARN(!irqs_disabled() && !rcu_read_lock_held(), "conditions on tasks");
	trees = trees_of(conds, v->vm->pid, &image->rec);
	for (i = 0; i < conds->count; i++) {
		const struct vsys_task_cond *c = &conds->cond[i];
		bool holds = cond_holds(c, image, trees & BIT(i), v->text);

		if (c->flags & VSYS_TASK_NOT) {
			refused |= !holds;
		} else {
			/* VSYS_TASK_TREE has the bit of no kind. */
			wanted |= BIT_ULL(c->what % VSYS_TASK_TREE);
			held |= (u64)holds << (c->what % VSYS_TASK_TREE);
		}
	}
	return !refused && wanted == held;
}

/* Decide for the vCPU's task, and remember it in the tap of the session. */
bool vsys_task_filter_decide(const struct vsys_vcpu *v, struct vsys_tap *tap,
			     struct vsys_task_conds *conds)
{
	tap->conds = conds->id;
	tap->task = v->task.seq;
	tap->task_passes = vsys_task_conds_hold(v, conds);
	return tap->task_passes;
}

static int conds_check(struct vsys_task_conds *conds)
{
	const struct vsys_task_cond *c;

	for (c = conds->cond; c < conds->cond + conds->count; c++) {
		if (c->flags & ~VSYS_TASK_NOT || !c->what ||
		    (c->what >= VSYS_TASK_KIND_NR && c->what != VSYS_TASK_TREE))
			return -EINVAL;
		conds->patterns += c->what >= VSYS_TASK_NAME && c->what != VSYS_TASK_TREE;
	}
	return 0;
}

/**
 * vsys_task_conds_read() - read conditions on tasks
 * @from: user address of struct vsys_task_cond
 * @count: how many, 0 to VSYS_TASK_CONDS_MAX
 *
 * Return: the conditions, for kvfree(); NULL if there are none; or an error.
 */
struct vsys_task_conds *vsys_task_conds_read(u64 from, u32 count)
{
	struct vsys_task_conds *conds;
	static atomic64_t ids;
	int err = -EFAULT;

	if (!count)
		return NULL;
	conds = kvzalloc(sizeof(*conds), GFP_KERNEL_ACCOUNT);
	if (!conds)
		return ERR_PTR(-ENOMEM);
	raw_spin_lock_init(&conds->lock);
	conds->id = atomic64_inc_return(&ids);
	conds->count = count;
	if (!copy_from_user(conds->cond, u64_to_user_ptr(from), count * sizeof(conds->cond[0])))
		err = conds_check(conds);
	if (!err)
		return conds;
	kvfree(conds);
	return ERR_PTR(err);
}

/* VSYS_TASK_FILTER */
int vsys_task_filter(struct vsys_session *s, struct vsys_task_filter *in)
{
	struct vsys_task_conds *conds;

	if (in->flags || in->reserved || in->count > VSYS_TASK_CONDS_MAX)
		return -EINVAL;
	conds = vsys_task_conds_read(in->conds, in->count);
	if (IS_ERR(conds))
		return PTR_ERR(conds);
	vsys_tap_tasks_set(s, conds);
	return 0;
}
