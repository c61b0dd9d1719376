/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_SYMBOLS_H
#define VSYS_SYMBOLS_H

#include <linux/ptrace.h>
#include <linux/sched/mm.h>
#include <linux/static_call.h>
#include <asm/fpu/api.h>

#include "compat/btf.h"
#include "compat/compat.h"

/* Symbols that the kernel and KVM do not export, found by name at load. */
struct vsys_symbols {
	struct kvm_x86_ops *x86_ops;
	struct mutex *kvm_lock;
	struct list_head *vm_list;	/* protected by kvm_lock */
	void *find_module;
	const void *text;	/* the kernel's, without modules */
	const void *text_end;
	void *mm_access;
	void *queue_exception_e;
	void *queue_exception_p;
	void *emulate_instruction;
	void *vcpu_write_guest;
	void *mark_page_dirty;
	void *switch_fpu_return;
	struct static_call_key *vcpu_run_key;
	void *vcpu_run_tramp;
	struct static_call_key *handle_exit_key;
	void *handle_exit_tramp;
	struct static_call_key *vcpu_free_key;
	void *vcpu_free_tramp;
	struct static_call_key *get_exit_info_key;
	struct static_call_key *get_msr_key;
	struct static_call_key *set_nmi_mask_key;
	struct vsys_btf_symbols btf;
};

extern struct vsys_symbols vsys_sym;

/* The found functions are called directly: no retpoline, no ENDBR needed. */
DECLARE_STATIC_CALL(vsys_find_module, find_module);
DECLARE_STATIC_CALL(vsys_mm_access, mm_access);
DECLARE_STATIC_CALL(vsys_queue_exception_e, kvm_queue_exception_e);
DECLARE_STATIC_CALL(vsys_queue_exception_p, kvm_queue_exception_p);
DECLARE_STATIC_CALL(vsys_emulate_instruction, x86_emulate_instruction);
DECLARE_STATIC_CALL(vsys_vcpu_write_guest, kvm_vcpu_write_guest);
DECLARE_STATIC_CALL(vsys_mark_page_dirty, mark_page_dirty);
DECLARE_STATIC_CALL(vsys_switch_fpu_return, switch_fpu_return);
DECLARE_STATIC_CALL(vsys_get_exit_info,
		    *((struct kvm_x86_ops *)0)->get_exit_info);
DECLARE_STATIC_CALL(vsys_get_msr, *((struct kvm_x86_ops *)0)->get_msr);
DECLARE_STATIC_CALL(vsys_set_nmi_mask, *((struct kvm_x86_ops *)0)->set_nmi_mask);

#endif /* VSYS_SYMBOLS_H */
