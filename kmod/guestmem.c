// SPDX-License-Identifier: GPL-2.0
/*
 * Bounded reads of guest-virtual memory, with interrupts off or on: only of memory
 * that the maker of the call may read.
 */
#include <linux/hash.h>

#include "arch.h"
#include "copy.h"
#include "guestmem.h"
#include "paging_rights.h"
#include "ram.h"

static void cache_forget(struct vsys_mem *m)
{
	int i;

	for (i = 0; i < VSYS_XLATS_ALL; i++)
		WRITE_ONCE(m->xlat[i].page, ~0ULL);
	vsys_mem_unpin(m);
	for (i = 0; i < VSYS_PAGES; i++)
		WRITE_ONCE(m->pages[i].gfn, ~0ULL);
	vsys_ram_filter_clear(m);
}

/**
 * vsys_mem_init() - prepare to read the memory of a vCPU's guest
 * @m: zeroed
 * @vcpu: the vCPU, on its own thread
 *
 * Return: 0, to be undone by vsys_mem_exit(), or an error.
 */
int vsys_mem_init(struct vsys_mem *m, struct kvm_vcpu *vcpu)
{
	m->kvm = vcpu->kvm;
	m->vcpu = vcpu;
	m->budget = VSYS_CALL_BYTES;
	m->door[0] = m->door[1] = m->xlat;
	cache_forget(m);
	return vsys_ram_open(m);
}

void vsys_mem_exit(struct vsys_mem *m)
{
	vsys_ram_close(m);
}

/* Address of @gpa in the VM process, or NULL; @readonly: a ROM.  Called in kvm->srcu. */
void __user *vsys_mem_user(struct kvm *kvm, u64 gpa, bool *readonly)
{
	gfn_t gfn = gpa >> PAGE_SHIFT;
	struct kvm_memory_slot *slot;
	unsigned long hva;

	slot = search_memslots(kvm_memslots(kvm), gfn, false);
	if (!slot || slot->flags & KVM_MEMSLOT_INVALID)
		return NULL;
	hva = __gfn_to_hva_memslot(slot, gfn) + offset_in_page(gpa);
	if (!access_ok((void __user *)hva, PAGE_SIZE - offset_in_page(gpa)))
		return NULL;
	*readonly = slot->flags & KVM_MEM_READONLY;
	return (void __user *)hva;
}

static bool page_fill(struct vsys_mem *m, struct vsys_page *p, u64 gfn)
{
	u64 generation = vsys_mem_generation(m);
	bool readonly;
	unsigned long hva = (unsigned long)vsys_mem_user(m->kvm, gfn << PAGE_SHIFT, &readonly);

	WRITE_ONCE(p->gfn, ~0ULL);
	p->at = hva ? vsys_ram_page(m, hva, false) : NULL;
	if (!p->at)
		return false;
	vsys_ram_filter_add(m, hva);
	WRITE_ONCE(p->hva, hva);
	/* Do not cache a page found while memslots were changing. */
	p->generation = generation & KVM_MEMSLOT_GEN_UPDATE_IN_PROGRESS ? ~0ULL : generation;
	WRITE_ONCE(p->gfn, gfn);
	return true;
}

/**
 * vsys_mem_page() - get a page of a walk
 * @m: memory; interrupts are off; called in kvm->srcu
 * @x: the translation
 * @n: index of the page in it
 * @gpa: address in the page
 *
 * Return: kernel address of @gpa, or NULL.
 */
const void *vsys_mem_page(struct vsys_mem *m, struct vsys_xlat *x, int n, u64 gpa)
{
	u64 gfn = gpa >> PAGE_SHIFT;
	struct vsys_page *p = &m->pages[gfn & (VSYS_PAGES - 1)];

	lockdep_assert_irqs_disabled();
	if ((READ_ONCE(p->gfn) != gfn || p->generation != vsys_mem_generation(m)) &&
	    !page_fill(m, p, gfn))
		return NULL;
	WRITE_ONCE(m->hva[x - m->xlat][n], p->hva);
	return p->at + offset_in_page(gpa);
}

static bool walk(struct vsys_mem *m, u64 gva, struct vsys_xlat *x)
{
	static const u64 nothing;
	int i;

	if ((m->root & VSYS_PAGING_MASK) != VSYS_PAGING_NONE)
		return vsys_paging_walk(m, gva, x);
	for (i = 0; i < VSYS_LEVELS; i++) {
		x->pte[i].at = &nothing;
		x->pte[i].val = 0;
	}
	x->rights = VSYS_RIGHT_WRITE | VSYS_RIGHT_USER;
	m->gpa = gva;
	x->data = vsys_mem_page(m, x, 0, gva & PAGE_MASK);
	return x->data;
}

/*
 * Let ram.c see the translation @x, or only the pages of a failed walk.  False if a page
 * may have been invalidated since the walk began.  Pairs with ram_begin().
 */
static bool publish(struct vsys_mem *m, struct vsys_xlat *x, u64 gva)
{
	if (x)
		WRITE_ONCE(x->page, gva >> PAGE_SHIFT);
	smp_mb();
	if (vsys_ram_same(m->ram, m->seq))
		return true;
	cache_forget(m);
	return false;
}

/* Doors have sets of their own: no data evicts what each call needs. */
static __always_inline u32 set_of(const struct vsys_mem *m, u64 gva)
{
	u64 key = (gva >> PAGE_SHIFT) + m->root;

	if (!m->fetch)
		return hash_64(key, VSYS_DATA_BITS);
	return (1 << VSYS_DATA_BITS) + hash_64(key, VSYS_DOOR_BITS) +
	       (m->who == VSYS_WHO_USER ? 1 << VSYS_DOOR_BITS : 0);
}

/* The cached translation of @gva, maybe an outdated one, or NULL. */
static __always_inline struct vsys_xlat *find(struct vsys_mem *m, u64 gva)
{
	struct vsys_xlat *x = &m->xlat[set_of(m, gva) * VSYS_WAYS], *end = x + VSYS_WAYS;

	for (; x < end; x++)
		if (data_race(x->page) == gva >> PAGE_SHIFT && x->root == m->root)
			return x;
	return NULL;
}

/* The place for a new translation of @gva. */
static struct vsys_xlat *place(struct vsys_mem *m, u64 gva)
{
	struct vsys_xlat *x = find(m, gva), *ways;
	u32 set = set_of(m, gva), i;

	if (x)
		return x;
	ways = &m->xlat[set * VSYS_WAYS];
	for (i = 0; i < VSYS_WAYS; i++)
		if (READ_ONCE(ways[i].page) == ~0ULL)
			return &ways[i];
	return &ways[m->victim[set]++ % VSYS_WAYS];
}

/* Interrupts are off, and stay off as long as the result is used. */
static struct vsys_xlat *translate(struct vsys_mem *m, u64 gva, struct vsys_xlat *x)
{
	struct kvm *kvm = m->kvm;
	bool ok;
	int idx;

	lockdep_assert_irqs_disabled();
	m->missing = 0;
	if (unlikely(m->fills >= VSYS_FILTER_FILLS))
		cache_forget(m);
	idx = srcu_read_lock(&kvm->srcu);
	m->seq = vsys_ram_seq(m->ram);
	x->generation = vsys_mem_generation(m);
	WRITE_ONCE(x->page, ~0ULL);
	memset(m->hva[x - m->xlat], 0, sizeof(m->hva[0]));
	ok = walk(m, gva, x);
	x->root = m->root;
	/* Do not cache a walk done while memslots were changing. */
	if (x->generation & KVM_MEMSLOT_GEN_UPDATE_IN_PROGRESS ||
	    x->generation != vsys_mem_generation(m))
		x->root = ~0ULL;
	if (!publish(m, ok ? x : NULL, gva)) {
		m->absent = true;
		m->missing = 0;
		ok = false;
	}
	srcu_read_unlock(&kvm->srcu, idx);
	return ok ? x : NULL;
}

/* Charge a read to the budget; returns how many of @len bytes are left to it. */
static __always_inline u32 afford(struct vsys_mem *m, u32 len)
{
	u32 n = min(len, m->bytes);

	if (m->atomic) {
		if (m->absent)
			return 0;
		if (!m->reads || n < len) {
			m->absent = m->spent = true;
			return 0;
		}
		m->reads--;
	} else if (n < len) {
		m->spent = true;
	}
	m->bytes -= n;
	return n;
}

/* Charge a walk to the budget; false if it is used up. */
static bool afford_walk(struct vsys_mem *m)
{
	if (m->atomic && !m->walks) {
		m->absent = m->spent = true;
		return false;
	}
	m->walks--;
	return true;
}

/*
 * Copy characters of @unit bytes up to the first NUL, or @n bytes; returns how many.
 * The host is little-endian.
 */
static u32 copy_string(void *dst, const void *src, u32 n, u32 unit)
{
	u64 ones = unit == 1 ? 0x0101010101010101 : 0x0001000100010001;
	u64 word, nul = 0, highs = ones << (8 * unit - 1);
	unsigned long i, whole = round_down(n, sizeof(word));

	for (i = 0; i < whole; i += sizeof(word)) {
		memcpy(&word, src + i, sizeof(word));
		OPTIMIZER_HIDE_VAR(word);	/* read once */
		memcpy(dst + i, &word, sizeof(word));
		nul = (word - ones) & ~word & highs;
		if (nul)
			break;
	}
	if (!nul && i < n) {
		word = 0;
		memcpy(&word, src + i, n - i);
		memcpy(dst + i, &word, n - i);
		nul = (word - ones) & ~word & highs;
	}
	/* The lowest bit is exact: borrows go upwards. */
	return nul ? min_t(u32, n, i + round_down(__ffs64(nul) / 8, unit)) : n;
}

/* A new walk for a page that the cache does not have, or of which it denies the read. */
static noinline struct vsys_xlat *walk_again(struct vsys_mem *m, u64 gva)
{
	struct vsys_xlat *x = afford_walk(m) ? translate(m, gva, place(m, gva)) : NULL;

	return x && vsys_paging_may_read(m, x->rights) ? x : NULL;
}

/* Copy up to @len bytes of a page; interrupts are off.  Returns how many, or -1. */
static __always_inline int read_now(struct vsys_mem *m, u64 gva, void *dst, u32 len, u32 unit)
{
	struct vsys_xlat *x = find(m, gva);

	lockdep_assert_irqs_disabled();
	if (unlikely(!x || !vsys_xlat_holds(x, m->root, gva) ||
		     x->generation != vsys_mem_generation(m) || !vsys_paging_may_read(m, x->rights))) {
		x = walk_again(m, gva);
		if (!x)
			return -1;
	}
	if (m->fetch)
		m->door[m->who == VSYS_WHO_USER] = x;
	if (!unit)
		vsys_copy(dst, x->data + offset_in_page(gva), len);
	else
		len = copy_string(dst, x->data + offset_in_page(gva), len, unit);
	if (likely(x->generation == vsys_mem_generation(m)))
		return len;
	m->absent = true;	/* the slots have changed: walk again */
	m->missing = 0;
	return -1;
}

/* Wait for the absent page, if sleeping is allowed; true if a retry may succeed. */
static bool retry(struct vsys_mem *m, int *tries)
{
	bool again = !m->atomic && m->absent && vsys_ram_wait(m, tries);

	if (!m->atomic)
		m->absent = false;
	return again;
}

static noinline int read_page_slow(struct vsys_mem *m, u64 gva, void *dst, u32 len, u32 unit)
{
	int tries = VSYS_RAM_TRIES, got;

	do {
		local_irq_disable();
		got = read_now(m, gva, dst, len, unit);
		local_irq_enable();
	} while (got < 0 && retry(m, &tries));
	return got;
}

/* Inline, as most calls read some small pieces of memory. */
static __always_inline int read_page(struct vsys_mem *m, u64 gva, void *dst, u32 len, u32 unit)
{
	return likely(m->atomic) ? read_now(m, gva, dst, len, unit) :
				   read_page_slow(m, gva, dst, len, unit);
}

/* Let all words of vsys_mem_pin() be zero. */
void vsys_mem_unpin(struct vsys_mem *m)
{
	int i;

	for (i = 0; i < VSYS_PINS; i++)
		WRITE_ONCE(m->pin[i], &vsys_ram_zero);
}

/**
 * vsys_mem_pin() - get the address of a word, for more than one read
 * @m: memory, with a budget
 * @i: index in @m->pin, which is set
 * @gva: address of eight bytes
 *
 * With interrupts off the word may be read until @m->pin[0] is another.  Changes of page
 * tables and memory slots are not noticed, only that memory leaves the process.
 *
 * Return: the address, or NULL.
 */
const u64 *vsys_mem_pin(struct vsys_mem *m, int i, u64 gva)
{
	struct vsys_xlat *x = &m->xlat[VSYS_XLATS + i];

	lockdep_assert_irqs_disabled();
	if (offset_in_page(gva) > PAGE_SIZE - sizeof(u64) || !vsys_paging_linear(m, &gva) ||
	    !afford_walk(m))
		return NULL;
	x = translate(m, gva, x);
	if (!x || !vsys_paging_may_read(m, x->rights))
		return NULL;
	WRITE_ONCE(m->pin[i], x->data + offset_in_page(gva));
	smp_mb();	/* pairs with ram_begin() */
	if (vsys_ram_same(m->ram, m->seq))
		return m->pin[i];
	cache_forget(m);
	return NULL;
}

/**
 * vsys_mem_walk() - translate a guest-virtual address
 * @m: memory, where sleeping is allowed; @m->gpa, writable and user are set
 * @gva: address
 *
 * Return: true if the maker of the call may read it.
 */
bool vsys_mem_walk(struct vsys_mem *m, u64 gva)
{
	struct vsys_xlat *x;
	int tries = VSYS_RAM_TRIES;
	bool ok = false;

	might_sleep();
	if (!vsys_paging_linear(m, &gva))
		return false;
	do {
		local_irq_disable();
		x = translate(m, gva, place(m, gva));
		if (x) {
			m->user = x->rights & VSYS_RIGHT_USER;
			m->writable = vsys_paging_may_write(m, x->rights);
			ok = vsys_paging_may_read(m, x->rights);
		}
		local_irq_enable();
	} while (!x && retry(m, &tries));
	return ok;
}

/**
 * vsys_mem_read() - read guest-virtual memory
 * @m: memory; @m->absent is set if a retry with sleeping may succeed, @m->spent if the
 *     budget of the call is used up
 * @gva: address; the read stops where addresses wrap
 * @dst: destination
 * @len: bytes
 *
 * Return: how many bytes were read, up to the first absent page.
 */
u32 vsys_mem_read(struct vsys_mem *m, u64 gva, void *dst, u32 len)
{
	u32 done = 0;

	len = afford(m, len);
	while (done < len) {
		u32 n = min_t(u32, len - done, PAGE_SIZE - offset_in_page(gva));
		u64 at = gva;

		if (!vsys_paging_linear(m, &at))
			break;
		if (read_page(m, at, dst + done, n, 0) < 0)
			break;
		done += n;
		gva += n;
		if (!gva)
			break;
	}
	return done;
}

/**
 * vsys_mem_string() - read a string from guest-virtual memory
 * @m: memory; @m->absent and @m->spent as by vsys_mem_read()
 * @gva: address; the read stops where addresses wrap
 * @dst: destination; bytes behind the string are undefined
 * @len: maximum of bytes, a multiple of @unit
 * @unit: bytes of a character
 * @ended: out: a NUL ended the string
 *
 * Return: how many bytes were read before the NUL, or up to the first absent page.
 */
u32 vsys_mem_string(struct vsys_mem *m, u64 gva, void *dst, u32 len, u32 unit, bool *ended)
{
	u32 done, want, room;
	int got = 0;

	*ended = false;
	for (done = 0; done < len && !*ended; done += got, gva += got) {
		u64 at = gva;

		if (done && !gva)
			break;
		room = PAGE_SIZE - offset_in_page(gva);
		want = round_down(min3(len - done, room, m->bytes), unit) ?: unit;
		if (room < unit) {	/* a character in two pages */
			if (vsys_mem_read(m, gva, dst + done, unit) < unit)
				break;
			got = copy_string(dst + done, dst + done, unit, unit);
		} else {
			if (afford(m, want) < want || !vsys_paging_linear(m, &at))
				break;
			got = read_page(m, at, dst + done, want, unit);
			if (got < 0)
				break;
			m->bytes += want - got;
		}
		*ended = got < want;
	}
	return done;
}
