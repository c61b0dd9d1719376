/* SPDX-License-Identifier: GPL-2.0 */
#ifndef STUB_VM_H
#define STUB_VM_H

#include <linux/types.h>

struct vsys_vm {
	u32 pid;
};

#define vsys_dereference(p)	(p)

extern int vsys_lock;	/* of asserts, which do nothing */

#endif
