/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_DELTAS_H
#define VSYS_DELTAS_H

#include <stdint.h>

struct vsys_record;

/**
 * struct vsys_deltas - the last values of a vCPU in a recorded file, all zero at first
 * @seq: number of its next event
 * @time: time of its last record
 * @call: id of its last call
 * @began: time of the entry of that call
 */
struct vsys_deltas {
	uint64_t seq;
	uint64_t time;
	uint64_t call;
	uint64_t began;
};

/*
 * Replace the members of a record that grow with time by their distance from the last
 * values, and back: docs/recorded.md.  @rec was accepted by vsys_record_frame().
 */
void vsys_deltas_encode(struct vsys_deltas *last, struct vsys_record *rec);
void vsys_deltas_decode(struct vsys_deltas *last, struct vsys_record *rec);

#endif /* VSYS_DELTAS_H */
