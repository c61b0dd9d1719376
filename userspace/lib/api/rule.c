// SPDX-License-Identifier: GPL-2.0
/* Rules of a session: add, list, remove. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "handle.h"
#include <vsyscalls/held.h>

static const char *reason(int err)
{
	switch (err) {
	case ENOSPC:
		return "too many rules, rules for one call, or rules by task";
	case EINVAL:
		return "the module rejected a condition, action or value of the rule";
	case ENOENT:
		return "no such rule";
	default:
		return vsys_edit_error(err);
	}
}

static int fail_ioctl(const char *what, int err)
{
	return vsys_fail(-err, "%s: %s", what, reason(err));
}

int vsys_device_rule_add(struct vsys_device *d, struct vsys_rule *rule)
{
	rule->size = sizeof(*rule);
	if (ioctl(vsys_device_fd(d), VSYS_RULE, rule) < 0)
		return fail_ioctl("a rule", errno);
	return 0;
}

int vsys_device_rule_remove(struct vsys_device *d, uint64_t id)
{
	struct vsys_rule_info info = { .size = sizeof(info), .id = id };

	if (ioctl(vsys_device_fd(d), VSYS_UNRULE, &info) < 0)
		return fail_ioctl("removing a rule", errno);
	return 0;
}

int vsys_device_rule_next(struct vsys_device *d, struct vsys_rule_info *info)
{
	*info = (struct vsys_rule_info){ .size = sizeof(*info), .id = info->id };
	if (ioctl(vsys_device_fd(d), VSYS_RULE_INFO, info) < 0)
		return fail_ioctl("listing rules", errno);
	return 0;
}

int vsys_device_rule_add_set(struct vsys_device *d, unsigned int abi,
			     const struct vsys_number_set *set, struct vsys_rule *rule)
{
	uint32_t *numbers = malloc(VSYS_FILTER_NUMBERS * sizeof(*numbers));
	int err;

	if (!numbers)
		return vsys_fail(-ENOMEM, "a rule: out of memory");
	rule->abi = abi;
	rule->flags = (rule->flags & ~VSYS_RULE_INVERT) | (set->invert ? VSYS_RULE_INVERT : 0);
	rule->numbers = (uintptr_t)numbers;
	rule->count = vsys_number_set_list(set, numbers);
	rule->id = 0;
	err = rule->count || set->invert ? vsys_device_rule_add(d, rule) : 0;
	rule->numbers = 0;
	free(numbers);
	return err;
}

/* Add a rule for each ABI in which @c has calls; @ids has room for VSYS_ABI_NR. */
static int add_sets(struct vsys_device *d, const struct vsys_callsets *c,
		    struct vsys_rule *rule, uint64_t *ids)
{
	struct vsys_number_set set;
	unsigned int abi;
	int n = 0, err = 0;
	bool exact;

	for (abi = 0; !err && abi < VSYS_ABI_NR; abi++) {
		if (!vsys_callsets_get(c, abi, &set, &exact))
			continue;
		err = vsys_device_rule_add_set(d, abi, &set, rule);
		if (!err && rule->id)
			ids[n++] = rule->id;
	}
	while (err && n)
		vsys_device_rule_remove(d, ids[--n]);
	return err ? err : n;
}

int vsys_device_rule_add_calls(struct vsys_device *d, const struct vsys_table *table,
			       const char *calls, struct vsys_rule *rule)
{
	struct vsys_profile_entry entry = { .table = table };
	const struct vsys_profiles profile = { .n = 1, .v = &entry };
	uint64_t ids[VSYS_ABI_NR];
	struct vsys_callsets *c;
	int ret;

	snprintf(entry.name, sizeof(entry.name), "%s", table->name);
	ret = vsys_callsets_new(&profile, NULL, &c);
	if (!ret)
		ret = vsys_callsets_add(c, calls, VSYS_CALLSETS_ANY);
	if (!ret)
		ret = add_sets(d, c, rule, ids);
	vsys_callsets_free(c);
	return ret;
}
