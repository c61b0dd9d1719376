// SPDX-License-Identifier: GPL-2.0
/*
 * The fields of a task, as a recipe says.  What it reads is the guest's: each step is
 * read once, all is bounded by the recipe and by the budget of guestmem.c.
 */
#include <linux/string.h>

#include "guestmem.h"
#include "task_read.h"

enum { NODES = 16, INDEX_MAX = 64, NAME_PART = 64 };

/* Place of a number in struct vsys_rec_task. */
static const struct {
	u8 at, bytes;
} numbers[VSYS_TASK_NAME] = {
#define NUMBER(kind, member) \
	[kind] = { offsetof(struct vsys_rec_task, member), \
		   sizeof_field(struct vsys_rec_task, member) }
	NUMBER(VSYS_TASK_TID, tid),
	NUMBER(VSYS_TASK_PID, pid),
	NUMBER(VSYS_TASK_PPID, ppid),
	NUMBER(VSYS_TASK_UID, uid),
	NUMBER(VSYS_TASK_START, start),
	NUMBER(VSYS_TASK_VPID, vpid),
	NUMBER(VSYS_TASK_PIDNS, pidns),
	NUMBER(VSYS_TASK_CGROUP, cgroup),
	NUMBER(VSYS_TASK_SESSION, session),
#undef NUMBER
};

/* A text on its way into an image. */
struct text {
	u8 bytes[VSYS_TASK_TEXT_MAX];
	u32 len;
	bool wide;
};

static bool number(struct vsys_mem *m, u64 at, u32 bytes, u64 *val)
{
	*val = 0;
	return vsys_mem_read(m, at, val, bytes) == bytes;
}

/* Follow the steps of @f; @p: in: the task, out: where off[steps] counts from. */
static bool follow(struct vsys_mem *m, const struct vsys_task_field *f, u32 width, u64 *p)
{
	u64 index;
	u32 i;

	for (i = 0;; i++) {
		if (f->indexed == i + 1) {
			if (!number(m, *p + f->index, 4, &index) || index >= INDEX_MAX)
				return false;
			*p += index * f->stride;
		}
		if (i == f->steps)
			return true;
		if (!number(m, *p + f->off[i], width, p) || !*p)
			return false;
	}
}

/* Text up to its NUL, at most @bytes. */
static bool string(struct vsys_mem *m, u64 at, u32 bytes, struct text *t)
{
	u32 n = vsys_mem_read(m, at, t->bytes, bytes);

	t->len = strnlen(t->bytes, n);
	return n && (t->len < n || n == bytes);
}

static bool unicode_string(struct vsys_mem *m, u64 at, u32 width, u32 bytes, struct text *t)
{
	u64 len, buffer;

	if (!number(m, at, 2, &len) || !number(m, at + width, width, &buffer))
		return false;
	t->wide = true;
	t->len = min_t(u32, len, bytes) & ~1U;
	return vsys_mem_read(m, buffer, t->bytes, t->len) == t->len;
}

/* Join the names from node @p up; the last one is read first. */
static bool path(struct vsys_mem *m, const struct vsys_task_field *f, u32 width, u64 p,
		 struct text *t)
{
	u32 from = f->bytes, n, i;
	u8 part[NAME_PART];
	u64 name, parent;

	for (i = 0; i < NODES; i++) {
		if (!number(m, p + f->index, width, &parent) ||
		    !number(m, p + f->off[f->steps], width, &name))
			return false;
		if (parent == p)
			break;
		n = vsys_mem_read(m, name, part, sizeof(part));
		n = strnlen(part, n);
		if (n + 1 > from)
			break;
		from -= n;
		memcpy(t->bytes + from, part, n);
		t->bytes[--from] = '/';
		p = parent;
	}
	t->len = f->bytes - from;
	memmove(t->bytes, t->bytes + from, t->len);
	return t->len;
}

static bool text(struct vsys_mem *m, const struct vsys_task_field *f, u32 width, u64 p,
		 struct text *t)
{
	u64 at = p + f->off[f->steps];

	switch (f->form) {
	case VSYS_TASK_CHARS:
		return string(m, at, f->bytes, t);
	case VSYS_TASK_STRING:
		return number(m, at, width, &at) && at && string(m, at, f->bytes, t);
	case VSYS_TASK_USTRING:
		return unicode_string(m, at, width, f->bytes, t);
	default:
		return path(m, f, width, p, t);
	}
}

static void put_number(struct vsys_rec_task *rec, u8 kind, u64 val)
{
	memcpy((u8 *)rec + numbers[kind].at, &val, numbers[kind].bytes);
}

static void put_text(union vsys_task_image *image, u8 kind, const struct text *t)
{
	struct vsys_rec_task *rec = &image->rec;
	struct vsys_capture *cap = (void *)image->bytes + rec->r.size;

	if (kind == VSYS_TASK_NAME && !t->wide && t->len <= sizeof(rec->name)) {
		memcpy(rec->name, t->bytes, t->len);
		return;
	}
	if (rec->captures == VSYS_TASK_TEXTS)
		return;
	cap->len = t->len;
	cap->arg = kind;
	cap->kind = t->wide ? VSYS_CAP_WSTRING : VSYS_CAP_STRING;
	memcpy(cap + 1, t->bytes, t->len);
	rec->captures++;
	rec->r.size += sizeof(*cap) + ALIGN(t->len, 8);
}

static bool field_read(struct vsys_mem *m, const struct vsys_task_recipe *r, u64 task,
		       const struct vsys_task_field *f, union vsys_task_image *image)
{
	struct text t = {};
	u64 p = task, val;

	if (!follow(m, f, r->in.width, &p))
		return false;
	if (f->form == VSYS_TASK_NUMBER) {
		if (!number(m, p + f->off[f->steps], f->bytes, &val))
			return false;
		put_number(&image->rec, f->kind, val);
	} else {
		if (!text(m, f, r->in.width, p, &t))
			return false;
		put_text(image, f->kind, &t);
	}
	return true;
}

/**
 * vsys_task_read() - read the fields of a task
 * @m: memory, ready; interrupts are off
 * @r: the recipe
 * @task: address of the task
 * @image: out: all but rec.task; of the head the size only
 * @partly: leave out what is absent
 *
 * Return: false, without @partly, at the first field of which memory is absent.
 */
bool vsys_task_read(struct vsys_mem *m, const struct vsys_task_recipe *r, u64 task,
		    union vsys_task_image *image, bool partly)
{
	const struct vsys_task_field *f;

	lockdep_assert_irqs_disabled();
	memset(image, 0, sizeof(*image));
	image->rec.r.size = sizeof(image->rec);
	for (f = r->fields; f < r->fields + r->in.nfields; f++) {
		m->absent = false;	/* of another field */
		if (field_read(m, r, task, f, image))
			image->rec.known |= BIT_ULL(f->kind);
		else if (!partly && vsys_mem_lacks(m))
			return false;
	}
	m->absent = false;
	return true;
}
