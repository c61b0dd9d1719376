// SPDX-License-Identifier: GPL-2.0
/*
 * INT n: all registers stay, the frame is exact, and a gate that refuses it
 * makes the INT fault.  In legacy mode, or as the 64-bit guest
 * from 64-bit and compatibility code.
 *
 * Judged against Intel SDM vol. 2A, "INT n", vol. 3A, 6.12.1.1, 6.13, and AMD
 * APM vol. 3 "INT n", vol. 2, 8.7 and 8.9: pushed are the next instruction and RFLAGS
 * with RF 0; an interrupt gate clears IF, TF, NT and RF, a trap gate leaves IF; DPL <
 * CPL is #GP(n * 8 + 2), an absent gate #NP(n * 8 + 2), a vector beyond the IDT's
 * limit #GP(n * 8 + 2), all at the INT itself.
 */
#include "lib/rt.h"

enum { GATE_INT = 0x8e, GATE_TRAP = 0x8f, DPL3 = 0x60, PRESENT = 0x80 };
enum { CODE = 0x20000000, SECOND = CODE + 0x1000 };

#ifdef __x86_64__
enum { GATE_SIZE = 16 };
static const u64 user_cs[] = { USER_CS32, USER_CS };
#else
enum { GATE_SIZE = 8 };
static const u64 user_cs[] = { USER_CS32 };
#endif

extern const u8 vector_stubs[256][16];
extern const char flags_entry[], store_idtr[];

/* The handler first stores its RFLAGS. */
asm(".pushsection .text\n"
    "flags_entry: pushf\n"
#ifdef __x86_64__
    "	popq %gs:48\n"			/* PC_SCRATCH */
#else
    "	popl %gs:48\n"
#endif
    "	jmp *%gs:56\n"
#ifdef __x86_64__
    "store_idtr: sidt (%rbx)\n"	/* the same bytes */
#else
    "store_idtr: sidt (%ebx)\n"
#endif
    "	int3\n"
    ".popsection");

/* INT n, then INT3; two bytes may be prefixed. */
static u8 code[8];

static const void *int_n(int vector)
{
	code[0] = 0xcd;
	code[1] = vector;
	code[2] = 0xcc;
	return code;
}

static void open_gate(int vector, int type)
{
	this_cpu()->scratch[1] = (uintptr_t)vector_stubs[vector];
	set_gate(vector, flags_entry, type);
}

static void close_gate(int vector)
{
	set_gate(vector, vector_stubs[vector],
		 vector == BP ? GATE_INT | DPL3 : GATE_INT);
}

static void fill(struct regs *in, const void *rip, u64 cs)
{
	if (cs == USER_CS || cs == KERNEL_CS)
		fill_regs(in, rip, cs);
	else
		fill_regs32(in, rip, cs);
}

/* QEMU TCG does not clear RF in the pushed flags. */
static bool tcg_pushes_rf(const struct regs *want)
{
	struct regs known = *want;

	known.rflags |= X86_RF;
	return REGS_EQ(&known, &this_cpu()->out);
}

static void arrives(int vector, u64 cs, u64 rflags, int type)
{
	struct percpu *pc = this_cpu();
	u64 cleared = X86_TF | X86_NT | X86_RF | X86_VM;
	struct regs in, want;

	open_gate(vector, type);
	fill(&in, int_n(vector), cs);
	in.rflags |= rflags;
	want = in;
	want.vector = vector;
	want.rip += 2;
	want.rflags &= ~X86_RF;
	if ((type & 0xf) == (GATE_INT & 0xf))
		cleared |= X86_IF;
	test_begin("INT %x, CS %x, RFLAGS %lx, gate %x", vector, (u32)cs,
		   in.rflags, type);
	run(&in);
	test_regs(&want);
	test_eq("RFLAGS of the handler", pc->scratch[0], want.rflags & ~cleared);
	test_end_door(vector == 0x2e ? MINIVM_DOOR_INT2E : MINIVM_DOOR_INT80,
		      tcg_pushes_rf(&want), "QEMU TCG pushes RF");
	close_gate(vector);
}

static void all_flags(int vector)
{
	static const u64 rflags[] = {
		0, X86_IF, X86_DF, X86_AC | X86_ID, X86_NT | X86_IOPL,
		X86_STATUS, X86_RF,
		X86_STATUS | X86_IF | X86_DF | X86_IOPL | X86_NT | X86_AC |
		X86_ID | X86_RF,
	};
	unsigned int c, f;

	for (f = 0; f < ARRAY_SIZE(rflags); f++) {
		for (c = 0; c < ARRAY_SIZE(user_cs); c++) {
			arrives(vector, user_cs[c], rflags[f], GATE_INT | DPL3);
			arrives(vector, user_cs[c], rflags[f], GATE_TRAP | DPL3);
		}
		arrives(vector, KERNEL_CS, rflags[f], GATE_INT | DPL3);
		arrives(vector, KERNEL_CS, rflags[f], GATE_INT);
	}
}

static void refused(const char *what, int vector, u64 cs, u64 event)
{
	struct regs in, want;
	u64 tcg = vector * 16 + 2;
	bool wrong;

	fill(&in, int_n(vector), cs);
	in.rflags |= X86_IF | X86_SF;
	want = in;
	want.vector = event;
	want.error = vector * 8 + 2;
	want.rflags |= X86_RF;
	test_begin("INT %x, CS %x, %s", vector, (u32)cs, what);
	run(&in);
	test_regs(&want);
	want.error = tcg;
	want.rflags = this_cpu()->out.rflags;
	wrong = REGS_EQ(&want, &this_cpu()->out);
	test_end_cpu(cpu_is_amd() && wrong, "QEMU TCG: error code is vector * 16 + 2");
}

static void gates(int vector)
{
	unsigned int c;

	for (c = 0; c < ARRAY_SIZE(user_cs); c++) {
		set_gate(vector, vector_stubs[vector], GATE_INT);
		refused("gate with DPL 0", vector, user_cs[c], GP);
		set_gate(vector, vector_stubs[vector],
			 (GATE_INT | DPL3) & ~PRESENT);
		refused("gate not present", vector, user_cs[c], NP);
		set_gate(vector, vector_stubs[vector], GATE_INT & ~PRESENT);
		refused("gate with DPL 0 and not present", vector, user_cs[c], GP);
		set_idt_limit(vector * GATE_SIZE - 1);
		refused("gate beyond the limit", vector, user_cs[c], GP);
		set_idt_limit(vector * GATE_SIZE + GATE_SIZE - 2);
		refused("gate cut by the limit", vector, user_cs[c], GP);
		set_idt_limit(256 * GATE_SIZE - 1);
		arrives(vector, user_cs[c], X86_IF, GATE_INT | DPL3);
	}
	set_gate(vector, vector_stubs[vector], GATE_INT & ~PRESENT);
	refused("gate not present", vector, KERNEL_CS, NP);
	set_idt_limit(vector * GATE_SIZE - 1);
	refused("gate beyond the limit", vector, KERNEL_CS, GP);
	set_idt_limit(256 * GATE_SIZE - 1);
	close_gate(vector);
}

/* Other instructions that deliver the same kind of event as INT n. */
static void trap(const char *name, const char *bytes, int n, int vector, u64 cs)
{
	struct regs in, want;

	memcpy(code, bytes, n);
	code[n] = 0xf4;
	fill(&in, code, cs);
	in.rflags |= X86_OF;
	want = in;
	want.vector = vector;
	want.rip += n;
	test_begin("%s, CS %x", name, (u32)cs);
	run(&in);
	test_regs(&want);
	test_end();
}

static void other_vectors(void)
{
	unsigned int c;

	set_gate(OF, vector_stubs[OF], GATE_INT | DPL3);
	for (c = 0; c < ARRAY_SIZE(user_cs); c++) {
		arrives(0x21, user_cs[c], X86_IF, GATE_INT | DPL3);
		arrives(0xff, user_cs[c], X86_IF, GATE_INT | DPL3);
		arrives(0x20, user_cs[c], X86_IF, GATE_TRAP | DPL3);
		arrives(3, user_cs[c], X86_IF, GATE_INT | DPL3);
		refused("gate with DPL 0", 0x30, user_cs[c], GP);
		refused("gate with DPL 0", 13, user_cs[c], GP);
		trap("INT3", "\xcc", 1, BP, user_cs[c]);
		if (user_cs[c] == USER_CS32)
			trap("INTO", "\xce", 1, OF, user_cs[c]);
	}
	close_gate(OF);
}

/* Any prefixes, and the instruction across two pages. */
static void at(uintptr_t rip, const char *prefix, int vector)
{
	struct regs in, want;
	char *p = (char *)rip;

	while (*prefix)
		*p++ = *prefix++;
	*p++ = '\xcd';
	*p++ = vector;
	fill_regs32(&in, (void *)rip, USER_CS32);
	in.rflags |= X86_IF;
	want = in;
	want.vector = vector;
	want.rip = (uintptr_t)p;
	open_gate(vector, GATE_INT | DPL3);
	test_begin("INT %x of %u bytes at %lx", vector,
		   (u32)(p - (char *)rip), (u64)rip);
	run(&in);
	test_regs(&want);
	test_end();
	close_gate(vector);
}

static void places(int vector)
{
	at(CODE, "\x66", vector);
	at(CODE, "\xf3\x2e\x65", vector);
	at(SECOND - 1, "", vector);
	at(SECOND - 2, "", vector);
	at(SECOND - 14, "\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66", vector);
}

/* SIDT, also from ring 3, and KVM_GET_SREGS. */
static void limits(void)
{
	static const u16 all[] = { 256 * GATE_SIZE - 1, 0x81 * GATE_SIZE - 1 };
	static struct minivm_mark m;
	static u8 idtr[10];
	struct regs in;
	unsigned int i, c;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		set_idt_limit(all[i]);
		test_begin("the IDT's limit is %x", (u32)all[i]);
		for (c = 0; c <= ARRAY_SIZE(user_cs); c++) {
			bool user = c < ARRAY_SIZE(user_cs);

			memset(idtr, 0, sizeof(idtr));
			fill_regs32(&in, store_idtr, user ? user_cs[c] : KERNEL_CS);
			in.rbx = (uintptr_t)idtr;
			run(&in);
			test_eq("event", this_cpu()->out.vector, BP);
			test_eq("SIDT", *(u16 *)idtr, all[i]);
		}
		mark(&m);
		test_eq("KVM_GET_SREGS", m.sregs_idt_limit, all[i]);
		test_end();
		arrives(0x80, USER_CS32, X86_IF, GATE_INT | DPL3);
	}
	set_idt_limit(256 * GATE_SIZE - 1);
}

void guest_main(void)
{
	this_cpu()->irq_stop = 1;
	all_flags(0x80);
	all_flags(0x2e);
	gates(0x80);
	gates(0x2e);
	other_vectors();
	limits();
	if (!vm_levels())
		return;
	map_page(CODE, (uintptr_t)alloc_page(), PTE_P | PTE_W | PTE_U);
	alloc_page();
	map_page(SECOND, (uintptr_t)alloc_page(), PTE_P | PTE_W | PTE_U);
	places(0x80);
	places(0x2e);
}
