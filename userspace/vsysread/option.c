// SPDX-License-Identifier: GPL-2.0
/* Parsing of option arguments. */
#include <errno.h>
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
	unsigned long long v;
	char *end;

	errno = 0;
	if (*s < '0' || *s > '9')
		return false;
	v = strtoull(s, &end, 0);
	if (errno)
		return false;
	if (suffix && (*end == 'K' || *end == 'k') && v <= UINT64_MAX >> 10) {
		v <<= 10;
		end++;
	} else if (suffix && *end == 'M' && v <= UINT64_MAX >> 20) {
		v <<= 20;
		end++;
	} else if (suffix && *end == 'G' && v <= UINT64_MAX >> 30) {
		v <<= 30;
		end++;
	}
	*out = v;
	return !*end && v >= min && v <= max;
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
