// SPDX-License-Identifier: GPL-2.0
/*
 * Programs of a 64-bit Linux that are not 64-bit ones: 32-bit code with INT
 * 80h and the door of the vDSO, which is SYSCALL on AMD and SYSENTER on Intel,
 * both answered by SYSRET to 32 bits (lib/linux32.c has the calls); then INT 80h
 * in 64-bit code, and numbers of x32.  With --arg 1: lib/held32.c, for a holder.
 */
#include "lib/linux32.h"

VDSO_DECLARE(vdso_amd);
VDSO_DECLARE(vdso_intel);
extern const char sysretl[];

asm(".pushsection .text\n"
    ".code32\n"
    VDSO_CODE("vdso_amd", "mov %ecx, %ebp", "syscall")
    VDSO_CODE("vdso_intel", "mov %esp, %ebp", "sysenter")
    ".code64\n"
    "sysretl: .byte 0x0f, 0x07\n"
    ".popsection");

static void expect_amd(struct regs *want, const struct regs *in)
{
	struct regs at = *in;

	at.rbp = at.rcx;
	expect_syscall(want, &at, 2);
	want->vector = EV_CSTAR;
	want->rip = (u64)entry_cstar;
}

static void leave(const char *to, u32 sp)
{
	struct regs kernel = this_cpu()->out;

	kernel.rip = (u64)sysretl;
	kernel.rcx = (u64)to;
	kernel.r11 = X86_FIXED | X86_IF;
	kernel.rsp = sp;
	run(&kernel);
}

static const struct fast_door amd = {
	VDSO_DOOR(vdso_amd), .expect = expect_amd, .leave = leave,
};

static const struct fast_door intel = {
	VDSO_DOOR(vdso_intel), .expect = expect_vdso_sysenter, .leave = leave,
};

/* 64-bit code; the i386 kernel ignores the upper halves. */
static void int80_in_64(void)
{
	static const struct call c = { 4, { 1, HELLO, 5 }, 5 };
	struct regs in;

	fill_regs(&in, NULL, USER_CS);
	in.rflags |= X86_IF;
	in.rax = c.nr | 0xaaaa000000000000;
	in.rbx = c.args[0] | 0xbbbb000000000000;
	in.rcx = c.args[1] | 0xcccc000000000000;
	in.rdx = c.args[2] | 0xdddd000000000000;
	int80_call(&c, &in);
}

#define X32 0x40000000

static const struct call x32_calls[] = {
	{ X32 | 39, { 0 }, 4711 },
	{ X32 | 257, { AT_FDCWD, FILE, 0 }, 3 },
	{ X32 | 17, { 3, OUT, 4096, 0x100000010 }, 7, "debian\n" },
	{ X32 | 516, { 1, IOV32, 2 }, 5 },
	{ X32 | 520, { TRUE, ARGV32, ENVP32 }, -2 },
	{ X32 | 0x1fff, { 1, 2, 3, 4, 5, 6 }, -38 },
	{ 39, { 0 }, 4711 },
};

void guest_main(void)
{
	const struct fast_door *door = cpu_is_amd() ? &amd : &intel;
	unsigned int i;

	set_sysenter(KERNEL_CS, test_stack(), (u64)entry_sysenter);
	if (vm_arg) {
		linux32_held(door);
		return;
	}
	linux32_calls(door);
	int80_in_64();
	for (i = 0; i < ARRAY_SIZE(x32_calls); i++)
		linux64_call(&x32_calls[i]);
}
