// SPDX-License-Identifier: GPL-2.0
/*
 * A call that is not made returns: what the caller finds, by door and operating
 * system.
 */
#include "arch.h"
#include "rewrite/edit.h"
#include "vcpu.h"
#include "x86/emulate.h"
#include "x86/regs.h"

enum {
	PAD = 8,		/* NOPs behind SYSENTER, at most */
	WINDOWS_RET = 4,	/* what KiFastSystemCallRet drops */
};

/* By SYSCALL, SDM vol. 2 and APM vol. 3, SYSCALL, SYSRET: where RCX says. */
static void by_sysret(struct vsys_stop *stop, u64 to)
{
	unsigned long *regs = stop->v->vcpu->arch.regs;
	struct vsys_state *st = stop->st;

	st->rflags &= ~X86_EFLAGS_RF;
	regs[VCPU_REGS_RCX] = to;
	if (st->lma) {
		regs[VCPU_REGS_R11] = st->rflags;
		st->rflags = (st->rflags & VSYS_SYSRET_FLAGS) | X86_EFLAGS_FIXED;
	} else {
		st->rflags |= X86_EFLAGS_IF;
	}
	st->rip = to;
}

/* What the caller can read itself. */
static bool peek(struct vsys_stop *stop, u64 addr, void *to, u32 len)
{
	struct vsys_span s = { .addr = addr, .len = len };

	return !vsys_span_read(&stop->v->mem, &s, to);
}

/*
 * Where Linux returns to from SYSENTER and from SYSCALL of 32-bit programs: the
 * vDSO has NOPs behind it, then an INT 80h or, before 3.3, a JMP, and the
 * place behind that; arch/x86/entry/vdso/vdso32/system_call.S.
 */
static bool landing(struct vsys_stop *stop, u64 *to)
{
	u64 at = (u32)(stop->st->rip + stop->len);
	u8 code[PAD + 2];
	int i = 0;

	if (!peek(stop, at, code, sizeof(code)))
		return false;
	while (i < PAD && code[i] == 0x90)
		i++;
	*to = (u32)(at + i + 2);
	return (code[i] == 0xcd && code[i + 1] == 0x80) || code[i] == 0xeb;
}

/* SYSENTER: SYSEXIT leaves RCX and RDX as ESP and EIP. */
static void by_sysexit(struct vsys_stop *stop, u32 to, u32 sp)
{
	unsigned long *regs = stop->v->vcpu->arch.regs;

	stop->st->rflags &= ~X86_EFLAGS_RF;
	regs[VCPU_REGS_RCX] = sp;
	regs[VCPU_REGS_RDX] = to;
	stop->st->rip = to;
	stop->st->rsp = sp;
}

/* Windows: SYSEXIT to KiFastSystemCallRet, with ESP = EDX, which is one RET. */
static int skip_windows_sysenter(struct vsys_stop *stop)
{
	u32 sp = stop->call->key.sp, to;

	if (!peek(stop, sp, &to, sizeof(to)))
		return -EOPNOTSUPP;
	by_sysexit(stop, to, sp + WINDOWS_RET);
	return 0;
}

/* Linux restores EBP, the sixth argument to it, from the caller's stack. */
static int skip_linux32(struct vsys_stop *stop)
{
	unsigned long *regs = stop->v->vcpu->arch.regs;
	u32 sp = stop->call->key.sp, bp;
	u64 to;

	if (!landing(stop, &to) || !peek(stop, sp, &bp, sizeof(bp)))
		return -EOPNOTSUPP;
	if (stop->call->door == VSYS_DOOR_SYSENTER)
		by_sysexit(stop, to, sp);
	else
		by_sysret(stop, to);
	regs[VCPU_REGS_RBP] = bp;
	return 0;
}

static int leave(struct vsys_stop *stop)
{
	const struct vsys_call *call = stop->call;
	u64 next = stop->st->rip + stop->len;

	if (!stop->st->code64)
		next = (u32)next;
	else if (!vsys_canonical(stop->st->cr4, next))
		return -EOPNOTSUPP;	/* VMX would not enter, SDM vol. 3, 27.3.1.4 */
	switch (call->door) {
	case VSYS_DOOR_SYSENTER:
		return call->abi == VSYS_ABI_WINDOWS_X86 ? skip_windows_sysenter(stop) :
							   skip_linux32(stop);
	case VSYS_DOOR_SYSCALL:
		if (call->abi == VSYS_ABI_LINUX_I386)
			return skip_linux32(stop);
		by_sysret(stop, next);
		return 0;
	default:	/* INT n: IRET restores all */
		stop->st->rflags &= ~X86_EFLAGS_RF;
		stop->st->rip = next;
		return 0;
	}
}

int vsys_skip_call(struct vsys_stop *stop, u64 result)
{
	struct vsys_rec_edit e = { .what = VSYS_EDIT_SKIP };
	int err;

	vsys_mem_begin(&stop->v->mem, stop->root, false);
	err = leave(stop);
	if (err)
		return err;
	vsys_abi_set_result(stop->v->vcpu, stop->call->abi, result);
	vsys_regs_set_sp(stop->v->vcpu, stop->st->rsp);
	e.value = vsys_abi_result(stop->v->vcpu, stop->call->abi);
	vsys_edit_record(stop, &e, NULL, NULL);
	return 0;
}
