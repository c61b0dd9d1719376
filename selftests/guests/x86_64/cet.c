// SPDX-License-Identifier: GPL-2.0
/*
 * What SYSCALL and SYSRET do with shadow stacks and indirect-branch tracking: SDM vol. 2,
 * SYSCALL and SYSRET; vol. 1, chapter 17.  The calls stand in the trace, too.
 */
#include "lib/user.h"

#define CR4_CET		(1UL << 23)

enum {
	U_CET = 0x6a0, S_CET = 0x6a2, PL3_SSP = 0x6a7,
	SHSTK = 1, ENDBR = 4, SUPPRESS = 1 << 10, TRACKER = 1 << 11,
	CP = 21, CP_ENDBRANCH = 3,
	GETPPID = 110,
	STACK = 0x20000000, TOP = STACK + 0xff8,
	UNSEEN = 0x77,
};

/*
 * Two entries of a kernel, with and without ENDBR64, that save S_CET and PL3_SSP and turn
 * tracking off; a handler of #CP, which goes on at the runtime's entry; and programs.
 */
extern const char entry_good[], entry_bad[], entry_cp[], entry_lstar[];
extern const char plain[], popped[], after[];
u64 kept[3], seen_s_cet, seen_pl3_ssp, seen_error;

asm(".pushsection .text\n"
    ".macro keep\n\tmov %rax, kept; mov %rcx, kept + 8; mov %rdx, kept + 16\n.endm\n"
    ".macro untracked\n\tmov $0x6a2, %ecx; xor %eax, %eax; xor %edx, %edx; wrmsr\n"
    "	mov kept, %rax; mov kept + 8, %rcx; mov kept + 16, %rdx\n.endm\n"
    "entry_good:\n"
    "	endbr64\n"
    "entry_bad:\n"
    "	keep\n"
    "	mov $0x6a2, %ecx; rdmsr; mov %eax, seen_s_cet\n"
    "	mov $0x6a7, %ecx; rdmsr; mov %eax, seen_pl3_ssp\n"
    "	untracked\n"
    "	jmp entry_lstar\n"
    "entry_cp:\n"
    "	endbr64\n"
    "	keep\n"
    "	mov (%rsp), %rax; mov %rax, seen_error\n"
    "	lea entry_lstar, %rax; mov %rax, 8(%rsp); add $8, %rsp\n"
    "	untracked\n"
    "	iretq\n"
    "popped:	# one entry off the stack: SSP is not what PL3_SSP has\n"
    "	mov $1, %ebx; incsspq %rbx\n"
    "plain:\n"
    "	mov $110, %eax; syscall; int3\n"
    "after:\n"
    "	rdsspq %rax; int3\n"
    ".popsection");

/* CPUID leaf 7: shadow stacks and tracking? */
static bool have_cet(void)
{
	u32 eax = 7, ebx, ecx = 0, edx;

	asm volatile("cpuid" : "+a" (eax), "=b" (ebx), "+c" (ecx), "=d" (edx));
	return ecx & 1 << 7 && edx & 1 << 20;
}

/* Run @program; U_CET is set right before, as an emulator loses it over exits. */
static void call(const char *program, u64 u_cet, u64 s_cet)
{
	struct regs in;

	fill_regs(&in, program, USER_CS);
	seen_s_cet = seen_pl3_ssp = seen_error = UNSEEN;
	wrmsr(U_CET, u_cet);
	wrmsr(S_CET, s_cet);
	run(&in);
	wrmsr(S_CET, 0);
	wrmsr(U_CET, 0);
}

static void test_shadow_stack(void)
{
	struct regs in;

	test_begin("SYSCALL saves the shadow stack pointer");
	wrmsr(PL3_SSP, TOP);
	call(popped, SHSTK, 0);
	test_eq("PL3_SSP at the entry", seen_pl3_ssp, TOP + 8);
	test_end();

	test_begin("without a shadow stack it does not");
	wrmsr(PL3_SSP, TOP - 8);
	call(plain, 0, 0);
	test_eq("PL3_SSP at the entry", seen_pl3_ssp, TOP - 8);
	test_end();

	test_begin("SYSRET loads it");
	wrmsr(PL3_SSP, TOP - 16);
	fill_regs(&in, sysret_code, KERNEL_CS);
	in.rcx = (u64)after;
	in.r11 = 2;
	in.rax = 0;
	wrmsr(U_CET, SHSTK);
	run(&in);
	wrmsr(U_CET, 0);
	test_eq("event", this_cpu()->out.vector, BP);
	test_eq("SSP", this_cpu()->out.rax, TOP - 16);
	test_end();
}

static void test_tracking(void)
{
	test_begin("SYSCALL waits for ENDBR64, which is there");
	call(plain, 0, ENDBR);
	test_eq("S_CET", seen_s_cet, ENDBR);
	test_eq("#CP", seen_error, UNSEEN);
	test_end();

	test_begin("SYSCALL ends suppression");
	call(plain, 0, ENDBR | SUPPRESS);
	test_eq("S_CET", seen_s_cet, ENDBR);
	test_end();

	test_begin("SYSCALL waits for ENDBR64, which is missing");
	wrmsr(MSR_LSTAR, (u64)entry_bad);
	call(plain, 0, ENDBR);
	test_eq("#CP", seen_error, CP_ENDBRANCH);
	test_end();
}

/* By make_call() and by call(). */
enum { CALLS = 2 + 5 };

void guest_main(void)
{
	u64 cr4;

	if (!have_cet()) {
		test_begin("CET");
		test_skip("the CPU has no CET");
		return;
	}
	set_star(KERNEL_CS, USER_CS32);
	make_call("a call before CET", GETPPID);
	asm volatile("mov %%cr4, %0" : "=r" (cr4));
	asm volatile("mov %0, %%cr4" : : "r" (cr4 | CR4_CET));
	make_call("a call with CET", GETPPID);
	map_page(STACK, (uintptr_t)alloc_page(), PTE_P | PTE_U | PTE_D | PTE_A);
	wrmsr(MSR_LSTAR, (u64)entry_good);
	set_gate(CP, entry_cp, 0x8e);
	test_shadow_stack();
	test_tracking();
	print("# calls %d\n", CALLS);
}
