// SPDX-License-Identifier: GPL-2.0
/* The command line of vsysread: options.tbl has what there is, opt_*() take it. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

enum {
	MAX_OPTIONS = 128,
	LONG = 256,	/* getopt_long()'s value of the first option, then on */
};

int options_wrong(const char *fmt, ...)
{
	va_list ap;

	fputs("vsysread: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("\nTry 'vsysread --help'.\n", stderr);
	return EXIT_USAGE;
}

bool options_number(const char *s, uint64_t min, uint64_t max, bool suffix, uint64_t *out)
{
	unsigned long long v;
	char *end;

	errno = 0;
	if (*s < '0' || *s > '9')
		return false;
	v = strtoull(s, &end, 0);
	if (errno)
		return false;
	if (suffix && (*end == 'K' || *end == 'k') && v <= UINT64_MAX >> 10) {
		v <<= 10;
		end++;
	} else if (suffix && *end == 'M' && v <= UINT64_MAX >> 20) {
		v <<= 20;
		end++;
	} else if (suffix && *end == 'G' && v <= UINT64_MAX >> 30) {
		v <<= 30;
		end++;
	}
	*out = v;
	return !*end && v >= min && v <= max;
}

static bool is_profile(const char *name)
{
	return *name && strlen(name) < VSYS_NAME_MAX;
}

static int add_target(struct options *o, char *word)
{
	char *profile = strchr(word, ':');
	uint64_t v;

	if (profile)
		*profile++ = '\0';
	if (!options_number(word, 1, INT_MAX, false, &v))
		return options_wrong("-p %s: not a process id", word);
	if (profile && !is_profile(profile))
		return options_wrong("-p %s:%s: not the name of a profile", word, profile);
	if (o->ntargets == MAX_TARGETS)
		return options_wrong("more than %d machines", MAX_TARGETS);
	o->targets[o->ntargets].pid = (pid_t)v;
	o->targets[o->ntargets++].profile = profile;
	return OPTION_GOOD;
}

int opt_pid(struct options *o, char *arg)
{
	int status = OPTION_GOOD;
	char *save, *word;

	if (!*arg)
		return options_wrong("-p: no process is named");
	for (word = strtok_r(arg, ",", &save); word && status == OPTION_GOOD;
	     word = strtok_r(NULL, ",", &save))
		status = add_target(o, word);
	return status;
}

int opt_profile(struct options *o, char *arg)
{
	if (!is_profile(arg))
		return options_wrong("-P %s: not the name of a profile", arg);
	o->profile = arg;
	return OPTION_GOOD;
}

int opt_doors(struct options *o, char *arg)
{
	char *save, *name;
	int door;

	for (name = strtok_r(arg, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		door = vsys_door_find(name);
		if (door < 0)
			return options_wrong("--doors %s: not syscall, sysenter, int80 or int2e",
					     name);
		o->doors |= UINT32_C(1) << door;
	}
	o->device_only = "--doors";
	return o->doors ? OPTION_GOOD : options_wrong("--doors: no door is named");
}

int opt_expr(struct options *o, char *arg)
{
	if (o->nexprs == MAX_EXPRS)
		return options_wrong("more than %d -e", MAX_EXPRS);
	o->exprs[o->nexprs++] = arg;
	return OPTION_GOOD;
}

int options_mode(struct options *o, enum mode mode)
{
	if (o->mode != MODE_TEXT && o->mode != mode)
		return options_wrong("only one of -c, --json and -w is possible");
	o->mode = mode;
	return OPTION_GOOD;
}

int opt_summary_only(struct options *o, char *arg)
{
	(void)arg;
	return options_mode(o, MODE_SUMMARY);
}

int opt_json(struct options *o, char *arg)
{
	(void)arg;
	return options_mode(o, MODE_JSON);
}

int opt_output(struct options *o, char *arg)
{
	o->output = arg;
	return OPTION_GOOD;
}

int opt_string_limit(struct options *o, char *arg)
{
	uint64_t v;

	if (!options_number(arg, 0, 4096, false, &v))
		return options_wrong("-s %s: not a number from 0 to 4096", arg);
	o->setup.capture_bytes = (uint32_t)v;
	o->has_setup = true;
	o->device_only = "-s";
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

int opt_verbose(struct options *o, char *arg)
{
	(void)arg;
	o->verbose = true;
	return OPTION_GOOD;
}

int opt_latency(struct options *o, char *arg)
{
	(void)arg;
	o->latency = true;
	return OPTION_GOOD;
}

int opt_max_events(struct options *o, char *arg)
{
	if (!options_number(arg, 1, INT64_MAX, false, &o->count))
		return options_wrong("--max-events %s: not a number of calls", arg);
	return OPTION_GOOD;
}

int opt_timeout(struct options *o, char *arg)
{
	char *end;

	o->seconds = strtod(arg, &end);
	if (end == arg || *end || !(o->seconds > 0 && o->seconds < 1e9))
		return options_wrong("--timeout %s: not a number of seconds", arg);
	return OPTION_GOOD;
}

int opt_until_gone(struct options *o, char *arg)
{
	(void)arg;
	o->until_gone = true;
	o->device_only = "--until-gone";
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

int opt_read(struct options *o, char *arg)
{
	(void)arg;
	o->by_read = true;
	o->device_only = "--read";
	return OPTION_GOOD;
}

int opt_stats(struct options *o, char *arg)
{
	(void)arg;
	o->stats = true;
	o->device_only = "--stats";
	return OPTION_GOOD;
}

int opt_profiles(struct options *o, char *arg)
{
	(void)arg;
	o->list_profiles = true;
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
	      "Print the system calls of virtual machines, one a line.  Read from\n"
	      VSYS_DEVICE ", or a FILE that -w wrote; \"-\" is standard input.\n\n", stdout);
	fputs(option_help, stdout);
	fputs("\nExit status: 0, 1 after an error, 2 for a wrong command line.\n", stdout);
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

/* -P is for all machines, and for those whose -p names no profile. */
static void spread_profile(struct options *o)
{
	unsigned int i;

	if (!o->ntargets)
		o->ntargets = 1;
	for (i = 0; i < o->ntargets; i++)
		if (!o->targets[i].profile)
			o->targets[i].profile = o->profile;
}

int options_parse(struct options *o, int argc, char **argv)
{
	const struct option_def *d;
	struct getopt_tables t;
	int c, status;

	memset(o, 0, sizeof(*o));
	o->ready_fd = -1;
	o->setup.capture_bytes = 256;	/* zero would not mean the default */
	fill(&t);
	while ((c = getopt_long(argc, argv, t.shorts, t.longs, NULL)) >= 0) {
		d = find(c);
		if (!d) {
			fputs("Try 'vsysread --help'.\n", stderr);
			return EXIT_USAGE;
		}
		status = d->set(o, optarg);
		if (status != OPTION_GOOD)
			return status;
	}
	if (argc - optind > 1)
		return options_wrong("one device or file at a time, not also '%s'",
				     argv[optind + 1]);
	spread_profile(o);
	if (o->input && optind < argc)
		return options_wrong("-i %s and '%s': one at a time", o->input, argv[optind]);
	o->path = o->input ? o->input : optind < argc ? argv[optind] : VSYS_DEVICE;
	if ((o->max_size || o->rotate) && !o->record)
		return options_wrong("--max-size and --rotate are for -w");
	if (o->rotate && (!o->max_size || !strcmp(o->record, "-")))
		return options_wrong("--rotate needs --max-size, and a file");
	if (o->record && o->output)
		return options_wrong("-o shows what -w does not");
	if (o->by_read && o->until_gone)
		return options_wrong("--until-gone needs the mapping, and --read does without");
	return OPTION_GOOD;
}
