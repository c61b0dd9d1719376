// SPDX-License-Identifier: GPL-2.0
/* Parsing of option arguments. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "option.h"

int options_wrong(const char *fmt, ...)
{
	va_list ap;

	fputs("vsysread: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("\nTry 'vsysread --help'.\n", stderr);
	return EXIT_USAGE;
}

bool options_number(const char *s, uint64_t min, uint64_t max, bool suffix, uint64_t *out)
{
	const char *end;
	unsigned int shift = 0;
	uint64_t v;

	if (!vsys_number_parse(s, &v, &end))
		return false;
	if (suffix && *end)
		shift = *end == 'K' || *end == 'k' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
	if (shift && v > UINT64_MAX >> shift)
		return false;
	end += shift != 0;
	*out = v << shift;
	return !*end && *out >= min && *out <= max;
}

bool options_seconds(const char *s, double *out)
{
	char *end;

	*out = strtod(s, &end);
	return end != s && !*end && *out > 0 && *out < 1e9;
}

int options_word(const char *word, const char *const *words)
{
	int i;

	for (i = 0; words[i]; i++)
		if (!strcmp(word, words[i]))
			return i;
	return -1;
}
