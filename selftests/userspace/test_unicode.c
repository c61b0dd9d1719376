// SPDX-License-Identifier: GPL-2.0
/* UTF-16 as harmless text that can be read back, and as exact JSON. */
#include "ktap.h"
#include <vsyscalls/text.h>

static unsigned char bytes[64];
static size_t n;

#define UNITS(...) do {								\
	static const uint16_t units_[] = { __VA_ARGS__ };			\
	unsigned int i_;							\
										\
	for (i_ = n = 0; i_ < sizeof(units_) / 2; i_++) {			\
		bytes[n++] = (unsigned char)units_[i_];				\
		bytes[n++] = (unsigned char)(units_[i_] >> 8);			\
	}									\
} while (0)

/* As text, then as JSON; from a buffer of exactly that size. */
static void both(const char *text, const char *json, const char *name)
{
	unsigned char *exact = malloc(n);
	struct vsys_text t = { 0 };
	char full[128];

	memcpy(exact, bytes, n);
	vsys_text_wide(&t, exact, n);
	is_text(t.s, text, name);
	vsys_text_reset(&t);
	vsys_text_json_wide(&t, exact, n);
	snprintf(full, sizeof(full), "%s, JSON", name);
	is_text(t.s, json, full);
	vsys_text_free(&t);
	free(exact);
}

static void json(const char *s, const char *want, const char *name)
{
	struct vsys_text t = { 0 };

	vsys_text_json(&t, s);
	is_text(t.s, want, name);
	vsys_text_free(&t);
}

static void plain(void)
{
	n = 0;
	both("\"\"", "\"\"", "empty");
	UNITS('\\', '?', '?', '\\', 'C', ':', '\\', 'n');
	both("\"\\??\\C:\\n\"", "\"\\\\??\\\\C:\\\\n\"", "backslashes");
	UNITS(0xe4, 0x20ac, 0xd83d, 0xde00);
	both("\"\303\244\342\202\254\360\237\230\200\"", "\"\\u00e4\\u20ac\\ud83d\\ude00\"",
	     "two, three and four bytes of UTF-8");
	UNITS(0xdbff, 0xdffd);
	both("\"\364\217\277\275\"", "\"\\udbff\\udffd\"", "the last character");
	UNITS('a', 'b');
	n = 3;
	both("\"a\"", "\"a\"", "half a character at the end");
}

static void hidden(void)
{
	UNITS(0, '\n', 0x1b, 0x7f, 0x9b);
	both("\"<U+0000><U+000A><U+001B><U+007F><U+009B>\"",
	     "\"\\u0000\\u000a\\u001b\\u007f\\u009b\"", "controls");
	UNITS('"', '<', 'U', '+', '0', '0', '0', 'A', '>');
	both("\"<U+0022><U+003C>U+000A>\"", "\"\\\"<U+000A>\"", "what looks like an escape");
	UNITS(0xd800, 'a');
	both("\"<U+D800>a\"", "\"\\ud800a\"", "a high surrogate alone");
	UNITS(0xdc00, 0xd800);
	both("\"<U+DC00><U+D800>\"", "\"\\udc00\\ud800\"", "surrogates the wrong way round");
	UNITS(0xd800, 0xd800, 0xdc00);
	both("\"<U+D800>\360\220\200\200\"", "\"\\ud800\\ud800\\udc00\"",
	     "a high surrogate before a pair");
	UNITS('e', 'x', 'e', 0x202e, 0x200b, 0xfeff, 0xfffe);
	both("\"exe<U+202E><U+200B><U+FEFF><U+FFFE>\"", "\"exe\\u202e\\u200b\\ufeff\\ufffe\"",
	     "what turns text round or cannot be seen");
	UNITS(0xdb40, 0xdc41);
	both("\"<U+E0041>\"", "\"\\udb40\\udc41\"", "a tag character");
}

static void utf8(void)
{
	json("a\"b\\c\n\x7f", "\"a\\\"b\\\\c\\u000a\\u007f\"", "JSON escapes");
	json("\303\244\342\202\254\360\237\230\200", "\"\\u00e4\\u20ac\\ud83d\\ude00\"", "UTF-8");
	json("\xff\x80\xc3(", "\"\\u00ff\\u0080\\u00c3(\"", "bytes that are no UTF-8");
	json("\xe2\x82", "\"\\u00e2\\u0082\"", "UTF-8 cut off");
	json("\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80",
	     "\"\\u00c0\\u00af\\u00ed\\u00a0\\u0080\\u00f4\\u0090\\u0080\\u0080\"",
	     "UTF-8 too long, of a surrogate, too large");
}

static void hex(enum vsys_hex which, const char *want, const char *name)
{
	struct vsys_text t = { .hex = (unsigned char)which };

	vsys_text_wide(&t, bytes, n);
	is_text(t.s, want, name);
	vsys_text_free(&t);
}

int main(void)
{
	ktap_plan(33);
	UNITS('a', 0xe4);
	hex(VSYS_HEX_NON_ASCII, "\"\\x0061\\x00e4\"", "hex of text that is not ASCII");
	hex(VSYS_HEX_ESCAPES, "\"a\303\244\"", "which needs no escape");
	UNITS('a', '\t');
	hex(VSYS_HEX_NON_ASCII, "\"a<U+0009>\"", "blanks are ASCII");
	hex(VSYS_HEX_ALL, "\"\\x0061\\x0009\"", "hex of all text");
	plain();
	hidden();
	utf8();
	return ktap_end();
}
