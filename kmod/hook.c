// SPDX-License-Identifier: GPL-2.0
/* Three of KVM's static calls, ours while a session is attached. */
#include <linux/rcupdate.h>
#include <linux/smp.h>

#include "hook.h"
#include "run.h"
#include "symbols.h"
#include "vcpu.h"

struct vsys_vendor_ops vsys_vendor __ro_after_init;

DEFINE_STATIC_CALL_NULL(vsys_arm, *((struct vsys_vendor_ops *)0)->arm);
DEFINE_STATIC_CALL_NULL(vsys_disarm, *((struct vsys_vendor_ops *)0)->disarm);
DEFINE_STATIC_CALL_NULL(vsys_exit, *((struct vsys_vendor_ops *)0)->exit);
DEFINE_STATIC_CALL_NULL(vsys_load, *((struct vsys_vendor_ops *)0)->load);
DEFINE_STATIC_CALL_NULL(vsys_store, *((struct vsys_vendor_ops *)0)->store);
DEFINE_STATIC_CALL_NULL(vsys_msr, *((struct vsys_vendor_ops *)0)->msr);

/* Choose the vendor and remember KVM's functions; vsys_symbols_init() ran. */
int __init vsys_hook_init(void)
{
	vsys_vendor = strcmp(vsys_sym.x86_ops->name, "kvm_amd") ?
		vsys_vmx_ops : vsys_svm_ops;
	static_call_update(vsys_arm, vsys_vendor.arm);
	static_call_update(vsys_disarm, vsys_vendor.disarm);
	static_call_update(vsys_exit, vsys_vendor.exit);
	static_call_update(vsys_load, vsys_vendor.load);
	static_call_update(vsys_store, vsys_vendor.store);
	static_call_update(vsys_msr, vsys_vendor.msr);
	static_call_update(vsys_kvm_vcpu_run, vsys_sym.vcpu_run_key->func);
	static_call_update(vsys_kvm_handle_exit, vsys_sym.handle_exit_key->func);
	static_call_update(vsys_kvm_vcpu_free, vsys_sym.vcpu_free_key->func);
	return 0;
}

/* Called with vsys_lock held, for the first attach. */
void vsys_hook_install(void)
{
	__static_call_update(vsys_sym.vcpu_free_key, vsys_sym.vcpu_free_tramp,
			     vsys_run_free);
	__static_call_update(vsys_sym.handle_exit_key,
			     vsys_sym.handle_exit_tramp, vsys_run_exit);
	__static_call_update(vsys_sym.vcpu_run_key, vsys_sym.vcpu_run_tramp,
			     vsys_run);
}

/*
 * Called with vsys_lock held, after the last detach: no vCPU is armed any
 * more.  In the reverse order: as long as an exit can be left for the slow
 * path, that must be there.
 */
void vsys_hook_remove(void)
{
	__static_call_update(vsys_sym.vcpu_run_key, vsys_sym.vcpu_run_tramp,
			     STATIC_CALL_KEY(vsys_kvm_vcpu_run).func);
	vsys_vcpu_quiesce();
	__static_call_update(vsys_sym.handle_exit_key,
			     vsys_sym.handle_exit_tramp,
			     STATIC_CALL_KEY(vsys_kvm_handle_exit).func);
	__static_call_update(vsys_sym.vcpu_free_key, vsys_sym.vcpu_free_tramp,
			     STATIC_CALL_KEY(vsys_kvm_vcpu_free).func);
}

/*
 * The hooks are removed; wait for whoever is still in one.  The IPI ends the
 * runs, the SRCUs end what sleeps in our code, RCU tasks the rest: a task
 * that was preempted between KVM's call and our first or after our last
 * instruction but one.
 */
void vsys_hook_exit(void)
{
	vsys_vcpu_quiesce();
	synchronize_srcu(&vsys_free_srcu);
	synchronize_rcu_tasks();
	vsys_vcpu_quiesce();
}
