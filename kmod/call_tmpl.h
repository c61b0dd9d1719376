/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A call begins or returns, by any door: which call it is, which sessions want it, its
 * arguments, its pairing and its records.  Part of run_tmpl.h, where the steps of an
 * instruction are:
 *
 *   call_begin(), emulate, store, call_made()
 *   return_begin(), emulate, store, return_made()
 *
 * Before the store nothing has happened that the guest or a reader could see.
 */

/* Identify the call in the slot: @len bytes of instruction at st->rip. */
static __always_inline void call_identify(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
					  const struct vsys_state *st, u8 door, u8 len)
{
	struct vsys_call *call = &v->slot.call;
	const struct vsys_numbers *n = v->numbers64;
	bool usual = door == VSYS_DOOR_SYSCALL && likely(st->code64);

	call->nr = vsys_abi_number(vcpu);
	call->key.pc = st->rip + len;
	call->info = usual && likely(call->nr < n->n[0]) ?
		n->info[0][array_index_nospec(call->nr, n->n[0])] : 0;
	if (likely(call->info)) {
		call->abi = v->abi64;
		call->nargs = call->info & VSYS_CALL_NARGS;
		call->key.sp = st->rsp;
		return;
	}
	vsys_abi_identify(v, call, st->code64);
	call->key.sp = vsys_abi_sp(v, door, vsys_state_call_sp(st, door));
	/* By these doors only the guest's kernel knows the return address. */
	if (door == VSYS_DOOR_SYSENTER || (door == VSYS_DOOR_SYSCALL && !st->code64))
		call->key.pc = 0;
}

/* Find out which thread makes the call in the slot. */
static __always_inline void call_by_task(struct vsys_vcpu *v, u64 root, bool atomic)
{
	bool same;

	irq_off(atomic);
	same = vsys_task_same(v);
	irq_on(atomic);
	if (unlikely(!same))
		vsys_task_update(v, root);
}

/* Note in the call whether rules concern it; false: retry on the slow path. */
static __always_inline bool call_ruled(struct vsys_vcpu *v, bool atomic)
{
	struct vsys_call *call = &v->slot.call;

	v->concern = VSYS_CONCERN_NONE;
	if (!static_branch_unlikely(&vsys_rules_exist))
		return true;
	v->concern = vsys_match_concern(v, call);
	if (v->concern == VSYS_CONCERN_NONE)
		return true;
	call->info |= VSYS_CALL_RULED;
	return !atomic;
}

/* Stop the call at its entry; false if it is not made, or not now. */
static noinline bool FNAME(call_stop)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
				      struct vsys_state *st, u64 root, u8 door, u8 len)
{
	struct vsys_call *call = &v->slot.call;
	u32 ours;

	v->stop_end = vsys_stop_entry(v, st, root, len);
	FNAME(store_caller)(vcpu, st, v->stop_end == VSYS_STOP_SKIP);
	if (v->stop_end != VSYS_STOP_GO)
		return false;
	ours = call->info & VSYS_CALL_OURS;
	call_identify(v, vcpu, st, door, len);
	call->info |= ours;
	vsys_mem_begin(&v->mem, root, false);
	vsys_stop_ready(v);
	return true;
}

/*
 * Prepare a call that is about to begin: make room in the slot, find the sessions that
 * want it, capture its arguments.  False on the fast path: retry on the slow path; on
 * the slow path: a session skipped or held it, see trap_undone().  @only: out, see
 * vsys_record_only().
 */
static __always_inline bool FNAME(call_begin)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
					      struct vsys_state *st, u64 root,
					      u8 door, u8 len, bool atomic,
					      struct vsys_tap **only)
{
	struct vsys_call *call = &v->slot.call;

	irq_off(atomic);
	if (unlikely(!vsys_slot_free(&v->slot)) && vsys_slot_seize(&v->slot))
		vsys_pairing_evict(v);
	irq_on(atomic);
	call->door = door;
	call->id = ++v->calls;
	call->key.space = st->space;
	call_identify(v, vcpu, st, door, len);
	if (static_branch_unlikely(&vsys_tasks_known))
		call_by_task(v, root, atomic);
	if (!call_ruled(v, atomic))
		return false;
	*only = vsys_record_only(v, call, atomic);
	if (likely(*only)) {
		call->sessions = (*only)->bit;
		return true;
	}
	/* Arguments on the stack are the caller's memory, too. */
	root = as_caller(root, st);
	vsys_mem_begin(&v->mem, root, atomic);
	if (!vsys_call_prepare(v, call))
		return false;
	return atomic || !(call->info & VSYS_CALL_RULED) ||
	       FNAME(call_stop)(v, vcpu, st, root, door, len);
}

/* The call has begun, with the instruction at @pc: record it, let it pend. */
static __always_inline void FNAME(call_made)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu, u64 pc,
					     struct vsys_tap *only, bool atomic)
{
	struct vsys_call *call = &v->slot.call;
	bool recorded = !only && call->info & VSYS_CALL_RULED;

	lockdep_assert_irqs_disabled();
	if (unlikely(recorded))
		vsys_stop_made(v);
	if (atomic_read(&v->pending->count))
		recorded |= vsys_pairing_drop_stale(v);
	if (likely(only && !recorded)) {
		vsys_record_only_entry(vcpu, only, call, pc);
		vsys_slot_set(&v->slot, VSYS_SLOT_FULL);
		return;
	}
	if (!recorded)
		vsys_record_entry(v, call, pc, atomic);
	vsys_slot_set(&v->slot, call->info & VSYS_CALL_NORETURN ? VSYS_SLOT_NONE :
								  VSYS_SLOT_FULL);
}

/* Does the thread return that made the call in the slot? */
static __always_inline bool task_returns(const struct vsys_vcpu *v)
{
	return !static_branch_unlikely(&vsys_tasks_known) || !v->slot.call.key.task ||
	       vsys_task_here(v);
}

/*
 * Take the call that returns now out of its slot or the table; NULL if there is none.
 * The slot stays seized while interrupts are off: other vCPUs may spin on it.
 */
static __always_inline struct vsys_call *call_take(struct vsys_vcpu *v,
						   const struct vsys_key *back,
						   u64 root, bool atomic)
{
	struct vsys_call *call = &v->slot.call;
	struct vsys_key key;

	if (likely(vsys_slot_seize(&v->slot))) {
		if (likely(vsys_key_match(&call->key, back) && task_returns(v))) {
			if (atomic)
				return call;
			vsys_call_copy(&v->other, call);
			vsys_slot_set(&v->slot, VSYS_SLOT_FREE);
			return &v->other;
		}
		vsys_slot_set(&v->slot, VSYS_SLOT_FULL);
	}
	/* Pass a copy: @back need not be in memory then on the common path. */
	key = *back;
	if (static_branch_unlikely(&vsys_tasks_known))
		key.task = vsys_task_key(v, root);
	return vsys_pairing_find(v, &key);
}

/* Stop the call at its return; false if the return is retried after a signal. */
static noinline bool FNAME(return_stop)(struct vsys_vcpu *v, struct vsys_state *st,
					struct vsys_call *call, u64 root,
					const struct vsys_key *back, u64 result)
{
	vsys_call_capture_return(v, call, result);
	v->stop_end = vsys_stop_return(v, st, call, root, back);
	return v->stop_end == VSYS_STOP_GO;
}

/*
 * Does Linux make the call again?  The vDSO has an INT 80h right before the place that
 * calls by its other doors return to; EAX is the number then, and no result.
 */
static bool is_restart(struct vsys_vcpu *v, const struct vsys_call *call, u64 pc)
{
	u16 insn;

	return !call->key.pc && call->abi == VSYS_ABI_LINUX_I386 &&
	       vsys_mem_read(&v->mem, pc, &insn, sizeof(insn)) == sizeof(insn) &&
	       insn == 0x80cd;
}

/*
 * Prepare a return to @back: take its call, capture its out parameters.  False on the
 * fast path: retry on the slow path; on the slow path: the return is retried after a
 * signal, see trap_undone().  Nothing has happened then.
 */
static __always_inline bool FNAME(return_begin)(struct vsys_vcpu *v, struct vsys_state *st,
						const struct vsys_key *back, u64 root,
						bool atomic, struct vsys_call **taken,
						struct vsys_tap **only)
{
	struct vsys_call *call;
	u64 result;

	irq_off(atomic);
	*taken = call = call_take(v, back, root, atomic);
	irq_on(atomic);
	*only = atomic ? READ_ONCE(v->only) : NULL;
	if (likely(*only && call && call->sessions == (*only)->bit &&
		   !(call->info & (VSYS_CALL_KEEP | VSYS_CALL_TWICE | VSYS_CALL_EDITED)) &&
		   call->abi == VSYS_ABI_LINUX_X86_64))
		return true;
	*only = NULL;
	vsys_capture_none(&v->capture);
	if (!call)
		return true;
	/* Out parameters are memory of the caller in ring 3. */
	root |= VSYS_WHO_USER;
	vsys_mem_begin(&v->mem, root, atomic);
	result = vsys_abi_result(v->vcpu, call->abi);
	if (call->info & VSYS_CALL_TWICE && !result) {
		*taken = NULL;	/* the child's return; the caller's will follow */
	} else if (is_restart(v, call, back->pc)) {
		*taken = NULL;	/* not a return */
	} else if (unlikely(call->info & VSYS_CALL_RULED)) {
		if (!atomic)
			return FNAME(return_stop)(v, st, call, root, back, result);
	} else if (vsys_call_capture_return(v, call, result)) {
		return true;
	}
	irq_off(atomic);
	vsys_pairing_put_back(v, call);
	irq_on(atomic);
	return !*taken;
}

/* The call has returned, by @door: record it, free the slot. */
static __always_inline void FNAME(return_made)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
					       struct vsys_call *call, u8 door,
					       struct vsys_tap *only, bool atomic)
{
	if (likely(only))
		vsys_record_only_return(only, call,
					vsys_abi_result(vcpu, VSYS_ABI_LINUX_X86_64));
	else
		vsys_record_return(v, call, door,
				   vsys_abi_result(vcpu, call ? call->abi : 0), atomic);
	if (atomic && likely(call == &v->slot.call))
		vsys_slot_set(&v->slot, VSYS_SLOT_FREE);
}
