/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls of a trace and callbacks for them, part of libvsyscalls.
 *
 * callbacks.h, generated from the prototypes, has for each call
 *
 *	int vsys_on_NAME_enter(struct vsys_trace *v, vsys_NAME_fn *fn);
 *	int vsys_on_NAME_return(struct vsys_trace *v, vsys_NAME_fn *fn);
 *
 * where vsys_NAME_fn takes a struct vsys_syscall and the call's parameters, with
 * the types of the widest profile, so that one callback serves all profiles.
 * Signed types and handles are sign-extended (the current process is -1 on 32-bit
 * Windows, too); an address is a uint64_t.  A parameter that the call lacks in a
 * profile, or that could not be read, is 0; vsys_syscall_known() then returns false.
 */
#ifndef VSYS_CALLS_H
#define VSYS_CALLS_H

#include "trace.h"
#include "vsyscalls.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VSYS_PARAMS_MAX = 64 };	/* parameters of a callback */

enum vsys_side {
	VSYS_ENTER,	/* the value when the call was made */
	VSYS_RETURN,	/* the value when the call returned */
};

/**
 * struct vsys_syscall - a system call of a guest
 * @v: its trace
 * @user: the pointer of vsys_trace_set_user()
 * @ev: its records; @ev.ret is NULL at the entry
 * @task: the thread that makes it, as of the entry; NULL: unknown
 * @r: head of the entry, or of the return if there is no entry: machine, vCPU, time
 * @table: of its profile, or NULL
 * @proto: its line in the table; NULL: unknown
 * @name: its name; "syscall_0x..." if it is unknown
 * @profile: name of the profile
 * @result: as wide and signed as its type; 0 before the return
 * @failed: @result is an error
 * @latency: time from entry to return, ns; 0 before the return
 * @known: bit mask for vsys_syscall_known()
 *
 * The library owns it; it is valid during the callback, or until the next
 * vsys_trace_next_event().
 */
struct vsys_syscall {
	struct vsys_trace *v;
	void *user;
	struct vsys_call_event ev;
	const struct vsys_task *task;
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
 * vsys_syscall_known - was a parameter of the callback read from the guest?
 * @c: the call, in a callback of callbacks.h
 * @param: index of the parameter, from 0
 */
static inline bool vsys_syscall_known(const struct vsys_syscall *c, unsigned int param)
{
	return param < VSYS_PARAMS_MAX && (c->known >> param & 1);
}

/**
 * vsys_syscall_number - a number in an argument, or in memory it points to
 * @c: the call
 * @side: value at the entry or at the return
 * @path: name of the parameter, "FileHandle"; of a member "IoStatusBlock.Information"
 * @value: out: sign-extended if its type is signed or a handle
 *
 * Return: whether it is known: the call has it, and it was captured.
 */
bool vsys_syscall_number(const struct vsys_syscall *c, enum vsys_side side, const char *path,
			 uint64_t *value);

/**
 * vsys_syscall_bytes - guest memory that an argument points to
 * @c: the call
 * @side: memory at the entry or at the return
 * @param: name of the parameter
 * @cap: out: valid as long as @c; its flags tell whether bytes are missing
 *
 * Return: whether any was captured.
 */
bool vsys_syscall_bytes(const struct vsys_syscall *c, enum vsys_side side, const char *param,
			struct vsys_cap *cap);

/**
 * vsys_syscall_string - append a string, or the name of an object, as UTF-8
 * @c: the call
 * @side: memory at the entry or at the return
 * @param: name of the parameter
 * @t: the text; escaped as in vsysread(1), with "..." in place of a missing rest
 *
 * Return: whether any was captured.
 */
bool vsys_syscall_string(const struct vsys_syscall *c, enum vsys_side side, const char *param,
			 struct vsys_text *t);

/**
 * vsys_syscall_text - append the call as vsysread(1) prints it
 * @c: the call
 * @t: the text
 *
 * Return: 0 or -ENOMEM.
 */
int vsys_syscall_text(const struct vsys_syscall *c, struct vsys_text *t);

/* vsys_syscall_json - the same as "vsysread --json" prints it */
int vsys_syscall_json(const struct vsys_syscall *c, struct vsys_text *t);

/* ---- callbacks ---- */

typedef void vsys_syscall_fn(struct vsys_syscall *c);
typedef void vsys_record_fn(struct vsys_trace *v, void *user, const struct vsys_record *rec);

/* vsys_trace_set_user - set a pointer for callbacks; the library does not use it */
void vsys_trace_set_user(struct vsys_trace *v, void *user);

/**
 * vsys_trace_on_enter - register a callback for the entry of each call, known or not
 * @v: the trace
 * @fn: the callback; must neither close @v nor read from it
 *
 * Return: 0 or -ENOMEM, as the functions below.
 */
int vsys_trace_on_enter(struct vsys_trace *v, vsys_syscall_fn *fn);

/**
 * vsys_trace_on_return - register a callback for the end of each call
 * @v: the trace
 * @fn: the callback, called once per call when no more records of it can come;
 *      vsys_syscall.ev.state tells whether it returned
 */
int vsys_trace_on_return(struct vsys_trace *v, vsys_syscall_fn *fn);

/**
 * vsys_trace_on_unknown - register a callback for calls that the profile lacks
 * @v: the trace
 * @fn: the callback, called at the entry
 */
int vsys_trace_on_unknown(struct vsys_trace *v, vsys_syscall_fn *fn);

/**
 * vsys_trace_on_record - register a callback for records that belong to no call
 * @v: the trace
 * @type: VSYS_REC_LOST, _ATTACH, _DETACH, _REFUSED, _ENTRY_REG
 * @fn: the callback
 */
int vsys_trace_on_record(struct vsys_trace *v, enum vsys_rec_type type, vsys_record_fn *fn);

/**
 * vsys_trace_run - read records and call the callbacks
 * @v: the trace
 * @timeout_ms: total time; negative: no limit
 *
 * Callbacks run in the caller's thread. At the end they also get calls whose return
 * did not come.
 *
 * Return: 0 at the end; 1 after @timeout_ms or vsys_trace_break(); else as
 * vsys_trace_next().
 */
int vsys_trace_run(struct vsys_trace *v, int timeout_ms);

/**
 * vsys_trace_break - make vsys_trace_run() return after this callback
 * @v: the trace
 */
void vsys_trace_break(struct vsys_trace *v);

/**
 * struct vsys_event - a finished call or another record
 * @call: the call, see vsys_trace_on_return(); NULL if @rec is set
 * @rec: a record that belongs to no call; NULL if @call is set
 */
struct vsys_event {
	const struct vsys_syscall *call;
	const struct vsys_record *rec;
};

/**
 * vsys_trace_next_event - the next finished call or other record, without callbacks
 * @v: the trace
 * @timeout_ms: as of vsys_trace_next()
 * @ev: out: valid until the next call on @v
 *
 * Return: as vsys_trace_next().
 */
int vsys_trace_next_event(struct vsys_trace *v, int timeout_ms, struct vsys_event *ev);

/**
 * vsys_event_json - an event as "vsysread --json" prints it
 * @v: the trace, which owns the text until the next vsys_event_json()
 * @ev: the event
 *
 * Return: NULL if memory runs out.
 */
const char *vsys_event_json(struct vsys_trace *v, const struct vsys_event *ev);

/* ---- for callbacks.h ---- */

typedef void vsys_any_fn(void);
typedef void vsys_thunk_fn(vsys_any_fn *fn, struct vsys_syscall *c, const uint64_t *args);

/**
 * vsys_trace_on - register a callback with parameters
 * @v: the trace
 * @side: at the entry or at the return
 * @call: name of the call
 * @params: names of the parameters, a blank after each
 * @thunk: calls @fn with their values
 * @fn: the callback
 *
 * @call and @params must outlive @v. A profile that lacks the call and comes into use
 * later is reported to the callback of vsys_trace_report().
 *
 * Return: 0; -ENOENT: all profiles in use, or all profiles while none is in use, lack
 * the call, vsys_error() names it; -ENOMEM.
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
