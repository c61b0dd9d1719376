// SPDX-License-Identifier: GPL-2.0
/*
 * Return from a call that is not made, with the registers that the caller would find, by
 * door and operating system.
 */
#include "arch.h"
#include "rewrite/edit.h"
#include "vcpu.h"
#include "x86/emulate.h"
#include "x86/regs.h"

enum {
	PAD = 8,		/* NOPs behind SYSENTER, at most */
	WINDOWS_RET = 4,	/* bytes KiFastSystemCallRet drops */
};

/* Return as SYSRET does: to RCX, SDM vol. 2 and APM vol. 3, SYSCALL, SYSRET. */
static void return_by_sysret(struct vsys_stop *stop, u64 to)
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

/* Read memory that the caller can read itself. */
static bool user_read(struct vsys_stop *stop, u64 addr, void *to, u32 len)
{
	struct vsys_span s = { .addr = addr, .len = len };

	return !vsys_span_read(&stop->v->mem, &s, to);
}

/*
 * Find the place to which Linux returns from SYSENTER and from SYSCALL of 32-bit
 * programs.  In the vDSO NOPs follow the instruction, then an INT 80h or, before 3.3, a
 * JMP, then that place; arch/x86/entry/vdso/vdso32/system_call.S.
 */
static bool landing_find(struct vsys_stop *stop, u64 *to)
{
	u64 at = (u32)(stop->st->rip + stop->len);
	u8 code[PAD + 2];
	int i = 0;

	if (!user_read(stop, at, code, sizeof(code)))
		return false;
	while (i < PAD && code[i] == 0x90)
		i++;
	*to = (u32)(at + i + 2);
	return (code[i] == 0xcd && code[i + 1] == 0x80) || code[i] == 0xeb;
}

/* Return as SYSEXIT does: EIP from RDX, ESP from RCX. */
static void return_by_sysexit(struct vsys_stop *stop, u32 to, u32 sp)
{
	unsigned long *regs = stop->v->vcpu->arch.regs;

	stop->st->rflags &= ~X86_EFLAGS_RF;
	regs[VCPU_REGS_RCX] = sp;
	regs[VCPU_REGS_RDX] = to;
	stop->st->rip = to;
	stop->st->rsp = sp;
}

/* Windows: SYSEXIT goes to KiFastSystemCallRet, a RET, with ESP = EDX. */
static int skip_windows_sysenter(struct vsys_stop *stop)
{
	u32 sp = stop->call->key.sp, to;

	if (!user_read(stop, sp, &to, sizeof(to)))
		return -EOPNOTSUPP;
	return_by_sysexit(stop, to, sp + WINDOWS_RET);
	return 0;
}

/* Linux restores EBP, its sixth argument, from the caller's stack. */
static int skip_linux32(struct vsys_stop *stop)
{
	unsigned long *regs = stop->v->vcpu->arch.regs;
	u32 sp = stop->call->key.sp, bp;
	u64 to;

	if (!landing_find(stop, &to) || !user_read(stop, sp, &bp, sizeof(bp)))
		return -EOPNOTSUPP;
	if (stop->call->door == VSYS_DOOR_SYSENTER)
		return_by_sysexit(stop, to, sp);
	else
		return_by_sysret(stop, to);
	regs[VCPU_REGS_RBP] = bp;
	return 0;
}

static int call_leave(struct vsys_stop *stop)
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
		return_by_sysret(stop, next);
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
	err = call_leave(stop);
	if (err)
		return err;
	vsys_abi_set_result(stop->v->vcpu, stop->call->abi, result);
	vsys_regs_set_sp(stop->v->vcpu, stop->st->rsp);
	e.value = vsys_abi_result(stop->v->vcpu, stop->call->abi);
	vsys_edit_record(stop, &e, NULL, NULL);
	return 0;
}
