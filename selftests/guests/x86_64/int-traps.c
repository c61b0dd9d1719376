// SPDX-License-Identifier: GPL-2.0
/*
 * INT n with TF, in interrupt shadows, and where its delivery faults.
 *
 * A gate clears TF before the trap of the INT would come, and the pushed flags
 * have TF (Intel SDM vol. 3A, 6.12.1.3; AMD APM vol. 2, 8.7).  The shadow of STI and MOV
 * SS ends with the INT (SDM vol. 2B "STI", vol. 3A 6.8.3).  A fault of the
 * delivery is one of the INT, which is executed anew after it (SDM vol. 3A, 6.5).
 */
#include "lib/rt.h"

enum {
	GATE_INT = 0xee, GATE_TRAP = 0xef,
	FIRST_LENGTH = 2,			/* of vector_stubs[] */
	NR_WRITEV = 146, PARTS = 16, PARTS_AT = 0x300000,
};

extern const u8 vector_stubs[256][16];
extern const char code[], sti_code[], mov_ss_code[];

asm(".pushsection .text\n"
    "sti_code: sti\n"
    "code: .byte 0xcd, 0x80\n"
    "	nop\n"
    "	int3\n"
    "mov_ss_code: mov %eax, %ss\n"
    "	.byte 0xcd, 0x80\n"
    "	int3\n"
    ".popsection");

#ifdef __x86_64__
static const u64 user_cs[] = { USER_CS32, USER_CS };
#else
static const u64 user_cs[] = { USER_CS32 };
#endif

/* QEMU TCG's behaviour for an INT that is not intercepted. */
static void end(bool deviates, const char *what)
{
	test_end_door(MINIVM_DOOR_INT80, cpu_is_amd() && deviates, what);
}

static void stepped(const char *name, const char *from, u64 cs, int type)
{
	struct regs in, want;

	set_gate(0x80, vector_stubs[0x80], type);
	fill_regs32(&in, from, cs);
	in.rflags |= X86_TF | X86_IF;
	if (from == mov_ss_code)
		in.rax = USER_SS;
	want = in;
	want.vector = 0x80;
	want.rip += from == mov_ss_code ? 4 : 2;
	test_begin("%s, CS %x, gate %x", name, (u32)cs, (u32)type);
	run_shadowed(&in, (uintptr_t)mov_ss_code + 2, 0);
	test_regs(&want);
	end(false, "");
}

/* The handler is traced on, which has TF 0, and so is what IRET goes back to. */
static void step_on(u64 cs)
{
	struct regs in, want;

	set_gate(0x80, vector_stubs[0x80], GATE_INT);
	fill_regs32(&in, code, cs);
	in.rflags |= X86_TF;
	run(&in);
	in = this_cpu()->out;
	want = in;
	want.vector = DB;
	want.dr6 = 0xffff4ff0;
	want.rip++;
	test_begin("the trap comes after the instruction that IRET goes to, CS %x",
		   (u32)cs);
	run(&in);
	test_regs(&want);
	test_end();
}

/* Have the call read more pages than the module reads with interrupts off. */
static void call_writev(struct regs *in)
{
	static u32 parts[PARTS][2], page = PARTS_AT;
	int i;

	for (i = 0; i < PARTS; i++, page += 0x1000) {
		parts[i][0] = page;
		parts[i][1] = 8;
	}
	in->rax = NR_WRITEV;
	in->rcx = (uintptr_t)parts;
	in->rdx = PARTS;
}

static void pending(u64 cs, int type, bool absent)
{
	bool at_once = type == GATE_TRAP;
	uintptr_t late = (uintptr_t)vector_stubs[0x80] + FIRST_LENGTH;
	struct regs in, want;

	set_gate(0x80, vector_stubs[0x80], type);
	use_rsp0(0x80);
	*(volatile char *)(uintptr_t)(test_stack() - 1) = 0;	/* touch it now: no exit later */
	fill_regs32(&in, sti_code, cs);
	call_writev(&in);
	in.rflags |= X86_IOPL;		/* lets ring 3 use STI */
	want = in;
	want.rflags |= X86_IF;
	want.rip += 3;
	want.vector = 0x80;
	test_begin("STI; INT through gate %x with an interrupt pending, CS %x%s",
		   (u32)type, (u32)cs, absent ? ", IDT not in nested tables" : "");
	if (absent)
		drop_idt();
	run_shadowed(&in, in.rip + 1, IRQ_VECTOR);
	if (at_once) {
		test_eq("event", this_cpu()->out.vector, IRQ_VECTOR);
		test_eq("RIP", this_cpu()->out.rip, (uintptr_t)vector_stubs[0x80]);
		test_eq("CS", this_cpu()->out.cs, KERNEL_CS);
	} else {
		test_regs(&want);
	}
	if (this_cpu()->out.vector == IRQ_VECTOR)
		apic_eoi();
	test_eq("still pending", apic_irq_taken(), !at_once);
	end(at_once && this_cpu()->out.rip == late,
	    "QEMU TCG: the shadow outlives an INT");
}

/* Its #DB was taken before: RF lets it execute, also when its delivery exits. */
static void breakpoint(u64 cs)
{
	struct regs in, want;

	set_gate(0x80, vector_stubs[0x80], GATE_INT);
	fill_regs32(&in, code, cs);
	in.rflags |= X86_RF;
	want = in;
	want.vector = 0x80;
	want.rip += 2;
	want.rflags &= ~X86_RF;
	test_begin("INT with a breakpoint on it and RF, IDT not in nested tables, CS %x",
		   (u32)cs);
	asm volatile("mov %0, %%dr0; mov %1, %%dr7" : : "r" (code), "r" (0x402UL));
	drop_idt();
	run(&in);
	asm volatile("mov %0, %%dr7" : : "r" (0x400UL));
	test_regs(&want);
	end(this_cpu()->out.rflags & X86_RF, "QEMU TCG pushes RF");
}

#ifdef __x86_64__
enum { STACK = 0x20000000, ERR_W = 2 };

/* The stack of the handler is absent: #PF, and the INT works after it. */
static void absent_stack(u64 cs)
{
	struct regs in, want;

	set_gate(0x80, vector_stubs[0x80], GATE_INT);
	use_rsp0(0x80);
	set_rsp0(STACK + 0x1000);
	map_page(STACK, 0, 0);
	fill_regs32(&in, code, cs);
	in.rflags |= X86_IF;
	want = in;
	want.vector = PF;
	want.error = ERR_W;
	want.cr2 = STACK + 0x1000 - 8;
	want.rflags |= X86_RF;
	test_begin("no stack for the handler: #PF at the INT, CS %x", (u32)cs);
	run(&in);
	test_regs(&want);
	test_end();

	map_page(STACK, (u64)alloc_page(), PTE_P | PTE_W);
	in = this_cpu()->out;
	want = in;
	want.vector = 0x80;
	want.error = 0;
	want.rip += 2;
	want.rflags &= ~X86_RF;
	test_begin("and once it is there the INT arrives, CS %x", (u32)cs);
	run(&in);
	test_regs(&want);
	end(this_cpu()->out.vector == 0x80, "QEMU TCG pushes RF");
	set_rsp0(test_stack());
}
#endif

void guest_main(void)
{
	unsigned int c;

	apic_init();
	this_cpu()->irq_stop = 1;
	for (c = 0; c < ARRAY_SIZE(user_cs); c++) {
		stepped("INT with TF", code, user_cs[c], GATE_INT);
		stepped("INT with TF", code, user_cs[c], GATE_TRAP);
		stepped("MOV SS; INT with TF", mov_ss_code, user_cs[c], GATE_INT);
		step_on(user_cs[c]);
		pending(user_cs[c], GATE_INT, false);
		pending(user_cs[c], GATE_TRAP, false);
		pending(user_cs[c], GATE_INT, true);
		breakpoint(user_cs[c]);
#ifdef __x86_64__
		absent_stack(user_cs[c]);
#endif
	}
	stepped("INT with TF", code, KERNEL_CS, GATE_INT);
}
