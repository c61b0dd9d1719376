// SPDX-License-Identifier: GPL-2.0
/* What a new descriptor of Linux is: a file, a socket, anything else. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handles.h"

#define ALWAYS	UINT32_MAX	/* FD_CLOEXEC, whatever the flags are */

enum {
	TMPFILE = 020200000,		/* O_TMPFILE */
	TMPFILE_ARM64 = 020040000,
	CLOEXEC = 02000000,		/* O_CLOEXEC, SOCK_CLOEXEC and the like */
	MFD_CLOEXEC = 1,
	PERF_CLOEXEC = 8,

	FAMILY_UNIX = 1, FAMILY_INET = 2, FAMILY_INET6 = 10, FAMILY_NETLINK = 16, FAMILY_PACKET = 17,
	TYPE_STREAM = 1, TYPE_DGRAM = 2, TYPE_RAW = 3, TYPE_MASK = 15,
};

int32_t vsys_fd_arg(const struct vsys_handle_call *c, const char *name)
{
	uint64_t v;

	return vsys_handle_arg(c, name, &v) ? (int32_t)v : -1;
}

bool vsys_fd_flag(const struct vsys_handle_call *c, const char *name, uint64_t bit)
{
	uint64_t v;

	return vsys_handle_arg(c, name, &v) && v & bit;
}

/* ---- paths ---- */

/* "a//b/./c/" is "a/b/c"; ".." stays: what is above a symbolic link is not known. */
static void put_plain(struct vsys_text *t, const char *path, size_t n)
{
	size_t at = 0, part;

	while (at < n) {
		for (part = 0; at + part < n && path[at + part] != '/'; part++)
			;
		if (part && !(part == 1 && path[at] == '.')) {
			vsys_text_char(t, '/');
			vsys_handle_escape(t, path + at, part);
		}
		at += part + 1;
	}
}

bool vsys_fds_path(const struct vsys_process *p, struct vsys_object *base, const char *path, size_t n,
		   struct vsys_text *t)
{
	size_t begin = t->len;

	if (!base && p)
		base = p->cwd;
	if (n && path[0] != '/') {
		/* "d/.." can be appended for ever. */
		if (!base || !base->path || strlen(base->name) > VSYS_OBJECT_NAME_MAX)
			return false;
		if (strcmp(base->name, "/"))
			vsys_text_put(t, base->name);
	}
	put_plain(t, path, n);
	if (t->len == begin)
		vsys_text_char(t, '/');
	return !t->failed;
}

/* The object that a text names, which is freed; NULL without a name. */
static struct vsys_object *named(struct vsys_text *t)
{
	struct vsys_object *o = t->failed || !t->s ? NULL : vsys_object_new(t->s, t->len);

	vsys_text_free(t);
	return o;
}

/* The object of a path, relative to a descriptor or to the working directory. */
struct vsys_object *vsys_fd_path_object(struct vsys_handle_call *c, const char *dir, const char *name)
{
	struct vsys_object *base = NULL, *o = NULL;
	struct vsys_text t = { 0 };
	struct vsys_cap cap;
	int32_t fd = VSYS_AT_CWD;

	if (!vsys_handle_in(c, name, &cap) || cap.kind != VSYS_CAP_STRING)
		return NULL;
	if (dir)
		fd = vsys_fd_arg(c, dir);
	if (fd != VSYS_AT_CWD)
		base = vsys_handle_object(c->p, (uint64_t)(int64_t)fd);
	if ((fd == VSYS_AT_CWD || base) && !cap.len && base)
		return vsys_object_get(base);	/* AT_EMPTY_PATH */
	if ((fd == VSYS_AT_CWD || base || (cap.len && cap.data[0] == '/')) &&
	    vsys_fds_path(c->p, base, (const char *)cap.data, cap.len, &t))
		o = vsys_object_new(t.s, t.len);
	/* Its base is not known: as the program has it. */
	if (!o && cap.len) {
		vsys_text_reset(&t);
		vsys_handle_escape(&t, cap.data, cap.len);
		o = t.failed || !t.s ? NULL : vsys_object_new(t.s, t.len);
	}
	vsys_text_free(&t);
	return o;
}

/* ---- sockets ---- */

static const char *socket_protocol(const int *s)
{
	bool six = s[0] == FAMILY_INET6;

	switch (s[0]) {
	case FAMILY_UNIX:
		return s[1] == TYPE_STREAM ? "UNIX-STREAM" : s[1] == TYPE_DGRAM ? "UNIX-DGRAM" : "UNIX-SEQPACKET";
	case FAMILY_NETLINK:
		return "NETLINK";
	case FAMILY_PACKET:
		return "PACKET";
	case FAMILY_INET:
	case FAMILY_INET6:
		if (s[1] == TYPE_STREAM)
			return six ? "TCPv6" : "TCP";
		if (s[1] == TYPE_DGRAM)
			return six ? "UDPv6" : "UDP";
		return s[1] == TYPE_RAW ? six ? "RAWv6" : "RAW" : "socket";
	default:
		return "socket";
	}
}

static struct vsys_object *socket_new(struct vsys_handle_call *c, const int *s)
{
	const char *name = socket_protocol(s);
	struct vsys_object *o = vsys_object_new(name, strlen(name));

	if (!o)
		return NULL;
	o->is_socket = true;
	o->number = vsys_handles_count(c->h);
	memcpy(o->socket, s, sizeof(o->socket));
	return o;
}

char *vsys_fd_address_text(const struct vsys_cap *cap)
{
	char a[INET6_ADDRSTRLEN], text[80];
	struct vsys_text t = { 0 };
	unsigned int family, port;

	if (cap->len < 2)
		return NULL;
	family = cap->data[0] | (unsigned int)cap->data[1] << 8;
	port = cap->len >= 4 ? (unsigned int)cap->data[2] << 8 | cap->data[3] : 0;
	if (family == FAMILY_INET && cap->len >= 8) {
		inet_ntop(AF_INET, cap->data + 4, a, sizeof(a));
		snprintf(text, sizeof(text), "%s:%u", a, port);
		return strdup(text);
	}
	if (family == FAMILY_INET6 && cap->len >= 24) {
		inet_ntop(AF_INET6, cap->data + 8, a, sizeof(a));
		snprintf(text, sizeof(text), "[%s]:%u", a, port);
		return strdup(text);
	}
	if (family != FAMILY_UNIX || cap->len < 3)
		return NULL;
	vsys_text_char(&t, '"');
	if (cap->data[2])
		vsys_handle_escape(&t, cap->data + 2, strnlen((const char *)cap->data + 2, cap->len - 2));
	else
		vsys_text_char(&t, '@');
	if (!cap->data[2])
		vsys_handle_escape(&t, cap->data + 3, cap->len - 3);
	vsys_text_char(&t, '"');
	if (!t.failed)
		return t.s;
	vsys_text_free(&t);
	return NULL;
}

struct vsys_object *vsys_fd_socket_object(struct vsys_handle_call *c)
{
	uint64_t v[3];

	vsys_handle_arg(c, "family", &v[0]);
	vsys_handle_arg(c, "type", &v[1]);
	vsys_handle_arg(c, "protocol", &v[2]);
	return socket_new(c, (int[]){ (int)v[0], (int)(v[1] & TYPE_MASK), (int)v[2] });
}

static struct vsys_object *accept_object(struct vsys_handle_call *c)
{
	struct vsys_object *from = vsys_handle_object(c->p, (uint64_t)(int64_t)vsys_fd_arg(c, "fd")), *o;
	struct vsys_cap cap;

	if (!from || !from->is_socket)
		return NULL;
	o = socket_new(c, from->socket);
	if (!o)
		return NULL;
	o->local = from->local ? strdup(from->local) : NULL;
	if (vsys_handle_out(c, "addr", &cap))
		o->peer = vsys_fd_address_text(&cap);
	return o;
}

/* ---- what a new descriptor is ---- */

static struct vsys_object *memfd_object(struct vsys_handle_call *c)
{
	struct vsys_text t = { 0 };
	struct vsys_object *o;
	struct vsys_cap cap;

	if (!vsys_handle_in(c, "name", &cap))
		return NULL;
	vsys_text_put(&t, "/memfd:");
	vsys_handle_escape(&t, cap.data, cap.len);
	o = named(&t);
	if (o)
		o->path = false;
	return o;
}

/* The C library has taken away the slash. */
static struct vsys_object *mq_object(struct vsys_handle_call *c)
{
	struct vsys_text t = { 0 };
	struct vsys_cap cap;

	if (!vsys_handle_in(c, "name", &cap))
		return NULL;
	vsys_text_char(&t, '/');
	vsys_handle_escape(&t, cap.data, cap.len);
	return named(&t);
}

/* The flags are an argument, or the first word of the structure that it points to. */
static uint64_t flags_of(const struct vsys_handle_call *c, const char *name)
{
	struct vsys_cap cap;
	uint64_t flags = 0;

	if (!name)
		return 0;
	if (vsys_handle_in(c, name, &cap) && cap.len >= sizeof(flags))
		memcpy(&flags, cap.data, sizeof(flags));
	else
		vsys_handle_arg(c, name, &flags);
	return flags;
}

/* A file without a name in a folder, whose number is not known. */
static struct vsys_object *file_object(struct vsys_handle_call *c, const char *dir, const char *path,
				       uint64_t flags)
{
	uint64_t tmpfile = c->ev->entry->r.abi == VSYS_ABI_LINUX_ARM64 ? TMPFILE_ARM64 : TMPFILE;
	struct vsys_object *folder = vsys_fd_path_object(c, dir, path);
	struct vsys_text t = { 0 };

	if (!folder || (flags & tmpfile) != tmpfile)
		return folder;
	vsys_text_printf(&t, "%s/#", folder->name);
	vsys_object_put(folder);
	return named(&t);
}

static struct vsys_object *pidfd_object(struct vsys_handle_call *c)
{
	static const char name[] = "anon_inode:[pidfd]";
	struct vsys_object *o = vsys_object_new(name, sizeof(name) - 1);
	uint64_t pid;

	if (o && vsys_handle_arg(c, "pid", &pid))
		o->process = (uint32_t)pid;
	return o;
}

/* What a process has that another one gets. */
static struct vsys_object *getfd_object(struct vsys_handle_call *c)
{
	struct vsys_object *o = vsys_handle_object(c->p, (uint64_t)(int64_t)vsys_fd_arg(c, "pidfd"));
	struct vsys_task task = { .known = 1 << VSYS_TASK_PID };
	struct vsys_process *p;

	task.pid = o ? o->process : 0;
	p = task.pid ? vsys_handles_process(c->h, &c->ev->entry->r, &task, 0) : NULL;
	return vsys_object_get(vsys_handle_object(p, (uint64_t)(int64_t)vsys_fd_arg(c, "targetfd")));
}

/* Calls whose result is a descriptor: what it is. */
static const struct maker {
	const char *call, *anonymous;			/* of an anonymous inode */
	const char *dir, *path;				/* arguments of a file */
	struct vsys_object *(*object)(struct vsys_handle_call *c);
	const char *flags;				/* argument with @cloexec */
	uint32_t cloexec;
} makers[] = {
	{ .call = "open", .path = "filename", .flags = "flags", .cloexec = CLOEXEC },
	{ .call = "openat", .dir = "dfd", .path = "filename", .flags = "flags", .cloexec = CLOEXEC },
	{ .call = "openat2", .dir = "dfd", .path = "filename", .flags = "how", .cloexec = CLOEXEC },
	{ .call = "creat", .path = "pathname" },
	{ .call = "open_tree", .dir = "dfd", .path = "filename", .flags = "flags", .cloexec = CLOEXEC },
	{ .call = "socket", .object = vsys_fd_socket_object, .flags = "type", .cloexec = CLOEXEC },
	{ .call = "accept", .object = accept_object },
	{ .call = "accept4", .object = accept_object, .flags = "flags", .cloexec = CLOEXEC },
	{ .call = "memfd_create", .object = memfd_object, .flags = "flags", .cloexec = MFD_CLOEXEC },
	{ .call = "mq_open", .object = mq_object, .cloexec = ALWAYS },
	{ .call = "pidfd_open", .object = pidfd_object, .cloexec = ALWAYS },
	{ .call = "pidfd_getfd", .object = getfd_object, .cloexec = ALWAYS },
	{ .call = "epoll_create", .anonymous = "[eventpoll]" },
	{ .call = "epoll_create1", .anonymous = "[eventpoll]", .flags = "flags", .cloexec = CLOEXEC },
	{ .call = "eventfd", .anonymous = "[eventfd]" },
	{ .call = "eventfd2", .anonymous = "[eventfd]", .flags = "flags", .cloexec = CLOEXEC },
	{ .call = "timerfd_create", .anonymous = "[timerfd]", .flags = "flags", .cloexec = CLOEXEC },
	{ .call = "signalfd", .anonymous = "[signalfd]" },
	{ .call = "signalfd4", .anonymous = "[signalfd]", .flags = "flags", .cloexec = CLOEXEC },
	{ .call = "inotify_init", .anonymous = "inotify" },
	{ .call = "inotify_init1", .anonymous = "inotify", .flags = "flags", .cloexec = CLOEXEC },
	{ .call = "fanotify_init", .anonymous = "[fanotify]", .flags = "flags", .cloexec = 1 },
	{ .call = "perf_event_open", .anonymous = "[perf_event]", .flags = "flags", .cloexec = PERF_CLOEXEC },
	{ .call = "userfaultfd", .anonymous = "[userfaultfd]", .flags = "flags", .cloexec = CLOEXEC },
	{ .call = "io_uring_setup", .anonymous = "[io_uring]", .cloexec = ALWAYS },
	{ .call = "landlock_create_ruleset", .anonymous = "[landlock-ruleset]", .cloexec = ALWAYS },
};

void vsys_fd_made(struct vsys_handle_call *c)
{
	struct vsys_object *o = NULL;
	const struct maker *m;
	bool flag = false;
	uint64_t flags;
	char text[64];

	/* It has returned its version. */
	if (!strcmp(c->form->name, "landlock_create_ruleset") && vsys_fd_flag(c, "flags", UINT32_MAX))
		return;
	for (m = makers; m < makers + sizeof(makers) / sizeof(makers[0]); m++) {
		if (strcmp(m->call, c->form->name))
			continue;
		flags = flags_of(c, m->flags);
		flag = m->cloexec == ALWAYS || flags & m->cloexec;
		if (m->object)
			o = m->object(c);
		else if (m->path)
			o = file_object(c, m->dir, m->path, flags);
		else
			o = vsys_object_new(text, (size_t)snprintf(text, sizeof(text), "anon_inode:%s",
								   m->anonymous));
		if (o && m->path)
			o->append = vsys_transfers_append(c, flags);
		break;
	}
	vsys_handle_set(c, (uint64_t)(int64_t)(int32_t)c->result, o, flag);
}
