/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included before all in the test of leave.c and pairing.c, in place of the headers of what
 * these two ask: vCPU, machine, records, captures, clock.  The test is the guest.
 */
#ifndef LEAVE_KMOD_H
#define LEAVE_KMOD_H

#define VSYS_VCPU_H
#define VSYS_VM_H
#define VSYS_RECORD_H
#define VSYS_KICK_H
#define VSYS_CALL_H
#define VSYS_CLOCK_H

#include <linux/irqflags.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <linux/types.h>

#include "../../kmod/leave_types.h"
#include "../../kmod/profile.h"
#include "../../kmod/view_types.h"

#define swap(a, b)	do { typeof(a) t_ = (a); (a) = (b); (b) = t_; } while (0)
#define list_for_each_entry_rcu(e, h, m, ...)	list_for_each_entry(e, h, m)

enum vsys_who { VSYS_WHO_USER };

struct kvm_vcpu;
struct vsys_urings;

struct vsys_mem {
	u64 root;
	bool atomic;
};

struct vsys_vm {
	struct list_head vcpus;
	struct vsys_pending *pending;
	struct vsys_urings *urings;
	struct vsys_leave leave;
};

struct vsys_vcpu {
	struct list_head link;
	struct kvm_vcpu *vcpu;
	struct vsys_vm *vm;
	struct vsys_pending *pending;
	struct vsys_view first;
	const struct vsys_view *view;
	struct vsys_other *others;
	struct vsys_capture_ctx capture;
	struct vsys_slot slot;
	struct vsys_call other, another;
	struct vsys_mem mem;
	u8 leave_pends;
};

struct vsys_state {
	u64 space;
};

extern int vsys_lock;

u64 vsys_clock_now(void);
void vsys_kick_vcpu(const struct kvm_vcpu *vcpu);
void vsys_record_unseen(struct vsys_vcpu *v, const struct vsys_call *call);
void vsys_record_late(struct vsys_vcpu *v, const struct vsys_call *call);
bool vsys_call_capture_late(struct vsys_vcpu *v, struct vsys_call *call);

static inline void vsys_mem_begin(struct vsys_mem *m, u64 root, bool atomic)
{
	m->root = root;
	m->atomic = atomic;
}

static inline u64 vsys_state_space(const struct vsys_state *st, u64 mask)
{
	return st->space & mask;
}

#endif
