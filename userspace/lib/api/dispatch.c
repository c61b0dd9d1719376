// SPDX-License-Identifier: GPL-2.0
/* Pass calls and returns to the registered callbacks. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "decode/decode.h"
#include "dispatch.h"

static void fill_call(struct vsys_trace *v, struct vsys_syscall *c,
		      const struct vsys_call_event *ev)
{
	struct vsys_dispatch *d = v->dispatch;

	memset(c, 0, sizeof(*c));
	c->v = v;
	c->user = v->user;
	c->ev = *ev;
	c->task = ev->task;
	c->r = ev->entry ? &ev->entry->r : &ev->ret->r;
	c->table = vsys_profiles_table(v->profiles, c->r->profile);
	c->proto = vsys_table_record(c->table, c->r);
	c->profile = vsys_profiles_name(v->profiles, c->r->profile);
	if (!c->proto)
		snprintf(d->name, sizeof(d->name), "syscall_0x%x", c->r->nr);
	c->name = c->proto ? c->proto->name : d->name;
	if (!ev->ret)
		return;
	c->failed = vsys_result_failed(c->proto, c->r->abi, ev->ret->result);
	c->result = vsys_result_value(c->proto, c->r->abi, ev->ret->result);
	c->latency = ev->ret->latency;
}

static void call_plain(const struct vsys_plain *p, struct vsys_syscall *c)
{
	for (; p; p = p->next)
		p->fn(c);
}

static int enter(struct vsys_trace *v, const struct vsys_record *rec)
{
	struct vsys_dispatch *d = v->dispatch;
	struct vsys_call_event ev = {
		.state = VSYS_STATE_PENDING, .entry = (const void *)rec,
		.task = vsys_pairing_task(d->pairing, rec),
	};

	fill_call(v, &d->call, &ev);
	call_plain(d->enter, &d->call);
	if (d->call.proto)
		return vsys_forms_call(d, &d->call, VSYS_ENTER);
	call_plain(d->unknown, &d->call);
	return 0;
}

/* Report a call that has ended. */
static int leave_call(struct vsys_trace *v, const struct vsys_call_event *ev)
{
	struct vsys_dispatch *d = v->dispatch;
	int err = 0;

	fill_call(v, &d->call, ev);
	if (d->event) {
		d->event->call = &d->call;
		d->has_event = true;
		return 0;
	}
	if (ev->state == VSYS_STATE_RETURNED && d->call.proto)
		err = vsys_forms_call(d, &d->call, VSYS_RETURN);
	call_plain(d->leave, &d->call);
	return err;
}

static void other(struct vsys_trace *v, const struct vsys_record *rec)
{
	struct vsys_dispatch *d = v->dispatch;
	const struct vsys_plain *p = rec->type < VSYS_RECORD_TYPES ? d->records[rec->type] : NULL;

	if (d->event) {
		d->event->rec = rec;
		d->has_event = true;
		return;
	}
	for (; p; p = p->next)
		p->record(v, v->user, rec);
}

static int handle(struct vsys_trace *v, const struct vsys_record *rec)
{
	struct vsys_dispatch *d = v->dispatch;
	struct vsys_delivery delivery;
	struct vsys_call_event ev;
	int n = 0;

	if (d->stale)
		vsys_forms_free(d);
	if (vsys_delivery_of(rec, &delivery)) {
		other(v, rec);
		return 0;
	}
	if (rec->type != VSYS_REC_ENTRY && rec->type != VSYS_REC_RETURN) {
		n = vsys_pairing_feed(d->pairing, rec, &ev);
		if (n < 0)
			return vsys_fail(n, "out of memory");
		/* Calls tell what these do. */
		if ((rec->type != VSYS_REC_TASK && rec->type != VSYS_REC_LATE &&
		     rec->type != VSYS_REC_MORE) || !d->event)
			other(v, rec);
		return 0;
	}
	rec = vsys_pairing_whole(d->pairing, rec);
	if (!rec)
		return vsys_fail(-ENOMEM, "out of memory");
	if (rec->type == VSYS_REC_ENTRY && !d->event)
		n = enter(v, rec);
	if (n < 0)
		return n;
	n = vsys_pairing_feed(d->pairing, rec, &ev);
	if (n < 0)
		return vsys_fail(n, "out of memory");
	return n ? leave_call(v, &ev) : 0;
}

/* Handle one record, or at the end one unreturned call.  Returns as vsys_trace_next(). */
static int handle_record(struct vsys_trace *v, int timeout_ms)
{
	struct vsys_dispatch *d = v->dispatch;
	const struct vsys_record *rec;
	struct vsys_call_event ev;
	int n = d->ended ? 0 : vsys_trace_next(v, timeout_ms, &rec), err;

	if (n < 0)
		return n;
	if (n) {
		err = handle(v, rec);
		return err ? err : 1;
	}
	d->ended = true;
	if (d->stale)
		vsys_forms_free(d);
	if (!vsys_pairing_drain(d->pairing, &ev))
		return 0;
	err = leave_call(v, &ev);
	return err ? err : 1;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int vsys_trace_run(struct vsys_trace *v, int timeout_ms)
{
	struct vsys_dispatch *d = vsys_dispatch_get(v);
	int64_t until = timeout_ms < 0 ? 0 : now_ms() + timeout_ms, left = -1;
	int n;

	if (!d)
		return -ENOMEM;
	d->event = NULL;
	v->broken = false;
	do {
		if (timeout_ms >= 0)
			left = until - now_ms();
		if (timeout_ms >= 0 && left <= 0)
			return 1;
		n = handle_record(v, (int)left);
	} while (n > 0 && !v->broken);
	return n == -EAGAIN && timeout_ms >= 0 ? 1 : n;
}

int vsys_trace_next_event(struct vsys_trace *v, int timeout_ms, struct vsys_event *ev)
{
	struct vsys_dispatch *d = vsys_dispatch_get(v);
	int n;

	if (!d)
		return -ENOMEM;
	memset(ev, 0, sizeof(*ev));
	d->event = ev;
	d->has_event = false;
	do
		n = handle_record(v, timeout_ms);
	while (n > 0 && !d->has_event);
	d->event = NULL;
	return n;
}
