// SPDX-License-Identifier: GPL-2.0
/* Windows 7, 64 bits. */
#include "lib/nt.h"

enum { LENGTH = 10 };

/* mov r10, rcx; mov eax, N; syscall; ret */
static void put_stub(u8 *at, u16 number, u16 bytes)
{
	(void)bytes;
	at = nt_put(at, "\x4c\x8b\xd1\xb8", 4);
	at = nt_put32(at, number);
	nt_put(at, "\x0f\x05\xc3", 3);
}

static void expect(struct regs *want, const struct regs *in, u16 number)
{
	struct regs at = *in;

	at.rax = number;
	at.r10 = in->rcx;
	expect_syscall(want, &at, LENGTH);
	want->rip = (u64)entry_lstar;
}

static const struct nt_os os = {
	.numbers = {	/* in the order of enum nt_call */
		0x15, 0xc, 0x52, 0x31, 0x30, 0x23, 0x3,
		0x29, 0x5, 0x43, 0x1008, 0x100a, 0x1fff,
		0xaa, 0x4,
	},
	.prepare = nt_syscall_prepare,
	.put_stub = put_stub,
	.expect = expect,
	.leave = nt_syscall_leave,
};

void guest_main(void)
{
	nt_main(&os);
}
