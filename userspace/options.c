// SPDX-License-Identifier: GPL-2.0
/* The command line of vsysread. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

enum {
	OPT_JSON = 256,
	OPT_RAW,
	OPT_PROFILES,
	OPT_RING_SIZE,
	OPT_UNTIL_GONE,
	OPT_STATS,
	OPT_READY_FILE,
	OPT_READY_FD,
	OPT_READ,
	OPT_VERSION,
};

static const char shorts[] = "p:P:d:e:co:s:vn:t:Th";

static const struct option longs[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "profile", required_argument, NULL, 'P' },
	{ "doors", required_argument, NULL, 'd' },
	{ "calls", required_argument, NULL, 'e' },
	{ "summary", no_argument, NULL, 'c' },
	{ "output", required_argument, NULL, 'o' },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "raw", no_argument, NULL, OPT_RAW },
	{ "capture", required_argument, NULL, 's' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "count", required_argument, NULL, 'n' },
	{ "time", required_argument, NULL, 't' },
	{ "latency", no_argument, NULL, 'T' },
	{ "profiles", no_argument, NULL, OPT_PROFILES },
	{ "ring-size", required_argument, NULL, OPT_RING_SIZE },
	{ "until-gone", no_argument, NULL, OPT_UNTIL_GONE },
	{ "stats", no_argument, NULL, OPT_STATS },
	{ "ready-file", required_argument, NULL, OPT_READY_FILE },
	{ "ready-fd", required_argument, NULL, OPT_READY_FD },
	{ "read", no_argument, NULL, OPT_READ },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
"Usage: vsysread [OPTION]... [DEVICE|FILE]\n"
"Print the system calls of virtual machines, one a line.  Read from\n"
VSYS_DEVICE ", or a FILE that --raw wrote; \"-\" is standard input.\n"
"\n"
"What to trace:\n"
"  -p, --pid=PID[:NAME]    the machine that process PID runs, and its profile (may\n"
"                          be repeated); without it all machines\n"
"  -P, --profile=NAME      the calls of those without one are those of profile NAME\n"
"  -d, --doors=DOORS       only calls by these instructions: -d syscall,sysenter,\n"
"                          int80,int2e; without it those of the profile\n"
"  -e, --calls=CALLS       only these calls: -e openat,read; all but these: -e '!read'\n"
"  -s, --capture=BYTES     guest memory to copy at most for an argument\n"
"      --ring-size=BYTES   room for records of a vCPU; K and M are understood\n"
"How to print:\n"
"  -c, --summary           a table of calls, errors and times at the end\n"
"      --json              an object a line\n"
"      --raw               the records as they are, to be read by vsysread later\n"
"  -o, --output=FILE       write to FILE\n"
"  -T, --latency           add the time each call took\n"
"  -v, --verbose           show where tracing begins and ends, and whole arrays\n"
"When to stop:\n"
"  -n, --count=COUNT       after COUNT calls\n"
"  -t, --time=SECONDS      after SECONDS\n"
"      --until-gone        when all machines that were seen are gone\n"
"For scripts:\n"
"      --ready-file=FILE   write a line to FILE once attached\n"
"      --ready-fd=FD       the same to descriptor FD, then close it\n"
"      --read              use read() and not a mapping\n"
"      --stats             print the module's counters at the end\n"
"      --profiles          list the profiles there are, and exit\n"
"      --version, -h, --help\n"
"\n"
"Exit status: 0, 1 after an error, 2 for a wrong command line.\n";

__attribute__((format(printf, 1, 2)))
static int usage(const char *fmt, ...)
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
	}
	*out = v;
	return !*end && v >= min && v <= max;
}

static bool seconds(const char *s, double *out)
{
	char *end;

	*out = strtod(s, &end);
	return end != s && !*end && *out > 0 && *out < 1e9;
}

static bool is_profile(const char *name)
{
	return *name && strlen(name) < VSYS_NAME_MAX;
}

static int add_target(struct options *o, char *arg)
{
	char *profile = strchr(arg, ':');
	uint64_t v;

	if (profile)
		*profile++ = '\0';
	if (!options_number(arg, 1, INT_MAX, false, &v))
		return usage("-p %s: not a process id", arg);
	if (profile && !is_profile(profile))
		return usage("-p %s:%s: not the name of a profile", arg, profile);
	if (o->ntargets == MAX_TARGETS)
		return usage("more than %d -p", MAX_TARGETS);
	o->targets[o->ntargets].pid = (pid_t)v;
	o->targets[o->ntargets++].profile = profile;
	return -1;
}

static int add_doors(struct options *o, char *list)
{
	char *save, *name;
	int door;

	for (name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		door = vsys_door_find(name);
		if (door < 0)
			return usage("-d %s: not syscall, sysenter, int80 or int2e", name);
		o->doors |= UINT32_C(1) << door;
	}
	o->device_only = "-d";
	return o->doors ? -1 : usage("-d: no door is named");
}

static int set_mode(struct options *o, enum mode mode)
{
	if (o->mode != MODE_TEXT && o->mode != mode)
		return usage("only one of -c, --json and --raw is possible");
	o->mode = mode;
	return -1;
}

static int set_ring_size(struct options *o, const char *arg)
{
	uint64_t v;

	if (!options_number(arg, 4096, 64 << 20, true, &v) || v & (v - 1))
		return usage("--ring-size %s: not a power of two from 4096 to 64M", arg);
	o->setup.ring_bytes = (uint32_t)v;
	o->has_setup = true;
	o->device_only = "--ring-size";
	return -1;
}

static int set_capture(struct options *o, const char *arg)
{
	uint64_t v;

	if (!options_number(arg, 0, 4096, false, &v))
		return usage("-s %s: not a number from 0 to 4096", arg);
	o->setup.capture_bytes = (uint32_t)v;
	o->has_setup = true;
	o->device_only = "-s";
	return -1;
}

static int long_option(struct options *o, int c)
{
	uint64_t v;

	switch (c) {
	case OPT_JSON:
		return set_mode(o, MODE_JSON);
	case OPT_RAW:
		return set_mode(o, MODE_RAW);
	case OPT_PROFILES:
		o->list_profiles = true;
		return -1;
	case OPT_RING_SIZE:
		return set_ring_size(o, optarg);
	case OPT_UNTIL_GONE:
		o->until_gone = true;
		o->device_only = "--until-gone";
		return -1;
	case OPT_STATS:
		o->stats = true;
		o->device_only = "--stats";
		return -1;
	case OPT_READY_FILE:
		o->ready_file = optarg;
		return -1;
	case OPT_READY_FD:
		if (!options_number(optarg, 0, INT_MAX, false, &v))
			return usage("--ready-fd %s: not a descriptor", optarg);
		o->ready_fd = (int)v;
		return -1;
	case OPT_READ:
		o->by_read = true;
		o->device_only = "--read";
		return -1;
	case OPT_VERSION:
		printf("vsysread %s, VSYS_ABI_VERSION %d\n", VSYS_VERSION, VSYS_ABI_VERSION);
		return EXIT_OK;
	default:
		fputs("Try 'vsysread --help'.\n", stderr);
		return EXIT_USAGE;
	}
}

static int one_option(struct options *o, int c, const char **profile)
{
	switch (c) {
	case 'p':
		return add_target(o, optarg);
	case 'P':
		if (!is_profile(optarg))
			return usage("-P %s: not the name of a profile", optarg);
		*profile = optarg;
		return -1;
	case 'd':
		return add_doors(o, optarg);
	case 'e':
		if (o->nexprs == MAX_EXPRS)
			return usage("more than %d -e", MAX_EXPRS);
		o->exprs[o->nexprs++] = optarg;
		return -1;
	case 'c':
		return set_mode(o, MODE_SUMMARY);
	case 'o':
		o->output = optarg;
		return -1;
	case 's':
		return set_capture(o, optarg);
	case 'v':
		o->verbose = true;
		return -1;
	case 'n':
		if (!options_number(optarg, 1, INT64_MAX, false, &o->count))
			return usage("-n %s: not a number of calls", optarg);
		return -1;
	case 't':
		if (!seconds(optarg, &o->seconds))
			return usage("-t %s: not a number of seconds", optarg);
		return -1;
	case 'T':
		o->latency = true;
		return -1;
	case 'h':
		fputs(help, stdout);
		return EXIT_OK;
	default:
		return long_option(o, c);
	}
}

/* -P is for all machines, and for those whose -p names no profile. */
static void spread_profile(struct options *o, const char *profile)
{
	unsigned int i;

	if (!o->ntargets)
		o->ntargets = 1;
	for (i = 0; i < o->ntargets; i++)
		if (!o->targets[i].profile)
			o->targets[i].profile = profile;
}

int options_parse(struct options *o, int argc, char **argv)
{
	const char *profile = NULL;
	int c, status;

	memset(o, 0, sizeof(*o));
	o->ready_fd = -1;
	o->setup.capture_bytes = 256;	/* zero would not mean the default */
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) >= 0) {
		status = one_option(o, c, &profile);
		if (status >= 0)
			return status;
	}
	if (argc - optind > 1)
		return usage("one device or file at a time, not also '%s'", argv[optind + 1]);
	spread_profile(o, profile);
	o->path = optind < argc ? argv[optind] : VSYS_DEVICE;
	if (o->by_read && o->until_gone)
		return usage("--until-gone needs the mapping, and --read does without");
	return -1;
}
