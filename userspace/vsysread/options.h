/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_OPTIONS_H
#define VSYSREAD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <linux/vsyscalls.h>
#include <vsyscalls/handles.h>
#include <vsyscalls/text.h>
#include "dump.h"

struct inject;
struct spool;

/* Kind of output. */
enum mode {
	MODE_TEXT,
	MODE_JSON,
	MODE_SUMMARY,
	MODE_RECORD,
	MODE_CONVERT,
	MODE_TOP,
	MODE_ATTACH,
	MODE_REPORT,
	MODE_STREAM,
};

/* What a row of sums stands for, a mask. */
enum {
	BY_CALL = 1 << 0,
	BY_VM = 1 << 1,
	BY_SPACE = 1 << 2,
	BY_PROCESS = 1 << 3,
};

/* What to show of the caller besides ids and name, a mask. */
enum {
	SHOW_VCPU = 1 << 0,
	SHOW_PPID = 1 << 1,
	SHOW_UID = 1 << 2,
	SHOW_SESSION = 1 << 3,
	SHOW_CGROUP = 1 << 4,
	SHOW_CONTAINER = 1 << 5,
	SHOW_PROGRAM = 1 << 6,
	SHOW_START = 1 << 7,
};

/* Order of the rows of sums, as the words of -S. */
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

/* Exit status. */
enum {
	EXIT_OK = 0,
	EXIT_ERROR = 1,
	EXIT_USAGE = 2,
	EXIT_LOST = 3,		/* with --fail-on-lost */
	EXIT_UNSENT = 4,	/* a stream has not all events */
};

/* Limits of the command line. */
enum {
	MAX_TARGETS = 256,
	MAX_EXPRS = 64,
	MAX_SPACES = 256,
	MAX_VCPUS = 65536,	/* range of vsys_record.vcpu */
};

/* How a call ended, a mask. */
enum {
	STATUS_SUCCESSFUL = 1 << 0,
	STATUS_FAILED = 1 << 1,
	STATUS_UNFINISHED = 1 << 2,
	STATUS_ALL = STATUS_SUCCESSFUL | STATUS_FAILED | STATUS_UNFINISHED,
};

/**
 * struct target - a machine to trace
 * @pid: process that runs the machine, 0 for all machines
 * @name: QEMU's -name, from which @pid is found, or NULL
 * @profile: name of a profile; NULL keeps the machine's profile, or else takes the
 *           module's default
 */
struct target {
	pid_t pid;
	const char *name;
	const char *profile;
};

/**
 * struct options - the command line
 * @path: device or file to read, "-" for standard input
 * @targets: machines to trace, @ntargets of them, at least one
 * @ntargets: number of @targets
 * @profile: -P, the profile of targets that name none, or NULL
 * @find_profiles: -P auto, find the profiles of targets that name none
 * @doors: mask of the doors to trap, 0 for those of the profile
 * @exprs: arguments of -e trace=, @nexprs of them
 * @nexprs: number of @exprs
 * @injects: list of the -e inject= in their order, or NULL
 * @status: mask of STATUS_* to show, 0 for all
 * @spaces: address spaces to show, or to hide with @hide_spaces; @nspaces of them
 * @nspaces: number of @spaces
 * @hide_spaces: @spaces are hidden
 * @conds: conditions on callers, @nconds of them
 * @nconds: number of @conds
 * @vcpus: a bit for each vCPU to show; valid with @has_vcpus
 * @has_vcpus: --vcpu was given
 * @mode: kind of output
 * @output: -o, the output file, NULL for standard output
 * @to: --to, the form to convert to, with MODE_CONVERT, or where to, with MODE_STREAM
 * @record: -w, the file to record to; set with MODE_RECORD
 * @input: -i, the recorded file, which is also @path; or NULL
 * @max_size: limit of @record in bytes, 0 for none
 * @rotate: number of full recorded files to keep
 * @setup: ring and capture sizes; valid with @has_setup
 * @has_setup: -s or --ring-size was given
 * @count: stop after this number of calls, 0 for never
 * @seconds: stop after this time, 0 for never
 * @ready_fd: descriptor to write to once attached, -1 for none
 * @ready_file: file to write to once attached, or NULL
 * @verbose: -v, whole arrays, and where tracing begins and ends
 * @until_gone: stop when all machines that were seen have ended
 * @stats: print the module's counters
 * @by_read: read the device with read() instead of mapping it
 * @latency: -T, show the time that a call took
 * @timestamps: number of -t
 * @relative: -r, show the time since the call before
 * @numbers: -n, show the numbers of calls
 * @whole: show each call in one line, when it is over
 * @style: how values with names are shown
 * @limit: bytes of a string to show
 * @hex: -x, which strings are shown in hex
 * @named: -N, show the names of arguments
 * @pc: -i, show where calls are made
 * @dump_read: -e read=
 * @dump_write: -e write=
 * @apart: -ff, a file for each thread
 * @color: when to use colours
 * @quiet: -q, print no totals
 * @summary_too: -C, print sums after the calls
 * @order: order of the rows of sums
 * @by: mask of BY_*, what a row of sums stands for
 * @wall_clock: --summary-wall-clock, which changes nothing
 * @histogram: print a histogram for each row of sums
 * @interval: seconds between two tables of top
 * @all: -a, all machines
 * @wait: wait for machines that do not run yet
 * @list: print the machines and exit
 * @explain: print which filter runs where and exit
 * @fail_on_lost: exit with EXIT_LOST if events were lost
 * @allow_rewrite: permit -e inject=
 * @strict: rules with a string decide before the call
 * @identify: tell what runs in the machines and exit
 * @tasks: find out which processes and threads call
 * @handles: -y, what to show of descriptors and handles
 * @absolute: -Y, show absolute paths
 * @modules: -k, tell the module of the caller
 * @show: mask of SHOW_*, what to show of the caller
 * @list_profiles: print the profiles and exit
 * @device_only: an option that was given and needs the device, or NULL
 * @followed: -f, which changes nothing but that a second one sets @apart
 * @metrics: --metrics, the address for Prometheus, or NULL
 * @files_dir: --dump-files, the folder, or NULL
 * @files_limit: its limit in bytes
 * @files_fd: the folder
 * @files_index: what its files are
 * @spool_dir: --spool, the folder, or NULL
 * @spool_size: its limit in bytes
 * @spool: set later: that folder
 * @tls_ca: --tls-ca, a file of certificates, or NULL
 * @login: --login, a file, or NULL
 * @creds: --creds, a file, or NULL
 * @no_gzip: --no-gzip
 * @user: set later: from @login, with @password behind it, or NULL
 * @append: -A, add to the output file
 * @misused: set later: a call or profile that it names does not exist
 */
struct options {
	const char *path;
	struct target targets[MAX_TARGETS];
	unsigned int ntargets;
	const char *profile;
	bool find_profiles;
	uint32_t doors;
	const char *exprs[MAX_EXPRS];
	unsigned int nexprs;
	struct inject *injects;
	unsigned int status;
	uint64_t spaces[MAX_SPACES];
	unsigned int nspaces;
	bool hide_spaces;
	struct vsys_task_cond conds[VSYS_TASK_CONDS_MAX];
	unsigned int nconds;
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
	enum vsys_hex hex;
	bool named;
	bool pc;
	bool apart;
	struct dump_set dump_read, dump_write;
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
	bool strict;
	bool identify;
	bool tasks;
	enum vsys_handle_detail handles;
	bool absolute;
	bool modules;
	unsigned int show;
	bool list_profiles;
	const char *device_only;
	bool misused;
	bool followed;
	bool append;
	const char *metrics;
	const char *files_dir;
	uint64_t files_limit;
	int files_fd;
	FILE *files_index;
	const char *spool_dir;
	uint64_t spool_size;
	struct spool *spool;
	const char *tls_ca, *login, *creds;
	bool no_gzip;
	char *user;
	const char *password;
};

/*
 * Parse the command line.  @mode is the mode unless an option asks for another.
 * Returns OPTION_GOOD, else the status to exit with.  options_free() follows in both cases.
 */
int options_parse(struct options *o, int argc, char **argv, enum mode mode);
void options_free(struct options *o);

enum { OPTION_GOOD = -1 };

#endif /* VSYSREAD_OPTIONS_H */
