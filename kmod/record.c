// SPDX-License-Identifier: GPL-2.0
/* Records; those of the commonest calls are inline in record.h. */
#include "copy.h"
#include "kind.h"
#include "record.h"
#include "trace.h"

/* Write the image of the vCPU's task to @r, where there is room. */
static void put_task(struct vsys_vcpu *v, struct vsys_ring *ring, struct vsys_record *r,
		     u64 now)
{
	const struct vsys_vcpu_task *t = &v->task;
	const struct vsys_task_recipe *recipe = vsys_dereference(v->vm->recipe);
	u32 size = t->image.rec.r.size;
	u16 flags = recipe && recipe->in.flags & VSYS_RECIPE_CLAIMED ? VSYS_F_CLAIMED : 0;

	if (t->changed && ring->context == t->seq - 1)
		flags |= VSYS_F_CHANGED;
	memcpy(r, &t->image, size);
	vsys_record_head(r, ring, VSYS_REC_TASK, flags, size, 0, now);
	r->abi = 0;
	r->door = 0;
	vsys_ring_commit(ring, size);
	ring->context = t->seq;
}

/*
 * Begin a record of @call, and in front of it write the call's task where the reader does not know
 * it.  At its end a call may be of another task than the vCPU's last one.
 */
static void *record_tell(struct vsys_vcpu *v, struct vsys_tap *tap, const struct vsys_call *call,
			 u16 type, u16 flags, u32 size, u64 now)
{
	struct vsys_ring *ring = tap->ring;
	bool tell = ring->context != v->task.seq && call->key.task == v->task.key;
	u32 more = tell ? v->task.image.rec.r.size : 0;
	void *at = vsys_ring_reserve(ring, size + more);

	lockdep_assert_irqs_disabled();
	if (!at)
		return NULL;
	if (more)
		put_task(v, ring, at, now);
	vsys_record_head(at + more, ring, type, flags, size, call->nr, now);
	return at + more;
}

/* The same, with the call's ABI and door. */
static void *record_reserve(struct vsys_vcpu *v, struct vsys_tap *tap, const struct vsys_call *call,
			    u16 type, u16 flags, u32 size, u64 now)
{
	struct vsys_record *r = record_tell(v, tap, call, type, flags, size, now);

	if (r) {
		r->abi = call->abi;
		r->door = call->door;
	}
	return r;
}

/* The return of @call will not be seen. */
void vsys_record_unseen(struct vsys_vcpu *v, const struct vsys_call *call)
{
	u32 mask = call->sessions;
	struct vsys_rec_return *rec;
	struct vsys_tap *tap;
	u64 now = vsys_clock_now();

	for_each_tap(v, tap, mask) {
		tap->counts.unseen++;
		rec = record_reserve(v, tap, call, VSYS_REC_RETURN, VSYS_F_UNSEEN, sizeof(*rec),
				     now);
		if (!rec)
			continue;
		rec->call = call->id;
		rec->result = 0;
		rec->latency = now - call->time;
		vsys_record_end(tap, sizeof(*rec));
	}
}

static u16 flags_of(const struct vsys_vcpu *v, bool atomic)
{
	return (atomic ? 0 : VSYS_F_SLOW) | (v->capture.gap ? VSYS_F_GAP : 0);
}

static void count(struct vsys_tap *tap, bool atomic)
{
	if (atomic)
		tap->counts.fast++;
	else
		tap->counts.slow++;
}

/* The number of arguments beyond those in struct vsys_rec_entry. */
static u32 more_args(const struct vsys_call *call)
{
	return call->nargs > VSYS_ARGS ? call->nargs - VSYS_ARGS : 0;
}

static u32 entry_size(const struct vsys_vcpu *v, const struct vsys_call *call)
{
	return sizeof(struct vsys_rec_entry) + more_args(call) * sizeof(u64) +
	       v->capture.len;
}

static u16 entry_flags(const struct vsys_vcpu *v, const struct vsys_call *call,
		       bool atomic)
{
	return flags_of(v, atomic) |
	       (call->info & VSYS_CALL_KNOWN ? 0 : VSYS_F_UNKNOWN) |
	       (call->info & VSYS_CALL_NORETURN ? VSYS_F_NORETURN : 0);
}

/* Fill the record behind what vsys_record_head() has set. */
static void put_entry(struct vsys_rec_entry *rec, const struct vsys_vcpu *v,
		      const struct vsys_call *call, u64 pc)
{
	u32 more = more_args(call);

	rec->r.abi = call->abi;
	rec->r.door = call->door;
	vsys_record_put_entry(rec, call, pc);
	rec->nargs = call->nargs;
	rec->valid = call->valid;
	rec->captures = v->capture.count;
	memcpy(rec->args, call->args, sizeof(rec->args));
	vsys_copy(rec + 1, call->args + VSYS_ARGS, more * sizeof(u64));
	vsys_copy((u64 *)(rec + 1) + more, v->capture.buf, v->capture.len);
}

/**
 * vsys_record_entry() - record that a call has begun
 * @v: the vCPU; its captures are those of the call
 * @call: the call; its time is set here
 * @pc: address of the instruction
 * @atomic: on the fast path
 */
void vsys_record_entry(struct vsys_vcpu *v, struct vsys_call *call, u64 pc,
		       bool atomic)
{
	u16 flags = entry_flags(v, call, atomic);
	u32 size = entry_size(v, call);
	u32 mask = call->sessions;
	struct vsys_rec_entry *rec;
	struct vsys_tap *tap;

	call->time = vsys_clock_now();
	for_each_tap(v, tap, mask) {
		count(tap, atomic);
		rec = record_tell(v, tap, call, VSYS_REC_ENTRY, flags, size, call->time);
		if (!rec)
			continue;
		put_entry(rec, v, call, pc);
		vsys_record_end(tap, size);
	}
	vsys_trace_enter(v, call, false);
}

/* vsys_record_entry() for a plain call that other than one session wants. */
void vsys_record_shared_entry(struct vsys_vcpu *v, struct vsys_call *call, u64 pc)
{
	u32 mask = call->sessions;
	struct vsys_tap *tap;

	call->time = vsys_clock_now();
	for_each_tap(v, tap, mask) {
		tap->counts.fast++;
		vsys_record_plain_entry(v->vcpu, tap->ring,
					record_tell(v, tap, call, VSYS_REC_ENTRY, 0,
						    sizeof(struct vsys_rec_entry), call->time),
					call, pc);
	}
	vsys_trace_enter(v, call, true);
}

/* vsys_record_return() for a plain call that other than one session wants. */
void vsys_record_shared_return(struct vsys_vcpu *v, const struct vsys_call *call, u64 result)
{
	u64 now = vsys_clock_now();
	u32 mask = call->sessions;
	struct vsys_tap *tap;

	for_each_tap(v, tap, mask)
		vsys_record_plain_return(tap, call, result, now);
	vsys_trace_return(v, call);
}

static u16 return_flags(const struct vsys_vcpu *v, const struct vsys_call *call,
			bool atomic)
{
	u16 flags = flags_of(v, atomic);

	if (!call)
		return flags | VSYS_F_UNPAIRED;
	return flags | (call->info & VSYS_CALL_EDITED ? VSYS_F_EDITED : 0) |
	       (call->info & VSYS_CALL_SKIPPED ? VSYS_F_SKIPPED : 0);
}

static u32 return_size(const struct vsys_vcpu *v)
{
	return sizeof(struct vsys_rec_return) + v->capture.len;
}

/* Fill the record behind what vsys_record_head() has set. */
static void put_return(struct vsys_rec_return *rec, const struct vsys_vcpu *v,
		       const struct vsys_call *call, u8 door, u64 result)
{
	rec->r.abi = call ? call->abi : v->capture.count ? v->view->profile->abi : 0;
	rec->r.door = call ? call->door : door;
	rec->call = call ? call->id : 0;
	rec->result = result;
	rec->latency = call ? rec->r.time - call->time : 0;
	vsys_copy(rec + 1, v->capture.buf, v->capture.len);
}

/**
 * vsys_record_return() - record that a call has returned
 * @v: the vCPU; its captures are those of the return
 * @call: the call; NULL: not known, so that only sessions of this view that want all
 *        calls get the record
 * @door: of the return, if there is no call
 * @result: the result register
 * @atomic: on the fast path
 */
void vsys_record_return(struct vsys_vcpu *v, const struct vsys_call *call,
			u8 door, u64 result, bool atomic)
{
	u16 flags = return_flags(v, call, atomic);
	u32 size = return_size(v);
	u32 mask = call ? call->sessions : v->tapped;
	struct vsys_rec_return *rec;
	u64 now = vsys_clock_now();
	struct vsys_tap *tap;

	for_each_tap(v, tap, mask) {
		if (!call && !(tap->doors & BIT(door) && tap->profile == v->view->index &&
			       vsys_session_passes_all(tap->session)))
			continue;
		count(tap, atomic);
		rec = vsys_record_begin(tap, VSYS_REC_RETURN, flags, size,
					call ? call->nr : 0, now);
		if (!rec)
			continue;
		put_return(rec, v, call, door, result);
		vsys_record_end(tap, size);
	}
	vsys_trace_return(v, call);
}

/**
 * vsys_record_image() - make the record of a held call, outside of any ring
 * @v: the vCPU; its captures are those of the call, or of the return
 * @call: the call
 * @back: it is held at its return
 * @pc: address of the instruction, at the entry
 * @bit: of the session
 * @to: 64 KiB
 *
 * Return: its size, or 0 if the session has gone.
 */
u32 vsys_record_image(struct vsys_vcpu *v, struct vsys_call *call, bool back, u64 pc,
		      u8 bit, void *to)
{
	struct vsys_tap *tap = vsys_vcpu_tap(v, __ffs(bit));
	u32 size = back ? return_size(v) : entry_size(v, call);
	struct vsys_record *r = to;

	if (!tap)
		return 0;
	if (back) {
		vsys_record_head(r, tap->ring, VSYS_REC_RETURN,
				 return_flags(v, call, false), size, call->nr,
				 vsys_clock_now());
		put_return(to, v, call, 0, vsys_abi_result(v->vcpu, call->abi));
	} else {
		vsys_record_head(r, tap->ring, VSYS_REC_ENTRY,
				 entry_flags(v, call, false), size, call->nr, call->time);
		put_entry(to, v, call, pc);
	}
	r->seq = 0;
	return size;
}

/* Record the arguments of a pending call: they are the vCPU's captures. */
void vsys_record_late(struct vsys_vcpu *v, const struct vsys_call *call)
{
	u32 size = sizeof(struct vsys_rec_late) + v->capture.len, mask = call->sessions;
	u64 now = vsys_clock_now();
	struct vsys_rec_late *rec;
	struct vsys_tap *tap;

	for_each_tap(v, tap, mask) {
		rec = record_reserve(v, tap, call, VSYS_REC_LATE, 0, size, now);
		if (!rec)
			continue;
		rec->call = call->id;
		rec->captures = v->capture.count;
		rec->reserved = 0;
		memcpy(rec + 1, v->capture.buf, v->capture.len);
		vsys_record_end(tap, size);
	}
}

/* Record that the session of @bit begins or ends to hold the call. */
void vsys_record_hold(struct vsys_vcpu *v, const struct vsys_call *call, u8 bit,
		      u32 at, u32 event)
{
	u32 mask = v->witnesses | bit;
	u64 now = vsys_clock_now();
	struct vsys_rec_hold *rec;
	struct vsys_tap *tap;

	for_each_tap(v, tap, mask) {
		rec = record_reserve(v, tap, call, VSYS_REC_HOLD, 0, sizeof(*rec), now);
		if (!rec)
			continue;
		rec->call = call->id;
		rec->id = v->hold.id;
		rec->rule = v->hold.rule;
		rec->at = at;
		rec->event = event;
		vsys_record_end(tap, sizeof(*rec));
	}
}

/* Record the edit @e, without its head, by the session of @bit. */
void vsys_record_edit(struct vsys_vcpu *v, const struct vsys_call *call, u8 bit,
		      const struct vsys_rec_edit *e, const void *old, const void *new)
{
	u32 bytes = old ? e->bytes : 0, space = ALIGN(bytes, 8);
	u32 size = sizeof(*e) + 2 * space, mask = v->witnesses | bit;
	u64 now = vsys_clock_now();
	struct vsys_rec_edit *rec;
	struct vsys_record head;
	struct vsys_tap *tap;

	for_each_tap(v, tap, mask) {
		rec = record_reserve(v, tap, call, VSYS_REC_EDIT, 0, size, now);
		if (!rec)
			continue;
		head = rec->r;
		*rec = *e;
		rec->r = head;
		/* Clear the padding, which goes to user space. */
		memset(rec + 1, 0, 2 * space);
		memcpy(rec + 1, old, bytes);
		memcpy((void *)(rec + 1) + space, new, bytes);
		vsys_record_end(tap, size);
	}
}

/* Record for the session of @bit that its rule could not decide. */
void vsys_record_undecided(struct vsys_vcpu *v, const struct vsys_call *call, u8 bit, u64 rule,
			   u32 arg)
{
	u64 now = vsys_clock_now();
	struct vsys_rec_undecided *rec;
	struct vsys_tap *tap;
	u32 mask = bit;

	for_each_tap(v, tap, mask) {
		rec = record_reserve(v, tap, call, VSYS_REC_UNDECIDED, 0, sizeof(*rec), now);
		if (!rec)
			continue;
		rec->call = call->id;
		rec->rule = rule;
		rec->arg = arg;
		rec->reserved = 0;
		vsys_record_end(tap, sizeof(*rec));
	}
}

/* Record that @call has set up an io_uring that the guest's kernel polls. */
void vsys_record_polled(struct vsys_vcpu *v, const struct vsys_call *call, u32 fd, u32 setup)
{
	/* Sessions with a filter by task know by the call whether they want it. */
	u32 mask = vsys_kind_rings(v->view, call) & (~v->by_task | call->sessions);
	struct vsys_rec_polled *rec;
	struct vsys_tap *tap;
	unsigned long flags;

	local_irq_save(flags);
	for_each_tap(v, tap, mask) {
		rec = record_reserve(v, tap, call, VSYS_REC_POLLED, 0, sizeof(*rec),
				     vsys_clock_now());
		if (!rec)
			continue;
		rec->call = call->id;
		rec->fd = fd;
		rec->setup = setup;
		vsys_record_end(tap, sizeof(*rec));
	}
	local_irq_restore(flags);
}

/* Record what cannot be traced, see VSYS_REC_REFUSED. */
void vsys_record_refused(struct vsys_tap *tap, u32 reason, u32 door, u64 pc)
{
	struct vsys_rec_refused *rec;

	local_irq_disable();
	rec = vsys_record_begin(tap, VSYS_REC_REFUSED, 0, sizeof(*rec), 0,
				vsys_clock_now());
	if (rec) {
		rec->r.abi = 0;
		rec->r.door = 0;
		rec->reason = reason;
		rec->door = door;
		rec->pc = pc;
		vsys_record_end(tap, sizeof(*rec));
	}
	local_irq_enable();
}

/* Record that the guest has changed entry register @reg. */
void vsys_record_entry_reg(struct vsys_vcpu *v, u32 reg, u64 was, u64 value)
{
	struct vsys_rec_entry_reg *rec;
	u32 mask = v->tapped;
	struct vsys_tap *tap;

	for_each_tap(v, tap, mask) {
		rec = vsys_record_begin(tap, VSYS_REC_ENTRY_REG, 0, sizeof(*rec), 0,
					vsys_clock_now());
		if (!rec)
			continue;
		rec->r.abi = 0;
		rec->r.door = 0;
		rec->reg = reg;
		rec->reserved = 0;
		rec->was = was;
		rec->value = value;
		vsys_record_end(tap, sizeof(*rec));
	}
}

/* Write a record without a payload; called on the ring's one writer. */
void vsys_record_plain(struct vsys_tap *tap, u16 type)
{
	struct vsys_record *r;
	unsigned long flags;

	local_irq_save(flags);
	r = vsys_record_begin(tap, type, 0, sizeof(*r), 0, vsys_clock_now());
	if (r) {
		r->abi = 0;
		r->door = 0;
		vsys_record_end(tap, sizeof(*r));
	}
	local_irq_restore(flags);
}
