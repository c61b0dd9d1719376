// SPDX-License-Identifier: GPL-2.0
/* What calls of Linux do to descriptors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handles.h"

enum {
	CLOEXEC = 02000000,		/* O_CLOEXEC, SOCK_CLOEXEC and the like */
	CLOSE_RANGE_UNSHARE = 2,
	CLOSE_RANGE_CLOEXEC = 4,
	FD_CLOEXEC = 1,
	CLONE_FILES = 0x400,
	CLONE_THREAD = 0x10000,
	EBADF = 9,
	EINPROGRESS = 115,
	SET_FLAGS = 2,			/* F_SETFD */
	DUP_CLOEXEC = 1030,		/* F_DUPFD_CLOEXEC */
};

static struct vsys_object *named(const char *format, unsigned int n)
{
	char text[64];

	return vsys_object_new(text, (size_t)snprintf(text, sizeof(text), format, n));
}

/* The addresses of a socket. */
static void address_take(struct vsys_handle_call *c, const char *arg, bool out, bool peer)
{
	int32_t fd = vsys_fd_arg(c, "fd");
	struct vsys_object *o = vsys_handle_object(c->p, (uint64_t)(int64_t)fd);
	char **to, *text;
	struct vsys_cap cap;

	if (!o || !o->is_socket || !(out ? vsys_handle_out(c, arg, &cap) : vsys_handle_in(c, arg, &cap)))
		return;
	text = vsys_fd_address_text(&cap);
	if (!text)
		return;
	vsys_handle_keep(c, (uint64_t)(int64_t)fd);
	to = peer ? &o->peer : &o->local;
	free(*to);
	*to = text;
}

static void dup_done(struct vsys_handle_call *c)
{
	const char *from = vsys_handle_param(c, "oldfd") ? "oldfd" : "fd";
	struct vsys_object *o = vsys_handle_object(c->p, (uint64_t)(int64_t)vsys_fd_arg(c, from));
	uint64_t cmd;
	bool flag = vsys_fd_flag(c, "flags", CLOEXEC);

	/* F_DUPFD_CLOEXEC, which the form of the call has like F_DUPFD. */
	if (vsys_handle_arg(c, "cmd", &cmd))
		flag = (uint32_t)cmd == DUP_CLOEXEC;
	if ((int32_t)c->result != vsys_fd_arg(c, from))
		vsys_handle_set(c, (uint64_t)(int64_t)(int32_t)c->result, vsys_object_get(o), flag);
}

static void close_done(struct vsys_handle_call *c)
{
	vsys_handle_set(c, (uint64_t)(int64_t)vsys_fd_arg(c, "fd"), NULL, false);
}

static void close_range_done(struct vsys_handle_call *c)
{
	uint64_t first, last, flags, value;
	struct vsys_open *o;
	size_t i;

	if (!vsys_handle_arg(c, "first", &first) || !vsys_handle_arg(c, "last", &last) ||
	    !vsys_handle_arg(c, "flags", &flags))
		return;
	if (flags & CLOSE_RANGE_UNSHARE && !vsys_opens_unshare(c->p))
		return;
	for (i = 0; i < c->p->opens->n; i++) {
		o = &c->p->opens->v[i];
		value = (uint32_t)o->value;
		if (value < (uint32_t)first || value > (uint32_t)last)
			continue;
		o->flag |= !!(flags & CLOSE_RANGE_CLOEXEC);
		if (!(flags & CLOSE_RANGE_CLOEXEC))
			vsys_handle_set(c, o->value, NULL, false);
	}
}

static void fcntl_done(struct vsys_handle_call *c)
{
	struct vsys_open *o = (struct vsys_open *)vsys_handle_find(c->p, (uint64_t)(int64_t)vsys_fd_arg(c, "fd"));
	uint64_t cmd;

	if (c->form->result->cls == VSYS_CL_FD)
		dup_done(c);
	else if (vsys_handle_arg(c, "cmd", &cmd) && (uint32_t)cmd == SET_FLAGS && o)
		o->flag = vsys_fd_flag(c, "flags", FD_CLOEXEC);
}

/* Both descriptors of a pipe or of a pair of sockets. */
static void pair_set(struct vsys_handle_call *c, const char *arg, struct vsys_object *a,
		     struct vsys_object *b, bool flag)
{
	struct vsys_cap cap;
	int32_t fd[2];

	if (!vsys_handle_out(c, arg, &cap) || cap.len < sizeof(fd)) {
		vsys_object_put(a);
		vsys_object_put(b);
		return;
	}
	memcpy(fd, cap.data, sizeof(fd));
	vsys_handle_set(c, (uint64_t)(int64_t)fd[0], a, flag);
	vsys_handle_set(c, (uint64_t)(int64_t)fd[1], b, flag);
}

static void pipe_done(struct vsys_handle_call *c)
{
	struct vsys_object *o = named("pipe:#%u", vsys_handles_count(c->h));

	pair_set(c, "pipefd", o, vsys_object_get(o), vsys_fd_flag(c, "flags", CLOEXEC));
}

static void socketpair_done(struct vsys_handle_call *c)
{
	pair_set(c, "sv", vsys_fd_socket_object(c), vsys_fd_socket_object(c), vsys_fd_flag(c, "type", CLOEXEC));
}

static void bind_done(struct vsys_handle_call *c)
{
	address_take(c, "addr", false, false);
}

static void connect_done(struct vsys_handle_call *c)
{
	address_take(c, "addr", false, true);
}

static void getsockname_done(struct vsys_handle_call *c)
{
	address_take(c, "addr", true, false);
}

static void getpeername_done(struct vsys_handle_call *c)
{
	address_take(c, "addr", true, true);
}

static void chdir_done(struct vsys_handle_call *c)
{
	struct vsys_object *to = vsys_fd_path_object(c, NULL, "path");

	if (to && !to->path) {
		vsys_object_put(to);
		to = NULL;
	}
	vsys_cwd_set(c, to);
}

static void fchdir_done(struct vsys_handle_call *c)
{
	struct vsys_object *to = vsys_handle_object(c->p, (uint64_t)(int64_t)vsys_fd_arg(c, "fd"));

	vsys_cwd_set(c, vsys_object_get(to));
}

static void unshare_done(struct vsys_handle_call *c)
{
	if (vsys_fd_flag(c, "flags", CLONE_FILES))
		vsys_opens_unshare(c->p);
}

static void exec_done(struct vsys_handle_call *c)
{
	c->p->exec = 0;
	if (vsys_opens_unshare(c->p))
		vsys_opens_close(c->p, true);
}

static void fork_done(struct vsys_handle_call *c)
{
	vsys_process_forked(c->p, c->ev->entry->call, (uint32_t)c->result);
}

struct change {
	const char *call;
	void (*done)(struct vsys_handle_call *c);
	void (*failed)(struct vsys_handle_call *c, uint64_t error);
};

static void close_failed(struct vsys_handle_call *c, uint64_t error)
{
	/* But for EBADF it is closed all the same. */
	if (error != EBADF)
		close_done(c);
}

static void connect_failed(struct vsys_handle_call *c, uint64_t error)
{
	if (error == EINPROGRESS)
		connect_done(c);
}

static void exec_failed(struct vsys_handle_call *c, uint64_t error)
{
	(void)error;
	c->p->exec = 0;
}

static void fork_failed(struct vsys_handle_call *c, uint64_t error)
{
	(void)error;
	vsys_process_forked(c->p, c->ev->entry->call, 0);
}

static const struct change changes[] = {
	{ "dup", dup_done, NULL }, { "dup2", dup_done, NULL }, { "dup3", dup_done, NULL },
	{ "fcntl", fcntl_done, NULL }, { "fcntl64", fcntl_done, NULL },
	{ "close", close_done, close_failed }, { "close_range", close_range_done, NULL },
	{ "pipe", pipe_done, NULL }, { "pipe2", pipe_done, NULL },
	{ "socketpair", socketpair_done, NULL },
	{ "bind", bind_done, NULL }, { "connect", connect_done, connect_failed },
	{ "getsockname", getsockname_done, NULL }, { "getpeername", getpeername_done, NULL },
	{ "chdir", chdir_done, NULL }, { "fchdir", fchdir_done, NULL },
	{ "unshare", unshare_done, NULL },
	{ "execve", exec_done, exec_failed }, { "execveat", exec_done, exec_failed },
	{ "fork", fork_done, fork_failed }, { "vfork", fork_done, fork_failed },
	{ "clone", fork_done, fork_failed }, { "clone3", fork_done, fork_failed },
};

static const struct change *change_find(const struct vsys_proto *form)
{
	const struct change *g;

	for (g = changes; g < changes + sizeof(changes) / sizeof(changes[0]); g++)
		if (!strcmp(g->call, form->name))
			return g;
	return NULL;
}

void vsys_fds_call(struct vsys_handle_call *c)
{
	const struct change *g;

	if (!c->ev->ret)
		return;
	g = change_find(c->form);
	if (vsys_result_failed(c->form, c->ev->entry->r.abi, c->ev->ret->result)) {
		if (g && g->failed)
			g->failed(c, -c->result);
	} else if (g) {
		g->done(c);
	} else if (c->form->result->cls == VSYS_CL_FD) {
		vsys_fd_made(c);
	}
}

/* The flags of clone() and clone3(). */
static uint64_t clone_flags(struct vsys_handle_call *c)
{
	struct vsys_cap cap;
	uint64_t flags = 0;

	if (vsys_handle_arg(c, "flags", &flags))
		return flags;
	if (vsys_handle_in(c, "args", &cap) && cap.len >= sizeof(flags))
		memcpy(&flags, cap.data, sizeof(flags));
	return flags;
}

void vsys_fds_begin(struct vsys_handle_call *c, const struct vsys_rec_entry *entry)
{
	const struct vsys_call_event begun = { .entry = entry };
	const struct change *g = change_find(c->form);
	uint64_t flags;

	if (!g)
		return;
	c->ev = &begun;
	if (g->done == exec_done) {
		c->p->exec = entry->space + 1;
	} else if (g->done == fork_done) {
		flags = clone_flags(c);
		if (!(flags & CLONE_THREAD))
			vsys_process_forks(c->p, entry->call, flags & CLONE_FILES);
	}
	c->ev = NULL;
}
