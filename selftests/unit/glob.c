// SPDX-License-Identifier: GPL-2.0
/* Patterns, judged by the promises of the uapi header; UTF-8 by RFC 3629. */
#include <string.h>

#include "../../kmod/rewrite/glob.h"
#include "ktap.h"

static const struct {
	const char *glob, *text;
	bool nocase, match;
} cases[] = {
	{ "/etc/passwd", "/etc/passwd", false, true },
	{ "/etc/passwd", "/etc/passwd2", false, false },
	{ "/etc/passwd", "/etc/passw", false, false },
	{ "/etc/*", "/etc/", false, true },
	{ "/etc/*", "/etc", false, false },
	{ "*\\secret.txt", "\\??\\C:\\a\\secret.txt", false, true },
	{ "*\\secret.txt", "\\??\\C:\\a\\SECRET.TXT", false, false },
	{ "*\\secret.txt", "\\??\\C:\\a\\SECRET.TXT", true, true },
	{ "*\\Secret.txt", "\\sEcReT.txt", true, true },
	{ "a?c", "abc", false, true },
	{ "a?c", "ac", false, false },
	{ "[a]", "[a]", false, true },
	{ "[a]", "a", false, false },
	{ "*", "", false, true },
	{ "", "", false, true },
	{ "", "a", false, false },
	{ "**a**", "bab", false, true },
	{ "*ab*abc", "xababababc", false, true },
	{ "*ab*abc", "xabc", false, false },
	{ "@", "`", true, false },
};

static void match(void)
{
	unsigned int i;
	char name[80];

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(name, sizeof(name), "%s %s %s", cases[i].glob,
			 cases[i].match ? "matches" : "does not match", cases[i].text);
		ok(vsys_glob_match((const u8 *)cases[i].glob, strlen(cases[i].glob),
				   (const u8 *)cases[i].text, strlen(cases[i].text),
				   cases[i].nocase) == cases[i].match, name);
	}
}

/* Hostile input takes no more steps than the product of the lengths. */
static void bounded(void)
{
	static u8 glob[1024], text[6144];

	memset(glob, 'a', sizeof(glob));
	memset(text, 'a', sizeof(text));
	glob[0] = '*';
	glob[sizeof(glob) / 2] = '*';
	glob[sizeof(glob) - 1] = 'b';
	ok(!vsys_glob_match(glob, sizeof(glob), text, sizeof(text), true), "it ends");
}

static void utf8(const char *utf16, u32 bytes, const char *want, const char *name)
{
	u8 *from = malloc(bytes ?: 1), *to = malloc(bytes * 3 / 2 ?: 1);
	u32 n;

	memcpy(from, utf16, bytes);
	n = vsys_glob_utf8(from, bytes, to);
	ok(n == strlen(want) && !memcmp(to, want, n), name);
	free(from);
	free(to);
}

int main(void)
{
	match();
	bounded();
	utf8("a\0z\0", 4, "az", "ASCII");
	utf8("\xe9\0", 2, "\xc3\xa9", "two bytes");
	utf8("\xac\x20", 2, "\xe2\x82\xac", "three bytes");
	utf8("\x3d\xd8\x00\xde", 4, "\xf0\x9f\x98\x80", "a pair of surrogates");
	utf8("\x3d\xd8", 2, "\xed\xa0\xbd", "half a pair at the end");
	utf8("\x3d\xd8z\0", 4, "\xed\xa0\xbdz", "half a pair");
	utf8("\x00\xde", 2, "\xed\xb8\x80", "the other half");
	utf8("a\0b", 3, "a", "an odd byte at the end");
	utf8("", 0, "", "nothing");
	return ktap_end();
}
