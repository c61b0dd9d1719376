// SPDX-License-Identifier: GPL-2.0
/* Tables of descriptors, and what these refer to. */
#include <stdlib.h>
#include <string.h>

#include "handles.h"

struct vsys_object *vsys_object_new(const char *escaped, size_t n)
{
	struct vsys_object *o = calloc(1, sizeof(*o) + n + 1);

	if (!o)
		return NULL;
	o->refs = 1;
	o->path = n && escaped[0] == '/';
	o->placed = true;
	memcpy(o->name, escaped, n);
	return o;
}

struct vsys_object *vsys_object_get(struct vsys_object *o)
{
	if (o)
		o->refs++;
	return o;
}

void vsys_object_put(struct vsys_object *o)
{
	if (!o || --o->refs)
		return;
	free(o->local);
	free(o->peer);
	free(o);
}

void vsys_opens_put(struct vsys_opens *t)
{
	size_t i;

	if (!t || --t->refs)
		return;
	for (i = 0; i < t->n; i++)
		vsys_object_put(t->v[i].object);
	*t->total -= t->n;
	free(t->v);
	free(t);
}

struct vsys_opens *vsys_opens_new(size_t *total)
{
	struct vsys_opens *t = calloc(1, sizeof(*t));

	if (t) {
		t->refs = 1;
		t->total = total;
	}
	return t;
}

struct vsys_opens *vsys_opens_copy(const struct vsys_opens *from, bool closed)
{
	struct vsys_opens *t;
	size_t i, n = 0;

	for (i = 0; i < from->n; i++)
		n += closed || from->v[i].object;
	if (*from->total + n > VSYS_OPENS_MAX)
		return NULL;
	t = vsys_opens_new(from->total);
	if (!t || !n)
		return t;
	t->v = malloc(n * sizeof(*t->v));
	if (!t->v) {
		free(t);
		return NULL;
	}
	t->cap = n;
	*t->total += n;
	for (i = 0; i < from->n; i++) {
		if (!closed && !from->v[i].object)
			continue;
		t->v[t->n] = from->v[i];
		vsys_object_get(t->v[t->n++].object);
	}
	return t;
}

/* Where the value is, or belongs. */
static size_t opens_at(const struct vsys_opens *t, uint64_t value)
{
	size_t low = 0, high = t->n, at;

	while (low < high) {
		at = low + (high - low) / 2;
		if (t->v[at].value < value)
			low = at + 1;
		else
			high = at;
	}
	return low;
}

const struct vsys_open *vsys_handle_find(const struct vsys_process *p, uint64_t value)
{
	size_t at;

	if (!p || !p->opens)
		return NULL;
	at = opens_at(p->opens, value);
	return at < p->opens->n && p->opens->v[at].value == value ? &p->opens->v[at] : NULL;
}

struct vsys_object *vsys_handle_object(const struct vsys_process *p, uint64_t value)
{
	const struct vsys_open *o = vsys_handle_find(p, value);

	return o ? o->object : NULL;
}

void vsys_opens_set(struct vsys_opens *t, uint64_t value, struct vsys_object *o, bool flag)
{
	size_t at = opens_at(t, value), cap = t->cap ? 2 * t->cap : 8;
	void *v;

	if (at < t->n && t->v[at].value == value) {
		vsys_object_put(t->v[at].object);
	} else {
		if (t->n >= VSYS_HANDLES_MAX || *t->total >= VSYS_OPENS_MAX)
			v = NULL;
		else
			v = t->n < t->cap ? t->v : realloc(t->v, cap * sizeof(*t->v));
		if (!v) {
			vsys_object_put(o);
			return;
		}
		if (t->n == t->cap)
			t->cap = cap;
		t->v = v;
		memmove(t->v + at + 1, t->v + at, (t->n++ - at) * sizeof(*t->v));
		++*t->total;
	}
	t->v[at] = (struct vsys_open){ value, o, flag };
}

bool vsys_opens_unshare(struct vsys_process *p)
{
	struct vsys_opens *t;

	if (p->opens->refs == 1)
		return true;
	t = vsys_opens_copy(p->opens, true);
	if (!t)
		return false;
	vsys_opens_put(p->opens);
	p->opens = t;
	return true;
}

void vsys_opens_close(struct vsys_process *p, bool flag)
{
	size_t i;

	for (i = 0; i < p->opens->n; i++) {
		if (p->opens->v[i].flag != flag)
			continue;
		vsys_object_put(p->opens->v[i].object);
		p->opens->v[i].object = NULL;
	}
}
