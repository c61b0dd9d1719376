// SPDX-License-Identifier: GPL-2.0
/*
 * The holder of the guests ../guests/x86_64/held.c and the like: treats each call as
 * ../guests/lib/held.h says, tries requests that must be refused, and reads the records.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../guests/lib/held.h"
#include "api.h"
#include "edit.h"

static int dev, other;	/* sessions; the other one does not hold */
static uint32_t abi;
static uint32_t nargs, valid;	/* of the call, from its entry */

static void held_args(struct held_call *c)
{
	uint64_t v[VSYS_ARGS_MAX], w[VSYS_ARGS_MAX];
	struct vsys_rec_entry *e = &c->entry;
	int i;

	check_err(edit_args(dev, c, 0, 0, e->nargs, v), 0, "all arguments");
	check(!memcmp(v, e->args, e->nargs * 8), "are those of the record");
	for (i = 0; i < e->nargs; i++)
		v[i] += HELD_ADD;
	check_err(edit_args(dev, c, VSYS_WRITE, 0, e->nargs, v), 0, "are written");
	check_err(edit_args(dev, c, 0, 0, e->nargs, w), 0, "are read again");
	check(!memcmp(v, w, e->nargs * 8), "are what was written");
	check_err(edit_args(dev, c, VSYS_WRITE, e->nargs, 1, v), EINVAL, "one more");
	check_err(edit_args(dev, c, 0, e->nargs - 1, 2, v), EINVAL, "one more to read");
	v[0] = 1ULL << 32;
	if (abi == VSYS_ABI_LINUX_I386 || abi == VSYS_ABI_WINDOWS_X86)
		check_err(edit_args(dev, c, VSYS_WRITE, 0, 1, v), EINVAL, "too wide");
}

/* Room for only some of the registers. */
static void few_regs(struct held_call *c)
{
	uint64_t v[3] = { 0, 0, HELD_VALUE };
	struct vsys_held_regs r = {
		.size = sizeof(r), .id = c->held.id, .values = (uintptr_t)v,
	};

	check_err(ctl(dev, VSYS_HELD_REGS, &r), EINVAL, "no room");
	r.count = VSYS_REGS_MAX + 1;
	check_err(ctl(dev, VSYS_HELD_REGS, &r), EINVAL, "more than there can be");
	r.count = 2;
	check_err(ctl(dev, VSYS_HELD_REGS, &r), 0, "two registers");
	check((uint32_t)v[VSYS_X86_RAX] == c->entry.r.nr && v[2] == HELD_VALUE, "and no third");
	r.count = 1;
	r.mask = 1 << VSYS_X86_RCX;
	r.flags = VSYS_WRITE;
	check_err(ctl(dev, VSYS_HELD_REGS, &r), EINVAL, "one beyond those given");
	r.count = 2;
	r.reserved = 1;
	check_err(ctl(dev, VSYS_HELD_REGS, &r), EINVAL, "reserved");
}

static void held_regs(struct held_call *c)
{
	struct edit_regs r = { 0 };
	struct vsys_rec_entry *e = &c->entry;

	memset(r.regs, 0xff, sizeof(r.regs));
	check_err(edit_regs(dev, c, 0, &r), 0, "registers");
	check(r.count == VSYS_X86_REG_NR, "their number");
	check(!r.regs[VSYS_X86_REG_NR] && !r.regs[VSYS_REGS_MAX - 1], "none beyond it");
	check(r.regs[VSYS_X86_RIP] == e->pc, "RIP is that of the instruction");
	check((uint32_t)r.regs[VSYS_X86_RAX] == e->r.nr, "RAX is the number");
	if (e->r.door == VSYS_DOOR_SYSCALL) {
		r.mask = 1 << VSYS_X86_RCX | 1 << VSYS_X86_RBX;
		check_err(edit_regs(dev, c, VSYS_WRITE, &r), EROFS, "RCX");
		check(r.mask == 1 << VSYS_X86_RCX, "is named");
		r.mask = 1 << VSYS_X86_R11;
		check_err(edit_regs(dev, c, VSYS_WRITE, &r), EROFS, "R11");
		r.mask = 1 << VSYS_X86_RIP;
		r.regs[VSYS_X86_RIP] = 1ULL << 63;
		check_err(edit_regs(dev, c, VSYS_WRITE, &r), EINVAL, "RIP");
	}
	if (abi == VSYS_ABI_LINUX_X86_64) {
		r.regs[VSYS_X86_RIP] = (1ULL << 47) - c->held.insn_len;
		check_err(edit_regs(dev, c, VSYS_WRITE, &r), 0, "the last RIP");
		check_err(edit_resume(dev, c, VSYS_SKIP, 0), EOPNOTSUPP, "skip from there");
		r.regs[VSYS_X86_RIP] = e->pc;
		check_err(edit_regs(dev, c, VSYS_WRITE, &r), 0, "RIP");
	}
	r.mask = 1 << VSYS_X86_RFLAGS;
	r.regs[VSYS_X86_RFLAGS] ^= 0x200;
	check_err(edit_regs(dev, c, VSYS_WRITE, &r), EINVAL, "IF");
	r.mask |= 1 << VSYS_X86_RBX;
	r.regs[VSYS_X86_RBX] = HELD_VALUE;
	r.regs[VSYS_X86_RFLAGS] ^= 0x201;
	check_err(edit_regs(dev, c, VSYS_WRITE, &r), 0, "RBX and CF");
	r.mask = 1ULL << VSYS_X86_REG_NR;
	check_err(edit_regs(dev, c, VSYS_WRITE, &r), EINVAL, "no register");
	few_regs(c);
}

static void held_memory(struct held_call *c)
{
	uint64_t v[2], fault;
	uint8_t bytes[512], was[512];

	check_err(edit_args(dev, c, 0, 0, 2, v), 0, "arguments");
	check_err(edit_mem(dev, c, 0, v[0], was, v[1], &fault), 0, "memory is read");
	memset(bytes, HELD_BYTE, sizeof(bytes));
	check_err(edit_mem(dev, c, VSYS_WRITE, v[0], bytes, v[1], &fault), 0, "and written");
	check_err(edit_mem(dev, c, 0, v[0], was, v[1], &fault), 0, "and read");
	check(!memcmp(bytes, was, v[1]), "as it was written");
	check_err(edit_mem(dev, c, VSYS_FORCE, v[0], was, 1, &fault), EINVAL, "forced read");
	check_err(edit_mem(dev, c, 0, v[0], was, 0, &fault), EINVAL, "no bytes");
}

static void held_readonly(struct held_call *c)
{
	uint64_t v[2], fault;
	uint8_t bytes[512];

	check_err(edit_args(dev, c, 0, 0, 2, v), 0, "arguments");
	memset(bytes, HELD_BYTE, sizeof(bytes));
	check_err(edit_mem(dev, c, VSYS_WRITE, v[0], bytes, v[1], &fault), EROFS, "read-only");
	check(fault == v[0], "is named");
	check_err(edit_mem(dev, c, VSYS_WRITE | VSYS_FORCE, v[0], bytes, v[1], &fault), 0,
		  "forced");
}

static void held_absent(struct held_call *c)
{
	uint64_t v[2], fault;
	uint8_t bytes[512];

	check_err(edit_args(dev, c, 0, 0, 2, v), 0, "arguments");
	memset(bytes, HELD_BYTE, sizeof(bytes));
	check_err(edit_mem(dev, c, VSYS_WRITE, v[0], bytes, v[1] + 1, &fault),
		  EADDRNOTAVAIL, "absent");
	check(fault == v[0] + v[1], "is named");
	check_err(edit_mem(dev, c, 0, v[0], bytes, v[1] + 1, &fault), EADDRNOTAVAIL,
		  "absent to read");
	check_err(edit_mem(dev, c, VSYS_WRITE | VSYS_PHYS, 1ULL << 40, bytes, 1, &fault),
		  EADDRNOTAVAIL, "no such guest-physical address");
	check(fault == 1ULL << 40, "is named");
	check_err(edit_mem(dev, c, VSYS_WRITE, ~0ULL, bytes, 2, &fault), EADDRNOTAVAIL,
		  "around the end");
}

static void held_phys(struct held_call *c)
{
	uint64_t v[2], fault;
	uint8_t bytes[512];

	check_err(edit_args(dev, c, 0, 0, 2, v), 0, "arguments");
	memset(bytes, HELD_BYTE, sizeof(bytes));
	check_err(edit_mem(dev, c, VSYS_WRITE | VSYS_PHYS, v[0], bytes, v[1], &fault), 0,
		  "guest-physical memory is written");
}

/* The vCPU's thread gets a signal: the call is held again. */
static void away(struct held_call *c)
{
	struct held_call old = *c;
	struct edit_regs r;
	pid_t pid = c->r.vm;

	kill(pid, SIGSTOP);
	check(WAIT_FOR(edit_regs(dev, c, 0, &r) == ESTALE), "gives way to a signal");
	kill(pid, SIGCONT);
	check_err(edit_next(dev, c), 0, "is held again");
	check(c->held.flags == VSYS_HELD_AGAIN, "and says so");
	check(c->held.id > old.held.id, "by another name");
	check(c->held.at == old.held.at, "at the same place");
	check(call_of(c) == call_of(&old), "and is the same call");
}

static void held_away(struct held_call *c)
{
	uint64_t v, w;
	int i;

	check_err(edit_args(dev, c, 0, 0, 1, &v), 0, "argument");
	v += HELD_ADD;
	check_err(edit_args(dev, c, VSYS_WRITE, 0, 1, &v), 0, "is written");
	for (i = 0; i < 3; i++) {
		away(c);
		check_err(edit_args(dev, c, 0, 0, 1, &w), 0, "argument again");
		check(v == w, "as it was written");
	}
}

static int held_number(struct held_call *c, uint64_t nr)
{
	struct edit_regs r = { .mask = 1 << VSYS_X86_RAX };

	r.regs[VSYS_X86_RAX] = nr;
	return edit_regs(dev, c, VSYS_WRITE, &r);
}

static void resume(struct held_call *c, uint32_t verdict, uint64_t result)
{
	check_err(edit_resume(dev, c, verdict, result), 0, "resumed");
	check_err(edit_resume(dev, c, VSYS_CONTINUE, 0), ESTALE, "not twice");
}

/* At the return only the result and memory can be changed. */
static void at_return(struct held_call *c)
{
	struct edit_regs r = { .mask = 1 << VSYS_X86_RIP };
	uint64_t v[VSYS_ARGS_MAX] = { 0 };

	check_err(edit_args(dev, c, 0, 0, valid, v), 0, "arguments at return");
	if (valid < nargs)
		check_err(edit_args(dev, c, 0, 0, nargs, v), EADDRNOTAVAIL,
			  "one that could not be read");
	check_err(edit_args(dev, c, VSYS_WRITE, 0, 1, v), EOPNOTSUPP, "argument at return");
	check_err(edit_regs(dev, c, VSYS_WRITE, &r), EROFS, "RIP at return");
	check_err(edit_resume(dev, c, VSYS_SKIP, 0), EINVAL, "skip at return");
}

/* Perform the action for the call's number; false after the last call. */
static bool serve(struct held_call *c)
{
	const struct vsys_record *r = &c->r;

	if (c->held.at == VSYS_AT_ENTRY) {
		nargs = c->entry.nargs;
		valid = c->entry.valid;
	}
	printf("# call %#x, %s\n", r->nr, c->held.at == VSYS_AT_ENTRY ? "entry" : "return");
	switch (r->nr) {
	case HELD_ARGS:
		held_args(c);
		break;
	case HELD_SKIP:
		check_err(edit_resume(dev, c, VSYS_RESULT, 0), EINVAL, "result at entry");
		check_err(edit_resume(dev, c, 99, 0), EINVAL, "no verdict");
		resume(c, VSYS_SKIP, HELD_RESULT);
		return true;
	case HELD_REGS:
		held_regs(c);
		break;
	case HELD_MEMORY:
		held_memory(c);
		break;
	case HELD_READONLY:
		held_readonly(c);
		break;
	case HELD_ABSENT:
		held_absent(c);
		break;
	case HELD_PHYS:
		held_phys(c);
		break;
	case HELD_AWAY:
		held_away(c);
		break;
	case HELD_NUMBER:
		check_err(held_number(c, HELD_CONTINUE), 0, "another number");
		break;
	case HELD_ELSEWHERE:
		check_err(held_number(c, HELD_KNOWN), 0, "a number that rules concern");
		away(c);
		break;
	case HELD_RETURN:
	case HELD_AWAY_RETURN:
		if (c->held.at == VSYS_AT_ENTRY)
			break;
		if (r->nr == HELD_AWAY_RETURN)
			away(c);
		at_return(c);
		resume(c, VSYS_RESULT, HELD_RESULT);
		return true;
	}
	resume(c, VSYS_CONTINUE, 0);
	return r->nr != HELD_END;
}

static void add_rules(void)
{
	static const struct vsys_act hold[] = {
		{ .what = VSYS_ACT_HOLD, .at = VSYS_AT_ENTRY, .ms = VSYS_HOLD_MS_MAX },
		{ .what = VSYS_ACT_HOLD, .at = VSYS_AT_RETURN, .ms = VSYS_HOLD_MS_MAX },
	};
	static const struct vsys_act skip = {
		.what = VSYS_ACT_SKIP, .at = VSYS_AT_ENTRY, .value = HELD_RESULT,
	}, result = {
		.what = VSYS_ACT_RESULT, .at = VSYS_AT_RETURN, .value = HELD_RESULT,
	}, arg = {
		.what = VSYS_ACT_ARG, .at = VSYS_AT_ENTRY, .index = 1, .value = HELD_VALUE,
	}, poke = {
		.what = VSYS_ACT_POKE, .at = VSYS_AT_ENTRY, .value = 1,
		.data = (uintptr_t)RULE_BYTES, .bytes = sizeof(RULE_BYTES) - 1,
	}, moment = {
		.what = VSYS_ACT_HOLD, .at = VSYS_AT_ENTRY, .ms = 1,
		.index = VSYS_SKIP, .value = HELD_RESULT,
	};
	static const struct vsys_cond equal = {
		.what = VSYS_COND_ARG, .op = VSYS_COND_EQ, .mask = ~0ULL,
		.value = HELD_VALUE,
	}, failed = {
		.what = VSYS_COND_RESULT, .op = VSYS_COND_EQ, .mask = ~0ULL, .value = 5,
	};
	struct vsys_rule r = { 0 };
	uint32_t nr;

	for (nr = HELD_CONTINUE; nr <= HELD_END; nr++)
		if (nr < RULE_SKIP || nr == HELD_END)
			check_err(rule_add(dev, &r, nr, hold, 1 + (nr == HELD_RETURN ||
				  nr == HELD_AWAY_RETURN), NULL), 0, "a rule to hold");
	check_err(rule_add(dev, &r, HELD_KNOWN, hold, 1, NULL), 0, "a rule to hold");
	check_err(rule_add(dev, &r, RULE_SKIP, &skip, 1, NULL), 0, "to skip");
	check_err(rule_add(dev, &r, RULE_RESULT, &result, 1, NULL), 0, "for a result");
	check_err(rule_add(dev, &r, RULE_ARG, &arg, 1, NULL), 0, "for an argument");
	check_err(rule_add(dev, &r, RULE_POKE, &poke, 1, NULL), 0, "for memory");
	check_err(rule_add(other, &r, RULE_DEADLINE, &moment, 1, NULL), 0, "with a deadline");
	check_err(rule_add(dev, &r, RULE_EQUAL, &result, 1, &equal), 0, "for a value");
	check_err(rule_add(dev, &r, RULE_FAILED, &result, 1, &failed), 0, "by the result");
	r.first = 2;
	r.step = 2;
	check_err(rule_add(dev, &r, RULE_SECOND, &result, 1, NULL), 0, "for every second");
}

/* The records of the calls, in the header's order. */
static void read_records(unsigned int want_signals, unsigned int want_skipped)
{
	static uint64_t buf[1 << 17];
	unsigned int entries = 0, returns = 0, begun = 0, ended = 0, signals = 0, edits = 0;
	unsigned int skipped = 0;
	uint64_t last = 0;
	bool twice = false;
	ssize_t n, at;

	nap(100);
	n = read(dev, buf, sizeof(buf));
	for (at = 0; at < n; at += ((struct vsys_record *)((char *)buf + at))->size) {
		const struct vsys_record *r = (void *)((char *)buf + at);
		const struct vsys_rec_hold *h = (void *)r;

		switch (r->type) {
		case VSYS_REC_ENTRY:
			twice |= ((struct vsys_rec_entry *)r)->call == last;
			last = ((struct vsys_rec_entry *)r)->call;
			entries++;
			break;
		case VSYS_REC_RETURN:
			returns++;
			skipped += !!(r->flags & VSYS_F_SKIPPED);
			break;
		case VSYS_REC_HOLD:
			if (h->event == VSYS_HOLD_BEGIN)
				begun++;
			else
				ended++;
			signals += h->event == VSYS_HOLD_SIGNAL;
			break;
		case VSYS_REC_EDIT:
			edits++;
			break;
		}
	}
	printf("# %u entries, %u returns, %u skipped, %u holds, %u edits\n", entries,
	       returns, skipped, begun, edits);
	check(entries && !twice, "no call has two entries");
	check(returns == entries || returns == entries - 1, "each has one return");
	check(begun == ended, "each hold ends");
	check(signals == want_signals, "%u gave way", signals);
	check(skipped == want_skipped, "%u were skipped", skipped);
	check(edits > skipped, "edits are told");
}

/* Count the other session's rules of which an action failed. */
static uint64_t failures(void)
{
	struct vsys_rule_info i = { .size = sizeof(i) };
	uint64_t failed = 0;

	while (!ctl(other, VSYS_RULE_INFO, &i))
		failed += i.failed;
	return failed;
}

/* Skip calls of @nr; unless @glob is empty, only with a string like it, ignoring case. */
static int skip_by_glob(uint32_t nr, const char *glob)
{
	static const struct vsys_act skip = {
		.what = VSYS_ACT_SKIP, .at = VSYS_AT_ENTRY, .value = HELD_RESULT,
	};
	struct vsys_rule r = {
		.flags = VSYS_RULE_NOCASE | VSYS_RULE_GLOB_ANY,
		.glob = (uintptr_t)glob, .glob_bytes = strlen(glob),
	};

	return rule_add(other, &r, nr, &skip, 1, NULL);
}

/* held PROFILE READY SIGNALS SKIPPED [NUMBER PATTERN]... */
int test_held(char **arg)
{
	struct vsys_attach a = { .size = sizeof(a) };
	static struct held_call c;
	int err, i;

	dev = device(O_RDWR | O_NONBLOCK);
	other = device(O_RDWR);
	if (!arg[0] || !arg[1] || !arg[2] || !arg[3] || strlen(arg[0]) >= sizeof(a.profile))
		return 2;
	strcpy(a.profile, arg[0]);
	check_err(edit_next_now(dev, &c), EAGAIN, "nothing is held");
	add_rules();
	for (i = 4; arg[i] && arg[i + 1]; i += 2)
		check_err(skip_by_glob(strtoul(arg[i], NULL, 0), arg[i + 1]), 0, "by a string");
	check_err(ctl(dev, VSYS_ATTACH, &a), 0, "attach");
	check_err(ctl(other, VSYS_ATTACH, &a), 0, "attach another session");
	tell_ready(arg[1]);
	do {
		err = edit_next(dev, &c);
		check_err(err, 0, "a held call");
		abi = c.r.abi;
	} while (!err && serve(&c));
	/* The calls raw[] of ../guests/lib/held32.c cannot be skipped. */
	check(failures() == (abi == VSYS_ABI_LINUX_I386), "a skip that cannot be is counted");
	read_records(strtoul(arg[2], NULL, 0), strtoul(arg[3], NULL, 0));
	close(dev);
	close(other);
	return finish();
}
