// SPDX-License-Identifier: GPL-2.0
/* Rules of a session: add, list, remove. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "handle.h"
#include <vsyscalls/held.h>

static const char *reason(int err)
{
	switch (err) {
	case ENOSPC:
		return "there are as many rules as there can be";
	case EINVAL:
		return "the module refuses a condition, an action or a number of it";
	case ENOENT:
		return "there is no such rule";
	default:
		return vsys_edit_error(err);
	}
}

static int fail(const char *what, int err)
{
	return vsys_fail(-err, "%s: %s", what, reason(err));
}

int vsys_device_rule_add(struct vsys_device *s, struct vsys_rule *rule)
{
	rule->size = sizeof(*rule);
	if (ioctl(vsys_device_fd(s), VSYS_RULE, rule) < 0)
		return fail("a rule", errno);
	return 0;
}

int vsys_device_rule_remove(struct vsys_device *s, uint64_t id)
{
	struct vsys_rule_info info = { .size = sizeof(info), .id = id };

	if (ioctl(vsys_device_fd(s), VSYS_UNRULE, &info) < 0)
		return fail("removing a rule", errno);
	return 0;
}

int vsys_device_rule_next(struct vsys_device *s, struct vsys_rule_info *info)
{
	*info = (struct vsys_rule_info){ .size = sizeof(*info), .id = info->id };
	if (ioctl(vsys_device_fd(s), VSYS_RULE_INFO, info) < 0)
		return fail("listing rules", errno);
	return 0;
}

/* The numbers that names have in an ABI; returns how many there are. */
static uint32_t numbers_of(const struct vsys_numbering *of, const char *calls, uint32_t *numbers)
{
	const struct vsys_number *n;
	const char *name, *at;
	uint32_t count = 0;
	size_t len;

	for (n = of->numbers; n < of->numbers + of->n; n++) {
		name = of->calls[n->call].name;
		len = strlen(name);
		for (at = calls; at; at = strchr(at, ',')) {
			at += *at == ',';
			if (!strncmp(at, name, len) && (!at[len] || at[len] == ',')) {
				numbers[count++] = n->nr;
				break;
			}
		}
	}
	return count;
}

int vsys_device_rule_add_calls(struct vsys_device *s, const struct vsys_table *table,
			const char *calls, struct vsys_rule *rule)
{
	uint32_t *numbers = malloc(VSYS_FILTER_NUMBERS * sizeof(*numbers));
	uint64_t ids[VSYS_ABI_NR];
	int n = 0, err = 0;
	unsigned int i;

	if (!numbers)
		return vsys_fail(-ENOMEM, "%s: out of memory", calls);
	rule->numbers = (uintptr_t)numbers;
	for (i = 0; !err && i < table->nabis && n < VSYS_ABI_NR; i++) {
		rule->count = numbers_of(&table->abis[i], calls, numbers);
		rule->abi = table->abis[i].abi;
		rule->id = 0;
		if (!rule->count)
			continue;
		err = vsys_device_rule_add(s, rule);
		if (!err)
			ids[n++] = rule->id;
	}
	free(numbers);
	if (!err && !n)
		return vsys_fail(-ENOENT, "profile %s has none of %s", table->name, calls);
	while (err && n)
		vsys_device_rule_remove(s, ids[--n]);
	return err ? err : n;
}
