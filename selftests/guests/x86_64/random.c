// SPDX-License-Identifier: GPL-2.0
/*
 * Random code around the doors, in random states: a traced guest must see what an
 * untraced one sees.  Prints a hash of all results for each block of rounds;
 * run-random.sh compares them.  Nothing is judged here.
 *
 * --arg: the seed, in bits 63:32 what else (see enum)
 */
#include "lib/rt.h"

enum { CODE = 0x20000000, SECOND = CODE + 0x1000, DATA = 0x20004000, TARGET = CODE + 0x80 };
enum { BLOCK = 250, STORE = 0x100, FRAME = 0x800, MAX = 16 };
/* Of vm_arg: rounds / 250, the block to print in detail plus 1, and a fault to be found. */
enum { ARG_BLOCKS = 32, ARG_DETAIL = 44, ARG_FAULT = 60 };

#define DR6_BS	(1UL << 14)

extern const u8 vector_stubs[256][16];

static const struct {
	u8 length, bytes[4];
	u8 where;
} doors[] = {
	{ 2, { 0x0f, 0x05 } },			/* SYSCALL, often */
	{ 2, { 0x0f, 0x05 } },
	{ 2, { 0x0f, 0x07 } },			/* SYSRET */
	{ 3, { 0x48, 0x0f, 0x07 } },
	{ 2, { 0xcd, 0x80 } },
	{ 2, { 0xcd, 0x80 } },
	{ 2, { 0xcd, 0x2e } },
	{ 2, { 0xcd, 0x21 } },
	{ 1, { 0xcc } },
	{ 1, { 0xcf } },			/* IRET */
	{ 2, { 0x48, 0xcf } },
	{ 2, { 0x0f, 0x0b } },			/* UD2 */
	{ 3, { 0x0f, 0x01, 0x0b } },		/* SIDT (RBX) */
	{ 3, { 0x0f, 0x01, 0x03 } },		/* SGDT (RBX) */
	{ 3, { 0x0f, 0x00, 0x03 } },		/* SLDT (RBX) */
	{ 3, { 0x0f, 0x00, 0x0b } },		/* STR (RBX) */
	{ 1, { 0x90 } },
	/* From here on not on AMD, where they are undefined in long mode. */
	{ 2, { 0x0f, 0x34 } },			/* SYSENTER, SYSEXIT */
	{ 2, { 0x0f, 0x35 } },
	{ 3, { 0x48, 0x0f, 0x35 } },
};

enum { SYSCALL, SYSCALL2, SYSRETL, SYSRETQ, INT21 = 7 };
enum { DOORS = sizeof(doors) / sizeof(doors[0]), AMD_DOORS = DOORS - 3 };

struct round {
	u8 code[MAX];
	u32 length, door;
	u64 start;
	bool irq, second;
	u64 dr7, dr0;
	struct regs in;
};

static u64 state;

static u64 random(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1d;
}

/* Below @n. */
static u32 below(u32 n)
{
	return (random() >> 33) % n;
}

static bool one_in(u32 n)
{
	return !below(n);
}

static u64 random_flags(void)
{
	u64 f = X86_FIXED;

	if (!one_in(3))
		f |= random() & (X86_STATUS | X86_IF | X86_DF | X86_AC | X86_ID);
	f |= one_in(8) ? X86_TF : 0;
	f |= one_in(8) ? X86_RF : 0;
	f |= one_in(16) ? X86_NT : 0;
	return one_in(8) ? f | X86_IOPL : f;
}

static void make_code(struct round *r)
{
	static const u8 prefixes[] = {
		0x66, 0x67, 0xf2, 0xf3, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65, 0x40, 0x48, 0x4e,
	};
	enum { REX = 10 };
	u32 n = one_in(2) ? 0 : one_in(4) ? below(MAX - 2) : below(3), i;

	r->door = below(cpu_is_amd() ? AMD_DOORS : DOORS);
	/* No REX has B, which makes RBX R11.  QEMU TCG obeys any REX. */
	for (i = 0; i < n; i++)
		r->code[i] = prefixes[below(cpu_is_amd() && i < n - 1 ? REX : sizeof(prefixes))];
	for (i = 0; i < doors[r->door].length && n < MAX; i++)
		r->code[n++] = doors[r->door].bytes[i];
	r->length = n;
	r->start = one_in(3) ? SECOND - 1 - below(n) : CODE + 0x200;
	r->second = !one_in(3);
}

static void make_frame(struct regs *in)
{
	static const u16 selectors[] = { USER_CS, USER_CS32, KERNEL_CS, 0 };
	u64 *frame = (u64 *)(DATA + FRAME);

	frame[0] = one_in(16) ? 1ULL << 63 : TARGET;
	frame[1] = selectors[below(4)];
	frame[2] = random_flags();
	frame[3] = DATA + 0x400;
	frame[4] = frame[1] & 3 ? USER_SS : KERNEL_SS;
	in->rsp = one_in(8) ? SECOND + 0xffc : DATA + FRAME;
}

static void make_regs(struct round *r)
{
	static const u16 selectors[] = { USER_CS, USER_CS, USER_CS32, KERNEL_CS };
	u16 cs = selectors[below(4)];
	struct regs *in = &r->in;

	if (cs == USER_CS32)
		fill_regs32(in, (void *)r->start, cs);
	else
		fill_regs(in, (void *)r->start, cs);
	in->rflags = random_flags();
	/* No system call that any tracer knows by its effect. */
	in->rax = 39;
	in->rbx = one_in(4) ? DATA + 0x1000 - 1 - below(10) : DATA + STORE;
	/* (BP + DI) with prefix 67h in 32-bit code */
	in->rbp = 0x10000;
	in->rdi = 0x20800;
	in->rcx = one_in(8) ? 1ULL << 47 : TARGET;
	in->rdx = one_in(8) ? 1ULL << 47 : TARGET;
	in->r11 = random_flags();
	if (r->door == SYSRETL || r->door == SYSRETQ) {
		/* Both load RF, and Bochs traps if TF was set before. */
		in->r11 &= ~X86_RF;
		in->rflags = (in->rflags & ~X86_TF) | (in->r11 & X86_TF);
	}
	make_frame(in);
}

static void make_gate(int vector, bool any)
{
	static const u8 types[] = { 0xee, 0xef, 0x8e, 0x6e };

	set_gate(vector, vector_stubs[vector], any ? types[below(4)] : 0xee);
}

static void make_machine(struct round *r, void *first, void *second, void *data)
{
	static const u32 masks[] = { 0, X86_IF, X86_TF | X86_IF | X86_DF | X86_NT | X86_AC };
	bool refused = one_in(3);
	u32 mask;

	make_gate(0x80, refused);
	make_gate(0x2e, refused);
	set_idt_limit(refused && one_in(4) ? 0x80 * 16 + below(17) : 256 * 16 - 1);
	mask = masks[below(3)];
	wrmsr(MSR_SFMASK, mask);
	/* Bochs traps although SYSCALL clears TF. */
	if (!cpu_is_amd() && r->door <= SYSCALL2)
		r->in.rflags &= ~(mask & X86_TF);
	set_sysenter(one_in(8) ? 0 : KERNEL_CS, test_stack(), (u64)entry_sysenter);
	map_page(SECOND, (u64)second, r->second ? PTE_P | PTE_W | PTE_U : 0);
	if (one_in(4)) {
		r->dr0 = one_in(2) ? r->start : one_in(2) ? (u64)entry_lstar : TARGET;
		r->dr7 |= 2;
	}
	if (one_in(4))
		r->dr7 |= 8 | 1 << 20;		/* DR1: a byte is written */
	r->irq = one_in(16);
	if (one_in(32))
		drop_page(one_in(2) ? first : one_in(2) ? second : data);
	/* Untraced, KVM injects an INT n again at the next instruction, where it may fault. */
	if (one_in(64) && !(cpu_is_amd() && (refused || r->door == INT21)))
		drop_idt();
}

static u64 hash(u64 h, const void *p, u32 n)
{
	const u64 *q = p;

	for (; n; n -= 8)
		h = (h ^ *q++) * 0x9e3779b97f4a7c15;
	return h ^ h >> 32;
}

static void print_round(u32 i, const struct round *r)
{
	u32 k;

	print("# round %u:", i);
	for (k = 0; k < r->length; k++)
		print(" %x", (u32)r->code[k]);
	print(" at %lx, CS %lx, RFLAGS %lx, DR7 %lx, DR0 %lx", r->start, r->in.cs, r->in.rflags,
	      r->dr7, r->dr0);
	print(", RBX %lx, R11 %lx, IRQ %u, second %u\n", r->in.rbx, r->in.r11, r->irq, r->second);
}

static void print_result(const struct regs *out, u64 h)
{
	print("#   event %lx error %lx RIP %lx RFLAGS %lx CS %lx SS %lx RSP %lx", out->vector,
	      out->error, out->rip, out->rflags, out->cs, out->ss, out->rsp);
	print(" RCX %lx R11 %lx CR2 %lx DR6 %lx hash %lx\n", out->rcx, out->r11, out->cr2,
	      out->dr6, h);
}

/* What the emulated CPUs do wrong with a door of their own, and the module right. */
static void forgive(const struct round *r, struct regs *out)
{
	out->rflags &= ~X86_RF;
	/* QEMU TCG loses status flags and DF. */
	if (cpu_is_amd() && r->door <= SYSCALL2)
		out->rflags &= ~(X86_STATUS | X86_DF);
	if (out->vector != PF)
		out->cr2 = 0;
	if (out->vector != DB)
		out->dr6 = 0;
	/*
	 * Both merge a trap with the breakpoint of the next instruction, SDM vol. 3A,
	 * table 6-2, and QEMU TCG reports those that are off.
	 */
	if (r->dr7 & 2)
		out->dr6 &= ~DR6_BS;
	out->dr6 &= ~(u64)(r->dr7 & 8 ? 13 : 15);
}

static u64 one_round(u32 i, void **pages, bool print_it)
{
	struct regs *out = &this_cpu()->out;
	struct round r = { .dr7 = 0x400 };
	u64 h = 0;

	state = (u32)vm_arg * 0x9e3779b97f4a7c15 + i * 0xbf58476d1ce4e5b9 + 1;
	random();
	memset((void *)DATA, 0x5a, 4096);
	make_code(&r);
	make_regs(&r);
	make_machine(&r, pages[0], pages[1], pages[2]);
	memcpy((u8 *)pages[0] + (r.start - CODE), r.code,
	       r.start + r.length > SECOND ? SECOND - r.start : r.length);
	if (r.start + r.length > SECOND)
		memcpy(pages[1], r.code + (SECOND - r.start), r.start + r.length - SECOND);
	if (print_it)
		print_round(i, &r);
	if (r.irq)
		apic_self_irq(IRQ_VECTOR);
	asm volatile("mov %0, %%dr0; mov %1, %%dr1; mov %2, %%dr7"
		     : : "r" (r.dr0), "r" (r.in.rbx), "r" (r.dr7));
	run(&r.in);
	asm volatile("mov %0, %%dr7" : : "r" (0x400UL));
	if (out->vector == IRQ_VECTOR)
		apic_eoi();
	else if (r.irq)
		h = apic_irq_taken();
	set_idt_limit(256 * 16 - 1);
	forgive(&r, out);
	out->rax ^= vm_arg >> ARG_FAULT && i == BLOCK / 2;
	h = hash(h, out, offsetof(struct regs, cr3));
	h = hash(h, pages[2], 4096);
	memset((u8 *)pages[0] + 0x200, 0xcc, MAX);
	memset((u8 *)pages[0] + 4096 - MAX, 0xcc, MAX);
	memset(pages[1], 0xcc, MAX);
	if (print_it)
		print_result(out, h);
	return h;
}

void guest_main(void)
{
	u32 blocks = vm_arg >> ARG_BLOCKS & 0xfff, which = vm_arg >> ARG_DETAIL & 0xfff, b, i;
	void *pages[3];
	u64 h;

	apic_init();
	this_cpu()->irq_stop = 1;
	for (i = 0; i < 3; i++) {
		pages[i] = alloc_page();
		memset(pages[i], 0xcc, 4096);
	}
	map_page(CODE, (u64)pages[0], PTE_P | PTE_W | PTE_U);
	map_page(DATA, (u64)pages[2], PTE_P | PTE_W | PTE_U);
	for (b = 0; b < blocks; b++) {
		for (i = h = 0; i < BLOCK; i++)
			h = (h ^ one_round(b * BLOCK + i, pages, b + 1 == which)) *
			    0x9e3779b97f4a7c15;
		print("# block %u: %lx\n", b, h);
	}
	test_begin("random rounds");
	test_end();
}
