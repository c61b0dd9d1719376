/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_OPTIONS_H
#define VSYSREAD_OPTIONS_H

#include "lib/vsyscalls.h"

enum mode {
	MODE_TEXT,
	MODE_JSON,
	MODE_SUMMARY,
	MODE_RAW,
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
 * @doors: mask of the doors to trap, 0 for the profile's
 * @exprs: arguments of -e, @nexprs of them
 * @mode: what is written
 * @output: file to write to, NULL for standard output
 * @setup: ring and capture sizes; used if @has_setup
 * @count: stop after so many calls, 0 for never
 * @seconds: stop after this time, 0 for never
 * @ready_fd: to be written to when attached, -1 for none
 * @ready_file: likewise
 */
struct options {
	const char *path;
	struct target targets[MAX_TARGETS];
	unsigned int ntargets;
	uint32_t doors;
	const char *exprs[MAX_EXPRS];
	unsigned int nexprs;
	enum mode mode;
	const char *output;
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
	const char *device_only;	/* an option that needs the device */
};

/* Returns -1 to go on, else the status to exit with. */
int options_parse(struct options *o, int argc, char **argv);

/* A whole number in [@min, @max], with K or M if @suffix. */
bool options_number(const char *s, uint64_t min, uint64_t max, bool suffix, uint64_t *out);

#endif /* VSYSREAD_OPTIONS_H */
