/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_SYMBOLS_H
#define VSYS_SYMBOLS_H

#include <linux/sched/mm.h>
#include <linux/static_call.h>

#include "compat/compat.h"

/* Symbols that the kernel does not export, found by name at load. */
struct vsys_symbols {
	struct mutex *kvm_lock;
	struct list_head *vm_list;	/* protected by kvm_lock */
	void *mm_access;
	void *vcpu_write_guest;
	void *ftrace_location;
	void *handle_exit;
	void *handle_exit_call;		/* where ftrace hooks it */
	void *vcpu_destroy;
	void *vcpu_destroy_call;
};

extern struct vsys_symbols vsys_sym;

int vsys_symbols_find(void);

DECLARE_STATIC_CALL(vsys_mm_access, mm_access);
DECLARE_STATIC_CALL(vsys_vcpu_write_guest, kvm_vcpu_write_guest);

#endif /* VSYS_SYMBOLS_H */
