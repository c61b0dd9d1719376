// SPDX-License-Identifier: GPL-2.0
/* How a program makes another call in place of its own; see arch.h. */
#include "arch.h"
#include "rewrite/types.h"
#include "vcpu.h"

enum { RT_SIGPROCMASK64 = 14, RT_SIGPROCMASK32 = 175 };
enum { SYSCALL_LEN = 2, INT_LEN = 2, LINUX_INT = 0x80 };

u32 vsys_touch_number(const struct vsys_call *call, int *reg)
{
	*reg = VCPU_REGS_RAX;
	return vsys_abi_is_32(call->abi) ? RT_SIGPROCMASK32 :
					   RT_SIGPROCMASK64 | (call->nr & VSYS_X32_BIT);
}

/*
 * By INT 80h, which all kernels have that have another door of 32-bit programs, and which returns
 * to where it is told to.
 */
static void door_int(struct vsys_stop *stop, u64 addr)
{
	struct vsys_vcpu *v = stop->v;

	v->soft = (struct vsys_int){
		.vector = LINUX_INT, .len = INT_LEN, .call = true, .touch = true, .addr = addr,
		.rip = stop->rip, .next = stop->rip,
	};
	v->next_run |= VSYS_NEXT_SEND_INT;
	stop->call->door = VSYS_DOOR_INT80;
}

bool vsys_touch_door(struct vsys_stop *stop, u64 addr)
{
	switch (stop->call->abi) {
	case VSYS_ABI_LINUX_I386:
		door_int(stop, addr);
		return true;
	case VSYS_ABI_LINUX_X86_64:
	case VSYS_ABI_LINUX_X32:
		if (stop->len != SYSCALL_LEN)
			return false;
		stop->st->rip -= stop->len;	/* the address of the next instruction goes to RCX */
		return true;
	default:
		return false;
	}
}
