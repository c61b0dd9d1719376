// SPDX-License-Identifier: GPL-2.0
/* A 64-bit Linux kernel: its banner, its types, where its tasks are. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "btf.h"
#include "calibrate.h"
#include "entry.h"
#include "linux.h"

/* KASLR moves the kernel in this range, and nothing else is mapped there. */
#define IMAGE_BEGIN	UINT64_C(0xffffffff80000000)
#define IMAGE_END	UINT64_C(0xffffffffc0000000)

/* A 32-bit kernel is somewhere in the upper quarter, and not this large. */
#define IMAGE32_BEGIN	UINT64_C(0xc0000000)
#define IMAGE32_END	UINT64_C(0xfffff000)
#define IMAGE32_MAX	(UINT64_C(48) << 20)

/* The kernel of arm64 is anywhere in the upper half; its vectors are in its code. */
#define IMAGE_ARM64_BEGIN	UINT64_C(0xff00000000000000)
#define IMAGE_ARM64_END		UINT64_C(0xfffffffffffff000)
#define IMAGE_ARM64_MAX		(UINT64_C(64) << 20)

enum {
	ENTRY_CODE = 256,
	VECTORS_CODE = 32768,	/* of arm64: on either side of the vectors, of which there are several */
	KNOWN = 16,
	TRIES = 64,		/* false begins of type information */
};

static const char banner_start[] = "Linux version ";

/* The way from a task: structure and member of each step; of the last, the value. */
static const struct way {
	unsigned char kind, form, bytes;
	const char *step[VSYS_TASK_STEPS_MAX + 1][2];
	unsigned char indexed;
	const char *index[2];	/* see struct vsys_task_field */
	const char *stride;	/* size of the elements */
} ways[] = {
	{ .kind = VSYS_TASK_TID, .form = VSYS_TASK_NUMBER, .bytes = 4,
	  .step = { { "task_struct", "pid" } } },
	{ .kind = VSYS_TASK_PID, .form = VSYS_TASK_NUMBER, .bytes = 4,
	  .step = { { "task_struct", "tgid" } } },
	{ .kind = VSYS_TASK_NAME, .form = VSYS_TASK_CHARS, .bytes = 16,
	  .step = { { "task_struct", "comm" } } },
	{ .kind = VSYS_TASK_PPID, .form = VSYS_TASK_NUMBER, .bytes = 4,
	  .step = { { "task_struct", "real_parent" }, { "task_struct", "tgid" } } },
	{ .kind = VSYS_TASK_UID, .form = VSYS_TASK_NUMBER, .bytes = 4,
	  .step = { { "task_struct", "cred" }, { "cred", "euid" } } },
	{ .kind = VSYS_TASK_START, .form = VSYS_TASK_NUMBER, .bytes = 8,
	  .step = { { "task_struct", "group_leader" }, { "task_struct", "start_boottime" } } },
	{ .kind = VSYS_TASK_VPID, .form = VSYS_TASK_NUMBER, .bytes = 4,
	  .step = { { "task_struct", "thread_pid" }, { "pid", "numbers" } },
	  .indexed = 2, .index = { "pid", "level" }, .stride = "upid" },
	{ .kind = VSYS_TASK_PIDNS, .form = VSYS_TASK_NUMBER, .bytes = 4,
	  .step = { { "task_struct", "thread_pid" }, { "pid", "numbers" }, { "pid_namespace", "ns.inum" } },
	  .indexed = 2, .index = { "pid", "level" }, .stride = "upid" },
	{ .kind = VSYS_TASK_CGROUP, .form = VSYS_TASK_NUMBER, .bytes = 8,
	  .step = { { "task_struct", "cgroups" }, { "css_set", "dfl_cgrp" }, { "cgroup", "kn" },
	    { "kernfs_node", "id" } } },
	{ .kind = VSYS_TASK_CONTAINER, .form = VSYS_TASK_STRING, .bytes = 128,
	  .step = { { "task_struct", "cgroups" }, { "css_set", "dfl_cgrp" }, { "cgroup", "kn" },
	    { "kernfs_node", "name" } } },
	{ .kind = VSYS_TASK_PROGRAM, .form = VSYS_TASK_PATH, .bytes = 128,
	  .step = { { "task_struct", "mm" }, { "mm_struct", "exe_file" }, { "file", "f_path.dentry" },
	    { "dentry", "d_name.name" } }, .index = { "dentry", "d_parent" } },
};

static const char *const links[VSYS_LINUX_LINKS][2] = {
	[VSYS_LINUX_LEADER] = { "task_struct", "group_leader" },
	[VSYS_LINUX_TASKS] = { "task_struct", "tasks" },
	[VSYS_LINUX_SIGNAL] = { "task_struct", "signal" },
	[VSYS_LINUX_THREADS] = { "signal_struct", "thread_head" },
	[VSYS_LINUX_THREAD] = { "task_struct", "thread_node" },
	[VSYS_LINUX_CRED] = { "task_struct", "cred" },
};

/* Members of an element of pid.numbers[], which the step behind the index is in. */
static int32_t element_offset(const struct vsys_btf *b, const struct way *w)
{
	return w->indexed ? vsys_btf_offset(b, "upid", w->kind == VSYS_TASK_VPID ? "nr" : "ns") : 0;
}

/* Returns whether the kernel has the field. */
static bool field_find(const struct vsys_btf *b, const struct way *w, struct vsys_task_field *f)
{
	int32_t element = element_offset(b, w);
	unsigned int i;

	memset(f, 0, sizeof(*f));
	f->kind = w->kind;
	f->form = w->form;
	f->bytes = w->bytes;
	f->indexed = w->indexed;
	for (i = 0; i <= VSYS_TASK_STEPS_MAX && w->step[i][0]; i++) {
		f->off[i] = vsys_btf_offset(b, w->step[i][0], w->step[i][1]);
		if (f->off[i] < 0)
			return false;
		if (w->indexed == i + 1)
			f->off[i] += element;
		f->steps = (unsigned char)i;
	}
	if (w->index[0])
		f->index = vsys_btf_offset(b, w->index[0], w->index[1]);
	if (w->stride)
		f->stride = (unsigned short)vsys_btf_size(b, w->stride);
	return element >= 0 && f->index >= 0 && (f->stride || !w->stride);
}

static void fields_find(struct vsys_linux *l, const struct vsys_btf *b)
{
	unsigned int i;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		l->nfields += field_find(b, &ways[i], &l->field[l->nfields]);
	for (i = 0; i < VSYS_LINUX_LINKS; i++)
		l->link[i] = vsys_btf_offset(b, links[i][0], links[i][1]);
	vsys_files_find(&l->files, b);
}

const struct vsys_task_field *vsys_linux_field(const struct vsys_linux *l, enum vsys_task_kind kind)
{
	unsigned int i;

	for (i = 0; i < l->nfields; i++)
		if (l->field[i].kind == kind)
			return &l->field[i];
	return NULL;
}

/* A per-CPU variable, or the member of pcpu_hot that it was in 6.2 to 6.14. */
static bool percpu_find(const struct vsys_btf *b, const char *name, const char *hot,
			uint32_t *offset)
{
	uint32_t type;

	if (vsys_btf_percpu(b, name, offset, &type))
		return true;
	return vsys_btf_percpu(b, "pcpu_hot", offset, &type) &&
	       vsys_btf_member(b, type, hot, offset, NULL);
}

static bool entry_stack(struct vsys_space *s, uint64_t entry, uint64_t *top)
{
	unsigned char code[ENTRY_CODE];
	size_t n = ENTRY_CODE;

	/* With page-table isolation the next page may be absent. */
	if (!vsys_space_read(s, entry, code, n)) {
		n = 4096 - (size_t)(entry % 4096);
		if (n > ENTRY_CODE || !vsys_space_read(s, entry, code, n))
			return false;
	}
	return vsys_entry_stack(code, n, entry, top);
}

/*
 * The entry tells where one variable of the per-CPU section is, the types tell how far
 * the others are from it.
 */
static bool slot_find(struct vsys_linux *l, const struct vsys_btf *b, struct vsys_space *s,
		      uint64_t entry)
{
	uint32_t current, stack;
	uint64_t top;

	if (!entry_stack(s, entry, &top) ||
	    !percpu_find(b, "current_task", "current_task", &current) ||
	    !percpu_find(b, "cpu_current_top_of_stack", "top_of_stack", &stack))
		return false;
	l->slot = top - stack + current;
	return true;
}

/* Likewise of arm64, where the code names the address of the variable. */
static bool slot_find_arm64(struct vsys_linux *l, struct vsys_space *s, uint64_t vbar)
{
	static const size_t page = 4096;
	uint64_t from = (vbar - VECTORS_CODE) & ~(uint64_t)(page - 1);
	unsigned char *code = calloc(2, VECTORS_CODE);
	bool found;
	size_t i;

	/* Pages that are absent have no code. */
	for (i = 0; code && i < 2 * VECTORS_CODE; i += page)
		if (!vsys_space_read(s, from + i, code + i, page))
			memset(code + i, 0, page);
	found = code && vsys_entry_task_arm64(code, 2 * VECTORS_CODE, from, &l->slot);
	free(code);
	return found;
}

/* Look for type information in a range. */
static bool btf_search(struct vsys_linux *l, struct vsys_space *s, const struct vsys_run *r,
		       uint64_t entry)
{
	static const unsigned char magic[] = { 0x9f, 0xeb, 1, 0 };
	const unsigned char *p = r->bytes, *end = r->bytes + r->n;
	unsigned int tries = TRIES;
	struct vsys_btf b;

	while (tries-- && s->budget && (p = memmem(p, (size_t)(end - p), magic, sizeof(magic)))) {
		if (!vsys_btf_parse(&b, p, (size_t)(end - p), &s->budget) &&
		    vsys_btf_find(&b, VSYS_BTF_STRUCT, "task_struct")) {
			l->btf = r->va + (uint64_t)(p - r->bytes);
			memcpy(l->btf_head, p, sizeof(l->btf_head));
			l->types = b.ntypes - 1;
			fields_find(l, &b);
			l->found = (s->paging == VSYS_SPACE_ARM64 ? slot_find_arm64(l, s, entry) :
								    slot_find(l, &b, s, entry)) &&
				   vsys_linux_field(l, VSYS_TASK_TID) &&
				   vsys_linux_field(l, VSYS_TASK_PID);
			vsys_btf_free(&b);
			return true;
		}
		vsys_btf_free(&b);
		p++;
	}
	return false;
}

static void banner_search(struct vsys_linux *l, const struct vsys_run *r)
{
	const unsigned char *p = r->bytes, *end = r->bytes + r->n;
	size_t i, n;

	/* "Linux version %s" is a format. */
	while ((p = memmem(p, (size_t)(end - p), banner_start, sizeof(banner_start) - 1))) {
		n = (size_t)(end - p) < sizeof(l->banner) ? (size_t)(end - p) : sizeof(l->banner);
		i = sizeof(banner_start) - 1;
		if (i < n && p[i] >= '0' && p[i] <= '9') {
			for (i = 0; i < n - 1 && p[i] >= ' ' && p[i] < 127; i++)
				l->banner[i] = (char)p[i];
			l->banner[i] = 0;
			l->banner_at = r->va + (uint64_t)(p - r->bytes);
			return;
		}
		p++;
	}
}

/* Ranges by how likely they have constants: read-only data, code, then all. */
static bool run_is(const struct vsys_run *r, unsigned int turn)
{
	if (turn > 1)
		return r->writable;
	return !r->writable && r->noexec == !turn;
}

/*
 * The last kernels that were found, by machine and entry: KASLR moves each to another place, and
 * what is in memory must be the same.  No machine may tell what another one has.
 */
static struct {
	pthread_mutex_t lock;
	struct { uint64_t entry; uint32_t vm; struct vsys_linux l; } kernel[KNOWN];
	unsigned int next;
} known = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool is_known(const struct vsys_linux *k, struct vsys_space *s)
{
	unsigned char head[sizeof(k->btf_head)];
	char banner[sizeof(k->banner)];
	size_t n = strlen(k->banner);

	return vsys_space_read(s, k->btf, head, sizeof(head)) && !memcmp(head, k->btf_head, sizeof(head)) &&
	       vsys_space_read(s, k->banner_at, banner, n) && !memcmp(banner, k->banner, n);
}

static bool known_find(struct vsys_linux *l, struct vsys_space *s, uint64_t entry)
{
	bool found = false;
	unsigned int i;

	pthread_mutex_lock(&known.lock);
	for (i = 0; i < KNOWN && !found; i++) {
		found = known.kernel[i].entry == entry && known.kernel[i].vm == s->vm &&
			is_known(&known.kernel[i].l, s);
		if (found)
			*l = known.kernel[i].l;
	}
	pthread_mutex_unlock(&known.lock);
	return found;
}

static void known_add(const struct vsys_linux *l, const struct vsys_space *s, uint64_t entry)
{
	pthread_mutex_lock(&known.lock);
	known.kernel[known.next].entry = entry;
	known.kernel[known.next].vm = s->vm;
	known.kernel[known.next].l = *l;
	known.next = (known.next + 1) % KNOWN;
	pthread_mutex_unlock(&known.lock);
}

/* Fields that can be told without types: each if its first offset was found. */
static void fields32_add(struct vsys_linux *l, const struct vsys_calibrated *c)
{
	const struct vsys_task_field fields[] = {
		{ .kind = VSYS_TASK_TID, .form = VSYS_TASK_NUMBER, .bytes = 4, .off = { c->pid } },
		{ .kind = VSYS_TASK_PID, .form = VSYS_TASK_NUMBER, .bytes = 4, .off = { c->pid + 4 } },
		{ .kind = VSYS_TASK_NAME, .form = VSYS_TASK_CHARS, .bytes = 16, .off = { c->name } },
		{ .kind = VSYS_TASK_PPID, .form = VSYS_TASK_NUMBER, .bytes = 4, .steps = 1,
		  .off = { c->parent, c->pid + 4 } },
		{ .kind = VSYS_TASK_UID, .form = VSYS_TASK_NUMBER, .bytes = 4, .steps = 1,
		  .off = { c->cred, VSYS_CALIBRATED_EUID } },
		{ .kind = VSYS_TASK_START, .form = VSYS_TASK_NUMBER, .bytes = 8, .steps = 1,
		  .off = { c->start < 0 ? -1 : c->leader, c->start } },
		{ .kind = VSYS_TASK_VPID, .form = VSYS_TASK_NUMBER, .bytes = 4, .steps = 1,
		  .indexed = 2, .index = VSYS_CALIBRATED_LEVEL, .stride = 8,
		  .off = { c->thread_pid, c->numbers } },
		{ .kind = VSYS_TASK_PIDNS, .form = VSYS_TASK_NUMBER, .bytes = 4, .steps = 2,
		  .indexed = 2, .index = VSYS_CALIBRATED_LEVEL, .stride = 8,
		  .off = { c->thread_pid, c->numbers + 4, c->inum } },
		{ .kind = VSYS_TASK_CGROUP, .form = VSYS_TASK_NUMBER, .bytes = 8, .steps = 3,
		  .off = { c->groups, c->group, c->node, c->node_id } },
		{ .kind = VSYS_TASK_CONTAINER, .form = VSYS_TASK_STRING, .bytes = 128, .steps = 3,
		  .off = { c->groups, c->group, c->node, c->node_name } },
		{ .kind = VSYS_TASK_PROGRAM, .form = VSYS_TASK_PATH, .bytes = 128, .steps = 3,
		  .off = { c->mm, c->exe, c->path, c->path_name }, .index = c->path_name - 12 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (fields[i].off[0] >= 0)
			l->field[l->nfields++] = fields[i];
}

static void tasks32_find(struct vsys_linux *l, struct vsys_space *s, struct vsys_image *img, uint64_t base)
{
	struct vsys_calibrated c;

	l->found = base && vsys_calibrate(&c, s, img, base);
	if (!l->found)
		return;
	l->slot = c.slot;
	l->link[VSYS_LINUX_LEADER] = c.leader;
	l->link[VSYS_LINUX_TASKS] = c.tasks;
	l->link[VSYS_LINUX_SIGNAL] = c.signal;
	l->link[VSYS_LINUX_THREADS] = c.threads;
	l->link[VSYS_LINUX_THREAD] = c.thread;
	l->link[VSYS_LINUX_CRED] = c.cred;
	fields32_add(l, &c);
}

/* Look for the banner, and for types or without them for tasks, between two addresses. */
static int image_search(struct vsys_linux *l, struct vsys_space *s, uint64_t entry, uint64_t from,
			uint64_t to, uint64_t base)
{
	bool types = s->paging >= VSYS_SPACE_4LEVEL;
	struct vsys_image img;
	unsigned int turn, i;
	int err;

	err = vsys_image_scan(&img, s, from, to);
	for (turn = 0; !err && turn < 3 && !(types ? l->btf : (uint64_t)*l->banner); turn++) {
		for (i = 0; i < img.nruns && (!*l->banner || (types && !l->btf)); i++) {
			if (!run_is(&img.run[i], turn) || !vsys_image_load(s, &img.run[i]))
				continue;
			if (!*l->banner)
				banner_search(l, &img.run[i]);
			if (types && !l->btf)
				btf_search(l, s, &img.run[i], entry);
			vsys_image_drop(&img.run[i]);
		}
	}
	if (!err && !types && *l->banner)
		tasks32_find(l, s, &img, base);
	vsys_image_free(&img);
	return err ? err : *l->banner || l->btf ? 0 : -ENOENT;
}

/*
 * Find a kernel within @begin to @end, @max bytes around its @entry; its tasks by @base if it has
 * no types.
 */
static int kernel_find(struct vsys_linux *l, struct vsys_space *s, uint64_t entry, uint64_t begin,
		       uint64_t end, uint64_t max, uint64_t base)
{
	uint64_t from, to;
	int err;

	memset(l, 0, sizeof(*l));
	if (entry < begin || entry >= end)
		return -ENOENT;
	if (known_find(l, s, entry))
		return 0;
	from = entry - begin < max ? begin : (entry - max) & ~UINT64_C(0xfff);
	to = end - entry < max ? end : (entry + max) & ~UINT64_C(0xfff);
	err = image_search(l, s, entry, from, to, base);
	if (!err && l->found && l->btf && *l->banner)
		known_add(l, s, entry);
	return err;
}

int vsys_linux_find(struct vsys_linux *l, struct vsys_space *s, uint64_t entry)
{
	return kernel_find(l, s, entry, IMAGE_BEGIN, IMAGE_END, IMAGE_END - IMAGE_BEGIN, 0);
}

int vsys_linux32_find(struct vsys_linux *l, struct vsys_space *s, uint64_t entry, uint64_t base)
{
	return kernel_find(l, s, entry, IMAGE32_BEGIN, IMAGE32_END, IMAGE32_MAX, base);
}

int vsys_linux_arm64_find(struct vsys_linux *l, struct vsys_space *s, uint64_t entry)
{
	return kernel_find(l, s, entry, IMAGE_ARM64_BEGIN, IMAGE_ARM64_END, IMAGE_ARM64_MAX, 0);
}

bool vsys_linux_mapped(struct vsys_space *s, uint64_t entry, uint64_t base)
{
	struct vsys_mapping m;
	uint64_t top;

	return entry_stack(s, entry, &top) && vsys_space_walk(s, base + top, &m);
}
