/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_OPTIONS_H
#define VSYSREAD_OPTIONS_H

#include <vsyscalls/held.h>

enum mode {
	MODE_TEXT,
	MODE_JSON,
	MODE_SUMMARY,
	MODE_RECORD,
	MODE_CONVERT,
	MODE_TOP,
};

/* What a row of the sums stands for, bits. */
enum {
	BY_CALL = 1 << 0,
	BY_VM = 1 << 1,
	BY_SPACE = 1 << 2,
};

/* Order of the sums, as the words of -S. */
enum order {
	ORDER_TIME,
	ORDER_CALLS,
	ORDER_ERRORS,
	ORDER_NAME,
	ORDER_MAX,
	ORDER_NONE,
};

/* As the words of --color. */
enum color {
	COLOR_ALWAYS,
	COLOR_NEVER,
	COLOR_AUTO,
};

enum {
	EXIT_OK = 0,
	EXIT_ERROR = 1,
	EXIT_USAGE = 2,
	EXIT_LOST = 3,		/* with --fail-on-lost */
	MAX_TARGETS = 256,
	MAX_EXPRS = 64,
	MAX_SPACES = 256,
	MAX_INJECTS = VSYS_RULES_MAX,
	INJECT_ABIS = VSYS_ABI_NR,
	MAX_VCPUS = 65536,	/* what vsys_record.vcpu can say */
};

/* How a call ended, bits. */
enum {
	STATUS_SUCCESSFUL = 1 << 0,
	STATUS_FAILED = 1 << 1,
	STATUS_UNFINISHED = 1 << 2,
	STATUS_ALL = STATUS_SUCCESSFUL | STATUS_FAILED | STATUS_UNFINISHED,
};

/**
 * struct target - a machine to trace
 * @pid: of the process that runs it, 0 for all machines
 * @name: QEMU's -name, from which @pid is found, or NULL
 * @profile: name, or NULL for the one it has already, or the module's default
 */
struct target {
	pid_t pid;
	const char *name;
	const char *profile;
};

/**
 * struct inject - an -e inject=
 * @text: as it was given
 * @calls: of it, which; it is in pieces behind that
 * @answer: of @acts, the one that has the call's result, or NULL
 * @error: the result is this error, or NULL
 * @result: or this; after inject_install() that of @error
 * @path: pattern for a string, or NULL
 * @first: when=, see struct vsys_rule
 * @last: likewise
 * @step: likewise
 * @nacts: number of @acts
 * @acts: what to do
 * @nrules: number of @rules
 * @rules: ids, after inject_install()
 */
struct inject {
	const char *text;
	char *calls;
	struct vsys_act *answer;
	const char *error;
	uint64_t result;
	const char *path;
	uint64_t first, last, step;
	unsigned int nacts;
	struct vsys_act acts[VSYS_ACTS_MAX];
	unsigned int nrules;
	uint64_t rules[INJECT_ABIS];
};

/**
 * struct options - what the command line asks for
 * @path: the device, a file, or "-"
 * @targets: machines, @ntargets of them, at least one
 * @profile: of those for which nothing else is said, or NULL
 * @doors: mask of the doors to trap, 0 for the profile's
 * @exprs: arguments of -e trace=, @nexprs of them
 * @injects: -e inject=, @ninjects of them
 * @status: mask of STATUS_*, 0 for all
 * @spaces: address spaces to show, or to hide if @hide_spaces; @nspaces of them
 * @vcpus: a bit for each vCPU to show, if @has_vcpus
 * @mode: what is written
 * @output: file to write to, NULL for standard output
 * @to: the form to convert to, of MODE_CONVERT
 * @record: file to record to, of MODE_RECORD
 * @input: a recorded file that is @path, or NULL
 * @max_size: bytes of @record, 0 for any number
 * @rotate: how many full ones of it are kept
 * @setup: ring and capture sizes; used if @has_setup
 * @count: stop after so many calls, 0 for never
 * @seconds: stop after this time, 0 for never
 * @ready_fd: to be written to when attached, -1 for none
 * @ready_file: likewise
 * @latency: add the time that a call took
 * @timestamps: how many -t
 * @relative: -r
 * @numbers: of calls
 * @whole: a line for each call, no <unfinished ...>
 * @style: of values with names
 * @limit: bytes to show of a string
 * @color: when
 * @quiet: no totals
 * @summary_too: besides lines
 * @order: of the sums
 * @by: mask of BY_*, what a row stands for
 * @wall_clock: said for what is so without it
 * @histogram: of each row
 * @interval: of top, seconds
 * @all: all machines, said explicitly
 * @wait: for machines that are not there yet
 * @list: of machines, and no more
 * @explain: what is filtered where, and no more
 * @fail_on_lost: lost events are an error
 * @allow_rewrite: -e inject= may be
 * @device_only: an option that needs the device
 */
struct options {
	const char *path;
	struct target targets[MAX_TARGETS];
	unsigned int ntargets;
	const char *profile;
	uint32_t doors;
	const char *exprs[MAX_EXPRS];
	unsigned int nexprs;
	struct inject injects[MAX_INJECTS];
	unsigned int ninjects;
	unsigned int status;
	uint64_t spaces[MAX_SPACES];
	unsigned int nspaces;
	bool hide_spaces;
	unsigned char vcpus[MAX_VCPUS / 8];
	bool has_vcpus;
	enum mode mode;
	const char *output;
	const char *to;
	const char *record;
	const char *input;
	uint64_t max_size;
	unsigned int rotate;
	struct vsys_setup setup;
	bool has_setup;
	uint64_t count;
	double seconds;
	int ready_fd;
	const char *ready_file;
	bool verbose;
	bool until_gone;
	bool stats;
	bool by_read;
	bool latency;
	int timestamps;
	bool relative;
	bool numbers;
	bool whole;
	enum vsys_style style;
	size_t limit;
	enum color color;
	bool quiet;
	bool summary_too;
	enum order order;
	unsigned int by;
	bool wall_clock;
	bool histogram;
	double interval;
	bool all;
	bool wait;
	bool list;
	bool explain;
	bool fail_on_lost;
	bool allow_rewrite;
	bool list_profiles;
	const char *device_only;
};

/**
 * struct option_def - an option, made from options.tbl
 * @letter: its short form, or 0
 * @name: its long form
 * @arg: no_argument, required_argument or optional_argument
 * @set: takes it; @arg is NULL if there is none; returns OPTION_GOOD or the
 *       status to exit with
 */
struct option_def {
	char letter;
	const char *name;
	int arg;
	int (*set)(struct options *o, char *arg);
};

enum { OPTION_GOOD = -1 };

extern const struct option_def option_defs[];	/* ends with one without name */
extern const char option_help[];

/* Returns OPTION_GOOD, else the status to exit with.  @mode: unless told otherwise. */
int options_parse(struct options *o, int argc, char **argv, enum mode mode);

/* -e inject=ARG.  Returns as options_parse(). */
int inject_add(struct options *o, char *arg);

/* What these have allocated; also after options_parse() has failed. */
void inject_free(struct options *o);

/* What is written; there is one of it.  Returns as options_parse(). */
int options_mode(struct options *o, enum mode mode);

/* Say what is wrong with the command line; returns EXIT_USAGE. */
__attribute__((format(printf, 1, 2)))
int options_wrong(const char *fmt, ...);

/* An option that takes nothing and sets a member to true. */
#define OPTION_FLAG(option, member)				\
	int opt_##option(struct options *o, char *arg)		\
	{							\
		(void)arg;					\
		o->member = true;				\
		return OPTION_GOOD;				\
	}

/* The same for one that needs the device. */
#define OPTION_DEVICE_FLAG(option, member, name)		\
	int opt_##option(struct options *o, char *arg)		\
	{							\
		(void)arg;					\
		o->member = true;				\
		o->device_only = name;				\
		return OPTION_GOOD;				\
	}

/* Which of the @words, ended by NULL; -1 for none. */
int options_word(const char *word, const char *const *words);

/* Seconds, more than 0, less than 1e9. */
bool options_seconds(const char *s, double *out);

/* A whole number in [@min, @max], with K, M or G if @suffix. */
bool options_number(const char *s, uint64_t min, uint64_t max, bool suffix, uint64_t *out);

#include "generated/optdefs.h"

#endif /* VSYSREAD_OPTIONS_H */
