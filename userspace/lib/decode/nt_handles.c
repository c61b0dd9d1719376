// SPDX-License-Identifier: GPL-2.0
/* What calls of Windows do to handles. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handles.h"

enum {
	OBJ_INHERIT = 2,
	DUPLICATE_CLOSE_SOURCE = 1,
	INHERIT_HANDLES = 4,		/* of NtCreateUserProcess, NtCreateProcessEx */
	HANDLE_FLAGS = 4,		/* ObjectHandleFlagInformation */
};

#define CURRENT_PROCESS	UINT64_MAX

/* A handle as the tables have it: 32 bits count, and pseudo-handles are negative. */
static uint64_t handle_value(uint64_t v)
{
	return (uint64_t)(int64_t)(int32_t)v;
}

static uint64_t handle_arg(const struct vsys_handle_call *c, const char *name)
{
	uint64_t v;

	return vsys_handle_arg(c, name, &v) ? handle_value(v) : 0;
}

/* Does the parameter return a handle? */
static bool returns_handle(const struct vsys_param *p)
{
	return p->dir & VSYS_DIR_OUT && vsys_is_number(p->type) &&
	       p->type->fields[0].cls == VSYS_CL_HANDLE;
}

static bool handle_out(const struct vsys_handle_call *c, const struct vsys_param *p, uint64_t *value)
{
	unsigned int bytes = c->form->bits / 8;
	struct vsys_cap cap;

	*value = 0;
	if (!vsys_capture_out(c->ev, p->slot, &cap) || cap.len < bytes)
		return false;
	memcpy(value, cap.data, bytes);
	*value = handle_value(*value);
	return *value;
}

/* The OBJECT_ATTRIBUTES before the call's return. */
static bool attributes_in(const struct vsys_handle_call *c, const char *name, struct vsys_objattr *o,
			  struct vsys_cap *cap)
{
	memset(o, 0, sizeof(*o));
	if (!vsys_handle_in(c, name, cap) || cap->kind != VSYS_CAP_OBJATTR ||
	    cap->len < offsetof(struct vsys_objattr, string))
		return false;
	memcpy(o, cap->data, cap->len < sizeof(*o) ? cap->len : sizeof(*o));
	return true;
}

/* UTF-16 as it is shown, without quotes. */
static void put_wide(struct vsys_text *t, const unsigned char *p, size_t n)
{
	size_t begin = t->len;

	vsys_text_wide(t, p, n);
	if (t->failed)
		return;
	t->len -= 2;
	memmove(t->s + begin, t->s + begin + 1, t->len - begin);
	t->s[t->len] = '\0';
}

/* The name in the attributes, below that of their root; nothing if there is none. */
static void put_name(struct vsys_text *t, const struct vsys_handle_call *c,
		     const struct vsys_objattr *o, const struct vsys_cap *cap)
{
	struct vsys_object *root = o->root ? vsys_handle_object(c->p, handle_value(o->root)) : NULL;
	size_t n = cap->len > sizeof(*o) ? cap->len - sizeof(*o) : 0;

	if (o->root && (!root || strlen(root->name) > VSYS_OBJECT_NAME_MAX))
		return;
	if (root)
		vsys_text_put(t, root->name);
	if (root && n)
		vsys_text_char(t, '\\');
	if (n)
		put_wide(t, cap->data + sizeof(*o), n);
}

/* "event" of EventHandle. */
static void put_kind(struct vsys_text *t, const char *param)
{
	const char *end = strstr(param, "Handle");

	for (; *param && param != end; param++) {
		if (isupper((unsigned char)*param) && t->len && t->s[t->len - 1] != ' ' && islower((unsigned char)param[1]))
			vsys_text_char(t, ' ');
		vsys_text_char(t, (char)tolower((unsigned char)*param));
	}
}

/* The process that a handle stands for, 0: unknown. */
static uint32_t process_of(const struct vsys_handle_call *c, uint64_t handle)
{
	struct vsys_object *o;

	if (handle == CURRENT_PROCESS)
		return c->p->by_space ? 0 : (uint32_t)c->p->id;
	o = vsys_handle_object(c->p, handle);
	return o ? o->process : 0;
}

/* "process 12", "thread 12/16" of a CLIENT_ID at the call or at its return. */
static uint32_t put_client(struct vsys_text *t, const struct vsys_handle_call *c, bool thread)
{
	const struct vsys_param *p = vsys_handle_param(c, "ClientId");
	unsigned int bytes = c->form->bits / 8;
	uint64_t id[2] = { 0 };
	struct vsys_cap cap;

	if (!p || !(p->dir & VSYS_DIR_OUT ? vsys_capture_out(c->ev, p->slot, &cap) :
		    vsys_capture_in(c->ev, p->slot, &cap)) || cap.len < 2 * bytes)
		return 0;
	memcpy(&id[0], cap.data, bytes);
	memcpy(&id[1], cap.data + bytes, bytes);
	if (!thread)
		vsys_text_printf(t, "process %u", (uint32_t)id[0]);
	else if (id[0])
		vsys_text_printf(t, "thread %u/%u", (uint32_t)id[0], (uint32_t)id[1]);
	else
		vsys_text_printf(t, "thread %u", (uint32_t)id[1]);
	return (uint32_t)id[0];
}

/* What a call without a name in its attributes has made. */
static uint32_t put_unnamed(struct vsys_text *t, const struct vsys_handle_call *c, const char *param)
{
	bool thread = !strcmp(param, "ThreadHandle");
	struct vsys_object *o;
	struct vsys_cap cap;
	uint32_t id = 0;

	if (thread || !strcmp(param, "ProcessHandle"))
		id = put_client(t, c, thread);
	if (t->len)
		return id;
	put_kind(t, param);
	if (vsys_handle_in(c, "AttributeList", &cap) && cap.kind == VSYS_CAP_WSTRING) {
		vsys_text_put(t, " of ");
		put_wide(t, cap.data, cap.len);
	} else if (thread && process_of(c, handle_arg(c, "ProcessHandle"))) {
		vsys_text_printf(t, " of process %u", process_of(c, handle_arg(c, "ProcessHandle")));
	} else if (!strcmp(param, "SectionHandle")) {
		o = vsys_handle_object(c->p, handle_arg(c, "FileHandle"));
		if (o) {
			vsys_text_put(t, " of ");
			vsys_text_put(t, o->name);
		}
	}
	return 0;
}

/* The attributes that belong to a returned handle: of two, those with its name. */
static const char *attributes_of(const struct vsys_handle_call *c, const char *param)
{
	if (vsys_handle_param(c, "ObjectAttributes"))
		return "ObjectAttributes";
	return *param == 'T' ? "ThreadObjectAttributes" : "ProcessObjectAttributes";
}

static void handle_made(struct vsys_handle_call *c, const struct vsys_param *p)
{
	struct vsys_text t = { 0 };
	struct vsys_object *made = NULL;
	struct vsys_objattr o;
	struct vsys_cap cap;
	uint64_t value;
	uint32_t id = 0;

	if (!handle_out(c, p, &value))
		return;
	if (attributes_in(c, attributes_of(c, p->name), &o, &cap))
		put_name(&t, c, &o, &cap);
	if (!t.len)
		id = put_unnamed(&t, c, p->name);
	if (!t.failed && t.s)
		made = vsys_object_new(t.s, t.len);
	if (made) {
		made->process = id;
		made->append = vsys_transfers_append(c, 0);
	}
	vsys_handle_set(c, value, made, o.attributes & OBJ_INHERIT);
	vsys_text_free(&t);
}

/* A process whose handles the call changes; NULL: unknown. */
static struct vsys_process *other_process(struct vsys_handle_call *c, const char *arg)
{
	uint64_t handle = handle_arg(c, arg);
	struct vsys_task task = { .known = 1 << VSYS_TASK_PID };

	if (handle == CURRENT_PROCESS)
		return c->p;
	task.pid = process_of(c, handle);
	return task.pid ? vsys_handles_process(c->h, &c->ev->entry->r, &task, 0) : NULL;
}

static void duplicate_done(struct vsys_handle_call *c)
{
	struct vsys_process *from = other_process(c, "SourceProcessHandle");
	struct vsys_process *to = other_process(c, "TargetProcessHandle"), *own = c->p;
	const struct vsys_param *p = vsys_handle_param(c, "TargetHandle");
	uint64_t source = handle_arg(c, "SourceHandle"), value, flags;
	struct vsys_object *o = vsys_object_get(vsys_handle_object(from, source));

	/* The process itself becomes a handle. */
	if (from && source == CURRENT_PROCESS && !o && !from->by_space) {
		char text[32];

		o = vsys_object_new(text, (size_t)snprintf(text, sizeof(text), "process %u", (uint32_t)from->id));
		if (o)
			o->process = (uint32_t)from->id;
	}
	if (from && vsys_handle_arg(c, "Options", &flags) && flags & DUPLICATE_CLOSE_SOURCE) {
		c->p = from;
		vsys_handle_set(c, source, NULL, false);
	}
	if (to && p && handle_out(c, p, &value)) {
		c->p = to;
		vsys_handle_set(c, value, vsys_object_get(o),
				vsys_handle_arg(c, "HandleAttributes", &flags) && flags & OBJ_INHERIT);
	}
	c->p = own;
	vsys_object_put(o);
}

/* Whether children inherit it. */
static void information_set(struct vsys_handle_call *c)
{
	struct vsys_open *o = (struct vsys_open *)vsys_handle_find(c->p, handle_arg(c, "Handle"));
	struct vsys_cap cap;
	uint64_t class;

	if (o && vsys_handle_arg(c, "ObjectInformationClass", &class) && class == HANDLE_FLAGS &&
	    vsys_handle_in(c, "ObjectInformation", &cap) && cap.len)
		o->flag = cap.data[0];
}

/* Its child has what can be inherited. */
static bool makes_process(struct vsys_handle_call *c)
{
	uint64_t v;

	if (!strcmp(c->form->name, "NtCreateUserProcess"))
		return vsys_handle_arg(c, "ProcessFlags", &v) && v & INHERIT_HANDLES;
	if (!strcmp(c->form->name, "NtCreateProcessEx"))
		return vsys_handle_arg(c, "Flags", &v) && v & INHERIT_HANDLES;
	return !strcmp(c->form->name, "NtCreateProcess") && vsys_handle_arg(c, "InheritObjectTable", &v) && v;
}

void vsys_nt_begin(struct vsys_handle_call *c, const struct vsys_rec_entry *entry)
{
	const struct vsys_call_event begun = { .entry = entry };
	struct vsys_process copy;

	bool makes;

	c->ev = &begun;
	makes = makes_process(c);
	c->ev = NULL;
	if (!makes)
		return;
	vsys_process_forks(c->p, entry->call, false);
	copy = (struct vsys_process){ .opens = c->p->fork[c->p->nforks - 1].opens };
	if (copy.opens)
		vsys_opens_close(&copy, false);
}

/* Does the call change what a process has mapped? */
static bool memory_done(struct vsys_handle_call *c)
{
	const char *name = c->form->name;
	struct vsys_process *of;

	if (!vsys_handle_param(c, "BaseAddress") || !vsys_handle_param(c, "ProcessHandle"))
		return false;
	of = other_process(c, "ProcessHandle");
	if (!strncmp(name, "NtMapViewOfSection", 18))
		vsys_maps_view(c, of, vsys_handle_object(c->p, handle_arg(c, "SectionHandle")));
	else if (!strncmp(name, "NtUnmapViewOfSection", 20))
		vsys_maps_unview(c, of);
	else if (!strncmp(name, "NtAllocateVirtualMemory", 23))
		vsys_maps_memory(c, of, true);
	else if (!strcmp(name, "NtFreeVirtualMemory"))
		vsys_maps_memory(c, of, false);
	return true;
}

void vsys_nt_call(struct vsys_handle_call *c)
{
	unsigned int i;

	if (!c->ev->ret)
		return;
	if (vsys_result_failed(c->form, c->ev->entry->r.abi, c->ev->ret->result)) {
		vsys_process_forked(c->p, c->ev->entry->call, 0);
		return;
	}
	if (!strcmp(c->form->name, "NtClose")) {
		vsys_handle_set(c, handle_arg(c, "Handle"), NULL, false);
	} else if (!strcmp(c->form->name, "NtDuplicateObject")) {
		duplicate_done(c);
	} else if (!strcmp(c->form->name, "NtSetInformationObject")) {
		information_set(c);
	} else if (!memory_done(c)) {
		for (i = 0; i < c->form->nparams; i++)
			if (returns_handle(&c->form->params[i]))
				handle_made(c, &c->form->params[i]);
	}
}
