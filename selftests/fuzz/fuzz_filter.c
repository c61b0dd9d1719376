// SPDX-License-Identifier: GPL-2.0
/* Any text for -e, repeated: each line is an argument. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "option.h"
#include "wanted.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void pass(const struct vsys_callsets *c, unsigned int profiles)
{
	struct vsys_rec_entry e = { .r = { .size = sizeof(e), .type = VSYS_REC_ENTRY } };
	struct vsys_number_set set;
	unsigned int i;
	bool exact;

	for (i = 0; i < VSYS_ABI_NR; i++)
		vsys_callsets_get(c, i, &set, &exact);
	for (i = 0; i < 64; i++) {
		e.r.profile = i % (profiles + 1);
		e.r.abi = (uint8_t)(i % 7);
		e.r.nr = i * 131 % VSYS_FILTER_NUMBERS;
		vsys_callsets_pass(c, &e.r);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "linux_x86_64", "alien" };
	const bool used[] = { true, false };
	struct vsys_profiles profiles = { 0 };
	struct options o = { 0 };
	char *text = malloc(size + 1), *save, *line;
	struct vsys_callsets *c;
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
	c = line ? NULL : wanted_calls(o.exprs, o.nexprs, &profiles, used);
	if (c)
		pass(c, profiles.n);
	vsys_callsets_free(c);
	options_free(&o);
	vsys_profiles_free(&profiles);
	free(text);
	return 0;
}
