// SPDX-License-Identifier: GPL-2.0
/* Format sets of small numbers: signals, descriptors, CPUs. */
#include <string.h>

#include "decode.h"

enum {
	NR_SIGNALS = 64,
	RT_SIGNALS = 32,	/* the first of them */
};

/* A set of most signals is written as what it lacks. */
void vsys_put_sigset(struct vsys_text *t, const struct vsys_set *signals, uint64_t mask)
{
	bool invert = __builtin_popcountll(mask) > NR_SIGNALS / 2;
	const char *name, *separator = "";
	unsigned int nr;

	if (invert)
		mask = ~mask;
	vsys_text_put(t, invert ? "~[" : "[");
	for (nr = 1; nr <= NR_SIGNALS; nr++) {
		if (!(mask >> (nr - 1) & 1))
			continue;
		vsys_text_put(t, separator);
		separator = " ";
		name = signals ? vsys_set_name(signals, nr) : NULL;
		if (name)
			vsys_text_put(t, strncmp(name, "SIG", 3) ? name : name + 3);
		else if (nr >= RT_SIGNALS)
			vsys_text_printf(t, "RT_%u", nr - RT_SIGNALS);
		else
			vsys_text_dec(t, nr);
	}
	vsys_text_char(t, ']');
}

void vsys_put_bits(struct vsys_text *t, const struct vsys_bytes *b, bool descriptors)
{
	struct vsys_value how = { .cls = descriptors ? VSYS_CL_FD : VSYS_CL_UINT };
	unsigned int shown = 0;
	size_t nr;

	vsys_text_char(t, '[');
	for (nr = 0; nr < 8 * b->n; nr++) {
		if (!(b->p[nr / 8] >> nr % 8 & 1))
			continue;
		if (shown)
			vsys_text_char(t, ' ');
		if (shown++ == b->elements) {
			vsys_text_put(t, "...");
			break;
		}
		vsys_put_value(t, &how, nr);
	}
	vsys_text_char(t, ']');
}
