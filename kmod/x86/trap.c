// SPDX-License-Identifier: GPL-2.0
/* #UD, #GP and IRET: ours or the guest's?  The common cases are inline in run_tmpl.h. */
#include "record.h"
#include "x86/symbols.h"
#include "x86/trap.h"

#define XCR0_APX	BIT_ULL(19)	/* SDM vol. 1, 13.1 */

/* APX is on if its state is, in XCR0; CR4.OSXSAVE goes before. */
static enum vsys_code code_of(const struct kvm_vcpu *vcpu, bool code64)
{
	if (!code64)
		return VSYS_CODE_32;
	return vcpu->arch.xcr0 & XCR0_APX && vcpu->arch.cr4 & X86_CR4_OSXSAVE ?
		VSYS_CODE_APX : VSYS_CODE_64;
}

/**
 * vsys_trap_fetch() - read and decode an instruction in any encoding, at any address
 * @v: the vCPU; v->mem is ready; v->insn is set
 * @at: linear address of the instruction
 * @room: how many bytes the limit of CS leaves; one that is longer is not ours, as it
 *	faults before it executes
 * @code64: 64-bit mode
 */
void vsys_trap_fetch(struct vsys_vcpu *v, u64 at, u32 room, bool code64)
{
	enum vsys_code code = code_of(v->vcpu, code64);
	u8 *bytes = v->bytes;
	u32 n = 0, got;

	v->insn.op = VSYS_OP_MORE;
	/* Read no page more than needed: the next one may be absent. */
	while (v->insn.op == VSYS_OP_MORE && n < room) {
		v->nbytes = n;
		got = n + vsys_mem_read(&v->mem, at + n, bytes + n,
					min_t(u32, room - n, PAGE_SIZE - offset_in_page(at + n)));
		if (got == n)
			return;
		while (v->insn.op == VSYS_OP_MORE && n < got)
			vsys_insn_decode(&v->insn, bytes, ++n, code);
	}
	v->nbytes = n;
	if (v->insn.op == VSYS_OP_MORE)
		v->insn.op = VSYS_OP_OTHER;
}

/**
 * vsys_trap_usual() - decode an instruction in one of the encodings that compilers make
 * @v: the vCPU; v->insn is set
 * @bytes: the first four
 * @code64: 64-bit mode
 *
 * Return: false if it may be another; vsys_trap_fetch() tells.
 */
bool vsys_trap_usual(struct vsys_vcpu *v, u32 bytes, bool code64)
{
	if (!vsys_insn_usual(&v->insn, bytes, code64 ? VSYS_CODE_64 : VSYS_CODE_32))
		return false;
	v->nbytes = sizeof(bytes);
	memcpy(v->bytes, &bytes, sizeof(bytes));
	return true;
}

/**
 * vsys_trap_refetch() - handle an exception whose instruction is not ours, or unreadable
 * @v: the vCPU, with v->insn
 * @rip: the instruction pointer
 *
 * Either the exception is the guest's own, or the CPU has just fetched an
 * instruction of ours that memory does not show any more: the guest's TLB is
 * stale, or another of its vCPUs has written.  Flush the TLB and let the guest fetch
 * again; if that does not help, the exception is the guest's own.
 */
enum vsys_trap vsys_trap_refetch(struct vsys_vcpu *v, u64 rip)
{
	bool absent = v->insn.op == VSYS_OP_MORE;
	u32 mask = absent ? v->tapped : 0;
	struct vsys_tap *tap;

	/* Count anew for another instruction, and after each successful fetch. */
	if (v->refetch_rip != rip || v->refetch_calls != v->calls) {
		v->refetch_rip = rip;
		v->refetch_calls = v->calls;
		v->refetches = 0;
	}
	if (v->refetches++ < (absent ? VSYS_REFETCH : 1)) {
		kvm_make_request(KVM_REQ_TLB_FLUSH_GUEST, v->vcpu);
		return VSYS_TRAP_DONE;
	}
	v->refetches = 0;
	for_each_tap(v, tap, mask)
		vsys_record_refused(tap, VSYS_REFUSED_FETCH, 0, rip);
	/* KVM's emulator must not find bytes where we found none. */
	if (absent)
		v->nbytes = vsys_insn_ud2(v->bytes);
	return VSYS_TRAP_UNDEFINED;
}

/* Let each of four words of @word bytes be eight bytes long, from the last one on. */
static void frame_widen(u64 *frame, u32 word)
{
	const void *from = frame;
	int i;

	for (i = 3; i >= 0; i--)
		frame[i] = word == 8 ? frame[i] :
			   word == 4 ? ((const u32 *)from)[i] : ((const u16 *)from)[i];
}

/**
 * vsys_trap_iret_target() - read the target of an IRET from its frame
 * @v: the vCPU, with the IRET in v->insn; v->mem is ready
 * @st: the state at the IRET
 * @back: out: sp and pc of the target
 *
 * Return: true if the IRET goes to less privileged code, or to virtual-8086 mode.  If
 * false, v->mem.absent says whether a read could succeed where sleeping is allowed.
 */
bool vsys_trap_iret_target(struct vsys_vcpu *v, const struct vsys_state *st,
			   struct vsys_key *back)
{
	enum { PC, CS, FLAGS, SP, WORDS };
	/* REX.W wins over prefix 66h, SDM vol. 2, 2.2.1.2. */
	u32 word = v->insn.rex_w ? 8 : v->insn.opsize ? 2 : 4, n;
	u64 sp = vsys_state_sp(st);
	u64 frame[WORDS] = {};

	if (v->insn.op != VSYS_OP_IRET || st->rflags & X86_EFLAGS_VM ||
	    (!st->lma && st->rflags & X86_EFLAGS_NT))
		return false;
	/* An IRET to the same level has no SP, and there may be no page for it. */
	n = offset_in_page(sp) <= PAGE_SIZE - WORDS * word ? WORDS : SP;
	if (vsys_mem_read(&v->mem, sp, frame, n * word) != n * word)
		return false;
	frame_widen(frame, word);
	if ((frame[CS] & 3) <= st->cpl && (st->lma || !(frame[FLAGS] & X86_EFLAGS_VM)))
		return false;
	if (n == SP && vsys_mem_read(&v->mem, sp + SP * word, &frame[SP], word) != word)
		return false;
	back->pc = frame[PC];
	back->sp = frame[SP];
	return true;
}

/**
 * vsys_trap_reflect() - queue an exception of the guest's own that only we intercept
 * @v: the vCPU, where sleeping is allowed
 * @vector: the exception, one with an error code
 * @error: the error code
 *
 * The exception replaces an interrupt whose delivery it ended.  KVM combines it
 * with an exception that was being delivered, SDM vol. 3, 6.15, #DF.
 */
enum vsys_trap vsys_trap_reflect(struct vsys_vcpu *v, u8 vector, u32 error)
{
	might_sleep();
	v->vcpu->arch.interrupt.injected = false;
	/* KVM has unblocked NMIs to inject this one again: it was taken all the same. */
	if (v->vcpu->arch.nmi_injected)
		static_call(vsys_set_nmi_mask)(v->vcpu, true);
	v->vcpu->arch.nmi_injected = false;
	static_call(vsys_queue_exception_e)(v->vcpu, vector, error);
	return VSYS_TRAP_DONE;
}

/**
 * vsys_trap_fault() - queue the exception that follows from an instruction
 * @v: the vCPU, its state stored
 * @out: how the instruction ended: %VSYS_DONE for one that ended with a trap
 */
enum vsys_trap vsys_trap_fault(struct vsys_vcpu *v, enum vsys_outcome out)
{
	if (out != VSYS_DONE)
		static_call(vsys_queue_exception_e)(v->vcpu, GP_VECTOR, 0);
	else if (v->vcpu->guest_debug & KVM_GUESTDBG_SINGLESTEP)
		return VSYS_TRAP_DEBUG;
	else
		static_call(vsys_queue_exception_p)(v->vcpu, DB_VECTOR, DR_STEP);
	return VSYS_TRAP_DONE;
}
