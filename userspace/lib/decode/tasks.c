// SPDX-License-Identifier: GPL-2.0
/* Which task does each vCPU run? */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tasks.h"

enum { TASKS_MAX = 16384 };	/* in the table; calls may refer to more */

void vsys_task_put(struct vsys_task_ref *r)
{
	if (!r || --r->refs)
		return;
	vsys_text_free(&r->text);
	free(r->rec);
	free(r);
}

static void table_empty(struct vsys_tasks *t)
{
	struct vsys_task_ref *r;
	unsigned int i;

	for (i = 0; i < VSYS_TASK_BUCKETS; i++) {
		while ((r = t->buckets[i])) {
			t->buckets[i] = r->chain;
			vsys_task_put(r);
		}
	}
	t->n = 0;
}

void vsys_tasks_free(struct vsys_tasks *t)
{
	unsigned int i;

	for (i = 0; i < t->vcpus.n; i++)
		vsys_task_put(t->vcpus.v[i].task);
	vsys_stream_vcpus_free(&t->vcpus);
	table_empty(t);
}

/* Where a text goes, NULL for a kind that is none. */
static const char **text_of(struct vsys_task *t, unsigned int kind)
{
	switch (kind) {
	case VSYS_TASK_NAME:
		return &t->name;
	case VSYS_TASK_PROGRAM:
		return &t->program;
	case VSYS_TASK_CONTAINER:
		return &t->container;
	case VSYS_TASK_COMMAND:
		return &t->command;
	default:
		return NULL;
	}
}

/* Append the escaped text, with a NUL in place of the second quote.  Returns its offset. */
static size_t text_put(struct vsys_text *t, const struct vsys_cap *cap)
{
	size_t at = t->len;

	if (cap->kind == VSYS_CAP_WSTRING)
		vsys_text_wide(t, cap->data, cap->len);
	else
		vsys_text_quote(t, cap->data, cap->len);
	if (!t->failed)
		t->s[t->len - 1] = '\0';
	return at + 1;
}

/* Append the text as it is.  Returns its offset. */
static size_t plain_put(struct vsys_text *t, const struct vsys_cap *cap)
{
	size_t at = t->len;

	if (cap->kind == VSYS_CAP_WSTRING)
		vsys_text_from_wide(t, cap->data, cap->len);
	else
		vsys_text_bytes(t, (const char *)cap->data, strnlen((const char *)cap->data, cap->len));
	vsys_text_char(t, '\0');
	return at;
}

/* Texts move while @r->text grows: set pointers at the end. */
static void texts_fill(struct vsys_task_ref *r)
{
	struct vsys_cap cap = { .data = (const unsigned char *)r->rec->name };
	size_t at[VSYS_TASK_KIND_NR] = { 0 }, plain[VSYS_TASK_KIND_NR] = { 0 };
	unsigned int kind;

	for (kind = 0; kind < VSYS_TASK_KIND_NR; kind++) {
		if (!text_of(&r->task, kind) || !(r->task.known >> kind & 1))
			continue;
		if (!vsys_record_capture(&r->rec->r, kind, false, &cap)) {
			if (kind != VSYS_TASK_NAME)
				continue;
			cap.kind = VSYS_CAP_STRING;
			cap.data = (const unsigned char *)r->rec->name;
			cap.len = (uint32_t)strnlen(r->rec->name, VSYS_TASK_NAME_MAX);
		}
		at[kind] = text_put(&r->text, &cap);
		plain[kind] = plain_put(&r->text, &cap);
	}
	for (kind = 0; kind < VSYS_TASK_KIND_NR && !r->text.failed; kind++)
		if (at[kind])
			*text_of(&r->task, kind) = r->text.s + at[kind];
	if (plain[VSYS_TASK_NAME] && !r->text.failed)
		r->task.plain_name = r->text.s + plain[VSYS_TASK_NAME];
	if (plain[VSYS_TASK_CONTAINER] && !r->text.failed)
		r->task.plain_container = r->text.s + plain[VSYS_TASK_CONTAINER];
}

static struct vsys_task_ref *task_new(const struct vsys_rec_task *rec)
{
	struct vsys_task_ref *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->refs = 1;
	r->rec = malloc(rec->r.size);
	if (!r->rec) {
		free(r);
		return NULL;
	}
	memcpy(r->rec, rec, rec->r.size);
	r->bytes = rec->r.size - sizeof(rec->r);
	r->task = (struct vsys_task){
		.vm = rec->r.vm, .id = rec->task, .known = rec->known,
		.claimed = rec->r.flags & VSYS_F_CLAIMED,
		.pid = rec->pid, .tid = rec->tid, .ppid = rec->ppid, .uid = rec->uid,
		.vpid = rec->vpid, .pidns = rec->pidns, .session = rec->session,
		.start = rec->start, .cgroup = rec->cgroup,
	};
	texts_fill(r);
	if (!r->text.failed)
		return r;
	vsys_task_put(r);
	return NULL;
}

static bool is_same(const struct vsys_task_ref *r, const struct vsys_rec_task *rec)
{
	return r->bytes == rec->r.size - sizeof(rec->r) &&
	       !memcmp(&r->rec->task, &rec->task, r->bytes) &&
	       !((r->rec->r.flags ^ rec->r.flags) & VSYS_F_CLAIMED);
}

/* The task that a record tells, as it is in the table or new there; to be put. */
static struct vsys_task_ref *task_find(struct vsys_tasks *t, const struct vsys_rec_task *rec)
{
	uint64_t h = (rec->task ^ (uint64_t)rec->r.vm << 40) * UINT64_C(0x9e3779b97f4a7c15);
	struct vsys_task_ref **at = &t->buckets[h >> 54 & (VSYS_TASK_BUCKETS - 1)], **begin = at, *r;

	while (*at && ((*at)->task.id != rec->task || (*at)->task.vm != rec->r.vm))
		at = &(*at)->chain;
	r = *at;
	if (r && is_same(r, rec)) {
		r->refs++;
		return r;
	}
	if (r) {
		*at = r->chain;
		t->n--;
		vsys_task_put(r);
	}
	if (t->n >= TASKS_MAX)
		table_empty(t);
	r = task_new(rec);
	if (!r)
		return NULL;
	r->chain = *begin;
	*begin = r;
	t->n++;
	r->refs++;
	return r;
}

int vsys_tasks_record(struct vsys_tasks *t, const struct vsys_record *rec)
{
	const struct vsys_rec_task *task = (const void *)rec;
	struct vsys_stream_vcpu *v;

	/* After a loss the module tells the task again. */
	if (rec->type != VSYS_REC_TASK && rec->type != VSYS_REC_LOST && rec->type != VSYS_REC_ATTACH)
		return 0;
	v = vsys_stream_vcpus_find(&t->vcpus, rec->vm, rec->vcpu);
	if (!v)
		return 0;
	vsys_task_put(v->task);
	v->task = NULL;
	if (rec->type != VSYS_REC_TASK || !task->task)
		return 0;
	v->task = task_find(t, task);
	return v->task ? 0 : -ENOMEM;
}

struct vsys_task_ref *vsys_tasks_get(struct vsys_tasks *t, const struct vsys_record *rec)
{
	struct vsys_stream_vcpu *v;

	/* Without any task there is nothing to look for. */
	v = t->vcpus.n ? vsys_stream_vcpus_find(&t->vcpus, rec->vm, rec->vcpu) : NULL;
	if (!v || !v->task)
		return NULL;
	v->task->refs++;
	return v->task;
}

const char *vsys_task_name(const struct vsys_task *t)
{
	const char *p = NULL;

	if (t->name && *t->name)
		return t->name;
	if (!t->program)
		return "";
	/* A '\' of Windows is escaped, which does not matter here. */
	p = strrchr(t->program, t->program[0] == '/' ? '/' : '\\');
	return p ? p + 1 : t->program;
}

void vsys_format_task(struct vsys_text *t, const struct vsys_task *task)
{
	const char *name = vsys_task_name(task);

	vsys_text_dec(t, task->pid);
	if (vsys_task_knows(task, VSYS_TASK_TID) && task->tid != task->pid) {
		vsys_text_char(t, '/');
		vsys_text_dec(t, task->tid);
	}
	if (*name) {
		vsys_text_char(t, ' ');
		vsys_text_put(t, name);
	}
}
