// SPDX-License-Identifier: GPL-2.0
/*
 * Single-stepping over SYSCALL and SYSRET.
 *
 * TF is checked after these instructions, not before: there is a trap after
 * SYSCALL if TF is set as SFMASK leaves it, after SYSRET if R11 brings it, and
 * it comes before the first instruction of the target.  The manuals are silent
 * here (Intel SDM vol. 3B, 17.3.1.4; AMD APM vol. 2, 13.1.4), but operating
 * systems rely on it: Linux, arch/x86/kvm/emulate.c, em_syscall(), and
 * entry_64.S, "restoring TF results in a trap from userspace immediately after
 * SYSRET".  DR6.BS is set; the pushed flags have TF unchanged and RF 0.
 */
#include "lib/rt.h"

extern const char call[], back64[], back32[], stepped[], target[];

asm(".pushsection .text\n"
    "call: syscall\n"
    "target: nop\n"
    "	int3\n"
    "back64: sysretq\n"
    "back32: .byte 0x0f, 0x07\n"
    "stepped: nop\n"
    "	syscall\n"
    "	nop\n"
    "	int3\n"
    ".popsection");

#define DR6_BS	0xffff4ff0

/* Bochs checks TF before the instruction, and so is one instruction late. */
static void end(const struct regs *want, u64 late_rip)
{
	const struct regs *out = &this_cpu()->out;

	test_regs(want);
	test_end_known(out->vector == DB && out->rip == late_rip,
		       "Bochs judges the trap by TF before the instruction");
}

static void step(const char *name, const struct regs *in, struct regs *want,
		 u64 rip)
{
	want->vector = DB;
	want->dr6 = DR6_BS;
	want->rip = rip;
	test_begin("%s", name);
	run(in);
	end(want, rip + 1);
}

static void masked(u64 cs)
{
	struct regs in, want;

	wrmsr(MSR_SFMASK, X86_TF | X86_IF);
	fill_regs(&in, call, cs);
	in.rflags |= X86_TF;
	expect_syscall(&want, &in, 2);
	test_begin("SYSCALL at CPL %u, TF masked: no trap", (u32)cs & 3);
	run(&in);
	end(&want, (u64)entry_lstar);
}

static void not_masked(u64 cs)
{
	struct regs in, want;

	wrmsr(MSR_SFMASK, X86_IF);
	fill_regs(&in, call, cs);
	in.rflags |= X86_TF | X86_RF;
	expect_syscall(&want, &in, 2);
	step(cs & 3 ? "SYSCALL at CPL 3, TF not masked: trap at the handler" :
		      "SYSCALL at CPL 0, TF not masked: trap at the handler",
	     &in, &want, (u64)entry_lstar);
}

static void sysret(bool to64)
{
	struct regs in, want;

	fill_regs32(&in, to64 ? back64 : back32, KERNEL_CS);
	in.rcx = (u64)target;
	in.r11 = X86_TF | X86_IF;
	expect_sysret(&want, &in, to64);
	step(to64 ? "SYSRET, TF in R11: trap at the target" :
		    "SYSRET to 32 bits, TF in R11: trap at the target",
	     &in, &want, in.rcx);
}

/* On AMD SYSRET is done; the fault of the next fetch comes after its trap. */
static void sysret_fault(void)
{
	struct regs in, want;

	fill_regs(&in, back64, KERNEL_CS);
	in.rcx = 1UL << 47;
	in.r11 = X86_TF;
	expect_sysret(&want, &in, true);
	step("SYSRET to a non-canonical address, TF in R11: trap there", &in, &want, in.rcx);
}

/* As a debugger does: step a program over a whole call. */
static void whole_call(void)
{
	struct regs in, want;

	wrmsr(MSR_SFMASK, X86_TF | X86_IF);
	fill_regs(&in, stepped, USER_CS);
	in.rflags |= X86_TF;
	want = in;
	step("step to SYSCALL", &in, &want, (u64)stepped + 1);

	in = this_cpu()->out;
	expect_syscall(&want, &in, 2);
	test_begin("step into SYSCALL: the handler runs free");
	run(&in);
	end(&want, (u64)entry_lstar);

	in = this_cpu()->out;
	in.rip = (u64)back64;
	expect_sysret(&want, &in, true);
	step("step out of SYSRET", &in, &want, (u64)stepped + 3);
}

void guest_main(void)
{
	masked(USER_CS);
	masked(KERNEL_CS);
	not_masked(USER_CS);
	not_masked(KERNEL_CS);
	sysret(true);
	sysret(false);
	if (cpu_is_amd())
		sysret_fault();
	whole_call();
}
