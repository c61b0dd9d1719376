// SPDX-License-Identifier: GPL-2.0
/*
 * Which thread of the guest makes a call?  A recipe of user space's says where the
 * guest's kernel keeps the task that runs; see <linux/vsyscalls_task.h>.
 *
 * The usual call costs one comparison for the slot and for each watched word, through
 * pointers that guestmem.c keeps.  These do not follow the guest's page tables: memory
 * of the kernel does not move while it runs, and a guest that moves it deceives about
 * its own tasks only.
 */

#include "arch.h"
#include "ram.h"
#include "rewrite/match.h"
#include "task.h"
#include "task_filter.h"
#include "task_read.h"
#include "trace.h"
#include "vm.h"

enum { WALKS = 96, READS = 255 };	/* of one task, with interrupts off */

/* The next call looks for its task.  Any thread may say so. */
void vsys_task_expire(struct vsys_vcpu *v)
{
	vsys_mem_unpin(&v->mem);
	WRITE_ONCE(v->task.slot, ~0ULL);
}

/* Without a recipe: every call is by the same unknown task. */
static void task_none(struct vsys_vcpu *v)
{
	vsys_mem_unpin(&v->mem);
	v->task.slot = 0;
	memset(v->task.watch, 0, sizeof(v->task.watch));
}

/* Tells a task from all others of its machine, also from one at its address later. */
static u64 key_of(u64 task, u64 first_watch)
{
	return (task ^ first_watch * 0x9e3779b97f4a7c15ULL) ?: 1;
}

static void begin_reads(struct vsys_mem *m, u64 root)
{
	vsys_mem_begin(m, root, true);
	m->walks = WALKS;
	m->reads = READS;
	m->bytes = 4 * VSYS_ATOMIC_BYTES;	/* all fields are read twice */
}

/* The address of the task that runs; 0: unknown. */
static u64 task_find(struct vsys_vcpu *v, const struct vsys_recipe *in, u64 *base)
{
	u64 task = 0;

	if (!vsys_arch_task_base(v, in, base) ||
	    vsys_mem_read(&v->mem, *base + in->slot, &task, in->width) != in->width)
		return 0;
	return task;
}

/* Note the words to compare at the next call; false: not possible, or they have changed. */
static bool task_watch(struct vsys_vcpu *v, const struct vsys_recipe *in, u64 base, u64 task)
{
	struct vsys_vcpu_task *t = &v->task;
	u64 mask = in->width == 4 ? U32_MAX : U64_MAX;
	const u64 *at;
	u32 i;

	if (in->flags & VSYS_RECIPE_CLAIMED)
		return false;
	at = vsys_mem_pin(&v->mem, 0, base + in->slot);
	if (!at)
		return false;
	t->slot = READ_ONCE(*at);
	if ((t->slot & mask) != task)
		return false;
	for (i = 0; i < in->watches; i++) {
		at = vsys_mem_pin(&v->mem, 1 + i, task + in->watch[i]);
		if (!at || READ_ONCE(*at) != t->watch[i])
			return false;
	}
	return true;
}

static bool watch_read(struct vsys_vcpu *v, const struct vsys_recipe *in, u64 task, u64 *words)
{
	u32 i;

	memset(words, 0, sizeof(v->task.watch));
	for (i = 0; i < in->watches; i++)
		if (vsys_mem_read(&v->mem, task + in->watch[i], words + i, 8) != 8)
			return false;
	return true;
}

/*
 * Read the task and its fields into v->task.next, twice: another vCPU of the guest may
 * change them.  False: unknown, or its memory is absent.
 */
static bool task_read(struct vsys_vcpu *v, const struct vsys_task_recipe *r, bool partly,
		      u64 *base, u64 *task)
{
	struct vsys_vcpu_task *t = &v->task;
	u64 again[VSYS_TASK_WATCH_MAX];

	*task = task_find(v, &r->in, base);
	if (!*task || !watch_read(v, &r->in, *task, t->watch) ||
	    !vsys_task_read(&v->mem, r, *task, &t->next, partly) ||
	    !vsys_task_read(&v->mem, r, *task, &t->check, partly))
		return false;
	return t->next.rec.r.size == t->check.rec.r.size &&
	       !memcmp(&t->next, &t->check, t->next.rec.r.size) &&
	       watch_read(v, &r->in, *task, again) &&
	       !memcmp(again, t->watch, sizeof(again)) && task_find(v, &r->in, base) == *task;
}

/* Make v->task.next the image, if it differs. */
static void task_show(struct vsys_vcpu *v)
{
	struct vsys_vcpu_task *t = &v->task;
	u32 head = sizeof(struct vsys_record);

	if (t->seq && t->image.rec.r.size == t->next.rec.r.size &&
	    !memcmp(t->image.bytes + head, t->next.bytes + head, t->next.rec.r.size - head))
		return;
	t->changed = t->seq && t->image.rec.task == t->next.rec.task;
	memcpy(&t->image, &t->next, sizeof(t->image));
	t->seq++;
	vsys_trace_task(v);
}

/*
 * Find the task of the call in the slot.  False, without @partly: memory of it is absent, and
 * nothing has changed for the reader.
 */
static bool task_look(struct vsys_vcpu *v, u64 root, bool partly)
{
	const struct vsys_task_recipe *r = vsys_dereference(v->vm->recipe);
	struct vsys_vcpu_task *t = &v->task;
	bool known = false;
	u64 base, task;

	lockdep_assert_irqs_disabled();
	if (r) {
		begin_reads(&v->mem, vsys_arch_task_root(v, &r->in, root));
		known = task_read(v, r, partly, &base, &task);
		if (!known && !partly && vsys_mem_lacks(&v->mem))
			return false;
		t->key = known ? key_of(task, t->watch[0]) : 0;
		if (!known || !task_watch(v, &r->in, base, task))
			vsys_task_expire(v);
	} else {
		t->key = 0;
		task_none(v);
	}
	if (!known) {
		memset(&t->next, 0, sizeof(t->next));
		t->next.rec.r.size = sizeof(t->next.rec);
	}
	t->next.rec.task = t->key;
	if (r || t->seq)
		task_show(v);
	if (unlikely(READ_ONCE(vsys_rules_by_task)))
		vsys_match_task(v);
	v->slot.call.key.task = t->key;
	return true;
}

/**
 * vsys_task_update() - find the task of the call in the vCPU's slot
 * @v: the vCPU, at the entry
 * @root: vsys_paging_root()
 * @atomic: interrupts are off
 *
 * Return: false if this must be repeated where sleeping is allowed.
 */
bool vsys_task_update(struct vsys_vcpu *v, u64 root, bool atomic)
{
	int tries = VSYS_RAM_TRIES;
	bool done;

	if (atomic)
		return task_look(v, root, false);
	for (;;) {
		local_irq_disable();
		done = task_look(v, root, !tries);
		local_irq_enable();
		if (done)
			return true;
		if (!vsys_ram_wait(&v->mem, &tries))
			tries = 0;
	}
}

/**
 * vsys_task_key() - the task that runs now, for pairing
 * @v: the vCPU, at a return
 * @root: vsys_paging_root()
 * @key: out: as in vsys_key.task
 *
 * Return: false if memory of it is absent; see vsys_task_wait().
 */
bool vsys_task_key(struct vsys_vcpu *v, u64 root, u64 *key)
{
	const struct vsys_task_recipe *r = vsys_dereference(v->vm->recipe);
	u64 base, task, watch = 0;

	lockdep_assert_irqs_disabled();
	*key = 0;
	if (!r)
		return true;
	if (vsys_task_here(v)) {
		*key = v->task.key;
		return true;
	}
	begin_reads(&v->mem, vsys_arch_task_root(v, &r->in, root));
	task = task_find(v, &r->in, &base);
	if (task && vsys_mem_read(&v->mem, task + r->in.watch[0], &watch, 8) == 8)
		*key = key_of(task, watch);
	return !vsys_mem_lacks(&v->mem);
}

/* Where sleeping is allowed: wait for the memory that vsys_task_key() needs. */
void vsys_task_wait(struct vsys_vcpu *v, u64 root)
{
	int tries = VSYS_RAM_TRIES;
	bool there;
	u64 key;

	might_sleep();
	do {
		local_irq_disable();
		there = vsys_task_key(v, root, &key);
		local_irq_enable();
	} while (!there && vsys_ram_wait(&v->mem, &tries));
}
