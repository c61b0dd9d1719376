/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SINKS_REPORT_H
#define VSYSREAD_SINKS_REPORT_H

#include "names.h"
#include "sink.h"

/* What a page shows at most: more would not open in a moment. */
enum {
	REPORT_SLICES = 256,		/* of the time line */
	REPORT_PROCESSES = 4096,
	REPORT_CALLS = 4096,
	REPORT_ERRORS = 20000,
	REPORT_OBJECTS = 20000,
	REPORT_SAMPLES = 20000,
	REPORT_POWERS = 44,		/* of two, of a latency in nanoseconds */
};

/* A process, or an address space of which that is not known; @name is escaped text. */
struct report_process {
	uint32_t vm, pid, ppid;
	bool known;
	char *name;
	uint64_t calls, errors, ns, first, last;
	uint32_t slices[REPORT_SLICES];
};

struct report_call {
	char *name;
	uint64_t calls, errors, timed, ns, max;
	uint64_t powers[REPORT_POWERS];
};

struct report_error {
	size_t call;
	char *name;
	uint64_t count;
};

struct report_object {
	size_t process;
	enum vsys_object_kind kind;
	char *name;
	uint64_t count;
};

struct report_sample {
	size_t process;
	uint64_t time, latency;
	char *text;
};

/**
 * struct report - sums of a trace, and some of its calls
 * @slice: length of a slice, doubled when time does not fit
 * @begin: time of the first call
 * @lost: events
 * @total: calls
 * @left: uses of objects beyond REPORT_OBJECTS
 * @unnamed: errors beyond REPORT_ERRORS kinds
 * @random: state of the choice of samples
 */
struct report {
	const struct sink_env *env;
	struct names process_names, call_names, error_names, object_names;
	struct report_process *processes;
	struct report_call *calls;
	struct report_error *errors;
	struct report_object *objects;
	struct report_sample *samples;
	size_t nprocesses, ncalls, nerrors, nobjects, nsamples;
	uint64_t slice, begin, end, lost, total, left, unnamed, random;
	struct vsys_text key, text, name;
};

/* Write the page.  Returns 0 or a negative errno. */
int report_write(struct report *s);

#endif /* VSYSREAD_SINKS_REPORT_H */
