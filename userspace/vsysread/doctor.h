/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_DOCTOR_H
#define VSYSREAD_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

enum verdict {
	GOOD,
	NOTE,		/* worth knowing */
	BAD,		/* prevents tracing */
};

/* The result of a check: a line about the host, empty if there is none, and one of advice. */
struct finding {
	enum verdict verdict;
	char what[256];
	char todo[512];
};

struct check {
	const char *name;
	void (*look)(struct finding *f);
};

extern const struct check host_checks[];	/* the last has no name */

/* vsysread doctor.  Returns the exit status. */
int doctor(int argc, char **argv);

#endif /* VSYSREAD_DOCTOR_H */
