// SPDX-License-Identifier: GPL-2.0
/* Where in their files calls read and write: the position of what a program has opened. */
#include <string.h>

#include "handles.h"

enum {
	APPEND = 02000,		/* O_APPEND */
	SET_FLAGS = 4,			/* F_SETFL */
	WRITE_DATA = 2, APPEND_DATA = 4,	/* of an ACCESS_MASK */
	WRITE_ANY = 0x52000000,		/* MAXIMUM_ALLOWED, GENERIC_ALL, GENERIC_WRITE */
	POSITION = 14,			/* FilePositionInformation */
};

/* Of NtWriteFile: at the end, at the position. */
#define AT_END		(-UINT64_C(1))
#define AT_POSITION	(-UINT64_C(2))

/* Calls that transfer data: parameters of the data, and of the place if it is not the position. */
static const struct transfer_call {
	const char *name, *data, *place;
	bool writes;
} transfer_calls[] = {
	{ "read", "buf", NULL, false }, { "write", "buf", NULL, true },
	{ "readv", "iov", NULL, false }, { "writev", "iov", NULL, true },
	{ "pread64", "buf", "pos", false }, { "pwrite64", "buf", "pos", true },
	{ "preadv", "iov", "pos_l", false }, { "pwritev", "iov", "pos_l", true },
	{ "preadv2", "iov", "pos_l", false }, { "pwritev2", "iov", "pos_l", true },
	{ "NtReadFile", "Buffer", "ByteOffset", false },
	{ "NtWriteFile", "Buffer", "ByteOffset", true },
};

const char *vsys_transfers_calls(void)
{
	return "?read,?write,?readv,?writev,?pread64,?pwrite64,?preadv,?pwritev,?preadv2,?pwritev2,"
	       "?lseek,?_llseek,?sendfile,?sendfile64,?splice,?copy_file_range,?fcntl,?fcntl64,"
	       "?NtReadFile,?NtWriteFile,?NtSetInformationFile";
}

static struct vsys_object *object_of(const struct vsys_handle_call *c)
{
	uint64_t v;

	if (!c->form->nparams || !vsys_handle_arg(c, c->form->params[0].name, &v))
		return NULL;
	return vsys_handle_object(c->p, (uint64_t)(int64_t)(int32_t)v);
}

/* The number of 8 bytes, or of a structure's word behind one, that a parameter points to. */
static bool number_at(const struct vsys_handle_call *c, const char *param, bool out, size_t at,
		      uint64_t *v)
{
	size_t bytes = at ? c->form->bits / 8 : sizeof(*v);
	struct vsys_cap cap;

	if (!(out ? vsys_handle_out(c, param, &cap) : vsys_handle_in(c, param, &cap)) ||
	    cap.len < at + bytes)
		return false;
	*v = vsys_load(cap.data + at, (unsigned int)bytes);
	return true;
}

/* The place that a call names; AT_POSITION: none.  Returns false if it is not known. */
static bool place_of(const struct vsys_handle_call *c, const struct transfer_call *call, uint64_t *at)
{
	const struct vsys_param *p;

	*at = AT_POSITION;
	if (!call->place)
		return true;
	p = vsys_handle_param(c, call->place);
	/* Of 32-bit programs it is in one argument. */
	if (!p)
		p = vsys_handle_param(c, "pos");
	if (!p || !vsys_load_arg(p, c->ev->entry, at))
		return false;
	if (!vsys_by_value(p->type) && *at)
		return number_at(c, p->name, false, 0, at);
	/* preadv2() takes -1, NtReadFile() no address. */
	if (*at == UINT64_MAX || !vsys_by_value(p->type))
		*at = AT_POSITION;
	return true;
}

static void transfer_take(struct vsys_handle_call *c, struct vsys_object *o,
			  const struct transfer_call *call, struct vsys_transfer *t)
{
	bool nt = vsys_abi_os(c->ev->entry->r.abi) == VSYS_OS_WINDOWS, to_end = call->writes && o->append;
	const struct vsys_param *p = vsys_handle_param(c, call->data);

	t->bytes = c->result;
	if (nt && !number_at(c, "IoStatusBlock", true, c->form->bits / 8, &t->bytes))
		return;
	/* Linux appends whatever place the call names. */
	t->placed = place_of(c, call, &t->offset) && t->offset != AT_END && !to_end;
	if (t->offset == AT_POSITION) {
		t->placed &= o->placed;
		t->offset = o->offset;
		o->placed = t->placed;
		o->offset += t->bytes;
	} else if (nt) {
		o->placed = t->placed;
		o->offset = t->offset + t->bytes;
	}
	t->valid = p && (call->writes ? vsys_capture_in(c->ev, p->slot, &t->data) :
					vsys_capture_out(c->ev, p->slot, &t->data));
}

static void seek_done(const struct vsys_handle_call *c, struct vsys_object *o)
{
	o->placed = true;
	o->offset = c->result;
	if (vsys_handle_param(c, "result"))
		o->placed = number_at(c, "result", true, 0, &o->offset);
}

static void position_set(const struct vsys_handle_call *c, struct vsys_object *o)
{
	uint64_t what;

	if (vsys_handle_arg(c, "FileInformationClass", &what) && (uint32_t)what == POSITION)
		o->placed = number_at(c, "FileInformation", false, 0, &o->offset);
}

static void flags_set(const struct vsys_handle_call *c, struct vsys_object *o)
{
	uint64_t cmd, flags;

	if (vsys_handle_arg(c, "cmd", &cmd) && (uint32_t)cmd == SET_FLAGS &&
	    vsys_handle_arg(c, "flags", &flags))
		o->append = flags & APPEND;
}

/* A call that moves data between files moves their positions, too. */
static void positions_forget(const struct vsys_handle_call *c)
{
	struct vsys_object *o;
	unsigned int i;
	uint64_t v;

	for (i = 0; i < c->form->nparams; i++) {
		if (c->form->params[i].type->cls != VSYS_CL_FD ||
		    !vsys_load_arg(&c->form->params[i], c->ev->entry, &v))
			continue;
		o = vsys_handle_object(c->p, (uint64_t)(int64_t)(int32_t)v);
		if (o)
			o->placed = false;
	}
}

bool vsys_transfers_append(const struct vsys_handle_call *c, uint64_t flags)
{
	uint64_t access;

	if (vsys_abi_os(c->ev->entry->r.abi) == VSYS_OS_LINUX)
		return flags & APPEND;
	return vsys_handle_arg(c, "DesiredAccess", &access) && access & APPEND_DATA &&
	       !(access & (WRITE_DATA | WRITE_ANY));
}

void vsys_transfers_call(struct vsys_handle_call *c, struct vsys_transfer *t)
{
	static const char *const moves[] = { "sendfile", "sendfile64", "splice", "copy_file_range" };
	struct vsys_object *o = object_of(c);
	const char *name = c->form->name;
	size_t i;

	for (i = 0; i < sizeof(moves) / sizeof(moves[0]); i++)
		if (!strcmp(name, moves[i]))
			positions_forget(c);
	if (!o)
		return;
	for (i = 0; i < sizeof(transfer_calls) / sizeof(transfer_calls[0]); i++)
		if (!strcmp(name, transfer_calls[i].name))
			transfer_take(c, o, &transfer_calls[i], t);
	if (!strcmp(name, "lseek") || !strcmp(name, "_llseek"))
		seek_done(c, o);
	else if (!strcmp(name, "NtSetInformationFile"))
		position_set(c, o);
	else if (!strcmp(name, "fcntl") || !strcmp(name, "fcntl64"))
		flags_set(c, o);
}
