/* SPDX-License-Identifier: GPL-2.0 */
/* Growing text, part of libvsyscalls. */
#ifndef VSYS_TEXT_H
#define VSYS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct vsys_handle_names;

/* How named values are shown */
enum vsys_style {
	VSYS_STYLE_ABBREV = 0,	/* by name, where there is one */
	VSYS_STYLE_RAW,		/* as numbers */
	VSYS_STYLE_VERBOSE,	/* as numbers, with the names in a comment */
};

/* Which strings are shown in hex, as "\\x2f" */
enum vsys_hex {
	VSYS_HEX_NONE = 0,
	VSYS_HEX_ESCAPES,	/* hex in place of octal where a byte is escaped */
	VSYS_HEX_NON_ASCII,	/* strings with a byte that is neither ASCII nor a blank */
	VSYS_HEX_ALL,
};

/**
 * struct vsys_text - growing text
 * @s: the text, NUL-terminated; NULL until something was appended; this structure owns it
 * @len: bytes before the NUL
 * @cap: bytes allocated; once @failed, without the room that is left
 * @failed: memory ran out; text is missing at the end
 * @style: enum vsys_style, how named values are shown
 * @hex: enum vsys_hex, which strings are shown in hex
 * @names: of handles, of the decoder alone; NULL: none
 *
 * All zero is an empty text. vsys_text_reset() empties it and keeps the memory,
 * vsys_text_free() frees the memory. The other functions append to it.
 */
struct vsys_text {
	char *s;
	size_t len;
	size_t cap;
	bool failed;
	unsigned char style;
	unsigned char hex;
	const struct vsys_handle_names *names;
};

void vsys_text_reset(struct vsys_text *t);
void vsys_text_free(struct vsys_text *t);
/* vsys_text_grow - make room for @n bytes and a NUL; false: there is none */
bool vsys_text_grow(struct vsys_text *t, size_t n);

/* Inline: most of a line is a few bytes at a time, and the length of a literal is known. */
inline void vsys_text_char(struct vsys_text *t, char c)
{
	if (t->cap - t->len <= 1 && !vsys_text_grow(t, 1))
		return;
	t->s[t->len++] = c;
	t->s[t->len] = '\0';
}

inline void vsys_text_bytes(struct vsys_text *t, const char *s, size_t n)
{
	if (t->cap - t->len <= n && !vsys_text_grow(t, n))
		return;
	if (n)
		memcpy(t->s + t->len, s, n);
	t->len += n;
	t->s[t->len] = '\0';
}

inline void vsys_text_put(struct vsys_text *t, const char *s)
{
	vsys_text_bytes(t, s, strlen(s));
}

void vsys_text_printf(struct vsys_text *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void vsys_text_dec(struct vsys_text *t, uint64_t v);
void vsys_text_hex(struct vsys_text *t, uint64_t v);
size_t vsys_text_plain(struct vsys_text *t, const void *bytes, size_t n);
void vsys_text_quote(struct vsys_text *t, const void *bytes, size_t n);
void vsys_text_wide(struct vsys_text *t, const void *bytes, size_t n);
void vsys_text_from_wide(struct vsys_text *t, const void *bytes, size_t n);

/**
 * vsys_number_parse - a whole number: decimal, hex after "0x", octal after "0"
 * @s: the text; no blank, no sign in front
 * @value: out
 * @end: out: the first character that is not part of the number
 *
 * Return: whether there is a number and it has 64 bits at most.
 */
bool vsys_number_parse(const char *s, uint64_t *value, const char **end);

ssize_t vsys_wide_from(const char *s, unsigned char *out, size_t room);
void vsys_text_json(struct vsys_text *t, const char *s);
void vsys_text_json_wide(struct vsys_text *t, const void *bytes, size_t n);

#ifdef __cplusplus
}
#endif

#endif /* VSYS_TEXT_H */
