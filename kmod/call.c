// SPDX-License-Identifier: GPL-2.0
/*
 * A call begins or returns: which sessions want it, and its captures.  The
 * common part is inline in call_tmpl.h.
 */
#include "arch.h"
#include "call.h"
#include "kind.h"
#include "record.h"
#include "regs_request.h"
#include "task_filter.h"

/* Must the captures be repeated where sleeping is allowed? */
static bool must_sleep(const struct vsys_vcpu *v)
{
	return unlikely(v->mem.absent && v->mem.atomic);
}

/*
 * Drop the sessions whose filter by task refuses the call: @unknown if nobody knows the task.
 * Returns false if that takes too long for the fast path.
 */
static bool sessions_decide(struct vsys_vcpu *v, struct vsys_call *call, u32 *unknown)
{
	u32 mask = call->sessions, refused = 0;
	bool done = true, passes;
	struct vsys_tap *tap;

	for_each_tap(v, tap, mask) {
		done &= vsys_task_filter_passes(v, tap, v->mem.atomic, &passes);
		if (!passes)
			refused |= tap->bit;
	}
	call->sessions &= ~refused;
	*unknown = v->task.image.rec.task ? 0 : refused;
	return done;
}

static bool sessions_by_task(struct vsys_vcpu *v, struct vsys_call *call, u32 *unknown)
{
	bool done;

	if (v->mem.atomic)
		return sessions_decide(v, call, unknown);
	rcu_read_lock();	/* protects the filters */
	done = sessions_decide(v, call, unknown);
	rcu_read_unlock();
	return done;
}

static void count_unknown(struct vsys_vcpu *v, u32 mask)
{
	struct vsys_tap *tap;

	for_each_tap(v, tap, mask)
		tap->counts.unknown++;
}

/* Capture arguments; rules need whole strings. */
static void capture_args(struct vsys_vcpu *v, const struct vsys_call *call)
{
	struct vsys_capture_ctx *c = &v->capture;
	u32 limit = c->limit;

	if (call->info & VSYS_CALL_RULED && vsys_kind_strings(v, call))
		c->limit = max_t(u32, limit, VSYS_CAPTURE_MAX);
	v->view->profile->numbers[call->abi]->entry(c, call->info >> VSYS_CALL_FORM_SHIFT);
	c->limit = limit;
}

static void capture_entry(struct vsys_vcpu *v, struct vsys_call *call)
{
	struct vsys_capture_ctx *c = &v->capture;
	bool whole = vsys_abi_args(v, call);

	c->noreturn = false;
	if (call->info & VSYS_CALL_IN)
		capture_args(v, call);
	if (c->noreturn)
		call->info |= VSYS_CALL_NORETURN;
	/* The guest's kernel may make the pages present: retry at the return. */
	if (c->gap)
		call->info |= VSYS_CALL_LATE;
	c->gap |= !whole;
}

/**
 * vsys_call_prepare() - decide by task which sessions want a call, and capture its arguments
 * @v: the vCPU; v->mem is ready
 * @call: the call, identified, with its key
 *
 * Return: false if the captures must be repeated where sleeping is allowed.
 */
bool vsys_call_prepare(struct vsys_vcpu *v, struct vsys_call *call)
{
	u32 unknown = 0;

	/* On the fast path registers may be armed: they are not the guest's own. */
	if (v->mem.atomic && unlikely(READ_ONCE(v->regs)))
		return false;
	vsys_regs_request_serve(v->vcpu, &v->regs);
	vsys_capture_begin(&v->capture, call->args);
	if (call->info & VSYS_CALL_BY_TASK && !sessions_by_task(v, call, &unknown))
		return false;
	if (call->sessions || call->info & (VSYS_CALL_RULED | VSYS_CALL_RINGS)) {
		/* Other vCPUs are told, see leave.c. */
		if (call->info & VSYS_CALL_LEAVES && v->mem.atomic)
			return false;
		capture_entry(v, call);
		if (must_sleep(v))
			return false;
	}
	if (likely(!unknown))
		return true;
	/* Rules may yet need the slow path, which counts: not twice. */
	if (v->mem.atomic && call->info & VSYS_CALL_RULED)
		return false;
	count_unknown(v, unknown);
	return true;
}

/* Retry the captures of the entry. */
static void capture_again(struct vsys_vcpu *v, const struct vsys_call *call)
{
	struct vsys_capture_ctx *c = &v->capture;

	c->late = true;
	capture_args(v, call);
	c->late = false;
}

/**
 * vsys_call_capture_late() - capture the arguments of a pending call
 * @v: the vCPU; v->mem is ready
 * @call: the call
 *
 * Return: false if the captures must be repeated where sleeping is allowed.
 */
bool vsys_call_capture_late(struct vsys_vcpu *v, struct vsys_call *call)
{
	vsys_capture_begin(&v->capture, call->args);
	capture_again(v, call);
	return !must_sleep(v);
}

/**
 * vsys_call_capture_target() - capture what the kernel returns to without a call
 * @v: the vCPU
 * @back: the target
 * @root: see vsys_mem_begin()
 * @atomic: interrupts are off
 *
 * NT's kernel enters callbacks and APCs so.  Their frame at the stack pointer tells which.
 *
 * Return: false if the captures must be repeated where sleeping is allowed.
 */
bool vsys_call_capture_target(struct vsys_vcpu *v, const struct vsys_key *back, u64 root,
			      bool atomic)
{
	const u64 target[] = { back->sp, back->pc };
	struct vsys_capture_ctx *c = &v->capture;
	u32 limit = c->limit;

	if (v->view->profile->os != VSYS_OS_WINDOWS)
		return true;
	vsys_mem_begin(&v->mem, root, atomic);
	vsys_capture_begin(c, target);
	c->limit = VSYS_TARGET_FRAME;
	vsys_cap_buf(c, VSYS_TARGET_SP, VSYS_TARGET_FRAME);
	vsys_cap_buf(c, VSYS_TARGET_PC, 0);
	c->limit = limit;
	return !must_sleep(v);
}

/* Has the call written its outputs?  c->ret is its result. */
static bool has_written(const struct vsys_numbers *n, const struct vsys_call *call,
			struct vsys_capture_ctx *c)
{
	return !vsys_abi_failed(call, c->ret) &&
	       !(n->unwritten && call->info & VSYS_CALL_STATUS && n->unwritten(c));
}

/**
 * vsys_call_capture_return() - capture the out parameters of a call
 * @v: the vCPU; v->mem is ready
 * @call: the call
 * @result: the result register
 *
 * Return: false if the captures must be repeated where sleeping is allowed.
 */
bool vsys_call_capture_return(struct vsys_vcpu *v, struct vsys_call *call, u64 result)
{
	const struct vsys_numbers *n = v->view->profile->numbers[call->abi];
	struct vsys_capture_ctx *c = &v->capture;
	u32 id = call->info >> VSYS_CALL_FORM_SHIFT;

	vsys_capture_begin(c, call->args);
	if (!call->sessions && !(call->info & (VSYS_CALL_RULED | VSYS_CALL_RINGS)))
		return true;
	if (call->info & VSYS_CALL_LATE)
		capture_again(v, call);
	if (call->info & VSYS_CALL_OUT) {
		c->ret = result;
		(has_written(n, call, c) ? n->exit : n->failed)(c, id);
	}
	return !must_sleep(v);
}
