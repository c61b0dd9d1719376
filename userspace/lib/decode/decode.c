// SPDX-License-Identifier: GPL-2.0
/* Decode a call to text: name, arguments, result. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handles.h"
#include "uring.h"

enum { ELEMENTS = 32 };		/* shown of an array, as by strace */

struct vsys_decoder {
	struct vsys_text text;
	unsigned int elements;
	size_t limit;
	bool named;
	struct vsys_handle_names names;
	uint32_t captured;	/* slots that have captures in any record of the call */
	bool unwritten;		/* captures of the return are no outputs */
	char name[32];
};

static const char *const raw_names[VSYS_ARGS_MAX] = {
	"arg0", "arg1", "arg2", "arg3", "arg4", "arg5", "arg6", "arg7", "arg8", "arg9",
	"arg10", "arg11", "arg12", "arg13", "arg14", "arg15", "arg16", "arg17", "arg18", "arg19",
};

struct vsys_decoder *vsys_decoder_new(unsigned int elements)
{
	struct vsys_decoder *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->elements = elements ? elements : ELEMENTS;
	d->limit = SIZE_MAX;
	return d;
}

void vsys_decoder_style(struct vsys_decoder *d, enum vsys_style style, size_t limit)
{
	d->text.style = style;
	d->limit = limit;
}

void vsys_decoder_named(struct vsys_decoder *d, bool named)
{
	d->named = named;
}

void vsys_decoder_hex(struct vsys_decoder *d, enum vsys_hex hex)
{
	d->text.hex = hex;
}

void vsys_decoder_handles(struct vsys_decoder *d, const struct vsys_handles *h,
			  enum vsys_handle_detail detail, bool absolute)
{
	d->names = (struct vsys_handle_names){ .h = h, .detail = detail, .absolute = absolute };
}

void vsys_decoder_free(struct vsys_decoder *d)
{
	if (!d)
		return;
	vsys_text_free(&d->text);
	free(d);
}

static bool same_bytes(const struct vsys_cap *a, const struct vsys_cap *b)
{
	return a->kind == b->kind && a->flags == b->flags && a->len == b->len &&
	       !memcmp(a->data, b->data, a->len);
}

/* Whether "[128] => [16]" can be shortened to "[128 => 16]". */
static bool one_number(const struct vsys_type *type, const struct vsys_cap *cap)
{
	return vsys_is_number(type) && cap->len == type->size && !cap->flags;
}

/* What a call has written is as it is after the call. */
static void put_out(struct vsys_decoder *d, const struct vsys_type *type, const struct vsys_cap *out,
		    const struct vsys_bytes *how)
{
	struct vsys_bytes after = *how;

	after.out = true;
	d->names.after = true;
	vsys_put_capture(&d->text, type, out, &after);
	d->names.after = false;
}

/* "[128 => 16]" for Linux numbers, "{...} => {...}" and "&0x1 => &0x2" for the rest. */
static void put_change(struct vsys_decoder *d, const struct vsys_type *type,
		       const struct vsys_cap *in, const struct vsys_cap *out,
		       const struct vsys_bytes *how)
{
	struct vsys_text *t = &d->text;
	bool number = one_number(type, in) && one_number(type, out);
	size_t at;

	vsys_put_capture(t, type, in, how);
	if (number && t->s && t->len && t->s[t->len - 1] == ']')
		t->s[--t->len] = '\0';
	vsys_text_put(t, " => ");
	at = t->len;
	put_out(d, type, out, how);
	if (number && !t->failed && t->s[at] == '[') {
		memmove(t->s + at, t->s + at + 1, t->len - at);
		t->len--;
	}
}

bool vsys_load_arg(const struct vsys_param *param, const struct vsys_rec_entry *e,
		   uint64_t *value)
{
	bool wide = vsys_abi_bits(e->r.abi) == 32 && param->type->size == 8 &&
		    vsys_by_value(param->type);
	uint64_t high = 0;

	if (!vsys_record_arg(e, param->slot, value) ||
	    (wide && !vsys_record_arg(e, param->slot + 1u, &high))) {
		*value = 0;
		return false;
	}
	*value |= high << 32;
	return true;
}

/* A later record may have an input capture that failed at the entry, marked as late. */
bool vsys_capture_in(const struct vsys_call_event *ev, unsigned int slot, struct vsys_cap *cap)
{
	const struct vsys_record *rec = ev->late ? &ev->late->r : ev->ret ? &ev->ret->r : NULL;
	bool found = vsys_record_capture(&ev->entry->r, slot, false, cap);
	struct vsys_cap late;

	if (rec && (!found || cap->flags & VSYS_CAP_FAULT) &&
	    vsys_record_capture(rec, slot, true, &late) &&
	    (!found || late.len > cap->len || !(late.flags & VSYS_CAP_FAULT))) {
		*cap = late;
		found = true;
	}
	return found;
}

bool vsys_capture_out(const struct vsys_call_event *ev, unsigned int slot, struct vsys_cap *cap)
{
	return ev->ret && vsys_record_capture(&ev->ret->r, slot, false, cap);
}

/* The captures of an argument after the first are those of its members. */
static bool find_member(const struct vsys_record *rec, unsigned int slot, uint64_t addr, bool late,
			struct vsys_cap *cap)
{
	unsigned int n;

	for (n = 1; vsys_record_capture_nth(rec, slot, late, n, cap); n++)
		if (cap->addr == addr)
			return true;
	return false;
}

bool vsys_capture_member(const struct vsys_call_event *ev, unsigned int slot, uint64_t addr,
			 bool out, struct vsys_cap *cap)
{
	const struct vsys_record *rec = ev->late ? &ev->late->r : ev->ret ? &ev->ret->r : NULL;
	struct vsys_cap late;
	bool found;

	if (out)
		return ev->ret && find_member(&ev->ret->r, slot, addr, false, cap);
	found = find_member(&ev->entry->r, slot, addr, false, cap);
	if (rec && (!found || cap->flags & VSYS_CAP_FAULT) &&
	    find_member(rec, slot, addr, true, &late)) {
		*cap = late;
		found = true;
	}
	return found;
}

/* The case of a call that a value selects, or NULL. */
static const struct vsys_proto *find_case(const struct vsys_choice *c, uint64_t value)
{
	unsigned int i;

	for (i = 0; i < c->n; i++)
		if (c->cases[i].value == value)
			return c->cases[i].call;
	return NULL;
}

const struct vsys_proto *vsys_call_form(const struct vsys_proto *call,
					const struct vsys_rec_entry *entry)
{
	const struct vsys_proto *form = call;
	uint64_t value;

	while (form && entry && form->choice &&
	       vsys_record_arg(entry, form->choice->slot, &value)) {
		call = form;
		value = vsys_narrow(value, form->choice->size, false) & form->choice->mask;
		form = find_case(form->choice, value);
	}
	return form ? form : call;
}

/* "1 [{...}]", with a name; as strace has it where nobody knows the ring. */
static void put_entries(struct vsys_decoder *d, const struct vsys_param *param,
			const struct vsys_cap *in, const struct vsys_bytes *how,
			struct vsys_decoded_arg *arg)
{
	/* The two stand side by side. */
	unsigned int first = param->type->cls == VSYS_CL_SQES ? param->slot : param->slot - 1u;

	arg->named = d->captured >> first & 3;
	if (arg->known)
		vsys_text_dec(&d->text, (uint32_t)arg->value);
	else
		vsys_text_char(&d->text, '?');
	if (in && param->type->cls == VSYS_CL_SQES)
		vsys_put_sqes(&d->text, param->type, in, how);
}

/* What an io_uring has completed. */
static void put_completions(struct vsys_decoder *d, const struct vsys_decoded *c,
			    const struct vsys_bytes *how)
{
	const struct vsys_param *param;
	struct vsys_cap cap;
	unsigned int i;

	for (i = 0; i < c->nargs; i++) {
		param = c->call ? &c->call->params[i] : NULL;
		if (param && param->type->cls == VSYS_CL_CQES &&
		    vsys_capture_out(&c->ev, param->slot, &cap))
			vsys_put_cqes(&d->text, param->type, &cap, how);
	}
}

static void put_arg(struct vsys_decoder *d, const struct vsys_bytes *common,
		    const struct vsys_param *param, const struct vsys_call_event *ev,
		    struct vsys_decoded_arg *arg)
{
	const struct vsys_type *type = param->type;
	struct vsys_bytes how = *common;
	struct vsys_value value = {
		.cls = type->cls,
		.sign = type->sign,
		.size = vsys_by_value(type) ? type->size : 0,
		.set = param->set ? param->set : type->set,
	};
	bool captured = d->captured >> param->slot & 1;
	struct vsys_cap in, out;
	bool has_in = captured && vsys_capture_in(ev, param->slot, &in);
	bool has_out = captured && !d->unwritten && vsys_capture_out(ev, param->slot, &out);

	memset(arg, 0, sizeof(*arg));
	how.array = param->dir & VSYS_DIR_ARRAY;
	how.slot = param->slot;
	how.ev = ev->entry ? ev : NULL;
	arg->name = param->name;
	arg->known = vsys_load_arg(param, ev->entry, &arg->value);
	if (type->cls == VSYS_CL_ATFD)
		d->names.dir = (int32_t)arg->value;
	if (has_in)
		arg->string = vsys_capture_wide(&in);
	if (has_out)
		arg->string_out = vsys_capture_wide(&out);
	how.sent = has_in && has_out && type->cls == VSYS_CL_MMSGHDR ? &out : NULL;
	if (type->cls == VSYS_CL_SQES || type->cls == VSYS_CL_CQES)
		put_entries(d, param, has_in ? &in : NULL, &how, arg);
	else if (has_in && has_out && !how.sent && !same_bytes(&in, &out))
		put_change(d, type, &in, &out, &how);
	else if (has_in)
		vsys_put_capture(&d->text, type, &in, &how);
	else if (has_out)
		put_out(d, type, &out, &how);
	else if (arg->known)
		vsys_put_value(&d->text, &value, arg->value);
	else
		vsys_text_char(&d->text, '?');
	if (d->names.absolute && d->names.p && has_in && in.kind == VSYS_CAP_STRING)
		vsys_put_absolute(&d->text, param, &in);
}

/* The names of the caller's handles, as they were before the call. */
static void names_begin(struct vsys_decoder *d, const struct vsys_call_event *ev)
{
	d->text.names = NULL;
	d->names.p = NULL;
	if (!d->names.h || !ev->entry)
		return;
	d->names.dir = VSYS_AT_CWD;
	d->names.after = false;
	d->names.p = vsys_handles_process(d->names.h, &ev->entry->r, ev->task, ev->entry->space);
	d->text.names = &d->names;
}

/* Arguments of a call unknown to the table are numbers. */
static void put_raw_arg(struct vsys_decoder *d, unsigned int i, const struct vsys_rec_entry *e,
			struct vsys_decoded_arg *arg)
{
	memset(arg, 0, sizeof(*arg));
	arg->name = raw_names[i];
	arg->known = vsys_record_arg(e, i, &arg->value);
	if (arg->known)
		vsys_text_hex(&d->text, arg->value);
	else
		vsys_text_char(&d->text, '?');
}

static unsigned int count_args(const struct vsys_decoded *out)
{
	if (!out->ev.entry)
		return 0;
	if (out->call)
		return out->call->nparams < VSYS_ARGS_MAX ? out->call->nparams : VSYS_ARGS_MAX;
	return out->ev.entry->nargs < VSYS_ARGS_MAX ? out->ev.entry->nargs : VSYS_ARGS_MAX;
}

int vsys_decoder_call(struct vsys_decoder *d, const struct vsys_table *table,
		      const struct vsys_call_event *ev, struct vsys_decoded *out)
{
	const struct vsys_record *r = ev->entry ? &ev->entry->r : &ev->ret->r;
	struct vsys_bytes how = { .elements = d->elements, .limit = d->limit };
	size_t at[VSYS_ARGS_MAX + 1];
	unsigned int i;

	/* Arguments are cleared as they are used: most calls have few of twenty. */
	out->failed = false;
	out->error = NULL;
	out->caller = NULL;
	vsys_text_reset(&d->text);
	out->ev = *ev;
	names_begin(d, ev);
	if (d->text.names)
		out->caller = vsys_names_caller(&d->names);
	out->call = vsys_call_form(vsys_table_record(table, r), ev->entry);
	out->os = vsys_abi_os(r->abi);
	out->named = d->named || out->os == VSYS_OS_WINDOWS;
	how.numbers = vsys_table_numbering(table, r->abi);
	how.os = out->os;
	how.bits = out->call ? out->call->bits : 0;
	out->nargs = count_args(out);
	if (!out->call)
		snprintf(d->name, sizeof(d->name), "syscall_0x%x", r->nr);
	out->name = out->call ? out->call->name : d->name;
	d->captured = (ev->entry ? vsys_record_captured(&ev->entry->r) : 0) |
		      (ev->late ? vsys_record_captured(&ev->late->r) : 0) |
		      (ev->ret ? vsys_record_captured(&ev->ret->r) : 0);
	d->unwritten = vsys_result_unwritten(how.numbers, out->call, ev);
	/* The text may move while it grows: turn offsets into pointers only now. */
	for (i = 0; i < out->nargs; i++) {
		at[i] = d->text.len;
		if (out->call)
			put_arg(d, &how, &out->call->params[i], ev, &out->args[i]);
		else
			put_raw_arg(d, i, ev->entry, &out->args[i]);
		vsys_text_char(&d->text, '\0');
	}
	at[i] = d->text.len;
	d->names.after = true;
	vsys_put_result(&d->text, how.numbers, out);
	if (d->captured)
		put_completions(d, out, &how);
	if (d->text.failed || !d->text.s) {
		for (i = 0; i < out->nargs; i++)
			out->args[i].text = "...";
		out->result = "...";
		return -ENOMEM;
	}
	for (i = 0; i < out->nargs; i++)
		out->args[i].text = d->text.s + at[i];
	out->result = d->text.s + at[i];
	return 0;
}

bool vsys_decoder_transfer(const struct vsys_decoder *d, struct vsys_transfer *t)
{
	if (!d->names.h)
		return false;
	*t = *vsys_handles_transfer(d->names.h);
	return t->valid;
}

enum vsys_object_kind vsys_decoder_object(struct vsys_decoder *d, const struct vsys_decoded *c,
					  unsigned int i, struct vsys_text *t)
{
	struct vsys_handle_names names = d->names;
	const struct vsys_param *param;
	enum vsys_object_kind kind;
	struct vsys_cap in;
	unsigned int before;

	if (!names.p || !c->call || i >= c->nargs || !c->args[i].known)
		return VSYS_OBJECT_NONE;
	names.after = false;
	names.detail = VSYS_HANDLE_ALL;
	names.dir = VSYS_AT_CWD;
	for (before = 0; before < i; before++)
		if (c->call->params[before].type->cls == VSYS_CL_ATFD)
			names.dir = (int32_t)c->args[before].value;
	param = &c->call->params[i];
	if (vsys_by_value(param->type) || !vsys_capture_in(&c->ev, param->slot, &in))
		in.len = 0;
	t->names = &names;
	kind = vsys_put_object(t, param, c->args[i].value, &in);
	t->names = NULL;
	return t->failed ? VSYS_OBJECT_NONE : kind;
}
