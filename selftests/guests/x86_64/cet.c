// SPDX-License-Identifier: GPL-2.0
/*
 * What SYSCALL, SYSENTER and their returns do with shadow stacks and indirect-branch
 * tracking: SDM vol. 2, these instructions; vol. 1, chapter 17.  The calls stand in the
 * trace, too.  The argument is how many calls more are made by each door, all alike; with
 * SKIPPED the host skips the calls of getuid, with the result -EPERM.
 */
#include "lib/user.h"

#define CR4_CET		(1UL << 23)

enum {
	U_CET = 0x6a0, S_CET = 0x6a2, PL3_SSP = 0x6a7,
	SHSTK = 1, ENDBR = 4, SUPPRESS = 1 << 10, TRACKER = 1 << 11,
	CP = 21, CP_ENDBRANCH = 3,
	GETPPID = 110, GETPPID32 = 64,
	STACK = 0x20000000, TOP = STACK + 0xff8,
	UNSEEN = 0x77,
	SKIPPED = 1 << 16, EPERM = 1,
};

/*
 * Two entries of a kernel, with and without ENDBR64, that save S_CET, PL3_SSP and, if the
 * kernel has a shadow stack, SSP, turn both features off and go on at the runtime's entry;
 * a handler of #CP that goes on there; and code of both rings.
 */
extern const char entry_good[], entry_bad[], entry_cp[];
extern const char plain[], popped[], jumped[], jumped_to[], after[], after_endbr[], shadowed[];
extern const char enter_plain[], enter_popped[], enter_jumped[], enter_jumped_to[];
extern const char enter_shadowed[], sysexit_code[], skipped[], enter_skipped[];
u64 kept[3], seen_s_cet, seen_pl3_ssp, seen_ssp, seen_error, seen_rip, go_on, calls;

asm(".pushsection .text\n"
    ".macro keep\n\tmov %rax, kept; mov %rcx, kept + 8; mov %rdx, kept + 16\n.endm\n"
    ".macro untracked\n\tmov $0x6a2, %ecx; xor %eax, %eax; xor %edx, %edx; wrmsr\n"
    "	mov kept, %rax; mov kept + 8, %rcx; mov kept + 16, %rdx\n.endm\n"
    "entry_good:\n"
    "	endbr64\n"
    "entry_bad:\n"
    "	keep\n"
    "	incq calls\n"
    "	mov $0x77, %eax; rdsspq %rax; mov %rax, seen_ssp\n"
    "	mov $0x6a2, %ecx; rdmsr; mov %eax, seen_s_cet\n"
    "	mov $0x6a7, %ecx; rdmsr; mov %eax, seen_pl3_ssp\n"
    "	untracked\n"
    "	jmp *go_on\n"
    "entry_cp:\n"
    "	endbr64\n"
    "	keep\n"
    "	testb $3, 16(%rsp); jnz 1f; incq calls	# of the kernel's entry: a call was made\n"
    "1:	pop seen_error; mov (%rsp), %rax; mov %rax, seen_rip\n"
    "	mov go_on, %rax; mov %rax, (%rsp)\n"
    "	movq $0x08, 8(%rsp); movq $0x10, 32(%rsp)	# KERNEL_CS, KERNEL_SS\n"
    "	untracked\n"
    "	iretq\n"
    /* Code of CPL 0 that returns with the S_CET in EDI. */
    "shadowed:\n"
    "	mov %rcx, %rsi; mov %edi, %eax; xor %edx, %edx; mov $0x6a2, %ecx; wrmsr\n"
    "	mov %rsi, %rcx; sysretq\n"
    "enter_shadowed:\n"
    "	mov %rcx, %rsi; mov %rdx, %rbx\n"
    "	mov %edi, %eax; xor %edx, %edx; mov $0x6a2, %ecx; wrmsr\n"
    "	mov %rsi, %rcx; mov %rbx, %rdx\n"
    "sysexit_code:\n"
    "	rex.w sysexit\n"
    /* Programs. */
    "popped:	# one entry off the stack: SSP is not what PL3_SSP has\n"
    "	mov $1, %ebx; incsspq %rbx\n"
    "plain:\n"
    "	mov $110, %eax; syscall\n"
    "after:	# where the call returns to, too\n"
    "	rdsspq %rax; int3\n"
    "jumped:\n"
    "	mov $110, %eax; lea jumped_to(%rip), %rbx; jmp *%rbx\n"
    "jumped_to:\n"
    "	syscall; int3\n"
    "enter_popped:\n"
    "	mov $1, %ebx; incsspq %rbx\n"
    "enter_plain:\n"
    "	mov $64, %eax; sysenter; int3\n"
    "enter_jumped:\n"
    "	mov $64, %eax; lea enter_jumped_to(%rip), %rbx; jmp *%rbx\n"
    "enter_jumped_to:\n"
    "	sysenter; int3\n"
    /* The host returns from SYSENTER to where Linux' vDSO would have it. */
    "skipped:\n"
    "	mov $1, %ebx; incsspq %rbx; mov $102, %eax; syscall; rdsspq %rdi; int3\n"
    "	.code32\n"
    "enter_skipped:\n"
    "	mov $1, %ebx; incsspd %ebx; mov $24, %eax; sysenter; int $0x80; rdsspd %edi; int3\n"
    "	.code64\n"
    "after_endbr:\n"
    "	endbr64; rdsspq %rax; int3\n"
    ".popsection");

/* A door: its programs, its register of the entry, the runtime's entry and event. */
static const struct door {
	const char *name, *plain, *popped, *jumped, *jumped_to;
	const char *back, *shadowed;	/* return; the same with S_CET from EDI */
	u32 entry_msr;
	const char *entry;
	u64 event;
} doors[] = {
	{ "SYSCALL", plain, popped, jumped, jumped_to, sysret_code, shadowed,
	  MSR_LSTAR, entry_lstar, EV_SYSCALL },
	{ "SYSENTER", enter_plain, enter_popped, enter_jumped, enter_jumped_to, sysexit_code,
	  enter_shadowed, MSR_SYSENTER_EIP, entry_sysenter, EV_SYSENTER },
};

static bool have_shstk, have_ibt;

/* CPUID leaf 7 */
static void ask_cpu(void)
{
	u32 eax = 7, ebx, ecx = 0, edx;

	asm volatile("cpuid" : "+a" (eax), "=b" (ebx), "+c" (ecx), "=d" (edx));
	have_shstk = ecx & 1 << 7;
	have_ibt = edx & 1 << 20;
}

static void run_cet(const struct regs *in, u64 u_cet, u64 s_cet)
{
	seen_s_cet = seen_pl3_ssp = seen_ssp = seen_error = UNSEEN;
	wrmsr(U_CET, u_cet);
	wrmsr(S_CET, s_cet);
	run(in);
	wrmsr(S_CET, 0);
}

/* Run @program. */
static void call(const struct door *door, const char *program, u64 u_cet, u64 s_cet)
{
	struct regs in;

	fill_regs(&in, program, USER_CS);
	run_cet(&in, u_cet, s_cet);
	test_eq("event", this_cpu()->out.vector, door->event);
}

/* Run @code of CPL 0, which returns to @to of CPL 3. */
static void leave(const char *code, const char *to, u64 u_cet, u64 s_cet)
{
	struct regs in;

	fill_regs(&in, code, KERNEL_CS);
	in.rcx = in.rdx = (u64)to;
	if (code == sysexit_code || code == enter_shadowed)
		in.rcx = test_stack();
	in.r11 = X86_FIXED;
	in.rdi = s_cet;
	in.rax = 0;
	run_cet(&in, u_cet, 0);
}

static void test_shadow_stack(const struct door *door)
{
	test_begin("%s saves the shadow stack pointer", door->name);
	wrmsr(PL3_SSP, TOP);
	call(door, door->popped, SHSTK, 0);
	test_eq("PL3_SSP at the entry", seen_pl3_ssp, TOP + 8);
	test_end();

	test_begin("%s without a shadow stack does not", door->name);
	wrmsr(PL3_SSP, TOP - 8);
	call(door, door->plain, 0, 0);
	test_eq("PL3_SSP at the entry", seen_pl3_ssp, TOP - 8);
	test_end();

	test_begin("the return of %s loads it", door->name);
	wrmsr(PL3_SSP, TOP - 16);
	leave(door->back, after, SHSTK, 0);
	test_eq("event", this_cpu()->out.vector, BP);
	test_eq("SSP", this_cpu()->out.rax, TOP - 16);
	test_end();

	test_begin("%s to a kernel with a shadow stack clears SSP", door->name);
	wrmsr(PL3_SSP, TOP - 24);
	leave(door->shadowed, door->plain, SHSTK, SHSTK);
	test_eq("event", this_cpu()->out.vector, door->event);
	test_eq("SSP", seen_ssp, 0);
	test_eq("PL3_SSP", seen_pl3_ssp, TOP - 24);
	test_end();
}

/* The kernel returns to the instruction itself, as Linux does to make a call again. */
static void test_restart(const struct door *door)
{
	test_begin("a call by %s is made again", door->name);
	wrmsr(PL3_SSP, TOP);
	call(door, door->popped, SHSTK, 0);
	test_eq("PL3_SSP at the entry", seen_pl3_ssp, TOP + 8);
	leave(door->back, door->plain, SHSTK, 0);
	test_eq("event", this_cpu()->out.vector, door->event);
	test_eq("PL3_SSP at the second entry", seen_pl3_ssp, TOP + 8);
	test_end();
}

static void test_tracking(const struct door *door)
{
	test_begin("%s waits for ENDBR64, which is there", door->name);
	call(door, door->plain, 0, ENDBR);
	test_eq("S_CET", seen_s_cet, ENDBR);
	test_eq("#CP", seen_error, UNSEEN);
	test_end();

	test_begin("%s ends suppression", door->name);
	call(door, door->plain, 0, ENDBR | SUPPRESS);
	test_eq("S_CET", seen_s_cet, ENDBR);
	test_end();

	test_begin("%s waits for ENDBR64, which is missing", door->name);
	wrmsr(door->entry_msr, (u64)entry_bad);
	call(door, door->plain, 0, ENDBR);
	test_eq("#CP", seen_error, CP_ENDBRANCH);
	wrmsr(door->entry_msr, (u64)entry_good);
	test_end();
}

/* The program's own tracker: a door is no ENDBR64, and a return leaves it as it is. */
static void test_program(const struct door *door)
{
	test_begin("a jump to %s is #CP, and no call", door->name);
	call(door, door->jumped, ENDBR, 0);
	test_eq("#CP", seen_error, CP_ENDBRANCH);
	test_eq("RIP", seen_rip, (u64)door->jumped_to);
	test_end();

	test_begin("the return of %s keeps the tracker: no ENDBR64", door->name);
	leave(door->back, after, ENDBR | TRACKER, 0);
	test_eq("#CP", seen_error, CP_ENDBRANCH);
	test_eq("RIP", seen_rip, (u64)after);
	test_end();

	test_begin("the return of %s keeps the tracker: ENDBR64", door->name);
	leave(door->back, after_endbr, ENDBR | TRACKER, 0);
	test_eq("event", this_cpu()->out.vector, BP);
	test_end();
}

/* Nothing is lost, whenever the machine is interrupted or moved. */
static void test_often(const struct door *door, unsigned int times)
{
	wrmsr(door->entry_msr, (u64)entry_good);
	go_on = (u64)door->entry;
	test_begin("%u calls by %s", times, door->name);
	while (times--) {
		wrmsr(PL3_SSP, TOP);
		call(door, door->popped, SHSTK, have_ibt ? ENDBR | SUPPRESS : 0);
		test_eq("PL3_SSP at the entry", seen_pl3_ssp, TOP + 8);
		test_eq("S_CET", seen_s_cet, have_ibt ? ENDBR : 0);
		leave(door->back, after, SHSTK, 0);
		test_eq("SSP", this_cpu()->out.rax, TOP + 8);
	}
	test_end();
}

/* A call that is not made leaves the shadow stack alone. */
static void test_skipped(const char *name, const char *program, u64 cs, u32 popped)
{
	struct regs in;

	fill_regs32(&in, program, cs);
	in.rbp = in.rsp = test_stack() - 16;
	in.r11 = X86_FIXED;
	test_begin("a call by %s is skipped", name);
	wrmsr(PL3_SSP, TOP);
	run_cet(&in, SHSTK, 0);
	test_eq("event", this_cpu()->out.vector, BP);
	test_eq("result", (u32)this_cpu()->out.rax, (u32)-EPERM);
	test_eq("SSP", (u32)this_cpu()->out.rdi, TOP + popped);
	test_end();
}

static void test_door(const struct door *door)
{
	wrmsr(door->entry_msr, (u64)entry_good);
	go_on = (u64)door->entry;
	test_shadow_stack(door);
	test_restart(door);
	if (!have_ibt)
		return;
	test_tracking(door);
	test_program(door);
}

void guest_main(void)
{
	const struct door *door, *end = doors + (cpu_is_amd() ? 1 : 2);
	u64 cr4;

	ask_cpu();
	if (!have_shstk) {
		test_begin("CET");
		test_skip("the CPU has no CET");
		return;
	}
	set_star(KERNEL_CS, USER_CS32);
	set_sysenter(KERNEL_CS, test_stack(), (u64)entry_sysenter);
	make_call("a call before CET", GETPPID);
	asm volatile("mov %%cr4, %0" : "=r" (cr4));
	asm volatile("mov %0, %%cr4" : : "r" (cr4 | CR4_CET));
	make_call("a call with CET", GETPPID);
	calls = 2;
	map_page(STACK, (uintptr_t)alloc_page(), PTE_P | PTE_U | PTE_D | PTE_A);
	set_gate(CP, entry_cp, 0x8e);
	for (door = doors; door < end; door++) {
		test_door(door);
		if ((u16)vm_arg)
			test_often(door, (u16)vm_arg);
	}
	if (vm_arg & SKIPPED) {
		test_skipped("SYSCALL", skipped, USER_CS, 8);
		if (!cpu_is_amd())
			test_skipped("SYSENTER", enter_skipped, USER_CS32, 4);
	}
	print("# calls %lu\n", calls);
}
