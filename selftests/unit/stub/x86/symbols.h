/* SPDX-License-Identifier: GPL-2.0 */
/* Writes to the guest's memory, which walks of a test do not make. */
#ifndef STUB_SYMBOLS_H
#define STUB_SYMBOLS_H

#include <linux/static_call.h>

#define __user
#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))

void vsys_mark_page_dirty(struct kvm *kvm, u64 gfn);
DECLARE_STATIC_CALL(vsys_mark_page_dirty, vsys_mark_page_dirty);
void pagefault_disable(void);
void pagefault_enable(void);
#define __try_cmpxchg_user(at, old, val, label)	((void)(at), (void)(old), (void)(val), 1)

#endif
