/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SETS_H
#define VSYSREAD_SETS_H

/* Globs of the calls in a set, ended by NULL; NULL if there is no such set. */
const char *const *call_set_find(const char *name);

#endif /* VSYSREAD_SETS_H */
