// SPDX-License-Identifier: GPL-2.0
/* Walks of page tables, judged by SDM vol. 3, chapter 4. */
#include "../../kmod/arch.h"
#include "guestmem.h"
#include "ktap.h"
#include "ram.h"

/* Guest memory: tables, with the physical addresses of their places. */
enum { PAGES = 8, PAGE = 4096, ENTRIES = 512, PRESENT = 1, WRITE = 2, USER = 4 };

static u64 memory[PAGES][ENTRIES];

const void *vsys_mem_page(struct vsys_mem *m, struct vsys_xlat *x, int n, u64 gpa)
{
	(void)m, (void)x, (void)n;
	return gpa < sizeof(memory) ? (u8 *)memory + gpa : NULL;
}

/* No walk here marks entries. */
void *vsys_mem_user(struct kvm *kvm, u64 gpa, bool *readonly)
{
	(void)kvm, (void)gpa, (void)readonly;
	abort();
}

void *vsys_ram_page(struct vsys_mem *m, unsigned long hva, bool write)
{
	(void)m, (void)hva, (void)write;
	abort();
}

bool vsys_ram_same(const struct vsys_ram *r, u32 seq)
{
	(void)r, (void)seq;
	abort();
}

void vsys_mark_page_dirty(struct kvm *kvm, u64 gfn)
{
	(void)kvm, (void)gfn;
	abort();
}

void pagefault_disable(void)
{
	abort();
}

void pagefault_enable(void)
{
	abort();
}

static u64 entry(int page)
{
	return page * PAGE | PRESENT | WRITE | USER;
}

/* The page that is at @gva for @root; -1: none. */
static int walked(struct vsys_mem *m, u64 root, u64 gva)
{
	struct vsys_xlat x;

	m->root = root;
	return vsys_paging_walk(m, gva, &x) ? (int)(m->gpa / PAGE) : -1;
}

/*
 * Two address spaces, at pages 0 and 1, whose PDPTEs lead to other directories.  The CPU
 * has those of one in registers: memory does not matter for it, and they do not for others.
 */
static void pdptes(void)
{
	const u64 first = 0 * PAGE | VSYS_PAGING_PAE, second = 1 * PAGE | VSYS_PAGING_PAE;
	struct vsys_mem m = {};

	memory[0][0] = 2 * PAGE | PRESENT;
	memory[1][0] = 3 * PAGE | PRESENT;
	memory[2][0] = entry(4);
	memory[3][0] = entry(5);
	memory[4][0] = entry(6);
	memory[5][0] = entry(7);
	ok(walked(&m, first, 0) == 6 && walked(&m, second, 0) == 7,
	   "PDPTEs of memory: each address space has its own");
	m.pdptes = (struct vsys_pdptes){ .in_cpu = true, .root = first, .e = { memory[0][0] } };
	memory[0][0] = 0;
	ok(walked(&m, first, 0) == 6, "in registers: memory does not matter");
	ok(walked(&m, second, 0) == 7, "they do not belong to another address space");
	m.pdptes.root = second;
	ok(walked(&m, first, 0) == -1, "nor to the first one when they are of the other");
}

/* SDM vol. 3, 4.6.1: a page is user mode's if all levels say so. */
static void rights(void)
{
	struct vsys_mem m = { .who = VSYS_WHO_USER };
	const u64 root = 0 * PAGE | VSYS_PAGING_4;
	int level;

	for (level = 0; level < 4; level++)
		memory[level][0] = entry(level + 1);
	ok(walked(&m, root, 0) == 4, "four levels");
	for (level = 0; level < 4; level++) {
		memory[level][0] &= ~(u64)USER;
		if (walked(&m, root, 0) != -1)
			break;
		memory[level][0] |= USER;
	}
	ok(level == 4, "each level can deny it to user mode");
	m.who = VSYS_WHO_KERNEL;
	memory[1][0] &= ~(u64)USER;
	ok(walked(&m, root, 0) == 4, "which does not concern the kernel");
}

/* SDM vol. 3, 4.4: where a tag is, and whether the address below it is canonical. */
static void tags(void)
{
	static const struct {
		u64 root, cr4, tagged, address;
		const char *name;
	} all[] = {
		{ 0, 0, 0x1234000012345678, 0x1234000012345678, "LAM is off: no tag" },
		{ VSYS_CR3_LAM_U48, 0, 0x7fff000012345678, 0x12345678, "a user's pointer, LAM48" },
		{ VSYS_CR3_LAM_U48, 0, 0x1234800012345678, 0x7fff800012345678,
		  "LAM48, bit 47 is not bit 63: not canonical" },
		{ VSYS_CR3_LAM_U57, 0, 0x7e00000012345678, 0x12345678, "a user's pointer, LAM57" },
		{ VSYS_CR3_LAM_U57, 0, 0x7fff000012345678, 0x7fff000012345678,
		  "LAM57, bits 62:57 only" },
		{ VSYS_CR3_LAM_U48 | VSYS_CR3_LAM_U57, 0, 0x8234800012345678, 0x8234800012345678,
		  "the kernel's pointers have none then" },
		{ VSYS_PAGING_4, 1 << 28, 0x8234800012345678, 0xffff800012345678,
		  "LAM_SUP, 4 levels" },
		{ VSYS_PAGING_5, 1 << 28, 0x83ff800012345678, 0xffff800012345678,
		  "LAM_SUP, 5 levels" },
		{ VSYS_PAGING_4, 1 << 28, 0x1234000012345678, 0x1234000012345678,
		  "which does not concern a user's" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		ok(vsys_paging_untag(all[i].root, all[i].cr4, all[i].tagged) == all[i].address,
		   all[i].name);
}

int main(void)
{
	puts("TAP version 13");
	pdptes();
	rights();
	tags();
	return ktap_end();
}
