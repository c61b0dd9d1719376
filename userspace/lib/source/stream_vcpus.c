// SPDX-License-Identifier: GPL-2.0
/* Find the vCPU of a record in a stream: a hash table. */
#include <stdlib.h>
#include <string.h>

#include "stream_vcpus.h"

static struct vsys_stream_vcpu *add_vcpu(struct vsys_stream_vcpus *s)
{
	unsigned int cap = s->cap ? 2 * s->cap : 16;
	void *v;

	if (s->n == VSYS_STREAM_VCPUS_MAX)
		return NULL;
	if (s->n == s->cap) {
		v = realloc(s->v, cap * sizeof(*s->v));
		if (!v)
			return NULL;
		s->v = v;
		s->cap = cap;
	}
	memset(&s->v[s->n], 0, sizeof(*s->v));
	return &s->v[s->n++];
}

struct vsys_stream_vcpu *vsys_stream_vcpus_find(struct vsys_stream_vcpus *s, uint32_t vm, uint16_t vcpu)
{
	uint32_t i = (vm * UINT32_C(0x9e3779b1) + vcpu) % VSYS_STREAM_VCPUS_SLOTS;
	struct vsys_stream_vcpu *at;

	/* Ends at a free slot: at least half are free. */
	for (; s->slots[i]; i = (i + 1) % VSYS_STREAM_VCPUS_SLOTS) {
		at = &s->v[s->slots[i] - 1];
		if (at->vm == vm && at->vcpu == vcpu)
			return at;
	}
	at = add_vcpu(s);
	if (!at)
		return NULL;
	s->slots[i] = (uint16_t)s->n;
	at->vm = vm;
	at->vcpu = vcpu;
	return at;
}

void vsys_stream_vcpus_free(struct vsys_stream_vcpus *s)
{
	free(s->v);
}
