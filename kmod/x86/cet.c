// SPDX-License-Identifier: GPL-2.0
/* The part of CET's state that vendors share: two MSRs, which belong to the FPU's state. */
#include <linux/irqflags.h>
#include <linux/thread_info.h>
#include <asm/fpu/api.h>
#include <asm/msr.h>

#include "compat/compat.h"
#include "x86/cet.h"
#include "x86/symbols.h"

enum { U_CET = 0x6a0, PL3_SSP = 0x6a7 };

void vsys_cet_change(struct vsys_cet *cet, u8 from, u8 to)
{
	u64 pl3_ssp;

	lockdep_assert_irqs_disabled();
	/* The thread may have slept on the slow path: load the guest's FPU state again. */
	if (test_thread_flag(TIF_NEED_FPU_LOAD))
		static_call(vsys_switch_fpu_return)();
	rdmsrq(U_CET, cet->u_cet);
	rdmsrq(PL3_SSP, pl3_ssp);
	cet->pl3_ssp = pl3_ssp;
	if (to)
		vsys_cet_leave(cet);
	else
		vsys_cet_enter(cet, from, boot_cpu_data.x86_virt_bits);
	if (cet->pl3_ssp != pl3_ssp)
		wrmsrq(PL3_SSP, cet->pl3_ssp);
}
