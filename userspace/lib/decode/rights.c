// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptors that processes send to others, SCM_RIGHTS.  A message is known by the sockets
 * that it can have come by: the other one of a pair, or one that is connected to this one's
 * address.  If these are several it is not known which message was received.
 */
#include <stdlib.h>
#include <string.h>

#include "handles.h"

enum {
	FLIGHTS_MAX = 256,
	PEEK = 2,			/* MSG_PEEK */
	CMSG_CLOEXEC = 0x40000000,	/* MSG_CMSG_CLOEXEC */
};

static void flight_drop(struct vsys_flight **at)
{
	struct vsys_flight *f = *at;

	*at = f->next;
	while (f->n)
		vsys_object_put(f->object[--f->n]);
	vsys_object_put(f->socket);
	free(f);
}

void vsys_rights_forget(struct vsys_flight **list, uint32_t vm)
{
	while (*list) {
		if (!vm || (*list)->vm == vm)
			flight_drop(list);
		else
			list = &(*list)->next;
	}
}

static struct vsys_object *socket_of(const struct vsys_handle_call *c)
{
	struct vsys_object *o = vsys_handle_object(c->p, (uint64_t)(int64_t)vsys_fd_arg(c, "fd"));

	return o && o->is_socket ? o : NULL;
}

/* Call @fn with the descriptors of each message. */
static void each_message(struct vsys_handle_call *c, bool out,
			 void (*fn)(struct vsys_handle_call *c, const struct vsys_rights *rights))
{
	const char *name = vsys_handle_param(c, "msg") ? "msg" : "msgvec";
	struct vsys_bytes b = { .bits = vsys_abi_bits(c->ev->entry->r.abi) };
	struct vsys_rights rights;
	struct vsys_cap cap;
	struct vsys_msg m;

	if (!(out ? vsys_handle_out(c, name, &cap) : vsys_handle_in(c, name, &cap)) ||
	    cap.kind != VSYS_CAP_MESSAGES)
		return;
	b.p = cap.data;
	b.n = cap.len;
	while (b.n && vsys_message_rights(&b, &m, &rights))
		if (rights.n)
			fn(c, &rights);
}

static void message_sent(struct vsys_handle_call *c, const struct vsys_rights *rights)
{
	struct vsys_flight **list = vsys_handles_flights(c->h), **at, *f;
	struct vsys_object *socket = socket_of(c);
	unsigned int n = 0;

	if (!socket)
		return;
	f = calloc(1, sizeof(*f) + rights->n * sizeof(f->object[0]));
	if (!f)
		return;
	f->vm = c->ev->entry->r.vm;
	f->call = c->ev->entry->call;
	f->socket = vsys_object_get(socket);
	for (; f->n < rights->n; f->n++)
		f->object[f->n] = vsys_object_get(
			vsys_handle_object(c->p, (uint64_t)(int64_t)rights->fd[f->n]));
	for (at = list; *at; at = &(*at)->next)
		n++;
	*at = f;
	if (n >= FLIGHTS_MAX)
		flight_drop(list);
}

static bool same_address(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

static bool can_receive(const struct vsys_object *to, const struct vsys_object *from)
{
	if (from->mate)
		return from->mate == to->number;
	return !to->mate && (same_address(from->peer, to->local) || same_address(from->local, to->peer));
}

/* The oldest message for the socket, or NULL if there is none, or it may be another. */
static struct vsys_flight **flight_find(struct vsys_handle_call *c, const struct vsys_object *to)
{
	struct vsys_flight **at, **found = NULL;

	for (at = vsys_handles_flights(c->h); *at; at = &(*at)->next) {
		if ((*at)->vm != c->ev->entry->r.vm || !can_receive(to, (*at)->socket))
			continue;
		if (found && (*found)->socket != (*at)->socket)
			return NULL;
		found = found ? found : at;
	}
	return found;
}

static void message_received(struct vsys_handle_call *c, const struct vsys_rights *rights)
{
	bool flag = vsys_fd_flag(c, "flags", CMSG_CLOEXEC);
	struct vsys_object *to = socket_of(c), *o;
	struct vsys_flight **at = to ? flight_find(c, to) : NULL;
	size_t i;

	for (i = 0; i < rights->n; i++) {
		o = at && rights->n == (*at)->n ? (*at)->object[i] : NULL;
		vsys_handle_set(c, (uint64_t)(int64_t)rights->fd[i], vsys_object_get(o), flag);
	}
	if (at && !vsys_fd_flag(c, "flags", PEEK))
		flight_drop(at);
}

/* The receiver may return before the sender does. */
void vsys_rights_send(struct vsys_handle_call *c)
{
	each_message(c, false, message_sent);
}

void vsys_rights_unsend(struct vsys_handle_call *c)
{
	struct vsys_flight **at = vsys_handles_flights(c->h);

	while (*at) {
		if ((*at)->vm == c->ev->entry->r.vm && (*at)->call == c->ev->entry->call)
			flight_drop(at);
		else
			at = &(*at)->next;
	}
}

void vsys_rights_receive(struct vsys_handle_call *c)
{
	each_message(c, true, message_received);
}
