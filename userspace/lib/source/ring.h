/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_RING_H
#define VSYS_RING_H

#include <vsyscalls/vsyscalls.h>

/**
 * struct vsys_ring_view - the reader's side of one ring, wherever its memory is
 * @reader: page 0
 * @writer: page 1
 * @data: the records, twice in a row; NULL once all are read and the memory was unmapped
 * @bytes: size of the records' area, counted once
 * @vm: machine of the ring
 * @vcpu: its vCPU
 * @profile: its profile
 * @pos: position of the next record
 * @limit: the writer's position at the last snapshot
 * @key: merge key: the time of the next record, never decreasing
 * @closed: the writer had closed the ring at the last snapshot
 * @broken: the writer's position was invalid; nothing more is read
 * @account: counts of events read and lost
 * @last_writer, @last_reader: the pages as they were then
 * @tail: losses counted only in the writer's page
 * @report: callback for stream errors
 * @arg: its argument
 *
 * Nothing in the memory is trusted: positions and sizes are checked before
 * they are used, so a bad writer costs events, never memory safety.
 */
struct vsys_ring_view {
	struct vsys_ring_reader *reader;
	const struct vsys_ring_writer *writer;
	const unsigned char *data;
	uint64_t bytes;
	uint32_t vm;
	uint32_t vcpu;
	uint32_t profile;
	uint64_t pos;
	uint64_t limit;
	uint64_t key;
	bool closed;
	bool broken;
	struct vsys_account account;
	struct vsys_ring_writer last_writer;
	struct vsys_ring_reader last_reader;
	struct vsys_rec_lost tail;
	vsys_report_fn report;
	void *arg;
};

void vsys_ring_view_start(struct vsys_ring_view *ring);
void vsys_ring_view_snapshot(struct vsys_ring_view *ring);
const struct vsys_record *vsys_ring_view_peek(struct vsys_ring_view *ring);
void vsys_ring_view_pop(struct vsys_ring_view *ring, const struct vsys_record *rec);
void vsys_ring_view_release(struct vsys_ring_view *ring);
bool vsys_ring_view_gone(const struct vsys_ring_view *ring);
void vsys_ring_view_settle(struct vsys_ring_view *ring);

/* A merge by time of the records of @n rings, up to their snapshots. */
struct vsys_merge {
	struct vsys_ring_view **rings;
	unsigned int n;
	struct vsys_ring_view *run;		/* ring of the last record */
	uint64_t bound;			/* the other rings have no record before this time */
	bool bounded;
};

void vsys_merge_start(struct vsys_merge *m);
const struct vsys_record *vsys_merge_next(struct vsys_merge *m);

#endif /* VSYS_RING_H */
