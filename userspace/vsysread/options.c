// SPDX-License-Identifier: GPL-2.0
/* The command line of vsysread: options.tbl has what there is, opt_*() take it. */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "inject.h"
#include "option.h"
#include "sink.h"
#include "sinks/files.h"
#include "strace.h"
#include "stream.h"
#include "targets.h"

enum {
	MAX_OPTIONS = 128,
	LONG = 256,	/* getopt_long()'s value of the first option, then on */
};

/* Users of strace know -w as the option of wall-clock times. */
static int sums_of_record(void)
{
	return options_wrong("-w records calls and cannot be combined with -c or -C, whose times "
			     "are wall-clock times in any case, as with strace -w");
}

int options_mode(struct options *o, enum mode mode)
{
	if ((o->mode == MODE_SUMMARY && mode == MODE_RECORD) ||
	    (o->mode == MODE_RECORD && mode == MODE_SUMMARY))
		return sums_of_record();
	if (o->mode != MODE_TEXT && o->mode != mode)
		return options_wrong("top, -c, --json, --to and -w cannot be combined");
	o->mode = mode;
	return OPTION_GOOD;
}

OPTION_FLAG(profiles, list_profiles)
OPTION_FLAG(explain, explain)
OPTION_FLAG(fail_on_lost, fail_on_lost)
OPTION_DEVICE_FLAG(list, list, "--list")
OPTION_DEVICE_FLAG(until_gone, until_gone, "--until-gone")
OPTION_DEVICE_FLAG(read, by_read, "--read")
OPTION_DEVICE_FLAG(stats, stats, "--stats")

int opt_timeout(struct options *o, char *arg)
{
	if (!options_seconds(arg, &o->seconds))
		return options_wrong("--timeout %s: not a number of seconds", arg);
	return OPTION_GOOD;
}

int opt_doors(struct options *o, char *arg)
{
	char *save, *name;
	int door;

	for (name = strtok_r(arg, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		door = vsys_door_find(name);
		if (door < 0)
			return options_wrong("--doors %s: not syscall, sysenter, int80 or int2a to int2e",
					     name);
		o->doors |= UINT32_C(1) << door;
	}
	o->device_only = "--doors";
	return o->doors ? OPTION_GOOD : options_wrong("--doors: no door is named");
}

int opt_output(struct options *o, char *arg)
{
	o->output = arg;
	return OPTION_GOOD;
}

int opt_ring_size(struct options *o, char *arg)
{
	uint64_t v;

	if (!options_number(arg, 4096, 64 << 20, true, &v) || v & (v - 1))
		return options_wrong("--ring-size %s: not a power of two from 4096 to 64M", arg);
	o->setup.ring_bytes = (uint32_t)v;
	o->has_setup = true;
	o->device_only = "--ring-size";
	return OPTION_GOOD;
}

int opt_max_events(struct options *o, char *arg)
{
	if (!options_number(arg, 1, INT64_MAX, false, &o->count))
		return options_wrong("--max-events %s: not a number of calls", arg);
	return OPTION_GOOD;
}

int opt_ready_file(struct options *o, char *arg)
{
	o->ready_file = arg;
	return OPTION_GOOD;
}

int opt_ready_fd(struct options *o, char *arg)
{
	uint64_t v;

	if (!options_number(arg, 0, INT_MAX, false, &v))
		return options_wrong("--ready-fd %s: not a descriptor", arg);
	o->ready_fd = (int)v;
	return OPTION_GOOD;
}

OPTION_FLAG(output_separately, apart)

/* All processes of a guest are traced in any case. */
int opt_follow_forks(struct options *o, char *arg)
{
	(void)arg;
	o->apart |= o->followed;
	o->followed = true;
	return OPTION_GOOD;
}

int opt_version(struct options *o, char *arg)
{
	(void)o;
	(void)arg;
	printf("vsysread %s, VSYS_ABI_VERSION %d\n", VSYS_VERSION, VSYS_ABI_VERSION);
	return EXIT_OK;
}

int opt_help(struct options *o, char *arg)
{
	(void)o;
	(void)arg;
	fputs("Usage: vsysread [OPTION]... [DEVICE|FILE]\n"
	      "Print the system calls of virtual machines.  Read from " VSYS_DEVICE ", or a\n"
	      "FILE that -w wrote; \"-\" is standard input.\n\n", stdout);
	fputs(option_help, stdout);
	fputs("\nExit status: 0; 1 after an error; 2 for a wrong command line; 3 if events were\n"
	      "lost and --fail-on-lost was given; 4 if a stream has not got all events.\n", stdout);
	return EXIT_OK;
}

/* What getopt_long() wants to know of the table. */
struct getopt_tables {
	char shorts[2 * MAX_OPTIONS + 1];
	struct option longs[MAX_OPTIONS + 1];
};

static void fill(struct getopt_tables *t)
{
	const struct option_def *d;
	char *s = t->shorts;
	int i;

	memset(t, 0, sizeof(*t));
	for (i = 0; i < MAX_OPTIONS && option_defs[i].name; i++) {
		d = &option_defs[i];
		t->longs[i] = (struct option){ d->name, d->arg, NULL, LONG + i };
		if (!d->letter)
			continue;
		*s++ = d->letter;
		if (d->arg == required_argument)
			*s++ = ':';
	}
}

static const struct option_def *find(int c)
{
	const struct option_def *d;

	if (c >= LONG)
		return &option_defs[c - LONG];
	for (d = option_defs; d->name; d++)
		if (d->letter == c)
			return d;
	return NULL;
}

/* What one option says may not fit what another says. */
static bool injects_by_task(const struct options *o)
{
	const struct inject *in;

	for (in = o->injects; in && !in->ntasks; in = in->next)
		;
	return in;
}

static int check(struct options *o)
{
	if ((o->max_size || o->rotate) && !o->record)
		return options_wrong("--max-size and --rotate need -w");
	if (o->rotate && (!o->max_size || !strcmp(o->record, "-")))
		return options_wrong("--rotate needs --max-size, and -w with the name of a file");
	if (o->record && o->output)
		return options_wrong("-o and -w cannot be combined");
	if (o->mode != MODE_STREAM && (o->mode == MODE_CONVERT) != !!o->to)
		return options_wrong(o->to ? "--to needs the command convert" :
					     "convert: no format is given; use --to");
	if (o->apart && o->mode != MODE_TEXT)
		return options_wrong("-ff and --output-separately are for lines of text alone");
	if (o->apart && o->output && *o->output == '|')
		return options_wrong("-ff and --output-separately: -o %s is no name", o->output);
	if ((o->record || o->mode == MODE_CONVERT) && (o->status || o->nspaces || o->has_vcpus))
		return options_wrong("-e status=, -e space= and --vcpu cannot be combined with -w "
				     "or convert");
	if (o->nconds && !o->tasks)
		return options_wrong("-e pid= and the like cannot be combined with --no-tasks");
	if (o->by_read && o->until_gone)
		return options_wrong("--until-gone cannot be combined with --read");
	if (o->summary_too && o->mode == MODE_RECORD)
		return sums_of_record();
	if (o->wall_clock && o->mode != MODE_SUMMARY && !o->summary_too)
		return options_wrong("--summary-wall-clock needs -c or -C");
	if (o->summary_too && o->mode != MODE_TEXT)
		return options_wrong("-C cannot be combined with -c, --json, top, report or convert");
	if (o->metrics && o->record)
		return options_wrong("--metrics cannot be combined with -w");
	if (o->injects && !o->allow_rewrite)
		return options_wrong("-e %s=%s changes what guests do and needs --allow-rewrite",
				     o->injects->kind, o->injects->text);
	if (o->injects && o->nconds)
		return options_wrong("-e inject= has callers of its own: give it pid= and the like, "
				     "as in inject=CALLS:pid=87:error=EPERM");
	if (injects_by_task(o) && !o->tasks)
		return options_wrong("pid= and the like cannot be combined with --no-tasks");
	if ((o->to || o->mode == MODE_REPORT) && sink_check(o) != OPTION_GOOD)
		return EXIT_USAGE;
	if (targets_check(o) != OPTION_GOOD || stream_check(o) != OPTION_GOOD)
		return EXIT_USAGE;
	return files_check(o);
}

int options_parse(struct options *o, int argc, char **argv, enum mode mode)
{
	const struct option_def *d;
	struct getopt_tables t;
	int c, status;

	memset(o, 0, sizeof(*o));
	o->mode = mode;
	o->ready_fd = -1;
	o->setup.capture_bytes = 256;	/* zero would not mean the default */
	o->limit = SIZE_MAX;
	o->color = COLOR_AUTO;
	o->by = BY_CALL;
	o->tasks = true;
	o->interval = 1;
	fill(&t);
	while ((c = getopt_long(argc, argv, t.shorts, t.longs, NULL)) >= 0) {
		d = find(c);
		if (!d) {
			strace_option(optopt, argv[optind - 1]);
			fputs("Try 'vsysread --help'.\n", stderr);
			return EXIT_USAGE;
		}
		status = d->set(o, optarg);
		if (status != OPTION_GOOD)
			return status;
	}
	if (argc - optind > 1)
		return options_wrong("'%s': only one device or file can be read",
				     argv[optind + 1]);
	if (o->input && optind < argc)
		return options_wrong("-i %s and '%s' cannot be combined", o->input, argv[optind]);
	o->path = o->input ? o->input : optind < argc ? argv[optind] : VSYS_DEVICE;
	if (dump_wanted(o) || o->files_dir) {
		/* The lines stay as short as they are without it. */
		if (o->limit == SIZE_MAX)
			o->limit = o->setup.capture_bytes;
		o->setup.capture_bytes = DUMP_BYTES;
		o->has_setup = true;
	}
	return check(o);
}

void options_free(struct options *o)
{
	inject_free(o);
	stream_free(o);
	files_free(o);
}
