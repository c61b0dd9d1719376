// SPDX-License-Identifier: GPL-2.0
/* Another module that replaces KVM's handle_exit, for ../tests/foreign.sh. */
#include <linux/kprobes.h>
#include <linux/kvm_host.h>
#include <linux/module.h>
#include <linux/static_call.h>

static struct static_call_key *key;
static void *tramp;
static int (*before)(struct kvm_vcpu *vcpu, int fastpath);

/*
 * Of these bits of CR4, those that guests seem to have set: FRED, which KVM gives no guest,
 * and CET, which no emulated AMD CPU has.
 */
#define PRETENDED (BIT_ULL(32) | BIT_ULL(23))
static unsigned long cr4;
module_param(cr4, ulong, 0644);

static int foreign_handle_exit(struct kvm_vcpu *vcpu, int fastpath)
{
	vcpu->arch.cr4 = (vcpu->arch.cr4 & ~PRETENDED) | (READ_ONCE(cr4) & PRETENDED);
	return before(vcpu, fastpath);
}

static unsigned long symbol(const char *name)
{
	struct kprobe kp = { .symbol_name = "kallsyms_lookup_name" };
	unsigned long (*lookup)(const char *name);

	if (register_kprobe(&kp))
		return 0;
	unregister_kprobe(&kp);
	lookup = (void *)kp.addr;
	return lookup(name);
}

static int __init foreign_init(void)
{
	key = (void *)symbol("__SCK__kvm_x86_handle_exit");
	tramp = (void *)symbol("__SCT__kvm_x86_handle_exit");
	if (!key || !tramp)
		return -ENOENT;
	before = key->func;
	__static_call_update(key, tramp, foreign_handle_exit);
	return 0;
}

static void __exit foreign_exit(void)
{
	/* A vCPU in KVM's own handle_exit returns here: the test runs none then. */
	WARN_ON(key->func != foreign_handle_exit);
	__static_call_update(key, tramp, before);
	synchronize_rcu_tasks();
}

module_init(foreign_init);
module_exit(foreign_exit);
MODULE_LICENSE("GPL");
