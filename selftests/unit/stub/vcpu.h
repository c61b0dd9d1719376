/* SPDX-License-Identifier: GPL-2.0 */
/* The members of a traced vCPU that the tested files use. */
#ifndef STUB_VCPU_H
#define STUB_VCPU_H

#include "capture.h"
#include "compat/compat.h"
#include "guestmem.h"
#include "pending.h"
#include "profile.h"
#include "view_types.h"

enum { VSYS_SESSIONS = 8 };

struct vsys_tap;
struct vsys_vm;

struct vsys_vcpu {
	struct kvm_vcpu *vcpu;
	struct vsys_tap *taps[VSYS_SESSIONS];
	struct vsys_vm *vm;
	struct vsys_pending *pending;
	const struct vsys_view *view;
	struct vsys_capture_ctx capture;
	struct vsys_mem mem;
	u8 *text;
	struct vsys_other *others;
	struct {
		u64 seq;
	} task;
	u64 fit, fit_task, fit_newest;
};

static inline struct vsys_tap *vsys_vcpu_tap(const struct vsys_vcpu *v, int tap_slot)
{
	return v->taps[tap_slot];
}

#endif
