// SPDX-License-Identifier: GPL-2.0
/* The kernel's side of the doors of NT guests. */
#include "nt.h"

extern const u8 vector_stubs[256][16];

#ifdef __x86_64__
extern const char nt_iret[], nt_sysret[], nt_syscall_entry[], nt_int3_entry[],
	nt_int2c_entry[], nt_int2d_entry[], nt_int2e_entry[];

/* In ring 3 GS is the TEB; nothing else uses it there. */
asm(".pushsection .text\n"
    "	.globl nt_caller\n"
    "nt_caller: int3\n"
    "nt_iret: swapgs\n"
    "	iretq\n"
    "nt_sysret: swapgs\n"
    "	sysretq\n"
    "nt_syscall_entry: swapgs\n"
    "	jmp entry_lstar\n"
    "nt_int3_entry: swapgs\n"
    "	jmp vector_stubs + 3 * 16\n"
    "nt_int2c_entry: swapgs\n"
    "	jmp vector_stubs + 0x2c * 16\n"
    "nt_int2d_entry: swapgs\n"
    "	jmp vector_stubs + 0x2d * 16\n"
    "nt_int2e_entry: swapgs\n"
    "	jmp vector_stubs + 0x2e * 16\n"
    ".popsection");

/* To ring 3, by IRET. */
void nt_user(const struct regs *in)
{
	u64 frame[] = { in->rip, in->cs, in->rflags, in->rsp, in->ss };
	struct regs kernel = *in;

	set_gate(BP, nt_int3_entry, 0xee);
	kernel.rip = (u64)nt_iret;
	kernel.cs = KERNEL_CS;
	kernel.ss = KERNEL_SS;
	kernel.rsp = (u64)frame;
	kernel.rflags = X86_FIXED | X86_IF;
	run(&kernel);
}

void nt_syscall_prepare(void)
{
	wrmsr(MSR_LSTAR, (u64)nt_syscall_entry);
}

void nt_syscall_leave(void)
{
	struct regs kernel = this_cpu()->out;

	kernel.rip = (u64)nt_sysret;
	run(&kernel);
}

uintptr_t nt_aim(uintptr_t sp, uintptr_t pc)
{
	struct regs *out = &this_cpu()->out;
	uintptr_t before = out->rcx;

	out->rsp = sp;
	out->rcx = pc;
	return before;
}

void nt_int_gate(u8 vector)
{
	set_gate(vector, vector == 0x2c ? nt_int2c_entry : vector == 0x2d ? nt_int2d_entry :
			 nt_int2e_entry, 0xee);
}
#else
asm(".pushsection .text\n"
    "	.globl nt_caller\n"
    "nt_caller: int3\n"
    "nt_sysexit: sti\n"
    "	sysexit\n"
    ".popsection");

void nt_user(const struct regs *in)
{
	run(in);
}

void nt_sysenter_prepare(void)
{
	set_sysenter(KERNEL_CS, test_stack(), (u32)entry_sysenter);
}

/* KiFastSystemCall and, after some NOPs, KiFastSystemCallRet. */
void nt_fast_prepare(void)
{
	nt_put((u8 *)NT_NTDLL, "\x8b\xd4\x0f\x34\x90\x90\x90\x90\x90\xc3", 10);
	*(u32 *)NT_SYSTEM_CALL = NT_NTDLL;
	*(u32 *)NT_SYSTEM_RET = NT_NTDLL + 9;
	nt_sysenter_prepare();
}

/* XP to 7: mov eax, N; mov edx, 7ffe0300h; call [edx]; ret BYTES */
void nt_shared_stub(u8 *at, u16 number, u16 bytes)
{
	at = nt_put(at, "\xb8", 1);
	at = nt_put32(at, number);
	at = nt_put(at, "\xba\x00\x03\xfe\x7f\xff\x12\xc2", 8);
	nt_put(at, (char *)&bytes, 2);
}

/* The stub's own call pushes a return address, and EDX then points to it. */
void nt_sysenter_expect(struct regs *want, const struct regs *in, u16 number)
{
	struct regs at = *in;

	at.rax = number;
	at.rdx = in->rsp - 4;
	expect_sysenter(want, &at);
}

void nt_sysenter_leave(void)
{
	extern const char nt_sysexit[];
	struct regs kernel = this_cpu()->out;

	kernel.rip = (u32)nt_sysexit;
	kernel.rcx = kernel.rdx;
	kernel.rdx = *(u32 *)NT_SYSTEM_RET;
	run(&kernel);
}

uintptr_t nt_aim(uintptr_t sp, uintptr_t pc)
{
	u32 *target = (u32 *)NT_SYSTEM_RET, before = *target;

	this_cpu()->out.rdx = sp;
	*target = pc;
	return before;
}

void nt_int_gate(u8 vector)
{
	set_gate(vector, vector_stubs[vector], 0xee);
}
#endif

void nt_int2e_prepare(void)
{
	nt_int_gate(0x2e);
}

void nt_int2e_leave(void)
{
	nt_user(&this_cpu()->out);
}
