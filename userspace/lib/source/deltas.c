// SPDX-License-Identifier: GPL-2.0
/* Members of records as differences, which compress better. */
#include <stddef.h>
#include <linux/vsyscalls.h>

#include "deltas.h"

/* A record shorter than its type keeps what is not in its head; so does the other side. */
static struct vsys_rec_entry *as_entry(struct vsys_record *rec)
{
	struct vsys_rec_entry *e = (void *)rec;

	return rec->type == VSYS_REC_ENTRY && rec->size >= sizeof(*e) ? e : NULL;
}

static struct vsys_rec_return *as_return(struct vsys_record *rec)
{
	struct vsys_rec_return *r = (void *)rec;

	return rec->type == VSYS_REC_RETURN && rec->size >= sizeof(*r) ? r : NULL;
}

/* Take in the values of @rec, which is not encoded. */
static void remember(struct vsys_deltas *last, const struct vsys_record *rec,
		     const struct vsys_rec_entry *e)
{
	last->seq = rec->seq + 1;
	last->time = rec->time;
	if (e) {
		last->call = e->call;
		last->began = rec->time;
	}
}

void vsys_deltas_encode(struct vsys_deltas *last, struct vsys_record *rec)
{
	const struct vsys_deltas was = *last;
	struct vsys_rec_entry *e = as_entry(rec);
	struct vsys_rec_return *r = as_return(rec);

	remember(last, rec, e);
	if (r) {
		r->latency -= rec->time - was.began;
		r->call -= was.call;
	}
	if (e)
		e->call -= was.call;
	rec->seq -= was.seq;
	rec->time -= was.time;
}

void vsys_deltas_decode(struct vsys_deltas *last, struct vsys_record *rec)
{
	struct vsys_rec_entry *e = as_entry(rec);
	struct vsys_rec_return *r = as_return(rec);

	rec->seq += last->seq;
	rec->time += last->time;
	if (e)
		e->call += last->call;
	if (r) {
		r->call += last->call;
		r->latency += rec->time - last->began;
	}
	remember(last, rec, e);
}
