// SPDX-License-Identifier: GPL-2.0
/* How descriptors and handles are shown, and the arguments that tell what they are. */
#include <string.h>

#include "handles.h"

static void put_socket(struct vsys_text *t, const struct vsys_object *o)
{
	vsys_text_put(t, o->name);
	if (!o->local && !o->peer)
		return;
	vsys_text_put(t, ":[");
	if (o->local)
		vsys_text_put(t, o->local);
	if (o->peer) {
		vsys_text_put(t, o->local ? "->" : "*->");
		vsys_text_put(t, o->peer);
	}
	vsys_text_char(t, ']');
}

void vsys_put_handle_name(struct vsys_text *t, uint64_t value)
{
	const struct vsys_handle_names *n = t->names;
	const struct vsys_object *o = vsys_names_object(n, value);

	if (!o || n->detail == VSYS_HANDLE_NUMBER)
		return;
	vsys_text_char(t, '<');
	if (o->is_socket && n->detail == VSYS_HANDLE_ALL)
		put_socket(t, o);
	else if (n->detail == VSYS_HANDLE_ALL && o->process && !strncmp(o->name, "anon", 4))
		vsys_text_printf(t, "pid:%u", o->process);
	else if (o->is_socket)
		vsys_text_printf(t, "socket:#%u", o->number);
	else
		vsys_text_put(t, o->name);
	vsys_text_char(t, '>');
}

void vsys_put_cwd(struct vsys_text *t)
{
	const struct vsys_object *o = vsys_names_cwd(t->names);

	if (!o || t->names->detail == VSYS_HANDLE_NUMBER)
		return;
	vsys_text_char(t, '<');
	vsys_text_put(t, o->name);
	vsys_text_char(t, '>');
}

void vsys_handle_escape(struct vsys_text *t, const void *bytes, size_t n)
{
	const char *p = bytes;
	size_t at = 0, part, begin;

	while (at < n) {
		if (p[at] == '<' || p[at] == '>') {
			vsys_text_printf(t, at + 1 < n && p[at + 1] >= '0' && p[at + 1] <= '7' ? "\\%03o" : "\\%o",
					 (unsigned int)p[at]);
			at++;
			continue;
		}
		for (part = 0; at + part < n && p[at + part] != '<' && p[at + part] != '>'; part++)
			;
		begin = t->len;
		vsys_text_quote(t, p + at, part);
		if (t->failed)
			return;
		/* Without the quotes. */
		t->len -= 2;
		memmove(t->s + begin, t->s + begin + 1, t->len - begin);
		t->s[t->len] = '\0';
		at += part;
	}
}

/* ---- arguments ---- */

const struct vsys_param *vsys_handle_param(const struct vsys_handle_call *c, const char *name)
{
	unsigned int i;

	for (i = 0; i < c->form->nparams; i++)
		if (!strcmp(c->form->params[i].name, name))
			return &c->form->params[i];
	return NULL;
}

bool vsys_handle_arg(const struct vsys_handle_call *c, const char *name, uint64_t *value)
{
	const struct vsys_param *p = vsys_handle_param(c, name);

	*value = 0;
	return p && vsys_load_arg(p, c->ev->entry, value);
}

/* Complete ones only: what is cut off would be another name. */
bool vsys_handle_in(const struct vsys_handle_call *c, const char *name, struct vsys_cap *cap)
{
	const struct vsys_param *p = vsys_handle_param(c, name);

	return p && vsys_capture_in(c->ev, p->slot, cap) &&
	       !(cap->flags & (VSYS_CAP_FAULT | VSYS_CAP_TRUNCATED));
}

bool vsys_handle_out(const struct vsys_handle_call *c, const char *name, struct vsys_cap *cap)
{
	const struct vsys_param *p = vsys_handle_param(c, name);

	return p && vsys_capture_out(c->ev, p->slot, cap) && !(cap->flags & VSYS_CAP_FAULT);
}
