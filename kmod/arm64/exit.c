// SPDX-License-Identifier: GPL-2.0
/* In place of KVM's handle_exit() and kvm_arch_vcpu_destroy(). */
#include <asm/esr.h>
#include <asm/kvm_asm.h>
#include <asm/kvm_emulate.h>

#include "arm64/exit.h"
#include "arm64/fgt.h"
#include "arm64/trap.h"
#include "attach.h"
#include "follow.h"
#include "retire.h"
#include "vcpu.h"

int (*vsys_kvm_handle_exit)(struct kvm_vcpu *vcpu, int exception_index);
void (*vsys_kvm_vcpu_destroy)(struct kvm_vcpu *vcpu);

enum { CONTINUE = 1 };	/* result of handle_exit(): enter the guest again */

static bool is_armed(const struct vsys_vcpu *v)
{
	return v && !READ_ONCE(v->off);
}

/* Handle SVC and ERET; true if it was one of them. */
static bool exit_trap(struct kvm_vcpu *vcpu, struct vsys_vcpu *v, int exception_index)
{
	u64 esr = kvm_vcpu_get_esr(vcpu);

	if (ARM_SERROR_PENDING(exception_index) ||
	    ARM_EXCEPTION_CODE(exception_index) != ARM_EXCEPTION_TRAP)
		return false;
	switch (ESR_ELx_EC(esr)) {
	case ESR_ELx_EC_SVC64:
	case ESR_ELx_EC_SVC32:
		if (v)
			vsys_trap_svc(v, esr);
		else
			vsys_trap_pass_svc(vcpu, esr);
		return true;
	case ESR_ELx_EC_ERET:
		if (v)
			vsys_trap_eret(v, esr);
		else
			vsys_trap_pass_eret(vcpu, esr);
		return true;
	default:
		return false;
	}
}

/* noinline: its frame is gone before KVM's handle_exit(). */
static noinline bool exit_ours(struct kvm_vcpu *vcpu, int exception_index)
{
	struct vsys_vcpu *v = vsys_vcpu_begin(vcpu);
	bool ret;

	if (v)
		WRITE_ONCE(v->slow, true);	/* a hold keeps the state by it */
	ret = exit_trap(vcpu, is_armed(v) ? v : NULL, exception_index);
	if (v)
		WRITE_ONCE(v->slow, false);
	if (!ret)
		v = vsys_follow(vcpu, v);
	/* The traps are the machine's: a vCPU that is not armed yet does not end them. */
	if (!v || is_armed(v))
		vsys_fgt_follow(vcpu, v && vsys_vcpu_door(v, VSYS_DOOR_SVC));
	if (v)
		vsys_retire_leave(v);
	return ret;
}

/*
 * KVM's own is called in tail position: it may sleep, and then no frame of ours may be
 * left, because unloading does not wait for sleepers.
 */
int vsys_exit_handle(struct kvm_vcpu *vcpu, int exception_index)
{
	if (exit_ours(vcpu, exception_index))
		return CONTINUE;
	return vsys_kvm_handle_exit(vcpu, exception_index);
}

/* The vCPU is about to be freed.  KVM's own is called in tail position, as above. */
void vsys_exit_vcpu_free(struct kvm_vcpu *vcpu)
{
	vsys_attach_vcpu_gone(vcpu);
	vsys_kvm_vcpu_destroy(vcpu);
}
