// SPDX-License-Identifier: GPL-2.0
/* vsysread ps: the processes and threads of guests, as a tree. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vsyscalls/vsyscalls.h>

#include "guests.h"
#include "machines.h"
#include "options.h"

enum { DEPTH = 64 };	/* of a tree, to be printed */

struct child {
	uint32_t parent;
	size_t at;
};

/**
 * struct ps - the list of a machine
 * @vm: process that runs it
 * @v: threads, sorted by process and thread id; @n of them
 * @n: number of @v
 * @child: processes in @v, by the id of their parent; @nchild of them
 * @nchild: number of @child
 * @done: for each of @v whether it was printed
 */
struct ps {
	pid_t vm;
	struct vsys_guest_task *v;
	size_t n;
	struct child *child;
	size_t nchild;
	bool *done;
};

struct tasks {
	struct vsys_guest_task *v;
	size_t n;
};

static int collect(void *arg, const struct vsys_guest_task *t)
{
	struct tasks *p = arg;
	void *v;

	if (!(p->n & (p->n - 1))) {
		v = realloc(p->v, (p->n ? 2 * p->n : 1) * sizeof(*p->v));
		if (!v)
			return -ENOMEM;
		p->v = v;
	}
	p->v[p->n++] = *t;
	return 0;
}

static void print_json(const struct ps *p, const struct vsys_guest_task *t)
{
	struct vsys_text s = { 0 };

	vsys_text_printf(&s, "{\"vm\":%d,\"pid\":%u,\"tid\":%u", (int)p->vm, t->pid, t->tid);
	if (t->known >> VSYS_TASK_PPID & 1)
		vsys_text_printf(&s, ",\"ppid\":%u", t->ppid);
	if (t->known >> VSYS_TASK_UID & 1)
		vsys_text_printf(&s, ",\"uid\":%u", t->uid);
	if (t->known >> VSYS_TASK_SESSION & 1)
		vsys_text_printf(&s, ",\"session\":%u", t->session);
	if (t->known >> VSYS_TASK_START & 1)
		vsys_text_printf(&s, ",\"start\":\"0x%" PRIx64 "\"", t->start);
	if (t->known >> VSYS_TASK_CGROUP & 1)
		vsys_text_printf(&s, ",\"cgroup\":\"0x%" PRIx64 "\"", t->cgroup);
	vsys_text_put(&s, ",\"comm\":");
	vsys_text_json(&s, t->name);
	if (*t->program) {
		vsys_text_put(&s, ",\"program\":");
		vsys_text_json(&s, t->program);
	}
	if (*t->container) {
		vsys_text_put(&s, ",\"container\":");
		vsys_text_json(&s, t->container);
	}
	vsys_text_char(&s, '}');
	if (!s.failed)
		puts(s.s);
	vsys_text_free(&s);
}

static void print_line(const struct ps *p, const struct vsys_guest_task *t, unsigned int depth)
{
	bool thread = t->tid != t->pid;
	struct vsys_guest_task copy = *t;

	printf("%-8d %7u %7u ", (int)p->vm, t->pid, t->tid);
	if (t->known >> VSYS_TASK_UID & 1)
		printf("%6u ", t->uid);
	else
		printf("%6s ", "?");
	printf("%*s%s%s%s%s%s\n", 2 * (int)depth, "", thread ? "{" : "", guests_plain(copy.name),
	       thread ? "}" : "", *copy.program ? "  " : "", thread ? "" : guests_plain(copy.program));
}

static int by_pid(const void *a, const void *b)
{
	const struct vsys_guest_task *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return (x->tid > y->tid) - (x->tid < y->tid);
}

static int by_parent(const void *a, const void *b)
{
	const struct child *x = a, *y = b;

	if (x->parent != y->parent)
		return x->parent < y->parent ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* The first process with that parent or a later one. */
static size_t first_child(const struct ps *p, uint32_t parent)
{
	size_t low = 0, high = p->nchild, at;

	while (low < high) {
		at = low + (high - low) / 2;
		if (p->child[at].parent < parent)
			low = at + 1;
		else
			high = at;
	}
	return low;
}

/* A process, its threads, its children; each once, as parents of a hostile guest may circle. */
static void print_tree(struct ps *p, size_t at, unsigned int depth)
{
	uint32_t pid = p->v[at].pid;
	size_t i;

	for (i = at; i < p->n && p->v[i].pid == pid; i++) {
		if (p->done[i])
			continue;
		p->done[i] = true;
		print_line(p, &p->v[i], depth + (i != at));
	}
	if (depth == DEPTH)
		return;
	for (i = first_child(p, pid); i < p->nchild && p->child[i].parent == pid; i++)
		if (!p->done[p->child[i].at])
			print_tree(p, p->child[i].at, depth + 1);
}

static bool has_parent(const struct ps *p, size_t at)
{
	struct vsys_guest_task parent = { .pid = p->v[at].ppid, .tid = p->v[at].ppid };

	return parent.pid != p->v[at].pid && bsearch(&parent, p->v, p->n, sizeof(*p->v), by_pid);
}

static void print_all(struct ps *p)
{
	size_t i, turn;

	qsort(p->v, p->n, sizeof(*p->v), by_pid);
	for (i = 0; i < p->n; i++)
		if (!i || p->v[i - 1].pid != p->v[i].pid)
			p->child[p->nchild++] = (struct child){ p->v[i].ppid, i };
	qsort(p->child, p->nchild, sizeof(*p->child), by_parent);
	/* First those without a parent, then those whose parents circle. */
	for (turn = 0; turn < 2; turn++)
		for (i = 0; i < p->n; i++)
			if (!p->done[i] && (turn || !has_parent(p, i)))
				print_tree(p, i, 0);
}

int ps_print(pid_t vm, struct vsys_guest_task *v, size_t n, bool json)
{
	struct ps p = { .vm = vm, .v = v, .n = n };
	int err = 0;
	size_t i;

	for (i = 0; json && i < n; i++)
		print_json(&p, &v[i]);
	if (json || !n)
		return 0;
	p.done = calloc(n, sizeof(*p.done));
	p.child = calloc(n, sizeof(*p.child));
	if (p.done && p.child)
		print_all(&p);
	else
		err = -ENOMEM;
	free(p.done);
	free(p.child);
	return err;
}

static int ps_one(const struct options *o, const struct machine *m, struct vsys_guest *g)
{
	struct tasks t = { 0 };
	int err = vsys_guest_tasks(g, collect, &t), failed = ps_print(m->pid, t.v, t.n, o->mode == MODE_JSON);

	free(t.v);
	return err ? err : failed;
}

int guests_ps(const struct options *o)
{
	if (o->mode != MODE_JSON)
		printf("%-8s %7s %7s %6s %s\n", "VM", "PID", "TID", "UID", "NAME");
	return guests_each(o, ps_one);
}
