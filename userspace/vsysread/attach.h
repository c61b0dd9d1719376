/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_ATTACH_H
#define VSYSREAD_ATTACH_H

#include "identify.h"

struct trace;

/* A machine, its profile, and whether that was found. */
struct attached {
	uint32_t vm;
	uint32_t profile;
	bool found;
};

/**
 * struct attaches - which machines a trace is attached to
 * @tr: the trace
 * @v: the library's trace
 * @id: finds out what runs in machines, NULL if that is not wanted
 * @find: profiles of targets that name none are found in their memory
 * @any: a machine was attached
 * @left: machines named by -p or -d that are to be attached when their system is known
 * @vm: machines that were seen, @n of them
 * @n: number of @vm
 */
struct attaches {
	struct trace *tr;
	struct vsys_trace *v;
	struct identifier *id;
	bool find;
	bool any;
	unsigned int left;
	struct attached *vm;
	unsigned int n;
};

/* Is the profile of any machine to be found?  @info is of the device. */
bool attach_finds(const struct options *o, const struct vsys_info *info);

/* Attach the machines whose profile is given, and look for the others. */
int attach_start(struct attaches *a);

/* A record of the trace, which may be of a machine that is new, or booted another system. */
void attach_record(struct attaches *a, const struct vsys_record *rec);

/* Attach the machines whose system was found.  Returns 0, or an error that was printed. */
int attach_update(struct attaches *a);

/* Were all machines attached that ran at the begin, and could be? */
bool attach_settled(const struct attaches *a);

/* May machines still be attached, though others may have ended? */
bool attach_open(const struct attaches *a);

/* Was none attached, and will none be? */
bool attach_none(const struct attaches *a);

void attach_free(struct attaches *a);

#endif /* VSYSREAD_ATTACH_H */
