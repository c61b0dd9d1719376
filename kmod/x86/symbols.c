// SPDX-License-Identifier: GPL-2.0
/* Symbols that are not exported: found by name at load, in one table. */
#include <linux/kallsyms.h>
#include <linux/kmod.h>
#include <linux/kprobes.h>
#include <linux/module.h>

#include "arch.h"
#include "compat/btf.h"
#include "x86/symbols.h"

struct vsys_symbols vsys_sym;

DEFINE_STATIC_CALL_NULL(vsys_lookup, kallsyms_lookup_name);
DEFINE_STATIC_CALL_NULL(vsys_find_module, find_module);
DEFINE_STATIC_CALL_NULL(vsys_mm_access, mm_access);
DEFINE_STATIC_CALL_NULL(vsys_queue_exception_e, kvm_queue_exception_e);
DEFINE_STATIC_CALL_NULL(vsys_queue_exception_p, kvm_queue_exception_p);
DEFINE_STATIC_CALL_NULL(vsys_emulate_instruction, x86_emulate_instruction);
DEFINE_STATIC_CALL_NULL(vsys_vcpu_write_guest, kvm_vcpu_write_guest);
DEFINE_STATIC_CALL_NULL(vsys_mark_page_dirty, mark_page_dirty);
DEFINE_STATIC_CALL_NULL(vsys_switch_fpu_return, switch_fpu_return);
DEFINE_STATIC_CALL_NULL(vsys_get_exit_info,
			*((struct kvm_x86_ops *)0)->get_exit_info);
DEFINE_STATIC_CALL_NULL(vsys_get_msr, *((struct kvm_x86_ops *)0)->get_msr);
DEFINE_STATIC_CALL_NULL(vsys_set_nmi_mask,
			*((struct kvm_x86_ops *)0)->set_nmi_mask);

#define SYM(member, symbol) \
	{ symbol, offsetof(struct vsys_symbols, member), false }
#define SYM_OPTIONAL(member, symbol) \
	{ symbol, offsetof(struct vsys_symbols, member), true }
#define SYM_KEY(member)		SYM(member##_key, "__SCK__kvm_x86_" #member)
#define SYM_TRAMP(member)	SYM(member##_tramp, "__SCT__kvm_x86_" #member)

static const struct {
	const char *name;
	size_t offset;
	bool optional;
} table[] = {
	SYM(x86_ops, "kvm_x86_ops"),
	SYM(kvm_lock, "kvm_lock"),
	SYM(vm_list, "vm_list"),
	SYM(find_module, "find_module"),
	SYM(text, "_stext"),
	SYM(text_end, "_etext"),
	SYM(mm_access, "mm_access"),
	SYM(queue_exception_e, "kvm_queue_exception_e"),
	SYM(queue_exception_p, "kvm_queue_exception_p"),
	SYM(emulate_instruction, "x86_emulate_instruction"),
	SYM(vcpu_write_guest, "kvm_vcpu_write_guest"),
	SYM(mark_page_dirty, "mark_page_dirty"),
	SYM(switch_fpu_return, "switch_fpu_return"),
	SYM_KEY(get_exit_info),
	SYM_KEY(get_msr),
	SYM_KEY(set_nmi_mask),
	SYM_KEY(vcpu_run),
	SYM_TRAMP(vcpu_run),
	SYM_KEY(handle_exit),
	SYM_TRAMP(handle_exit),
	SYM_KEY(vcpu_free),
	SYM_TRAMP(vcpu_free),
	SYM_OPTIONAL(btf.find_id, "bpf_find_btf_id"),
	SYM_OPTIONAL(btf.put, "btf_put"),
	SYM_OPTIONAL(btf.name, "btf_name_by_offset"),
};

static struct module *vendor_module;	/* NULL: KVM is built into the kernel */

/* A kprobe is the one exported way to the address of a function by name. */
static unsigned long lookup_find(void)
{
	struct kprobe kp = { .symbol_name = "kallsyms_lookup_name" };

	if (register_kprobe(&kp))
		return 0;
	unregister_kprobe(&kp);
	return (unsigned long)kp.addr;
}

/* Address or NULL.  A direct call: a kprobe's address may follow the ENDBR. */
static void *symbol_find(const char *name)
{
	return (void *)static_call(vsys_lookup)(name);
}

static int symbols_find(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		void *addr = symbol_find(table[i].name);

		if (!addr && !table[i].optional) {
			pr_err("kernel symbol %s not found, cannot load\n",
			       table[i].name);
			return -ENOENT;
		}
		*(void **)((void *)&vsys_sym + table[i].offset) = addr;
	}
	return 0;
}

/*
 * Pin KVM's vendor module until this module is unloaded, unless it is built into the kernel.
 * kvm_x86_ops is valid only while vsys_has_vendor(): an unloaded vendor module leaves stale
 * pointers in it.
 */
static int vendor_pin(void)
{
	static const char *const names[] = { "kvm_amd", "kvm_intel" };
	bool valid, builtin;
	int i;

	mutex_lock(vsys_sym.kvm_lock);
	valid = builtin = vsys_has_vendor(vsys_sym.x86_ops);
	for (i = 0; i < ARRAY_SIZE(names) && !vendor_module; i++) {
		struct module *mod;

		/* find_module() requires it; modules are not freed meanwhile. */
		preempt_disable();
		mod = static_call(vsys_find_module)(names[i]);
		if (mod && valid && try_module_get(mod))
			vendor_module = mod;
		preempt_enable();
		builtin = builtin && !mod;
	}
	mutex_unlock(vsys_sym.kvm_lock);
	return vendor_module || builtin ? 0 : -ENODEV;
}

static bool in_kernel(const void *func)
{
	return func >= vsys_sym.text && func < vsys_sym.text_end;
}

static bool in_vendor(const void *func)
{
	return vendor_module ? within_module_core((unsigned long)func, vendor_module) :
			       in_kernel(func);
}

/*
 * Each static call must lead to the vendor module: the target of another module would be
 * restored when that module may be gone.  Each must have a caller, or it traps nothing.
 */
static int calls_check(void)
{
	const struct {
		const char *name;
		const struct static_call_key *key;
	} calls[] = {
		{ "vcpu_run", vsys_sym.vcpu_run_key },
		{ "handle_exit", vsys_sym.handle_exit_key },
		{ "vcpu_free", vsys_sym.vcpu_free_key },
		{ "get_exit_info", vsys_sym.get_exit_info_key },
		{ "get_msr", vsys_sym.get_msr_key },
		{ "set_nmi_mask", vsys_sym.set_nmi_mask_key },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		if (!in_vendor(calls[i].key->func)) {
			pr_err("KVM's static call %s leads to %pS and not to %s, cannot load\n",
			       calls[i].name, calls[i].key->func,
			       vendor_module ? vendor_module->name : "the kernel");
			return -EBUSY;
		}
		if (!vsys_static_call_used(calls[i].key)) {
			pr_err("KVM does not use its static call %s, cannot load\n",
			       calls[i].name);
			return -EINVAL;
		}
	}
	return 0;
}

int vsys_symbols_init(void)
{
	unsigned long lookup;
	int err = -ENODEV;

	if (boot_cpu_has(X86_FEATURE_SVM))
		request_module("kvm_amd");
	else if (boot_cpu_has(X86_FEATURE_VMX))
		request_module("kvm_intel");
	lookup = lookup_find();
	if (!lookup) {
		pr_err("kallsyms_lookup_name not found: kprobes are off or locked down\n");
		return -ENOENT;
	}
	static_call_update(vsys_lookup, (void *)lookup);
	/* KVM's symbols exist only while KVM is loaded. */
	if (symbol_find("kvm_x86_ops")) {
		err = symbols_find();
		if (err)
			return err;
		static_call_update(vsys_find_module, vsys_sym.find_module);
		err = vendor_pin();
	}
	if (err) {
		pr_err("neither kvm_amd nor kvm_intel is loaded, cannot load\n");
		return err;
	}
	err = calls_check();
	if (!err)
		err = vsys_btf_check(!strcmp(vsys_sym.x86_ops->name, "kvm_amd"), &vsys_sym.btf);
	if (err) {
		module_put(vendor_module);
		return err;
	}
	static_call_update(vsys_mm_access, vsys_sym.mm_access);
	static_call_update(vsys_queue_exception_e, vsys_sym.queue_exception_e);
	static_call_update(vsys_queue_exception_p, vsys_sym.queue_exception_p);
	static_call_update(vsys_emulate_instruction, vsys_sym.emulate_instruction);
	static_call_update(vsys_vcpu_write_guest, vsys_sym.vcpu_write_guest);
	static_call_update(vsys_mark_page_dirty, vsys_sym.mark_page_dirty);
	static_call_update(vsys_switch_fpu_return, vsys_sym.switch_fpu_return);
	static_call_update(vsys_get_exit_info, vsys_sym.get_exit_info_key->func);
	static_call_update(vsys_get_msr, vsys_sym.get_msr_key->func);
	static_call_update(vsys_set_nmi_mask, vsys_sym.set_nmi_mask_key->func);
	return 0;
}

void vsys_symbols_exit(void)
{
	module_put(vendor_module);
}

MODULE_SOFTDEP("pre: kvm kvm_amd kvm_intel");
