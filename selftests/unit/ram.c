// SPDX-License-Identifier: GPL-2.0
/* A process gives memory up: its vCPUs do not read there any more. */
#include <linux/mmu_notifier.h>

#include "../../kmod/mem_types.h"
#include "../../kmod/ram.h"
#include "ktap.h"

enum { PAGE = 4096, GONE = 16 * PAGE, HERE = 32 * PAGE, CPU = 3 };

static struct mmu_notifier *notifier;
static struct kvm_vcpu vcpu = { .cpu = CPU };
static struct vsys_mem m = { .vcpu = &vcpu };
static const u64 word = 42;
static int kicked;

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

int get_user_pages_fast_only(unsigned long hva, int n, int flags, struct page **page)
{
	(void)hva, (void)n, (void)flags, (void)page;
	abort();
}

int get_user_pages_fast(unsigned long hva, int n, int flags, struct page **page)
{
	(void)hva, (void)n, (void)flags, (void)page;
	abort();
}

void put_page(struct page *page)
{
	(void)page;
	abort();
}

void *page_address(struct page *page)
{
	(void)page;
	abort();
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
	ok(vsys_ram_stable(m.ram, &seq) && vsys_ram_same(m.ram, seq), "at rest");
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
	vsys_ram_close(&m);
	return ktap_end();
}
