/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_VENDOR_H
#define VSYS_VENDOR_H

#include <linux/types.h>
#include <linux/vsyscalls.h>

#include "compat/compat.h"
#include "x86/insn.h"
#include "x86/paging_types.h"

struct vsys_vcpu;

/* From run() to vsys_exit_handle(), which KVM calls with it: for the slow path. */
#define VSYS_FASTPATH_SLOW	((fastpath_t)0x100)

/* How a VM exit was handled. */
enum vsys_trap {
	VSYS_TRAP_NONE,		/* not ours: KVM's */
	VSYS_TRAP_DONE,		/* the guest goes on */
	VSYS_TRAP_SLOW,		/* nothing has happened: retry where sleeping is allowed */
	VSYS_TRAP_DEBUG,	/* a debugger of the host single-steps */
	VSYS_TRAP_FAULT,	/* #GP(0), from int_decode() */
	VSYS_TRAP_UNDEFINED,	/* a #UD, unless KVM's emulator knows v->bytes */
};

/*
 * The guest's state that the instructions of the doors read and write, without the
 * general registers, which are in kvm_vcpu.arch.regs.  Segment attributes have the
 * layout of VMX's access rights, SDM vol. 3, 25.4.1.
 */
struct vsys_state {
	u64 rip;
	u64 rsp;
	u64 rflags;
	u64 cr3;
	u64 cr4;
	u64 space;	/* identifies the address space, for vsys_key */
	u16 cs;
	u16 ss;
	u32 cs_attr;	/* to be stored */
	u32 ss_attr;	/* to be stored */
	bool ss_keep;	/* only the selector of SS is to be stored */
	bool lma;	/* long mode */
	bool code64;	/* 64-bit code */
	u8 cpl;
};

/* The stack pointer, as wide as the code's. */
static inline u64 vsys_state_sp(const struct vsys_state *st)
{
	return st->code64 ? st->rsp : (u32)st->rsp;
}

/*
 * The stack pointer that the caller has again after a call by @door: INT n pushes all of
 * RSP in long mode, whatever the code, and IRET pops it.
 */
static inline u64 vsys_state_call_sp(const struct vsys_state *st, u8 door)
{
	return door == VSYS_DOOR_SYSCALL ? vsys_state_sp(st) : st->rsp;
}

/* The address space, of the bits in @mask of an address of 64 bits. */
static __always_inline u64 vsys_state_space(const struct vsys_state *st, u64 mask)
{
	if (likely(st->lma))
		return st->cr3 & mask;
	if (st->cr4 & X86_CR4_PAE)
		return st->cr3 & GENMASK_ULL(31, 5) & (mask | ~VSYS_PTE_ADDR);
	return st->cr3 & GENMASK_ULL(31, 12);
}

/* Why an armed run has ended, if the exit may be ours. */
enum vsys_exit {
	VSYS_EXIT_OTHER,
	VSYS_EXIT_FAULT,	/* #GP, or a fault of the delivery of an INT n */
	VSYS_EXIT_INT,		/* INT n, not executed */
	VSYS_EXIT_REPEAT,	/* an event whose delivery arming has made fail */
	VSYS_EXIT_STEP,		/* an instruction that exits because of arming, not executed */
	VSYS_EXIT_IRET,		/* not executed */
	VSYS_EXIT_CR3,		/* MOV to CR3, not executed */
	VSYS_EXIT_IRET_DONE,	/* executed */
	VSYS_EXIT_AGAIN,	/* requested by us; nothing to do */
};

/* vsys_armed.what */
enum {
	VSYS_ARMED_EFER = 1 << 0,	/* SYSCALL and SYSRET are undefined */
	VSYS_ARMED_SYSENTER = 1 << 1,	/* SYSENTER and SYSEXIT fault */
	VSYS_ARMED_MSRS = 1 << 2,	/* accesses to SYSENTER_CS exit */
	VSYS_ARMED_WINDOW = 1 << 3,	/* an exit is requested, see VSYS_NEXT_WINDOW */
	VSYS_ARMED_LIMIT = 1 << 4,	/* vectors from 32 on cannot be delivered */
	VSYS_ARMED_NMI = 1 << 5,	/* NMIs are not blocked by the guest */
	VSYS_ARMED_STEP = 1 << 6,	/* the run ends after one instruction */
	VSYS_ARMED_CR3 = 1 << 7,	/* loads of CR3 exit, and KVM has not asked for it */
};

/* The changes of arm(), for disarm(). */
struct vsys_armed {
	u8 what;
	u8 how;		/* VMX: the way in which EFER was changed */
	u8 msr_bits;	/* SYSENTER_CS in the permission map, before */
	u32 intercepts;	/* that were added */
	u32 free;	/* intercepts that KVM has not set itself */
	u32 exceptions;	/* intercepts that were added */
	u32 extra;	/* SVM: of these, for the last run only */
	u32 field;	/* of the VMCB: int_ctl; of the VMCS: IDT limit, or interruptibility */
	u64 efer;
	u64 sysenter_cs;
};

/*
 * An INT n of the guest's that the next armed run delivers, as the CPU would have.  If
 * KVM injects another event into that run, it is dropped: the INT n executes again.
 */
struct vsys_int {
	bool sent;	/* with this run */
	u8 vector;
	u8 len;
	bool call;	/* it is the system call in the vCPU's slot */
	bool touch;	/* which reads a word at @addr in place of another, see rewrite/touch.c */
	bool atomic;	/* it trapped on the fast path */
	/* SVM, to undo an injection; on VMX KVM injects again what did not arrive. */
	bool rf;	/* RFLAGS.RF at the instruction */
	u8 shadow;	/* the interrupt shadow there */
	u64 rip;	/* of the instruction */
	u64 next;	/* to which the handler returns */
	u64 addr;
};

enum vsys_msr {
	VSYS_MSR_STAR,
	VSYS_MSR_LSTAR,
	VSYS_MSR_CSTAR,
	VSYS_MSR_SFMASK,
	VSYS_MSR_SYSENTER_CS,
	VSYS_MSR_SYSENTER_ESP,
	VSYS_MSR_SYSENTER_EIP,
	VSYS_MSRS,
};

/**
 * struct vsys_vendor_ops - SVM or VMX, each with its copy of run_tmpl.h
 * @id: enum vsys_vendor
 * @doors: bit mask of the doors that can be trapped on this host
 * @check: 0 or the enum vsys_refusal for this vCPU; right after an exit, may
 *         sleep
 * @run: the fast path, takes the place of kvm_x86_ops.vcpu_run
 * @slow: handle an exit that @run left to the path that may sleep
 *
 * @msr: a call-entry MSR of the guest
 * @reg: a register of struct vsys_vcpu_regs that is not in kvm_vcpu.arch
 *
 * All but @doors run on the vCPU's thread.
 */
struct vsys_vendor_ops {
	u32 id;
	u32 (*doors)(void);
	u32 (*check)(struct kvm_vcpu *vcpu);
	fastpath_t (*run)(VSYS_RUN_PARAMS);
	enum vsys_trap (*slow)(struct vsys_vcpu *v);
	u64 (*msr)(struct kvm_vcpu *vcpu, enum vsys_msr msr);
	u64 (*reg)(struct kvm_vcpu *vcpu, enum vsys_x86_vcpu_reg reg);
};

extern const struct vsys_vendor_ops vsys_svm_ops;
extern const struct vsys_vendor_ops vsys_vmx_ops;
extern const struct vsys_vendor_ops *vsys_vendor;

/* A guest that sets one of these in CR4 is refused: its calls do more than is emulated. */
extern unsigned long vsys_cr4_refused;

/* Choose it, by vendor and module parameter. */
void vsys_verify_init(void);

static __always_inline bool vsys_beyond_emulation(unsigned long cr4)
{
	return cr4 & vsys_cr4_refused;
}

#endif /* VSYS_VENDOR_H */
