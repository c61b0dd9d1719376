// SPDX-License-Identifier: GPL-2.0
/* Growing text, and escapes for guest bytes. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vsyscalls/text.h>

static bool grow(struct vsys_text *t, size_t n)
{
	size_t cap = t->cap ? t->cap : 1024;
	char *s;

	if (t->failed)
		return false;
	while (cap - t->len <= n) {
		if (cap > SIZE_MAX / 2) {
			t->failed = true;
			return false;
		}
		cap *= 2;
	}
	s = realloc(t->s, cap);
	if (!s) {
		t->failed = true;
		return false;
	}
	t->s = s;
	t->cap = cap;
	t->s[t->len] = '\0';
	return true;
}

/* Make room for @n bytes and a NUL.  Text that failed is not changed any more. */
static inline bool room(struct vsys_text *t, size_t n)
{
	return (n < t->cap - t->len && !t->failed) || grow(t, n);
}

/**
 * vsys_text_reset - empty the text, keep its memory
 * @t: the text
 */
void vsys_text_reset(struct vsys_text *t)
{
	t->len = 0;
	t->failed = false;
	if (t->s)
		t->s[0] = '\0';
}

void vsys_text_free(struct vsys_text *t)
{
	free(t->s);
	memset(t, 0, sizeof(*t));
}

void vsys_text_char(struct vsys_text *t, char c)
{
	if (!room(t, 1))
		return;
	t->s[t->len++] = c;
	t->s[t->len] = '\0';
}

void vsys_text_bytes(struct vsys_text *t, const char *s, size_t n)
{
	if (!room(t, n))
		return;
	if (n)
		memcpy(t->s + t->len, s, n);
	t->len += n;
	t->s[t->len] = '\0';
}

void vsys_text_put(struct vsys_text *t, const char *s)
{
	vsys_text_bytes(t, s, strlen(s));
}

void vsys_text_printf(struct vsys_text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || !room(t, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(t->s + t->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	t->len += (size_t)n;
}

void vsys_text_dec(struct vsys_text *t, uint64_t v)
{
	char digits[24];
	size_t i = sizeof(digits);

	do {
		digits[--i] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	vsys_text_bytes(t, digits + i, sizeof(digits) - i);
}

/**
 * vsys_text_hex - "0x1f", and "0x0" for zero
 * @t: the text
 * @v: the value
 */
void vsys_text_hex(struct vsys_text *t, uint64_t v)
{
	char digits[24];
	size_t i = sizeof(digits);

	do {
		digits[--i] = "0123456789abcdef"[v & 15];
		v >>= 4;
	} while (v);
	digits[--i] = 'x';
	digits[--i] = '0';
	vsys_text_bytes(t, digits + i, sizeof(digits) - i);
}

/**
 * vsys_text_plain - append bytes up to the first that needs an escape
 * @t: the text
 * @bytes: any; ", \ and bytes other than printable ASCII need one
 * @n: their number
 *
 * Return: the number of bytes appended.
 */
size_t vsys_text_plain(struct vsys_text *t, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	size_t i = 0;

	while (i < n && p[i] >= ' ' && p[i] <= '~' && p[i] != '"' && p[i] != '\\')
		i++;
	if (i)
		vsys_text_bytes(t, bytes, i);
	return i;
}

/* The letter of C's escape for a byte, or 0. */
static char short_escape(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		return (char)c;
	case '\f':
		return 'f';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	case '\v':
		return 'v';
	default:
		return 0;
	}
}

/* Write as few octal digits as possible; three if a digit follows that would extend it. */
static void put_octal(struct vsys_text *t, unsigned char c, bool whole)
{
	vsys_text_char(t, '\\');
	if (whole || c > 077)
		vsys_text_char(t, (char)('0' + (c >> 6)));
	if (whole || c > 07)
		vsys_text_char(t, (char)('0' + ((c >> 3) & 7)));
	vsys_text_char(t, (char)('0' + (c & 7)));
}

/**
 * vsys_text_quote - bytes in double quotes, escaped as strace does
 * @t: the text
 * @bytes: any
 * @n: their number
 */
void vsys_text_quote(struct vsys_text *t, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	size_t i;
	char e;

	vsys_text_char(t, '"');
	for (i = vsys_text_plain(t, p, n); i < n; i += 1 + vsys_text_plain(t, p + i + 1, n - i - 1)) {
		e = short_escape(p[i]);
		if (e) {
			vsys_text_char(t, '\\');
			vsys_text_char(t, e);
		} else {
			put_octal(t, p[i], i + 1 < n && p[i + 1] >= '0' &&
				  p[i + 1] <= '7');
		}
	}
	vsys_text_char(t, '"');
}

bool vsys_number_parse(const char *s, uint64_t *value, const char **end)
{
	unsigned long long v;
	char *after;

	if (*s < '0' || *s > '9')
		return false;
	errno = 0;
	v = strtoull(s, &after, 0);
	*value = v;
	*end = after;
	return !errno;
}
