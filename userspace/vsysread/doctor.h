/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_DOCTOR_H
#define VSYSREAD_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

enum verdict {
	GOOD,
	NOTE,		/* worth knowing */
	BAD,		/* tracing does not work */
};

/* What a check finds: one line of what is so, and of what to do about it. */
struct finding {
	enum verdict verdict;
	char what[256];
	char todo[512];
};

struct check {
	const char *name;
	void (*look)(struct finding *f);
};

extern const struct check host_checks[];	/* ends with one without name */

/* vsysread doctor; returns what to exit with. */
int doctor(int argc, char **argv);

#endif /* VSYSREAD_DOCTOR_H */
