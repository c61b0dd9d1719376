// SPDX-License-Identifier: GPL-2.0
/* Windows 2000: INT 2Eh in the stub itself. */
#include "lib/nt.h"

enum { LENGTH = 11 };

/* mov eax, N; lea edx, [esp + 4]; int 2eh; ret BYTES */
static void put_stub(u8 *at, u16 number, u16 bytes)
{
	at = nt_put(at, "\xb8", 1);
	at = nt_put32(at, number);
	at = nt_put(at, "\x8d\x54\x24\x04\xcd\x2e\xc2", 7);
	nt_put(at, (char *)&bytes, 2);
}

static void expect(struct regs *want, const struct regs *in, u16 number)
{
	*want = *in;
	want->vector = 0x2e;
	want->rip += LENGTH;
	want->rax = number;
	want->rdx = in->rsp + 4;
}

static const struct nt_os os = {
	.numbers = {	/* in the order of enum nt_call */
		0x10, 0x18, 0x20, 0x32, 0x64, 0x6a, 0xa1,
		0xe0, 0xed, 0xf7, 0x100d, 0x1186, 0x1fff,
	},
	.prepare = nt_int2e_prepare,
	.put_stub = put_stub,
	.expect = expect,
	.leave = nt_int2e_leave,
};

void guest_main(void)
{
	nt_main(&os);
}
