// SPDX-License-Identifier: GPL-2.0
/* Have Linux read a word of a program's memory, and make the program's call again; see arch.h. */
#include "arch.h"
#include "rewrite/types.h"
#include "vcpu.h"
#include "x86/vendor.h"

/*
 * rt_sigprocmask() with a @how that does not exist: EINVAL when it has read the mask.  All
 * kernels have it, it changes nothing, and programs that may make other calls may make it.
 */
enum { TOUCH_NR64 = 14, TOUCH_NR32 = 175, TOUCH_HOW = -1, TOUCH_BYTES = 8 };
enum { SYSCALL_LEN = 2, INT_LEN = 2, LINUX_INT = 0x80 };

/* The registers of number and arguments. */
static const u8 regs64[VSYS_TOUCH_REGS] = {
	VCPU_REGS_RAX, VCPU_REGS_RDI, VCPU_REGS_RSI, VCPU_REGS_RDX, VCPU_REGS_R10,
};
static const u8 regs32[VSYS_TOUCH_REGS] = {
	VCPU_REGS_RAX, VCPU_REGS_RBX, VCPU_REGS_RCX, VCPU_REGS_RDX, VCPU_REGS_RSI,
};

static const u8 *touch_regs(const struct vsys_call *call)
{
	return call->abi == VSYS_ABI_LINUX_I386 ? regs32 : regs64;
}

void vsys_touch_apply(struct vsys_vcpu *v, const struct vsys_call *call, u64 addr)
{
	const u64 values[VSYS_TOUCH_REGS] = {
		call->abi == VSYS_ABI_LINUX_I386 ? TOUCH_NR32 : TOUCH_NR64 | (call->nr & VSYS_X32_BIT),
		(u32)TOUCH_HOW,
		addr & ~(TOUCH_BYTES - 1ULL), 0, TOUCH_BYTES,
	};
	int i;

	for (i = 0; i < VSYS_TOUCH_REGS; i++)
		v->vcpu->arch.regs[touch_regs(call)[i]] = values[i];
}

void vsys_touch_restore(struct vsys_vcpu *v, const struct vsys_call *call)
{
	int i;

	for (i = 0; i < VSYS_TOUCH_REGS; i++)
		v->vcpu->arch.regs[touch_regs(call)[i]] = call->args[i];
}

/*
 * By INT 80h, which all kernels have that have another door of 32-bit programs, and which returns
 * to where it is told to.
 */
static void touch_by_int(struct vsys_stop *stop, u64 addr)
{
	struct vsys_vcpu *v = stop->v;

	v->soft = (struct vsys_int){
		.vector = LINUX_INT, .len = INT_LEN, .call = true, .touch = true, .addr = addr,
		.rip = stop->rip, .next = stop->rip,
	};
	v->next_run |= VSYS_NEXT_SEND_INT;
	stop->call->door = VSYS_DOOR_INT80;
}

bool vsys_touch_call(struct vsys_stop *stop, u64 addr)
{
	struct vsys_call *call = stop->call;
	int i;

	if (call->abi == VSYS_ABI_WINDOWS_X86 || call->abi == VSYS_ABI_WINDOWS_X64 ||
	    (call->abi != VSYS_ABI_LINUX_I386 && stop->len != SYSCALL_LEN))
		return false;
	for (i = 0; i < VSYS_TOUCH_REGS; i++)
		call->args[i] = stop->v->vcpu->arch.regs[touch_regs(call)[i]];
	if (call->abi == VSYS_ABI_LINUX_I386) {
		touch_by_int(stop, addr);
	} else {
		vsys_touch_apply(stop->v, call, addr);
		stop->st->rip -= stop->len;	/* the address of the next instruction goes to RCX */
	}
	return true;
}
