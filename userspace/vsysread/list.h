/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_LIST_H
#define VSYSREAD_LIST_H

struct options;

/* Each prints a list and returns what to exit with. */
int list_profiles(const char *path);
int list_machines(const struct options *o);

#endif /* VSYSREAD_LIST_H */
