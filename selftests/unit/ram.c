// SPDX-License-Identifier: GPL-2.0
/* A process gives memory up: its vCPUs do not read there any more. */
#include <linux/mmu_notifier.h>
#include <linux/sched/signal.h>

#include "../../kmod/mem_types.h"
#include "../../kmod/ram.h"
#include "ktap.h"

enum { PAGE = 4096, GONE = 16 * PAGE, HERE = 32 * PAGE, CPU = 3 };

static struct mmu_notifier *notifier;
static struct kvm_vcpu vcpu = { .cpu = CPU };
static struct vsys_mem m = { .vcpu = &vcpu };
static const u64 word = 42;
static int kicked;
bool shim_fatal;

struct mmu_notifier *mmu_notifier_get(const struct mmu_notifier_ops *ops, struct mm_struct *mm)
{
	notifier = ops->alloc_notifier(mm);
	notifier->ops = ops;
	return notifier;
}

void mmu_notifier_put(struct mmu_notifier *n)
{
	n->ops->free_notifier(n);
}

int smp_call_function_single(int cpu, void (*fn)(void *), void *arg, int wait)
{
	fn(arg);
	kicked += cpu == CPU && wait;
	return 0;
}

static int gets;

int get_user_pages_fast_only(unsigned long hva, int n, int flags, struct page **page)
{
	(void)n, (void)flags;
	*page = (struct page *)hva;
	gets++;
	return 1;
}

int get_user_pages_fast(unsigned long hva, int n, int flags, struct page **page)
{
	(void)n, (void)flags;
	*page = (struct page *)hva;
	return 1;
}

void put_page(struct page *page)
{
	(void)page;
}

void *page_address(struct page *page)
{
	return page;
}

/* Translations, cached pages and pins, of which number @gone leads to the page that goes. */
static void cache(int gone)
{
	int i;

	for (i = 0; i < VSYS_XLATS; i++) {
		m.xlat[i].page = i;
		m.hva[i][i % VSYS_HOST_PAGES] = i % 7 == gone ? GONE : HERE;
	}
	for (i = 0; i < VSYS_PINS; i++) {
		m.pin[i] = &word;
		m.hva[VSYS_XLATS + i][i % VSYS_HOST_PAGES] = i == gone ? GONE : HERE;
	}
	for (i = 0; i < VSYS_PAGES; i++) {
		m.pages[i].gfn = i;
		m.pages[i].hva = i % 7 == gone ? GONE : HERE;
	}
	vsys_ram_filter_clear(&m);
	vsys_ram_filter_add(&m, HERE);
	vsys_ram_filter_add(&m, GONE);
	kicked = 0;
}

static void invalidate_range(unsigned long at, unsigned long pages)
{
	struct mmu_notifier_range range = { at, at + pages * PAGE };

	notifier->ops->invalidate_range_start(notifier, &range);
	notifier->ops->invalidate_range_end(notifier, &range);
}

static void invalidate(unsigned long at)
{
	invalidate_range(at, 1);
}

/* Which of them are not used any more?  -1: others than number @gone. */
static bool only_gone(int gone)
{
	int i;

	for (i = 0; i < VSYS_XLATS; i++)
		if ((m.xlat[i].page == ~0ULL) != (i % 7 == gone))
			return false;
	for (i = 0; i < VSYS_PAGES; i++)
		if ((m.pages[i].gfn == ~0ULL) != (i % 7 == gone))
			return false;
	return true;
}

/* Does word @gone lead nowhere, and the first say so? */
static bool unpinned(int gone)
{
	int i;

	for (i = 0; i < VSYS_PINS; i++)
		if ((m.pin[i] == &vsys_ram_zero) != (i == gone || !i))
			return false;
	return true;
}

static u32 ones(void)
{
	u32 n = 0, i;

	for (i = 0; i < BITS_TO_LONGS(1 << VSYS_FILTER_BITS); i++)
		n += __builtin_popcountl(m.filter[i]);
	return n;
}

/* Can the page at @at be read?  If not it is on its way, not missing, and nobody looks for it. */
static bool readable(unsigned long at)
{
	int before = gets;

	m.absent = false;
	m.missing = 1;
	if (vsys_ram_page(&m, at, false))
		return gets == before + 1 && !m.absent;
	if (gets != before || !m.absent || m.missing)
		abort();
	return false;
}

/* While memory is about to go, other memory can be read. */
static void moves(void)
{
	enum { MANY = 40 };
	struct mmu_notifier_range range[MANY];
	int i, free = 0, told = 0;
	u32 seq;

	for (i = 0; i < MANY; i++)
		range[i] = (struct mmu_notifier_range){ GONE + i * 2L * PAGE, GONE + (i * 2L + 1) * PAGE };
	range[1] = range[0];	/* twice at a time */
	for (i = 0; i < MANY; i++) {
		notifier->ops->invalidate_range_start(notifier, &range[i]);
		seq = vsys_ram_seq(m.ram);
		told += !readable(range[i].start) && !readable(range[i].end - 1) &&
			!readable(range[0].start);
		free += readable(range[i].end) && vsys_ram_same(m.ram, seq);
	}
	ok(told == MANY, "a page that is about to go is not read");
	ok(free >= 16 && free < MANY, "its neighbour is, unless too many go at a time");
	for (i = MANY - 1; i > 0; i--)
		notifier->ops->invalidate_range_end(notifier, &range[i]);
	ok(!readable(GONE) && readable(range[5].start), "each has its end");
	notifier->ops->invalidate_range_end(notifier, &range[0]);
	ok(readable(GONE), "and the last one");
}

/* A page that goes is waited for as long as the thread lives, missing ones a few times. */
static void waits(void)
{
	int tries = 2, times = 0, i;

	m.missing = 0;
	for (i = 0; i < 100; i++)
		times += vsys_ram_wait(&m, &tries);
	ok(times == 100 && tries == 2, "a page that goes is waited for");
	shim_fatal = true;
	ok(!vsys_ram_wait(&m, &tries), "but not by a thread that is killed");
	m.missing = HERE;
	for (times = 0; times < 100 && vsys_ram_wait(&m, &tries); times++)
		;
	ok(times == 2, "a missing one as often as is allowed");
}

int main(void)
{
	int i, good = 0, pins = 0, kicks = 0;
	u32 seq;

	puts("TAP version 13");
	vsys_ram_open(&m);
	for (i = 0; i < VSYS_PINS; i++) {
		cache(i);
		invalidate(GONE);
		good += only_gone(i);
		pins += unpinned(i);
		kicks += kicked;
	}
	ok(good == VSYS_PINS, "translations and pages that lead there are gone, no others");
	ok(pins == VSYS_PINS, "a pinned word there is not read again");
	ok(kicks == VSYS_PINS, "the CPU is interrupted, once");
	cache(6);
	seq = vsys_ram_seq(m.ram);
	ok(vsys_ram_same(m.ram, seq), "at rest");
	invalidate(HERE + PAGE);
	ok(only_gone(-1) && m.pin[0] == &word && !kicked, "another page does not matter");
	ok(!vsys_ram_same(m.ram, seq), "but a walk meanwhile is not kept");
	cache(1);
	invalidate_range(GONE - 3 * PAGE, 5);
	ok(only_gone(1) && kicked == 1, "a range with it");
	cache(1);
	invalidate_range(0, 1000);
	ok(!only_gone(1) && kicked == 1, "a range beyond the filter: all in it");
	cache(6);
	for (i = 0; i < VSYS_FILTER_FILLS; i++)
		vsys_ram_filter_add(&m, (1000UL + i) * PAGE);
	ok(m.fills > VSYS_FILTER_FILLS && ones() <= m.fills, "the filter fills");
	invalidate(GONE);
	ok(only_gone(6) && kicked == 1, "and forgets none");
	vsys_ram_filter_clear(&m);
	ok(!m.fills && !ones(), "until it is cleared");
	moves();
	waits();
	vsys_ram_close(&m);
	return ktap_end();
}
