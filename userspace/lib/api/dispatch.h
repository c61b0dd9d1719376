/* SPDX-License-Identifier: GPL-2.0 */
/* Callbacks of a trace: callbacks.c registers them, dispatch.c calls them. */
#ifndef VSYS_DISPATCH_H
#define VSYS_DISPATCH_H

#include "handle.h"

enum {
	VSYS_FORMS = 1024,		/* buckets, a power of two */
	VSYS_RECORD_TYPES = 32,		/* types that have callbacks of their own */
};

/* A callback for one call name, in all its forms. */
struct vsys_hook {
	struct vsys_hook *next;
	enum vsys_side side;
	const char *call;
	const char *params;
	unsigned int nparams;
	vsys_thunk_fn *thunk;
	vsys_any_fn *fn;
};

/* A callback for all calls, or for records of a type. */
struct vsys_plain {
	struct vsys_plain *next;
	vsys_syscall_fn *fn;
	vsys_record_fn *record;
};

/* A callback bound to a form of its call: the place of each parameter. */
struct vsys_bound {
	struct vsys_bound *next;
	const struct vsys_hook *hook;
	uint8_t index[VSYS_PARAMS_MAX];
};

/* A form of a call seen in the trace; @bound is in the order of registration. */
struct vsys_form {
	struct vsys_form *chain;
	const struct vsys_proto *proto;
	struct vsys_bound *bound;
};

struct vsys_dispatch {
	struct vsys_hook *hooks, **last_hook;
	struct vsys_plain *enter, *leave, *unknown, *records[VSYS_RECORD_TYPES];
	struct vsys_form *forms[VSYS_FORMS];
	struct vsys_pairing *pairing;
	bool stale;		/* @forms lack the latest callback */
	bool ended;		/* the source has ended; pending calls are reported unreturned */
	struct vsys_syscall call;
	char name[32];		/* of @call, if it is unknown */
	struct vsys_event *event; /* output of vsys_trace_next_event(), used instead of callbacks */
	bool has_event;
};

/* Get the dispatcher of @v, creating it if necessary; NULL: no memory. */
struct vsys_dispatch *vsys_dispatch_get(struct vsys_trace *v);

/* Free the forms, after the callbacks have changed. */
void vsys_forms_free(struct vsys_dispatch *d);

/* Call the callbacks of @c's call, which its table knows. */
int vsys_forms_call(struct vsys_dispatch *d, struct vsys_syscall *c, enum vsys_side side);

#endif /* VSYS_DISPATCH_H */
