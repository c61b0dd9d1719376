// SPDX-License-Identifier: GPL-2.0
/* An entry and the return with the same machine and call id are one call. */
#include "ktap.h"
#include "records.h"
#include "table.h"

static struct rec r;
static struct vsys_call_event ev;
static const uint64_t args[VSYS_ARGS];

static int entry(struct vsys_pairing *p, uint32_t vm, uint64_t id)
{
	rec_entry(&r, NR_READ, id, 3, args);
	rec_head(&r)->vm = vm;
	return vsys_pairing_feed(p, rec_head(&r), &ev);
}

static int ret(struct vsys_pairing *p, uint32_t vm, uint64_t id, unsigned int flags)
{
	rec_return(&r, NR_READ, id, 0);
	rec_head(&r)->vm = vm;
	rec_head(&r)->flags = (uint16_t)flags;
	return vsys_pairing_feed(p, rec_head(&r), &ev);
}

static void ordinary(void)
{
	struct vsys_pairing *p = vsys_pairing_new(0);

	is_number((uint64_t)entry(p, 1, 10), 0, "an entry waits");
	is_number((uint64_t)entry(p, 2, 10), 0, "same id of another machine");
	is_number((uint64_t)ret(p, 2, 10, 0), 1, "its return");
	is_true(ev.state == VSYS_STATE_RETURNED && ev.entry->r.vm == 2 && ev.ret->call == 10,
		"joins the entry of the same machine");
	is_number((uint64_t)ret(p, 2, 10, 0), 1, "the return again");
	is_true(ev.state == VSYS_STATE_ORPHAN && !ev.entry && ev.ret, "has no entry any more");
	is_number((uint64_t)ret(p, 1, 10, VSYS_F_UNPAIRED), 1, "an unpaired return");
	is_true(ev.state == VSYS_STATE_ORPHAN, "takes no entry, whatever its id");
	is_number((uint64_t)ret(p, 1, 10, VSYS_F_UNSEEN), 1, "a return that was not seen");
	is_true(ev.state == VSYS_STATE_UNSEEN && ev.entry && !ev.ret, "ends the call without result");
	is_number((uint64_t)ret(p, 1, 99, VSYS_F_UNSEEN), 0, "of an unknown call: nothing");
	vsys_pairing_free(p);
}

static void special(void)
{
	struct vsys_pairing *p = vsys_pairing_new(0);

	rec_entry(&r, NR_EXIT, 5, 1, args);
	rec_head(&r)->flags = VSYS_F_NORETURN;
	is_number((uint64_t)vsys_pairing_feed(p, rec_head(&r), &ev), 1, "no return to wait for");
	is_true(ev.state == VSYS_STATE_NORETURN && !ev.ret, "is told at once");
	is_true(!vsys_pairing_drain(p, &ev), "and not kept");
	entry(p, 1, 7);
	is_number((uint64_t)entry(p, 1, 7), 1, "an id that is used twice");
	is_true(ev.state == VSYS_STATE_UNSEEN && ev.entry->call == 7, "ends the older call");
	rec_event(&r, VSYS_REC_ATTACH);
	is_number((uint64_t)vsys_pairing_feed(p, rec_head(&r), &ev), 0, "other records are nothing");
	vsys_pairing_free(p);
}

static int late(struct vsys_pairing *p, uint64_t id)
{
	struct vsys_rec_late *l = (void *)r.b;

	rec_event(&r, VSYS_REC_LATE);
	l->r.size = sizeof(*l);
	l->call = id;
	l->captures = 0;
	return vsys_pairing_feed(p, &l->r, &ev);
}

/* Arguments that came while the call was pending. */
static void arguments(void)
{
	struct vsys_pairing *p = vsys_pairing_new(0);

	entry(p, 1, 1);
	entry(p, 1, 2);
	is_true(!late(p, 1) && !late(p, 1) && !late(p, 99), "late arguments are no event");
	ret(p, 1, 1, 0);
	is_true(ev.state == VSYS_STATE_RETURNED && ev.late && ev.late->call == 1,
		"and come with their call");
	ret(p, 1, 2, 0);
	is_true(ev.state == VSYS_STATE_RETURNED && !ev.late, "and with no other");
	vsys_pairing_free(p);
}

static void full(void)
{
	struct vsys_pairing *p = vsys_pairing_new(2);
	int events;

	entry(p, 1, 1);
	entry(p, 1, 2);
	is_number((uint64_t)entry(p, 1, 3), 1, "one too many");
	is_number(ev.entry->call, 1, "ends the oldest");
	is_true(vsys_pairing_drain(p, &ev) && ev.entry->call == 2, "drain: older first");
	is_true(vsys_pairing_drain(p, &ev) && ev.entry->call == 3, "drain: then newer");
	is_true(!vsys_pairing_drain(p, &ev), "drain: then none");
	vsys_pairing_free(p);

	/* 60000 bytes each, together more than the set's limit. */
	p = vsys_pairing_new(0);
	events = 0;
	for (uint64_t id = 1; id <= 2000; id++) {
		static unsigned char big[59000];

		rec_entry(&r, NR_READ, id, 3, args);
		rec_cap(&r, 1, VSYS_CAP_BYTES, 0, 1, big, sizeof(big));
		events += vsys_pairing_feed(p, rec_head(&r), &ev);
	}
	is_true(events > 500 && events < 2000, "memory is bounded");
	while (vsys_pairing_drain(p, &ev))
		events++;
	is_number((uint64_t)events, 2000, "and each call told of once");
	vsys_pairing_free(p);
}

/* Tell that the vCPU runs a task from now on. */
static void task(struct vsys_pairing *p, uint32_t tid)
{
	struct vsys_rec_task *t = (void *)r.b;

	rec_event(&r, VSYS_REC_TASK);
	memset(t + 1, 0, 8);
	memset(&t->r + 1, 0, sizeof(*t) - sizeof(t->r));
	t->r.size = sizeof(*t);
	t->task = tid;
	t->tid = tid;
	t->known = 1U << VSYS_TASK_TID;
	vsys_pairing_feed(p, &t->r, &ev);
}

/* Whose call is an edit about?  0: nobody knows. */
static uint32_t edited(struct vsys_pairing *p, uint64_t id, unsigned int at)
{
	struct vsys_rec_edit *e = (void *)r.b;
	const struct vsys_task *t;

	rec_event(&r, VSYS_REC_EDIT);
	memset(&e->r + 1, 0, sizeof(*e) - sizeof(e->r));
	e->r.size = sizeof(*e);
	e->call = id;
	e->at = (__u32)at;
	vsys_pairing_feed(p, &e->r, &ev);
	t = vsys_pairing_event_task(p, &e->r);
	return t ? t->tid : 0;
}

static void events(void)
{
	struct vsys_pairing *p = vsys_pairing_new(0);

	is_number(edited(p, 10, VSYS_AT_ENTRY), 0, "without tasks nobody");
	task(p, 87);
	is_number(edited(p, 10, VSYS_AT_ENTRY), 87, "a call that is not made yet: the task told last");
	entry(p, 1, 10);
	task(p, 88);
	entry(p, 1, 11);
	is_number(edited(p, 10, VSYS_AT_RETURN), 87, "a call that returns: its own task");
	is_number(edited(p, 12, VSYS_AT_RETURN), 0, "one that is not known: not the vCPU's");
	rec_event(&r, VSYS_REC_NESTED);
	is_true(!vsys_pairing_event_task(p, rec_head(&r)), "what is of no call is of nobody");
	vsys_pairing_free(p);
}

int main(void)
{
	ktap_plan(32);
	ordinary();
	special();
	arguments();
	full();
	events();
	return ktap_end();
}
