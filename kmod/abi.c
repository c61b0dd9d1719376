// SPDX-License-Identifier: GPL-2.0
/* Which number, which arguments, which result: by door and operating system. */
#include <linux/nospec.h>

#include "abi.h"
#include "vcpu.h"

enum {
	LINUX_ARGS = 6,
	WINDOWS_ARGS = 4,		/* of a call that is not known */
	WINDOWS_X64_REGS = 4,
	WINDOWS_X64_STACK = 0x28,	/* return address, home of the registers */
	WINDOWS_SYSENTER_STACK = 8,	/* two return addresses */
	NTSTATUS_ERROR = 3,		/* severity, bits 31:30 */
	NTSTATUS_PENDING = 0x103,
};

/* The ABI of a call: not in 64-bit code, in 64-bit code. */
static const u8 abis[][VSYS_DOORS][2] = {
	[VSYS_OS_LINUX] = {
		[VSYS_DOOR_SYSCALL] = { VSYS_ABI_LINUX_I386, VSYS_ABI_LINUX_X86_64 },
		[VSYS_DOOR_SYSENTER] = { VSYS_ABI_LINUX_I386, VSYS_ABI_LINUX_I386 },
		[VSYS_DOOR_INT80] = { VSYS_ABI_LINUX_I386, VSYS_ABI_LINUX_I386 },
	},
	[VSYS_OS_WINDOWS] = {
		[VSYS_DOOR_SYSCALL] = { VSYS_ABI_WINDOWS_X86, VSYS_ABI_WINDOWS_X64 },
		[VSYS_DOOR_SYSENTER] = { VSYS_ABI_WINDOWS_X86, VSYS_ABI_WINDOWS_X86 },
		[VSYS_DOOR_INT2E] = { VSYS_ABI_WINDOWS_X86, VSYS_ABI_WINDOWS_X64 },
	},
};

/* What is known of call @nr, which the guest chose: VSYS_CALL_*, or 0. */
static u32 info_of(const struct vsys_profile *p, u8 abi, u32 nr)
{
	const struct vsys_numbers *n = p->numbers[abi];
	u32 table = nr >> VSYS_NR_SHIFT, index = nr & (BIT(VSYS_NR_SHIFT) - 1);

	if (!n || table >= VSYS_NR_TABLES)
		return 0;
	table = array_index_nospec(table, VSYS_NR_TABLES);
	if (index >= n->n[table])
		return 0;
	return n->info[table][array_index_nospec(index, n->n[table])];
}

/**
 * vsys_abi_identify() - which call is it?
 * @v: the vCPU
 * @call: in: its number and door; out: ABI, info and number of arguments
 * @code64: it was made by 64-bit code
 */
void vsys_abi_identify(struct vsys_vcpu *v, struct vsys_call *call, bool code64)
{
	const struct vsys_profile *p = v->profile;
	bool windows = p->os == VSYS_OS_WINDOWS;

	call->abi = abis[p->os][call->door][code64];
	if (call->abi == VSYS_ABI_LINUX_X86_64 && call->nr & VSYS_X32_BIT) {
		call->abi = VSYS_ABI_LINUX_X32;
		call->info = info_of(p, call->abi, call->nr & ~VSYS_X32_BIT);
	} else {
		call->info = info_of(p, call->abi, call->nr);
	}
	call->nargs = call->info & VSYS_CALL_KNOWN ? call->info & VSYS_CALL_NARGS :
		      windows ? WINDOWS_ARGS : LINUX_ARGS;
}

/**
 * vsys_abi_sp() - the caller's stack pointer, as its kernel will restore it
 * @v: the vCPU
 * @door: by which it calls
 * @rsp: the register
 * @code64: it is 64-bit code
 */
u64 vsys_abi_sp(struct vsys_vcpu *v, u8 door, u64 rsp, bool code64)
{
	const unsigned long *regs = v->vcpu->arch.regs;

	/* SYSENTER does not save it: the caller does, where its ABI says. */
	if (door == VSYS_DOOR_SYSENTER)
		return (u32)regs[v->profile->os == VSYS_OS_WINDOWS ?
				 VCPU_REGS_RDX : VCPU_REGS_RBP];
	return code64 ? rsp : (u32)rsp;
}

/* Arguments from @first on are on the stack, at @at. */
static bool stack_args(struct vsys_vcpu *v, struct vsys_call *call, u32 first,
		       u64 at)
{
	u32 word = vsys_abi_is_32(call->abi) ? 4 : 8, i, n;

	/* Each entry has VSYS_ARGS of them, or what an earlier call had left. */
	for (i = max_t(u32, first, call->nargs); i < VSYS_ARGS; i++)
		call->args[i] = 0;
	call->valid = min_t(u32, first, call->nargs);
	if (call->nargs <= first)
		return true;
	n = call->nargs - first;
	i = vsys_mem_read(&v->mem, at, &call->args[first], n * word) / word;
	call->valid += i;
	/* Widened in place, from the last on. */
	while (n-- > 0) {
		u64 *to = &call->args[first + n];

		if (n >= i)
			*to = 0;
		else if (word == 4)
			*to = ((u32 *)&call->args[first])[n];
	}
	return call->valid == call->nargs;
}

/* Registers of @order; then the stack. */
static bool i386_args(struct vsys_vcpu *v, struct vsys_call *call)
{
	static const u8 order[] = { VCPU_REGS_RBX, VCPU_REGS_RCX, VCPU_REGS_RDX,
				    VCPU_REGS_RSI, VCPU_REGS_RDI, VCPU_REGS_RBP };
	const unsigned long *regs = v->vcpu->arch.regs;
	int i;

	for (i = 0; i < LINUX_ARGS; i++)
		call->args[i] = (u32)regs[order[i]];
	call->valid = call->nargs;
	if (call->door == VSYS_DOOR_INT80)
		return true;
	/* SYSCALL takes ECX, so EBP has the second; SYSENTER's EBP is the stack. */
	if (call->door == VSYS_DOOR_SYSCALL)
		call->args[1] = (u32)regs[VCPU_REGS_RBP];
	return stack_args(v, call, LINUX_ARGS - 1, call->key.sp);
}

static bool windows_args(struct vsys_vcpu *v, struct vsys_call *call)
{
	const unsigned long *regs = v->vcpu->arch.regs;

	if (call->abi == VSYS_ABI_WINDOWS_X86)
		return stack_args(v, call, 0, (u32)regs[VCPU_REGS_RDX] +
				  (call->door == VSYS_DOOR_SYSENTER ?
				   WINDOWS_SYSENTER_STACK : 0));
	call->args[0] = regs[VCPU_REGS_R10];
	call->args[1] = regs[VCPU_REGS_RDX];
	call->args[2] = regs[VCPU_REGS_R8];
	call->args[3] = regs[VCPU_REGS_R9];
	return stack_args(v, call, WINDOWS_X64_REGS, call->key.sp + WINDOWS_X64_STACK);
}

/**
 * vsys_abi_args() - read the arguments of a call, before the door is gone through
 * @v: the vCPU; v->mem is ready
 * @call: identified, with its key; its args and valid are set
 *
 * Return: whether all could be read.
 */
bool vsys_abi_args(struct vsys_vcpu *v, struct vsys_call *call)
{
	switch (call->abi) {
	case VSYS_ABI_LINUX_I386:
		return i386_args(v, call);
	case VSYS_ABI_WINDOWS_X86:
	case VSYS_ABI_WINDOWS_X64:
		return windows_args(v, call);
	default:
		vsys_abi_args64(v->vcpu, call->args);
		call->valid = call->nargs;
		return true;
	}
}

/* Has @call failed, so that it has written nothing, or not yet? */
bool vsys_abi_failed(const struct vsys_call *call, u64 result)
{
	switch (call->abi) {
	case VSYS_ABI_LINUX_I386:
		return (u32)result >= (u32)-4095;
	case VSYS_ABI_WINDOWS_X86:
	case VSYS_ABI_WINDOWS_X64:
		return call->info & VSYS_CALL_STATUS &&
		       ((u32)result >> 30 == NTSTATUS_ERROR ||
			(u32)result == NTSTATUS_PENDING);
	default:
		return result >= (u64)-4095;
	}
}
