// SPDX-License-Identifier: GPL-2.0
/* Which rules match a call, judged by the promises of linux/vsyscalls_edit.h. */
#include <string.h>

#include "../../kmod/rewrite/glob.h"
#include "../../kmod/rewrite/match.h"
#include "../../kmod/rewrite/rule.h"
#include "../../kmod/rewrite/rule_index.h"
#include "../../kmod/rewrite/rule_table.h"
#include "ktap.h"
#include "tap.h"
#include "vcpu.h"
#include "vm.h"

static struct vsys_session mine = { .tap_slot = 1 }, other = { .tap_slot = 2 };
static struct vsys_tap tap = { .session = &mine };
static struct vsys_vm vm = { .pid = 1234 };
static u8 captures[4 * VSYS_CAPTURE_TEXT], text[VSYS_CAPTURE_TEXT];
static struct vsys_view view;
static struct vsys_pending pending;
static struct vsys_vcpu v = {
	.view = &view, .pending = &pending,
	.taps = { [1] = &tap }, .vm = &vm, .text = text, .capture = { .buf = captures },
};
static struct vsys_rule_own rule;
static struct vsys_cond cond;
static u64 newest;

/* Numbers 7 of all ABIs that the rule is for have it as the sixth. */
static struct vsys_rule_list list = { .count = 6 };

u32 vsys_rule_place(const struct vsys_call *c)
{
	return c->nr == 7 && (!rule.in.abi || rule.in.abi == c->abi) ? 7 : 0;
}

/* What the next look-ups find, after this one: somebody replaces the list. */
static const struct vsys_rule_list *next_list = &list;

const struct vsys_rule_list *vsys_rule_list(u32 place)
{
	const struct vsys_rule_list *l = next_list;

	next_list = &list;
	return place ? l : NULL;
}

struct vsys_rule_own *vsys_rule_in(const struct vsys_rule_list *l, u32 i)
{
	return l == &list && i == 5 ? &rule : NULL;
}

struct vsys_rule_own *vsys_rule_by_task(u32 i)
{
	return i == 2 && rule.tasks ? &rule : NULL;
}

/* Conditions on tasks have a test of their own. */
static bool task_fits;
static int decisions;
u32 vsys_rules_by_task;

bool vsys_task_conds_hold(const struct vsys_vcpu *vcpu, struct vsys_task_conds *conds)
{
	decisions++;
	return vcpu == &v && conds && task_fits;
}

static bool patterns;

bool vsys_kind_strings(const struct vsys_vcpu *w, const struct vsys_call *c)
{
	return w == &v && c->nr == 7 && patterns;
}

/* What an index finds has a test of its own: rule 5 for this string. */
static struct {
	struct vsys_rule_index x;
	u16 link[8];
} built;
static const char *indexed;

void vsys_rule_index_find(const struct vsys_rule_list *l, const u8 *t, u32 len,
			  struct vsys_rule_set *set)
{
	if (l->index == &built.x && len == strlen(indexed) && !memcmp(t, indexed, len))
		vsys_rule_set_add(set, 5);
}

static int references;

struct vsys_rule_own *vsys_rule_get(const struct vsys_call *c, u32 i)
{
	struct vsys_rule_own *r = c->place == 7 && i == 5 && rule.in.id <= c->newest ? &rule : NULL;

	references += r != NULL;
	return r;
}

void vsys_rule_put(struct vsys_rule_own *r)
{
	references -= r == &rule;
}

u64 vsys_rule_newest(void)
{
	return newest;
}

/* Compare literally: patterns have a test of their own. */
bool vsys_glob_match(const u8 *glob, u32 glob_len, const u8 *name, u32 len, bool nocase)
{
	return glob_len == len && !(nocase ? strncasecmp((char *)glob, (char *)name, len) :
					     memcmp(glob, name, len));
}

u32 vsys_glob_utf8(const u8 *utf16, u32 bytes, u8 *to)
{
	u32 i;

	for (i = 0; i < bytes / 2; i++)
		to[i] = utf16[2 * i];
	return bytes / 2;
}

/* A rule of this session for call 7 of 64-bit Linux. */
static void reset(void)
{
	rule = (struct vsys_rule_own){
		.in = { .id = 3, .abi = VSYS_ABI_LINUX_X86_64, .first = 1, .step = 1 },
		.session = &mine, .conds = &cond, .task_index = 2,
	};
	cond = (struct vsys_cond){ .mask = ~0ULL };
	newest = 3;
	vsys_capture_none(&v.capture);
}

static struct vsys_call call(u32 nr)
{
	return (struct vsys_call){ .abi = VSYS_ABI_LINUX_X86_64, .nr = nr, .valid = 2,
				   .args = { 10, 20 }, .key = { .space = 0x5000 } };
}

/* Has a set the sixth rule of the list, and no other? */
static bool only(const struct vsys_rule_set *set)
{
	return vsys_rule_set_next(set, 0) == 5 && vsys_rule_set_next(set, 6) == VSYS_RULES_CALL_MAX;
}

static bool matches(struct vsys_call c)
{
	vsys_match_entry(&v, &c);
	return only(&c.rules);
}

static void add_capture(u8 arg, u8 kind, u16 flags, const void *data, u32 len)
{
	struct vsys_capture *cap = (void *)captures + v.capture.len;

	*cap = (struct vsys_capture){ .arg = arg, .kind = kind, .flags = flags, .len = len };
	memcpy(cap + 1, data, len);
	v.capture.len += (sizeof(*cap) + len + 7) & ~7;
}

static void numbers(void)
{
	struct vsys_call c = call(7);

	reset();
	ok(matches(call(7)), "the number of a rule matches");
	ok(!matches(call(8)), "another does not");
	c.abi = VSYS_ABI_LINUX_I386;
	ok(!matches(c), "nor does the number of another ABI");
	rule.in.abi = 0;
	ok(matches(c), "abi 0 is any");
	rule.session = &other;
	ok(!matches(call(7)), "a session that does not trace the vCPU has no say");
	reset();
	rule.session = malloc(sizeof(*rule.session));
	free(rule.session);
	rule.removed = true;
	ok(!matches(call(7)), "nor has one that is gone, whose rule somebody still had");
	reset();
	newest = 2;
	ok(!matches(call(7)), "a rule that is newer than the call does not match");
}

static bool idle(struct vsys_call c)
{
	c.info = VSYS_CALL_RULED;
	return vsys_match_idle(&v, &c) && !(c.info & VSYS_CALL_RULED);
}

static bool simple(u32 nr, bool ruled)
{
	struct vsys_call c = call(nr);

	c.info = VSYS_CALL_RULED;
	return vsys_match_simple(&v, &c) && !!(c.info & VSYS_CALL_RULED) == ruled;
}

static void fast_path(void)
{
	struct vsys_other other_view;
	struct vsys_call c = call(7);

	reset();
	ok(simple(7, true), "the fast path may decide");
	atomic_inc(&pending.unmade);
	ok(!simple(7, true), "but not while a held call may come back");
	atomic_dec(&pending.unmade);
	patterns = true;
	ok(!simple(7, true), "nor on patterns");
	patterns = false;
	v.others = &other_view;
	ok(!simple(7, true), "nor for several views");
	v.others = NULL;
	ok(idle(call(8)), "it finds no rule for another number");
	ok(!idle(call(7)) && !atomic64_read(&rule.matched), "a rule that acts is not counted yet");
	rule.in.first = 3;
	ok(idle(call(7)) && idle(call(7)) && !idle(call(7)), "occurrences that do not act are");
	ok(atomic64_read(&rule.matched) == 2 && !atomic64_read(&rule.acted), "each once");
	rule.in.first = 9;
	rule.in.abi = 0;
	c.door = VSYS_DOOR_INT80;
	ok(!idle(c), "INT n is made later, or not");
	rule.on_result = true;
	ok(!idle(call(7)), "a condition on the result waits for it");
	rule.in.nconds = 1;
	cond = (struct vsys_cond){ VSYS_COND_ARG, VSYS_COND_EQ, .index = 1, .mask = ~0ULL };
	ok(idle(call(7)), "unless another condition does not hold");
	cond.value = 20;
	ok(!idle(call(7)), "or does");
	cond.value = 21;
	list.count = 64;
	ok(idle(call(7)), "64 rules are looked at with interrupts off");
	list.count = 65;
	ok(!idle(call(7)) && !matches(call(7)), "more are not");
	vsys_rules_by_task = 1;
	task_fits = false;
	rule.tasks = (void *)&rule;
	v.task.seq = 9;
	ok(simple(7, true), "nor for the task");
	vsys_rules_by_task = 0;
	list.count = 6;
}

static bool holds(u32 op, u64 value)
{
	cond.op = op;
	cond.value = value;
	return matches(call(7));
}

static void conditions(void)
{
	reset();
	rule.in.nconds = 1;
	cond.what = VSYS_COND_ARG;
	cond.index = 1;
	ok(holds(VSYS_COND_EQ, 20) && !holds(VSYS_COND_EQ, 10), "EQ");
	ok(holds(VSYS_COND_NE, 10) && !holds(VSYS_COND_NE, 20), "NE");
	ok(holds(VSYS_COND_LT, 21) && !holds(VSYS_COND_LT, 20), "LT");
	ok(holds(VSYS_COND_LE, 20) && !holds(VSYS_COND_LE, 19), "LE");
	ok(holds(VSYS_COND_GT, 19) && !holds(VSYS_COND_GT, 20), "GT");
	ok(holds(VSYS_COND_GE, 20) && !holds(VSYS_COND_GE, 21), "GE");
	ok(!holds(VSYS_COND_LT, 0) && holds(VSYS_COND_LT, ~0ULL), "comparisons are unsigned");
	cond.mask = 0x4;
	ok(holds(VSYS_COND_EQ, 4), "a mask is applied first");
	cond.mask = ~0ULL;
	cond.index = 2;
	ok(!holds(VSYS_COND_GE, 0), "an argument that could not be read matches nothing");
	cond.what = VSYS_COND_SPACE;
	ok(holds(VSYS_COND_EQ, 0x5000), "the address space");
	cond.what = VSYS_COND_VM;
	ok(holds(VSYS_COND_EQ, 1234) && !holds(VSYS_COND_EQ, 1), "the machine");
}

static bool returns(u64 result)
{
	struct vsys_call c = call(7);

	vsys_match_entry(&v, &c);
	vsys_match_return(&v, &c, result);
	return only(&c.rules);
}

static void results(void)
{
	reset();
	ok(!returns(5), "a rule without an action at the return does not act there");
	rule.at_return = true;
	ok(returns(5), "one with it does");
	rule.in.nconds = 1;
	rule.on_result = true;
	cond.what = VSYS_COND_RESULT;
	cond.op = VSYS_COND_EQ;
	cond.value = 5;
	rule.matched.counter = 0;
	ok(returns(5) && !returns(6), "a condition on the result is asked at the return");
	ok(rule.matched.counter == 1, "and counted there");
}

static void tasks(void)
{
	int before;

	reset();
	rule.tasks = (void *)&rule;
	v.task.seq = 1;
	task_fits = false;
	newest = rule.in.id = 4;
	ok(!matches(call(7)), "a task that is not the rule's");
	vsys_rules_by_task = 1;
	patterns = true;
	ok(simple(7, false), "does not have its call stopped");
	patterns = false;
	ok(idle(call(7)) && !atomic64_read(&rule.matched), "nor counted");
	task_fits = true;
	before = decisions;
	ok(!matches(call(7)) && decisions == before, "that is decided once for a task");
	v.task.seq = 2;
	ok(matches(call(7)) && decisions == before + 1, "and again for another");
	ok(simple(7, true) && simple(8, false) && !idle(call(7)), "which has its call stopped");
	vsys_rules_by_task = 0;
	newest = rule.in.id = 5;
	task_fits = false;
	ok(!matches(call(7)), "and for a new rule");
}

/* Another session takes the machine for another system. */
static void views(void)
{
	static struct vsys_view second = { .index = 9 };

	reset();
	v.view = &second;
	ok(!matches(call(7)), "a rule sees calls as its session does");
	ok(idle(call(7)), "on the fast path, too");
	tap.profile = 9;
	ok(matches(call(7)), "by its profile");
	v.view = &view;
	tap.profile = 0;
}

static void turns(void)
{
	char seen[11] = "";
	int i;

	reset();
	rule.in.first = 3;
	rule.in.last = 8;
	rule.in.step = 2;
	for (i = 0; i < 10; i++)
		seen[i] = matches(call(7)) ? 'x' : '.';
	ok(!strcmp(seen, "..x.x.x..."), "first, last and step choose among the matches");
	ok(rule.matched.counter == 10 && rule.acted.counter == 3, "both are counted");
}

static void strings(void)
{
	static const u8 wide[] = { 'P', 0, 'a', 0 };
	struct { struct vsys_objattr attr; u8 name[4]; } object = { .name = { 'P', 0, 'a', 0 } };

	reset();
	rule.glob = (u8 *)"Pa";
	rule.in.glob_bytes = 2;
	rule.in.glob_arg = 1;
	ok(!matches(call(7)), "no string matches no pattern");
	add_capture(0, VSYS_CAP_STRING, 0, "Pa", 2);
	ok(!matches(call(7)), "the string of another argument does not match");
	rule.in.flags = VSYS_RULE_GLOB_ANY;
	ok(matches(call(7)), "any argument's does");
	rule.glob = (u8 *)"PA";
	ok(!matches(call(7)), "case counts");
	rule.in.flags |= VSYS_RULE_NOCASE;
	ok(matches(call(7)), "unless it shall not");
	vsys_capture_none(&v.capture);
	add_capture(0, VSYS_CAP_STRING, VSYS_CAP_TRUNCATED, "Pa", 2);
	ok(!matches(call(7)), "a string that was cut off does not match");
	add_capture(1, VSYS_CAP_BYTES, 0, "Pa", 2);
	ok(!matches(call(7)), "nor does what is no string");
	add_capture(2, VSYS_CAP_WSTRING, 0, wide, sizeof(wide));
	ok(matches(call(7)), "UTF-16 does, after others");
	vsys_capture_none(&v.capture);
	add_capture(0, VSYS_CAP_OBJATTR, 0, &object, offsetof(typeof(object), name) + 4);
	ok(matches(call(7)), "the name in OBJECT_ATTRIBUTES does");
	vsys_capture_none(&v.capture);
	add_capture(0, VSYS_CAP_OBJATTR, 0, &object, sizeof(object.attr) - 1);
	ok(!matches(call(7)), "half a structure has no name");
}

static void indexes(void)
{
	static const u8 wide[] = { 'P', 0, 'a', 0 };
	struct vsys_rule_list with_index = { .count = 6, .index = &built.x };
	struct vsys_call c = call(7);

	reset();
	rule.glob = (u8 *)"Pa";
	rule.in.glob_bytes = 2;
	rule.in.glob_arg = 1;
	built.x = (struct vsys_rule_index){ .args = BIT(1), .places = 6 };
	list.index = &built.x;
	indexed = "Pa";
	add_capture(1, VSYS_CAP_STRING, 0, "other", 5);
	ok(!matches(call(7)), "no rule is found by another string");
	add_capture(1, VSYS_CAP_STRING, 0, "Pa", 2);
	ok(matches(call(7)), "one is by its string");
	indexed = "other";
	ok(matches(call(7)), "each string may find rules");
	indexed = "?";
	ok(!matches(call(7)), "a rule that is not found is not matched");
	vsys_rule_set_add(&built.x.rest, 5);
	ok(matches(call(7)), "unless it is in no table");
	built.x.rest.words = 0;
	indexed = "Pa";
	vsys_capture_none(&v.capture);
	add_capture(1, VSYS_CAP_WSTRING, 0, wide, sizeof(wide));
	ok(matches(call(7)), "UTF-16 is looked up as UTF-8");
	next_list = &with_index;
	list.index = NULL;
	ok(matches(call(7)), "a list is replaced by one without an index");
	list.index = &built.x;
	built.x.args = BIT(0);
	ok(!matches(call(7)), "strings of no rule's argument are not looked up");
	built.x.args = ~0U;
	vsys_capture_none(&v.capture);
	add_capture(1, VSYS_CAP_STRING, VSYS_CAP_FAULT, "", 0);
	vsys_match_entry(&v, &c);
	ok(only(&c.undecided), "by one that is absent all are undecided");
	list.index = NULL;
}

/* Sessions may want more of an argument than rules compare. */
static void long_strings(void)
{
	static u8 name[2 * VSYS_CAPTURE_TEXT + 2];

	memset(name, 'a', sizeof(name));
	reset();
	rule.glob = name;
	rule.in.flags = VSYS_RULE_GLOB_ANY;
	rule.in.glob_bytes = VSYS_CAPTURE_MAX;
	add_capture(0, VSYS_CAP_STRING, 0, name, VSYS_CAPTURE_MAX);
	ok(matches(call(7)), "a string of 4096 bytes matches");
	vsys_capture_none(&v.capture);
	rule.in.glob_bytes = VSYS_CAPTURE_MAX + 1;
	add_capture(0, VSYS_CAP_STRING, 0, name, VSYS_CAPTURE_MAX + 1);
	add_capture(1, VSYS_CAP_WSTRING, 0, name, sizeof(name));
	ok(!matches(call(7)), "a longer one does not, and is not converted");
}

int main(void)
{
	puts("TAP version 13");
	numbers();
	fast_path();
	conditions();
	results();
	tasks();
	views();
	turns();
	strings();
	long_strings();
	indexes();
	ok(!references, "each rule that is taken is put back");
	return ktap_end();
}
