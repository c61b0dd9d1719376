// SPDX-License-Identifier: GPL-2.0
/*
 * The CPU has the PDPTEs in registers, which MOV to CR3 loads: what memory has since
 * does not matter (Intel SDM vol. 3A, 4.4.1).  An AMD CPU with nested paging reads
 * them from memory whenever it likes (APM vol. 2, 15.25.10).
 */
#include "lib/rt.h"

enum { CODE = 0x40000000 };

extern const u8 vector_stubs[256][16];

static void arrives(const char *name, int at, u64 event)
{
	struct regs in;

	test_begin("%s", name);
	fill_regs(&in, (void *)(CODE + at), USER_CS32);
	run(&in);
	test_eq("event", this_cpu()->out.vector, event);
	test_end();
}

void guest_main(void)
{
	u64 *pdpte, was;

	if (cpu_is_amd()) {
		test_begin("PDPTEs");
		test_skip("AMD reads them from memory");
		return;
	}
	this_cpu()->irq_stop = 1;
	set_sysenter(KERNEL_CS, test_stack(), (uintptr_t)entry_sysenter);
	set_gate(0x80, vector_stubs[0x80], 0xee);
	map_page(CODE, (uintptr_t)alloc_page(), PTE_P | PTE_W | PTE_U);
	pdpte = (u64 *)(uintptr_t)(read_cr3() & ~31UL) + CODE / 0x40000000;
	/* SYSENTER; INT 80h; SYSEXIT */
	memcpy((void *)CODE, "\x0f\x34\xcd\x80", 4);
	write_cr3(read_cr3());
	arrives("SYSENTER", 0, EV_SYSENTER);
	was = *pdpte;
	*pdpte = 0;
	arrives("SYSENTER, its PDPTE cleared in memory", 0, EV_SYSENTER);
	arrives("INT 80h, the same", 2, 0x80);
	*pdpte = MINIVM_PD | PTE_P;
	arrives("SYSENTER, its PDPTE changed in memory", 0, EV_SYSENTER);
	*pdpte = was;
}
