// SPDX-License-Identifier: GPL-2.0
/* -e inject=: make the module's rules, and print how often they acted. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vsyscalls/held.h>

#include "inject.h"
#include "option.h"
#include "wanted.h"

enum { MAX_ERRNO = 4095 };

/* The -e inject= for which rules are made, and the ABI of the next one. */
struct making {
	struct inject *in;
	const struct vsys_profiles *profiles;
	const bool *used;
	unsigned int abi;		/* 0 for all */
	bool strict;			/* --strict */
};

__attribute__((format(printf, 2, 3)))
static int wrong(const struct inject *in, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "vsysread: -e %s=%s: ", in->kind, in->text);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return -1;
}

static bool in_set(const struct vsys_set *set, const char *name, uint64_t *value)
{
	unsigned int i;

	for (i = 0; set && i < set->n; i++) {
		if (strcmp(set->consts[i].name, name))
			continue;
		*value = set->consts[i].value;
		return true;
	}
	return false;
}

/* Look the name up in NTSTATUS, the type of nearly all results. */
static bool in_status(const struct vsys_numbering *numbers, const char *name, uint64_t *value)
{
	const struct vsys_number *n;
	const struct vsys_type *type;

	for (n = numbers->numbers; n < numbers->numbers + numbers->n; n++) {
		type = numbers->calls[n->call].result;
		if (type->cls == VSYS_CL_STATUS)
			return in_set(type->set, name, value);
	}
	return false;
}

static bool error_in(const struct vsys_numbering *numbers, const char *name, uint64_t *result)
{
	uint64_t v;

	if (vsys_abi_os(numbers->abi) == VSYS_OS_WINDOWS) {
		if (!in_status(numbers, name, &v))
			return false;
		*result = (uint32_t)v;
		return true;
	}
	if (!options_number(name, 1, MAX_ERRNO, false, &v) && !in_set(numbers->errors, name, &v))
		return false;
	*result = -v;
	return true;
}

/* Set the result to the value of error=, which must be the same in all profiles in use. */
static int find_error(struct making *m)
{
	const struct vsys_numbering *numbers;
	const struct vsys_table *table;
	bool any = false;
	uint64_t result;
	unsigned int i, j;

	for (i = 0; i < m->profiles->n; i++) {
		table = m->used[i] ? m->profiles->v[i].table : NULL;
		for (j = 0; table && j < table->nabis; j++) {
			numbers = &table->abis[j];
			if (m->abi && numbers->abi != m->abi)
				continue;
			if (!error_in(numbers, m->in->error, &result))
				return wrong(m->in, "%s has no error '%s'", table->name,
					     m->in->error);
			if (any && result != m->in->result)
				return wrong(m->in, "error '%s' is not the same in all profiles",
					     m->in->error);
			m->in->result = result;
			any = true;
		}
	}
	return any ? 0 : wrong(m->in, "no profile in use has known errors");
}

/* Windows ignores the case of names. */
static bool any_windows(const struct making *m)
{
	unsigned int i;

	if (m->abi)
		return vsys_abi_os(m->abi) == VSYS_OS_WINDOWS;
	for (i = 0; i < m->profiles->n; i++)
		if (m->used[i] && m->profiles->v[i].table &&
		    m->profiles->v[i].table->os == VSYS_OS_WINDOWS)
			return true;
	return false;
}

static int add_rule(struct making *m, struct vsys_device *d, const struct vsys_number_set *set)
{
	struct inject *in = m->in;
	struct vsys_rule r = {
		.acts = (uintptr_t)in->acts, .nacts = in->nacts,
		.tasks = (uintptr_t)in->tasks, .ntasks = in->ntasks,
		.first = in->first, .last = in->last, .step = in->step,
	};

	if (!set->invert && !vsys_number_set_list(set, NULL))
		return 0;
	if (in->error && find_error(m))
		return -1;
	if (in->answer)
		in->answer->value = in->result;
	if (in->path) {
		r.glob = (uintptr_t)in->path;
		r.glob_bytes = (uint32_t)strlen(in->path);
		r.flags = VSYS_RULE_GLOB_ANY | (any_windows(m) ? VSYS_RULE_NOCASE : 0) |
			  (m->strict ? VSYS_RULE_STRICT : 0);
	}
	if (vsys_device_rule_add_set(d, m->abi, set, &r))
		return wrong(in, "%s", vsys_error());
	in->rules[in->nrules++] = r.id;
	return 0;
}

static int install_one(struct making *m, const struct vsys_callsets *calls, struct vsys_device *d)
{
	struct vsys_number_set set;
	bool exact;
	int err = 0;

	for (m->abi = 0; !err && m->abi < VSYS_ABI_NR; m->abi++) {
		if (!vsys_callsets_get(calls, m->abi, &set, &exact))
			continue;
		if (!exact)
			return wrong(m->in,
				     "the profiles have different calls of these names: trace one "
				     "profile at a time, or give numbers");
		err = add_rule(m, d, &set);
	}
	return err;
}

int inject_install(struct options *o, const struct vsys_profiles *profiles,
		   const bool *used, struct vsys_device *d)
{
	struct vsys_callsets *calls;
	struct inject *in;
	int err = 0;

	for (in = o->injects; !err && in; in = in->next) {
		struct making m = { in, profiles, used, 0, o->strict };
		const char *expr = m.in->calls;

		calls = wanted_calls(&expr, 1, profiles, used);
		o->misused |= !calls;
		err = calls ? install_one(&m, calls, d) : -1;
		vsys_callsets_free(calls);
	}
	return err;
}

bool inject_totals(const struct options *o, struct vsys_device *d)
{
	struct vsys_rule_info info, sum;
	const struct inject *in;
	bool good = true;
	unsigned int i;

	for (in = o->injects; in; in = in->next) {
		sum = (struct vsys_rule_info){ 0 };
		for (i = 0; i < in->nrules; i++) {
			info.id = in->rules[i] - 1;
			if (vsys_device_rule_next(d, &info) || info.id != in->rules[i])
				continue;
			sum.matched += info.matched;
			sum.acted += info.acted;
			sum.failed += info.failed;
			sum.error = info.failed ? info.error : sum.error;
		}
		good &= !sum.failed;
		if (o->quiet && !sum.failed)
			continue;
		fprintf(stderr, "vsysread: %s=%s: %" PRIu64 " calls matched, %" PRIu64
			" changed", in->kind, in->text, (uint64_t)sum.matched,
			(uint64_t)(sum.acted - sum.failed));
		if (sum.failed)
			fprintf(stderr, ", %" PRIu64 " failed: %s", (uint64_t)sum.failed,
				strerror((int)sum.error));
		fputc('\n', stderr);
	}
	return good;
}
