// SPDX-License-Identifier: GPL-2.0
/* Members of records as differences: docs/recorded.md. */
#include "ktap.h"
#include "records.h"
#include "source/deltas.h"

static struct rec r, copy;

/* Each type, whole and cut off, with any values: what is decoded is what was encoded. */
static void round_trip(void)
{
	struct vsys_deltas out = { 0 }, in = { 0 };
	uint64_t state = 88172645463325252;
	struct vsys_record *h = rec_head(&r);
	unsigned int i, b, wrong = 0;

	for (i = 0; i < 100000; i++) {
		for (b = 0; b < 256; b++) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			r.b[b] = (unsigned char)(state >> 32);
		}
		h->size = (uint32_t)(40 + state % 28 * 8);
		h->type = (uint16_t)(state >> 8 & 15);
		memcpy(copy.b, r.b, 256);
		vsys_deltas_encode(&out, h);
		vsys_deltas_decode(&in, h);
		wrong += memcmp(copy.b, r.b, 256) != 0;
	}
	is_number(wrong, 0, "decoding undoes encoding");
	is_true(!memcmp(&out, &in, sizeof(in)), "both sides remember the same");
}

/* A call and its return, after other calls. */
static void usual(void)
{
	struct vsys_rec_entry *e = (void *)r.b;
	struct vsys_rec_return *ret = (void *)r.b;
	struct vsys_deltas last = { .seq = 10, .time = 1000, .call = 5, .began = 900 };
	const uint64_t args[1] = { 3 };

	rec_entry(&r, 0, 6, 1, args);
	e->r.seq = 10;
	e->r.time = 1100;
	vsys_deltas_encode(&last, &e->r);
	is_number(e->r.seq, 0, "no gap is 0");
	is_number(e->r.time, 100, "time since the record before");
	is_number(e->call, 1, "the next call");
	rec_return(&r, 0, 6, 0);
	ret->r.seq = 11;
	ret->r.time = 1150;
	ret->latency = 50;
	vsys_deltas_encode(&last, &ret->r);
	is_number(ret->call, 0, "the return of the last call");
	is_number(ret->latency, 0, "its latency is known from the times");
	is_number(ret->r.time, 50, "its time");
}

int main(void)
{
	ktap_plan(8);
	round_trip();
	usual();
	return ktap_end();
}
