/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_PENDING_H
#define VSYS_PENDING_H

#include <linux/types.h>
#include <linux/vsyscalls.h>

enum {
	VSYS_PENDING_SETS = 512,	/* a power of two */
	VSYS_PENDING_WAYS = 8,
};

/* What tells threads of a guest apart while they are in a call. */
struct vsys_key {
	u64 root;	/* address space */
	u64 sp;		/* of the caller */
	u64 pc;		/* where the call returns to */
};

/* A call that has not returned. */
struct vsys_call {
	struct vsys_key key;
	u64 call;	/* its name */
	u64 time;
	u32 nr;
	u16 info;	/* VSYS_CALL_* */
	u8 sessions;	/* bit mask: who got its entry */
	u8 door;
	u64 args[VSYS_ARGS];	/* kept in the table for VSYS_CALL_KEEP only */
};

struct vsys_pending;

struct vsys_pending *vsys_pending_alloc(void);
void vsys_pending_free(struct vsys_pending *p);
bool vsys_pending_add(struct vsys_pending *p, const struct vsys_call *call,
		      struct vsys_call *out);
bool vsys_pending_take(struct vsys_pending *p, struct vsys_call *call);
void vsys_pending_forget(struct vsys_pending *p, u8 sessions);
size_t vsys_pending_memory(void);

#endif /* VSYS_PENDING_H */
