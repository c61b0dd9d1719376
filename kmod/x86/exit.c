// SPDX-License-Identifier: GPL-2.0
/* Replace KVM's handle_exit and vcpu_free; run_tmpl.h replaces vcpu_run. */
#include "attach.h"
#include "follow.h"
#include "record.h"
#include "retire.h"
#include "vcpu.h"
#include "vm.h"
#include "x86/exit.h"
#include "x86/symbols.h"

DEFINE_STATIC_CALL_NULL(vsys_kvm_vcpu_run,
			*((struct kvm_x86_ops *)0)->vcpu_run);
DEFINE_STATIC_CALL_NULL(vsys_kvm_handle_exit,
			*((struct kvm_x86_ops *)0)->handle_exit);
DEFINE_STATIC_CALL_NULL(vsys_kvm_vcpu_free,
			*((struct kvm_x86_ops *)0)->vcpu_free);

/*
 * Leave a #UD to KVM's emulator, as KVM's own handler does.  Pass the bytes that were
 * decoded: memory may have others by now, even a SYSCALL, which the emulator would execute
 * unseen.
 */
static noinline int exit_undefined(struct vsys_vcpu *v)
{
	static_call(vsys_kvm_handle_exit)(v->vcpu, EXIT_FASTPATH_EXIT_HANDLED);
	return static_call(vsys_emulate_instruction)(v->vcpu, 0, EMULTYPE_TRAP_UD, v->bytes,
						     v->nbytes);
}

/* Leave to user space as KVM does after a single step of the host's debugger. */
static noinline int exit_debug(struct vsys_vcpu *v)
{
	struct kvm_run *run = v->vcpu->run;

	/* Lets KVM bring its view of the registers up to date. */
	static_call(vsys_kvm_handle_exit)(v->vcpu, EXIT_FASTPATH_EXIT_HANDLED);
	run->exit_reason = KVM_EXIT_DEBUG;
	run->debug.arch.dr6 = DR_STEP | DR6_RESERVED;
	run->debug.arch.dr7 = v->vcpu->arch.guest_debug_dr7;
	run->debug.arch.pc = v->step_rip;
	run->debug.arch.exception = DB_VECTOR;
	return 0;
}

/* Results of exit_slow() beside return values of handle_exit. */
enum {
	AS_KVM = -1,	/* continue with KVM's handle_exit */
	HANDLED = -2,	/* the same, but the exit is handled */
};

/* The slow path proper.  noinline: its frame is gone before KVM's handle_exit. */
static noinline int exit_slow(struct kvm_vcpu *vcpu, fastpath_t fastpath)
{
	struct vsys_vcpu *v = vsys_vcpu_begin(vcpu);
	int ret = AS_KVM;

	if (v && v->slow) {
		switch (v->undefined ? VSYS_TRAP_UNDEFINED : vsys_vendor->slow(v)) {
		case VSYS_TRAP_DONE:
			ret = HANDLED;
			break;
		case VSYS_TRAP_DEBUG:
			ret = exit_debug(v);
			break;
		case VSYS_TRAP_UNDEFINED:
			ret = exit_undefined(v);
			break;
		default:
			break;
		}
		WRITE_ONCE(v->slow, false);
	}
	if (ret != HANDLED && fastpath == EXIT_FASTPATH_NONE)
		v = vsys_follow(vcpu, v);
	if (v) {
		vsys_vcpu_settle(v);
		vsys_retire_leave(v);
	}
	return ret;
}

/*
 * The slow path, in place of kvm_x86_ops.handle_exit.  KVM's own is called in
 * tail position: it may sleep, and then no frame of ours may be left, because
 * unloading does not wait for sleepers.  selftests/build checks that.
 */
int vsys_exit_handle(struct kvm_vcpu *vcpu, fastpath_t fastpath)
{
	int ret;

	if (vsys_vcpu_settled(vcpu) && likely(fastpath != VSYS_FASTPATH_SLOW))
		return static_call(vsys_kvm_handle_exit)(vcpu, fastpath);
	if (fastpath == VSYS_FASTPATH_SLOW)
		fastpath = EXIT_FASTPATH_NONE;
	ret = exit_slow(vcpu, fastpath);
	if (unlikely(ret >= 0))
		return ret;
	if (ret == HANDLED)
		fastpath = EXIT_FASTPATH_EXIT_HANDLED;
	return static_call(vsys_kvm_handle_exit)(vcpu, fastpath);
}

/*
 * A run is not armed.  If that is because of a nested guest, tell each session once: Windows
 * with virtualization-based security has its own kernel in one.
 */
void vsys_exit_unarmed(struct vsys_vcpu *v)
{
	u32 mask = v->tapped;
	struct vsys_tap *tap;

	lockdep_assert_irqs_disabled();
	if (vsys_beyond_emulation(v->vcpu->arch.cr4))
		vsys_vcpu_unsettle();	/* vsys_verify() refuses the guest */
	if (!(v->vcpu->arch.hflags & HF_GUEST_MASK))
		return;
	for_each_tap(v, tap, mask) {
		if (!tap->nested)
			vsys_record_plain(tap, VSYS_REC_NESTED);
		tap->nested = true;
	}
}

/*
 * In place of kvm_x86_ops.vcpu_free: the vCPU is about to be freed.  KVM's own is
 * called in tail position, as above.
 */
void vsys_exit_vcpu_free(struct kvm_vcpu *vcpu)
{
	vsys_attach_vcpu_gone(vcpu);
	static_call(vsys_kvm_vcpu_free)(vcpu);
}
