// SPDX-License-Identifier: GPL-2.0
/* Strings are quoted and escaped as strace does. */
#include "ktap.h"
#include <vsyscalls/vsyscalls.h>

static void quote(const char *bytes, size_t n, const char *want, const char *name)
{
	struct vsys_text t = { 0 };

	vsys_text_quote(&t, bytes, n);
	is_text(t.s, want, name);
	vsys_text_free(&t);
}

/* Numbers of each length agree with printf(). */
static void numbers(void)
{
	struct vsys_text t = { 0 };
	unsigned int i, wrong = 0;
	char want[64];
	uint64_t v;

	for (i = 0; i < 64 * 3; i++) {
		v = (UINT64_C(1) << i / 3) - 1 + i % 3;
		vsys_text_reset(&t);
		vsys_text_hex(&t, v);
		vsys_text_char(&t, ' ');
		vsys_text_dec(&t, v);
		vsys_text_char(&t, ' ');
		vsys_text_hex(&t, v * UINT64_C(0x0123456789abcdef));
		vsys_text_printf(&t, " %03u", i);
		snprintf(want, sizeof(want), "0x%" PRIx64 " %" PRIu64 " 0x%" PRIx64 " %03u", v, v,
			 v * UINT64_C(0x0123456789abcdef), i);
		wrong += strcmp(t.s, want) != 0;
	}
	is_number(wrong, 0, "hex and decimal numbers of each length");
	vsys_text_free(&t);
}

/* Each byte at each place of a text of each length: where does the plain part end? */
static void plain(void)
{
	struct vsys_text t = { 0 };
	unsigned int c, n, at, wrong = 0;
	char bytes[20], *exact;
	size_t got, want;
	bool escape;

	for (c = 0; c < 256; c++)
		for (n = 1; n <= sizeof(bytes); n++)
			for (at = 0; at < n; at++) {
				escape = c < ' ' || c > '~' || c == '"' || c == '\\';
				memset(bytes, '~' - (int)(c % 7), sizeof(bytes));
				bytes[at] = (char)c;
				exact = memcpy(malloc(n), bytes, n);
				vsys_text_reset(&t);
				got = vsys_text_plain(&t, exact, n);
				want = escape ? at : n;
				wrong += got != want || t.len != want || memcmp(t.s, bytes, want);
				free(exact);
			}
	is_number(wrong, 0, "the plain part of a text");
	vsys_text_free(&t);
}

/* Text that failed stays as it is until it is reset. */
static void failure(void)
{
	struct vsys_text t = { 0 };

	vsys_text_bytes(&t, "", SIZE_MAX);
	vsys_text_char(&t, 'a');
	is_true(t.failed && !t.len, "no memory for the first bytes");
	vsys_text_reset(&t);
	vsys_text_put(&t, "abc");
	vsys_text_bytes(&t, "", SIZE_MAX);
	vsys_text_char(&t, 'd');
	vsys_text_printf(&t, "%d", 1);
	vsys_text_hex(&t, 1);
	is_text(t.s, "abc", "no memory for more");
	vsys_text_reset(&t);
	vsys_text_put(&t, "abcd");
	is_text(t.s, "abcd", "memory again");
	vsys_text_free(&t);
}

int main(void)
{
	struct vsys_text t = { 0 };
	unsigned int i;

	ktap_plan(17);
	numbers();
	plain();
	failure();
	quote("abc ~", 5, "\"abc ~\"", "printable as it is");
	quote("", 0, "\"\"", "empty");
	quote("\n\t\r\v\f", 5, "\"\\n\\t\\r\\v\\f\"", "letters where C has some");
	quote("\"\\", 2, "\"\\\"\\\\\"", "quote and backslash");
	quote("\0\1\33\177\377", 5, "\"\\0\\1\\33\\177\\377\"", "few octal digits");
	quote("\0" "07\1" "8\33" "7", 7, "\"\\00007\\18\\0337\"",
	      "three octal digits before an octal digit");
	quote("\a\b\303\244", 4, "\"\\7\\10\\303\\244\"", "no letter for bell, no UTF-8");

	vsys_text_hex(&t, UINT64_MAX);
	vsys_text_char(&t, ' ');
	vsys_text_hex(&t, 0);
	vsys_text_char(&t, ' ');
	vsys_text_dec(&t, UINT64_MAX);
	is_text(t.s, "0xffffffffffffffff 0x0 18446744073709551615", "numbers");
	vsys_text_reset(&t);
	is_text(t.s, "", "reset");
	for (i = 0; i < 100000; i++)
		vsys_text_put(&t, "abc");
	is_number(t.len, 300000, "growth");
	is_number(strlen(t.s), 300000, "growth keeps the NUL");
	is_true(!t.failed, "no failure");
	vsys_text_free(&t);
	return ktap_end();
}
