/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_STREAM_VCPUS_H
#define VSYS_STREAM_VCPUS_H

#include <vsyscalls/vsyscalls.h>

enum {
	VSYS_STREAM_VCPUS_MAX = 4096,	/* vCPUs whose numbers are followed */
	VSYS_STREAM_VCPUS_SLOTS = 2 * VSYS_STREAM_VCPUS_MAX,
};

/* The events of a vCPU, as far as they are in a stream. */
struct vsys_stream_vcpu {
	uint32_t vm;
	uint16_t vcpu;
	struct vsys_account account;
};

/* Begin with all zero.  A slot has an index of @v plus one, or 0. */
struct vsys_stream_vcpus {
	struct vsys_stream_vcpu *v;
	unsigned int n, cap;
	uint16_t slots[VSYS_STREAM_VCPUS_SLOTS];
};

/* The source of a vCPU, new ones at the end of @s->v; NULL when there is no room. */
struct vsys_stream_vcpu *vsys_stream_vcpus_find(struct vsys_stream_vcpus *s, uint32_t vm, uint16_t vcpu);
void vsys_stream_vcpus_free(struct vsys_stream_vcpus *s);

/* A vCPU that is attached again, or a new machine, has a new ring. */
static inline bool vsys_stream_vcpu_anew(const struct vsys_record *rec)
{
	return rec->type == VSYS_REC_ATTACH && !rec->seq;
}

#endif /* VSYS_STREAM_VCPUS_H */
