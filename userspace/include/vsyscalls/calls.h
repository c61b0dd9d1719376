/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls of a source and callbacks for them, part of libvsyscalls.
 *
 * callbacks.h, generated from the prototypes, has for each call
 *
 *	int vsys_on_NAME_enter(struct vsys_trace *v, vsys_NAME_fn *fn);
 *	int vsys_on_NAME_return(struct vsys_trace *v, vsys_NAME_fn *fn);
 *
 * where vsys_NAME_fn takes a struct vsys_syscall and the call's parameters, with
 * the types that they have in the widest profile: so a callback is written
 * once.  Signed types and handles are sign-extended (the current process is -1
 * on 32-bit Windows, too), an address is a uint64_t.  A parameter that the call
 * lacks in a profile, or that could not be read, is 0 and not vsys_syscall_known().
 */
#ifndef VSYS_CALLS_H
#define VSYS_CALLS_H

#include "trace.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VSYS_PARAMS_MAX = 64 };	/* parameters of a callback */

enum vsys_side {
	VSYS_ENTER,	/* as it was when the call was made */
	VSYS_RETURN,	/* as it was when the call returned */
};

/**
 * struct vsys_syscall - a call of a guest
 * @v: where it comes from
 * @user: as vsys_trace_set_user() had it
 * @ev: its records; @ev.ret is NULL at its entry
 * @r: the head of either: machine, vCPU, time
 * @table: of its profile, or NULL
 * @proto: its line in the table, NULL when unknown
 * @name: its name, "syscall_0x..." when unknown
 * @profile: name of the profile
 * @result: as wide and signed as its type, 0 before it returns
 * @failed: @result is an error
 * @latency: nanoseconds, 0 before it returns
 * @known: for vsys_syscall_known()
 */
struct vsys_syscall {
	struct vsys_trace *v;
	void *user;
	struct vsys_call_event ev;
	const struct vsys_record *r;
	const struct vsys_table *table;
	const struct vsys_proto *proto;
	const char *name;
	const char *profile;
	uint64_t result;
	bool failed;
	uint64_t latency;
	uint64_t known;
};

/**
 * vsys_syscall_known - is a parameter of the callback's what the guest gave?
 * @c: the call, in a callback of callbacks.h
 * @param: which, from 0
 */
static inline bool vsys_syscall_known(const struct vsys_syscall *c, unsigned int param)
{
	return param < VSYS_PARAMS_MAX && (c->known >> param & 1);
}

/**
 * vsys_syscall_number - a number among a call's arguments, or where they point to
 * @c: the call
 * @side: at its begin, or what it gave back
 * @path: "FileHandle", of a structure "IoStatusBlock.Information"
 * @value: out: sign-extended if its type is signed or a handle
 *
 * Returns whether it is known: the call has it, and it was captured.
 */
bool vsys_syscall_number(const struct vsys_syscall *c, enum vsys_side side, const char *path,
		      uint64_t *value);

/**
 * vsys_syscall_bytes - guest memory that an argument points to
 * @c: the call
 * @side: at its begin, or what it gave back
 * @param: name of the parameter
 * @cap: out: valid as long as @c; see its flags for what is missing
 *
 * Returns whether there is any.
 */
bool vsys_syscall_bytes(const struct vsys_syscall *c, enum vsys_side side, const char *param,
		     struct vsys_cap *cap);

/**
 * vsys_syscall_string - a string, or the name of an object, as UTF-8
 * @c: the call
 * @side: at its begin, or what it gave back
 * @param: name of the parameter
 * @t: it is added to, escaped as in vsysread(1); "..." where the rest is missing
 *
 * Returns whether there is any.
 */
bool vsys_syscall_string(const struct vsys_syscall *c, enum vsys_side side, const char *param,
		      struct vsys_text *t);

/**
 * vsys_syscall_text - the call as vsysread(1) prints it
 * @c: the call
 * @t: it is added to
 */
int vsys_syscall_text(const struct vsys_syscall *c, struct vsys_text *t);
int vsys_syscall_json(const struct vsys_syscall *c, struct vsys_text *t);

/* ---- callbacks ---- */

typedef void vsys_syscall_fn(struct vsys_syscall *c);
typedef void vsys_record_fn(struct vsys_trace *v, void *user, const struct vsys_record *rec);

void vsys_trace_set_user(struct vsys_trace *v, void *user);

/**
 * vsys_trace_on_enter - at each call, known or not
 * @v: the source
 * @fn: may do all with @v but close it and read from it
 */
int vsys_trace_on_enter(struct vsys_trace *v, vsys_syscall_fn *fn);

/**
 * vsys_trace_on_return - once for each call, when no more will be known of it
 * @v: the source
 * @fn: finds in vsys_call.ev.state whether it has returned
 */
int vsys_trace_on_return(struct vsys_trace *v, vsys_syscall_fn *fn);

/**
 * vsys_trace_on_unknown - at calls with a number that the profile does not know
 * @v: the source
 * @fn: as of vsys_trace_on_enter()
 */
int vsys_trace_on_unknown(struct vsys_trace *v, vsys_syscall_fn *fn);

/**
 * vsys_trace_on_record - at records that are not of a call
 * @v: the source
 * @type: VSYS_REC_LOST, _ATTACH, _DETACH, _REFUSED, _ENTRY_REG
 * @fn: is given the record
 */
int vsys_trace_on_record(struct vsys_trace *v, enum vsys_rec_type type, vsys_record_fn *fn);

/**
 * vsys_trace_run - read, and call what was registered
 * @v: the source
 * @timeout_ms: how long in all, negative for ever
 *
 * Returns 0 at the end; 1 when time is up or after vsys_trace_break(); else as
 * vsys_trace_next().  Calls that wait for their return are told of at the end.
 */
int vsys_trace_run(struct vsys_trace *v, int timeout_ms);

/**
 * vsys_trace_break - have vsys_trace_run() return after this callback
 * @v: the source
 */
void vsys_trace_break(struct vsys_trace *v);

/**
 * struct vsys_event - what vsys_trace_next_event() gives, one of the two
 * @call: a call that is over, see vsys_trace_on_return(), or NULL
 * @rec: a record that is not of a call, or NULL
 */
struct vsys_event {
	const struct vsys_syscall *call;
	const struct vsys_record *rec;
};

/**
 * vsys_next_event - calls and other records, in turn, for who wants no callbacks
 * @v: the source
 * @timeout_ms: as of vsys_trace_next(); callbacks are not called
 * @ev: out: valid until the next call on @v
 *
 * Returns as vsys_trace_next().
 */
int vsys_trace_next_event(struct vsys_trace *v, int timeout_ms, struct vsys_event *ev);

/**
 * vsys_event_json - as "vsysread --json" prints it
 * @v: the source, which owns the text until this is called again
 * @ev: the event
 *
 * NULL when memory runs out.
 */
const char *vsys_event_json(struct vsys_trace *v, const struct vsys_event *ev);

/* ---- what callbacks.h is made of ---- */

typedef void vsys_any_fn(void);
typedef void vsys_thunk_fn(vsys_any_fn *fn, struct vsys_syscall *c, const uint64_t *args);

/**
 * vsys_trace_on - register a callback with parameters
 * @v: the source
 * @side: when
 * @call: name of the call
 * @params: names of the parameters, a blank after each
 * @thunk: calls @fn with their values
 * @fn: the callback
 *
 * The strings are kept, not copied.  -ENOENT when all profiles in use, or all
 * that there are while none is, lack the call: vsys_error() says which.  Profiles
 * that come into use later and lack it are told to vsys_trace_report().
 */
int vsys_trace_on(struct vsys_trace *v, enum vsys_side side, const char *call, const char *params,
	    vsys_thunk_fn *thunk, vsys_any_fn *fn);

#define VSYS_CALLBACK_ENTER(NAME, PARAMS, TYPES, VALUES)					\
	typedef void vsys_##NAME##_fn TYPES;							\
	static inline void vsys_do_##NAME(vsys_any_fn *fn, struct vsys_syscall *c, const uint64_t *a) \
	{											\
		(void)a;									\
		((vsys_##NAME##_fn *)fn) VALUES;						\
	}											\
	static inline int vsys_on_##NAME##_enter(struct vsys_trace *v, vsys_##NAME##_fn *fn)		\
	{											\
		return vsys_trace_on(v, VSYS_ENTER, #NAME, PARAMS, vsys_do_##NAME, (vsys_any_fn *)fn); \
	}

#define VSYS_CALLBACK(NAME, PARAMS, TYPES, VALUES)						\
	VSYS_CALLBACK_ENTER(NAME, PARAMS, TYPES, VALUES)					\
	static inline int vsys_on_##NAME##_return(struct vsys_trace *v, vsys_##NAME##_fn *fn)		\
	{											\
		return vsys_trace_on(v, VSYS_RETURN, #NAME, PARAMS, vsys_do_##NAME, (vsys_any_fn *)fn); \
	}

#ifdef __cplusplus
}
#endif

#endif /* VSYS_CALLS_H */
