/* SPDX-License-Identifier: GPL-2.0 */
/* The test is the process, and defines the functions. */
#ifndef SHIM_MMU_NOTIFIER_H
#define SHIM_MMU_NOTIFIER_H

#include <limits.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct mm_struct;
struct page;

struct mmu_notifier {
	const struct mmu_notifier_ops *ops;
};

struct mmu_notifier_range {
	unsigned long start, end;
};

struct mmu_notifier_ops {
	void (*release)(struct mmu_notifier *n, struct mm_struct *mm);
	int (*invalidate_range_start)(struct mmu_notifier *n,
				      const struct mmu_notifier_range *range);
	void (*invalidate_range_end)(struct mmu_notifier *n,
				     const struct mmu_notifier_range *range);
	struct mmu_notifier *(*alloc_notifier)(struct mm_struct *mm);
	void (*free_notifier)(struct mmu_notifier *n);
};

struct mmu_notifier *mmu_notifier_get(const struct mmu_notifier_ops *ops, struct mm_struct *mm);
void mmu_notifier_put(struct mmu_notifier *n);
#define mmu_notifier_synchronize()	((void)0)

enum { FOLL_WRITE = 1 };

int get_user_pages_fast_only(unsigned long hva, int n, int flags, struct page **page);
int get_user_pages_fast(unsigned long hva, int n, int flags, struct page **page);
void put_page(struct page *page);
void *page_address(struct page *page);

#define PAGE_SHIFT		12
#define PAGE_SIZE		(1UL << PAGE_SHIFT)
#define PAGE_MASK		(~(PAGE_SIZE - 1))
#define offset_in_page(a)	((a) & 4095)

#define ENOMEM			12
#define ERR_PTR(err)		((void *)(long)(err))
#define PTR_ERR(p)		((long)(p))
#define IS_ERR(p)		((unsigned long)(p) >= -4095UL)

#endif
