// SPDX-License-Identifier: GPL-2.0
/*
 * Windows XP SP3, 32 bits: stubs call through KUSER_SHARED_DATA to KiFastSystemCall,
 * and SYSENTER returns to KiFastSystemCallRet.
 */
#include "lib/nt.h"

static const struct nt_os os = {
	.numbers = {	/* in the order of enum nt_call */
		0x11, 0x19, 0x25, 0x3b, 0x74, 0x7a, 0xb7,
		0x101, 0x112, 0x116, 0x100d, 0x1191, 0x1fff,
	},
	.prepare = nt_fast_prepare,
	.put_stub = nt_shared_stub,
	.expect = nt_sysenter_expect,
	.leave = nt_sysenter_leave,
};

void guest_main(void)
{
	nt_main(&os);
}
