/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_CALLERS_H
#define VSYSREAD_CALLERS_H

#include <linux/vsyscalls.h>
#include <vsyscalls/vsyscalls.h>

struct options;

/* Which callers does the command line want: -e pid=, tid=, comm=, uid=, tree=, container=? */

/* Is this, of @n characters, such a kind? */
bool callers_has(const char *kind, size_t n);

/*
 * Add the conditions of an expression to the *@n of @conds: @kind is up to a '=', @arg the
 * rest, which is cut.  Returns as option_def.set.
 */
int callers_add(struct vsys_task_cond conds[VSYS_TASK_CONDS_MAX], unsigned int *n,
		const char *kind, char *arg);

struct callers_process {
	uint32_t vm, pid, root;
	uint64_t start;
	bool in;		/* in the tree of @root */
};

/* Processes of trees that a recording has shown so far; all zero at first. */
struct callers_trees {
	struct callers_process *v;
	size_t n, cap;
};

void callers_trees_free(struct callers_trees *t);

/* Is the call one of these, as the module would decide it?  A caller that is not known is none. */
bool callers_want(const struct options *o, struct callers_trees *trees,
		  const struct vsys_task *task);

#endif /* VSYSREAD_CALLERS_H */
