// SPDX-License-Identifier: GPL-2.0
/* Options and kinds of -e that strace has and vsysread has not: what to use instead. */
#include <stdio.h>
#include <string.h>

#include "option.h"
#include "strace.h"

static const struct {
	char letter;
	const char *name;
	const char *advice;
} others[] = {
	{ 'b', "detach-on", "use --max-events or --timeout to stop" },
	{ 'D', "daemonize", "start vsysread in the background" },
	{ 'E', "env", "vsysread starts no program" },
	{ 'I', "interruptible", "each signal ends the trace in order" },
	{ 'O', "summary-syscall-overhead", "times of -c are those of the calls" },
	{ 'u', "user", "vsysread starts no program; -e uid= selects callers" },
	{ 'U', "summary-columns", "use -S for the order and --by= for the rows of the table" },
	{ 0, "decode-pids", "lines begin with the caller; --show= has more of it" },
	{ 0, "absolute-timestamps", "use -t" },
	{ 0, "attach", "use -p" },
	{ 0, "columns", "results are not aligned" },
	{ 0, "no-abbrev", "use -v" },
	{ 0, "seccomp-bpf", "calls that are not wanted cost a guest nothing but the trap" },
	{ 0, "syscall-limit", "use --max-events" },
	{ 0, "syscall-times", "use -T" },
	{ 0, "trace", "use -e trace=" },
	{ 0, "trace-fds", "use -y and grep, or -e read= and -e write=" },
	{ 0, "trace-path", "use -e '%file' and grep" },
};

/* Kinds of -e; with the word of @same they mean the same as nothing. */
static const struct {
	const char *name, *same, *advice;
} kinds[] = {
	{ "fd", "all", "use -y and grep, or -e read= and -e write=" },
	{ "fds", "all", "use -y and grep, or -e read= and -e write=" },
	{ "trace-fd", "all", "use -y and grep, or -e read= and -e write=" },
	{ "trace-fds", "all", "use -y and grep, or -e read= and -e write=" },
	{ "decode-pids", "none", "lines begin with the caller; --show= has more of it" },
	{ "kvm", "", "calls of QEMU are not traced" },
	{ "signal", "none", "signals in guests are not seen" },
	{ "signals", "none", "signals in guests are not seen" },
};

void strace_option(int letter, const char *word)
{
	size_t i, n = !strncmp(word, "--", 2) ? strcspn(word + 2, "=") : 0;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (n ? strlen(others[i].name) == n && !strncmp(others[i].name, word + 2, n) :
			letter && others[i].letter == letter)
			fprintf(stderr, "vsysread: this option of strace: %s\n", others[i].advice);
}

static int raw(struct options *o, const char *arg)
{
	if (!strcmp(arg, "none"))
		return OPTION_GOOD;
	if (strcmp(arg, "all"))
		return options_wrong("-e raw=%s: only all or none: constants are numbers in all calls "
				     "or in none; see -X", arg);
	o->style = VSYS_STYLE_RAW;
	return OPTION_GOOD;
}

static int abbrev(struct options *o, const char *arg)
{
	if (strcmp(arg, "all") && strcmp(arg, "none"))
		return options_wrong("-e abbrev=%s: only all or none; see -v", arg);
	o->verbose |= !strcmp(arg, "none");
	return OPTION_GOOD;
}

static int verbose(struct options *o, const char *arg)
{
	(void)o;
	if (strcmp(arg, "all"))
		return options_wrong("-e verbose=%s: only all: structures are always shown; see "
				     "-X raw", arg);
	return OPTION_GOOD;
}

static int quiet(struct options *o, const char *arg)
{
	o->quiet |= !strcmp(arg, "all");
	return OPTION_GOOD;
}

static const struct {
	const char *name;
	int (*set)(struct options *o, const char *arg);
} known[] = {
	{ "abbrev", abbrev }, { "quiet", quiet }, { "raw", raw }, { "silent", quiet },
	{ "verbose", verbose },
};

int strace_kind(struct options *o, const char *kind, size_t n, const char *arg)
{
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i].name) == n && !strncmp(known[i].name, kind, n))
			return known[i].set(o, arg);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strlen(kinds[i].name) != n || strncmp(kinds[i].name, kind, n))
			continue;
		if (!strcmp(kinds[i].same, arg))
			return OPTION_GOOD;
		return options_wrong("-e %s: %s", kind, kinds[i].advice);
	}
	return options_wrong("-e %s: unknown kind %.*s=", kind, (int)n, kind);
}
