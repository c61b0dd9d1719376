/* SPDX-License-Identifier: GPL-2.0 */
/* Join the entry and the return of a call, part of libvsyscalls. */
#ifndef VSYS_PAIRING_H
#define VSYS_PAIRING_H

#include <stdbool.h>
#include <linux/vsyscalls.h>
#include "task.h"

#ifdef __cplusplus
extern "C" {
#endif

enum vsys_call_state {
	VSYS_STATE_RETURNED,	/* entry and return */
	VSYS_STATE_UNSEEN,	/* entry; the return was not or will not be seen */
	VSYS_STATE_NORETURN,	/* entry of a call that never returns */
	VSYS_STATE_ORPHAN,	/* return only */
	VSYS_STATE_PENDING,	/* entry; it may still return: in callbacks only */
};

/**
 * struct vsys_call_event - a finished call
 * @state: which records there are
 * @entry: NULL if and only if @state is VSYS_STATE_ORPHAN
 * @ret: NULL unless @state is VSYS_STATE_RETURNED or VSYS_STATE_ORPHAN
 * @task: the thread that made the call; NULL: unknown
 * @late: its arguments, read while it was pending; NULL: none
 *
 * The records are checked.
 */
struct vsys_call_event {
	enum vsys_call_state state;
	const struct vsys_rec_entry *entry;
	const struct vsys_rec_return *ret;
	const struct vsys_task *task;
	const struct vsys_rec_late *late;
};

struct vsys_pairing;

/**
 * vsys_pairing_new - an empty set of pending calls
 * @max: number of calls it holds, 0: default; when it is full the oldest is given up
 *
 * Return: to be freed with vsys_pairing_free(); NULL if memory runs out.
 */
struct vsys_pairing *vsys_pairing_new(unsigned int max);
void vsys_pairing_free(struct vsys_pairing *p);

/**
 * vsys_pairing_feed - add a record
 * @p: the set
 * @rec: a checked record of any type: from others than entries and returns it learns
 *       who makes the calls
 * @ev: out: the call that @rec finishes, or that is given up for it; valid until the
 *      next call on @p and as long as @rec
 *
 * Return: 1 if @ev is set, 0 if not, or -ENOMEM.
 */
int vsys_pairing_feed(struct vsys_pairing *p, const struct vsys_record *rec,
		      struct vsys_call_event *ev);

/**
 * vsys_pairing_whole - a record with all bytes of its captures
 * @p: the set, which has been fed the VSYS_REC_MORE before @rec
 * @rec: a checked record
 *
 * vsys_pairing_feed() does so by itself. The result may be longer than VSYS_RECORD_MAX. A capture
 * of which a part was lost stays marked VSYS_CAP_TRUNCATED.
 *
 * Return: @rec, or a copy, valid until an entry, return or late record of another call is
 * passed; NULL if memory runs out.
 */
const struct vsys_record *vsys_pairing_whole(struct vsys_pairing *p, const struct vsys_record *rec);

/**
 * vsys_pairing_drain - give up the oldest pending call
 * @p: the set
 * @ev: out: as of vsys_pairing_feed()
 *
 * Return: whether there was one.
 */
bool vsys_pairing_drain(struct vsys_pairing *p, struct vsys_call_event *ev);

/**
 * vsys_pairing_newest - the entry that was added last
 * @p: the set
 *
 * Return: valid until the call is returned as an event; NULL if there is none.
 */
const struct vsys_rec_entry *vsys_pairing_newest(const struct vsys_pairing *p);

/* vsys_pairing_newest_task - its task, valid as long as that entry; NULL: unknown */
const struct vsys_task *vsys_pairing_newest_task(const struct vsys_pairing *p);

/**
 * vsys_pairing_task - the thread that makes the next call of a vCPU, as far as was fed
 * @p: the set
 * @rec: any record of that vCPU
 *
 * Return: valid until the next call on @p; NULL: unknown.
 */
const struct vsys_task *vsys_pairing_task(struct vsys_pairing *p, const struct vsys_record *rec);

/**
 * vsys_pairing_event_task - the thread whose call a record is about that is neither entry nor return
 * @p: the set; it was fed with @rec
 * @rec: a VSYS_REC_HOLD, VSYS_REC_EDIT, VSYS_REC_UNDECIDED or VSYS_REC_POLLED, or any other
 *
 * Return: valid until the next call on @p; NULL: unknown, or of no call.
 */
const struct vsys_task *vsys_pairing_event_task(struct vsys_pairing *p, const struct vsys_record *rec);

#ifdef __cplusplus
}
#endif

#endif /* VSYS_PAIRING_H */
