// SPDX-License-Identifier: GPL-2.0
/* From a VM exit to a call: which instruction, which call; read, then act. */
#include "abi.h"
#include "emulate.h"
#include "pending.h"
#include "record.h"
#include "symbols.h"
#include "trap.h"
#include "vcpu.h"

/* CR3 without PCID and the bits that page-table isolation toggles. */
#define ROOT_MASK GENMASK_ULL(51, 13)

/* The uncommon ones: prefixes, a page boundary, the slow path. */
static noinline void fetch_any(struct vsys_vcpu *v, u64 at, bool long64)
{
	u8 bytes[VSYS_INSN_MAX];
	u32 n = vsys_mem_read(&v->mem, at, bytes, 2);

	/* No more than needed: what follows may be in an absent page. */
	vsys_insn_decode(&v->insn, bytes, n, long64);
	while (v->insn.op == VSYS_OP_MORE && n < sizeof(bytes) &&
	       vsys_mem_read(&v->mem, at + n, bytes + n, 1))
		vsys_insn_decode(&v->insn, bytes, ++n, long64);
}

static void fetch(struct vsys_vcpu *v)
{
	const struct vsys_state *st = &v->state;
	bool long64 = st->cs_attr & VSYS_AR_L;
	u64 at = long64 ? st->rip : (u32)(st->rip + st->cs_base);
	u32 word;

	if (likely(v->mem.atomic && vsys_mem_word(&v->mem, at, &word))) {
		if ((word & 0xffff) == 0x050f) {
			v->insn.op = VSYS_OP_SYSCALL;
			v->insn.len = 2;
			v->insn.rex_w = false;
			return;
		}
		if (long64 && (word & 0xffffff) == 0x070f48) {
			v->insn.op = VSYS_OP_SYSRET;
			v->insn.len = 3;
			v->insn.rex_w = true;
			return;
		}
	}
	fetch_any(v, at, long64);
}

/*
 * The CPU has just fetched an instruction of ours, or it would not have
 * raised #UD, but memory does not show it: the guest's TLB or another of its
 * vCPUs is ahead.  Flush and let it fetch again; when that does not help, the
 * #UD is the guest's own.
 */
static enum vsys_trap refetch(struct vsys_vcpu *v)
{
	bool absent = v->insn.op == VSYS_OP_MORE;

	if (v->refetch_rip != v->state.rip) {
		v->refetch_rip = v->state.rip;
		v->refetches = 0;
	}
	if (v->refetches++ < (absent ? VSYS_REFETCH : 1)) {
		kvm_make_request(KVM_REQ_TLB_FLUSH_GUEST, v->vcpu);
		return VSYS_TRAP_DONE;
	}
	v->refetches = 0;
	if (absent)
		vsys_record_refused(v, VSYS_REFUSED_FETCH);
	return VSYS_TRAP_NONE;
}

/* Do the instruction and queue what follows from it. */
static enum vsys_trap act(struct vsys_vcpu *v)
{
	enum vsys_outcome out = vsys_emulate(v);

	if (out != VSYS_GP)
		static_call(vsys_store)(v, &v->state);
	if (likely(out == VSYS_DONE))
		return VSYS_TRAP_DONE;
	if (out == VSYS_DONE_DB) {
		if (v->vcpu->guest_debug & KVM_GUESTDBG_SINGLESTEP)
			return VSYS_TRAP_DEBUG;
		static_call(vsys_queue_exception_p)(v->vcpu, DB_VECTOR, DR6_BS);
	} else {
		static_call(vsys_queue_exception_e)(v->vcpu, GP_VECTOR, 0);
	}
	return VSYS_TRAP_DONE;
}

static void make_key(struct vsys_vcpu *v, struct vsys_key *key, u64 pc)
{
	key->root = v->state.cr3 & ROOT_MASK;
	key->sp = v->state.rsp;
	key->pc = pc;
}

static enum vsys_trap trap_syscall(struct vsys_vcpu *v)
{
	struct vsys_call *call = &v->call;
	struct vsys_capture_ctx *c = &v->capture;
	enum vsys_trap ret;

	call->nr = vsys_abi_number(v);
	call->sessions = vsys_record_wanted(v, call->nr);
	if (call->sessions) {
		/* Compat code has another ABI: its numbers are not known. */
		call->info = v->state.cs_attr & VSYS_AR_L ?
			vsys_profile_info(v->profile, call->nr) : 0;
		call->door = VSYS_DOOR_SYSCALL;
		call->call = ++v->calls;
		make_key(v, &call->key, v->state.rip + v->insn.len);
		vsys_abi_args(v, call->args);
		vsys_capture_begin(c, call->args);
		if (call->info & VSYS_CALL_IN) {
			v->profile->entry(c, call->nr);
			if (v->mem.absent && v->mem.atomic)
				return VSYS_TRAP_SLOW;
		}
	}
	ret = act(v);
	if (call->sessions)
		vsys_record_entry(v, call);
	return ret;
}

static enum vsys_trap trap_sysret(struct vsys_vcpu *v)
{
	struct vsys_call *call = &v->call;
	struct vsys_capture_ctx *c = &v->capture;
	u64 result = vsys_abi_result(v);
	struct vsys_key key;
	enum vsys_trap ret;
	bool paired;

	make_key(v, &key, v->vcpu->arch.regs[VCPU_REGS_RCX]);
	paired = vsys_pending_peek(v->vm->pending, &key, call);
	vsys_capture_begin(c, call->args);
	if (paired && call->info & VSYS_CALL_OUT && !vsys_abi_failed(result)) {
		c->ret = result;
		v->profile->exit(c, call->nr);
		if (v->mem.absent && v->mem.atomic)
			return VSYS_TRAP_SLOW;
	}
	ret = act(v);
	if (paired) {
		vsys_pending_remove(v->vm->pending, &key, call->call);
		vsys_record_return(v, call, result);
	} else {
		vsys_record_unpaired(v, result);
	}
	return ret;
}

/* Whether @out, or a trap flag, needs an exception to be queued. */
static bool needs_slow(struct vsys_vcpu *v, enum vsys_outcome out)
{
	u64 flags = v->state.rflags;

	if (v->insn.op == VSYS_OP_SYSRET)
		flags |= v->vcpu->arch.regs[VCPU_REGS_R11];
	return out != VSYS_DONE || flags & X86_EFLAGS_TF;
}

/**
 * vsys_trap() - handle a VM exit
 * @v: the vCPU, disarmed, right after the exit
 * @atomic: interrupts are off; nothing has happened since when
 *          %VSYS_TRAP_SLOW is returned
 */
enum vsys_trap vsys_trap(struct vsys_vcpu *v, bool atomic)
{
	enum vsys_outcome out;

	if (static_call(vsys_exit)(v) != VSYS_EXIT_UD)
		return VSYS_TRAP_NONE;
	static_call(vsys_load)(v, &v->state);
	v->mem.atomic = atomic;
	v->mem.absent = false;
	fetch(v);
	if (unlikely(v->insn.op < VSYS_OP_SYSCALL))
		return atomic ? VSYS_TRAP_SLOW : refetch(v);
	out = vsys_emulate_check(v);
	if (unlikely(out == VSYS_NOT_OURS))
		return VSYS_TRAP_NONE;
	if (atomic && unlikely(needs_slow(v, out)))
		return VSYS_TRAP_SLOW;
	if (unlikely(out == VSYS_GP))
		return act(v);
	return v->insn.op == VSYS_OP_SYSCALL ? trap_syscall(v) : trap_sysret(v);
}
