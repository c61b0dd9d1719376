// SPDX-License-Identifier: GPL-2.0
/* Symbols that are not exported: found by name at load, in one table. */
#include <linux/ftrace.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>

#include "symbols.h"

struct vsys_symbols vsys_sym;

DEFINE_STATIC_CALL_NULL(vsys_mm_access, mm_access);
DEFINE_STATIC_CALL_NULL(vsys_vcpu_write_guest, kvm_vcpu_write_guest);

#define SYM(member, symbol) { symbol, offsetof(struct vsys_symbols, member) }

static const struct {
	const char *name;
	size_t offset;
} table[] = {
	SYM(kvm_lock, "kvm_lock"),
	SYM(vm_list, "vm_list"),
	SYM(mm_access, "mm_access"),
	SYM(vcpu_write_guest, "kvm_vcpu_write_guest"),
	SYM(ftrace_location, "ftrace_location"),
	SYM(handle_exit, "handle_exit"),
	SYM(vcpu_destroy, "kvm_arch_vcpu_destroy"),
};

/* A kprobe is the one exported way to the address of a function by name. */
static void *lookup_find(void)
{
	struct kprobe kp = { .symbol_name = "kallsyms_lookup_name" };

	if (register_kprobe(&kp))
		return NULL;
	unregister_kprobe(&kp);
	return kp.addr;
}

static int symbols_find(unsigned long (*lookup)(const char *name))
{
	int i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		void *addr = (void *)lookup(table[i].name);

		if (!addr) {
			pr_err("kernel symbol %s not found, cannot load\n", table[i].name);
			return -ENOENT;
		}
		*(void **)((void *)&vsys_sym + table[i].offset) = addr;
	}
	return 0;
}

/* Find the calls that ftrace has put into the functions to hook. */
static int calls_find(void)
{
	unsigned long (*location)(unsigned long ip) = vsys_sym.ftrace_location;

	vsys_sym.handle_exit_call = (void *)location((unsigned long)vsys_sym.handle_exit);
	vsys_sym.vcpu_destroy_call = (void *)location((unsigned long)vsys_sym.vcpu_destroy);
	if (vsys_sym.handle_exit_call && vsys_sym.vcpu_destroy_call)
		return 0;
	pr_err("ftrace does not know KVM's functions, cannot load\n");
	return -ENOENT;
}

/* Find all symbols, or tell which is missing. */
int vsys_symbols_find(void)
{
	void *lookup = lookup_find();
	int err;

	if (!lookup) {
		pr_err("kallsyms_lookup_name not found: kprobes are off or locked down\n");
		return -ENOENT;
	}
	err = symbols_find(lookup) ?: calls_find();
	if (err)
		return err;
	static_call_update(vsys_mm_access, vsys_sym.mm_access);
	static_call_update(vsys_vcpu_write_guest, vsys_sym.vcpu_write_guest);
	return 0;
}
