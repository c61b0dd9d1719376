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

int main(void)
{
	struct vsys_text t = { 0 };
	unsigned int i;

	ktap_plan(12);
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
