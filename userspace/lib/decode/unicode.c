// SPDX-License-Identifier: GPL-2.0
/* Convert UTF-16 of Windows guests to text for terminals and to JSON. */
#include <errno.h>
#include <string.h>

#include "decode.h"

enum {
	HIGH = 0xd800,		/* surrogates: HIGH.., LOW.. up to LAST */
	LOW = 0xdc00,
	LAST = 0xdfff,
};

/*
 * Characters that are escaped, besides lone surrogates: controls; the delimiters of
 * text and of escapes; invisible characters and those that change the direction of
 * text; noncharacters.
 */
static const struct {
	uint32_t first, last;
} hidden[] = {
	{ 0, 0x1f }, { '"', '"' }, { '<', '<' }, { 0x7f, 0x9f }, { 0xad, 0xad },
	{ 0x34f, 0x34f }, { 0x61c, 0x61c }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },
	{ 0x180b, 0x180f }, { 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f },
	{ 0x3164, 0x3164 }, { 0xfdd0, 0xfdef }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0xe0000, 0xe0fff },
};

static bool is_hidden(uint32_t c)
{
	unsigned int i;

	if ((c >= HIGH && c <= LAST) || (c & 0xfffe) == 0xfffe)
		return true;
	for (i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (c >= hidden[i].first && c <= hidden[i].last)
			return true;
	return false;
}

static uint32_t unit(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8;
}

/* Take the character at *@at, and advance; a lone surrogate is returned as it is. */
static uint32_t take_wide(const unsigned char *p, size_t n, size_t *at)
{
	uint32_t c = unit(p + *at), d;

	*at += 2;
	if (c < HIGH || c >= LOW || n - *at < 2)
		return c;
	d = unit(p + *at);
	if (d < LOW || d > LAST)
		return c;
	*at += 2;
	return 0x10000 + ((c - HIGH) << 10) + (d - LOW);
}

static void put_utf8(struct vsys_text *t, uint32_t c)
{
	if (c < 0x80) {
		vsys_text_char(t, (char)c);
		return;
	}
	if (c < 0x800) {
		vsys_text_char(t, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			vsys_text_char(t, (char)(0xe0 | c >> 12));
		} else {
			vsys_text_char(t, (char)(0xf0 | c >> 18));
			vsys_text_char(t, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		vsys_text_char(t, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	vsys_text_char(t, (char)(0x80 | (c & 0x3f)));
}

/* As "\x002f"; returns whether @t wants that of such a text. */
static bool put_hex(struct vsys_text *t, const unsigned char *p, size_t n)
{
	bool hex = t->hex == VSYS_HEX_ALL;
	size_t at;

	for (at = 0; at + 2 <= n && !hex && t->hex == VSYS_HEX_NON_ASCII; at += 2)
		hex = !vsys_is_ascii(unit(p + at));
	for (at = 0; hex && at + 2 <= n; at += 2)
		vsys_text_printf(t, "\\x%04x", unit(p + at));
	return hex;
}

/**
 * vsys_text_wide - UTF-16LE as UTF-8 in double quotes
 * @t: the text
 * @bytes: any
 * @n: their number; an odd one at the end is left out
 *
 * With @t->hex a text may be shown by unit, as "\x002f".
 * Otherwise backslashes stay. A character that is_hidden() becomes "<U+000A>", and so does
 * "<": no text of a guest can look like an escape.
 */
void vsys_text_wide(struct vsys_text *t, const void *bytes, size_t n)
{
	size_t at = 0;
	uint32_t c;

	vsys_text_char(t, '"');
	if (t->hex && put_hex(t, bytes, n))
		n = 0;
	while (n - at >= 2) {
		c = take_wide(bytes, n, &at);
		if (is_hidden(c))
			vsys_text_printf(t, "<U+%04X>", c);
		else
			put_utf8(t, c);
	}
	vsys_text_char(t, '"');
}

/**
 * vsys_text_from_wide - UTF-16LE as UTF-8, without escapes and quotes
 * @t: the text
 * @bytes: any; a lone surrogate becomes three bytes
 * @n: their number; an odd one at the end is left out
 */
void vsys_text_from_wide(struct vsys_text *t, const void *bytes, size_t n)
{
	size_t at = 0;

	while (n - at >= 2)
		put_utf8(t, take_wide(bytes, n, &at));
}

static void put_json(struct vsys_text *t, uint32_t c)
{
	if (c >= 0x10000) {
		c -= 0x10000;
		vsys_text_printf(t, "\\u%04x\\u%04x", HIGH + (c >> 10), LOW + (c & 0x3ff));
	} else if (c == '"' || c == '\\') {
		vsys_text_char(t, '\\');
		vsys_text_char(t, (char)c);
	} else if (c >= ' ' && c <= '~') {
		vsys_text_char(t, (char)c);
	} else {
		vsys_text_printf(t, "\\u%04x", c);
	}
}

/**
 * vsys_text_json_wide - UTF-16LE as a JSON string, quotes included
 * @t: the text
 * @bytes: any; a lone surrogate is escaped, as "\ud800"
 * @n: their number; an odd one at the end is left out
 */
void vsys_text_json_wide(struct vsys_text *t, const void *bytes, size_t n)
{
	size_t at = 0;

	vsys_text_char(t, '"');
	while (n - at >= 2)
		put_json(t, take_wide(bytes, n, &at));
	vsys_text_char(t, '"');
}

/* Take the character at *@p, and advance; an invalid byte is returned as it is. */
static uint32_t take_utf8(const unsigned char **p)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	unsigned int more, i;
	uint32_t c = *(*p)++;

	if (c < 0xc0 || c > 0xf4)
		return c;
	more = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
	c &= 0x3f >> more;
	for (i = 0; i < more; i++) {
		if (((*p)[i] & 0xc0) != 0x80)
			return (*p)[-1];
		c = c << 6 | ((*p)[i] & 0x3f);
	}
	if (c < least[more] || c > 0x10ffff || (c >= HIGH && c <= LAST))
		return (*p)[-1];
	*p += more;
	return c;
}

/* Whether @p is a lone surrogate, as vsys_text_from_wide() writes it. */
static bool is_half(const unsigned char *p)
{
	return p[0] == 0xed && (p[1] & 0xe0) == 0xa0 && (p[2] & 0xc0) == 0x80;
}

static unsigned char *put_unit(unsigned char *to, uint32_t unit)
{
	*to++ = (unsigned char)unit;
	*to++ = (unsigned char)(unit >> 8);
	return to;
}

/**
 * vsys_wide_from - UTF-8 to UTF-16LE, the inverse of vsys_text_from_wide()
 * @s: the text; its NUL is not converted
 * @out: out
 * @room: size of @out
 *
 * Return: bytes written; -EILSEQ: @s is not UTF-8; -ENOSPC.
 */
ssize_t vsys_wide_from(const char *s, unsigned char *out, size_t room)
{
	const unsigned char *p = (const unsigned char *)s, *from;
	unsigned char *to = out;
	uint32_t c;

	while (*p) {
		from = p;
		if (is_half(p)) {
			c = HIGH | (p[1] & 0x1f) << 6 | (p[2] & 0x3f);
			p += 3;
		} else {
			c = take_utf8(&p);
			if (c >= 0x80 && p - from == 1)
				return -EILSEQ;
		}
		if (room - (size_t)(to - out) < (c < 0x10000 ? 2 : 4))
			return -ENOSPC;
		if (c < 0x10000) {
			to = put_unit(to, c);
		} else {
			to = put_unit(to, HIGH + ((c - 0x10000) >> 10));
			to = put_unit(to, LOW + (c & 0x3ff));
		}
	}
	return to - out;
}

/**
 * vsys_text_json - UTF-8 as a JSON string, quotes included
 * @t: the text
 * @s: bytes that are not UTF-8 become \u0080 to \u00ff
 */
void vsys_text_json(struct vsys_text *t, const char *s)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + strlen(s);

	vsys_text_char(t, '"');
	for (p += vsys_text_plain(t, p, (size_t)(end - p)); p < end;
	     p += vsys_text_plain(t, p, (size_t)(end - p)))
		put_json(t, take_utf8(&p));
	vsys_text_char(t, '"');
}
