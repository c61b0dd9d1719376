// SPDX-License-Identifier: GPL-2.0
/* Format what iovecs and messages point to. */
#include <string.h>

#include "decode.h"

/* Bytes as a string; an address where there are none, as it is 0 or the capture was @cut. */
static void put_base(struct vsys_text *t, const struct vsys_bytes *how,
		     const struct vsys_part *part, const unsigned char *p, bool cut)
{
	size_t n = part->bytes < how->limit ? part->bytes : how->limit;

	if (!part->bytes && (!part->addr || cut)) {
		vsys_put_pointer(t, part->addr);
		return;
	}
	vsys_text_quote(t, p, n);
	if (n < part->bytes || cut)
		vsys_text_put(t, "...");
}

/* Returns whether the part was complete. */
static bool put_part(struct vsys_text *t, const struct vsys_bytes *how, struct vsys_rest *r,
		     bool more)
{
	struct vsys_part part;
	const unsigned char *p;

	if (!vsys_rest_head(r, &part, sizeof(part)))
		return false;
	p = vsys_rest_take(r, part.bytes);
	if (!p)
		return false;
	vsys_text_put(t, how->os == VSYS_OS_WINDOWS ? "{buf=" : "{iov_base=");
	put_base(t, how, &part, p, more && !r->n && part.bytes < part.len);
	vsys_text_put(t, how->os == VSYS_OS_WINDOWS ? ", len=" : ", iov_len=");
	vsys_text_dec(t, part.len);
	vsys_text_char(t, '}');
	return true;
}

/* Parts that are not shown lie before the next message. */
static bool skip_part(struct vsys_rest *r)
{
	struct vsys_part part;

	return vsys_rest_head(r, &part, sizeof(part)) && vsys_rest_take(r, part.bytes);
}

/* "[{iov_base="one", iov_len=3}, ...]": @count parts, of @cut arrays of more. */
static bool put_parts(struct vsys_text *t, const struct vsys_bytes *how, struct vsys_rest *r,
		      size_t count, bool cut, bool more)
{
	bool whole = true;
	size_t i;

	vsys_text_char(t, '[');
	for (i = 0; i < count && r->n && whole; i++) {
		if (i)
			vsys_text_put(t, ", ");
		if (i >= how->elements) {
			vsys_text_put(t, "...");
			break;
		}
		whole = put_part(t, how, r, more);
	}
	if (!whole || (cut && i < how->elements))
		vsys_text_put(t, i ? ", ..." : "...");
	vsys_text_char(t, ']');
	for (; whole && i < count && r->n; i++)
		whole = skip_part(r);
	return whole;
}

void vsys_put_parts(struct vsys_text *t, const struct vsys_bytes *b, bool more)
{
	struct vsys_rest r = { b->p, b->n };

	put_parts(t, b, &r, b->n, more, more);
}

enum {
	SOCKET = 1,		/* SOL_SOCKET */

	RIGHTS = 1,		/* SCM_* */
	CREDENTIALS = 2,
	TIMESTAMP = 29,
	TIMESTAMPNS = 35,
};

static const struct vsys_const levels[] = {
	{ "SOL_IP", 0, 0 }, { "SOL_SOCKET", SOCKET, 0 }, { "SOL_TCP", 6, 0 },
	{ "SOL_UDP", 17, 0 }, { "SOL_IPV6", 41, 0 }, { "SOL_PACKET", 263, 0 },
	{ "SOL_NETLINK", 270, 0 }, { "SOL_ALG", 279, 0 },
};

static const struct vsys_const socket_types[] = {
	{ "SCM_RIGHTS", RIGHTS, 0 }, { "SCM_CREDENTIALS", CREDENTIALS, 0 },
	{ "SCM_SECURITY", 3, 0 }, { "SCM_PIDFD", 4, 0 },
	{ "SO_TIMESTAMP_OLD", TIMESTAMP, 0 }, { "SO_TIMESTAMPNS_OLD", TIMESTAMPNS, 0 },
	{ "SO_TIMESTAMPING_OLD", 37, 0 },
};

static const struct vsys_const ip_types[] = {
	{ "IP_TOS", 1, 0 }, { "IP_TTL", 2, 0 }, { "IP_PKTINFO", 8, 0 }, { "IP_RECVERR", 11, 0 },
};

#define SET(name, list) { name, 0, sizeof(list) / sizeof((list)[0]), list }

static const struct vsys_set level_set = SET("level", levels);
static const struct vsys_set type_sets[] = {
	SET("ip", ip_types), [SOCKET] = SET("socket", socket_types),
};

static void put_enum(struct vsys_text *t, const struct vsys_set *set, uint32_t v)
{
	struct vsys_value how = { .cls = VSYS_CL_ENUM, .size = 4, .set = set };

	vsys_put_value(t, &how, v);
}

static void put_descriptors(struct vsys_text *t, const unsigned char *p, size_t n)
{
	struct vsys_value how = { .cls = VSYS_CL_FD };
	size_t i;

	vsys_text_char(t, '[');
	for (i = 0; i + 4 <= n; i += 4) {
		if (i)
			vsys_text_put(t, ", ");
		vsys_put_value(t, &how, vsys_load(p + i, 4));
	}
	vsys_text_char(t, ']');
}

static void put_control_data(struct vsys_text *t, const struct vsys_bytes *how, uint32_t type,
			     const unsigned char *p, size_t n)
{
	unsigned int word = how->bits / 8;

	if (type == RIGHTS)
		put_descriptors(t, p, n);
	else if (type == CREDENTIALS && n >= 12)
		vsys_text_printf(t, "{pid=%d, uid=%u, gid=%u}", (int)vsys_load(p, 4),
				 (unsigned int)vsys_load(p + 4, 4),
				 (unsigned int)vsys_load(p + 8, 4));
	else if ((type == TIMESTAMP || type == TIMESTAMPNS) && n >= 2 * word)
		vsys_text_printf(t, "{tv_sec=%lld, tv_%csec=%llu}",
				 (long long)vsys_narrow(vsys_load(p, word), word, true),
				 type == TIMESTAMP ? 'u' : 'n',
				 (unsigned long long)vsys_load(p + word, word));
	else
		vsys_text_quote(t, p, n);
}

struct control {
	size_t len;		/* as the guest says */
	uint32_t level, type;
	const unsigned char *data;
	size_t n;
};

/* The next cmsghdr: its length in a word, level, type, data. */
static bool control_next(struct vsys_rest *r, unsigned int word, struct control *c)
{
	size_t head = word + 8, padded;

	if (r->n < head)
		return false;
	c->len = vsys_load(r->p, word);
	if (c->len < head || c->len > r->n)
		return false;
	c->level = (uint32_t)vsys_load(r->p + word, 4);
	c->type = (uint32_t)vsys_load(r->p + word + 4, 4);
	c->data = r->p + head;
	c->n = c->len - head;
	padded = (c->len + word - 1) & ~(size_t)(word - 1);
	padded = padded < r->n ? padded : r->n;
	r->p += padded;
	r->n -= padded;
	return true;
}

static bool put_control_message(struct vsys_text *t, const struct vsys_bytes *how,
				struct vsys_rest *r)
{
	struct control c;

	if (!control_next(r, how->bits / 8, &c))
		return false;
	vsys_text_put(t, "{cmsg_len=");
	vsys_text_dec(t, c.len);
	vsys_text_put(t, ", cmsg_level=");
	put_enum(t, &level_set, c.level);
	vsys_text_put(t, ", cmsg_type=");
	put_enum(t, c.level <= SOCKET ? &type_sets[c.level] : NULL, c.type);
	if (c.n) {
		vsys_text_put(t, ", cmsg_data=");
		if (c.level == SOCKET)
			put_control_data(t, how, c.type, c.data, c.n);
		else
			vsys_text_quote(t, c.data, c.n);
	}
	vsys_text_char(t, '}');
	return true;
}

static void put_control(struct vsys_text *t, const struct vsys_bytes *how,
			const unsigned char *p, size_t n, bool cut)
{
	struct vsys_rest r = { p, n };
	unsigned int i;

	vsys_text_put(t, ", msg_control=[");
	for (i = 0; i < how->elements && r.n; i++) {
		if (i)
			vsys_text_put(t, ", ");
		if (!put_control_message(t, how, &r))
			break;
	}
	if (cut || r.n)
		vsys_text_put(t, i && !r.n ? ", ..." : "...");
	vsys_text_char(t, ']');
}

static bool put_iov(struct vsys_text *t, const struct vsys_bytes *how, struct vsys_rest *r,
		    const struct vsys_msg *m, bool more)
{
	if (m->parts || !m->iov_len)
		return put_parts(t, how, r, m->parts, m->parts < m->iov_len, more);
	vsys_put_pointer(t, m->iov);
	return true;
}

/* @sent: what is left of the heads that a call has written when it sent the messages. */
static bool put_message(struct vsys_text *t, const struct vsys_type *type,
			const struct vsys_bytes *how, struct vsys_rest *r,
			struct vsys_rest *sent, bool more)
{
	struct vsys_value flags = { .cls = VSYS_CL_FLAGS, .size = 4, .set = type->set };
	const unsigned char *name, *control;
	struct vsys_msg m, after;
	bool whole;

	if (!vsys_rest_head(r, &m, sizeof(m)))
		return false;
	if (vsys_rest_head(sent, &after, sizeof(after)))
		m.len = after.len;
	name = vsys_rest_take(r, m.name_bytes);
	control = name ? vsys_rest_take(r, m.control_bytes) : NULL;
	if (!control)
		return false;
	vsys_text_put(t, "{msg_name=");
	if (m.name_bytes)
		vsys_put_sockaddr(t, name, m.name_bytes);
	else
		vsys_put_pointer(t, m.name);
	vsys_text_printf(t, ", msg_namelen=%u, msg_iov=", m.name_len);
	whole = put_iov(t, how, r, &m, more);
	vsys_text_put(t, ", msg_iovlen=");
	vsys_text_dec(t, m.iov_len);
	if (m.control_bytes)
		put_control(t, how, control, m.control_bytes, m.control_bytes < m.control_len);
	vsys_text_put(t, ", msg_controllen=");
	vsys_text_dec(t, m.control_len);
	vsys_text_put(t, ", msg_flags=");
	vsys_put_value(t, &flags, m.flags);
	vsys_text_char(t, '}');
	if (m.len)
		vsys_text_printf(t, ", msg_len=%u", m.len);
	return whole;
}

/**
 * vsys_put_messages - "{msg_name=NULL, ..., msg_flags=0}", of mmsghdrs in an array
 * @t: the text
 * @type: of class MSGHDR or MMSGHDR
 * @b: the bytes of a capture of kind VSYS_CAP_MESSAGES
 * @more: the capture was cut
 */
void vsys_put_messages(struct vsys_text *t, const struct vsys_type *type,
		       const struct vsys_bytes *b, bool more)
{
	struct vsys_rest r = { b->p, b->n }, sent = { NULL, 0 };
	unsigned int i;

	if (b->sent)
		sent = (struct vsys_rest){ b->sent->data, b->sent->len };
	if (type->cls == VSYS_CL_MSGHDR) {
		if (!put_message(t, type, b, &r, &sent, more))
			vsys_text_put(t, "{...}");
		return;
	}
	vsys_text_char(t, '[');
	for (i = 0; i < b->elements && r.n; i++) {
		vsys_text_put(t, i ? ", {msg_hdr=" : "{msg_hdr=");
		if (!put_message(t, type, b, &r, &sent, more)) {
			vsys_text_put(t, "{...}}");
			break;
		}
		vsys_text_char(t, '}');
	}
	if (more || r.n)
		vsys_text_put(t, i ? ", ..." : "...");
	vsys_text_char(t, ']');
}

bool vsys_message_rights(struct vsys_bytes *b, struct vsys_msg *m, struct vsys_rights *rights)
{
	struct vsys_rest r = { b->p, b->n }, control;
	struct control c;
	size_t i;

	rights->n = 0;
	if (!vsys_rest_head(&r, m, sizeof(*m)) || !vsys_rest_take(&r, m->name_bytes))
		return false;
	control = (struct vsys_rest){ vsys_rest_take(&r, m->control_bytes), m->control_bytes };
	if (!control.p)
		return false;
	while (control_next(&control, b->bits / 8, &c))
		for (i = 0; c.level == SOCKET && c.type == RIGHTS && i + 4 <= c.n; i += 4)
			if (rights->n < VSYS_RIGHTS_MAX)
				rights->fd[rights->n++] = (int32_t)vsys_load(c.data + i, 4);
	for (i = 0; i < m->parts && skip_part(&r); i++)
		;
	b->p = r.p;
	b->n = i < m->parts ? 0 : r.n;
	return true;
}
