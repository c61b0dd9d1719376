// SPDX-License-Identifier: GPL-2.0
/*
 * SYSENTER and SYSEXIT: every register after them, in legacy mode and, as the
 * 64-bit guest, in IA-32e mode.
 *
 * Judged against Intel SDM vol. 2B and AMD APM vol. 3, "SYSENTER" and "SYSEXIT":
 * IF and VM are cleared and nothing else of RFLAGS; CS and SS come from
 * SYSENTER_CS, descriptors are not read; a null SYSENTER_CS and SYSEXIT
 * at CPL 3 are #GP(0).  On AMD both are #UD in long mode.  In IA-32e mode
 * SYSEXIT with REX.W ends in 64-bit code, and requires canonical addresses.
 */
#include "lib/rt.h"

enum { CODE = 0x20000000, SECOND = CODE + 0x1000, MAX = 15 };

#define SYSENTER	"\x0f\x34"
#define SYSEXIT		"\x0f\x35"
#define REX_W		"\x48"
#define NON_CANONICAL	0x8000000000000000

extern const char call[], back[], privileged_entry[];

asm(".pushsection .text\n"
    "call: .byte 0x0f, 0x34\n"
    "	int3\n"
    "back: .byte 0x0f, 0x35\n"
    "	ud2\n"
#ifdef __x86_64__
    "privileged_entry: mov %cr0, %rax\n"
#else
    "privileged_entry: mov %cr0, %eax\n"
#endif
    "	jmp entry_sysenter\n"
    ".popsection");

#ifdef __x86_64__
static const bool is_64 = true;
static const u64 user_cs[] = { USER_CS32, USER_CS };
#else
static const bool is_64;
static const u64 user_cs[] = { USER_CS32 };
#endif

static void usual_msrs(void)
{
	set_sysenter(KERNEL_CS, test_stack(), (uintptr_t)entry_sysenter);
}

/* The deviation @known of QEMU TCG excuses the events @known1 and @known2. */
static void fault_known(const char *name, const char *code, u64 cs, u64 vector,
			u64 known1, u64 known2, const char *known)
{
	struct regs in, want;
	u64 event;

	fill_regs32(&in, code, cs);
	in.rflags |= X86_IF | X86_CF;
	want = in;
	want.vector = vector;
	want.rflags |= X86_RF;
	test_begin("%s, CS %x", name, (u32)cs);
	run(&in);
	event = this_cpu()->out.vector;
	test_regs(&want);
	test_end_cpu(cpu_is_amd() && (event == known1 || event == known2), known);
}

static void fault(const char *name, const char *code, u64 cs, u64 vector)
{
	fault_known(name, code, cs, vector, vector, vector, "");
}

/* A violation of CS's limit is #GP before any other fault. */
static void beyond_limit(void)
{
	memcpy((void *)(SECOND - 1), SYSENTER, 2);
	set_user_cs32_limit(SECOND - 1);
	fault_known("SYSENTER across the limit of CS", (char *)(SECOND - 1), USER_CS32, GP,
		    EV_SYSENTER, UD, "QEMU TCG does not look at the limit of CS");
	set_user_cs32_limit(0xffffffff);
}

static void enter(const char *name, u64 cs, u64 rflags)
{
	struct regs in, want;

	fill_regs32(&in, call, cs);
	in.rflags |= rflags;
	expect_sysenter(&want, &in);
	test_begin("%s, CS %x, RFLAGS %lx", name, (u32)cs, in.rflags);
	run(&in);
	test_regs(&want);
	test_end();
}

static void leave(const char *name, u64 rflags)
{
	struct regs in, want;

	fill_regs32(&in, back, KERNEL_CS);
	in.rcx = test_stack();
	in.rdx = (uintptr_t)call + 2;
	in.rflags |= rflags;
	expect_sysexit(&want, &in, false);
	test_begin("%s, RFLAGS %lx", name, in.rflags);
	run(&in);
	test_regs(&want);
	test_end();
}

static void flags(void)
{
	static const u64 rflags[] = {
		0, X86_IF, X86_DF, X86_AC | X86_ID, X86_NT | X86_IOPL,
		X86_STATUS, X86_RF,
		X86_STATUS | X86_IF | X86_DF | X86_IOPL | X86_NT | X86_AC |
		X86_ID | X86_RF,
	};
	unsigned int c, f;

	for (f = 0; f < ARRAY_SIZE(rflags); f++) {
		for (c = 0; c < ARRAY_SIZE(user_cs); c++)
			enter("SYSENTER", user_cs[c], rflags[f]);
		enter("SYSENTER", KERNEL_CS, rflags[f]);
		leave("SYSEXIT", rflags[f]);
	}
}

static void selectors(void)
{
	static const u16 selectors[] = { KERNEL_CS | 3, 0x50, 0xfff0 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(selectors); i++) {
		wrmsr(MSR_SYSENTER_CS, selectors[i]);
		print("# SYSENTER_CS %x\n", (u32)selectors[i]);
		enter("any SYSENTER_CS", USER_CS32, X86_IF);
		leave("any SYSENTER_CS", X86_IF);
	}
	usual_msrs();
}

static void privileged(void)
{
	struct regs in, want;
	uintptr_t cr0;

	asm("mov %%cr0, %0" : "=r" (cr0));
	wrmsr(MSR_SYSENTER_EIP, (uintptr_t)privileged_entry);
	fill_regs32(&in, call, USER_CS32);
	expect_sysenter(&want, &in);
	want.rip = (uintptr_t)entry_sysenter;
	want.rax = cr0;
	test_begin("the handler runs at CPL 0");
	run(&in);
	test_regs(&want);
	test_end();
	usual_msrs();
}

/* A null SYSENTER_CS may be written and replaced at any time. */
static void null_cs(void)
{
	static const u16 null[] = { 0, 3 };
	unsigned int i;
	bool late;

	for (i = 0; i < ARRAY_SIZE(null); i++) {
		struct regs in, want;

		wrmsr(MSR_SYSENTER_CS, null[i]);
		fill_regs32(&in, call, USER_CS32);
		want = in;
		want.vector = GP;
		want.rflags |= X86_RF;
		test_begin("SYSENTER with SYSENTER_CS %x is #GP(0)", (u32)null[i]);
		run(&in);
		late = this_cpu()->out.vector == EV_SYSENTER;
		test_regs(&want);
		test_end_cpu(null[i] && late, "QEMU TCG takes 0 only for null");
		if (!null[i]) {
			fault("SYSENTER is #GP(0)", call, KERNEL_CS, GP);
			fault("SYSEXIT is #GP(0)", back, KERNEL_CS, GP);
		}
		test_begin("SYSENTER_CS reads as %x", (u32)null[i]);
		test_eq("SYSENTER_CS", rdmsr(MSR_SYSENTER_CS), null[i]);
		test_end();
		wrmsr(MSR_SYSENTER_CS, KERNEL_CS);
		enter("SYSENTER_CS is back", USER_CS32, X86_IF);
	}
}

static void pages(void)
{
	uintptr_t first = (uintptr_t)alloc_page(), decoy, second;

	decoy = (uintptr_t)alloc_page();
	second = (uintptr_t)alloc_page();
	memset((void *)decoy, 0x0b, 0x1000);	/* 0f 0b is UD2 */
	map_page(CODE, first, PTE_P | PTE_W | PTE_U);
	map_page(SECOND, second, PTE_P | PTE_W | PTE_U);
}

/* The code lies at @at and ends with INT3; returns its length. */
static int put_code(uintptr_t at, const char *prefix, const char *opcode)
{
	char *p = (char *)at;

	while (*prefix)
		*p++ = *prefix++;
	*p++ = opcode[0];
	*p++ = opcode[1];
	*p = '\xcc';
	return p - (char *)at;
}

static void enter_at(uintptr_t at, const char *prefix)
{
	struct regs in, want;
	int n = put_code(at, prefix, SYSENTER);

	fill_regs32(&in, (void *)at, user_cs[ARRAY_SIZE(user_cs) - 1]);
	in.rflags |= X86_IF;
	expect_sysenter(&want, &in);
	test_begin("SYSENTER of %u bytes at %lx", n, (u64)at);
	run(&in);
	test_regs(&want);
	test_end();
}

static void leave_at(uintptr_t at, const char *prefix)
{
	struct regs in, want;
	int n = put_code(at, prefix, SYSEXIT);

	fill_regs32(&in, (void *)at, KERNEL_CS);
	in.rdx = at + n;
	expect_sysexit(&want, &in, false);
	test_begin("SYSEXIT of %u bytes at %lx", n, (u64)at);
	run(&in);
	test_regs(&want);
	test_end();
}

static void straddle(void)
{
	static const char chain[] =
		"\x66\xf2\xf3\x2e\x36\x3e\x26\x64\x65\x66\x66\x66\x66";
	uintptr_t at;

	for (at = SECOND - MAX; at < SECOND; at++) {
		enter_at(at, chain);
		leave_at(at, chain);
	}
	enter_at(SECOND - 1, "");
	leave_at(SECOND - 1, "");
	enter_at(CODE, "\x66");
	leave_at(CODE, "\xf3");

	put_code(CODE, "\xf0", SYSENTER);
	fault_known("LOCK SYSENTER is #UD", (void *)CODE, USER_CS32, UD,
		    EV_SYSENTER, GP, "QEMU TCG ignores LOCK here");
}

static void absent(void)
{
	struct regs in, want;

	put_code(SECOND - 2, "", SYSENTER);
	map_page(SECOND, 0, 0);
	fill_regs32(&in, (void *)(SECOND - 2), USER_CS32);
	expect_sysenter(&want, &in);
	test_begin("SYSENTER before an absent page");
	run(&in);
	test_regs(&want);
	test_end();
}

#ifdef __x86_64__
/* SYSEXIT with REX.W; @rcx and @rdx may be bad. */
static void leave64(const char *name, u64 rcx, u64 rdx)
{
	bool bad = rcx == NON_CANONICAL || rdx == NON_CANONICAL;
	struct regs in, want;

	fill_regs(&in, (void *)CODE, KERNEL_CS);
	in.rcx = rcx ? rcx : test_stack();
	in.rdx = rdx ? rdx : CODE + 3;
	in.rflags |= X86_IF;
	expect_sysexit(&want, &in, true);
	if (bad) {
		want = in;
		want.vector = GP;
		want.rflags |= X86_RF;
	}
	test_begin("%s", name);
	run(&in);
	test_regs(&want);
	test_end();
}

static void ia32e(void)
{
	put_code(CODE, REX_W, SYSEXIT);
	leave64("SYSEXIT with REX.W", 0, 0);
	leave64("SYSEXIT with REX.W, RSP above 4 GiB", 0x123456789abc, 0);
	leave64("SYSEXIT with REX.W, RCX not canonical", NON_CANONICAL, 0);
	leave64("SYSEXIT with REX.W, RDX not canonical", 0, NON_CANONICAL);
	wrmsr(MSR_SYSENTER_ESP, 0xffff812345678000);
	enter("SYSENTER_ESP above 4 GiB", USER_CS, X86_IF);
	enter("SYSENTER_ESP above 4 GiB", USER_CS32, X86_IF);
	usual_msrs();
}
#endif

/*
 * At CPL 3 only: KVM stops a guest that has such a #UD at CPL 0.  SYSENTER_CS is
 * null since QEMU TCG's SYSENTER loads a CS that the next VMRUN finds illegal.
 */
static void is_undefined(void)
{
	unsigned int i;

	wrmsr(MSR_SYSENTER_CS, 0);
	for (i = 0; i < ARRAY_SIZE(user_cs); i++) {
		fault_known("SYSENTER in long mode is #UD", call, user_cs[i], UD,
			    GP, GP, "QEMU TCG looks at SYSENTER_CS first");
		fault_known("SYSEXIT in long mode is #UD", back, user_cs[i], UD,
			    GP, GP, "QEMU TCG looks at CPL first");
	}
}

void guest_main(void)
{
	unsigned int c;

	usual_msrs();
	if (is_64 && cpu_is_amd()) {
		is_undefined();
		return;
	}
	flags();
	selectors();
	privileged();
	null_cs();
	for (c = 0; c < ARRAY_SIZE(user_cs); c++)
		fault("SYSEXIT at CPL 3 is #GP(0)", back, user_cs[c], GP);
	if (!vm_levels())
		return;
	pages();
	straddle();
	beyond_limit();
#ifdef __x86_64__
	ia32e();
#endif
	absent();
}
