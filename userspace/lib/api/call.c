// SPDX-License-Identifier: GPL-2.0
/* Arguments and results of a call, by the names of its parameters. */
#include <errno.h>
#include <string.h>

#include "decode/decode.h"
#include "handle.h"

static const struct vsys_param *named(const struct vsys_proto *proto, const char *name, size_t n)
{
	unsigned int i;

	for (i = 0; i < proto->nparams; i++)
		if (!strncmp(proto->params[i].name, name, n) && !proto->params[i].name[n])
			return &proto->params[i];
	return NULL;
}

/*
 * The parameter named by the part of @path before a "."; *@rest: the part behind it.  The
 * form that the call's values select comes first, then its other names.
 */
static const struct vsys_param *find_param(const struct vsys_syscall *c, const char *path,
					   const char **rest)
{
	size_t n = strcspn(path, ".");
	const struct vsys_param *p;

	*rest = path[n] ? path + n + 1 : "";
	if (!c->proto || !c->ev.entry)
		return NULL;
	p = named(vsys_call_form(c->proto, c->ev.entry), path, n);
	return p ? p : named(c->proto, path, n);
}

static bool capture(const struct vsys_syscall *c, enum vsys_side side,
		    const struct vsys_param *param, struct vsys_cap *cap)
{
	if (side == VSYS_ENTER)
		return vsys_capture_in(&c->ev, param->slot, cap);
	return !vsys_result_unwritten(vsys_table_numbering(c->table, c->r->abi), c->proto, &c->ev) &&
	       vsys_capture_out(&c->ev, param->slot, cap);
}

static bool number_at(const struct vsys_cap *cap, const struct vsys_field *f, uint64_t *value)
{
	/* Copying works as guests and hosts are both little-endian. */
	*value = 0;
	if (f->size > sizeof(*value) || (size_t)f->offset + f->size > cap->len)
		return false;
	memcpy(value, cap->data + f->offset, f->size);
	*value = vsys_typed(*value, f->cls, f->size, f->sign);
	return true;
}

static bool number_of_struct(const struct vsys_type *type, const struct vsys_cap *cap,
			     const char *member, uint64_t *value)
{
	unsigned int i;

	for (i = 0; i < type->nfields; i++)
		if (!strcmp(type->fields[i].name, member))
			return number_at(cap, &type->fields[i], value);
	return false;
}

static bool number_of_objattr(const struct vsys_syscall *c, const struct vsys_cap *cap,
			      const char *member, uint64_t *value)
{
	struct vsys_objattr o;

	if (cap->kind != VSYS_CAP_OBJATTR || cap->len < offsetof(struct vsys_objattr, string))
		return false;
	memcpy(&o, cap->data, offsetof(struct vsys_objattr, string));
	if (!strcmp(member, "RootDirectory"))
		*value = vsys_typed(o.root, VSYS_CL_HANDLE, c->proto->bits / 8, true);
	else if (!strcmp(member, "Attributes"))
		*value = o.attributes;
	else
		return false;
	return true;
}

bool vsys_syscall_number(const struct vsys_syscall *c, enum vsys_side side, const char *path,
			 uint64_t *value)
{
	const char *member;
	const struct vsys_param *param = find_param(c, path, &member);
	const struct vsys_type *type = param ? param->type : NULL;
	struct vsys_cap cap;

	*value = 0;
	if (!param)
		return false;
	if (vsys_by_value(type)) {
		if (side != VSYS_ENTER || *member || !vsys_load_arg(param, c->ev.entry, value))
			return false;
		*value = vsys_typed(*value, type->cls, type->size, type->sign);
		return true;
	}
	if (!capture(c, side, param, &cap))
		return false;
	if (type->cls == VSYS_CL_OBJATTR)
		return number_of_objattr(c, &cap, member, value);
	return type->cls == VSYS_CL_STRUCT && number_of_struct(type, &cap, member, value);
}

bool vsys_syscall_bytes(const struct vsys_syscall *c, enum vsys_side side, const char *param,
			struct vsys_cap *cap)
{
	const char *member;
	const struct vsys_param *p = find_param(c, param, &member);

	return p && !*member && capture(c, side, p, cap);
}

bool vsys_syscall_string(const struct vsys_syscall *c, enum vsys_side side, const char *param,
			 struct vsys_text *t)
{
	struct vsys_wide wide;
	struct vsys_cap cap;
	size_t at = t->len;

	if (!vsys_syscall_bytes(c, side, param, &cap))
		return false;
	wide = vsys_capture_wide(&cap);
	if (wide.p)
		vsys_text_wide(t, wide.p, wide.n);
	else if (cap.kind == VSYS_CAP_STRING)
		vsys_text_quote(t, cap.data, cap.len);
	else
		return false;
	/* Drop the quotes. */
	if (t->failed || t->len < at + 2)
		return false;
	memmove(t->s + at, t->s + at + 1, t->len - at - 2);
	t->len -= 2;
	t->s[t->len] = '\0';
	if (cap.flags & (VSYS_CAP_TRUNCATED | VSYS_CAP_FAULT))
		vsys_text_put(t, "...");
	return true;
}

static int format(const struct vsys_syscall *c, struct vsys_text *t, bool json)
{
	struct vsys_decoder *d = vsys_decoder_new(0);
	struct vsys_decoded call;
	int err = d ? vsys_decoder_call(d, c->table, &c->ev, &call) : -ENOMEM;

	if (!err && json)
		vsys_format_call_json(t, &call, vsys_trace_profiles(c->v));
	else if (!err)
		vsys_format_call(t, &call);
	vsys_decoder_free(d);
	return err || t->failed ? vsys_fail(-ENOMEM, "out of memory") : 0;
}

int vsys_syscall_text(const struct vsys_syscall *c, struct vsys_text *t)
{
	return format(c, t, false);
}

int vsys_syscall_json(const struct vsys_syscall *c, struct vsys_text *t)
{
	return format(c, t, true);
}

const char *vsys_event_json(struct vsys_trace *v, const struct vsys_event *ev)
{
	vsys_text_reset(&v->json);
	if (ev->call)
		vsys_syscall_json(ev->call, &v->json);
	else
		vsys_format_record_json(&v->json, ev->rec, v->profiles);
	return v->json.failed || !v->json.len ? NULL : v->json.s;
}
