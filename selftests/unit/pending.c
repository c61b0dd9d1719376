// SPDX-License-Identifier: GPL-2.0
/* Calls that await their return: which one returns, which is evicted. */
#include <pthread.h>
#include <string.h>

#include "../../kmod/pending.h"
#include "../../kmod/profile.h"
#include "ktap.h"

static struct vsys_call call(u64 root, u64 sp, u64 pc, u64 name)
{
	return (struct vsys_call){ .key = { root, sp, pc }, .id = name,
				   .time = name, .sessions = 3 };
}

static bool add(struct vsys_pending *p, u64 root, u64 sp, u64 pc, u64 name,
		struct vsys_call *out)
{
	struct vsys_call c = call(root, sp, pc, name);

	return vsys_pending_add(p, &c, out);
}

static u64 take(struct vsys_pending *p, u64 root, u64 sp, u64 pc)
{
	struct vsys_call c = call(root, sp, pc, 0);

	return vsys_pending_take(p, &c) ? c.id : 0;
}

static void test_keys(void)
{
	struct vsys_pending *p = vsys_pending_alloc(0);
	struct vsys_call out;

	add(p, 1, 10, 100, 1, &out);
	add(p, 2, 10, 100, 2, &out);
	add(p, 1, 11, 100, 3, &out);
	add(p, 1, 10, 101, 4, &out);
	ok(take(p, 2, 10, 100) == 2, "address spaces are told apart");
	ok(take(p, 1, 11, 100) == 3, "stacks are told apart");
	ok(take(p, 1, 10, 101) == 4, "places are told apart");
	ok(take(p, 1, 10, 100) == 1 && !take(p, 1, 10, 100),
	   "a call returns once");
	add(p, 1, 10, 100, 5, &out);
	ok(add(p, 1, 10, 100, 6, &out) && out.id == 5,
	   "the same place calls again: the old call is pushed out");
	ok(take(p, 1, 10, 100) == 6, "and the new one returns");
	vsys_pending_free(p);
}

/* More calls than slots: each comes out once, returned or evicted. */
static void test_flood(void)
{
	enum { CALLS = 100000 };
	struct vsys_pending *p = vsys_pending_alloc(0);
	static u8 seen[CALLS + 1];
	struct vsys_call out;
	int i, once = 0, pushed = 0;

	for (i = 1; i <= CALLS; i++)
		if (add(p, 1, i * 64, 100, i, &out)) {
			seen[out.id]++;
			pushed++;
		}
	for (i = 1; i <= CALLS; i++)
		if (take(p, 1, i * 64, 100))
			seen[i]++;
	for (i = 1; i <= CALLS; i++)
		once += seen[i] == 1;
	ok(once == CALLS, "no call is forgotten, none comes twice");
	ok(CALLS - pushed <= VSYS_PENDING_SETS * VSYS_PENDING_WAYS,
	   "the table does not grow");
	vsys_pending_free(p);
}

static void test_forget(void)
{
	struct vsys_pending *p = vsys_pending_alloc(0);
	struct vsys_call out, c = call(1, 10, 100, 0);

	add(p, 1, 10, 100, 1, &out);
	vsys_pending_forget(p, 1);
	ok(vsys_pending_take(p, &c) && c.sessions == 2,
	   "a session that has left hears of no return");
	vsys_pending_free(p);
}

/* Sessions take the machine for different systems: each has its own call from a place. */
static void test_views(void)
{
	struct vsys_call out, a = call(1, 10, 100, 1), b = call(1, 10, 100, 2);
	struct vsys_pending *p = vsys_pending_alloc(0);
	struct vsys_slot slot = { .state = { VSYS_SLOT_FULL }, .call = a };

	b.view = 7;
	vsys_pending_add(p, &a, &out);
	ok(!vsys_pending_add(p, &b, &out), "a call of another view pushes none out");
	out = b;
	ok(vsys_pending_take(p, &out) && out.id == 2 && out.view == 7, "it returns in its view");
	out = b;
	ok(!vsys_pending_take(p, &out), "once");
	ok(!vsys_slot_steal(&slot, &out), "a slot has no call of another view");
	out = a;
	ok(vsys_pending_take(p, &out) && out.id == 1, "the first call returns in its own");
	vsys_pending_free(p);
}

/* The sessions that took the machine for a system have left. */
static void test_drop(void)
{
	struct vsys_call out, a = call(0x1000, 10, 100, 1), b = call(0x1000, 10, 100, 2);
	struct vsys_pending *p = vsys_pending_alloc(0);

	b.view = 7;
	b.door = VSYS_DOOR_INT80;
	vsys_pending_add(p, &a, &out);
	vsys_pending_add(p, &b, &out);
	b.key.space |= VSYS_KEY_UNMADE;
	vsys_pending_add(p, &b, &out);
	vsys_pending_drop(p, 7);
	ok(!atomic_read(&p->ints) && !atomic_read(&p->unmade),
	   "calls of a dropped view keep no IRET exiting, no rule off the fast path");
	ok(atomic_read(&p->count) == 1 && take(p, 0x1000, 10, 100) == 1, "those of others stay");
	vsys_pending_free(p);
}

/* Only the guest's kernel knows the return address of SYSENTER. */
static void test_anywhere(void)
{
	struct vsys_pending *p = vsys_pending_alloc(0);
	struct vsys_call out;

	add(p, 1, 10, 0, 1, &out);
	ok(!take(p, 1, 11, 77) && take(p, 1, 10, 77) == 1,
	   "a call without a place returns anywhere, to its stack");
	add(p, 1, 10, 0, 2, &out);
	add(p, 1, 10, 77, 3, &out);
	ok(take(p, 1, 10, 77) == 3, "of two, the newer one");
	vsys_pending_free(p);
}

/* An interrupt of a call that is to be retried returns to the address of the call. */
static void test_unmade(void)
{
	struct vsys_pending *p = vsys_pending_alloc(0);
	struct vsys_call out;

	add(p, 0x1000 | VSYS_KEY_UNMADE, 10, 0, 1, &out);
	ok(!take(p, 0x1000, 10, 77), "a call that is not made does not return");
	ok(take(p, 0x1000 | VSYS_KEY_UNMADE, 10, 0) == 1, "it is made");
	vsys_pending_free(p);
}

static void test_ints(void)
{
	struct vsys_call out, c = call(1, 10, 100, 1), d = call(1, 11, 100, 2);
	struct vsys_pending *p = vsys_pending_alloc(0);

	c.door = VSYS_DOOR_INT2E;
	vsys_pending_add(p, &d, &out);
	ok(!atomic_read(&p->ints), "a call by SYSCALL need not return by IRET");
	vsys_pending_add(p, &c, &out);
	vsys_pending_add(p, &c, &out);
	ok(atomic_read(&p->ints), "one by INT n must");
	take(p, 1, 10, 100);
	ok(!atomic_read(&p->ints), "when it has returned there is none");
	vsys_pending_free(p);
}

static void test_arguments(void)
{
	struct vsys_pending *p = vsys_pending_alloc(0);
	struct vsys_call out, c = call(1, 10, 100, 1);

	c.info = VSYS_CALL_OUT;
	c.nargs = VSYS_ARGS_MAX;
	c.args[VSYS_ARGS_MAX - 1] = 42;
	vsys_pending_add(p, &c, &out);
	memset(&c.args, 0, sizeof(c.args));
	ok(vsys_pending_take(p, &c) && c.args[VSYS_ARGS_MAX - 1] == 42,
	   "arguments stay with a call that needs them at its return");
	vsys_pending_free(p);
}

/* The owner fills its slot and takes it back; a thief steals when it can. */
enum { ROUNDS = 200000 };
static struct vsys_slot slot;
static int taken, stolen, wrong;
static volatile bool done;

static void *thief(void *unused)
{
	(void)unused;
	while (!done) {
		struct vsys_call c = call(1, 10, 100, 0);

		if (vsys_slot_steal(&slot, &c)) {
			stolen++;
			wrong += c.id == 0 || c.nr != (u32)c.id;
		}
	}
	return NULL;
}

static void test_steal(void)
{
	pthread_t t;
	int i;

	pthread_create(&t, NULL, thief, NULL);
	for (i = 1; i <= ROUNDS; i++) {
		slot.call = call(1, 10, 100, i);
		slot.call.nr = i;
		vsys_slot_set(&slot, VSYS_SLOT_FULL);
		if (!vsys_slot_seize(&slot))
			continue;
		taken++;
		wrong += slot.call.nr != (u32)i;
		vsys_slot_set(&slot, VSYS_SLOT_FREE);
	}
	done = true;
	pthread_join(t, NULL);
	ok(!wrong, "what is taken or stolen from a slot is whole");
	ok(taken + stolen == ROUNDS, "each call by exactly one of them");
}

/* Most calls need not look for a stale one. */
static void test_suspects(void)
{
	struct vsys_pending *p = vsys_pending_alloc(0);
	struct vsys_key here = { .space = 0x1000, .sp = 10 }, there = { .space = 0x1000, .sp = 4096 };
	struct vsys_call out;

	ok(!vsys_pending_suspects(p, &here), "an empty table has no call from a place");
	add(p, 0x1000, 10, 100, 1, &out);
	ok(vsys_pending_suspects(p, &here), "one from the same place is suspected");
	ok(!vsys_pending_suspects(p, &there), "another place is not");
	add(p, 0x7000 | VSYS_KEY_UNMADE, 99, 77, 2, &out);
	ok(vsys_pending_suspects(p, &there), "unless a call is not made yet");
	ok(take(p, 0x7000 | VSYS_KEY_UNMADE, 99, 77) == 2 && !vsys_pending_suspects(p, &there),
	   "until it is");
	vsys_pending_free(p);
}

int main(void)
{
	puts("TAP version 13");
	test_keys();
	test_flood();
	test_views();
	test_drop();
	test_forget();
	test_anywhere();
	test_unmade();
	test_suspects();
	test_ints();
	test_arguments();
	test_steal();
	return ktap_end();
}
