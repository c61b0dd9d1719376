// SPDX-License-Identifier: GPL-2.0
/*
 * Windows XP SP3, 32 bits: stubs call through KUSER_SHARED_DATA to KiFastSystemCall,
 * and SYSENTER returns to KiFastSystemCallRet.
 */
#include "lib/nt.h"

/* KiFastSystemCall and, after some NOPs, KiFastSystemCallRet. */
static void prepare(void)
{
	nt_put((u8 *)NT_NTDLL, "\x8b\xd4\x0f\x34\x90\x90\x90\x90\x90\xc3", 10);
	*(u32 *)NT_SYSTEM_CALL = NT_NTDLL;
	*(u32 *)NT_SYSTEM_RET = NT_NTDLL + 9;
	nt_sysenter_prepare();
}

/* mov eax, N; mov edx, 7ffe0300h; call [edx]; ret BYTES */
static void put_stub(u8 *at, u16 number, u16 bytes)
{
	at = nt_put(at, "\xb8", 1);
	at = nt_put32(at, number);
	at = nt_put(at, "\xba\x00\x03\xfe\x7f\xff\x12\xc2", 8);
	nt_put(at, (char *)&bytes, 2);
}

static const struct nt_os os = {
	.numbers = {	/* in the order of enum nt_call */
		0x11, 0x19, 0x25, 0x3b, 0x74, 0x7a, 0xb7,
		0x101, 0x112, 0x116, 0x100d, 0x1191, 0x1fff,
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
