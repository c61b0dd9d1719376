// SPDX-License-Identifier: GPL-2.0
/* The objects that arguments refer to: paths, descriptors, handles, names of Windows. */
#include <string.h>
#include <strings.h>

#include "handles.h"

static bool is_path(const struct vsys_param *param)
{
	static const char *const paths[] = {
		"filename", "pathname", "path", "oldname", "newname", "oldpath", "newpath", "linkpath",
	};
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (!strcmp(paths[i], param->name))
			return true;
	return false;
}

static void text_cut(struct vsys_text *t, size_t len)
{
	t->len = len;
	if (t->s)
		t->s[len] = '\0';
}

/* The name behind a value is "<name>": keep what is between. */
static void text_unwrap(struct vsys_text *t, size_t begin)
{
	if (t->failed || t->len < begin + 2)
		return;
	memmove(t->s + begin, t->s + begin + 1, t->len - begin - 2);
	text_cut(t, t->len - 2);
}

/* Append the absolute path of @in; returns whether it is known. */
static bool put_below(struct vsys_text *t, const struct vsys_cap *in)
{
	const struct vsys_handle_names *n = t->names;
	size_t begin = t->len;
	struct vsys_object *base;

	base = n->dir == VSYS_AT_CWD ? vsys_names_cwd(n) : vsys_handle_object(n->p, (uint64_t)n->dir);
	if (vsys_fds_path(NULL, base, (const char *)in->data, in->len, t))
		return true;
	text_cut(t, begin);
	return false;
}

void vsys_put_absolute(struct vsys_text *t, const struct vsys_param *param,
		       const struct vsys_cap *in)
{
	size_t begin = t->len;

	if (!is_path(param) || !in->len || in->data[0] == '/' ||
	    in->flags & (VSYS_CAP_FAULT | VSYS_CAP_TRUNCATED))
		return;
	vsys_text_char(t, '<');
	if (put_below(t, in))
		vsys_text_char(t, '>');
	else
		text_cut(t, begin);
}

static enum vsys_object_kind put_path(struct vsys_text *t, const struct vsys_param *param,
				      const struct vsys_cap *in)
{
	if (!is_path(param) || !in->len || in->flags & (VSYS_CAP_FAULT | VSYS_CAP_TRUNCATED))
		return VSYS_OBJECT_NONE;
	if (!put_below(t, in))
		vsys_handle_escape(t, in->data, in->len);
	return VSYS_OBJECT_FILE;
}

/* Names of Windows are absolute. */
static enum vsys_object_kind nt_kind(const char *name)
{
	static const char registry[] = "\\REGISTRY\\";

	if (!strncasecmp(name, registry, sizeof(registry) - 1))
		return VSYS_OBJECT_KEY;
	return *name == '\\' ? VSYS_OBJECT_FILE : VSYS_OBJECT_OTHER;
}

/* The folder or key that a name is below, and what separates them. */
static void put_root(struct vsys_text *t, const struct vsys_cap *in)
{
	uint64_t root = ((const struct vsys_objattr *)in->data)->root;
	struct vsys_object *o = root ? vsys_names_object(t->names, (uint64_t)(int64_t)(int32_t)root) : NULL;

	if (!o || strlen(o->name) > VSYS_OBJECT_NAME_MAX)
		return;
	vsys_text_put(t, o->name);
	vsys_text_char(t, '\\');
}

static enum vsys_object_kind put_attributes(struct vsys_text *t, const struct vsys_cap *in)
{
	struct vsys_wide name = in->len ? vsys_capture_wide(in) : (struct vsys_wide){ 0 };
	size_t begin = t->len, at;

	if (!name.n)
		return VSYS_OBJECT_NONE;
	put_root(t, in);
	at = t->len;
	vsys_text_wide(t, name.p, name.n);
	text_unwrap(t, at);
	return t->failed ? VSYS_OBJECT_NONE : nt_kind(t->s + begin);
}

static enum vsys_object_kind put_handle(struct vsys_text *t, const struct vsys_param *param,
					uint64_t value)
{
	const struct vsys_object *o;
	size_t begin = t->len;

	value = (uint64_t)(int64_t)(int32_t)value;
	o = vsys_names_object(t->names, value);
	vsys_put_handle_name(t, value);
	text_unwrap(t, begin);
	if (!o || t->failed || t->len == begin)
		return VSYS_OBJECT_NONE;
	if (o->is_socket || !strncmp(o->name, "socket:", 7))
		return VSYS_OBJECT_SOCKET;
	if (param->type->cls == VSYS_CL_HANDLE)
		return nt_kind(t->s + begin);
	return o->name[0] == '/' || o->path ? VSYS_OBJECT_FILE : VSYS_OBJECT_OTHER;
}

enum vsys_object_kind vsys_put_object(struct vsys_text *t, const struct vsys_param *param,
				      uint64_t value, const struct vsys_cap *in)
{
	switch (param->type->cls) {
	case VSYS_CL_FD:
	case VSYS_CL_HANDLE:
		return put_handle(t, param, value);
	case VSYS_CL_STR:
		return put_path(t, param, in);
	case VSYS_CL_OBJATTR:
		return put_attributes(t, in);
	default:
		return VSYS_OBJECT_NONE;
	}
}

const char *vsys_object_kind_name(enum vsys_object_kind kind)
{
	static const char *const names[VSYS_OBJECT_NR] = {
		"none", "file", "key", "socket", "other",
	};

	return kind < VSYS_OBJECT_NR ? names[kind] : "unknown";
}
