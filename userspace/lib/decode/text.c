// SPDX-License-Identifier: GPL-2.0
/* Growing text, and escapes for guest bytes. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"

extern inline void vsys_text_char(struct vsys_text *t, char c);
extern inline void vsys_text_bytes(struct vsys_text *t, const char *s, size_t n);
extern inline void vsys_text_put(struct vsys_text *t, const char *s);

/* Without room, every append comes here: text that failed is not changed any more. */
static bool fail(struct vsys_text *t)
{
	t->failed = true;
	t->cap = t->s ? t->len + 1 : 0;
	return false;
}

bool vsys_text_grow(struct vsys_text *t, size_t n)
{
	size_t cap = t->cap ? t->cap : 1024;
	char *s;

	if (t->failed)
		return false;
	while (cap - t->len <= n) {
		if (cap > SIZE_MAX / 2)
			return fail(t);
		cap *= 2;
	}
	s = realloc(t->s, cap);
	if (!s)
		return fail(t);
	t->s = s;
	t->cap = cap;
	t->s[t->len] = '\0';
	return true;
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

void vsys_text_printf(struct vsys_text *t, const char *fmt, ...)
{
	size_t room = t->cap - t->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(room ? t->s + t->len : NULL, room, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if (room <= (size_t)n) {
		if (!vsys_text_grow(t, (size_t)n)) {
			if (room)
				t->s[t->len] = '\0';
			return;
		}
		va_start(ap, fmt);
		vsnprintf(t->s + t->len, (size_t)n + 1, fmt, ap);
		va_end(ap);
	}
	t->len += (size_t)n;
}

/* Digits of all numbers below 100, so that two are written at a time. */
static const char pairs[] =
	"00010203040506070809101112131415161718192021222324252627282930313233343536373839"
	"40414243444546474849505152535455565758596061626364656667686970717273747576777879"
	"8081828384858687888990919293949596979899";

void vsys_text_dec(struct vsys_text *t, uint64_t v)
{
	char digits[20];
	size_t i = sizeof(digits);

	while (v >= 100) {
		i -= 2;
		memcpy(digits + i, pairs + v % 100 * 2, 2);
		v /= 100;
	}
	if (v >= 10) {
		i -= 2;
		memcpy(digits + i, pairs + v * 2, 2);
	} else {
		digits[--i] = (char)('0' + v);
	}
	vsys_text_bytes(t, digits + i, sizeof(digits) - i);
}

/* Eight hexadecimal digits, one in each byte, the first of them in the lowest. */
static uint64_t eight_digits(uint32_t v)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t x = __builtin_bswap32(v), above;

	/* Spread the nibbles: 16, 8, then 4 bits to a byte. */
	x = (x | x << 16) & UINT64_C(0x0000ffff0000ffff);
	x = (x | x << 8) & UINT64_C(0x00ff00ff00ff00ff);
	x = (x >> 4 | x << 8) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	/* 1 in each byte above 9: letters begin 39 behind the digits. */
	above = (x + 6 * ones) >> 4 & ones;
	return x + '0' * ones + above * ('a' - '0' - 10);
}

/**
 * vsys_text_hex - "0x1f", and "0x0" for zero
 * @t: the text
 * @v: the value
 */
void vsys_text_hex(struct vsys_text *t, uint64_t v)
{
	enum { LONGEST = 18 };
	unsigned int zeros = (unsigned int)__builtin_clzll(v | 1) / 4;
	uint64_t high = v >> 32 ? eight_digits((uint32_t)(v >> 32)) : 0;
	uint64_t low = eight_digits((uint32_t)v);
	char digits[LONGEST + 16] = "";

	memcpy(digits + 2, &high, 8);
	memcpy(digits + 10, &low, 8);
	memcpy(digits + zeros, "0x", 2);
	/* Copy a constant size, to overwrite the rest: that needs no loop. */
	if (t->cap - t->len <= LONGEST && !vsys_text_grow(t, LONGEST))
		return;
	memcpy(t->s + t->len, digits + zeros, LONGEST);
	t->len += LONGEST - zeros;
	t->s[t->len] = '\0';
}

/* The high bit of the first byte in @w that needs an escape, and of some behind it. */
static uint64_t to_escape(uint64_t w)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t quote = w ^ '"' * ones, slash = w ^ '\\' * ones;

	/* A borrow or carry of a byte reaches only bytes behind it. */
	return (((w - ' ' * ones) & ~w) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
		(w + ones) | w) & 0x80 * ones;
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
	const char *p = bytes;
	uint64_t w, found = 0;
	size_t i;

	for (i = 0; i < n && !found; i += 8) {
		if (n - i < 8) {
			memset(&w, ' ', sizeof(w));
			memcpy(&w, p + i, n - i);
		} else {
			memcpy(&w, p + i, sizeof(w));
		}
		found = to_escape(w);
	}
	if (found)
		n = i - 8 + (size_t)__builtin_ctzll(found) / 8;
	vsys_text_bytes(t, p, n);
	return n;
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

/* Does strace -x show these bytes in hex? */
static bool all_hex(const struct vsys_text *t, const unsigned char *p, size_t n)
{
	size_t i;

	if (t->hex != VSYS_HEX_NON_ASCII)
		return t->hex == VSYS_HEX_ALL;
	for (i = 0; i < n; i++)
		if (!vsys_is_ascii(p[i]))
			return true;
	return false;
}

static void put_hex(struct vsys_text *t, const unsigned char *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n; i++) {
		vsys_text_put(t, "\\x");
		vsys_text_char(t, digits[p[i] >> 4]);
		vsys_text_char(t, digits[p[i] & 15]);
	}
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
	if (t->hex && all_hex(t, p, n)) {
		put_hex(t, p, n);
		n = 0;
	}
	for (i = vsys_text_plain(t, p, n); i < n; i += 1 + vsys_text_plain(t, p + i + 1, n - i - 1)) {
		e = short_escape(p[i]);
		if (e) {
			vsys_text_char(t, '\\');
			vsys_text_char(t, e);
		} else if (t->hex) {
			put_hex(t, p + i, 1);
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
