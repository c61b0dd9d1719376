// SPDX-License-Identifier: GPL-2.0
/* What runs in the guests now: vsysread --identify, vsysread ps. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vsyscalls/vsyscalls.h>

#include "guests.h"
#include "machines.h"
#include "option.h"

enum {
	WAIT_MS = 2000,		/* for a vCPU to leave its user mode */
	DEPTH = 64,		/* of a tree, to be printed */
};

OPTION_DEVICE_FLAG(identify, identify, "--identify")

/* A session that only looks: all calls are filtered out. */
static int session_open(const struct options *o, pid_t pid, struct vsys_device **d)
{
	static const struct vsys_number_set none;
	int err = vsys_device_open(o->path, d);

	if (err)
		return err;
	err = vsys_device_filter(*d, 0, &none);
	if (!err)
		err = vsys_device_attach(*d, pid, NULL, 0);
	if (err)
		vsys_device_close(*d);
	return err;
}

static const char *error_text(int err)
{
	switch (err) {
	case -ETIMEDOUT:
	case -ENOENT:
		return "no vCPU has run a program meanwhile";
	case -ENOTTY:
		return "the module is too old";
	case -EPERM:
		return "no right to trace";
	case -ESRCH:
		return "runs no virtual machine";
	case -ENODATA:
		return "its tasks are not found";
	case -ELOOP:
		return "its list of tasks does not end";
	case -EFAULT:
		return "its list of tasks leads nowhere";
	default:
		return strerror(-err);
	}
}

/* Call @fn for each machine that the options name, all by default. */
static int each_guest(const struct options *o,
		      int (*fn)(const struct options *o, const struct machine *m, struct vsys_guest *g))
{
	int n, i, err, status = EXIT_OK;
	struct machine *m = NULL;
	struct vsys_device *d;
	struct vsys_guest *g;
	unsigned int t;

	n = machines_find(&m);
	if (n < 0) {
		fprintf(stderr, "vsysread: /proc: %s\n", strerror(-n));
		return EXIT_ERROR;
	}
	for (i = 0; i < n; i++) {
		for (t = 0; t < o->ntargets; t++)
			if (!o->targets[t].pid || o->targets[t].pid == m[i].pid)
				break;
		if (t == o->ntargets)
			continue;
		err = session_open(o, m[i].pid, &d);
		if (!err) {
			err = vsys_guest_open(d, m[i].pid, WAIT_MS, &g);
			if (!err) {
				err = fn(o, &m[i], g);
				vsys_guest_close(g);
			}
			vsys_device_close(d);
		}
		if (!err)
			continue;
		fprintf(stderr, "vsysread: pid %d: %s\n", (int)m[i].pid, error_text(err));
		status = EXIT_ERROR;
	}
	for (t = 0; t < o->ntargets; t++) {
		for (i = 0; i < n && m[i].pid != o->targets[t].pid; i++)
			;
		if (i < n || !o->targets[t].pid)
			continue;
		fprintf(stderr, "vsysread: pid %d: %s\n", (int)o->targets[t].pid, error_text(-ESRCH));
		status = EXIT_ERROR;
	}
	free(m);
	return status;
}

/* Texts of guests are any bytes: keep control characters off the terminal. */
static const char *plain(char *s)
{
	char *p;

	for (p = s; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	return s;
}

/* Find the profile of a machine.  Returns false after a report. */
static bool profile_find(const struct options *o, pid_t pid, char *name)
{
	const struct vsys_guest_info *info;
	struct vsys_device *d;
	struct vsys_guest *g;
	int err = session_open(o, pid, &d);

	*name = '\0';
	if (!err) {
		err = vsys_guest_open(d, pid, WAIT_MS, &g);
		if (!err) {
			info = vsys_guest_info(g);
			snprintf(name, VSYS_NAME_MAX, "%s", info->profile);
			if (info->near && !o->quiet)
				fprintf(stderr, "vsysread: pid %d: %s is the nearest profile below %s\n",
					(int)pid, info->profile, info->banner);
			vsys_guest_close(g);
		}
		vsys_device_close(d);
	}
	if (!err && *name)
		return true;
	fprintf(stderr, "vsysread: pid %d: -P auto: %s; use -P NAME\n", (int)pid,
		err ? error_text(err) : "no system is recognised in its memory");
	return false;
}

/* One attach is for all machines: they must run the same system. */
static bool profile_of_all(const struct options *o, char *name)
{
	char other[VSYS_NAME_MAX];
	struct machine *m = NULL;
	int n = machines_find(&m), i;
	bool good = n > 0;

	if (!good)
		fputs("vsysread: -P auto: no machine runs yet; use -P NAME\n", stderr);
	for (i = 0; good && i < n; i++) {
		good = profile_find(o, m[i].pid, i ? other : name);
		if (!good || !i || !strcmp(name, other))
			continue;
		fprintf(stderr, "vsysread: -P auto: pid %d runs %s, pid %d %s; name machines with -p\n",
			(int)m[0].pid, name, (int)m[i].pid, other);
		good = false;
	}
	free(m);
	return good;
}

bool guests_profiles(struct options *o)
{
	static char names[MAX_TARGETS][VSYS_NAME_MAX];
	struct target *t;
	char *name;

	for (t = o->targets; o->find_profiles && t < o->targets + o->ntargets; t++) {
		if (t->profile)
			continue;
		name = names[t - o->targets];
		if (!(t->pid ? profile_find(o, t->pid, name) : profile_of_all(o, name)))
			return false;
		t->profile = name;
	}
	return true;
}

static int identify_one(const struct options *o, const struct machine *m, struct vsys_guest *g)
{
	struct vsys_guest_info info = *vsys_guest_info(g);

	(void)o;
	printf("vm %d: %s\n", (int)m->pid, *info.banner ? plain(info.banner) : "not recognised");
	if (*info.profile)
		printf("  profile  %s%s\n", info.profile, info.near ? ", the nearest to this build" : "");
	printf("  tasks    %s%s\n", *info.how ? info.how : "not found",
	       info.claimed ? "; a program can write what it says" : "");
	printf("  found in %.3f s, %" PRIu64 " KiB read\n", (double)info.ns / 1e9, info.bytes >> 10);
	return 0;
}

int guests_identify(const struct options *o)
{
	return each_guest(o, identify_one);
}

struct ps {
	const struct options *o;
	pid_t vm;
	struct vsys_guest_task *v;
	size_t n;
	bool *done;
};

static int collect(void *arg, const struct vsys_guest_task *t)
{
	struct ps *p = arg;
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
	printf("%*s%s%s%s%s%s\n", 2 * (int)depth, "", thread ? "{" : "", plain(copy.name),
	       thread ? "}" : "", *copy.program ? "  " : "", thread ? "" : plain(copy.program));
}

/* A process, its threads, its children; each once, as parents of a hostile guest may circle. */
static void print_tree(struct ps *p, size_t at, unsigned int depth)
{
	size_t i;

	p->done[at] = true;
	print_line(p, &p->v[at], depth);
	for (i = 0; i < p->n; i++) {
		if (p->done[i])
			continue;
		if (p->v[i].pid == p->v[at].pid && p->v[i].tid != p->v[i].pid) {
			p->done[i] = true;
			print_line(p, &p->v[i], depth + 1);
		} else if (p->v[i].ppid == p->v[at].pid && p->v[i].tid == p->v[i].pid && depth < DEPTH) {
			print_tree(p, i, depth + 1);
		}
	}
}

static bool has_parent(const struct ps *p, size_t at)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (i != at && p->v[i].pid == p->v[at].ppid)
			return true;
	return false;
}

static int by_pid(const void *a, const void *b)
{
	const struct vsys_guest_task *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return (x->tid > y->tid) - (x->tid < y->tid);
}

static int ps_one(const struct options *o, const struct machine *m, struct vsys_guest *g)
{
	struct ps p = { .o = o, .vm = m->pid };
	int err = vsys_guest_tasks(g, collect, &p), turn;
	size_t i;

	if (p.n)
		qsort(p.v, p.n, sizeof(*p.v), by_pid);
	p.done = calloc(p.n + 1, sizeof(*p.done));
	/* First those without a parent, then those whose parents circle. */
	for (turn = 0; p.done && turn < 2; turn++) {
		for (i = 0; i < p.n; i++) {
			if (o->mode == MODE_JSON && !turn)
				print_json(&p, &p.v[i]);
			else if (o->mode != MODE_JSON && !p.done[i] && (turn || !has_parent(&p, i)))
				print_tree(&p, i, 0);
		}
	}
	free(p.done);
	free(p.v);
	return err;
}

int guests_ps(const struct options *o)
{
	if (o->mode != MODE_JSON)
		printf("%-8s %7s %7s %6s %s\n", "VM", "PID", "TID", "UID", "NAME");
	return each_guest(o, ps_one);
}
