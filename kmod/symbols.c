// SPDX-License-Identifier: GPL-2.0
/* What KVM does not export: found by name at load, in one table. */
#include <linux/kmod.h>
#include <linux/kprobes.h>
#include <linux/module.h>

#include "symbols.h"

struct vsys_symbols vsys_sym;

DEFINE_STATIC_CALL_NULL(vsys_find_module, find_module);
DEFINE_STATIC_CALL_NULL(vsys_ptrace_may_access, ptrace_may_access);
DEFINE_STATIC_CALL_NULL(vsys_queue_exception_e, kvm_queue_exception_e);
DEFINE_STATIC_CALL_NULL(vsys_queue_exception_p, kvm_queue_exception_p);
DEFINE_STATIC_CALL_NULL(vsys_get_exit_info,
			*((struct kvm_x86_ops *)0)->get_exit_info);
DEFINE_STATIC_CALL_NULL(vsys_get_msr, *((struct kvm_x86_ops *)0)->get_msr);

#define SYM(member, symbol) \
	{ symbol, offsetof(struct vsys_symbols, member) }
#define SYM_CALL(member) \
	SYM(member##_key, "__SCK__kvm_x86_" #member), \
	SYM(member##_tramp, "__SCT__kvm_x86_" #member)

static const struct {
	const char *name;
	size_t offset;
} table[] = {
	SYM(x86_ops, "kvm_x86_ops"),
	SYM(kvm_lock, "kvm_lock"),
	SYM(vm_list, "vm_list"),
	SYM(find_module, "find_module"),
	SYM(ptrace_may_access, "ptrace_may_access"),
	SYM(queue_exception_e, "kvm_queue_exception_e"),
	SYM(queue_exception_p, "kvm_queue_exception_p"),
	SYM(get_exit_info_key, "__SCK__kvm_x86_get_exit_info"),
	SYM(get_msr_key, "__SCK__kvm_x86_get_msr"),
	SYM_CALL(vcpu_run),
	SYM_CALL(handle_exit),
	SYM_CALL(vcpu_free),
};

static struct module *vendor_module;

/* A kprobe is the one exported way to the address of a function by name. */
static unsigned long find_lookup(void)
{
	struct kprobe kp = { .symbol_name = "kallsyms_lookup_name" };

	if (register_kprobe(&kp))
		return 0;
	unregister_kprobe(&kp);
	return (unsigned long)kp.addr;
}

static int find_all(void)
{
	unsigned long (*lookup)(const char *name) = (void *)find_lookup();
	int i;

	if (!lookup) {
		pr_err("kallsyms_lookup_name not found: kprobes are off or locked down\n");
		return -ENOENT;
	}
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		unsigned long addr = lookup(table[i].name);

		/* KVM's symbols are there with KVM, see pin_vendor(). */
		if (!addr) {
			pr_err("kernel symbol %s not found, cannot load\n",
			       table[i].name);
			return -ENOENT;
		}
		*(unsigned long *)((void *)&vsys_sym + table[i].offset) = addr;
	}
	return 0;
}

static bool kvm_present(void)
{
	unsigned long (*lookup)(const char *name) = (void *)find_lookup();

	return !lookup || lookup("kvm_x86_ops");
}

/* KVM's vendor module stays for as long as this module does. */
static int pin_vendor(void)
{
	struct module *mod = NULL;

	mutex_lock(vsys_sym.kvm_lock);
	if (vsys_sym.x86_ops->name && vsys_sym.vcpu_run_key->func) {
		/* As find_module() wants it; modules are not freed meanwhile. */
		preempt_disable();
		mod = static_call(vsys_find_module)(vsys_sym.x86_ops->name);
		if (mod && !try_module_get(mod))
			mod = NULL;
		preempt_enable();
	}
	mutex_unlock(vsys_sym.kvm_lock);
	if (!mod) {
		pr_err("neither kvm_amd nor kvm_intel is loaded and ready, cannot load\n");
		return -ENODEV;
	}
	vendor_module = mod;
	return 0;
}

int vsys_symbols_init(void)
{
	int err;

	if (boot_cpu_has(X86_FEATURE_SVM))
		request_module("kvm_amd");
	else if (boot_cpu_has(X86_FEATURE_VMX))
		request_module("kvm_intel");
	if (!kvm_present()) {
		pr_err("neither kvm_amd nor kvm_intel is loaded, cannot load\n");
		return -ENODEV;
	}
	err = find_all();
	if (err)
		return err;
	static_call_update(vsys_find_module, vsys_sym.find_module);
	err = pin_vendor();
	if (err)
		return err;
	static_call_update(vsys_ptrace_may_access, vsys_sym.ptrace_may_access);
	static_call_update(vsys_queue_exception_e, vsys_sym.queue_exception_e);
	static_call_update(vsys_queue_exception_p, vsys_sym.queue_exception_p);
	static_call_update(vsys_get_exit_info, vsys_sym.get_exit_info_key->func);
	static_call_update(vsys_get_msr, vsys_sym.get_msr_key->func);
	return 0;
}

void vsys_symbols_exit(void)
{
	module_put(vendor_module);
}
