// SPDX-License-Identifier: GPL-2.0
/* Calls that leave their address space: whose return is it, what of them stays undecided. */
#include <linux/time64.h>
#include <string.h>

#include "../../kmod/leave.h"
#include "../../kmod/pairing.h"
#include "../../kmod/rewrite/undecided.h"
#include "../../kmod/uring.h"
#include "ktap.h"

int vsys_lock;
static u64 now = NSEC_PER_SEC;
static u64 unseen, late, given_up;	/* ids of calls; @given_up as a mask */
static int unseens, lates, splits, kicks;
static bool readable = true;

u64 vsys_clock_now(void)
{
	return now;
}

void vsys_kick_vcpu(const struct kvm_vcpu *vcpu)
{
	(void)vcpu;
	kicks++;
}

void vsys_record_unseen(struct vsys_vcpu *v, const struct vsys_call *call)
{
	(void)v;
	unseen = call->id;
	unseens++;
}

void vsys_record_more(struct vsys_vcpu *v, const struct vsys_call *call, u16 type)
{
	(void)v;
	(void)call;
	splits += type == VSYS_REC_LATE;
}

void vsys_record_late(struct vsys_vcpu *v, const struct vsys_call *call)
{
	(void)v;
	late = call->id;
	lates++;
}

bool vsys_call_capture_late(struct vsys_vcpu *v, struct vsys_call *call)
{
	(void)call;
	v->capture.gap = !readable;
	return true;
}

void vsys_undecided_late(struct vsys_vcpu *v, struct vsys_call *call)
{
	(void)v;
	(void)call;
}

void vsys_undecided_give_up(struct vsys_vcpu *v, struct vsys_call *call)
{
	(void)v;
	given_up |= 1ULL << call->id;
	vsys_rule_set_clear(&call->undecided);
}

enum { OLD = 1 << 12, NEW = 2 << 12, TASK = 77 };

/* Two vCPUs of one machine. */
struct guest {
	struct vsys_vm vm;
	struct vsys_vcpu v[2];
};

static struct guest *guest_new(void)
{
	struct guest *g = calloc(1, sizeof(*g));

	INIT_LIST_HEAD(&g->vm.vcpus);
	g->vm.pending = vsys_pending_alloc(0);
	g->vm.urings = vsys_urings_alloc(0);
	for (int i = 0; i < 2; i++) {
		g->v[i].vm = &g->vm;
		g->v[i].pending = g->vm.pending;
		g->v[i].view = &g->v[i].first;
		list_add(&g->v[i].link, &g->vm.vcpus);
	}
	unseens = lates = splits = kicks = 0;
	unseen = late = given_up = 0;
	readable = true;
	return g;
}

static void guest_free(struct guest *g)
{
	vsys_pending_free(g->vm.pending);
	vsys_urings_free(g->vm.urings);
	free(g);
}

static struct vsys_call execve_of(u64 id, u64 task, u64 space)
{
	return (struct vsys_call){
		.key = { space, 100 * task, 1000, task }, .id = id, .sessions = 1,
		.info = VSYS_CALL_LEAVES | VSYS_CALL_LATE | VSYS_CALL_RULED, .time = now,
	};
}

/* @v makes @call. */
static void make(struct vsys_vcpu *v, struct vsys_call *call)
{
	vsys_leave_expect(v, call);
	vsys_leave_begin(v, call);
	vsys_pairing_add(v, call);
}

static struct vsys_call *back(struct vsys_vcpu *v, u64 space, u64 task)
{
	const struct vsys_key key = { space, 5, 6, task };

	return vsys_pairing_find(v, &key);
}

static void test_return(void)
{
	struct guest *g = guest_new();
	struct vsys_call a = execve_of(1, TASK, OLD), b = execve_of(2, TASK + 1, OLD), *found;

	make(&g->v[0], &a);
	make(&g->v[0], &b);
	ok(kicks == 1, "other vCPUs are told of the first");
	ok(!back(&g->v[1], NEW, 0), "an unknown task returns from nothing");
	ok(!back(&g->v[1], OLD, TASK), "elsewhere in the old space is no return");
	found = back(&g->v[1], NEW, TASK + 1);
	ok(found && found->id == 2, "a call returns to another space on another vCPU");
	vsys_leave_end(&g->v[1], found);
	ok(g->v[0].leave_pends, "one more pends");
	/* It returns on the other vCPU at this moment: in the list, but it does not pend. */
	found = back(&g->v[0], NEW, TASK);
	ok(found && found->id == 1, "so does the other");
	ok(!back(&g->v[1], NEW, TASK), "while it returns it is not found again");
	vsys_pairing_put_back(&g->v[0], found);
	found = back(&g->v[1], NEW, TASK);
	ok(found && found->id == 1, "put back it pends");
	vsys_leave_end(&g->v[1], found);
	ok(!g->v[0].leave_pends && !g->v[1].leave_pends, "the last one ends the exits");
	guest_free(g);
}

static void test_undecided(void)
{
	struct guest *g = guest_new();
	struct vsys_call a = execve_of(1, TASK, OLD), b = execve_of(2, TASK, OLD), *found;
	struct vsys_queues ring = { .key = { OLD, 0, 3 } }, other = { .key = { NEW, 0, 3 } };

	vsys_urings_add(g->vm.urings, &ring);
	vsys_urings_add(g->vm.urings, &other);
	vsys_rule_set_add(&a.undecided, 2);
	vsys_rule_set_add(&b.undecided, 2);
	make(&g->v[0], &a);
	found = back(&g->v[0], NEW, TASK);
	vsys_leave_return(&g->v[0], found, NEW);
	ok(vsys_rule_set_has(&found->undecided, 2), "a return has the rules that are undecided");
	ok(!(found->info & VSYS_CALL_LATE), "and no captures of another space");
	ok(!vsys_urings_find(g->vm.urings, &ring.key, &ring) &&
	   vsys_urings_find(g->vm.urings, &other.key, &other), "whose rings are forgotten");
	vsys_leave_end(&g->v[0], found);
	ok(!given_up, "they are told once");
	make(&g->v[0], &b);
	found = back(&g->v[0], NEW, TASK);
	vsys_pairing_unseen(&g->v[0], found);
	ok(given_up == 1 << 2 && unseen == 2, "of a return that is not seen they are told, too");
	guest_free(g);
}

static void test_capture(void)
{
	const struct vsys_state st = { OLD }, elsewhere = { NEW };
	struct guest *g = guest_new();
	struct vsys_call a = execve_of(1, TASK, OLD), b = execve_of(2, TASK + 1, OLD);

	make(&g->v[0], &a);
	ok(vsys_leave_capture(&g->v[1], &elsewhere, NEW, true) && !lates,
	   "nothing is due in another space");
	readable = false;
	ok(vsys_leave_capture(&g->v[1], &st, OLD, true) && !lates, "what is absent stays due");
	readable = true;
	make(&g->v[0], &b);
	ok(!vsys_leave_capture(&g->v[1], &st, OLD, true), "interrupts are off for one call");
	ok(vsys_leave_capture(&g->v[1], &st, OLD, false) && lates == 2 && splits == 2,
	   "all where it may sleep");
	ok(vsys_leave_capture(&g->v[1], &st, OLD, true) && lates == 2, "each once");
	ok(g->v[0].leave_pends == VSYS_LEAVE_RETURN, "then only returns are of interest");
	guest_free(g);
}

/* More calls than places, a call that is held for long, one that is never heard of again. */
static void test_places(void)
{
	const struct vsys_state st = { NEW };
	struct guest *g = guest_new();
	struct vsys_call held = execve_of(1, TASK, OLD), c, *found;
	int i;

	vsys_rule_set_add(&held.undecided, 0);
	vsys_leave_expect(&g->v[1], &held);
	now += 40 * NSEC_PER_SEC;
	vsys_leave_begin(&g->v[1], &held);
	vsys_pairing_add(&g->v[1], &held);
	c = execve_of(2, TASK + 1, OLD);
	make(&g->v[0], &c);
	ok(!given_up, "a call that was held for 40 s has its place");
	found = back(&g->v[0], NEW, TASK);
	ok(found && found->id == 1, "and returns");
	vsys_pairing_put_back(&g->v[0], found);
	for (i = 3; i < 3 + VSYS_LEAVERS; i++) {
		now++;
		c = execve_of(i, TASK + i, OLD);
		vsys_rule_set_add(&c.undecided, 0);
		make(&g->v[0], &c);
	}
	ok(given_up == 1 << 1, "the oldest goes first, and its rules are told");
	now += 40 * NSEC_PER_SEC;
	ok(vsys_leave_capture(&g->v[0], &st, NEW, true) && !g->v[0].leave_pends && !g->v[1].leave_pends,
	   "calls that nobody heard of for 40 s end the exits");
	guest_free(g);
}

static void test_detach(void)
{
	struct guest *g = guest_new();
	struct vsys_call a = execve_of(1, TASK, OLD);
	const struct vsys_state st = { OLD };

	a.sessions = 3;
	make(&g->v[0], &a);
	vsys_pairing_forget(&g->vm, 1);
	ok(vsys_leave_capture(&g->v[0], &st, OLD, false) && lates == 1 &&
	   g->v[0].other.sessions == 2, "a session that has left gets no late capture");
	guest_free(g);
}

/* Calls of one task in two spaces, both of which return at this moment. */
static void test_gone(void)
{
	struct guest *g = guest_new();
	struct vsys_call a = execve_of(1, TASK, OLD), b = execve_of(2, TASK, NEW);

	make(&g->v[0], &a);
	make(&g->v[0], &b);
	back(&g->v[0], NEW, TASK);
	back(&g->v[0], OLD, TASK);
	ok(!back(&g->v[1], OLD, TASK) && !back(&g->v[1], NEW, TASK),
	   "a return whose call is gone in two spaces has none");
	guest_free(g);
}

/* Several calls match a return: the newest returns, each other is told once. */
static void test_newest(int newest)
{
	struct guest *g = guest_new();
	struct vsys_call *found;

	for (int i = 0; i < 2; i++) {
		g->v[i].slot.call = execve_of(i, TASK, NEW);
		g->v[i].slot.call.key.sp = 5;
		g->v[i].slot.call.key.pc = 6;
		g->v[i].slot.call.time = now + (i == newest);
		vsys_slot_set(&g->v[i].slot, VSYS_SLOT_FULL);
	}
	found = back(&g->v[0], NEW, TASK);
	ok(found && found->id == (u64)newest && unseens == 1 && unseen == !newest,
	   "the newest of two returns");
	guest_free(g);
}

int main(void)
{
	test_return();
	test_undecided();
	test_capture();
	test_places();
	test_detach();
	test_gone();
	test_newest(0);
	test_newest(1);
	return ktap_end();
}
