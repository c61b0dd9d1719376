// SPDX-License-Identifier: GPL-2.0
/* Events that were not sent to a stream, by ring. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gap.h"
#include "json_put.h"

int gaps_add(struct gaps *g, const struct gap *one)
{
	struct gap *gap;
	size_t i, room = g->room ? 2 * g->room : 16;

	for (i = 0; i < g->n && (g->gaps[i].vm != one->vm || g->gaps[i].vcpu != one->vcpu); i++)
		;
	if (i == g->room) {
		gap = realloc(g->gaps, room * sizeof(*gap));
		if (!gap)
			return -ENOMEM;
		g->gaps = gap;
		g->room = room;
	}
	gap = &g->gaps[i];
	if (i == g->n) {
		g->n++;
		*gap = *one;
		return 0;
	}
	if (one->first < gap->first)
		gap->first = one->first;
	if (one->last > gap->last)
		gap->last = one->last;
	gap->time = one->time;
	gap->count += one->count;
	return 0;
}

void gaps_free(struct gaps *g)
{
	free(g->gaps);
	memset(g, 0, sizeof(*g));
}

void event_id(struct vsys_text *t, const char *session, const struct gap *one)
{
	vsys_text_printf(t, "%s-%" PRIu32 ".%u.%" PRIx64 ".%" PRIx64, session, one->vm, one->vcpu,
			 one->first, one->time);
}

bool gap_of_id(struct gap *gap, const char *id)
{
	const char *s = strchr(id, '-');

	memset(gap, 0, sizeof(*gap));
	if (!s || sscanf(s, "-%" SCNu32 ".%" SCNu16 ".%" SCNx64 ".%" SCNx64, &gap->vm, &gap->vcpu,
			 &gap->first, &gap->time) != 4)
		return false;
	gap->last = gap->first;
	gap->count = 1;
	return true;
}

void gap_json(struct vsys_text *t, const struct gap *gap, const char *reason)
{
	vsys_text_char(t, '{');
	json_string(t, "type", "gap");
	json_number(t, "vm", gap->vm);
	json_number(t, "vcpu", gap->vcpu);
	json_hex(t, "time", gap->time);
	json_hex(t, "seq", gap->first);
	json_string(t, "profile", "unknown");
	json_string(t, "reason", reason);
	json_hex(t, "last", gap->last);
	json_hex(t, "count", gap->count);
	json_end(t);
}
