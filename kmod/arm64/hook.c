// SPDX-License-Identifier: GPL-2.0
/* Replace two functions of KVM by ftrace, from the first attach until after the last. */
#include <linux/ftrace.h>
#include <linux/rcupdate.h>
#include <asm/insn.h>
#include <asm/kvm_emulate.h>

#include "arch.h"
#include "arm64/exit.h"
#include "arm64/fgt.h"
#include "arm64/hook.h"
#include "symbols.h"
#include "vm.h"

static bool installed;	/* under vsys_lock */

static void notrace redirect(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
			     struct ftrace_regs *regs)
{
	vsys_ftrace_set_pc(regs, (unsigned long)ops->private);
}

#define HOOK(with) {								\
	.func = redirect, .private = (with),					\
	.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_RECURSION |		\
		 FTRACE_OPS_FL_PERMANENT | VSYS_FTRACE_FLAGS,			\
}

static struct {
	const char *name;
	struct ftrace_ops ops;
	void **behind;		/* the function, without ftrace's call */
} hooks[] = {
	{ "kvm_arch_vcpu_destroy", HOOK(vsys_exit_vcpu_free),
	  (void **)&vsys_kvm_vcpu_destroy },
	{ "handle_exit", HOOK(vsys_exit_handle), (void **)&vsys_kvm_handle_exit },
};

/* ftrace's call is the last of the instructions that it has put before the function. */
void vsys_hook_init(void)
{
	*hooks[0].behind = vsys_sym.vcpu_destroy_call + AARCH64_INSN_SIZE;
	*hooks[1].behind = vsys_sym.handle_exit_call + AARCH64_INSN_SIZE;
}

static int hook_install(int i)
{
	int err = ftrace_set_filter(&hooks[i].ops, (char *)hooks[i].name,
				    strlen(hooks[i].name), 1);

	return err ?: register_ftrace_function(&hooks[i].ops);
}

static void hooks_remove(int n)
{
	while (n-- > 0)
		if (hooks[n].ops.flags & FTRACE_OPS_FL_ENABLED)
			unregister_ftrace_function(&hooks[n].ops);
}

/* Install all hooks, or none. */
static int hooks_install(void)
{
	int i, err;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		err = hook_install(i);
		if (err) {
			pr_err("cannot hook %s: %d\n", hooks[i].name, err);
			hooks_remove(i);
			return err;
		}
	}
	return 0;
}

/* At load: can the hooks be installed?  They lead nowhere yet: no session is attached. */
int vsys_hook_check(void)
{
	int err;

	vsys_hook_init();
	err = hooks_install();
	if (!err)
		hooks_remove(ARRAY_SIZE(hooks));
	return err;
}

u32 vsys_arch_doors(void)
{
	return vsys_fgt_usable() ? BIT(VSYS_DOOR_SVC) : 0;
}

u32 vsys_arch_vendor(void)
{
	return VSYS_VENDOR_ARM64;
}

u32 vsys_arch_mode(const struct kvm_vcpu *vcpu)
{
	return vcpu_el1_is_32bit((struct kvm_vcpu *)vcpu) ? VSYS_MODE_ARM : VSYS_MODE_ARM64;
}

int vsys_hook_install(void)
{
	int err = installed ? 0 : hooks_install();

	lockdep_assert_held(&vsys_lock);
	if (err)
		return -EBUSY;
	if (!installed)
		vsys_fgt_begin();
	installed = true;
	return 0;
}

/*
 * First no exit of ours may begin any more; then those that have begun must reach our
 * hook.  Between an exit and handle_exit() a vCPU's thread may be preempted, but does not
 * sleep.
 */
bool vsys_hook_remove(void)
{
	lockdep_assert_held(&vsys_lock);
	if (!installed)
		return true;
	installed = false;
	vsys_fgt_end();
	synchronize_rcu_tasks();
	hooks_remove(ARRAY_SIZE(hooks));
	return true;
}

/*
 * Wait for tasks that were preempted before our first or before our last instruction.  A
 * task that sleeps in our code pins the module.
 */
void vsys_hook_exit(void)
{
	synchronize_rcu_tasks();
}

/* ftrace lets no other module change the place where a hooked function goes on. */
bool vsys_hook_foreign(void)
{
	return false;
}
