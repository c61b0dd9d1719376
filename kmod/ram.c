// SPDX-License-Identifier: GPL-2.0
/*
 * The VM process's memory through the kernel's direct map.  get_user_pages_fast()
 * refuses mappings of devices, so nothing but RAM is read.
 *
 * The address of a page is kept without a reference, as in KVM's caches of
 * pages: an MMU notifier reports when the page goes.  Readers run with interrupts off
 * and take no lock.  The notifier forgets the translations that lead to its range, then
 * interrupts the CPU of each vCPU that had one: its reads end before.
 */
#include <linux/bitops.h>
#include <linux/hash.h>
#include <linux/lockdep.h>
#include <linux/mmu_notifier.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "charge.h"
#include "kick.h"
#include "mem_types.h"
#include "ram.h"
#include "vm.h"

enum {
	FILTER_PAGES = 64,	/* of an invalidation; for more all that a vCPU has is compared */
	MOVES = 16,		/* invalidations at a time whose ranges are told apart */
};

const u64 vsys_ram_zero;

/* A process with traced machines. */
struct vsys_ram {
	struct mmu_notifier notifier;
	raw_spinlock_t lock;		/* @readers; writes of @moves and @others */
	struct list_head readers;	/* vsys_mem.node */
	atomic_t begun;			/* invalidations */
	struct {
		unsigned long start, end;
	} moves[MOVES];			/* under way; an empty range: none */
	u32 others;			/* under way as well, of any range */
};

static struct vsys_ram *ram_of(struct mmu_notifier *n)
{
	return container_of(n, struct vsys_ram, notifier);
}

static u32 filter_bit(unsigned long hva)
{
	return hash_long(hva >> PAGE_SHIFT, VSYS_FILTER_BITS);
}

/* The vCPU is about to use a page of its process: let invalidations look for it. */
void vsys_ram_filter_add(struct vsys_mem *m, unsigned long hva)
{
	u32 bit = filter_bit(hva);

	/* Only its thread writes; publish() has the barrier. */
	WRITE_ONCE(m->filter[BIT_WORD(bit)], m->filter[BIT_WORD(bit)] | BIT_MASK(bit));
	m->fills++;
}

/* The vCPU has no pages any more: translations and pages are forgotten. */
void vsys_ram_filter_clear(struct vsys_mem *m)
{
	int i;

	smp_mb();	/* its reads end, and no invalidation misses a page that it still has */
	for (i = 0; i < BITS_TO_LONGS(1 << VSYS_FILTER_BITS); i++)
		WRITE_ONCE(m->filter[i], 0);
	m->fills = 0;
}

/* May the vCPU have pages in [@start, @end)?  Asks a few pages, not each one. */
static bool filter_has(const struct vsys_mem *m, unsigned long start, unsigned long end)
{
	u32 bit;

	if (end - start > FILTER_PAGES * PAGE_SIZE)
		return true;
	for (; start < end; start += PAGE_SIZE) {
		bit = filter_bit(start);
		if (READ_ONCE(m->filter[BIT_WORD(bit)]) & BIT_MASK(bit))
			return true;
	}
	return false;
}

/* Forget translations and pages in [@start, @end); false if there are none. */
static bool mem_forget(struct vsys_mem *m, unsigned long start, unsigned long end)
{
	bool found = false;
	int i, j;

	for (i = 0; i < VSYS_XLATS_ALL; i++)
		for (j = 0; j < VSYS_HOST_PAGES; j++) {
			unsigned long hva = READ_ONCE(m->hva[i][j]);

			if (hva >= start && hva < end) {
				WRITE_ONCE(m->xlat[i].page, ~0ULL);
				if (i >= VSYS_XLATS) {
					/* The word itself, and a sign that one has gone. */
					WRITE_ONCE(m->pin[i - VSYS_XLATS], &vsys_ram_zero);
					WRITE_ONCE(m->pin[0], &vsys_ram_zero);
				}
				found = true;
			}
		}
	for (i = 0; i < VSYS_PAGES; i++) {
		unsigned long hva = READ_ONCE(m->pages[i].hva);

		if (hva >= start && hva < end) {
			WRITE_ONCE(m->pages[i].gfn, ~0ULL);
			found = true;
		}
	}
	return found;
}

static void move_begin(struct vsys_ram *r, unsigned long start, unsigned long end)
{
	int i;

	lockdep_assert_held(&r->lock);
	for (i = 0; i < MOVES && r->moves[i].end; i++)
		;
	if (i == MOVES) {
		WRITE_ONCE(r->others, r->others + 1);
		return;
	}
	WRITE_ONCE(r->moves[i].start, start);
	WRITE_ONCE(r->moves[i].end, end);
}

static void move_end(struct vsys_ram *r, unsigned long start, unsigned long end)
{
	int i;

	lockdep_assert_held(&r->lock);
	for (i = 0; i < MOVES && (r->moves[i].start != start || r->moves[i].end != end); i++)
		;
	if (i < MOVES)
		WRITE_ONCE(r->moves[i].end, 0);
	else if (r->others)
		WRITE_ONCE(r->others, r->others - 1);
}

/* May the page at @hva be about to go? */
static bool ram_moves(const struct vsys_ram *r, unsigned long hva)
{
	int i;

	for (i = 0; i < MOVES; i++)
		if (hva >= READ_ONCE(r->moves[i].start) && hva < READ_ONCE(r->moves[i].end))
			return true;
	return READ_ONCE(r->others);
}

static void ram_forget(struct vsys_ram *r, unsigned long start, unsigned long end)
{
	struct vsys_mem *m;

	lockdep_assert_held(&r->lock);
	atomic_inc(&r->begun);
	smp_mb__after_atomic();
	list_for_each_entry(m, &r->readers, node)
		if (filter_has(m, start, end) && mem_forget(m, start, end)) {
			/* A vCPU that runs on another CPU by now has seen that; pairs with the
			 * barriers of the context switch after vcpu->cpu is set.
			 */
			smp_mb();
			vsys_kick_cpu(READ_ONCE(m->vcpu->cpu));
		}
}

/*
 * Pairs with publish() in guestmem.c: it sees @begun, or its page is seen here.  A walk that
 * has seen @begun sees the range, too, see vsys_ram_seq().
 */
static int ram_begin(struct mmu_notifier *n, const struct mmu_notifier_range *range)
{
	struct vsys_ram *r = ram_of(n);

	raw_spin_lock(&r->lock);
	move_begin(r, range->start, range->end);
	smp_wmb();
	ram_forget(r, range->start, range->end);
	raw_spin_unlock(&r->lock);
	return 0;
}

static void ram_end(struct mmu_notifier *n, const struct mmu_notifier_range *range)
{
	struct vsys_ram *r = ram_of(n);

	raw_spin_lock(&r->lock);
	smp_mb();	/* the page tables have changed; pairs with vsys_ram_page() */
	move_end(r, range->start, range->end);
	raw_spin_unlock(&r->lock);
}

/* The process ends: its vCPUs run no more. */
static void ram_release(struct mmu_notifier *n, struct mm_struct *mm)
{
	struct vsys_ram *r = ram_of(n);

	raw_spin_lock(&r->lock);
	ram_forget(r, 0, ULONG_MAX);
	raw_spin_unlock(&r->lock);
}

static struct mmu_notifier *ram_alloc(struct mm_struct *mm)
{
	struct vsys_ram *r = kzalloc(sizeof(*r), VSYS_GFP_CHARGED);

	if (!r)
		return ERR_PTR(-ENOMEM);
	raw_spin_lock_init(&r->lock);
	INIT_LIST_HEAD(&r->readers);
	return &r->notifier;
}

static void ram_free(struct mmu_notifier *n)
{
	kfree(ram_of(n));
}

static const struct mmu_notifier_ops ram_ops = {
	.release = ram_release,
	.invalidate_range_start = ram_begin,
	.invalidate_range_end = ram_end,
	.alloc_notifier = ram_alloc,
	.free_notifier = ram_free,
};

/**
 * vsys_ram_open() - let a vCPU read its process's memory
 * @m: its memory, on a thread of the process
 *
 * Return: 0, to be undone by vsys_ram_close(), or an error.
 */
int vsys_ram_open(struct vsys_mem *m)
{
	struct mmu_notifier *n = mmu_notifier_get(&ram_ops, current->mm);

	if (IS_ERR(n))
		return PTR_ERR(n);
	m->ram = ram_of(n);
	raw_spin_lock(&m->ram->lock);
	list_add(&m->node, &m->ram->readers);
	raw_spin_unlock(&m->ram->lock);
	return 0;
}

/* Undo vsys_ram_open(): the vCPU reads no more. */
void vsys_ram_close(struct vsys_mem *m)
{
	raw_spin_lock(&m->ram->lock);
	list_del(&m->node);
	raw_spin_unlock(&m->ram->lock);
	mmu_notifier_put(&m->ram->notifier);
}

/* At unload: the notifiers are freed later than they are put. */
void vsys_ram_exit(void)
{
	mmu_notifier_synchronize();
}

/* Begin a walk; for vsys_ram_same(). */
u32 vsys_ram_seq(const struct vsys_ram *r)
{
	u32 seq = atomic_read(&r->begun);

	smp_rmb();	/* pairs with ram_begin() */
	return seq;
}

/* Has no invalidation begun since vsys_ram_seq()? */
bool vsys_ram_same(const struct vsys_ram *r, u32 seq)
{
	return atomic_read(&r->begun) == seq;
}

/**
 * vsys_ram_page() - get the kernel address of a page
 * @m: memory; interrupts are off
 * @hva: address of the page in the process
 * @write: for a write
 *
 * Return: the address, valid under the rules at the head of this file; or NULL: retry
 * after vsys_ram_wait().
 */
void *vsys_ram_page(struct vsys_mem *m, unsigned long hva, bool write)
{
	struct page *page;

	lockdep_assert_irqs_disabled();
	if (ram_moves(m->ram, hva)) {
		m->absent = true;
		m->missing = 0;
		return NULL;
	}
	smp_rmb();	/* pairs with ram_end() */
	if (get_user_pages_fast_only(hva, 1, write ? FOLL_WRITE : 0, &page) != 1) {
		m->absent = true;
		m->missing = hva;
		m->missing_write = write;
		return NULL;
	}
	put_page(page);
	return page_address(page);
}

/**
 * vsys_ram_wait() - wait for the page that made a read fail
 * @m: memory, where sleeping is allowed; @m->missing: the page, or 0 if it was about to go
 * @tries: how many missing pages may yet be waited for.  One that goes is waited for as long
 *	as that takes: no instruction of the guest there could run, either
 *
 * Return: false if a retry cannot succeed.
 */
bool vsys_ram_wait(struct vsys_mem *m, int *tries)
{
	/* Missing again: the zero page, perhaps, which gup_fast refuses.  Get a page proper. */
	bool again = m->missing == m->waited;
	struct page *page;

	might_sleep();
	if (!m->missing) {
		schedule_timeout_killable(1);
		return !fatal_signal_pending(current);
	}
	if (!*tries)
		return false;
	--*tries;
	m->waited = m->missing;
	if (!vsys_ram_hold(m->missing, m->missing_write || again, &page) &&
	    (m->missing_write || !again || !vsys_ram_hold(m->missing, false, &page)))
		return false;
	put_page(page);
	return true;
}

/**
 * vsys_ram_hold() - take a reference to a page, where sleeping is allowed
 * @hva: address in the current process
 * @write: for a write
 * @page: out: to be released with put_page()
 *
 * Return: kernel address of @hva, or NULL.
 */
void *vsys_ram_hold(unsigned long hva, bool write, struct page **page)
{
	lockdep_assert_not_held(&vsys_lock);
	might_sleep();
	if (get_user_pages_fast(hva & PAGE_MASK, 1, write ? FOLL_WRITE : 0, page) != 1)
		return NULL;
	return page_address(*page) + offset_in_page(hva);
}
