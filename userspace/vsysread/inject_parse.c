// SPDX-License-Identifier: GPL-2.0
/* The grammar of -e inject=: strace's, and what calls of a guest need besides. */
#include <stdlib.h>
#include <string.h>

#include "callers.h"
#include "inject.h"
#include "option.h"

/* Items that act on the call. */
#define ITEMS "error=, retval=, error_exit=, retval_exit=, argN=, delay_enter=, delay_exit=, " \
	      "poke_enter=, poke_exit="

OPTION_DEVICE_FLAG(allow_rewrite, allow_rewrite, "--allow-rewrite")
OPTION_DEVICE_FLAG(strict, strict, "--strict")

static int wrong(const struct inject *in, const char *item, const char *what)
{
	return options_wrong("-e %s=%s: '%s' %s", in->kind, in->text, item, what);
}

static struct vsys_act *new_act(struct inject *in, uint32_t what, uint32_t at)
{
	struct vsys_act *a = in->acts + in->nacts;

	if (in->nacts == VSYS_ACTS_MAX)
		return NULL;
	in->nacts++;
	*a = (struct vsys_act){ .what = what, .at = at };
	return a;
}

/* Take a number off the front of *@s. */
static bool take_number(const char **s, uint64_t *v)
{
	size_t n = strspn(*s, "0123456789");
	char digits[21];

	if (n >= sizeof(digits))
		return false;
	memcpy(digits, *s, n);
	digits[n] = '\0';
	*s += n;
	return options_number(digits, 1, INT64_MAX, false, v);
}

/* FIRST[..LAST][+[STEP]] */
static bool parse_when(struct inject *in, const char *s)
{
	if (!take_number(&s, &in->first))
		return false;
	in->step = 1;
	if (!strncmp(s, "..", 2)) {
		s += 2;
		if (!take_number(&s, &in->last) || in->last < in->first)
			return false;
	} else if (*s != '+') {
		in->last = in->first;
	}
	if (*s == '+' && *++s && !take_number(&s, &in->step))
		return false;
	return !*s;
}

/* A value of 64 bits, with or without a minus sign. */
static bool parse_value(const char *s, uint64_t *v)
{
	if (*s != '-')
		return options_number(s, 0, UINT64_MAX, false, v);
	if (!options_number(s + 1, 0, UINT64_C(1) << 63, false, v))
		return false;
	*v = -*v;
	return true;
}

/* Take "argN=" off the front of *@s. */
static bool take_arg(const char **s, uint32_t *index)
{
	const char *at = *s + 3;
	uint32_t v = 0;

	if (strncmp(*s, "arg", 3) || *at < '0' || *at > '9')
		return false;
	while (*at >= '0' && *at <= '9' && v < VSYS_ARGS_MAX)
		v = v * 10 + (uint32_t)(*at++ - '0');
	if (*at != '=' || v >= VSYS_ARGS_MAX)
		return false;
	*index = v;
	*s = at + 1;
	return true;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdefABCDEF", *at = c ? strchr(digits, c) : NULL;

	if (!at)
		return -1;
	return at - digits < 16 ? (int)(at - digits) : (int)(at - digits) - 6;
}

static bool parse_hex(struct vsys_act *a, const char *s, size_t n)
{
	unsigned char *bytes = malloc(VSYS_POKE_MAX);
	size_t i;
	int high, low;

	a->data = (uintptr_t)bytes;
	if (!bytes || !n || n % 2 || n / 2 > VSYS_POKE_MAX)
		return false;
	for (i = 0; i < n / 2; i++) {
		high = hex_digit(s[2 * i]);
		low = hex_digit(s[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		bytes[i] = (unsigned char)(high << 4 | low);
	}
	a->bytes = (uint32_t)i;
	return true;
}

/* @argN=HEX[,@argN=HEX]... */
static bool parse_poke(struct inject *in, const char *s, uint32_t at)
{
	struct vsys_act *a;
	size_t n;

	do {
		a = new_act(in, VSYS_ACT_POKE, at);
		if (!a || *s++ != '@' || !take_arg(&s, &a->index))
			return false;
		n = strcspn(s, ",");
		if (!parse_hex(a, s, n))
			return false;
		s += n;
	} while (*s++ == ',');
	return true;
}

static bool parse_set_arg(struct inject *in, const char *s)
{
	struct vsys_act *a = new_act(in, VSYS_ACT_ARG, VSYS_AT_ENTRY);
	uint64_t value;

	if (!a || !take_arg(&s, &a->index) || !parse_value(s, &value))
		return false;
	a->value = value;
	return true;
}

/* NUMBER[s|ms|us|ns], as strace has it; a hold that nobody resumes. */
static bool parse_delay(struct inject *in, const char *s, uint32_t at)
{
	static const struct {
		const char *name;
		double ms;
	} units[] = { { "", 1e-3 }, { "s", 1e3 }, { "ms", 1 }, { "us", 1e-3 }, { "ns", 1e-6 } };
	const char *unit = s + strspn(s, "0123456789.");
	struct vsys_act *a;
	char *end;
	double ms = strtod(s, &end);
	size_t i;

	for (a = in->acts; a < in->acts + in->nacts; a++)
		if (a->what == VSYS_ACT_HOLD && a->at == at)
			return false;
	a = new_act(in, VSYS_ACT_HOLD, at);
	for (i = 0; i < sizeof(units) / sizeof(units[0]) && strcmp(unit, units[i].name); i++)
		;
	if (!a || end != unit || end == s || i == sizeof(units) / sizeof(units[0]))
		return false;
	ms *= units[i].ms;
	if (ms <= 0 || ms > VSYS_HOLD_MS_MAX)
		return false;
	a->ms = (uint32_t)ms;
	a->ms += a->ms < ms;
	return true;
}

/* The text behind "@name="; NULL if @item is another one. */
static const char *value_of(const char *item, const char *name)
{
	size_t n = strlen(name);

	return strncmp(item, name, n) || item[n] != '=' ? NULL : item + n + 1;
}

/* pid= and the like */
static bool is_caller(const char *item)
{
	size_t n = strcspn(item, "=");

	return item[n] && callers_has(item, n);
}

static bool begins_item(const char *s)
{
	static const char *const names[] = {
		"error", "error_exit", "retval", "retval_exit", "when", "path", "delay_enter",
		"delay_exit", "poke_enter", "poke_exit", "signal", "syscall",
	};
	uint32_t index;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (value_of(s, names[i]))
			return true;
	return is_caller(s) || take_arg(&s, &index);
}

static bool is_pattern(const char *item)
{
	return value_of(item, "path") || value_of(item, "comm") || value_of(item, "container");
}

/*
 * Cut the first item off *@rest.  It ends at a ":"; a pattern may have colons, and ends
 * at one that an item follows.
 */
static char *next_item(char **rest)
{
	char *item = *rest, *end = strchr(item, ':');

	while (end && is_pattern(item) && !begins_item(end + 1))
		end = strchr(end + 1, ':');
	*rest = end ? end + 1 : NULL;
	if (end)
		*end = '\0';
	return item;
}

static int good_or(bool good, const struct inject *in, const char *item, const char *what)
{
	return good ? OPTION_GOOD : wrong(in, item, what);
}

/* error= and retval= replace the call; error_exit= and retval_exit= its result. */
static int take_answer(struct inject *in, const char *item, const char *error,
		       const char *retval, uint32_t at)
{
	if (in->answer)
		return wrong(in, item, "sets a second result");
	if (error && !*error)
		return wrong(in, item, "names no error");
	if (retval && !parse_value(retval, &in->result))
		return wrong(in, item, "is not a number");
	in->error = error;
	in->answer = new_act(in, at == VSYS_AT_ENTRY ? VSYS_ACT_SKIP : VSYS_ACT_RESULT, at);
	return good_or(in->answer, in, item, "exceeds the number of changes");
}

static int take_item(struct inject *in, char *item)
{
	static const char not_poke[] =
		"is not @argN=HEX[,@argN=HEX]..., of 4096 bytes at most";
	static const char not_delay[] = "is not one NUMBER[s|ms|us|ns], of 60 seconds at most";
	const char *v;

	if ((v = value_of(item, "error")))
		return take_answer(in, item, v, NULL, VSYS_AT_ENTRY);
	if ((v = value_of(item, "error_exit")))
		return take_answer(in, item, v, NULL, VSYS_AT_RETURN);
	if ((v = value_of(item, "retval")))
		return take_answer(in, item, NULL, v, VSYS_AT_ENTRY);
	if ((v = value_of(item, "retval_exit")))
		return take_answer(in, item, NULL, v, VSYS_AT_RETURN);
	if ((v = value_of(item, "when")))
		return good_or(!in->first && parse_when(in, v), in, item,
			       "is not FIRST[..LAST][+[STEP]], counted from 1, once");
	if ((v = value_of(item, "path"))) {
		if (in->path || !*v || strlen(v) > VSYS_GLOB_MAX)
			return wrong(in, item, "is not one pattern of 1 to 1024 bytes");
		in->path = v;
		return OPTION_GOOD;
	}
	if (is_caller(item))
		return callers_add(in->tasks, &in->ntasks, item, item + strcspn(item, "=") + 1);
	if ((v = value_of(item, "delay_enter")))
		return good_or(parse_delay(in, v, VSYS_AT_ENTRY), in, item, not_delay);
	if ((v = value_of(item, "delay_exit")))
		return good_or(parse_delay(in, v, VSYS_AT_RETURN), in, item, not_delay);
	if ((v = value_of(item, "poke_enter")))
		return good_or(parse_poke(in, v, VSYS_AT_ENTRY), in, item, not_poke);
	if ((v = value_of(item, "poke_exit")))
		return good_or(parse_poke(in, v, VSYS_AT_RETURN), in, item, not_poke);
	if (value_of(item, "signal") || value_of(item, "syscall"))
		return wrong(in, item, "cannot be done from outside of the guest");
	if (!strncmp(item, "arg", 3))
		return good_or(parse_set_arg(in, item), in, item,
			       "is not argN=NUMBER, N from 0 to 31");
	return wrong(in, item, "is not " ITEMS ", when=, path=, pid= or the like");
}

/* A skipped call may have a delay, at the end of which it is skipped. */
static int join_skip(struct inject *in)
{
	struct vsys_act *a;

	if (!in->answer || in->answer->what != VSYS_ACT_SKIP || in->nacts == 1)
		return OPTION_GOOD;
	for (a = in->acts; a < in->acts + in->nacts; a++)
		if (a != in->answer && (a->what != VSYS_ACT_HOLD || a->at != VSYS_AT_ENTRY))
			return options_wrong("-e %s=%s: error= and retval= skip the call; only "
					     "delay_enter= can be combined with them", in->kind,
					     in->text);
	a = &in->acts[in->answer == in->acts];
	a->index = VSYS_SKIP;
	in->acts[0] = *a;
	in->answer = in->acts;
	in->nacts = 1;
	return OPTION_GOOD;
}

static struct inject *append(struct options *o)
{
	struct inject **end = &o->injects;

	while (*end)
		end = &(*end)->next;
	return *end = calloc(1, sizeof(**end));
}

static int add(struct options *o, const char *kind, char *arg, const char *error)
{
	struct inject *in = append(o);
	int status = OPTION_GOOD;
	char *rest;

	if (!in)
		return options_wrong("-e %s=%s: out of memory", kind, arg);
	in->kind = kind;
	in->text = arg;
	in->calls = strdup(arg);
	if (!in->calls)
		return options_wrong("-e %s=%s: out of memory", kind, arg);
	rest = in->calls;
	next_item(&rest);
	if (!*in->calls || !strcmp(in->calls, "!"))
		return options_wrong("-e %s=%s: no system call is named", kind, arg);
	while (rest && status == OPTION_GOOD)
		status = take_item(in, next_item(&rest));
	if (status == OPTION_GOOD && error && !in->answer)
		status = take_answer(in, "error", error, NULL, VSYS_AT_ENTRY);
	if (status != OPTION_GOOD)
		return status;
	if (!in->nacts)
		return options_wrong("-e %s=%s: no action given; expected one of " ITEMS, kind,
				     arg);
	o->device_only = "-e inject=";
	return join_skip(in);
}

int inject_add(struct options *o, char *arg)
{
	return add(o, "inject", arg, NULL);
}

int inject_add_fault(struct options *o, char *arg)
{
	return add(o, "fault", arg, "ENOSYS");
}

void inject_free(struct options *o)
{
	struct inject *in;
	unsigned int i;

	while ((in = o->injects)) {
		o->injects = in->next;
		for (i = 0; i < in->nacts; i++)
			free((void *)(uintptr_t)in->acts[i].data);
		free(in->calls);
		free(in);
	}
}
