// SPDX-License-Identifier: GPL-2.0
/* Whatever -e is given, more than once: lines are arguments. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void pass(const struct filter *f, unsigned int profiles)
{
	struct vsys_rec_entry e = { .r = { .size = sizeof(e), .type = VSYS_REC_ENTRY } };
	unsigned int i;

	for (i = 0; i < 64; i++) {
		e.r.profile = i % (profiles + 1);
		e.r.abi = (uint8_t)(i % 7);
		e.r.nr = i * 131 % VSYS_FILTER_NUMBERS;
		filter_passes(f, &e.r);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "linux_x86_64", "alien" };
	const bool used[] = { true, false };
	struct vsys_profiles profiles = { 0 };
	struct options o = { 0 };
	char *text = malloc(size + 1), *save, *line;
	static FILE *null;
	struct filter *f;
	unsigned int i;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	/* The negative control of check.sh. */
	if (size > 8 && getenv("FUZZ_CONTROL"))
		free((void *)data);
	for (i = 0; i < 2; i++)
		vsys_profiles_add(&profiles, names[i]);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (opt_expr(&o, line) != OPTION_GOOD)
			break;
	f = line ? NULL : filter_new(o.exprs, o.nexprs, &profiles, used);
	if (!null)
		null = fopen("/dev/null", "we");
	if (f) {
		pass(f, profiles.n);
		filter_explain(f, null, true);
	}
	filter_free(f);
	options_free(&o);
	vsys_profiles_free(&profiles);
	free(text);
	return 0;
}
