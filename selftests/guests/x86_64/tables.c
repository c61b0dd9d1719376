// SPDX-License-Identifier: GPL-2.0
/*
 * Instructions on descriptor tables are the CPU's own: SIDT, SGDT, STR and SLDT to
 * memory that a breakpoint watches, with a breakpoint on themselves, single-stepped,
 * in an interrupt shadow, across into an absent page, and with any prefix; LGDT, LIDT,
 * LLDT and LTR.
 *
 * Judged against Intel SDM vol. 2, SIDT, vol. 3B, 17.2.3, 17.3.1.1 and 17.3.1.4; AMD APM
 * vol. 2, 13.1.3.
 */
#include "lib/rt.h"

enum { HIGH_IDT = 0x22000000, DATA = 0x20000000, ABSENT = DATA + 0x1000 };
enum { DR7_OFF = 0x400, DR7_EXEC0 = 0x402, DR7_WRITE1 = 0x400 | 8 | 1 << 20 | 3 << 22 };
#define DR6_B0	0xffff0ff1
#define DR6_B1	0xffff0ff2
#define DR6_BS	0xffff4ff0

extern const u8 vector_stubs[256][16];
extern const char sidt[], sgdt[], str[], sldt[], sidt_66[], sldt_66[], loads[], shadowed[],
	shadowed_sidt[];

#ifdef __x86_64__
#define BX "%rbx"
enum { CS = USER_CS };
#else
#define BX "%ebx"
enum { CS = USER_CS32 };
#endif
asm(".pushsection .text\n"
    "sidt: sidt (" BX ")\n"
    "	nop; int3\n"
    "sgdt: sgdt (" BX ")\n"
    "	nop; int3\n"
    "str: str (" BX ")\n"
    "	nop; int3\n"
    "sldt: sldt (" BX ")\n"
    "	nop; int3\n"
    "sidt_66: .byte 0x66, 0x0f, 0x01, 0x0b\n"
    "	nop; int3\n"
    "sldt_66: .byte 0x66, 0x0f, 0x00, 0x03\n"
    "	nop; int3\n"
    "shadowed: sti\n"
    "shadowed_sidt: sidt (" BX ")\n"
    "	nop; int3\n"
    "loads: sgdt (" BX ")\n"
    "	lgdt (" BX ")\n"
    "	sidt (" BX ")\n"
    "	lidt (" BX ")\n"
    "	xor %eax, %eax\n"
    "	lldt %ax\n"
    "	int3\n"
    ".popsection");

struct stores {
	const char *name, *code;
	u64 length, bytes;
};

static const struct stores all[] = {
	{ "SIDT", sidt, 3, 6 },
	{ "SGDT", sgdt, 3, 6 },
	{ "STR", str, 3, 2 },
	{ "SLDT", sldt, 3, 2 },
	{ "66 SIDT", sidt_66, 4, 6 },
	{ "66 SLDT", sldt_66, 4, 2 },
};

static void set_dr(uintptr_t dr0, uintptr_t dr1, uintptr_t dr7)
{
	asm volatile("mov %0, %%dr0; mov %1, %%dr1; mov %2, %%dr7"
		     : : "r" (dr0), "r" (dr1), "r" (dr7));
}

/* The state after one event of @s at @cs: a #DB with @dr6 after it. */
static void traps(const struct stores *s, const char *what, u64 cs, u64 rflags, u64 dr6,
		  bool watched)
{
	static u8 to[16] __attribute__((aligned(16)));
	struct regs in, want;

	fill_regs(&in, s->code, cs);
	in.rbx = (uintptr_t)to;
	in.rflags |= rflags;
	want = in;
	want.vector = DB;
	want.dr6 = dr6;
	want.rip += s->length;
	want.rflags &= ~X86_RF;
	memset(to, 0x5a, sizeof(to));
	test_begin("%s %s, CS %x", s->name, what, (u32)cs);
	if (watched)
		set_dr(0, (uintptr_t)to, DR7_WRITE1);
	run(&in);
	set_dr(0, 0, DR7_OFF);
	test_regs(&want);
	test_eq("the byte behind it", to[15], 0x5a);
	test_eq("written", to[0] != 0x5a || to[1] != 0x5a, true);
	test_end();
}

/* A breakpoint on the instruction hits once: the handler returns with RF. */
static void executes(const struct stores *s, u64 cs)
{
	static u8 to[16];
	struct regs in, want;

	fill_regs(&in, s->code, cs);
	in.rbx = (uintptr_t)to;
	want = in;
	want.vector = DB;
	want.dr6 = DR6_B0;
	test_begin("%s, a breakpoint on it, CS %x", s->name, (u32)cs);
	set_dr((uintptr_t)s->code, 0, DR7_EXEC0);
	run(&in);
	this_cpu()->out.rflags &= ~X86_RF;
	test_regs(&want);
	in.rflags |= X86_RF;
	want.vector = BP;
	want.rip += s->length + 2;
	run(&in);
	set_dr(0, 0, DR7_OFF);
	/* QEMU TCG pushes RF for INT3. */
	this_cpu()->out.rflags &= ~X86_RF;
	test_regs(&want);
	test_end();
}

/* Across into an absent page: #PF there. */
static void faults(const struct stores *s, u64 cs)
{
	u8 *end = (u8 *)ABSENT - 1;
	struct regs in, want;

	fill_regs(&in, s->code, cs);
	in.rbx = (uintptr_t)end;
	in.rflags |= X86_IF;
	want = in;
	want.vector = PF;
	want.error = cs & 3 ? 6 : 2;
	want.cr2 = ABSENT;
	want.rflags |= X86_RF;
	*end = 0x5a;
	test_begin("%s into an absent page, CS %x", s->name, (u32)cs);
	run(&in);
	test_regs(&want);
	test_eq("nothing is written", *end, 0x5a);
	test_end_cpu(cpu_is_amd() && *end != 0x5a, "QEMU TCG stores byte by byte");
}

/* All of the base is stored, whatever the operand size outside 64-bit mode. */
static void whole_base(void)
{
	struct { u16 limit; uintptr_t base; } __attribute__((packed)) was, is;
	struct regs in;

	asm volatile("sidt %0" : "=m" (was));
	map_page(HIGH_IDT, was.base, PTE_P | PTE_W);
	is = was;
	is.base = HIGH_IDT;
	asm volatile("lidt %0" : : "m" (is));
	test_begin("66 SIDT has all of the base");
	is.base = 0;
	fill_regs32(&in, sidt_66, USER_CS32);
	in.rbx = (uintptr_t)&is;
	run(&in);
	test_eq("event", this_cpu()->out.vector, BP);
	test_eq("limit", is.limit, was.limit);
	test_eq("base", (u32)is.base, HIGH_IDT);
	asm volatile("lidt %0" : : "m" (was));
	test_end_cpu(cpu_is_amd() && (u32)is.base == (HIGH_IDT & 0xffffff),
		     "QEMU TCG stores 24 bits");
}

/* The page is absent from nested tables, so the instruction exits on its way. */
static void dropped(const struct stores *s, u64 cs, void *page)
{
	u8 *to = (u8 *)ABSENT - 16;
	struct regs in, want;

	fill_regs(&in, s->code, cs);
	in.rbx = (uintptr_t)to;
	in.rflags |= X86_TF;
	want = in;
	want.vector = DB;
	want.dr6 = DR6_BS;
	want.rip += s->length;
	memset(to, 0x5a, 16);
	test_begin("%s, TF, to memory absent from nested tables, CS %x", s->name, (u32)cs);
	drop_page(page);
	run(&in);
	test_regs(&want);
	test_eq("written", to[0] != 0x5a || to[1] != 0x5a, true);
	test_end_cpu(this_cpu()->out.rip == in.rip, "Bochs traps before it, after the EPT violation");
}

/* An interrupt waits while STI holds it back, and comes right after. */
static void in_shadow(void)
{
	static u8 to[16];
	struct regs in, want;

	set_gate(IRQ_VECTOR, vector_stubs[IRQ_VECTOR], 0x8e);
	fill_regs(&in, shadowed, KERNEL_CS);
	in.rbx = (uintptr_t)to;
	want = in;
	want.vector = IRQ_VECTOR;
	want.rip = (uintptr_t)shadowed_sidt + 3;
	want.rflags |= X86_IF;
	test_begin("STI, SIDT, an interrupt");
	run_shadowed(&in, (uintptr_t)shadowed_sidt, IRQ_VECTOR);
	test_regs(&want);
	apic_eoi();
	test_end_rf(&want);
}

static void loads_work(void)
{
	static u8 to[16];
	struct regs in;

	test_begin("LGDT, LIDT, LLDT");
	fill_regs(&in, loads, KERNEL_CS);
	in.rbx = (uintptr_t)to;
	run(&in);
	test_eq("event", this_cpu()->out.vector, BP);
	test_end();
}

void guest_main(void)
{
	static const u64 rings[] = { CS, KERNEL_CS };
	void *page = alloc_page();
	unsigned int i, c;

	apic_init();
	this_cpu()->irq_stop = 1;
	map_page(DATA, (uintptr_t)page, PTE_P | PTE_W | PTE_U);
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		for (c = 0; c < ARRAY_SIZE(rings); c++) {
			traps(&all[i], "to watched memory", rings[c], 0, DR6_B1, true);
			traps(&all[i], "stepped", rings[c], X86_TF, DR6_BS, false);
			traps(&all[i], "stepped, to watched memory", rings[c], X86_TF,
			      DR6_B1 | DR6_BS, true);
			executes(&all[i], rings[c]);
			faults(&all[i], rings[c]);
			dropped(&all[i], rings[c], page);
		}
	}
	whole_base();
	in_shadow();
	loads_work();
}
