/* SPDX-License-Identifier: GPL-2.0 */
/* Around VMRESUME: make the doors exit, and undo it.  Part of vmx.c. */
#ifndef VSYS_VMX_ARM_H
#define VSYS_VMX_ARM_H

#include "vcpu.h"
#include "x86/symbols.h"
#include "x86/vmx_ops.h"

/* The ways to run the guest without EFER.SCE. */
enum {
	BY_FIELD,	/* VM entry loads it from the VMCS */
	BY_LIST,	/* ... from the VM-entry MSR-load area */
	BY_MSR,		/* not loaded: the guest runs with the host's */
};

/* EFER in the VM-entry MSR-load area, SDM vol. 3, 25.8.2, or NULL. */
static struct vmx_msr_entry *entry_list_efer(void)
{
	struct vmx_msr_entry *list;
	u32 i, n = vmcs_read32(VM_ENTRY_MSR_LOAD_COUNT);

	if (!n)
		return NULL;
	list = __va(vmcs_read64(VM_ENTRY_MSR_LOAD_ADDR));
	for (i = 0; i < n; i++)
		if (list[i].index == MSR_EFER)
			return &list[i];
	return NULL;
}

static u64 get_rip(struct kvm_vcpu *vcpu)
{
	return vsys_reg_avail(vcpu, VCPU_REG_RIP) ? vsys_rip(vcpu) : vmcs_readl(GUEST_RIP);
}

static void arm_efer(struct vsys_armed *a)
{
	struct vmx_msr_entry *entry;

	a->what |= VSYS_ARMED_EFER;
	if (vmcs_read32(VM_ENTRY_CONTROLS) & VM_ENTRY_LOAD_IA32_EFER) {
		a->how = BY_FIELD;
		a->efer = vmcs_read64(GUEST_IA32_EFER);
		vmcs_write64(GUEST_IA32_EFER, a->efer & ~EFER_SCE);
	} else if ((entry = entry_list_efer())) {
		a->how = BY_LIST;
		a->efer = entry->value;
		entry->value &= ~EFER_SCE;
	} else {
		a->how = BY_MSR;
		rdmsrq(MSR_EFER, a->efer);
		wrmsrq(MSR_EFER, a->efer & ~EFER_SCE);
	}
}

static void disarm_efer(struct vsys_armed *a)
{
	struct vmx_msr_entry *entry;

	switch (a->how) {
	case BY_FIELD:
		vmcs_write64(GUEST_IA32_EFER, a->efer);
		break;
	case BY_LIST:
		/* KVM may have moved the entry since, but does not drop it. */
		entry = entry_list_efer();
		if (entry)
			entry->value = a->efer;
		break;
	case BY_MSR:
		wrmsrq(MSR_EFER, a->efer);
		break;
	}
}

/*
 * The bytes of the MSR bitmap with the read and the write bit of SYSENTER_CS,
 * SDM vol. 3, 25.6.9; NULL when all accesses exit anyway.
 */
static u8 *msr_bitmap(void)
{
	if (!(vmcs_read32(CPU_BASED_VM_EXEC_CONTROL) & CPU_BASED_USE_MSR_BITMAPS))
		return NULL;
	return (u8 *)__va(vmcs_read64(MSR_BITMAP)) + MSR_IA32_SYSENTER_CS / 8;
}

enum {
	MSR_BITMAP_WRITE = 2048,	/* bytes from a read bit to its write bit */
	MSR_BITMAP_BIT = 1 << MSR_IA32_SYSENTER_CS % 8,
};

/* Make SYSENTER and SYSEXIT fault, without the guest noticing. */
static void arm_sysenter(struct vsys_armed *a)
{
	u8 *map = msr_bitmap();

	a->what |= VSYS_ARMED_MSRS;
	a->sysenter_cs = vmcs_read32(GUEST_SYSENTER_CS);
	if (map) {
		a->msr_bits = (map[0] & MSR_BITMAP_BIT ? 1 : 0) |
			      (map[MSR_BITMAP_WRITE] & MSR_BITMAP_BIT ? 2 : 0);
		map[0] |= MSR_BITMAP_BIT;
		map[MSR_BITMAP_WRITE] |= MSR_BITMAP_BIT;
	}
	if (!(a->sysenter_cs & 0xfffc))
		return;
	a->what |= VSYS_ARMED_SYSENTER;
	a->exceptions = BIT(GP_VECTOR);
	vmcs_write32(GUEST_SYSENTER_CS, 0);
}

static void disarm_sysenter(struct vsys_armed *a)
{
	u8 *map = msr_bitmap();

	vmcs_write32(GUEST_SYSENTER_CS, a->sysenter_cs);
	if (!map)
		return;
	if (!(a->msr_bits & 1))
		map[0] &= ~MSR_BITMAP_BIT;
	if (!(a->msr_bits & 2))
		map[MSR_BITMAP_WRITE] &= ~MSR_BITMAP_BIT;
}

static bool is_nmi(u32 info)
{
	return info & INTR_INFO_VALID_MASK &&
	       (info & INTR_INFO_INTR_TYPE_MASK) == INTR_TYPE_NMI_INTR;
}

/*
 * Request an exit before the next instruction; with @iret after the next IRET, which
 * ends the blocking of NMIs, SDM vol. 3, 25.7.1.  KVM may have requested such an exit.
 */
static void arm_window(struct vsys_armed *a, bool iret)
{
	u32 cpu = vmcs_read32(CPU_BASED_VM_EXEC_CONTROL);

	if (!(vmcs_read32(PIN_BASED_VM_EXEC_CONTROL) & PIN_BASED_VIRTUAL_NMIS) ||
	    cpu & CPU_BASED_NMI_WINDOW_EXITING || !(a->what & VSYS_ARMED_NMI))
		return;
	vmcs_write32(CPU_BASED_VM_EXEC_CONTROL, cpu | CPU_BASED_NMI_WINDOW_EXITING);
	a->what |= VSYS_ARMED_WINDOW;
	if (iret)
		vmcs_write32(GUEST_INTERRUPTIBILITY_INFO,
			     vmcs_read32(GUEST_INTERRUPTIBILITY_INFO) | GUEST_INTR_STATE_NMI);
}

static void disarm_window(void)
{
	vmcs_write32(CPU_BASED_VM_EXEC_CONTROL,
		     vmcs_read32(CPU_BASED_VM_EXEC_CONTROL) & ~CPU_BASED_NMI_WINDOW_EXITING);
}

/*
 * Only an NMI blocks NMIs, and none was injected: if they are blocked now, arm_window()
 * has done it.  An emulated CPU may report it some runs later.
 */
static void disarm_nmi(struct vsys_vcpu *v)
{
	u32 state = vmcs_read32(GUEST_INTERRUPTIBILITY_INFO);
	u16 reason = vmcs_read32(VM_EXIT_REASON);

	if (state & GUEST_INTR_STATE_NMI)
		vmcs_write32(GUEST_INTERRUPTIBILITY_INFO, state & ~GUEST_INTR_STATE_NMI);
	/* After these KVM blocks NMIs for an IRET that has unblocked ours, 28.2.3. */
	if (reason == EXIT_REASON_EPT_VIOLATION || reason == EXIT_REASON_PML_FULL ||
	    reason == EXIT_REASON_NOTIFY)
		v->unblocked = vmcs_readl(EXIT_QUALIFICATION) & INTR_INFO_UNBLOCK_NMI;
}

/* Undo KVM's blocking of NMIs after our IRET, unless KVM injects one now. */
static void unblock_nmi(struct vsys_vcpu *v, u32 info)
{
	if (v->unblocked && !is_nmi(info))
		vmcs_write32(GUEST_INTERRUPTIBILITY_INFO,
			     vmcs_read32(GUEST_INTERRUPTIBILITY_INFO) & ~GUEST_INTR_STATE_NMI);
	v->unblocked = false;
}

/* The limit of an IDT with vectors 0 to 31 only; gates are longer in long mode. */
static u32 low_limit(const struct kvm_vcpu *vcpu)
{
	return vcpu->arch.efer & EFER_LMA ? 0x1ff : 0xff;
}

/*
 * VMX has no intercept of INT n.  With an IDT that ends after the exceptions it faults.
 * LIDT and SIDT exit, so that the guest does not see that limit; arm_step() lets them
 * execute.
 */
static void arm_limit(struct vsys_armed *a, struct kvm_vcpu *vcpu)
{
	u32 second = vmcs_read32(SECONDARY_VM_EXEC_CONTROL);

	a->field = vmcs_read32(GUEST_IDTR_LIMIT);
	if (a->field <= low_limit(vcpu))
		return;
	a->what |= VSYS_ARMED_LIMIT;
	a->exceptions = BIT(GP_VECTOR);
	a->intercepts = ~second & SECONDARY_EXEC_DESC;
	vmcs_write32(GUEST_IDTR_LIMIT, low_limit(vcpu));
	vmcs_write32(SECONDARY_VM_EXEC_CONTROL, second | SECONDARY_EXEC_DESC);
}

static void disarm_limit(struct vsys_armed *a)
{
	vmcs_write32(GUEST_IDTR_LIMIT, a->field);
	if (a->intercepts)
		vmcs_write32(SECONDARY_VM_EXEC_CONTROL,
			     vmcs_read32(SECONDARY_VM_EXEC_CONTROL) & ~SECONDARY_EXEC_DESC);
}

/*
 * Does VM entry want a pending single-step trap beside this blocking of events, SDM vol. 3,
 * 27.3.1.5?  After the instruction it is the one that TF causes anyway.
 */
static bool wants_bs(u32 blocking)
{
	return blocking & (GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS) &&
	       vmcs_readl(GUEST_RFLAGS) & X86_EFLAGS_TF &&
	       !(vmcs_read64(GUEST_IA32_DEBUGCTL) & DEBUGCTLMSR_BTF);
}

/*
 * Let the CPU execute one instruction, or deliver its fault, with the guest's own IDT,
 * and exit: the NMI window opens as soon as blocking by MOV SS ends, SDM vol. 3, 26.2.
 * While the guest blocks NMIs that is after its next IRET.  The monitor trap flag would
 * do the same; emulated CPUs lack it.  A debugger of the host that steps has an exit of
 * its own, and KVM ends all blocking for it.
 */
static void arm_step(struct vsys_armed *a, struct kvm_vcpu *vcpu)
{
	u32 cpu = vmcs_read32(CPU_BASED_VM_EXEC_CONTROL);
	u32 state = vmcs_read32(GUEST_INTERRUPTIBILITY_INFO), blocked;

	if (vcpu->guest_debug & KVM_GUESTDBG_SINGLESTEP ||
	    !(vmcs_read32(PIN_BASED_VM_EXEC_CONTROL) & PIN_BASED_VIRTUAL_NMIS))
		return;
	a->what |= VSYS_ARMED_STEP;
	a->field = state;
	a->intercepts = ~cpu & CPU_BASED_NMI_WINDOW_EXITING;
	vmcs_write32(CPU_BASED_VM_EXEC_CONTROL, cpu | CPU_BASED_NMI_WINDOW_EXITING);
	blocked = (state & ~GUEST_INTR_STATE_STI) | GUEST_INTR_STATE_MOV_SS;
	vmcs_write32(GUEST_INTERRUPTIBILITY_INFO, blocked);
	if (wants_bs(blocked))
		vmcs_writel(GUEST_PENDING_DBG_EXCEPTIONS,
			    vmcs_readl(GUEST_PENDING_DBG_EXCEPTIONS) | DR_STEP);
}

static void disarm_step(struct vsys_armed *a)
{
	const u32 shadow = GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS;
	u32 state = vmcs_read32(GUEST_INTERRUPTIBILITY_INFO);

	vmcs_write32(CPU_BASED_VM_EXEC_CONTROL,
		     vmcs_read32(CPU_BASED_VM_EXEC_CONTROL) & ~a->intercepts);
	if (!(state & GUEST_INTR_STATE_MOV_SS))
		return;
	/* It was not executed. */
	if (wants_bs(state) && !wants_bs(a->field))
		vmcs_writel(GUEST_PENDING_DBG_EXCEPTIONS,
			    vmcs_readl(GUEST_PENDING_DBG_EXCEPTIONS) & ~DR_STEP);
	vmcs_write32(GUEST_INTERRUPTIBILITY_INFO, (state & ~shadow) | (a->field & shadow));
}

/*
 * The run delivers the INT n in v->soft as an event, SDM vol. 3, 27.6: the handler returns to
 * the RIP of the VMCS and the instruction length.
 */
static void deliver_int(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	u32 state;

	if (unlikely(v->soft.touch)) {
		vsys_touch_apply(v, &v->slot.call, v->soft.addr);
		vsys_rip(vcpu) = v->soft.next - v->soft.len;
		vsys_reg_dirty(vcpu, VCPU_REG_RIP);
	}
	/* The exit has set RF, which is not to be pushed. */
	vmcs_writel(GUEST_RFLAGS, vmcs_readl(GUEST_RFLAGS) & ~X86_EFLAGS_RF);
	vsys_reg_forget(vcpu, VCPU_REG_RFLAGS);
	state = vmcs_read32(GUEST_INTERRUPTIBILITY_INFO);
	state &= ~(GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS);
	vmcs_write32(GUEST_INTERRUPTIBILITY_INFO, state);
}

/*
 * Does this run deliver the INT n in v->soft?  KVM has injected it if its loop came
 * in between, see int_first() and int_failed(): @info is the event that KVM injects.
 */
static bool send_int(struct vsys_vcpu *v, struct kvm_vcpu *vcpu, u32 info)
{
	const u32 mask = INTR_INFO_INTR_TYPE_MASK | INTR_INFO_VECTOR_MASK;

	if (!(v->next_run & VSYS_NEXT_SEND_INT) || get_rip(vcpu) != v->soft.rip)
		return false;
	if (!(info & INTR_INFO_VALID_MASK)) {
		vmcs_write32(VM_ENTRY_INTR_INFO_FIELD,
			     v->soft.vector | INTR_TYPE_SOFT_INTR | INTR_INFO_VALID_MASK);
		vmcs_write32(VM_ENTRY_INSTRUCTION_LEN, v->soft.len);
	} else if ((info & mask) != (INTR_TYPE_SOFT_INTR | v->soft.vector)) {
		return false;
	}
	deliver_int(v, vcpu);
	v->soft.sent = true;
	v->armed.exceptions = BIT(GP_VECTOR);
	return true;
}

/* Loads of CR3 exit, SDM vol. 3, 25.6.2; the VMCS has the guest's own all the same. */
static void arm_cr3(struct vsys_armed *a)
{
	u32 cpu = vmcs_read32(CPU_BASED_VM_EXEC_CONTROL);

	if (cpu & CPU_BASED_CR3_LOAD_EXITING)
		return;
	a->what |= VSYS_ARMED_CR3;
	vmcs_write32(CPU_BASED_VM_EXEC_CONTROL, cpu | CPU_BASED_CR3_LOAD_EXITING);
}

static void disarm_cr3(void)
{
	vmcs_write32(CPU_BASED_VM_EXEC_CONTROL,
		     vmcs_read32(CPU_BASED_VM_EXEC_CONTROL) & ~CPU_BASED_CR3_LOAD_EXITING);
}

/*
 * A run that injects a vector from 32 on needs the whole IDT, and exits as soon as the
 * handler is reached.
 */
static void arm_int(struct vsys_vcpu *v, struct kvm_vcpu *vcpu, bool iret)
{
	bool ints = v->ints, again;
	u32 info = vmcs_read32(VM_ENTRY_INTR_INFO_FIELD);

	unblock_nmi(v, info);
	if (v->next_run & VSYS_NEXT_STEP && !(info & INTR_INFO_VALID_MASK)) {
		v->next_run &= VSYS_NEXT_WINDOW;
		arm_step(&v->armed, vcpu);
		return;
	}
	if (unlikely(READ_ONCE(v->leave_pends) & VSYS_LEAVE_SPACE))
		arm_cr3(&v->armed);
	if (send_int(v, vcpu, info)) {
		info = INTR_INFO_VALID_MASK | v->soft.vector;
		ints = true;
	}
	/* Request it until it comes: exits of higher priority are first, SDM vol. 3, 26.2. */
	again = (ints || iret) && v->next_run & VSYS_NEXT_WINDOW;
	v->next_run = again ? VSYS_NEXT_WINDOW : 0;
	if ((ints || iret) && !is_nmi(info) &&
	    !(vmcs_read32(GUEST_INTERRUPTIBILITY_INFO) & GUEST_INTR_STATE_NMI))
		v->armed.what |= VSYS_ARMED_NMI;
	if (ints && info & INTR_INFO_VALID_MASK && (info & INTR_INFO_VECTOR_MASK) >= 32)
		arm_window(&v->armed, false);
	else if (ints)
		arm_limit(&v->armed, vcpu);
	if ((iret || again) && !(v->armed.what & VSYS_ARMED_WINDOW))
		arm_window(&v->armed, !again);
}

/* Make the doors exit; false if this run is not armed. */
static bool vmx_arm(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	struct vsys_armed *a = &v->armed;
	u64 efer = vcpu->arch.efer;
	u32 exceptions;

	a->what = 0;
	a->exceptions = 0;
	if (vsys_in_l2_or_smm(vcpu) || vsys_beyond_emulation(vcpu->arch.cr4) ||
	    !(vcpu->arch.cr0 & X86_CR0_PE)) {
		v->next_run &= VSYS_NEXT_WINDOW;
		return false;
	}
	/* Linux answers SYSENTER with SYSRET. */
	if (v->doors & (BIT(VSYS_DOOR_SYSCALL) | BIT(VSYS_DOOR_SYSENTER)) &&
	    (efer & (EFER_SCE | EFER_LMA)) == (EFER_SCE | EFER_LMA))
		arm_efer(a);
	if (vsys_vcpu_door(v, VSYS_DOOR_SYSENTER))
		arm_sysenter(a);
	arm_int(v, vcpu, !vsys_slot_free(&v->slot) || READ_ONCE(v->leave_pends) ||
		(v->ints && atomic_read(&v->pending->ints)));
	if (a->exceptions) {
		exceptions = vmcs_read32(EXCEPTION_BITMAP);
		vmcs_write32(EXCEPTION_BITMAP, exceptions | a->exceptions);
		a->exceptions &= ~exceptions;
	}
	return true;
}

static void vmx_disarm(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	struct vsys_armed *a = &v->armed;

	if (a->what & VSYS_ARMED_EFER)
		disarm_efer(a);
	if (a->what & VSYS_ARMED_MSRS)
		disarm_sysenter(a);
	if (a->what & VSYS_ARMED_WINDOW)
		disarm_window();
	if (a->what & VSYS_ARMED_STEP)
		disarm_step(a);
	if (a->what & VSYS_ARMED_CR3)
		disarm_cr3();
	if (a->what & VSYS_ARMED_NMI)
		disarm_nmi(v);
	if (a->what & VSYS_ARMED_LIMIT)
		disarm_limit(a);
	if (a->exceptions)
		vmcs_write32(EXCEPTION_BITMAP, vmcs_read32(EXCEPTION_BITMAP) & ~a->exceptions);
}

/* Without LOOP each run is armed anew. */
static bool vmx_run_end(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	vmx_disarm(v, vcpu);
	return true;
}

static bool vmx_rearm(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	return vmx_arm(v, vcpu);
}

#endif /* VSYS_VMX_ARM_H */
