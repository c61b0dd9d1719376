// SPDX-License-Identifier: GPL-2.0
/* Register callbacks, and bind their parameters to each form of a call. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "decode/decode.h"
#include "dispatch.h"

enum {
	ABSENT = 0xff,		/* no such parameter in this form of the call */
};

struct vsys_dispatch *vsys_dispatch_get(struct vsys_trace *v)
{
	struct vsys_dispatch *d = v->dispatch;

	if (d)
		return d;
	d = calloc(1, sizeof(*d));
	if (d)
		d->pairing = vsys_pairing_new(0);
	if (!d || !d->pairing) {
		free(d);
		vsys_fail(-ENOMEM, "out of memory");
		return NULL;
	}
	d->last_hook = &d->hooks;
	return v->dispatch = d;
}

void vsys_forms_free(struct vsys_dispatch *d)
{
	struct vsys_bound *b, *next_bound;
	struct vsys_form *f, *next;
	unsigned int i;

	for (i = 0; i < VSYS_FORMS; i++) {
		for (f = d->forms[i]; f; f = next) {
			for (b = f->bound; b; b = next_bound) {
				next_bound = b->next;
				free(b);
			}
			next = f->chain;
			free(f);
		}
		d->forms[i] = NULL;
	}
	d->stale = false;
}

static void free_plain(struct vsys_plain *p)
{
	struct vsys_plain *next;

	for (; p; p = next) {
		next = p->next;
		free(p);
	}
}

void vsys_dispatch_free(struct vsys_dispatch *d)
{
	struct vsys_hook *h, *next;
	unsigned int i;

	if (!d)
		return;
	vsys_forms_free(d);
	for (h = d->hooks; h; h = next) {
		next = h->next;
		free(h);
	}
	free_plain(d->enter);
	free_plain(d->leave);
	free_plain(d->unknown);
	for (i = 0; i < VSYS_RECORD_TYPES; i++)
		free_plain(d->records[i]);
	vsys_pairing_free(d->pairing);
	free(d);
}

/* ---- registration ---- */

static bool lacks(const struct vsys_table *table, const char *call)
{
	return table && !vsys_table_named(table, call);
}

/* Check that a profile in use has the call, or any profile while none is in use. */
static int check_call(struct vsys_trace *v, const char *call)
{
	const struct vsys_profiles *p = v->profiles;
	const char *missing = NULL;
	unsigned int i;
	bool used = false;

	for (i = 0; i < p->n; i++)
		used |= v->used[i];
	for (i = 0; i < p->n; i++) {
		if (used && !v->used[i])
			continue;
		if (!lacks(p->v[i].table, call))
			return 0;
		missing = p->v[i].name;
	}
	return vsys_fail(-ENOENT, "%s has no system call %s", used ? missing : "no profile", call);
}

static void say_missing(struct vsys_trace *v, uint32_t profile, const char *call)
{
	vsys_say(v, "profile %s has no system call %s: its callback is not called",
		 v->profiles->v[profile].name, call);
}

void vsys_dispatch_profile(struct vsys_trace *v, uint32_t profile)
{
	const struct vsys_table *table = v->profiles->v[profile].table;
	const struct vsys_hook *h = v->dispatch ? v->dispatch->hooks : NULL;

	for (; h; h = h->next)
		if (lacks(table, h->call))
			say_missing(v, profile, h->call);
}

static unsigned int count(const char *params)
{
	unsigned int n = 0;

	for (; *params; params++)
		n += *params == ' ';
	return n;
}

int vsys_trace_on(struct vsys_trace *v, enum vsys_side side, const char *call, const char *params,
		  vsys_thunk_fn *thunk, vsys_any_fn *fn)
{
	struct vsys_dispatch *d = vsys_dispatch_get(v);
	struct vsys_hook *h;
	unsigned int i;
	int err;

	if (!d)
		return -ENOMEM;
	if (!fn || count(params) > VSYS_PARAMS_MAX)
		return vsys_fail(-EINVAL, "invalid callback for %s", call);
	err = check_call(v, call);
	if (err)
		return err;
	h = calloc(1, sizeof(*h));
	if (!h)
		return vsys_fail(-ENOMEM, "out of memory");
	h->side = side;
	h->call = call;
	h->params = params;
	h->nparams = count(params);
	h->thunk = thunk;
	h->fn = fn;
	*d->last_hook = h;
	d->last_hook = &h->next;
	d->stale = true;
	for (i = 0; i < v->profiles->n; i++)
		if (v->used[i] && lacks(v->profiles->v[i].table, call))
			say_missing(v, i, call);
	return 0;
}

static int add_plain(struct vsys_plain **list, vsys_syscall_fn *fn, vsys_record_fn *record)
{
	struct vsys_plain *p;

	if (!fn && !record)
		return vsys_fail(-EINVAL, "no callback");
	p = calloc(1, sizeof(*p));
	if (!p)
		return vsys_fail(-ENOMEM, "out of memory");
	p->fn = fn;
	p->record = record;
	while (*list)
		list = &(*list)->next;
	*list = p;
	return 0;
}

int vsys_trace_on_enter(struct vsys_trace *v, vsys_syscall_fn *fn)
{
	struct vsys_dispatch *d = vsys_dispatch_get(v);

	return d ? add_plain(&d->enter, fn, NULL) : -ENOMEM;
}

int vsys_trace_on_return(struct vsys_trace *v, vsys_syscall_fn *fn)
{
	struct vsys_dispatch *d = vsys_dispatch_get(v);

	return d ? add_plain(&d->leave, fn, NULL) : -ENOMEM;
}

int vsys_trace_on_unknown(struct vsys_trace *v, vsys_syscall_fn *fn)
{
	struct vsys_dispatch *d = vsys_dispatch_get(v);

	return d ? add_plain(&d->unknown, fn, NULL) : -ENOMEM;
}

int vsys_trace_on_record(struct vsys_trace *v, enum vsys_rec_type type, vsys_record_fn *fn)
{
	struct vsys_dispatch *d = vsys_dispatch_get(v);

	if (type == VSYS_REC_ENTRY || type == VSYS_REC_RETURN ||
	    (unsigned int)type >= VSYS_RECORD_TYPES)
		return vsys_fail(-EINVAL, "records of type %d have no callbacks", (int)type);
	return d ? add_plain(&d->records[type], NULL, fn) : -ENOMEM;
}

void vsys_trace_set_user(struct vsys_trace *v, void *user)
{
	v->user = user;
}

void vsys_trace_break(struct vsys_trace *v)
{
	v->broken = true;
}

/* ---- forms of calls ---- */

static uint8_t place(const struct vsys_proto *proto, const char *name, size_t n)
{
	unsigned int i;

	for (i = 0; i < proto->nparams; i++)
		if (!strncmp(proto->params[i].name, name, n) && !proto->params[i].name[n])
			return (uint8_t)i;
	return ABSENT;
}

static struct vsys_bound *bind_hook(const struct vsys_hook *h, const struct vsys_proto *proto)
{
	struct vsys_bound *b = calloc(1, sizeof(*b));
	const char *name = h->params;
	unsigned int i;
	size_t n;

	for (i = 0; b && i < h->nparams; i++) {
		n = strcspn(name, " ");
		b->index[i] = place(proto, name, n);
		name += n + 1;
	}
	if (b)
		b->hook = h;
	return b;
}

/* Find or bind the callbacks of a form of a call; NULL: no memory. */
static const struct vsys_form *find_form(struct vsys_dispatch *d, const struct vsys_proto *proto)
{
	struct vsys_form **at = &d->forms[((uintptr_t)proto >> 4) % VSYS_FORMS], *f;
	const struct vsys_hook *h;
	struct vsys_bound **last;

	for (f = *at; f; f = f->chain)
		if (f->proto == proto)
			return f;
	f = calloc(1, sizeof(*f));
	if (!f)
		return NULL;
	f->proto = proto;
	f->chain = *at;
	*at = f;
	last = &f->bound;
	for (h = d->hooks; h; h = h->next) {
		if (strcmp(h->call, proto->name))
			continue;
		*last = bind_hook(h, proto);
		if (!*last) {
			d->stale = true;
			return NULL;
		}
		last = &(*last)->next;
	}
	return f;
}

static void call_bound(struct vsys_syscall *c, const struct vsys_bound *b)
{
	uint64_t args[VSYS_PARAMS_MAX];
	const struct vsys_param *p;
	unsigned int i;

	c->known = 0;
	for (i = 0; i < b->hook->nparams; i++) {
		args[i] = 0;
		if (b->index[i] == ABSENT)
			continue;
		p = &c->proto->params[b->index[i]];
		if (!vsys_load_arg(p, c->ev.entry, &args[i]))
			continue;
		if (vsys_by_value(p->type))
			args[i] = vsys_typed(args[i], p->type->cls, p->type->size, p->type->sign);
		c->known |= UINT64_C(1) << i;
	}
	b->hook->thunk(b->hook->fn, c, args);
	c->known = 0;
}

int vsys_forms_call(struct vsys_dispatch *d, struct vsys_syscall *c, enum vsys_side side)
{
	const struct vsys_form *f = find_form(d, c->proto);
	const struct vsys_bound *b;

	if (!f)
		return vsys_fail(-ENOMEM, "out of memory");
	for (b = f->bound; b; b = b->next)
		if (b->hook->side == side)
			call_bound(c, b);
	return 0;
}
