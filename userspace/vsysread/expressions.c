// SPDX-License-Identifier: GPL-2.0
/* -e: one function for each kind of expression. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "callers.h"
#include "inject.h"
#include "option.h"
#include "strace.h"

static int add_trace(struct options *o, char *arg)
{
	if (o->nexprs == MAX_EXPRS)
		return options_wrong("-e trace=: more than %d of them", MAX_EXPRS);
	if (!*arg || !strcmp(arg, "!"))
		return options_wrong("-e: no system call is named");
	o->exprs[o->nexprs++] = arg;
	return OPTION_GOOD;
}

static unsigned int status_bit(const char *word)
{
	if (!strcmp(word, "successful"))
		return STATUS_SUCCESSFUL;
	if (!strcmp(word, "failed"))
		return STATUS_FAILED;
	return strcmp(word, "unfinished") ? 0 : STATUS_UNFINISHED;
}

static int add_status(struct options *o, char *arg)
{
	bool hide = *arg == '!';
	unsigned int bits = 0;
	char *word, *save;

	arg += hide;
	for (word = strtok_r(arg, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		if (!status_bit(word))
			return options_wrong("-e status=%s: not failed, successful or unfinished",
					     word);
		bits |= status_bit(word);
	}
	if (!bits)
		return options_wrong("-e status=: no status is named");
	o->status |= hide ? STATUS_ALL & ~bits : bits;
	return OPTION_GOOD;
}

static int add_space(struct options *o, char *arg)
{
	bool hide = *arg == '!';
	char *word, *save;
	uint64_t space;

	if (o->nspaces && hide != o->hide_spaces)
		return options_wrong("-e space=: spaces to show and spaces to hide cannot be combined");
	o->hide_spaces = hide;
	arg += hide;
	if (!*arg)
		return options_wrong("-e space=: no address space is named");
	for (word = strtok_r(arg, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		if (!options_number(word, 0, UINT64_MAX, false, &space))
			return options_wrong("-e space=%s: not a number", word);
		if (o->nspaces == MAX_SPACES)
			return options_wrong("-e space=: more than %d address spaces", MAX_SPACES);
		o->spaces[o->nspaces++] = space;
	}
	return OPTION_GOOD;
}

static const struct {
	const char *name;
	int (*add)(struct options *o, char *arg);
} kinds[] = {
	{ "decode-fds", opt_decode_fds },
	{ "fault", inject_add_fault },
	{ "inject", inject_add },
	{ "read", dump_add_read },
	{ "write", dump_add_write },
	{ "trace", add_trace },
	{ "status", add_status },
	{ "space", add_space },
};

int opt_expr(struct options *o, char *arg)
{
	size_t n = strspn(arg, "abcdefghijklmnopqrstuvwxyz-"), i;

	if (arg[n] != '=')
		return add_trace(o, arg);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i].name) == n && !strncmp(kinds[i].name, arg, n))
			return kinds[i].add(o, arg + n + 1);
	if (callers_has(arg, n))
		return callers_add(o->conds, &o->nconds, arg, arg + n + 1);
	return strace_kind(o, arg, n, arg + n + 1);
}

int opt_successful_only(struct options *o, char *arg)
{
	(void)arg;
	o->status |= STATUS_SUCCESSFUL;
	return OPTION_GOOD;
}

int opt_failed_only(struct options *o, char *arg)
{
	(void)arg;
	o->status |= STATUS_FAILED;
	return OPTION_GOOD;
}

/* "0,2-3" */
int opt_vcpu(struct options *o, char *arg)
{
	uint64_t first, last;
	char *word, *save, *dash;

	for (word = strtok_r(arg, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		dash = strchr(word, '-');
		if (dash)
			*dash++ = '\0';
		if (!options_number(word, 0, MAX_VCPUS - 1, false, &first) ||
		    !options_number(dash ? dash : word, first, MAX_VCPUS - 1, false, &last))
			return options_wrong("--vcpu %s%s%s: expected N or N-M, from 0 to %d", word,
					     dash ? "-" : "", dash ? dash : "", MAX_VCPUS - 1);
		for (; first <= last; first++)
			o->vcpus[first / 8] |= (unsigned char)(1u << first % 8);
		o->has_vcpus = true;
	}
	return o->has_vcpus ? OPTION_GOOD : options_wrong("--vcpu: no vCPU is named");
}
