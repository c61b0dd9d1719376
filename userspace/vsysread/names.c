// SPDX-License-Identifier: GPL-2.0
/* Number texts that come again and again. */
#include <search.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"

struct name {
	uint64_t number;
	const char *text;	/* points to @copy but in the key of a look */
	char copy[];
};

static int order(const void *a, const void *b)
{
	return strcmp(((const struct name *)a)->text, ((const struct name *)b)->text);
}

uint64_t names_number(struct names *names, const char *text, bool *fresh)
{
	return names_limited(names, text, UINT64_MAX, fresh);
}

uint64_t names_limited(struct names *names, const char *text, uint64_t limit, bool *fresh)
{
	const struct name key = { .text = text };
	struct name *const *at = tfind(&key, &names->tree, order), *new;

	*fresh = !at && names->n < limit;
	if (at)
		return (*at)->number;
	if (!*fresh)
		return limit + 1;
	new = malloc(sizeof(*new) + strlen(text) + 1);
	if (!new)
		return 0;
	strcpy(new->copy, text);
	new->text = new->copy;
	new->number = names->n + 1;
	if (!tsearch(new, &names->tree, order)) {
		free(new);
		return 0;
	}
	return ++names->n;
}

void names_free(struct names *names)
{
	tdestroy(names->tree, free);
}
