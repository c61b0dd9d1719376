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

/* Do calls by @door have numbers?  The other doors make one call each. */
static __always_inline bool door_numbers(u8 door)
{
	switch (door) {
	case VSYS_DOOR_SYSCALL:
	case VSYS_DOOR_SYSENTER:
	case VSYS_DOOR_INT80:
	case VSYS_DOOR_INT2E:
	case VSYS_DOOR_SVC:
		return true;
	default:
		return false;
	}
}

/*
 * Is v->kinds32[@nr] the kind of a call by @door, but for the door?  So it is with each door
 * that the same sessions trace as the one that it was made for, and by which calls have numbers.
 */
static __always_inline bool kind_kept32(const struct vsys_vcpu *v, u8 door, u32 nr)
{
	/* Pairs with the release in vsys_kind_prepare(). */
	u32 judges = smp_load_acquire(&v->judges32);

	return nr < VSYS_KINDS && door_numbers(door) && judges &&
	       READ_ONCE(v->first.judges[door]) == judges;
}

/* Identify the call in the slot. */
static __always_inline void call_identify(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
					  const struct vsys_state *st, u8 door)
{
	struct vsys_call *call = &v->slot.call;
	u32 nr = vsys_abi_number(vcpu);

	call->nr = nr;
	if (door == VSYS_DOOR_SYSCALL && likely(st->code64) && likely(nr < VSYS_KINDS)) {
		call->kind = READ_ONCE(v->kinds[array_index_nospec(nr, VSYS_KINDS)]);
		return;
	}
	if (!st->code64 && likely(kind_kept32(v, door, nr))) {
		call->kind = READ_ONCE(v->kinds32[array_index_nospec(nr, VSYS_KINDS)]);
		call->door = door;
		return;
	}
	call->door = door;
	vsys_kind_find(v, &v->first, call, st->code64);
}

/* Set the key of the call in the slot: @len bytes of instruction at st->rip. */
static __always_inline void call_key(struct vsys_vcpu *v, const struct vsys_state *st,
				     u8 door, u8 len)
{
	struct vsys_key *key = &v->slot.call.key;

	key->space = st->space;
	key->pc = st->rip + len;
	key->sp = st->rsp;
	if (door == VSYS_DOOR_SYSCALL && likely(st->code64))
		return;
	key->sp = vsys_abi_sp(v, &v->first, door, vsys_state_call_sp(st, door));
	/* By these doors only the guest's kernel knows the return address. */
	if (door == VSYS_DOOR_SYSENTER || door == VSYS_DOOR_SYSCALL)
		key->pc = 0;
}

/* Find out which thread makes the call in the slot; false on the fast path: not there. */
static __always_inline bool call_by_task(struct vsys_vcpu *v, u64 root, bool atomic)
{
	bool same;

	irq_off(atomic);
	same = vsys_task_same(v);
	irq_on(atomic);
	return likely(same) || vsys_task_update(v, root, atomic);
}

/* Does the call need neither guest memory nor special care, however many want it? */
static __always_inline bool call_plain(const struct vsys_call *call)
{
	return !(call->info & (VSYS_CALL_SPECIAL | VSYS_CALL_IN | VSYS_CALL_OUT));
}

/*
 * The tap of the one session that wants the call, if inline code can write its entry: most
 * calls have no captures.  Else NULL; also while a tracepoint is on, which is then fired
 * by the functions of record.c: a call from here would cost registers when it is off.
 */
static __always_inline struct vsys_tap *call_only(struct vsys_vcpu *v,
						  const struct vsys_call *call)
{
	struct vsys_tap *tap;

	if (unlikely(!call_plain(call) || call->info & VSYS_CALL_SHARED) ||
	    tracepoint_enabled(call_enter))
		return NULL;
	tap = vsys_record_only(v, call);
	if (static_branch_unlikely(&vsys_tasks_known.key) && tap &&
	    unlikely(tap->ring->context != v->task.seq))
		return NULL;
	return tap;
}

/* Stop the call at its entry; false if it is not made, or not now. */
static noinline bool FNAME(call_stop)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
				      struct vsys_state *st, u64 root, u8 door, u8 len)
{
	v->stop_end = vsys_stop_entry(v, st, root, len);
	FNAME(store_caller)(vcpu, st, v->stop_end == VSYS_STOP_SKIP);
	if (v->stop_end == VSYS_STOP_OTHER)
		call_key(v, st, v->slot.call.door, 0);
	if (v->stop_end != VSYS_STOP_GO)
		return false;
	vsys_kind_edited(v, &v->slot.call, st->code64);
	call_key(v, st, door, len);
	vsys_mem_begin(&v->mem, root, false);
	vsys_stop_ready(v, st);
	return true;
}

/*
 * Prepare a call that is about to begin: make room in the slot, find the sessions that
 * want it, capture its arguments.  False on the fast path: retry on the slow path; on
 * the slow path: a session skipped or held it, see trap_undone().  @only: out, see
 * call_only().
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
	call->id = ++v->calls;
	call_identify(v, vcpu, st, door);
	call_key(v, st, door, len);
	if (static_branch_unlikely(&vsys_tasks_known.key) && !call_by_task(v, root, atomic))
		return false;
	*only = atomic ? call_only(v, call) : NULL;
	if (likely(*only))
		return true;
	if (atomic && call->info & VSYS_CALL_RULED && !vsys_match_simple(v, call))
		return false;
	if (atomic && call_plain(call))
		return true;
	/* Arguments on the stack are the caller's memory, too. */
	root = as_caller(root, st);
	vsys_mem_begin(&v->mem, root, atomic);
	if (!vsys_call_prepare(v, call))
		return false;
	if (atomic)
		return likely(!(call->info & VSYS_CALL_RULED)) || vsys_match_idle(v, call);
	if (call->info & VSYS_CALL_RULED)
		return FNAME(call_stop)(v, vcpu, st, root, door, len);
	if (call->info & VSYS_CALL_LEAVES)
		vsys_leave_expect(v, call);
	return true;
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
	if (unlikely(atomic_read(&v->pending->count)) &&
	    vsys_pending_suspects(v->pending, &call->key) && vsys_pairing_drop_stale(v, call)) {
		recorded = true;
		only = NULL;
	}
	if (likely(only)) {
		vsys_record_only_entry(vcpu, only, call, pc);
		vsys_slot_set(&v->slot, VSYS_SLOT_FULL);
		return;
	}
	if (!recorded && !atomic)
		vsys_record_more(v, call, VSYS_REC_ENTRY);
	if (!recorded && !(atomic && call_plain(call)))
		vsys_record_entry(v, call, pc, atomic);
	else if (!recorded && call->sessions)
		vsys_record_shared_entry(v, call, pc);
	else if (!recorded)
		call->time = vsys_clock_now();
	if (!atomic && call->info & VSYS_CALL_LEAVES)
		vsys_leave_begin(v, call);
	vsys_slot_set(&v->slot, call->info & VSYS_CALL_NORETURN ? VSYS_SLOT_NONE :
								  VSYS_SLOT_FULL);
}

/* Does the thread return that made the call in the slot? */
static __always_inline bool task_returns(const struct vsys_vcpu *v)
{
	return !static_branch_unlikely(&vsys_tasks_known.key) || likely(vsys_task_here(v)) ||
	       !v->slot.call.key.task;
}

/* @back by value: on the common path the key of a return is not in memory then. */
static noinline struct vsys_call *call_find(struct vsys_vcpu *v, struct vsys_key back, u64 root,
					    bool atomic)
{
	v->task.absent = static_branch_unlikely(&vsys_tasks_known.key) &&
			 !vsys_task_key(v, root, &back.task) && atomic;
	return v->task.absent ? NULL : vsys_pairing_find(v, &back);
}

/*
 * Take the call that returns now out of its slot or the table; NULL if there is none, or if
 * v->task.absent says that the fast path cannot tell.
 * The slot stays seized while interrupts are off: other vCPUs may spin on it.
 */
static __always_inline struct vsys_call *call_take(struct vsys_vcpu *v,
						   const struct vsys_key *back,
						   u64 root, bool atomic)
{
	struct vsys_call *call = &v->slot.call;

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
	return call_find(v, *back, root, atomic);
}

/* Does the return need neither guest memory nor special care? */
static __always_inline bool return_plain(const struct vsys_call *call)
{
	return !(call->info & (VSYS_CALL_SPECIAL | VSYS_CALL_KEEP));
}

/* return_begin() on the fast path for all but plain returns; @back as for call_find(). */
static __always_inline bool return_begin_special(struct vsys_vcpu *v, struct vsys_key back,
						 u64 root, u8 door, struct vsys_call **taken)
{
	struct vsys_call *call = *taken;
	u64 result;

	vsys_capture_none(&v->capture);
	/* Out parameters are memory of the caller in ring 3. */
	root |= VSYS_WHO_USER;
	if (!call)	/* it may be another view's */
		return !v->task.absent && !v->others &&
		       (door == VSYS_DOOR_NR || vsys_call_capture_target(v, &back, root, true));
	vsys_mem_begin(&v->mem, root, true);
	result = vsys_abi_result(v->vcpu, call->abi);
	if (unlikely(call->info & (VSYS_CALL_RULED | VSYS_CALL_LEAVES)))
		;	/* on the slow path */
	else if (vsys_call_goes_on(v, call, &back, result))
		*taken = NULL;
	else if (vsys_call_capture_return(v, call, result))
		return true;
	vsys_pairing_put_back(v, call);
	return !*taken;
}

/*
 * Prepare a return to @back: take its call, capture its out parameters.  False on the
 * fast path: retry on the slow path; on the slow path: the return is retried after a
 * signal, see trap_undone().  Nothing has happened then.  @door: see vsys_return_begin().
 */
static __always_inline bool FNAME(return_begin)(struct vsys_vcpu *v, struct vsys_state *st,
						const struct vsys_key *back, u64 root,
						u8 door, bool atomic,
						struct vsys_call **taken,
						struct vsys_tap **only)
{
	struct vsys_call *call;

	if (!atomic)
		vsys_return_take(v, st, back, root);
	irq_off(atomic);
	*taken = call = call_take(v, back, root, atomic);
	irq_on(atomic);
	*only = NULL;
	if (atomic && likely(call && return_plain(call))) {
		if (likely(!(call->info & VSYS_CALL_SHARED)) && !tracepoint_enabled(call_return))
			*only = vsys_record_only(v, call);
		return true;
	}
	if (!atomic)
		return vsys_return_begin(v, st, back, root, door, taken);
	return return_begin_special(v, *back, root, door, taken);
}

/* The call has returned, by @door: record it, free the slot. */
static __always_inline void FNAME(return_made)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
					       struct vsys_call *call, u8 door,
					       struct vsys_tap *only, bool atomic)
{
	if (likely(only))
		vsys_record_plain_return(only, call,
					 vsys_abi_result(vcpu, VSYS_ABI_LINUX_X86_64),
					 vsys_clock_now());
	else if (!(atomic && call && return_plain(call)))
		vsys_record_return(v, call, door,
				   vsys_abi_result(vcpu, call ? call->abi : 0), atomic);
	else if (call->sessions)
		vsys_record_shared_return(v, call,
					  vsys_abi_result(vcpu, VSYS_ABI_LINUX_X86_64));
	if (atomic && likely(call == &v->slot.call))
		vsys_slot_set(&v->slot, VSYS_SLOT_FREE);
}
