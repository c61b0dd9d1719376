// SPDX-License-Identifier: GPL-2.0
/* Replace three of KVM's static calls, from the first attach until after the last. */
#include <linux/rcupdate.h>
#include <linux/smp.h>

#include "arch.h"
#include "vm.h"
#include "x86/clock.h"
#include "x86/exit.h"
#include "x86/symbols.h"
#include "x86/vendor.h"

const struct vsys_vendor_ops *vsys_vendor;
static bool installed;	/* under vsys_lock */

/* Choose the vendor and remember KVM's functions; vsys_symbols_init() ran. */
void __init vsys_hook_init(void)
{
	vsys_vendor = strcmp(vsys_sym.x86_ops->name, "kvm_amd") ?
		&vsys_vmx_ops : &vsys_svm_ops;
	vsys_verify_init();
	static_call_update(vsys_kvm_vcpu_run, vsys_sym.vcpu_run_key->func);
	static_call_update(vsys_kvm_handle_exit, vsys_sym.handle_exit_key->func);
	static_call_update(vsys_kvm_vcpu_free, vsys_sym.vcpu_free_key->func);
}

u32 vsys_arch_doors(void)
{
	return vsys_vendor->doors();
}

u32 vsys_arch_vendor(void)
{
	return vsys_vendor->id;
}

u32 vsys_arch_mode(const struct kvm_vcpu *vcpu)
{
	if (READ_ONCE(vcpu->arch.efer) & EFER_LMA)
		return VSYS_MODE_LONG;
	return READ_ONCE(vcpu->arch.cr0) & X86_CR0_PE ? VSYS_MODE_PROTECTED : VSYS_MODE_REAL;
}

struct hook {
	struct static_call_key *key;
	void *tramp;
	void *kvm;	/* KVM's function */
	void *own;	/* the module's */
};

enum { HOOKS = 3 };

/* In the order of installation. */
static void hooks_get(struct hook hooks[HOOKS])
{
	struct static_call_key *const keys[HOOKS] = {
		vsys_sym.vcpu_free_key,
		vsys_sym.handle_exit_key,
		vsys_sym.vcpu_run_key,
	};
	void *const tramps[HOOKS] = {
		vsys_sym.vcpu_free_tramp,
		vsys_sym.handle_exit_tramp,
		vsys_sym.vcpu_run_tramp,
	};
	void *const kvms[HOOKS] = {
		STATIC_CALL_KEY(vsys_kvm_vcpu_free).func,
		STATIC_CALL_KEY(vsys_kvm_handle_exit).func,
		STATIC_CALL_KEY(vsys_kvm_vcpu_run).func,
	};
	void *const owns[HOOKS] = {
		vsys_exit_vcpu_free,
		vsys_exit_handle,
		vsys_vendor->run,
	};
	int i;

	for (i = 0; i < HOOKS; i++) {
		hooks[i].key = keys[i];
		hooks[i].tramp = tramps[i];
		hooks[i].kvm = kvms[i];
		hooks[i].own = owns[i];
	}
}

/* Has another module replaced a function since? */
bool vsys_hook_foreign(void)
{
	struct hook hooks[HOOKS];
	int i;

	hooks_get(hooks);
	for (i = 0; i < HOOKS; i++)
		if (READ_ONCE(hooks[i].key->func) !=
		    (installed ? hooks[i].own : hooks[i].kvm))
			return true;
	return false;
}

/* Called with vsys_lock held, for the first attach. */
int vsys_hook_install(void)
{
	struct hook hooks[HOOKS];
	int i;

	lockdep_assert_held(&vsys_lock);
	if (installed)
		return 0;
	if (vsys_hook_foreign())
		return -EBUSY;
	installed = true;
	vsys_clock_set();
	hooks_get(hooks);
	for (i = 0; i < HOOKS; i++)
		__static_call_update(hooks[i].key, hooks[i].tramp, hooks[i].own);
	return 0;
}

/*
 * Called with vsys_lock held, while there is neither an attachment nor a traced vCPU.
 * Remove in the reverse order: the slow path must be there as long as an exit can be left
 * to it.  Another module that has replaced a function since calls ours: leave all.
 */
bool vsys_hook_remove(void)
{
	struct hook hooks[HOOKS];
	int i;

	lockdep_assert_held(&vsys_lock);
	if (!installed)
		return true;
	if (vsys_hook_foreign())
		return false;
	installed = false;
	hooks_get(hooks);
	for (i = HOOKS - 1; i >= 0; i--) {
		__static_call_update(hooks[i].key, hooks[i].tramp, hooks[i].kvm);
		/* Sections with interrupts off end: none is in run() then. */
		if (hooks[i].own == vsys_vendor->run)
			kick_all_cpus_sync();
	}
	return true;
}

/*
 * Wait for tasks that are still in a removed hook; no vCPU is traced.  The IPI ends runs of
 * guests, RCU tasks the rest: a task that was preempted before our first or before our
 * last instruction.  A task that sleeps in our code pins the module.
 */
void vsys_hook_exit(void)
{
	kick_all_cpus_sync();
	synchronize_rcu_tasks();
	kick_all_cpus_sync();
}
