// SPDX-License-Identifier: GPL-2.0
/* Windows 8 and later, 32 bits: SYSENTER in the stub itself. */
#include "lib/nt.h"

enum { RETURN = 17 };

/* mov eax, N; call 1f; ret BYTES; 1: mov edx, esp; sysenter; ret */
static void put_stub(u8 *at, u16 number, u16 bytes)
{
	at = nt_put(at, "\xb8", 1);
	at = nt_put32(at, number);
	at = nt_put(at, "\xe8\x03\x00\x00\x00\xc2", 6);
	at = nt_put(at, (char *)&bytes, 2);
	nt_put(at, "\x8b\xd4\x0f\x34\xc3", 5);
}

static void prepare(void)
{
	*(u32 *)NT_SYSTEM_RET = NT_STUB + RETURN;
	nt_sysenter_prepare();
}

static const struct nt_os os = {
	.numbers = {	/* in the order of enum nt_call */
		0x196, 0x174, 0x163, 0x13e, 0xe8, 0xdd, 0x87,
		0x23, 0x5, 0x1, 0x112e, 0x11b1, 0x1fff,
	},
	.prepare = prepare,
	.put_stub = put_stub,
	.expect = nt_sysenter_expect,
	.leave = nt_sysenter_leave,
};

void guest_main(void)
{
	nt_main(&os);
}
