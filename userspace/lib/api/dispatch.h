/* SPDX-License-Identifier: GPL-2.0 */
/* Callbacks of a source: callbacks.c has them, dispatch.c calls them. */
#ifndef VSYS_DISPATCH_H
#define VSYS_DISPATCH_H

#include "handle.h"

enum {
	VSYS_FORMS = 1024,		/* buckets, a power of two */
	VSYS_RECORD_TYPES = 32,		/* whose callbacks are told apart */
};

/* A callback for one call, of any form. */
struct vsys_hook {
	struct vsys_hook *next;
	enum vsys_side side;
	const char *call;
	const char *params;
	unsigned int nparams;
	vsys_thunk_fn *thunk;
	vsys_any_fn *fn;
};

/* For all calls, or for records of a type. */
struct vsys_plain {
	struct vsys_plain *next;
	vsys_syscall_fn *fn;
	vsys_record_fn *record;
};

/* A callback as a form of its call has it: where each parameter is. */
struct vsys_bound {
	struct vsys_bound *next;
	const struct vsys_hook *hook;
	uint8_t index[VSYS_PARAMS_MAX];
};

/* A form of a call that was met; @bound are in the order of registration. */
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
	bool stale;		/* forms were made before the last hook */
	bool ended;		/* nothing more is read, calls are given up */
	struct vsys_syscall call;
	char name[32];		/* of an unknown call */
	struct vsys_event *event; /* of vsys_trace_next_event(), instead of callbacks */
	bool has_event;
};

/* What @v has, made when it has none; NULL when memory runs out. */
struct vsys_dispatch *vsys_dispatch_get(struct vsys_trace *v);

/* Forget the forms that were met: there are other callbacks now. */
void vsys_forms_free(struct vsys_dispatch *d);

/* Call what is registered for @c's call; its table knows it. */
int vsys_forms_call(struct vsys_dispatch *d, struct vsys_syscall *c, enum vsys_side side);

#endif /* VSYS_DISPATCH_H */
