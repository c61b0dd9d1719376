// SPDX-License-Identifier: GPL-2.0
/* -e pid= and the like: calls by who makes them. */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "callers.h"
#include "option.h"

static const struct kind {
	const char *name;
	enum vsys_task_kind what;
	bool text;
	bool part;		/* the pattern may be anywhere in the text */
} kinds[] = {
	{ "pid", VSYS_TASK_PID, false, false },
	{ "tid", VSYS_TASK_TID, false, false },
	{ "uid", VSYS_TASK_UID, false, false },
	{ "tree", VSYS_TASK_TREE, false, false },
	{ "comm", VSYS_TASK_NAME, true, false },
	{ "container", VSYS_TASK_CONTAINER, true, true },
};

static int cond_set(struct vsys_task_cond *c, const struct kind *k, const char *word)
{
	const char *star = k->part && !strpbrk(word, "*?") ? "*" : "";
	uint64_t v;
	int n;

	c->what = k->what;
	if (!k->text) {
		if (!options_number(word, 0, UINT32_MAX, false, &v))
			return options_wrong("-e %s=%s: not a number", k->name, word);
		c->value = v;
		return OPTION_GOOD;
	}
	n = snprintf(c->glob, sizeof(c->glob), "%s%s%s", star, word, star);
	if (n >= (int)sizeof(c->glob))
		return options_wrong("-e %s=%s: longer than %zu bytes", k->name, word,
				     sizeof(c->glob) - 1 - 2 * strlen(star));
	return OPTION_GOOD;
}

static const struct kind *kind_find(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i].name) == n && !strncmp(kinds[i].name, name, n))
			return &kinds[i];
	return NULL;
}

bool callers_has(const char *kind, size_t n)
{
	return kind_find(kind, n);
}

int callers_add(struct vsys_task_cond conds[VSYS_TASK_CONDS_MAX], unsigned int *n,
		const char *kind, char *arg)
{
	const struct kind *k = kind_find(kind, strcspn(kind, "="));
	bool hide = *arg == '!';
	struct vsys_task_cond *c;
	char *word, *save;
	int status;

	arg += hide;
	if (!arg[strspn(arg, ",")])
		return options_wrong("-e %s=: nothing is named", k->name);
	for (word = strtok_r(arg, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		if (*n == VSYS_TASK_CONDS_MAX)
			return options_wrong("-e %s=: more than %d conditions on callers", k->name,
					     VSYS_TASK_CONDS_MAX);
		c = &conds[(*n)++];
		memset(c, 0, sizeof(*c));
		c->flags = hide ? VSYS_TASK_NOT : 0;
		status = cond_set(c, k, word);
		if (status != OPTION_GOOD)
			return status;
	}
	return OPTION_GOOD;
}

void callers_trees_free(struct callers_trees *t)
{
	free(t->v);
	memset(t, 0, sizeof(*t));
}

static struct callers_process *process_find(const struct callers_trees *t, uint32_t vm, uint32_t pid,
					    uint32_t root)
{
	size_t i;

	/* The newest of an id that was used again. */
	for (i = t->n; i; i--)
		if (t->v[i - 1].vm == vm && t->v[i - 1].pid == pid && t->v[i - 1].root == root)
			return &t->v[i - 1];
	return NULL;
}

/* A process is in the tree if it is the root, or if its parent was at its first call. */
static bool tree_has(struct callers_trees *t, const struct vsys_task *task, uint32_t root)
{
	struct callers_process *p = process_find(t, task->vm, task->pid, root), *parent;
	size_t cap;
	void *v;

	if (p && p->start == task->start)
		return p->in;
	if (t->n == t->cap) {
		cap = t->cap ? 2 * t->cap : 64;
		v = realloc(t->v, cap * sizeof(*t->v));
		if (!v)
			return false;
		t->v = v;
		t->cap = cap;
	}
	parent = process_find(t, task->vm, task->ppid, root);
	t->v[t->n] = (struct callers_process){
		.vm = task->vm, .pid = task->pid, .root = root, .start = task->start,
		.in = task->pid == root || (parent && parent->in),
	};
	return t->v[t->n++].in;
}

/* In these patterns only '*' and '?' are special. */
static bool glob_match(const char *glob, const char *text)
{
	char pattern[2 * VSYS_TASK_GLOB_MAX], *to = pattern;

	for (; *glob; glob++) {
		if (*glob == '[' || *glob == '\\')
			*to++ = '\\';
		*to++ = *glob;
	}
	*to = '\0';
	return text && !fnmatch(pattern, text, 0);
}

static bool cond_holds(const struct vsys_task_cond *c, struct callers_trees *trees,
		       const struct vsys_task *t)
{
	switch (c->what) {
	case VSYS_TASK_PID:
		return t->pid == c->value;
	case VSYS_TASK_TID:
		return t->tid == c->value;
	case VSYS_TASK_UID:
		return t->uid == c->value;
	case VSYS_TASK_TREE:
		return tree_has(trees, t, (uint32_t)c->value);
	case VSYS_TASK_NAME:
		return glob_match(c->glob, t->plain_name);
	default:
		return glob_match(c->glob, t->plain_container);
	}
}

static bool cond_known(const struct vsys_task_cond *c, const struct vsys_task *t)
{
	enum vsys_task_kind what = c->what;

	return vsys_task_knows(t, what == VSYS_TASK_TREE ? VSYS_TASK_PID : what);
}

bool callers_want(const struct options *o, struct callers_trees *trees, const struct vsys_task *task)
{
	uint64_t asked[2] = { 0 }, held[2] = { 0 };
	const struct vsys_task_cond *c;
	bool holds;

	for (c = o->conds; c < o->conds + o->nconds; c++) {
		holds = cond_known(c, task) &&
			cond_holds(c, trees, task) != !!(c->flags & VSYS_TASK_NOT);
		if (c->flags & VSYS_TASK_NOT && !holds)
			return false;
		if (c->flags & VSYS_TASK_NOT)
			continue;
		asked[c->what / 64] |= UINT64_C(1) << c->what % 64;
		held[c->what / 64] |= (uint64_t)holds << c->what % 64;
	}
	/* One of each kind that was asked for. */
	return held[0] == asked[0] && held[1] == asked[1];
}
