// SPDX-License-Identifier: GPL-2.0
/* vsyscalls: load and unload, in order. */
#include <linux/module.h>

#include "arch.h"
#include "attachment.h"
#include "cdev.h"
#include "ram.h"
#include "rewrite/rule_index.h"
#include "rewrite/rule_table.h"
#include "session.h"
#include "vcpu.h"
#include "vm.h"

static char *profile;
module_param(profile, charp, 0444);
MODULE_PARM_DESC(profile, "Default profile for attaches that name none");

static bool rewrite;
module_param(rewrite, bool, 0444);
MODULE_PARM_DESC(rewrite, "Allow sessions to hold and to change calls");

static int __init vsys_init(void)
{
	int err = vsys_symbols_init();

	if (err)
		return err;
	vsys_hook_init();
	vsys_rule_index_init();
	err = vsys_session_init();
	if (err)
		goto err_symbols;
	err = vsys_vcpu_init();
	if (err)
		goto err_session;
	err = vsys_attachment_init();
	if (err)
		goto err_vcpu;
	err = vsys_cdev_init(profile, rewrite);
	if (err)
		goto err_attach;
	return 0;

err_attach:
	vsys_attachment_exit();
err_vcpu:
	vsys_vcpu_exit();
err_session:
	vsys_session_exit();
err_symbols:
	vsys_symbols_exit();
	return err;
}

static void __exit vsys_exit_module(void)
{
	vsys_cdev_exit();
	vsys_attachment_unhook();
	vsys_hook_exit();
	vsys_ram_exit();
	vsys_attachment_exit();
	vsys_vcpu_exit();
	vsys_vm_exit();
	vsys_session_exit();
	vsys_rule_table_exit();
	vsys_symbols_exit();
}

module_init(vsys_init);
module_exit(vsys_exit_module);

MODULE_DESCRIPTION("System calls of virtual machines, seen from the host");
MODULE_LICENSE("GPL");
