/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The contract of an architecture: all that the core asks of kmod/x86/ and of
 * kmod/arm64/.  Kbuild lets the core find the headers of one of the two.  Beside these
 *
 *   vendor.h		types that struct vsys_vcpu embeds, and struct vsys_state
 *   symbols.h		functions of KVM that it does not export
 *   abi_inline.h	place of a call's number and result
 *   clock.h		time of records
 *   paging_types.h	roots of page tables, rights of pages
 *   paging_rights.h	which pages a caller may read
 *
 * The other way round an architecture calls, in this order, for each trap
 *
 *   vsys_vcpu_find(), call_tmpl.h, vsys_vcpu_begin(), vsys_follow(),
 *   vsys_retire_leave()
 *
 * and vsys_attach_vcpu_gone() when KVM frees a vCPU.
 */
#ifndef VSYS_ARCH_H
#define VSYS_ARCH_H

#include "abi_inline.h"
#include "clock.h"

struct vsys_call;
struct vsys_key;
struct vsys_mem;
struct vsys_profile;
struct vsys_state;
struct vsys_stop;
struct vsys_vcpu;
struct vsys_view;
struct vsys_xlat;

/*
 * Load and unload.
 */

/**
 * vsys_symbols_init() - find symbols that are not exported, and verify KVM
 *
 * Return: 0, or an error that the log explains.
 */
int vsys_symbols_init(void);

/* Undo vsys_symbols_init(). */
void vsys_symbols_exit(void);

/* Remember KVM's own functions; vsys_symbols_init() has succeeded. */
void vsys_hook_init(void);

/* Wait until no CPU executes a hook; vsys_hook_remove() has been called. */
void vsys_hook_exit(void);

/*
 * Put the hooks into KVM before the first attach.  Called with vsys_lock held.  Return: 0,
 * or -EBUSY if another module has hooked KVM.
 */
int vsys_hook_install(void);

/*
 * Remove the hooks from KVM, if they are there: no session is attached and no vCPU is
 * traced.  Called with vsys_lock held.  Return: false if another module has hooked KVM
 * since; then all hooks stay.
 */
bool vsys_hook_remove(void);

/* Does another module hook KVM, after this one if its hooks are there? */
bool vsys_hook_foreign(void);

/* The doors that this host can trap, as a bit mask; enum vsys_vendor. */
u32 vsys_arch_doors(void);
u32 vsys_arch_vendor(void);

/* The enum vsys_mode in which a vCPU ran last; on any thread. */
u32 vsys_arch_mode(const struct kvm_vcpu *vcpu);

/*
 * vCPUs.
 */

/**
 * vsys_verify() - verify that KVM keeps a vCPU as the module assumes
 * @v: on its own thread, right after an exit, which KVM has not handled
 *
 * Return: true if that is decided; a refusal is in v->refusal.
 */
bool vsys_verify(struct vsys_vcpu *v);

/* Does the vCPU execute user mode?  On its own thread, right after an exit. */
bool vsys_arch_in_user(struct kvm_vcpu *vcpu);

/* The registers of struct vsys_vcpu_regs, VSYS_VCPU_REG_NR of them; on its own thread. */
void vsys_arch_regs(struct kvm_vcpu *vcpu, u64 *regs);

/*
 * Tasks of the guest: the base of a recipe.
 */

int vsys_arch_task_check(const struct vsys_recipe *in);
u64 vsys_arch_task_root(struct vsys_vcpu *v, const struct vsys_recipe *in, u64 root);
bool vsys_arch_task_base(struct vsys_vcpu *v, const struct vsys_recipe *in, u64 *base);

/*
 * Calls: number, arguments and result, by door and operating system.
 */

/**
 * vsys_abi_identify() - find out which call it is
 * @p: the profile
 * @call: in: its number and door; out: ABI, info and number of arguments
 * @code64: it was made by 64-bit code
 */
void vsys_abi_identify(const struct vsys_profile *p, struct vsys_call *call, bool code64);

/**
 * vsys_abi_sp() - the caller's stack pointer, as its kernel will restore it
 * @v: the vCPU
 * @view: of the call
 * @door: the door of the call
 * @sp: vsys_state_call_sp(); not the state, which would need memory on the fast path then
 */
u64 vsys_abi_sp(struct vsys_vcpu *v, const struct vsys_view *view, u8 door, u64 sp);

/**
 * vsys_abi_args() - read the arguments of a call, before it is made
 * @v: the vCPU; v->mem is ready
 * @call: identified, with its key; its args and valid are set
 *
 * Return: true if all could be read.
 */
bool vsys_abi_args(struct vsys_vcpu *v, struct vsys_call *call);

/**
 * vsys_abi_place() - find an argument, before the call is made
 * @v: the vCPU
 * @call: identified, with its key
 * @arg: index of the argument
 * @addr: out: its address, if it is on the stack
 *
 * Return: the number of its register, or -1 if it is on the stack.
 */
int vsys_abi_place(const struct vsys_vcpu *v, const struct vsys_call *call, u32 arg,
		   u64 *addr);

/* Has @call failed with @result, so that it has written nothing, or not yet? */
bool vsys_abi_failed(const struct vsys_call *call, u64 result);

/*
 * Stopped calls.
 */

/**
 * vsys_regs_read() - read all registers of a stopped call
 * @stop: the stop
 * @regs: out: VSYS_REG_NR of them, by the uapi's numbers; at a return sp and pc are
 *        those of its target
 */
void vsys_regs_read(const struct vsys_stop *stop, u64 *regs);

/* The registers that the door is about to set or to use, as a bit mask. */
u64 vsys_regs_owned(const struct vsys_stop *stop);

/* May register @reg, which the door does not own, have @value? */
bool vsys_regs_valid(const struct vsys_stop *stop, int reg, u64 value);

/* Change a register; the place of arguments on the stack follows. */
void vsys_regs_write(struct vsys_stop *stop, int reg, u64 value);

/**
 * vsys_skip_call() - return from a call that is not made
 * @stop: the stop, at the entry
 * @result: the result that the caller gets
 *
 * Return: 0, or -EOPNOTSUPP if the place of return is not known; nothing has changed
 * then.
 */
int vsys_skip_call(struct vsys_stop *stop, u64 result);

/* The number of rt_sigprocmask() by the ABI of @call, and the register that has numbers. */
u32 vsys_touch_number(const struct vsys_call *call, int *reg);

/**
 * vsys_touch_door() - prepare that a caller makes another call first
 * @stop: the stop, at the entry; its call may get another door
 * @addr: for vsys_touch_apply(), if it has got one
 *
 * The other call returns to the instruction of the first one.  By another door it is made in
 * place of that instruction, which must not be emulated, and vsys_touch_apply() is called then.
 *
 * Return: false if that is not possible by this door; nothing has changed then.
 */
bool vsys_touch_door(struct vsys_stop *stop, u64 addr);

/*
 * Guest memory.
 */

/* The bits of a page-table root that identify an address space of @os. */
u64 vsys_paging_space(u8 os);

/* Is @gva an address at all in the paging mode of @root? */
bool vsys_paging_valid(u64 root, u64 gva);

/* @addr as the CPU uses it: without a tag, where the guest has tags on. */
u64 vsys_paging_untag(u64 root, u64 cr4, u64 addr);

/* Walk the guest's page tables; sets @x and members "out" of @m.  In kvm->srcu. */
bool vsys_paging_walk(struct vsys_mem *m, u64 gva, struct vsys_xlat *x);

#endif /* VSYS_ARCH_H */
