/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_GUESTS_H
#define VSYSREAD_GUESTS_H

#include <stdbool.h>

struct options;

/* vsysread --identify: print what runs in the machines.  Returns the exit status. */
int guests_identify(const struct options *o);

/* vsysread ps: list the processes and threads of the machines. */
int guests_ps(const struct options *o);

/* -P auto: set the profiles of targets that name none.  Returns false after a report. */
bool guests_profiles(struct options *o);

#endif /* VSYSREAD_GUESTS_H */
