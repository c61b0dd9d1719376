/* SPDX-License-Identifier: GPL-2.0 */
/* Captures of which the end comes in records of its own, VSYS_REC_MORE. */
#ifndef VSYS_JOIN_H
#define VSYS_JOIN_H

#include <linux/vsyscalls.h>

struct vsys_join;

/**
 * struct vsys_joins - such records of which the one that they belong to has not come
 * @newest: of each vCPU, the newest first
 * @n: how many vCPUs
 * @out: the joined record, or NULL
 */
struct vsys_joins {
	struct vsys_join *newest;
	unsigned int n;
	struct vsys_record *out;
};

/* Keep a record.  Returns 0 or -ENOMEM. */
int vsys_joins_add(struct vsys_joins *j, const struct vsys_rec_more *m);

/*
 * The entry, return or late record @rec with all bytes of its captures that were kept, valid until
 * the next call; @rec if there are none; NULL if memory runs out.
 */
const struct vsys_record *vsys_joins_take(struct vsys_joins *j, const struct vsys_record *rec);

void vsys_joins_free(struct vsys_joins *j);

#endif /* VSYS_JOIN_H */
