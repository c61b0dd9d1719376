// SPDX-License-Identifier: GPL-2.0
/* A call as text: name, arguments, result. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"

enum {
	ELEMENTS = 32,		/* of an array, as strace */
	MAX_ERRNO = 4095,
};

struct vsys_decoder {
	struct vsys_text text;
	unsigned int elements;
	char name[32];
};

struct vsys_decoder *vsys_decoder_new(unsigned int elements)
{
	struct vsys_decoder *d = calloc(1, sizeof(*d));

	if (d)
		d->elements = elements ? elements : ELEMENTS;
	return d;
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

/* "[128 => 16]" for numbers, "{...} => {...}" for the rest. */
static void put_change(struct vsys_text *t, const struct vsys_type *type,
		       const struct vsys_cap *in, const struct vsys_cap *out,
		       const struct vsys_bytes *how)
{
	bool number = type->cls == VSYS_CL_STRUCT && type->nfields == 1 &&
		      !type->fields[0].name[0] && in->len == type->size &&
		      out->len == type->size && !in->flags && !out->flags;

	vsys_put_capture(t, type, in, how);
	if (number && t->s && t->len && t->s[t->len - 1] == ']')
		t->s[--t->len] = '\0';
	vsys_text_put(t, " => ");
	if (!number) {
		vsys_put_capture(t, type, out, how);
	} else {
		size_t at = t->len;

		vsys_put_capture(t, type, out, how);
		if (!t->failed && t->s[at] == '[') {
			memmove(t->s + at, t->s + at + 1, t->len - at);
			t->len--;
		}
	}
}

static void put_arg(struct vsys_decoder *d, const struct vsys_table *table,
		    const struct vsys_param *param, unsigned int i,
		    const struct vsys_call_event *ev)
{
	struct vsys_bytes how = { .table = table, .elements = d->elements };
	const struct vsys_type *type = param->type;
	struct vsys_cap in, out, late;
	struct vsys_value value = {
		.cls = type->cls,
		.sign = type->sign,
		.size = type->size,
		.set = param->set ? param->set : type->set,
	};
	bool has_in = vsys_record_capture(&ev->entry->r, i, false, &in);
	bool has_out = ev->ret && vsys_record_capture(&ev->ret->r, i, false, &out);

	/* What the entry had to leave out, the return may have, marked as such. */
	if (ev->ret && (!has_in || in.flags & VSYS_CAP_FAULT) &&
	    vsys_record_capture(&ev->ret->r, i, true, &late) &&
	    (!has_in || late.len > in.len || !(late.flags & VSYS_CAP_FAULT))) {
		in = late;
		has_in = true;
	}
	if (has_in && has_out && !same_bytes(&in, &out))
		put_change(&d->text, type, &in, &out, &how);
	else if (has_in)
		vsys_put_capture(&d->text, type, &in, &how);
	else if (has_out)
		vsys_put_capture(&d->text, type, &out, &how);
	else
		vsys_put_value(&d->text, &value, ev->entry->args[i]);
}

/* What the kernel's restart codes mean, which user space never sees as such. */
static const char *restart(uint64_t code, const char **text)
{
	switch (code) {
	case 512:
		*text = "To be restarted if SA_RESTART is set";
		return "ERESTARTSYS";
	case 513:
		*text = "To be restarted";
		return "ERESTARTNOINTR";
	case 514:
		*text = "To be restarted if no handler";
		return "ERESTARTNOHAND";
	case 516:
		*text = "Interrupted by signal";
		return "ERESTART_RESTARTBLOCK";
	default:
		return NULL;
	}
}

/* x86 Linux guests have the error numbers of an x86 Linux host. */
static void put_error(struct vsys_text *t, const struct vsys_table *table, uint64_t code,
		      struct vsys_decoded *out)
{
	const char *text;

	out->failed = true;
	out->error = restart(code, &text);
	if (out->error) {
		vsys_text_printf(t, "? %s (%s)", out->error, text);
		return;
	}
	out->error = table ? vsys_set_name(table->errors, code) : NULL;
	text = strerrordesc_np((int)code);
	vsys_text_put(t, "-1 ");
	if (out->error)
		vsys_text_put(t, out->error);
	else
		vsys_text_printf(t, "errno %u", (unsigned int)code);
	vsys_text_printf(t, " (%s)", text ? text : "Unknown error");
}

static void put_result(struct vsys_text *t, const struct vsys_table *table,
		       struct vsys_decoded *out)
{
	const struct vsys_rec_return *ret = out->ev.ret;
	const struct vsys_type *type = out->call ? out->call->result : NULL;
	struct vsys_value how = { .cls = VSYS_CL_INT, .sign = 1 };

	if (out->ev.state == VSYS_CALL_NORETURN) {
		vsys_text_put(t, "?");
		return;
	}
	if (!ret) {
		vsys_text_put(t, "? <return not seen>");
		return;
	}
	/* The unsigned distance from zero: -1 is 1, -4095 is 4095. */
	if (-ret->result - 1 < MAX_ERRNO) {
		put_error(t, table, -ret->result, out);
		return;
	}
	if (type) {
		how.cls = type->cls;
		how.sign = type->sign;
		how.size = type->size;
		how.set = type->set;
	}
	/* A result that is a structure or string is its address. */
	if (how.cls == VSYS_CL_VOID)
		how = (struct vsys_value){ .cls = VSYS_CL_INT, .sign = 1 };
	vsys_put_value(t, &how, ret->result);
}

static const char *const raw_names[VSYS_ARGS] = {
	"arg0", "arg1", "arg2", "arg3", "arg4", "arg5",
};

/* open(2): there is a mode only where a file may be made. */
static unsigned int count_params(const struct vsys_call *call,
				 const struct vsys_rec_entry *entry)
{
	enum { LINUX_O_CREAT = 0100, LINUX_O_TMPFILE = 020000000 };
	unsigned int n = call->nparams < VSYS_ARGS ? call->nparams : VSYS_ARGS;
	const struct vsys_param *mode, *flags;

	if (n < 2)
		return n;
	mode = &call->params[n - 1];
	flags = &call->params[n - 2];
	if (mode->type->cls == VSYS_CL_OCTAL && flags->set &&
	    !strcmp(flags->set->name, "open_flags") &&
	    !(entry->args[n - 2] & (LINUX_O_CREAT | LINUX_O_TMPFILE)))
		n--;
	return n;
}

static unsigned int count_args(const struct vsys_decoded *out)
{
	if (!out->ev.entry)
		return 0;
	if (out->call)
		return count_params(out->call, out->ev.entry);
	return out->ev.entry->nargs < VSYS_ARGS ? out->ev.entry->nargs : VSYS_ARGS;
}

int vsys_decoder_call(struct vsys_decoder *d, const struct vsys_table *table,
		      const struct vsys_call_event *ev, struct vsys_decoded *out)
{
	const struct vsys_record *r = ev->entry ? &ev->entry->r : &ev->ret->r;
	size_t at[VSYS_ARGS + 1];
	unsigned int i;

	memset(out, 0, sizeof(*out));
	vsys_text_reset(&d->text);
	out->ev = *ev;
	/* Of another ABI than the table is, or of no known number. */
	if (!(r->flags & (VSYS_F_UNKNOWN | VSYS_F_UNPAIRED)))
		out->call = vsys_table_call(table, r->nr);
	out->nargs = count_args(out);
	if (!out->call)
		snprintf(d->name, sizeof(d->name), "syscall_%#x", r->nr);
	out->name = out->call ? out->call->name : d->name;
	/* The text may move while it grows: first offsets, then addresses. */
	for (i = 0; i < out->nargs; i++) {
		at[i] = d->text.len;
		out->args[i].value = ev->entry->args[i];
		out->args[i].name = out->call ? out->call->params[i].name : raw_names[i];
		if (out->call)
			put_arg(d, table, &out->call->params[i], i, ev);
		else
			vsys_text_hex(&d->text, ev->entry->args[i]);
		vsys_text_char(&d->text, '\0');
	}
	at[i] = d->text.len;
	put_result(&d->text, table, out);
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
