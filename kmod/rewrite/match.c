// SPDX-License-Identifier: GPL-2.0
/* Which rules match a call? */
#include <linux/irqflags.h>

#include "kind.h"
#include "rewrite/glob.h"
#include "rewrite/match.h"
#include "rewrite/rule.h"
#include "rewrite/rule_index.h"
#include "rewrite/rule_table.h"
#include "session.h"
#include "tap.h"
#include "task_filter.h"
#include "vcpu.h"
#include "vm.h"

/* Rules for one number that are looked at with interrupts off. */
enum { RULES_FAST_MAX = 64 };

/**
 * vsys_match_tap() - the tap of a rule's session on a vCPU
 * @v: the vCPU; interrupts are off, or in an RCU reader
 * @r: the rule.  Who has a reference may have it longer than its session exists.
 *
 * Return: the tap, or NULL.
 */
const struct vsys_tap *vsys_match_tap(const struct vsys_vcpu *v, const struct vsys_rule_own *r)
{
	const struct vsys_tap *tap;

	RCU_LOCKDEP_WARN(!irqs_disabled() && !rcu_read_lock_held(), "a rule's session");
	if (READ_ONCE(r->removed))
		return NULL;
	tap = vsys_vcpu_tap(v, r->session->tap_slot);
	return tap && tap->session == r->session ? tap : NULL;
}

static bool traced_by(const struct vsys_vcpu *v, const struct vsys_rule_own *r)
{
	const struct vsys_tap *tap = vsys_match_tap(v, r);

	return tap && tap->profile == v->view->index;
}

/**
 * vsys_match_task() - decide which rules want calls by the vCPU's task
 * @v: the vCPU, its task up to date; interrupts are off
 *
 * Called for each new task of the vCPU, so that trees know all their processes.
 */
void vsys_match_task(struct vsys_vcpu *v)
{
	u64 newest = vsys_rule_newest(), fit = 0;
	const struct vsys_rule_own *r;
	int i;

	lockdep_assert_irqs_disabled();
	if (v->fit_task == v->task.seq && v->fit_newest == newest)
		return;
	for (i = 0; i < VSYS_RULES_TASK_MAX; i++) {
		r = vsys_rule_by_task(i);
		if (r && vsys_match_tap(v, r) && vsys_task_conds_hold(v, r->tasks))
			fit |= BIT_ULL(i);
	}
	v->fit = fit;
	v->fit_task = v->task.seq;
	v->fit_newest = newest;
}

static bool task_matches(const struct vsys_vcpu *v, const struct vsys_rule_own *r)
{
	return !r->tasks || (r->in.id <= v->fit_newest && v->fit & BIT_ULL(r->task_index));
}

/* Does a rule for the call's number concern it? */
static bool rule_concerns(const struct vsys_vcpu *v, const struct vsys_rule_own *r)
{
	return traced_by(v, r) && task_matches(v, r);
}

/* May a rule match the call, by its number and its task? */
static bool concerns(struct vsys_vcpu *v, const struct vsys_call *call)
{
	const struct vsys_rule_list *list = vsys_rule_list(vsys_rule_place(call));
	const struct vsys_rule_own *r;
	u32 i;

	vsys_match_task(v);
	if (list && list->count > RULES_FAST_MAX)
		return true;
	for (i = 0; list && i < list->count; i++) {
		r = vsys_rule_in(list, i);
		if (r && rule_concerns(v, r))
			return true;
	}
	return false;
}

static bool cond_compare(const struct vsys_cond *c, u64 val)
{
	val &= c->mask;
	switch (c->op) {
	case VSYS_COND_EQ:
		return val == c->value;
	case VSYS_COND_NE:
		return val != c->value;
	case VSYS_COND_LT:
		return val < c->value;
	case VSYS_COND_LE:
		return val <= c->value;
	case VSYS_COND_GT:
		return val > c->value;
	default:
		return val >= c->value;
	}
}

/* Do all conditions hold?  With @result only those on the result, else the others. */
static bool conds_hold(const struct vsys_vcpu *v, const struct vsys_rule_own *r,
		       const struct vsys_call *call, const u64 *result)
{
	const struct vsys_cond *c;

	for (c = r->conds; c < r->conds + r->in.nconds; c++) {
		u64 val;

		if ((c->what == VSYS_COND_RESULT) != !!result)
			continue;
		switch (c->what) {
		case VSYS_COND_RESULT:
			val = *result;
			break;
		case VSYS_COND_SPACE:
			val = call->key.space;
			break;
		case VSYS_COND_VM:
			val = v->vm->pid;
			break;
		default:
			if (c->index >= call->valid)
				return false;
			val = call->args[array_index_nospec(c->index, VSYS_ARGS_MAX)];
		}
		if (!cond_compare(c, val))
			return false;
	}
	return true;
}

static bool is_text(const struct vsys_capture *cap)
{
	return cap->kind == VSYS_CAP_STRING || cap->kind == VSYS_CAP_WSTRING ||
	       cap->kind == VSYS_CAP_USTRING || cap->kind == VSYS_CAP_OBJATTR;
}

/* The text of a captured string, UTF-16 as UTF-8 in v->text; NULL: none that patterns match. */
static const u8 *text_of(const struct vsys_vcpu *v, const struct vsys_capture *cap, u32 *len)
{
	const struct vsys_ustring *u;
	const u8 *text;
	u32 head = 0;

	if (!is_text(cap) || cap->flags & (VSYS_CAP_FAULT | VSYS_CAP_TRUNCATED))
		return NULL;
	if (cap->kind == VSYS_CAP_OBJATTR)
		head = offsetof(struct vsys_objattr, string);
	if (cap->kind == VSYS_CAP_OBJATTR || cap->kind == VSYS_CAP_USTRING) {
		u = (const void *)(cap + 1) + head;
		head += sizeof(*u);
	}
	if (cap->len < head || cap->len - head > VSYS_CAPTURE_MAX)
		return NULL;
	*len = cap->len - head;
	text = (const u8 *)(cap + 1) + head;
	if (cap->kind == VSYS_CAP_STRING)
		return text;
	*len = vsys_glob_utf8(text, *len, v->text);
	return v->text;
}

static enum vsys_match string_match(const struct vsys_vcpu *v, const struct vsys_rule_own *r,
				    const struct vsys_capture *cap)
{
	bool nocase = r->in.flags & VSYS_RULE_NOCASE;
	const u8 *text;
	u32 len;

	if (cap->flags & VSYS_CAP_FAULT)
		return is_text(cap) ? VSYS_MATCH_UNKNOWN : VSYS_MATCH_NO;
	text = text_of(v, cap, &len);
	return text && vsys_glob_match(r->glob, r->in.glob_bytes, text, len, nocase) ?
	       VSYS_MATCH_YES : VSYS_MATCH_NO;
}

/**
 * vsys_match_glob() - does a rule's pattern match?
 * @v: the vCPU, with the call's captures
 * @r: the rule
 * @arg: out: argument of the first string that could not be read
 */
enum vsys_match vsys_match_glob(const struct vsys_vcpu *v, const struct vsys_rule_own *r, u32 *arg)
{
	const struct vsys_capture_ctx *c = &v->capture;
	const struct vsys_capture *cap;
	enum vsys_match ret = VSYS_MATCH_NO, one;
	u32 at;

	*arg = r->in.glob_arg;
	if (!r->glob)
		return VSYS_MATCH_YES;
	for (at = 0; at < c->len && ret != VSYS_MATCH_YES; at += ALIGN(sizeof(*cap) + cap->len, 8)) {
		cap = (const void *)c->buf + at;
		if (!(r->in.flags & VSYS_RULE_GLOB_ANY) && cap->arg != r->in.glob_arg)
			continue;
		one = string_match(v, r, cap);
		if (one == VSYS_MATCH_UNKNOWN && ret == VSYS_MATCH_NO)
			*arg = cap->arg;
		if (one > ret)
			ret = one;
	}
	return ret;
}

/* Do first, last and step select the occurrence @n, from 1? */
static bool occurrence_selected(const struct vsys_rule_own *r, u64 n)
{
	return n >= r->in.first && (!r->in.last || n <= r->in.last) &&
	       !((n - r->in.first) % r->in.step);
}

/* The rule matched: count it.  Is this occurrence selected? */
bool vsys_match_select(struct vsys_rule_own *r)
{
	bool ret = occurrence_selected(r, atomic64_inc_return(&r->matched));

	if (ret)
		atomic64_inc(&r->acted);
	return ret;
}

/**
 * vsys_match_simple() - may the fast path find out whether rules act on a call?
 * @v: the vCPU; interrupts are off
 * @call: the call; rules concern its number.  If none concerns its task, it knows that then.
 */
bool vsys_match_simple(struct vsys_vcpu *v, struct vsys_call *call)
{
	lockdep_assert_irqs_disabled();
	if (v->others)
		return false;
	if (unlikely(READ_ONCE(vsys_rules_by_task)) && !concerns(v, call)) {
		call->info &= ~VSYS_CALL_RULED;
		return true;
	}
	/* Patterns take long; a call that was held may come back. */
	return !vsys_kind_strings(v, call) && !atomic_read(&v->pending->unmade);
}

/**
 * vsys_match_idle() - does no rule act on a call?
 * @v: the vCPU, on the fast path
 * @call: the call, after vsys_match_simple(), with its arguments
 *
 * Return: true if so: the call goes on as if no rule concerned it.  Else nothing has
 * happened; vsys_match_entry() decides then.
 */
bool vsys_match_idle(const struct vsys_vcpu *v, struct vsys_call *call)
{
	const struct vsys_rule_list *list = vsys_rule_list(vsys_rule_place(call));
	struct vsys_rule_own *r, *match = NULL;
	u32 i;
	s64 n;

	lockdep_assert_irqs_disabled();
	if (list && list->count > RULES_FAST_MAX)
		return false;
	for (i = 0; list && i < list->count; i++) {
		r = vsys_rule_in(list, i);
		if (!r || !rule_concerns(v, r) || !conds_hold(v, r, call, NULL))
			continue;
		/* Several rules cannot be counted at once, nor INT n before it is made. */
		if (match || r->glob || r->on_result || vsys_call_by_int(call))
			return false;
		match = r;
	}
	if (match) {
		n = atomic64_read(&match->matched);
		if (occurrence_selected(match, n + 1) ||
		    !atomic64_try_cmpxchg(&match->matched, &n, n + 1))
			return false;
	}
	call->info &= ~VSYS_CALL_RULED;
	return true;
}

/* Add the rules in a list with an index that @cap may make match, or undecided. */
static void string_rules(const struct vsys_vcpu *v, const struct vsys_rule_list *list,
			 const struct vsys_capture *cap, struct vsys_rule_set *set)
{
	const u8 *text;
	u32 len, i;

	if (!is_text(cap) || !(list->index->args & BIT(cap->arg % 32)))
		return;
	text = text_of(v, cap, &len);
	if (text)
		vsys_rule_index_find(list, text, len, set);
	for (i = 0; cap->flags & VSYS_CAP_FAULT && i < list->index->places; i++)
		vsys_rule_set_add(set, i);
}

/*
 * Find the rules in the call's list that may match, and maybe others.  All are of one list: the
 * next one may have no index.  They keep their places in it.
 */
static void rules_find(const struct vsys_vcpu *v, const struct vsys_call *call,
		       struct vsys_rule_set *set)
{
	const struct vsys_capture_ctx *c = &v->capture;
	const struct vsys_rule_list *list;
	const struct vsys_capture *cap;
	u32 i, at;

	vsys_rule_set_clear(set);
	rcu_read_lock();
	list = vsys_rule_list(call->place);
	if (list && list->index) {
		vsys_rule_set_copy(set, &list->index->rest);
		for (at = 0; at < c->len; at += ALIGN(sizeof(*cap) + cap->len, 8)) {
			cap = (const void *)c->buf + at;
			string_rules(v, list, cap, set);
		}
	} else if (list) {
		for (i = 0; i < READ_ONCE(list->count); i++)
			vsys_rule_set_add(set, i);
	}
	rcu_read_unlock();
}

/**
 * vsys_match_entry() - find the rules that match a call at its entry
 * @v: the vCPU, with the call's captures
 * @call: the call, with its arguments; its rules are set
 *
 * A rule with a condition on the result is among them if all other conditions hold; it is
 * not counted yet.  Rules whose string is absent are noted as undecided.
 */
void vsys_match_entry(struct vsys_vcpu *v, struct vsys_call *call)
{
	struct vsys_rule_set maybe;
	struct vsys_rule_own *r;
	enum vsys_match match;
	bool concerned;
	u32 i, arg;

	might_sleep();
	call->place = vsys_rule_place(call);
	vsys_rule_set_clear(&call->rules);
	vsys_rule_set_clear(&call->undecided);
	call->newest = vsys_rule_newest();
	local_irq_disable();
	vsys_match_task(v);
	local_irq_enable();
	rules_find(v, call, &maybe);
	vsys_rule_set_each(&maybe, i) {
		r = vsys_rule_get(call, i);
		if (!r)
			continue;
		match = VSYS_MATCH_NO;
		rcu_read_lock();
		concerned = rule_concerns(v, r);
		rcu_read_unlock();
		if (concerned && conds_hold(v, r, call, NULL))
			match = vsys_match_glob(v, r, &arg);
		if (match == VSYS_MATCH_UNKNOWN)
			vsys_rule_set_add(&call->undecided, i);
		if (match == VSYS_MATCH_YES && (r->on_result || vsys_match_select(r)))
			vsys_rule_set_add(&call->rules, i);
		vsys_rule_put(r);
		/* Patterns and strings may be made so that matching takes long. */
		cond_resched();
	}
}

/**
 * vsys_match_return() - find the rules that act at the return of a call
 * @v: the vCPU
 * @call: the call, with the rules of vsys_match_entry(); out: those of them that act
 * @result: its result
 */
void vsys_match_return(const struct vsys_vcpu *v, struct vsys_call *call, u64 result)
{
	struct vsys_rule_own *r;
	bool acts;
	u32 i;

	vsys_rule_set_each(&call->rules, i) {
		r = vsys_rule_get(call, i);
		acts = r && (r->at_return || vsys_rule_set_has(&call->undecided, i)) &&
		       (!r->on_result ||
			(conds_hold(v, r, call, &result) && vsys_match_select(r)));
		if (!acts)
			vsys_rule_set_del(&call->rules, i);
		if (r)
			vsys_rule_put(r);
	}
}
