// SPDX-License-Identifier: GPL-2.0
/* Number, arguments and result of a call, by door and operating system; see arch.h. */
#include "arch.h"
#include "numbers.h"
#include "vcpu.h"

enum {
	LINUX_ARGS = 6,
	WINDOWS_ARGS = 4,		/* of a call that is not known */
	WINDOWS_X64_STACK = 0x28,	/* return address, home of the registers */
	WINDOWS_SYSENTER_STACK = 8,	/* two return addresses */
	NTSTATUS_ERROR = 3,		/* severity, bits 31:30 */
};

/* The ABI of a call: not in 64-bit code, in 64-bit code. */
static const u8 abis[][VSYS_DOOR_NR][2] = {
	[VSYS_OS_LINUX] = {
		[VSYS_DOOR_SYSCALL] = { VSYS_ABI_LINUX_I386, VSYS_ABI_LINUX_X86_64 },
		[VSYS_DOOR_SYSENTER] = { VSYS_ABI_LINUX_I386, VSYS_ABI_LINUX_I386 },
		[VSYS_DOOR_INT80] = { VSYS_ABI_LINUX_I386, VSYS_ABI_LINUX_I386 },
	},
	[VSYS_OS_WINDOWS] = {
		[VSYS_DOOR_SYSCALL] = { VSYS_ABI_WINDOWS_X86, VSYS_ABI_WINDOWS_X64 },
		[VSYS_DOOR_SYSENTER] = { VSYS_ABI_WINDOWS_X86, VSYS_ABI_WINDOWS_X86 },
		[VSYS_DOOR_INT2E] = { VSYS_ABI_WINDOWS_X86, VSYS_ABI_WINDOWS_X64 },
		[VSYS_DOOR_INT2B ... VSYS_DOOR_INT2D] =
			{ VSYS_ABI_WINDOWS_X86, VSYS_ABI_WINDOWS_X64 },
	},
};

/* The call that a door makes whatever EAX is, or NULL. */
static const struct vsys_door_call *call_of_door(const struct vsys_profile *p,
						 const struct vsys_call *call)
{
	const struct vsys_numbers *n = p->numbers[call->abi];

	return n && n->by_door[call->door].info ? &n->by_door[call->door] : NULL;
}

void vsys_abi_identify(const struct vsys_profile *p, struct vsys_call *call, bool code64)
{
	bool windows = p->os == VSYS_OS_WINDOWS;
	const struct vsys_door_call *only;

	call->abi = abis[p->os][call->door][code64];
	only = call_of_door(p, call);
	if (only) {
		call->nr = only->nr;
		call->info = only->info;
	} else if (call->abi == VSYS_ABI_LINUX_X86_64 && call->nr & VSYS_X32_BIT) {
		call->abi = VSYS_ABI_LINUX_X32;
		call->info = vsys_numbers_call(p, call->abi, call->nr & ~VSYS_X32_BIT);
	} else {
		call->info = vsys_numbers_call(p, call->abi, call->nr);
	}
	call->nargs = call->info & VSYS_CALL_KNOWN ? call->info & VSYS_CALL_NARGS :
		      windows ? WINDOWS_ARGS : LINUX_ARGS;
}

u64 vsys_abi_sp(struct vsys_vcpu *v, const struct vsys_view *view, u8 door, u64 sp)
{
	const unsigned long *regs = v->vcpu->arch.regs;

	/* SYSENTER does not save it: the caller does, where its ABI says. */
	if (door == VSYS_DOOR_SYSENTER)
		return (u32)regs[view->profile->os == VSYS_OS_WINDOWS ?
				 VCPU_REGS_RDX : VCPU_REGS_RBP];
	return sp;
}

/* Where an ABI has its arguments: in registers, then on the stack. */
struct layout {
	const u8 *regs;
	u8 nregs;
	u64 stack;	/* address of the first that is in none */
};

static const u8 linux64[] = {
	VCPU_REGS_RDI, VCPU_REGS_RSI, VCPU_REGS_RDX,
	VCPU_REGS_R10, VCPU_REGS_R8, VCPU_REGS_R9,
};
static const u8 linux32[] = {
	VCPU_REGS_RBX, VCPU_REGS_RCX, VCPU_REGS_RDX,
	VCPU_REGS_RSI, VCPU_REGS_RDI, VCPU_REGS_RBP,
};
/* SYSCALL takes ECX, so EBP has the second. */
static const u8 linux32_syscall[] = {
	VCPU_REGS_RBX, VCPU_REGS_RBP, VCPU_REGS_RDX, VCPU_REGS_RSI, VCPU_REGS_RDI,
};
/* Of INT 2Bh: buffer, its length, status. */
static const u8 windows_callback[] = { VCPU_REGS_RCX, VCPU_REGS_RDX, VCPU_REGS_RAX };
/* Of INT 2Dh: service, then its arguments. */
static const u8 windows_debug32[] = {
	VCPU_REGS_RAX, VCPU_REGS_RCX, VCPU_REGS_RDX, VCPU_REGS_RBX, VCPU_REGS_RDI,
};
static const u8 windows_debug64[] = {
	VCPU_REGS_RAX, VCPU_REGS_RCX, VCPU_REGS_RDX, VCPU_REGS_R8, VCPU_REGS_R9,
};
static const u8 windows64[] = {
	VCPU_REGS_R10, VCPU_REGS_RDX, VCPU_REGS_R8, VCPU_REGS_R9,
};

static struct layout layout_of(const struct vsys_vcpu *v, const struct vsys_call *call)
{
	u64 sp = call->key.sp;

	switch (call->abi) {
	case VSYS_ABI_LINUX_I386:
		if (call->door == VSYS_DOOR_INT80)
			return (struct layout){ linux32, LINUX_ARGS };
		/* SYSENTER's EBP is the stack. */
		return (struct layout){ call->door == VSYS_DOOR_SYSCALL ?
					linux32_syscall : linux32, LINUX_ARGS - 1, sp };
	case VSYS_ABI_WINDOWS_X86:
		if (call->door == VSYS_DOOR_INT2B)
			return (struct layout){ windows_callback, ARRAY_SIZE(windows_callback) };
		if (call->door == VSYS_DOOR_INT2D)
			return (struct layout){ windows_debug32, ARRAY_SIZE(windows_debug32) };
		sp = (u32)v->vcpu->arch.regs[VCPU_REGS_RDX];
		if (call->door == VSYS_DOOR_SYSENTER)
			sp += WINDOWS_SYSENTER_STACK;
		return (struct layout){ NULL, 0, sp };
	case VSYS_ABI_WINDOWS_X64:
		if (call->door == VSYS_DOOR_INT2D)
			return (struct layout){ windows_debug64, ARRAY_SIZE(windows_debug64) };
		return (struct layout){ windows64, VSYS_WINDOWS_X64_REGS, sp + WINDOWS_X64_STACK };
	default:
		return (struct layout){ linux64, LINUX_ARGS };
	}
}

/* Arguments that are in no register. */
static bool stack_args(struct vsys_vcpu *v, struct vsys_call *call,
		       const struct layout *l)
{
	u32 word = vsys_abi_word(call->abi), first = l->nregs, i, n;

	/* Each entry has VSYS_ARGS of them: clear those of an earlier call. */
	for (i = max_t(u32, first, call->nargs); i < VSYS_ARGS; i++)
		call->args[i] = 0;
	call->valid = min_t(u32, first, call->nargs);
	if (call->nargs <= first)
		return true;
	n = call->nargs - first;
	i = vsys_mem_read(&v->mem, l->stack, &call->args[first], n * word) / word;
	call->valid += i;
	while (unlikely(n > i))
		call->args[first + --n] = 0;
	/* Widened in place, from the last on. */
	while (word == 4 && n-- > 0)
		call->args[first + n] = ((u32 *)&call->args[first])[n];
	return call->valid == call->nargs;
}

bool vsys_abi_args(struct vsys_vcpu *v, struct vsys_call *call)
{
	struct layout l = layout_of(v, call);
	u64 mask = vsys_abi_mask(call->abi);
	int i;

	for (i = 0; i < l.nregs; i++)
		call->args[i] = v->vcpu->arch.regs[l.regs[i]] & mask;
	return stack_args(v, call, &l);
}

int vsys_abi_place(const struct vsys_vcpu *v, const struct vsys_call *call,
		   u32 arg, u64 *addr)
{
	struct layout l = layout_of(v, call);

	if (arg < l.nregs)
		return l.regs[arg];
	*addr = (l.stack + (arg - l.nregs) * vsys_abi_word(call->abi)) &
		vsys_abi_mask(call->abi);
	return -1;
}

bool vsys_abi_failed(const struct vsys_call *call, u64 result)
{
	switch (call->abi) {
	case VSYS_ABI_LINUX_I386:
		return (u32)result >= (u32)-4095;
	case VSYS_ABI_WINDOWS_X86:
	case VSYS_ABI_WINDOWS_X64:
		return call->info & VSYS_CALL_STATUS && (u32)result >> 30 == NTSTATUS_ERROR;
	default:
		return result >= (u64)-4095;
	}
}
