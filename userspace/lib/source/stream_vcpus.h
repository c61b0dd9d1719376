/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_STREAM_VCPUS_H
#define VSYS_STREAM_VCPUS_H

#include <vsyscalls/vsyscalls.h>

#include "deltas.h"

enum {
	VSYS_STREAM_VCPUS_MAX = 4096,	/* vCPUs whose event numbers are checked */
	VSYS_STREAM_VCPUS_SLOTS = 2 * VSYS_STREAM_VCPUS_MAX,
};

struct vsys_task_ref;

/* A vCPU of a stream: the account of its events, its last values, or the task it runs. */
struct vsys_stream_vcpu {
	uint32_t vm;
	uint16_t vcpu;
	struct vsys_account account;
	struct vsys_deltas last;
	struct vsys_task_ref *task;	/* see decode/tasks.h */
};

/* All zero is empty.  A slot holds an index of @v plus one; 0: free. */
struct vsys_stream_vcpus {
	struct vsys_stream_vcpu *v;
	unsigned int n, cap;
	uint16_t slots[VSYS_STREAM_VCPUS_SLOTS];
};

/* Find a vCPU, or append it to @s->v; NULL: no room. */
struct vsys_stream_vcpu *vsys_stream_vcpus_find(struct vsys_stream_vcpus *s, uint32_t vm, uint16_t vcpu);
void vsys_stream_vcpus_free(struct vsys_stream_vcpus *s);

/* Whether @rec starts a new ring: a new machine, or a vCPU attached again. */
static inline bool vsys_stream_vcpu_anew(const struct vsys_record *rec)
{
	return rec->type == VSYS_REC_ATTACH && !rec->seq;
}

/* vsys_stream_begin() for a version of the stream */
void vsys_stream_header(struct vsys_text *t, const struct vsys_profiles *p, uint32_t version);

#endif /* VSYS_STREAM_VCPUS_H */
