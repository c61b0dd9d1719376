// SPDX-License-Identifier: GPL-2.0
/* Writes to a machine whose dirty pages KVM logs in a ring: the machine is minivm's. */
#include <fcntl.h>
#include <unistd.h>

#include "../guests/lib/held.h"
#include "edit.h"

enum { GETPID = 39, POKERS = 64 };

static struct held_call call;

/*
 * dirty: write to a machine's memory more often than its ring of dirty pages has
 * entries.  Its process must empty the ring in between.
 */
static void held_writes(void)
{
	enum { WRITES = 1000, PLACE = 0x7f0000 };
	static const struct vsys_act hold = {
		.what = VSYS_ACT_HOLD, .at = VSYS_AT_ENTRY, .ms = VSYS_HOLD_MS_MAX,
	};
	int fd = device(O_RDWR | O_NONBLOCK), i, err, away = 0;
	struct vsys_rule r = { .last = 1 };
	uint64_t fault;
	uint32_t value;

	check_err(rule_add(fd, &r, GETPID, &hold, 1, NULL), 0, "a rule to hold");
	check_err(attach(fd, 0), 0, "attach");
	check_err(edit_next(fd, &call), 0, "a held call");
	for (i = 0; i < WRITES; i++) {
		value = i;
		err = edit_mem(fd, &call, VSYS_WRITE | VSYS_PHYS, PLACE, &value, sizeof(value),
			       &fault);
		if (err != ESTALE)
			continue;
		away++;
		i--;
		if (edit_next(fd, &call))
			break;
	}
	check(i == WRITES && !err, "%d writes", i);
	check(away >= 3 && away < 10, "the hold gave way %d times", away);
	check_err(edit_mem(fd, &call, VSYS_PHYS, PLACE, &value, sizeof(value), &fault), 0, "read");
	check(value == WRITES - 1, "the last one is there");
	check_err(edit_resume(fd, &call, VSYS_CONTINUE, 0), 0, "resumed");
	close(fd);
}

/* Has a call matched the session's first rule? */
static bool matched(int fd)
{
	struct vsys_rule_info info = { .size = sizeof(info) };

	return ctl(fd, VSYS_RULE_INFO, &info) || info.matched;
}

/* dirty READY: the same by the rules of one call, which are not all done then */
static void rule_writes(const char *ready)
{
	struct vsys_act pokes[VSYS_ACTS_MAX];
	struct vsys_rule_info info = { .size = sizeof(info) };
	uint64_t failed = 0, acted = 0;
	struct vsys_rule r = { 0 };
	int fd = device(O_RDWR), i;

	for (i = 0; i < VSYS_ACTS_MAX; i++)
		pokes[i] = (struct vsys_act) {
			.what = VSYS_ACT_POKE, .at = VSYS_AT_ENTRY, .bytes = 1,
			.data = (uintptr_t)"",
		};
	for (i = 0; i < POKERS; i++)
		if (rule_add(fd, &r, RULE_POKE, pokes, VSYS_ACTS_MAX, NULL))
			die("a rule");
	check_err(attach(fd, 0), 0, "attach");
	tell_ready(ready);
	check(WAIT_FOR(matched(fd)), "a call matches");
	nap(500);
	for (i = 0; i < POKERS; i++) {
		if (ctl(fd, VSYS_RULE_INFO, &info))
			die("VSYS_RULE_INFO");
		acted += info.acted;
		failed += info.failed;
		if (info.failed && info.error != EAGAIN)
			check(false, "a rule failed with %u", info.error);
	}
	check(acted - failed >= 5 && failed > 10, "%lu rules failed, %lu acted", failed, acted);
	close(fd);
}

int test_dirty(char **arg)
{
	if (arg[0])
		rule_writes(arg[0]);
	else
		held_writes();
	return finish();
}
