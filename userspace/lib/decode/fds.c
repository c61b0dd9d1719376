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
	struct vsys_object *a = vsys_fd_socket_object(c), *b = vsys_fd_socket_object(c);

	if (a && b) {
		a->mate = b->number;
		b->mate = a->number;
	}
	pair_set(c, "sv", a, b, vsys_fd_flag(c, "type", CLOEXEC));
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
	vsys_process_execs(c->p);
}

static void fork_done(struct vsys_handle_call *c)
{
	vsys_process_forked(c->p, c->ev->entry->call, (uint32_t)c->result);
}

/* What a call does: when it begins, when it has succeeded, when it has failed; or NULL. */
struct change {
	const char *call;
	void (*done)(struct vsys_handle_call *c);
	void (*failed)(struct vsys_handle_call *c, uint64_t error);
	void (*begin)(struct vsys_handle_call *c);
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

static void fork_begin(struct vsys_handle_call *c)
{
	uint64_t flags = clone_flags(c);

	if (!(flags & CLONE_THREAD))
		vsys_process_forks(c->p, c->ev->entry->call, flags & CLONE_FILES);
}

static void exec_begin(struct vsys_handle_call *c)
{
	c->p->exec = c->ev->entry->space + 1;
}

static void send_failed(struct vsys_handle_call *c, uint64_t error)
{
	(void)error;
	vsys_rights_unsend(c);
}

static const struct change changes[] = {
	{ .call = "dup", .done = dup_done },
	{ .call = "dup2", .done = dup_done },
	{ .call = "dup3", .done = dup_done },
	{ .call = "fcntl", .done = fcntl_done },
	{ .call = "fcntl64", .done = fcntl_done },
	{ .call = "close", .done = close_done, .failed = close_failed },
	{ .call = "close_range", .done = close_range_done },
	{ .call = "pipe", .done = pipe_done },
	{ .call = "pipe2", .done = pipe_done },
	{ .call = "socketpair", .done = socketpair_done },
	{ .call = "bind", .done = bind_done },
	{ .call = "connect", .done = connect_done, .failed = connect_failed },
	{ .call = "getsockname", .done = getsockname_done },
	{ .call = "getpeername", .done = getpeername_done },
	{ .call = "chdir", .done = chdir_done },
	{ .call = "fchdir", .done = fchdir_done },
	{ .call = "unshare", .done = unshare_done },
	{ .call = "execve", .done = exec_done, .failed = exec_failed, .begin = exec_begin },
	{ .call = "execveat", .done = exec_done, .failed = exec_failed, .begin = exec_begin },
	{ .call = "fork", .done = fork_done, .failed = fork_failed, .begin = fork_begin },
	{ .call = "vfork", .done = fork_done, .failed = fork_failed, .begin = fork_begin },
	{ .call = "clone", .done = fork_done, .failed = fork_failed, .begin = fork_begin },
	{ .call = "clone3", .done = fork_done, .failed = fork_failed, .begin = fork_begin },
	{ .call = "mmap", .done = vsys_maps_mmap },
	{ .call = "mmap2", .done = vsys_maps_mmap },
	{ .call = "munmap", .done = vsys_maps_munmap },
	{ .call = "mremap", .done = vsys_maps_mremap },
	{ .call = "sendmsg", .failed = send_failed, .begin = vsys_rights_send },
	{ .call = "sendmmsg", .failed = send_failed, .begin = vsys_rights_send },
	{ .call = "recvmsg", .done = vsys_rights_receive },
	{ .call = "recvmmsg", .done = vsys_rights_receive },
	{ .call = "recvmmsg_time64", .done = vsys_rights_receive },
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
		if (g->done)
			g->done(c);
	} else if (c->form->result->cls == VSYS_CL_FD) {
		vsys_fd_made(c);
	}
}

void vsys_fds_begin(struct vsys_handle_call *c, const struct vsys_rec_entry *entry)
{
	const struct vsys_call_event begun = { .entry = entry };
	const struct change *g = change_find(c->form);

	if (!g || !g->begin)
		return;
	c->ev = &begun;
	g->begin(c);
	c->ev = NULL;
}
