/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LIST_H
#define SHIM_LIST_H

#include <linux/types.h>

struct list_head {
	struct list_head *next, *prev;
};

#define INIT_LIST_HEAD(h)	((h)->next = (h)->prev = (h))
#define container_of(p, t, m)	((t *)((char *)(p) - offsetof(t, m)))
#define list_for_each_entry(e, h, m) \
	for (struct list_head *at_ = (h)->next; \
	     at_ != (h) && ((e) = container_of(at_, typeof(*(e)), m), true); at_ = at_->next)

static inline void list_add(struct list_head *e, struct list_head *h)
{
	e->next = h->next;
	e->prev = h;
	h->next->prev = e;
	h->next = e;
}

static inline void list_del(struct list_head *e)
{
	e->prev->next = e->next;
	e->next->prev = e->prev;
}

#endif
