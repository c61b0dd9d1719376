// SPDX-License-Identifier: GPL-2.0
/*
 * The page tables change and the guest omits INVLPG.  The CPU
 * may use the old translation or the new one (Intel SDM vol. 3A, 4.10.4; AMD
 * APM vol. 2, 5.5), so both outcomes are right; a hang, or anything else, is
 * not.  After INVLPG only the new one is.
 */
#include "lib/rt.h"

enum { CODE = 0x20000000, ROUNDS = 100 };

static u64 page, other;

static void set_pte(u64 value, bool flush)
{
	*pte_of((void *)CODE) = value;
	asm volatile("" : : : "memory");
	if (flush)
		invlpg((void *)CODE);
}

/* One SYSCALL; the vector tells the outcome: EV_SYSCALL or @instead. */
static bool try(u64 instead, bool must_work, bool must_not)
{
	const struct regs *out = &this_cpu()->out;
	struct regs in, call, fault;

	fill_regs(&in, (void *)CODE, USER_CS);
	expect_syscall(&call, &in, 2);
	fault = in;
	fault.vector = instead;
	fault.rflags |= X86_RF;
	fault.cr2 = CODE;
	fault.error = instead == PF ? 0x14 : 0;
	run(&in);
	if (must_work || (!must_not && out->vector == EV_SYSCALL))
		return test_regs(&call);
	return test_regs(&fault);
}

static void change(const char *name, u64 pte, u64 instead)
{
	unsigned int old = 0;
	int i;

	test_begin("%s", name);
	for (i = 0; i < ROUNDS; i++) {
		set_pte(page | PTE_P | PTE_U, true);
		if (!try(instead, true, false))
			break;
		set_pte(pte, false);
		if (!try(instead, false, false))
			break;
		old += this_cpu()->out.vector == EV_SYSCALL;
		set_pte(pte, true);
		if (!try(instead, false, true))
			break;
	}
	print("# %s: the old translation was used %u times of %u\n", name, old, i);
	test_end();
}

void guest_main(void)
{
	page = (u64)alloc_page();
	other = (u64)alloc_page();
	memcpy((void *)page, "\x0f\x05", 2);
	memcpy((void *)other, "\x0f\x0b", 2);
	map_page(CODE, page, PTE_P | PTE_U);
	change("the code is unmapped", 0, PF);
	change("another page is mapped", other | PTE_P | PTE_U, UD);
}
