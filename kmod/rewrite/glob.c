// SPDX-License-Identifier: GPL-2.0
/* Match strings with patterns.  Both are untrusted, so time is bounded. */
#include "rewrite/glob.h"

static u8 fold(u8 c, bool nocase)
{
	return nocase && c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/**
 * vsys_glob_match() - does a pattern match the whole of a text?
 * @glob: '*' is any bytes, '?' one byte
 * @glob_len: bytes of @glob
 * @text: the text
 * @len: bytes of @text
 * @nocase: A to Z are a to z
 *
 * After a mismatch only the last '*' takes one more byte: it can match whatever an
 * earlier one could.  So @glob_len * @len steps are enough.
 */
bool vsys_glob_match(const u8 *glob, u32 glob_len, const u8 *text, u32 len, bool nocase)
{
	u32 g = 0, t = 0, star = 0, from = 0;
	bool starred = false;

	while (t < len) {
		if (g < glob_len && glob[g] == '*') {
			starred = true;
			star = ++g;
			from = t;
		} else if (g < glob_len && (glob[g] == '?' ||
					    fold(glob[g], nocase) == fold(text[t], nocase))) {
			g++;
			t++;
		} else if (starred) {
			g = star;
			t = ++from;
		} else {
			return false;
		}
	}
	while (g < glob_len && glob[g] == '*')
		g++;
	return g == glob_len;
}

static u32 unit(const u8 *p)
{
	return p[0] | p[1] << 8;
}

/**
 * vsys_glob_utf8() - convert text of a Windows guest to UTF-8, as in patterns
 * @utf16: little-endian, of any alignment
 * @bytes: of @utf16, an odd last one is dropped
 * @to: room for @bytes * 3 / 2
 *
 * A surrogate without its other half is encoded as it is.
 *
 * Return: bytes in @to.
 */
u32 vsys_glob_utf8(const u8 *utf16, u32 bytes, u8 *to)
{
	u32 i, c, next, n = 0;

	for (i = 0; i + 1 < bytes; i += 2) {
		c = unit(utf16 + i);
		next = i + 3 < bytes ? unit(utf16 + i + 2) : 0;
		if (c >> 10 == 0xd800 >> 10 && next >> 10 == 0xdc00 >> 10) {
			c = 0x10000 + ((c & 0x3ff) << 10 | (next & 0x3ff));
			i += 2;
			to[n++] = 0xf0 | c >> 18;
			to[n++] = 0x80 | (c >> 12 & 0x3f);
		} else if (c >= 0x800) {
			to[n++] = 0xe0 | c >> 12;
		}
		if (c >= 0x800)
			to[n++] = 0x80 | (c >> 6 & 0x3f);
		else if (c >= 0x80)
			to[n++] = 0xc0 | c >> 6;
		to[n++] = c < 0x80 ? c : 0x80 | (c & 0x3f);
	}
	return n;
}
