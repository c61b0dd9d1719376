/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SUMMARY_H
#define VSYSREAD_SUMMARY_H

#include <vsyscalls/vsyscalls.h>
#include "options.h"

enum {
	HISTOGRAM_ROWS = 64,	/* one for each power of two */
	SUMMARY_NAME = 512,	/* longest title of a row, with a NUL */
};

/**
 * struct summary_row - sums over the calls that --by does not keep apart
 * @table: of their profile
 * @proto: the call; NULL if unknown, or without BY_CALL
 * @nr: its number
 * @vm: process of the machine, 0 if not kept apart
 * @space: vsys_rec_entry.space; UINT64_MAX if unknown, 0 if not kept apart
 * @pid: process of the guest; 0 if unknown, or not kept apart
 * @process: its name at the first call, escaped: 15 bytes may be 60
 * @abi: enum vsys_abi
 * @used: the slot holds a row
 * @unpaired: returns of which nothing else is known
 * @order: number of the row, in the order of their first calls
 * @calls: number of calls
 * @errors: number of calls that failed
 * @timed: number of calls with entry and return
 * @nsecs: time of those, in nanoseconds
 * @max: time of the longest
 * @histogram: HISTOGRAM_ROWS counts, NULL if not asked for
 */
struct summary_row {
	const struct vsys_table *table;
	const struct vsys_proto *proto;
	uint32_t nr;
	uint32_t vm;
	uint64_t space;
	uint32_t pid;
	char process[64];
	uint8_t abi;
	bool used;
	bool unpaired;
	uint64_t order;
	uint64_t calls, errors, timed, nsecs, max;
	uint64_t *histogram;
};

struct summary;

/*
 * @histogram is needed for percentiles, @notes for names of machines, NULL for the device.  NULL when
 * memory runs out.
 */
struct summary *summary_new(const struct options *o, const struct vsys_notes *notes, bool histogram);
void summary_free(struct summary *s);

/* Count a call of the profile with @table, NULL if unknown.  Returns 0 or -ENOMEM. */
int summary_add(struct summary *s, const struct vsys_table *table,
		const struct vsys_call_event *ev);

/*
 * Sort the rows and return how many there are.  Then no call can be added until
 * summary_reset(), which removes all rows.
 */
size_t summary_sort(struct summary *s, enum order order);
const struct summary_row *summary_row(const struct summary *s, size_t i);
void summary_reset(struct summary *s);

/* What rows stand for. */
const char *summary_heading(const struct options *o);

/* The title of a row: "vm 7 web 87 cat read (linux_i386)". */
void summary_name(struct summary *s, const struct summary_row *row, char *buf, size_t n);

/* The nanoseconds that @percent percent of the calls took at most. */
uint64_t summary_percentile(const struct summary_row *row, unsigned int percent);

#endif /* VSYSREAD_SUMMARY_H */
