// SPDX-License-Identifier: GPL-2.0
/*
 * Windows 10, 64 bits, which takes INT 2Eh where a hypervisor asks for it in
 * KUSER_SHARED_DATA.
 */
#include "lib/nt.h"

enum { LENGTH = 23 };

/*
 * mov r10, rcx; mov eax, N; test byte ptr [7ffe0308h], 1; jne 1f; syscall; ret;
 * 1: int 2eh; ret
 */
static void put_stub(u8 *at, u16 number, u16 bytes)
{
	(void)bytes;
	at = nt_put(at, "\x4c\x8b\xd1\xb8", 4);
	at = nt_put32(at, number);
	at = nt_put(at, "\xf6\x04\x25\x08\x03\xfe\x7f\x01\x75\x03", 10);
	nt_put(at, "\x0f\x05\xc3\xcd\x2e\xc3", 6);
}

static void prepare(void)
{
	*(u8 *)NT_USE_INT2E = 1;
	nt_int2e_prepare();
}

static void expect(struct regs *want, const struct regs *in, u16 number)
{
	*want = *in;
	want->vector = 0x2e;
	want->rip += LENGTH;
	want->rax = number;
	want->r10 = in->rcx;
	/* Flags of TEST with result 1. */
	want->rflags &= ~X86_STATUS;
}

static const struct nt_os os = {
	.numbers = {	/* in the order of enum nt_call */
		0x18, 0xf, 0x55, 0x34, 0x33, 0x26, 0x6,
		0x2c, 0x8, 0x46, 0x1008, 0x100a, 0x1fff,
		0xc8, 0x7,
	},
	.prepare = prepare,
	.put_stub = put_stub,
	.expect = expect,
	.leave = nt_int2e_leave,
};

void guest_main(void)
{
	nt_main(&os);
}
