/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_INJECT_H
#define VSYSREAD_INJECT_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/vsyscalls.h>
#include <linux/vsyscalls_edit.h>

struct options;
struct vsys_device;
struct vsys_profiles;

/**
 * struct inject - an -e inject=
 * @next: the next on the command line, or NULL
 * @text: the argument
 * @calls: copy of @text, cut at ':'; begins with the call list
 * @answer: the one of @acts that sets the call's result, or NULL
 * @error: name of the error that is the result, or NULL
 * @result: the result; of @error only after inject_install()
 * @path: pattern for a string, or NULL
 * @first: when=, see struct vsys_rule
 * @last: likewise
 * @step: likewise
 * @ntasks: number of @tasks
 * @tasks: conditions on callers
 * @nacts: number of @acts
 * @acts: what to do
 * @nrules: number of @rules
 * @rules: ids of the module's rules, after inject_install()
 */
struct inject {
	struct inject *next;
	const char *kind;	/* of -e: inject, fault */
	const char *text;
	char *calls;
	struct vsys_act *answer;
	const char *error;
	uint64_t result;
	const char *path;
	uint64_t first, last, step;
	unsigned int ntasks;
	struct vsys_task_cond tasks[VSYS_TASK_CONDS_MAX];
	unsigned int nacts;
	struct vsys_act acts[VSYS_ACTS_MAX];
	unsigned int nrules;
	uint64_t rules[VSYS_ABI_NR];
};

/* Parse the argument of -e inject= and append it to @o.  Returns as option_def.set. */
int inject_add(struct options *o, char *arg);

/* The same of -e fault=, whose calls fail with ENOSYS unless it says otherwise. */
int inject_add_fault(struct options *o, char *arg);

/* Free all of @o. */
void inject_free(struct options *o);

/* Make the session's rules.  Returns 0, or -1 after a report. */
int inject_install(struct options *o, const struct vsys_profiles *profiles,
		   const bool *used, struct vsys_device *d);

/* Print how often the rules acted.  Returns false if one failed. */
bool inject_totals(const struct options *o, struct vsys_device *d);

#endif /* VSYSREAD_INJECT_H */
