// SPDX-License-Identifier: GPL-2.0
/* The guest's page tables. */
#include "rt.h"

enum { PER_PAGE = 512, POOL_START = 0x400000 };

void *alloc_page(void)
{
	static uintptr_t next = POOL_START;
	uintptr_t page = next;

	next += 4096;
	return (void *)page;
}

/* An entry of a page table, 4 or 8 bytes. */
static u64 get_entry(const void *e)
{
	return vm_levels() == 2 ? *(const u32 *)e : *(const u64 *)e;
}

static void set_entry(void *e, u64 value)
{
	if (vm_levels() == 2)
		*(u32 *)e = value;
	else
		*(u64 *)e = value;
}

static void *next_table(u64 entry)
{
	return (void *)(uintptr_t)(entry & 0xffffffffff000);
}

static void *walk(u64 cr3, u64 virt, bool create)
{
	int level = vm_levels(), bits = level == 2 ? 10 : 9;
	u8 *table = next_table(cr3);

	if (level == 3)		/* its root may be anywhere below 4 GiB */
		table = (u8 *)((uintptr_t)cr3 & ~31UL);
	for (; ; level--) {
		u32 index = virt >> (12 + bits * (level - 1)) & ((1 << bits) - 1);
		void *e = table + index * (bits == 10 ? 4 : 8);

		if (level == 1)
			return e;
		if (!(get_entry(e) & PTE_P)) {
			if (!create)
				return NULL;
			set_entry(e, (uintptr_t)alloc_page() | PTE_P | PTE_W | PTE_U);
		}
		table = next_table(get_entry(e));
	}
}

void map_page(u64 virt, u64 phys, u64 flags)
{
	set_entry(walk(read_cr3(), virt, true), phys | flags);
	invlpg((void *)(uintptr_t)virt);
}

/* Return and clear Accessed and Dirty of a page. */
u64 take_marks(u64 virt)
{
	void *e = walk(read_cr3(), virt, false);
	u64 marks = get_entry(e) & (PTE_A | PTE_D);

	set_entry(e, get_entry(e) & ~marks);
	invlpg((void *)(uintptr_t)virt);
	return marks;
}

/* Make a page accessible to the kernel only. */
void take_user(u64 virt)
{
	void *e = walk(read_cr3(), virt, false);

	set_entry(e, get_entry(e) & ~(u64)PTE_U);
	invlpg((void *)(uintptr_t)virt);
}

#ifdef __x86_64__
u64 *pte_in(u64 cr3, const void *address)
{
	return walk(cr3, (u64)address, false);
}

u64 *pte_of(const void *address)
{
	return pte_in(read_cr3(), address);
}

static u64 copy_table(u64 table, int level)
{
	u64 *from = (u64 *)table, *to = alloc_page();
	int i;

	for (i = 0; i < PER_PAGE; i++) {
		to[i] = from[i];
		if (level > 1 && (from[i] & PTE_P))
			to[i] = copy_table(from[i] & 0xffffffffff000, level - 1) |
				(from[i] & 0xfff);
	}
	return (u64)to;
}

/* A second set of page tables, so far equal to the first; returns its CR3. */
u64 copy_tables(void)
{
	return copy_table(read_cr3() & ~0xfffUL, vm_levels());
}
#endif
