/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_VCPU_H
#define VSYS_VCPU_H

#include <linux/percpu.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>

#include "capture.h"
#include "compat/compat.h"
#include "guestmem.h"
#include "pending.h"
#include "rewrite/types.h"
#include "task_types.h"
#include "vendor.h"
#include "view_types.h"
#include "vm.h"

enum {
	VSYS_CHECKS = 8,	/* exits that may disagree with KVM's layout */
	VSYS_REFETCH = 3,	/* fetches of an absent instruction */
	VSYS_KINDS = 512,	/* more than 64-bit systems have calls in their first table */
};

/* Why a vCPU is not armed: bits of vsys_vcpu.off. */
enum {
	VSYS_OFF_UNVERIFIED,
	VSYS_OFF_REFUSED,
	VSYS_OFF_DYING,
};

struct vsys_charge;
struct vsys_regs_request;
struct vsys_session;
struct vsys_tap;

/* Flags for the next guest entry only: vsys_vcpu.next_run. */
enum {
	VSYS_NEXT_NO_INT = 1 << 0,	/* leave the intercept of INT n off */
	VSYS_NEXT_NO_IRET = 1 << 1,	/* leave the intercept of IRET off */
	VSYS_NEXT_WINDOW = 1 << 2,	/* request an exit as soon as possible */
	VSYS_NEXT_SEND_INT = 1 << 3,	/* deliver the INT n in vsys_vcpu.soft */
	VSYS_NEXT_STEP = 1 << 4,	/* let one instruction execute, with the INT doors closed */
};

/*
 * A traced vCPU, found by vsys_vcpu_find().  Written on the vCPU's own thread, except
 * @node and @link: vsys_lock, @taps to @tapped: vsys_tap_set(), views: vsys_lock,
 * @leave_pends: leave.c, and the members under @lock.
 *
 * Others may unlink a tap at any time, and free a vCPU that no attachment covers.  But
 * in the slow path the thread may sleep for as long as its process likes; then the
 * thread frees them when it leaves.
 */
struct vsys_vcpu {
	struct rhash_head node;
	struct kvm_vcpu *vcpu;
	struct vsys_tap __rcu *taps[VSYS_SESSIONS];	/* vsys_vcpu_tap() */
	struct vsys_kind kinds[VSYS_KINDS];	/* of SYSCALLs of 64-bit code, by number */
	struct vsys_kind *kinds32;	/* as many of other code, see kind_kept32() */
	u32 judges32;			/* by what judges they are */
	struct vsys_view first;	/* of the usual call */
	const struct vsys_view *view;	/* of the code that runs now: @first, or one of @others */
	struct vsys_other *others;	/* views beside @first */
	u8 by_task;		/* bit mask of @taps: those with a filter by task */
	u8 tapped;		/* bit mask of @taps, under vsys_lock */
	struct vsys_vm *vm;
	struct vsys_pending *pending;	/* the machine's */
	unsigned long off;	/* bits VSYS_OFF_*; armed only if 0 */
	u8 refusal;		/* enum vsys_refusal, or 0 */
	u8 checks;		/* how many may still fail before refusal */
	bool run_seen;		/* run() came before verification, interrupts off */
	bool undefined;		/* of an exit that is @slow: VSYS_TRAP_UNDEFINED is decided */
	bool slow;		/* an exit is on its way to the slow path, or in it */
	u32 generation;		/* of the attachments it has followed */
	u8 denied;		/* bit mask: sessions that had no room for a ring */
	unsigned long again;	/* jiffies: when to retry these */
	u64 calls;		/* counter for the ids of calls */
	u32 doors;		/* bit mask: doors to trap */
	bool ints;		/* INT n is one of them */
	union {
		u32 special;	/* all of these; zero for most runs */
		struct {
			u8 next_run;	/* VSYS_NEXT_* */
			u8 leave_pends;	/* VSYS_LEAVE_*: a call is about to leave its space */
			bool once;	/* SVM: the last run had needs of its own */
		};
	};
	bool unblocked;		/* VMX: an IRET that exited has unblocked our own NMIs */
	bool msrs_written;	/* they may differ from @msrs */
	bool msrs_moved;	/* they do; the slow path reports it */
	u64 msrs[VSYS_MSRS];	/* last known values of the entry MSRs */
	struct vsys_armed armed;
	struct vsys_int soft;
	struct vsys_insn insn;
	u8 bytes[VSYS_INSN_MAX];	/* of @insn, as read */
	u8 nbytes;
	struct vsys_capture_ctx capture;
	struct vsys_slot slot;		/* the last call */
	struct vsys_call other;		/* scratch: calls that are not in @slot */
	struct vsys_call another;
	struct vsys_mem mem;
	struct vsys_vcpu_task task;
	u64 step_rip;			/* RIP after a single step */
	u8 stop_end;		/* enum vsys_stop_end of the last stop */
	u32 edits;		/* of calls, so far */
	u64 fit;			/* bit mask: rules by task that want its calls */
	u64 fit_task;			/* vsys_vcpu_task.seq that @fit is of */
	u64 fit_newest;			/* the largest rule id that it is of */
	u8 witnesses;		/* bit mask: sessions that see the edits of this stop */
	u8 *text;		/* buffer for a capture in UTF-8, then for captures */
	struct vsys_capture_buf *wide;	/* a larger buffer for captures, or NULL */
	struct vsys_hold hold;
	struct vsys_regs_request *regs;	/* of a reader that waits for them, or NULL */
	u64 refetch_rip;
	u64 refetch_calls;		/* @calls at the last refetch */
	u32 refetches;
	struct list_head link;	/* vsys_vm.vcpus */
	struct vsys_tap *removed;	/* under vsys_lock: just unlinked from @taps */
	struct rcu_head rcu;
	struct vsys_charge *charge;	/* of its memory */
	raw_spinlock_t lock;	/* taken with preemption off */
	bool inside;		/* under @lock: the thread uses what was in @taps */
	bool dead;		/* under @lock: the slow path must not begin */
	struct vsys_session *awaited;	/* waits for the end of this, under vsys_lock */
	struct vsys_tap *leaving;	/* for the thread to destroy; under vsys_lock, @lock */
};

/*
 * The tap in a tap slot, or NULL.  It may be removed at any time, but stays valid until
 * interrupts are on, or the slow path ends; or as long as vsys_lock is held.
 */
static __always_inline struct vsys_tap *vsys_vcpu_tap(const struct vsys_vcpu *v,
						      unsigned long tap_slot)
{
	return rcu_dereference_check(v->taps[tap_slot],
				     irqs_disabled() || READ_ONCE(v->inside) ||
					     lockdep_is_held(&vsys_lock));
}

/* For each tap in @mask; clears @mask.  A tap may be removed at any time. */
#define for_each_tap(v, tap, mask) \
	for (; mask; mask &= mask - 1) \
		if (!(tap = vsys_vcpu_tap(v, __ffs(mask)))) {} else

/* Does no attachment cover it any more? */
static inline bool vsys_vcpu_dying(const struct vsys_vcpu *v)
{
	return test_bit(VSYS_OFF_DYING, &v->off);
}

static inline bool vsys_vcpu_door(const struct vsys_vcpu *v, enum vsys_door door)
{
	return v->doors & BIT(door);
}

/*
 * The result of a CPU's last lookup.  A vCPU or an attachment that comes or goes clears it
 * on all CPUs, so a pointer that equals the vCPU's needs no second look.
 */
struct vsys_vcpu_last {
	const struct kvm_vcpu *vcpu;
	struct vsys_vcpu *v;			/* its state; NULL: not traced */
	const struct kvm_vcpu *untraced;	/* @vcpu, if no attachment covers it either */
	const struct kvm_vcpu *settled;		/* @vcpu, if it waits for nothing at an exit */
};

DECLARE_PER_CPU(struct vsys_vcpu_last, vsys_vcpu_last);

struct vsys_vcpu *vsys_vcpu_look_up(struct kvm_vcpu *vcpu);
void vsys_vcpu_settle(const struct vsys_vcpu *v);
void vsys_vcpu_unsettle(void);

/* Is the vCPU neither traced nor covered by an attachment?  False: look it up. */
static __always_inline bool vsys_vcpu_untraced(const struct kvm_vcpu *vcpu)
{
	return likely(raw_cpu_read(vsys_vcpu_last.untraced) == vcpu);
}

/* Does an exit of this vCPU concern us only if it is a trap? */
static __always_inline bool vsys_vcpu_settled(const struct kvm_vcpu *vcpu)
{
	return likely(raw_cpu_read(vsys_vcpu_last.settled) == vcpu);
}

/**
 * vsys_vcpu_find() - the state of a traced vCPU
 * @vcpu: KVM's vCPU
 *
 * Called with preemption off; the result stays valid until that section ends, or as long as
 * vsys_lock is held: its memory is freed a grace period after it was cleared on all CPUs.
 * Return: NULL if the vCPU is not traced.
 */
static __always_inline struct vsys_vcpu *vsys_vcpu_find(struct kvm_vcpu *vcpu)
{
	lockdep_assert_preemption_disabled();
	if (likely(__this_cpu_read(vsys_vcpu_last.vcpu) == vcpu))
		return __this_cpu_read(vsys_vcpu_last.v);
	return vsys_vcpu_look_up(vcpu);
}

int vsys_vcpu_init(void);
void vsys_vcpu_exit(void);
void vsys_vcpu_changed(void);
/* A buffer for captures of more than VSYS_CAPTURE_MAX bytes. */
struct vsys_capture_buf {
	struct vsys_charge *charge;	/* of its memory */
	u8 buf[VSYS_CAPTURE_WIDE];
};

struct vsys_capture_buf *vsys_capture_buf_new(struct vsys_charge *charge);
void vsys_capture_buf_free(struct vsys_capture_buf *w);
void vsys_vcpu_widen(struct vsys_vcpu *v, struct vsys_capture_buf *w);
struct vsys_vcpu *vsys_vcpu_new(struct kvm_vcpu *vcpu, struct vsys_charge *charge);
void vsys_vcpu_drop(struct vsys_vcpu *v);
void vsys_view_set(struct vsys_view *view, u32 profile);
bool vsys_vcpu_add(struct vsys_vcpu *v, struct vsys_vm *vm, u32 profile);
struct vsys_vcpu *vsys_vcpu_begin(struct kvm_vcpu *vcpu);
void vsys_vcpu_enter(struct vsys_vcpu *v);
void vsys_vcpu_destroy(struct vsys_vcpu *v);

#endif /* VSYS_VCPU_H */
