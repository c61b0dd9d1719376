// SPDX-License-Identifier: GPL-2.0
/* Options that choose how calls and sums look. */
#include <string.h>

#include "option.h"

OPTION_FLAG(verbose, verbose)
OPTION_FLAG(relative_timestamps, relative)
OPTION_FLAG(latency, latency)
OPTION_FLAG(syscall_number, numbers)
OPTION_FLAG(whole, whole)
OPTION_FLAG(quiet, quiet)
OPTION_FLAG(output_append_mode, append)
OPTION_FLAG(summary, summary_too)
OPTION_FLAG(summary_wall_clock, wall_clock)
OPTION_FLAG(histogram, histogram)
OPTION_FLAG(absolute_paths, absolute)
OPTION_FLAG(instruction_pointer, pc)
OPTION_FLAG(stack_traces, modules)

int opt_json(struct options *o, char *arg)
{
	(void)arg;
	return options_mode(o, MODE_JSON);
}

int opt_summary_only(struct options *o, char *arg)
{
	(void)arg;
	return options_mode(o, MODE_SUMMARY);
}

int opt_timestamps(struct options *o, char *arg)
{
	(void)arg;
	o->timestamps++;
	return OPTION_GOOD;
}

/* The words are strace's; what is more than paths is shown as a whole. */
static int handle_words(struct options *o, char *arg)
{
	static const char *const words[] = {
		"none", "path", "all", "dev", "eventfd", "pidfd", "signalfd", "socket", NULL
	};
	enum vsys_handle_detail detail;
	char *word, *save;
	int i;

	o->handles = VSYS_HANDLE_NUMBER;
	for (word = strtok_r(arg, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		i = options_word(word, words);
		if (i < 0)
			return options_wrong("--decode-fds=%s: not none, path, all, dev, eventfd, pidfd, "
					     "signalfd or socket", word);
		detail = i > 1 ? VSYS_HANDLE_ALL : i ? VSYS_HANDLE_NAME : VSYS_HANDLE_NUMBER;
		o->handles = detail > o->handles ? detail : o->handles;
	}
	return OPTION_GOOD;
}

int opt_decode_fds(struct options *o, char *arg)
{
	if (arg)
		return handle_words(o, arg);
	o->handles = o->handles == VSYS_HANDLE_NUMBER ? VSYS_HANDLE_NAME : VSYS_HANDLE_ALL;
	return OPTION_GOOD;
}

OPTION_FLAG(arg_names, named)

int opt_hex(struct options *o, char *arg)
{
	(void)arg;
	o->hex = o->hex == VSYS_HEX_NONE ? VSYS_HEX_NON_ASCII : VSYS_HEX_ALL;
	return OPTION_GOOD;
}

int opt_strings_in_hex(struct options *o, char *arg)
{
	/* In the order of enum vsys_hex. */
	static const char *const words[] = {
		"none", "non-ascii-chars", "non-ascii", "all", NULL
	};
	int i = arg ? options_word(arg, words) : VSYS_HEX_ALL;

	if (i < 0)
		return options_wrong("--strings-in-hex=%s: not none, non-ascii-chars, non-ascii or all",
				     arg);
	o->hex = (enum vsys_hex)i;
	return OPTION_GOOD;
}

/* The module copies no more than is shown. */
int opt_string_limit(struct options *o, char *arg)
{
	uint64_t v;

	if (!options_number(arg, 0, DUMP_BYTES, false, &v))
		return options_wrong("-s %s: not a number from 0 to 65536, the most that the "
				     "module copies of an argument", arg);
	o->setup.capture_bytes = (uint32_t)v;
	o->has_setup = true;
	o->limit = (size_t)v;
	return OPTION_GOOD;
}

int opt_const_print_style(struct options *o, char *arg)
{
	/* In the order of enum vsys_style. */
	static const char *const words[] = { "abbrev", "raw", "verbose", NULL };
	int i = options_word(arg, words);

	if (i < 0)
		return options_wrong("-X %s: not raw, abbrev or verbose", arg);
	o->style = (enum vsys_style)i;
	return OPTION_GOOD;
}

int opt_color(struct options *o, char *arg)
{
	static const char *const words[] = { "always", "never", "auto", NULL };
	int i = arg ? options_word(arg, words) : COLOR_ALWAYS;

	if (i < 0)
		return options_wrong("--color=%s: not always, never or auto", arg);
	o->color = (enum color)i;
	return OPTION_GOOD;
}

int opt_summary_sort_by(struct options *o, char *arg)
{
	static const char *const words[] = {
		"time", "calls", "errors", "name", "max", "none", NULL
	};
	int i = options_word(arg, words);

	if (i < 0)
		return options_wrong("-S %s: not time, calls, errors, name, max or none", arg);
	o->order = (enum order)i;
	return OPTION_GOOD;
}

int opt_by(struct options *o, char *arg)
{
	static const char *const words[] = { "call", "vm", "space", "process", NULL };
	char *word, *save;
	int i;

	o->by = 0;
	for (word = strtok_r(arg, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		i = options_word(word, words);
		if (i < 0)
			return options_wrong("--by=%s: not call, vm, space or process", word);
		o->by |= 1u << i;
	}
	return o->by ? OPTION_GOOD : options_wrong("--by: no word of call, vm, space and process is given");
}

int opt_show(struct options *o, char *arg)
{
	/* In the order of SHOW_*. */
	static const char *const words[] = {
		"vcpu", "ppid", "uid", "session", "cgroup", "container", "program", "start", NULL
	};
	char *word, *save;
	int i;

	for (word = strtok_r(arg, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		i = options_word(word, words);
		if (i < 0)
			return options_wrong("--show=%s: not vcpu, ppid, uid, session, cgroup, "
					     "container, program or start", word);
		o->show |= 1u << i;
	}
	return o->show ? OPTION_GOOD : options_wrong("--show: nothing is named");
}

int opt_interval(struct options *o, char *arg)
{
	if (!options_seconds(arg, &o->interval))
		return options_wrong("--interval %s: not a number of seconds", arg);
	return OPTION_GOOD;
}
