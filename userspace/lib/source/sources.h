/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_SOURCES_H
#define VSYS_SOURCES_H

#include <vsyscalls/vsyscalls.h>

enum {
	VSYS_SOURCES_MAX = 4096,	/* vCPUs whose numbers are followed */
	VSYS_SOURCES_SLOTS = 2 * VSYS_SOURCES_MAX,
};

/* The events of a vCPU, as far as they are in a stream. */
struct vsys_source {
	uint32_t vm;
	uint16_t vcpu;
	struct vsys_account account;
};

/* Begin with all zero.  A slot has an index of @v plus one, or 0. */
struct vsys_sources {
	struct vsys_source *v;
	unsigned int n, cap;
	uint16_t slots[VSYS_SOURCES_SLOTS];
};

/* The source of a vCPU, new ones at the end of @s->v; NULL when there is no room. */
struct vsys_source *vsys_sources_find(struct vsys_sources *s, uint32_t vm, uint16_t vcpu);
void vsys_sources_free(struct vsys_sources *s);

/* A vCPU that is attached again, or a new machine, has a new ring. */
static inline bool vsys_source_anew(const struct vsys_record *rec)
{
	return rec->type == VSYS_REC_ATTACH && !rec->seq;
}

#endif /* VSYS_SOURCES_H */
