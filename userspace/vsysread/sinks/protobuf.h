/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SINKS_PROTOBUF_H
#define VSYSREAD_SINKS_PROTOBUF_H

#include <vsyscalls/text.h>

/* Fields of protobuf messages, each a number, a type and a value. */

static inline void put_varint(struct vsys_text *t, uint64_t v)
{
	for (; v > 0x7f; v >>= 7)
		vsys_text_char(t, (char)(v | 0x80));
	vsys_text_char(t, (char)v);
}

static inline void put_uint(struct vsys_text *t, unsigned int field, uint64_t v)
{
	put_varint(t, field << 3);
	put_varint(t, v);
}

static inline void put_bytes(struct vsys_text *t, unsigned int field, const char *s, size_t n)
{
	put_varint(t, field << 3 | 2);
	put_varint(t, n);
	vsys_text_bytes(t, s, n);
}

static inline void put_string(struct vsys_text *t, unsigned int field, const char *s)
{
	put_bytes(t, field, s, strlen(s));
}

/* Add the message @m as a field, and empty it. */
static inline void put_message(struct vsys_text *t, unsigned int field, struct vsys_text *m)
{
	t->failed |= m->failed;
	put_bytes(t, field, m->s ? m->s : "", m->len);
	vsys_text_reset(m);
}

#endif /* VSYSREAD_SINKS_PROTOBUF_H */
