/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_OPTIONS_H
#define VSYSREAD_OPTIONS_H

#include "lib/vsyscalls.h"

enum mode {
	MODE_TEXT,
	MODE_JSON,
	MODE_SUMMARY,
	MODE_RECORD,
};

enum {
	EXIT_OK = 0,
	EXIT_ERROR = 1,
	EXIT_USAGE = 2,
	MAX_TARGETS = 256,
	MAX_EXPRS = 64,
};

/**
 * struct target - a machine to trace
 * @pid: of the process that runs it, 0 for all machines
 * @profile: name, or NULL for the one it has already, or the module's default
 */
struct target {
	pid_t pid;
	const char *profile;
};

/**
 * struct options - what the command line asks for
 * @path: the device, a file, or "-"
 * @targets: machines, @ntargets of them, at least one
 * @profile: of those for which nothing else is said, or NULL
 * @doors: mask of the doors to trap, 0 for the profile's
 * @exprs: arguments of -e, @nexprs of them
 * @mode: what is written
 * @output: file to write to, NULL for standard output
 * @record: file to record to, of MODE_RECORD
 * @input: a recorded file that is @path, or NULL
 * @max_size: bytes of @record, 0 for any number
 * @rotate: how many full ones of it are kept
 * @setup: ring and capture sizes; used if @has_setup
 * @count: stop after so many calls, 0 for never
 * @seconds: stop after this time, 0 for never
 * @ready_fd: to be written to when attached, -1 for none
 * @ready_file: likewise
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
	enum mode mode;
	const char *output;
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

/* Returns OPTION_GOOD, else the status to exit with. */
int options_parse(struct options *o, int argc, char **argv);

/* What is written; there is one of it.  Returns as options_parse(). */
int options_mode(struct options *o, enum mode mode);

/* Say what is wrong with the command line; returns EXIT_USAGE. */
__attribute__((format(printf, 1, 2)))
int options_wrong(const char *fmt, ...);

/* A whole number in [@min, @max], with K, M or G if @suffix. */
bool options_number(const char *s, uint64_t min, uint64_t max, bool suffix, uint64_t *out);

#include "generated/optdefs.h"

#endif /* VSYSREAD_OPTIONS_H */
