/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SINKS_JSON_PUT_H
#define VSYSREAD_SINKS_JSON_PUT_H

#include <vsyscalls/vsyscalls.h>

/* Members of JSON objects.  Keys are our own names and need no escape. */

/* A key, with a comma unless it is the first member of its object. */
static inline void json_key(struct vsys_text *t, const char *key)
{
	if (t->len && t->s[t->len - 1] != '{')
		vsys_text_char(t, ',');
	vsys_text_char(t, '"');
	vsys_text_put(t, key);
	vsys_text_put(t, "\":");
}

static inline void json_string(struct vsys_text *t, const char *key, const char *s)
{
	json_key(t, key);
	vsys_text_json(t, s);
}

static inline void json_number(struct vsys_text *t, const char *key, uint64_t v)
{
	json_key(t, key);
	vsys_text_dec(t, v);
}

/* A hex number in quotes. */
static inline void json_hex(struct vsys_text *t, const char *key, uint64_t v)
{
	json_key(t, key);
	vsys_text_char(t, '"');
	vsys_text_hex(t, v);
	vsys_text_char(t, '"');
}

static inline void json_begin(struct vsys_text *t, const char *key)
{
	json_key(t, key);
	vsys_text_char(t, '{');
}

static inline void json_end(struct vsys_text *t)
{
	vsys_text_char(t, '}');
}

#endif /* VSYSREAD_SINKS_JSON_PUT_H */
