/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_STRACE_H
#define VSYSREAD_STRACE_H

#include <stddef.h>

struct options;

/* Print what to use in place of an unknown option: its @letter, or a @word that begins with --. */
void strace_option(int letter, const char *word);

/* -e @kind=@arg, the kind being the first @n bytes, if vsysread itself has none.  As option_def.set. */
int strace_kind(struct options *o, const char *kind, size_t n, const char *arg);

#endif /* VSYSREAD_STRACE_H */
