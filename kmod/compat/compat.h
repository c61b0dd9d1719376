/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between kernels; the rest of the module is written for the newest one.
 * VSYS_HAVE_*: see probe.mk.  compat_arch.h, of each architecture, has the rest.
 */
#ifndef VSYS_COMPAT_H
#define VSYS_COMPAT_H

#include <linux/kvm_host.h>
#include <linux/mm.h>
#include <linux/static_call.h>
#include <linux/timer.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "vsyscalls needs Linux 6.1 or later"
#endif

#ifndef VSYS_HAVE_VM_FLAGS_CLEAR
static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}
#endif

#ifndef timer_container_of
#define timer_container_of	from_timer
#endif

#include "compat_arch.h"

#endif /* VSYS_COMPAT_H */
