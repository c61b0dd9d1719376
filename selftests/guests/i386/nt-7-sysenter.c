// SPDX-License-Identifier: GPL-2.0
/*
 * Windows 7, 32 bits: stubs call through KUSER_SHARED_DATA to KiFastSystemCall,
 * and SYSENTER returns to KiFastSystemCallRet.
 */
#include "lib/nt.h"

static const struct nt_os os = {
	.numbers = {	/* in the order of enum nt_call */
		0x13, 0x32, 0x42, 0x62, 0xb3, 0xbe, 0x111,
		0x172, 0x18c, 0x190, 0x100e, 0x11a4, 0x1fff,
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
