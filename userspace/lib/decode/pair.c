// SPDX-License-Identifier: GPL-2.0
/* Pair each return with its entry. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <vsyscalls/vsyscalls.h>

#include "source/join.h"
#include "tasks.h"

enum {
	DEFAULT_MAX = 65536,		/* calls */
	MAX_BYTES = 64 << 20,		/* total size of their entries */
	KEEP_BYTES = 2048,		/* a free node keeps no larger buffer */
	BUCKETS = 4096,			/* a power of two */
};

struct call {
	struct call *chain;		/* next in the bucket or in the free list */
	struct call *older, *newer;
	struct vsys_rec_entry *entry;
	size_t cap;			/* allocated size of @entry */
	struct vsys_rec_late *late;	/* or NULL */
	struct vsys_task_ref *task;	/* who made it */
};

/*
 * Pending calls.  Calls and bytes are bounded, and the oldest call is given up first:
 * a guest may begin any number of calls that never return.
 */
struct vsys_pairing {
	unsigned int n, max;
	size_t bytes;
	struct call *oldest, *newest;
	struct call *free;
	struct call *out;		/* call whose entry was passed to the caller */
	struct vsys_task_ref *passed;	/* task that was passed with a call that is not @out */
	struct vsys_tasks tasks;
	struct vsys_joins joins;
	struct call *buckets[BUCKETS];
};

struct vsys_pairing *vsys_pairing_new(unsigned int max)
{
	struct vsys_pairing *p = calloc(1, sizeof(*p));

	if (p)
		p->max = max ? max : DEFAULT_MAX;
	return p;
}

static void free_call(struct call *c)
{
	if (!c)
		return;
	vsys_task_put(c->task);
	free(c->entry);
	free(c->late);
	free(c);
}

void vsys_pairing_free(struct vsys_pairing *p)
{
	struct call *c;

	if (!p)
		return;
	while ((c = p->oldest)) {
		p->oldest = c->newer;
		free_call(c);
	}
	while ((c = p->free)) {
		p->free = c->chain;
		free_call(c);
	}
	free_call(p->out);
	vsys_task_put(p->passed);
	vsys_tasks_free(&p->tasks);
	vsys_joins_free(&p->joins);
	free(p);
}

static struct call **bucket(struct vsys_pairing *p, uint32_t vm, uint64_t id)
{
	uint64_t h = (id ^ (uint64_t)vm << 40) * UINT64_C(0x9e3779b97f4a7c15);

	return &p->buckets[h >> 52 & (BUCKETS - 1)];
}

static struct call *find_call(struct vsys_pairing *p, uint32_t vm, uint64_t id)
{
	struct call *c;

	for (c = *bucket(p, vm, id); c; c = c->chain)
		if (c->entry->call == id && c->entry->r.vm == vm)
			return c;
	return NULL;
}

static void take(struct vsys_pairing *p, struct call *c)
{
	struct call **at = bucket(p, c->entry->r.vm, c->entry->call);

	while (*at != c)
		at = &(*at)->chain;
	*at = c->chain;
	if (c->older)
		c->older->newer = c->newer;
	else
		p->oldest = c->newer;
	if (c->newer)
		c->newer->older = c->older;
	else
		p->newest = c->older;
	p->n--;
	p->bytes -= c->cap + (c->late ? c->late->r.size : 0);
	p->out = c;
}

static void insert_call(struct vsys_pairing *p, struct call *c)
{
	struct call **at = bucket(p, c->entry->r.vm, c->entry->call);

	c->chain = *at;
	*at = c;
	c->newer = NULL;
	c->older = p->newest;
	if (p->newest)
		p->newest->newer = c;
	else
		p->oldest = c;
	p->newest = c;
	p->n++;
	p->bytes += c->cap;
}

/* Reuse the call whose entry the caller had: that is valid until the next feed. */
static void recycle(struct vsys_pairing *p)
{
	struct call *c = p->out;

	p->out = NULL;
	vsys_task_put(p->passed);
	p->passed = NULL;
	if (!c)
		return;
	vsys_task_put(c->task);
	c->task = NULL;
	free(c->late);
	c->late = NULL;
	if (c->cap > KEEP_BYTES) {
		free(c->entry);
		c->entry = NULL;
		c->cap = 0;
	}
	c->chain = p->free;
	p->free = c;
}

static struct call *copy_entry(struct vsys_pairing *p, const struct vsys_record *rec)
{
	struct call *c = p->free;

	if (c)
		p->free = c->chain;
	else
		c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	if (c->cap < rec->size) {
		void *e = realloc(c->entry, rec->size);

		if (!e) {
			c->chain = p->free;
			p->free = c;
			return NULL;
		}
		c->entry = e;
		c->cap = rec->size;
	}
	memcpy(c->entry, rec, rec->size);
	c->task = vsys_tasks_get(&p->tasks, rec);
	return c;
}

static void give_up(struct vsys_pairing *p, struct call *c, struct vsys_call_event *ev)
{
	take(p, c);
	ev->state = VSYS_STATE_UNSEEN;
	ev->entry = c->entry;
	ev->ret = NULL;
	ev->task = c->task ? &c->task->task : NULL;
	ev->late = c->late;
}

const struct vsys_task *vsys_pairing_task(struct vsys_pairing *p, const struct vsys_record *rec)
{
	vsys_task_put(p->passed);
	p->passed = vsys_tasks_get(&p->tasks, rec);
	return p->passed ? &p->passed->task : NULL;
}

/* The id of the call that a record is about, 0 if it is of none; at its return? */
static uint64_t call_of(const struct vsys_record *rec, bool *back)
{
	*back = false;
	switch (rec->type) {
	case VSYS_REC_HOLD:
		*back = ((const struct vsys_rec_hold *)rec)->at == VSYS_AT_RETURN;
		return ((const struct vsys_rec_hold *)rec)->call;
	case VSYS_REC_EDIT:
		*back = ((const struct vsys_rec_edit *)rec)->at == VSYS_AT_RETURN;
		return ((const struct vsys_rec_edit *)rec)->call;
	case VSYS_REC_UNDECIDED:
		return ((const struct vsys_rec_undecided *)rec)->call;
	case VSYS_REC_POLLED:
		*back = true;
		return ((const struct vsys_rec_polled *)rec)->call;
	default:
		return 0;
	}
}

const struct vsys_task *vsys_pairing_event_task(struct vsys_pairing *p, const struct vsys_record *rec)
{
	bool back;
	uint64_t id = call_of(rec, &back);
	const struct call *c = id ? find_call(p, rec->vm, id) : NULL;

	if (c)
		return c->task ? &c->task->task : NULL;
	/* Before its entry the module tells its task; later the vCPU may run another. */
	return id && !back ? vsys_pairing_task(p, rec) : NULL;
}

static int feed_entry(struct vsys_pairing *p, const struct vsys_record *rec,
		      struct vsys_call_event *ev)
{
	const struct vsys_rec_entry *e = (const void *)rec;
	struct call *old, *c;

	if (rec->flags & VSYS_F_NORETURN) {
		ev->state = VSYS_STATE_NORETURN;
		ev->entry = e;
		ev->ret = NULL;
		ev->late = NULL;
		ev->task = vsys_pairing_task(p, rec);
		return 1;
	}
	c = copy_entry(p, rec);
	if (!c)
		return -ENOMEM;
	old = find_call(p, rec->vm, e->call);
	if (!old && (p->n >= p->max || p->bytes + c->cap > MAX_BYTES))
		old = p->oldest;
	/* One call is reported at a time: if dropping @old frees too little, drop the new one. */
	if (p->bytes - (old ? old->cap : 0) + c->cap > MAX_BYTES)
		old = c;
	insert_call(p, c);
	if (old)
		give_up(p, old, ev);
	return old ? 1 : 0;
}

static int feed_return(struct vsys_pairing *p, const struct vsys_record *rec,
		       struct vsys_call_event *ev)
{
	const struct vsys_rec_return *r = (const void *)rec;
	struct call *c = NULL;

	if (!(rec->flags & VSYS_F_UNPAIRED))
		c = find_call(p, rec->vm, r->call);
	if (!c) {
		ev->state = VSYS_STATE_ORPHAN;
		ev->entry = NULL;
		ev->ret = r;
		ev->late = NULL;
		ev->task = vsys_pairing_task(p, rec);
		/* Report nothing if the end was not seen either. */
		return !(rec->flags & VSYS_F_UNSEEN);
	}
	give_up(p, c, ev);
	if (!(rec->flags & VSYS_F_UNSEEN)) {
		ev->state = VSYS_STATE_RETURNED;
		ev->ret = r;
	}
	return 1;
}

/* The call has one such record at most. */
static int feed_late(struct vsys_pairing *p, const struct vsys_record *rec)
{
	struct call *c = find_call(p, rec->vm, ((const struct vsys_rec_late *)rec)->call);

	if (!c || c->late || p->bytes + rec->size > MAX_BYTES)
		return 0;
	c->late = malloc(rec->size);
	if (!c->late)
		return -ENOMEM;
	memcpy(c->late, rec, rec->size);
	p->bytes += rec->size;
	return 0;
}

const struct vsys_record *vsys_pairing_whole(struct vsys_pairing *p, const struct vsys_record *rec)
{
	return vsys_joins_take(&p->joins, rec);
}

int vsys_pairing_feed(struct vsys_pairing *p, const struct vsys_record *rec,
		      struct vsys_call_event *ev)
{
	recycle(p);
	rec = vsys_pairing_whole(p, rec);
	if (!rec)
		return -ENOMEM;
	switch (rec->type) {
	case VSYS_REC_ENTRY:
		return feed_entry(p, rec, ev);
	case VSYS_REC_RETURN:
		return feed_return(p, rec, ev);
	case VSYS_REC_LATE:
		return feed_late(p, rec);
	case VSYS_REC_MORE:
		return vsys_joins_add(&p->joins, (const void *)rec);
	default:
		return vsys_tasks_record(&p->tasks, rec);
	}
}

const struct vsys_rec_entry *vsys_pairing_newest(const struct vsys_pairing *p)
{
	return p->newest ? p->newest->entry : NULL;
}

const struct vsys_task *vsys_pairing_newest_task(const struct vsys_pairing *p)
{
	return p->newest && p->newest->task ? &p->newest->task->task : NULL;
}

bool vsys_pairing_drain(struct vsys_pairing *p, struct vsys_call_event *ev)
{
	recycle(p);
	if (!p->oldest)
		return false;
	give_up(p, p->oldest, ev);
	return true;
}
