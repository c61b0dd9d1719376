// SPDX-License-Identifier: GPL-2.0
/* Memory: maps, advice, policies, futexes. */
#include <linux/futex.h>
#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>

#include "forms.h"

static void map_forms(void)
{
	unsigned char vec[4];
	char *p, *q;

	p = (char *)DO(mmap, NULL, 3 * 4096L, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L);
	DO(mmap, NULL, 4096L, PROT_NONE, MAP_SHARED, 99, 0x1000L);
	DO(mmap, NULL, 4096L, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | 21 << 26, -1, 0L);
	DO(mmap, p, 4096L, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0L);
	DO(mmap, NULL, 4096L, PROT_READ | PROT_GROWSDOWN, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0L);
	DO(mprotect, p, 4096L, PROT_READ | PROT_WRITE);
	DO(mprotect, p + 1, 4096L, PROT_NONE);
	p[0] = 1;
	DO(mincore, p, 3 * 4096L, vec);
	DO(mincore, p + 1, 1L, vec);
	DO(madvise, p, 4096L, MADV_DONTNEED);
	DO(madvise, p, 4096L, 999);
	DO(msync, p, 4096L, MS_SYNC | MS_INVALIDATE);
	q = (char *)DO(mremap, p, 4096L, 8192L, MREMAP_MAYMOVE);
	DO(mremap, q, 8192L, 4096L, 0);
	DO(mremap, q, 4096L, 4096L, MREMAP_MAYMOVE | MREMAP_FIXED, p);
	DO(mlock, p, 4096L);
	DO(mlock2, p, 4096L, 1);
	DO(munlock, p, 4096L);
	DO(mlockall, 99);
	DO(munlockall);
	DO(remap_file_pages, p, 4096L, 0, 0L, 0);
	DO(munmap, p, 3 * 4096L);
	DO(munmap, p + 1, 4096L);
	DO(brk, 0L);
	DO(pkey_alloc, 0L, 1L);
	DO(pkey_mprotect, p, 4096L, PROT_READ, 1);
	DO(pkey_free, 99);
	DO(process_madvise, -1, &(struct iovec){ p, 4096 }, 1L, MADV_COLD, 0);
	DO(mseal, p + 1, 4096L, 0L);
	DO(cachestat, -1, &(struct { uint64_t a, b; }){ 1, 2 }, BAD, 0);
}

static void policy_forms(void)
{
	unsigned long mask[2] = { 1, 0 };
	int mode = 0;

	DO(set_mempolicy, MPOL_DEFAULT, NULL, 0L);
	DO(get_mempolicy, &mode, mask, 128L, 0L, 0L);
	DO(mbind, 0x1000L, 4096L, MPOL_BIND, mask, 64L, MPOL_MF_STRICT);
	DO(migrate_pages, 12345, 64L, mask, mask);
	DO(move_pages, 12345, 1L, (void *[]){ mask }, NULL, &mode, 2);
}

static void futex_forms(void)
{
	uint32_t word = 5, other = 0;
	struct timespec ts = { 0, 1000 };
	struct futex_waitv waiter = { .val = 1, .uaddr = (uintptr_t)&word, .flags = 2 };

	DO(futex, &word, FUTEX_WAIT, 4, NULL);
	DO(futex, &word, FUTEX_WAIT_PRIVATE, 5, &ts);
	DO(futex, &word, FUTEX_WAKE, 1);
	DO(futex, &word, FUTEX_WAKE_PRIVATE, 0x7fffffff);
	DO(futex, &word, FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME, 4, NULL, NULL, ~0U);
	DO(futex, &word, FUTEX_WAIT_BITSET, 5, &ts, NULL, 3);
	DO(futex, &word, FUTEX_WAKE_BITSET, 1, NULL, NULL, 0x11);
	DO(futex, &word, FUTEX_REQUEUE, 1, 2L, &other);
	DO(futex, &word, FUTEX_CMP_REQUEUE, 1, 2L, &other, 5);
	DO(futex, &word, FUTEX_WAKE_OP_PRIVATE, 1, 2L, &other, FUTEX_OP(FUTEX_OP_SET, 0, FUTEX_OP_CMP_GT, 1));
	DO(futex, &word, FUTEX_LOCK_PI, 0, NULL);
	DO(futex, &word, FUTEX_TRYLOCK_PI);
	DO(futex, &word, FUTEX_UNLOCK_PI);
	DO(futex, &word, FUTEX_CMP_REQUEUE_PI, 1, 2L, &other, 5);
	DO(futex, &word, FUTEX_WAIT_REQUEUE_PI, 1, NULL, &other);
	DO(futex, &word, 99, 1, 2L, &other, 3);
	DO(futex_waitv, &waiter, 1, 0, NULL, CLOCK_MONOTONIC);
	DO(get_robust_list, 0, &waiter, &ts);
}

void memory(void)
{
	map_forms();
	policy_forms();
	futex_forms();
}
