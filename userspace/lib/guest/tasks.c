// SPDX-License-Identifier: GPL-2.0
/* List the processes and threads of a guest as its kernel does. */
#include <errno.h>
#include <string.h>

#include "guest.h"

#define BUDGET	(UINT64_C(2) << 30)	/* for one list, as in guest.c: two million reads */

enum {
	TASKS_MAX = 1 << 18,	/* more than 4 million is no limit of Linux, but enough */
	NT_NAME = 15,
};

struct list {
	struct vsys_guest *g;
	int (*fn)(void *arg, const struct vsys_guest_task *t);
	int (*handle)(void *arg, const struct vsys_guest_handle *h);	/* in place of @fn */
	void *arg;
	unsigned int left;	/* bounds lists that the guest closes to a circle */
};

static void number_take(struct vsys_guest_task *t, unsigned int kind, uint64_t v)
{
	switch (kind) {
	case VSYS_TASK_TID:
		t->tid = (uint32_t)v;
		break;
	case VSYS_TASK_PID:
		t->pid = (uint32_t)v;
		break;
	case VSYS_TASK_PPID:
		t->ppid = (uint32_t)v;
		break;
	case VSYS_TASK_UID:
		t->uid = (uint32_t)v;
		break;
	case VSYS_TASK_SESSION:
		t->session = (uint32_t)v;
		break;
	case VSYS_TASK_START:
		t->start = v;
		break;
	case VSYS_TASK_CGROUP:
		t->cgroup = v;
		break;
	default:
		return;
	}
	t->known |= UINT64_C(1) << kind;
}

static void text_take(struct vsys_space *s, const struct vsys_task_field *f, uint64_t task,
		      struct vsys_guest_task *t)
{
	char text[3 * VSYS_TASK_TEXT_MAX + 1], *to;
	size_t n;

	switch (f->kind) {
	case VSYS_TASK_NAME:
		to = t->name;
		n = sizeof(t->name);
		break;
	case VSYS_TASK_PROGRAM:
		to = t->program;
		n = sizeof(t->program);
		break;
	case VSYS_TASK_CONTAINER:
		to = t->container;
		n = sizeof(t->container);
		break;
	default:
		return;
	}
	if (!vsys_field_text(s, f, task, text, sizeof(text)))
		return;
	text[n - 1] = 0;
	strcpy(to, text);
	t->known |= UINT64_C(1) << f->kind;
}

/* What a process has open, while it is listed. */
struct opened {
	struct list *l;
	struct vsys_guest_handle h;
};

static int handle_tell(void *arg, int32_t fd, bool cloexec, const char *name)
{
	struct opened *o = arg;

	o->h.fd = fd;
	o->h.cloexec = cloexec;
	o->h.name = name;
	return o->l->handle(o->l->arg, &o->h);
}

static int handles_tell(struct list *l, uint64_t task)
{
	const struct vsys_linux *kernel = &l->g->linux_kernel;
	struct opened o = { .l = l };
	uint64_t pid;

	if (!vsys_field_number(&l->g->space, vsys_linux_field(kernel, VSYS_TASK_PID), task, &pid))
		return -EFAULT;
	o.h.pid = (uint32_t)pid;
	return vsys_files_list(&kernel->files, &l->g->space, task, handle_tell, &o);
}

static int task_tell(struct list *l, uint64_t task)
{
	struct vsys_space *s = &l->g->space;
	struct vsys_guest_task t = { 0 };
	unsigned int i;
	uint64_t v;

	for (i = 0; i < l->g->recipe.nfields; i++) {
		if (l->g->field[i].form != VSYS_TASK_NUMBER)
			text_take(s, &l->g->field[i], task, &t);
		else if (vsys_field_number(s, &l->g->field[i], task, &v))
			number_take(&t, l->g->field[i].kind, v);
	}
	/* A task that cannot be read at all was freed meanwhile, or never was. */
	if (!(t.known >> VSYS_TASK_TID & 1))
		return -EFAULT;
	return l->fn(l->arg, &t);
}

/* The threads of a process but its leader; @leader was listed. */
static int threads_list(struct list *l, uint64_t leader)
{
	const int32_t *link = l->g->linux_kernel.link;
	struct vsys_space *s = &l->g->space;
	uint64_t head, at, task;
	int err = 0;

	if (link[VSYS_LINUX_THREADS] < 0 || link[VSYS_LINUX_THREAD] < 0 || link[VSYS_LINUX_SIGNAL] < 0)
		return 0;
	if (!vsys_space_pointer(s, leader + (uint64_t)link[VSYS_LINUX_SIGNAL], &head) || !head)
		return 0;
	head += (uint64_t)link[VSYS_LINUX_THREADS];
	if (!vsys_space_pointer(s, head, &at))
		return -EFAULT;
	while (!err && at != head) {
		if (!l->left--)
			return -ELOOP;
		task = at - (uint64_t)link[VSYS_LINUX_THREAD];
		if (task != leader)
			err = task_tell(l, task);
		if (!err && !vsys_space_pointer(s, at, &at))
			return -EFAULT;
	}
	return err;
}

/*
 * The list of processes is a ring through all of them: begin with the running one.  If
 * that one ends meanwhile, the ring no longer leads to it: the second time that the
 * idle task, whose id is 0, comes by ends the list, too.
 */
static int linux_list(struct list *l)
{
	const int32_t *link = l->g->linux_kernel.link;
	const struct vsys_task_field *tid = vsys_linux_field(&l->g->linux_kernel, VSYS_TASK_TID);
	uint64_t first, task, at, begin, id, idle = 0;
	struct vsys_space *s = &l->g->space;
	int err = 0;

	if (link[VSYS_LINUX_LEADER] < 0 || link[VSYS_LINUX_TASKS] < 0)
		return -ENODATA;
	if (!vsys_space_pointer(s, l->g->base + l->g->recipe.slot, &task) ||
	    !vsys_space_pointer(s, task + (uint64_t)link[VSYS_LINUX_LEADER], &first))
		return -EFAULT;
	begin = first + (uint64_t)link[VSYS_LINUX_TASKS];
	at = begin;
	do {
		if (!l->left--)
			return -ELOOP;
		task = at - (uint64_t)link[VSYS_LINUX_TASKS];
		if (!vsys_field_number(s, tid, task, &id))
			return -EFAULT;
		if (!id && idle++)
			break;
		if (l->handle)
			err = id ? handles_tell(l, task) : 0;
		else
			err = id ? task_tell(l, task) : 0;
		if (!err && id && !l->handle)
			err = threads_list(l, task);
		if (!err && !vsys_space_pointer(s, at, &at))
			return -EFAULT;
	} while (!err && at != begin);
	return err;
}

/* A process of Windows by its own structure. */
static int process_tell(struct list *l, uint64_t process, uint64_t pid)
{
	const struct vsys_nt_offsets *o = &l->g->nt.offsets;
	struct vsys_task_field path = { VSYS_TASK_PROGRAM, VSYS_TASK_USTRING, VSYS_TASK_TEXT_MAX, 1, 0, 0,
					{ o->path, 0 }, 0, 0 };
	struct vsys_space *s = &l->g->space;
	struct vsys_guest_task t = { .pid = (uint32_t)pid, .tid = (uint32_t)pid };
	uint64_t parent;

	t.known = 1 << VSYS_TASK_PID | 1 << VSYS_TASK_TID;
	if (vsys_space_pointer(s, process + (uint64_t)o->parent, &parent))
		number_take(&t, VSYS_TASK_PPID, parent);
	if (vsys_space_read(s, process + (uint64_t)o->name, t.name, NT_NAME))
		t.known |= 1 << VSYS_TASK_NAME;
	if (o->path >= 0)
		text_take(s, &path, process, &t);
	return l->fn(l->arg, &t);
}

/* Behind the id of a process are its links; the head of the list is in the kernel's image. */
static int windows_list(struct list *l)
{
	const struct vsys_nt *nt = &l->g->nt;
	uint64_t thread, first, at, begin, pid;
	struct vsys_space *s = &l->g->space;
	unsigned int word = vsys_space_word(s);
	int err = 0;

	if (!nt->kernel)
		return -ENODATA;
	if (!vsys_space_pointer(s, l->g->base + l->g->recipe.slot, &thread) ||
	    !vsys_space_pointer(s, thread + (uint64_t)nt->offsets.process, &first))
		return -EFAULT;
	begin = first + (uint64_t)nt->offsets.pid + word;
	at = begin;
	do {
		if (!l->left--)
			return -ELOOP;
		if (!vsys_space_pointer(s, at - word, &pid))
			return -EFAULT;
		/* Ids are multiples of 4. */
		if (!(nt->image.base && at - nt->image.base < nt->image.size) && pid && !(pid % 4) &&
		    pid <= UINT32_MAX)
			err = process_tell(l, at - (uint64_t)nt->offsets.pid - word, pid);
		if (!err && !vsys_space_pointer(s, at, &at))
			return -EFAULT;
	} while (!err && at != begin);
	return err;
}

int vsys_guest_tasks(struct vsys_guest *g,
		     int (*fn)(void *arg, const struct vsys_guest_task *t), void *arg)
{
	struct list l = { .g = g, .fn = fn, .arg = arg, .left = TASKS_MAX };
	int err;

	if (!*g->info.how)
		return -ENODATA;
	g->space.budget = BUDGET;
	vsys_space_forget(&g->space);
	err = g->info.os == VSYS_OS_LINUX ? linux_list(&l) : windows_list(&l);
	return err == -EFAULT && !g->space.budget ? -ELOOP : err;
}

int vsys_guest_handles(struct vsys_guest *g, int (*fn)(void *arg, const struct vsys_guest_handle *h),
		       void *arg)
{
	struct list l = { .g = g, .handle = fn, .arg = arg, .left = TASKS_MAX };

	if (!*g->info.how || g->info.os != VSYS_OS_LINUX || !g->linux_kernel.files.found)
		return -ENODATA;
	g->space.budget = BUDGET;
	vsys_space_forget(&g->space);
	return linux_list(&l);
}
