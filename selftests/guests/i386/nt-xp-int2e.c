// SPDX-License-Identifier: GPL-2.0
/*
 * Windows XP SP3 on a CPU without SYSENTER: stubs call through KUSER_SHARED_DATA
 * to KiIntSystemCall.
 */
#include "lib/nt.h"

/* KiIntSystemCall: lea edx, [esp + 8]; int 2eh; ret */
static void prepare(void)
{
	nt_put((u8 *)NT_NTDLL, "\x8d\x54\x24\x08\xcd\x2e\xc3", 7);
	*(u32 *)NT_SYSTEM_CALL = NT_NTDLL;
	nt_int2e_prepare();
}

static void expect(struct regs *want, const struct regs *in, u16 number)
{
	*want = *in;
	want->vector = 0x2e;
	want->rip = NT_NTDLL + 6;
	want->rsp -= 4;
	want->rax = number;
	want->rdx = in->rsp + 4;
}

static const struct nt_os os = {
	.numbers = {	/* in the order of enum nt_call */
		0x11, 0x19, 0x25, 0x3b, 0x74, 0x7a, 0xb7,
		0x101, 0x112, 0x116, 0x100d, 0x1191, 0x1fff,
	},
	.prepare = prepare,
	.put_stub = nt_shared_stub,
	.expect = expect,
	.leave = nt_int2e_leave,
};

void guest_main(void)
{
	nt_main(&os);
}
