// SPDX-License-Identifier: GPL-2.0
/*
 * Which process has which descriptors or handles?  A process is known by its id, or by its
 * address space as long as nothing else is known.  A child has what its parent had
 * when it was made, though that may have changed when the child makes its first call.
 */
#include <stdlib.h>
#include <string.h>

#include "handles.h"

enum {
	BUCKETS = 4096,
	PROCESSES_MAX = 65536,
};

struct vsys_handles {
	struct vsys_process *bucket[BUCKETS];
	unsigned int n, count;
	size_t total;
	struct vsys_open before[VSYS_HANDLES_BEFORE];	/* of the last call */
	unsigned int nbefore;
	struct vsys_object *cwd;			/* likewise, if @moved */
	bool moved;
	const struct vsys_process *changed;		/* whose these are */
	struct vsys_flight *flights;
	bool modules, transfers;
	struct vsys_transfer transfer;			/* of the last call */
	struct vsys_caller caller;			/* of the last call, if @called */
	bool called;
};

struct vsys_flight **vsys_handles_flights(struct vsys_handles *h)
{
	return &h->flights;
}

void vsys_handle_keep(struct vsys_handle_call *c, uint64_t value)
{
	struct vsys_object *o = vsys_handle_object(c->p, value), *copy;
	struct vsys_handles *h = c->h;

	if (h->nbefore == VSYS_HANDLES_BEFORE)
		return;
	copy = o && o->is_socket ? vsys_object_new(o->name, strlen(o->name)) : vsys_object_get(o);
	if (copy && copy != o) {
		copy->is_socket = true;
		copy->number = o->number;
		memcpy(copy->socket, o->socket, sizeof(o->socket));
		copy->local = o->local ? strdup(o->local) : NULL;
		copy->peer = o->peer ? strdup(o->peer) : NULL;
	}
	h->before[h->nbefore++] = (struct vsys_open){ value, copy, false };
}

void vsys_handle_set(struct vsys_handle_call *c, uint64_t value, struct vsys_object *o, bool flag)
{
	vsys_handle_keep(c, value);
	vsys_opens_set(c->p->opens, value, o, flag);
}

void vsys_cwd_set(struct vsys_handle_call *c, struct vsys_object *o)
{
	vsys_object_put(c->h->cwd);
	c->h->cwd = c->p->cwd;
	c->h->moved = true;
	c->p->cwd = o;
}

/* ---- processes ---- */

static void fork_drop(struct vsys_process *p, unsigned int i)
{
	vsys_opens_put(p->fork[i].opens);
	vsys_object_put(p->fork[i].cwd);
	vsys_maps_put(p->fork[i].maps);
	memmove(p->fork + i, p->fork + i + 1, (--p->nforks - i) * sizeof(*p->fork));
}

static void process_free(struct vsys_process *p)
{
	while (p->nforks)
		fork_drop(p, p->nforks - 1);
	vsys_opens_put(p->opens);
	vsys_object_put(p->cwd);
	vsys_maps_put(p->maps);
	free(p);
}

static unsigned int bucket_of(uint32_t vm, uint64_t id)
{
	return (unsigned int)((id ^ (uint64_t)vm << 32) * UINT64_C(0x9e3779b97f4a7c15) >> 52) % BUCKETS;
}

static struct vsys_process **process_at(struct vsys_handles *h, uint32_t vm, uint64_t id, bool by_space)
{
	struct vsys_process **at = &h->bucket[bucket_of(vm, id)];

	while (*at && ((*at)->vm != vm || (*at)->id != id || (*at)->by_space != by_space))
		at = &(*at)->next;
	return at;
}

static void process_forget(struct vsys_handles *h, struct vsys_process **at)
{
	struct vsys_process *p = *at;

	*at = p->next;
	h->n--;
	process_free(p);
}

void vsys_process_forks(struct vsys_process *p, uint64_t call, bool shares)
{
	struct vsys_fork *f;

	if (p->nforks == VSYS_HANDLES_FORKS)
		fork_drop(p, 0);
	f = &p->fork[p->nforks++];
	*f = (struct vsys_fork){ .call = call, .pending = true, .cwd = vsys_object_get(p->cwd) };
	f->maps = p->maps ? vsys_maps_copy(p->maps) : NULL;
	if (shares) {
		f->opens = p->opens;
		f->opens->refs++;
	} else {
		f->opens = vsys_opens_copy(p->opens, false);
	}
}

void vsys_process_forked(struct vsys_process *p, uint64_t call, uint32_t child)
{
	unsigned int i;

	for (i = 0; i < p->nforks; i++) {
		if (!p->fork[i].pending || p->fork[i].call != call)
			continue;
		p->fork[i].pending = false;
		p->fork[i].child = child;
		/* None was made, or it has taken all. */
		if (!child || !p->fork[i].opens)
			fork_drop(p, i);
		return;
	}
}

/* In a namespace the parent knows the child by another id. */
static bool is_child(const struct vsys_fork *f, const struct vsys_task *task)
{
	return f->child == task->pid || (vsys_task_knows(task, VSYS_TASK_VPID) && f->child == task->vpid);
}

/*
 * The child of a parent: the newest with its id, as earlier ones have ended, else the oldest
 * whose id is not known yet.
 */
static void process_inherit(struct vsys_process *p, struct vsys_process *parent,
			    const struct vsys_task *task)
{
	unsigned int i, found = parent->nforks;

	for (i = 0; i < parent->nforks; i++)
		if (!parent->fork[i].pending && is_child(&parent->fork[i], task))
			found = i;
	for (i = 0; found == parent->nforks && i < parent->nforks; i++)
		if (parent->fork[i].pending && parent->fork[i].opens)
			found = i;
	if (found == parent->nforks || !parent->fork[found].opens)
		return;
	p->opens = parent->fork[found].opens;
	p->cwd = parent->fork[found].cwd;
	p->maps = parent->fork[found].maps;
	parent->fork[found].opens = NULL;
	parent->fork[found].cwd = NULL;
	parent->fork[found].maps = NULL;
	if (!parent->fork[found].pending)
		fork_drop(parent, found);
}

static struct vsys_process *process_new(struct vsys_handles *h, uint32_t vm, uint64_t id, bool by_space,
					const struct vsys_task *task)
{
	struct vsys_process **at = process_at(h, vm, id, by_space), *p, *parent;
	unsigned int i;
	bool full;

	/* Memory is bounded: begin anew. */
	full = h->n >= PROCESSES_MAX || h->total >= VSYS_OPENS_MAX;
	for (i = 0; full && i < BUCKETS; i++)
		while (h->bucket[i])
			process_forget(h, &h->bucket[i]);
	p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->vm = vm;
	p->id = id;
	p->by_space = by_space;
	p->start = task ? task->start : 0;
	parent = task && vsys_task_knows(task, VSYS_TASK_PPID) ? *process_at(h, vm, task->ppid, false) : NULL;
	if (parent)
		process_inherit(p, parent, task);
	if (h->modules && !p->maps)
		p->maps = vsys_maps_copy(NULL);
	if (!p->opens)
		p->opens = vsys_opens_new(&h->total);
	if (!p->opens) {
		vsys_maps_put(p->maps);
		free(p);
		return NULL;
	}
	at = process_at(h, vm, id, by_space);
	p->next = *at;
	*at = p;
	h->n++;
	return p;
}

static struct vsys_process *process_get(struct vsys_handles *h, const struct vsys_record *r,
					const struct vsys_task *task, uint64_t space)
{
	bool known = task && vsys_task_knows(task, VSYS_TASK_PID);
	struct vsys_process **at, *p;

	at = process_at(h, r->vm, known ? task->pid : space, !known);
	p = *at;
	/* Another one with the id of one that has ended. */
	if (p && known && p->start && task->start && p->start != task->start) {
		process_forget(h, at);
		p = NULL;
	}
	if (p && known && !p->start)
		p->start = task->start;
	if (p || !known)
		return p ? p : process_new(h, r->vm, space, true, NULL);
	/* Its id was not known so far. */
	at = process_at(h, r->vm, space, true);
	p = *at;
	if (!p)
		return process_new(h, r->vm, task->pid, false, task);
	*at = p->next;
	p->by_space = false;
	p->id = task->pid;
	p->start = task->start;
	p->next = h->bucket[bucket_of(p->vm, p->id)];
	h->bucket[bucket_of(p->vm, p->id)] = p;
	return p;
}

struct vsys_process *vsys_handles_process(const struct vsys_handles *h, const struct vsys_record *r,
					  const struct vsys_task *task, uint64_t space)
{
	bool known = task && vsys_task_knows(task, VSYS_TASK_PID);

	return *process_at((struct vsys_handles *)h, r->vm, known ? task->pid : space, !known);
}

/* ---- calls ---- */

struct vsys_handles *vsys_handles_new(void)
{
	return calloc(1, sizeof(struct vsys_handles));
}

void vsys_handles_done(struct vsys_handles *h)
{
	vsys_object_put(h->cwd);
	h->cwd = NULL;
	h->moved = false;
	h->called = false;
	while (h->nbefore)
		vsys_object_put(h->before[--h->nbefore].object);
}

void vsys_handles_free(struct vsys_handles *h)
{
	unsigned int i;

	if (!h)
		return;
	vsys_handles_done(h);
	for (i = 0; i < BUCKETS; i++)
		while (h->bucket[i])
			process_forget(h, &h->bucket[i]);
	vsys_rights_forget(&h->flights, 0);
	free(h);
}

const char *vsys_handles_calls(void)
{
	return "?open,?openat,?openat2,?creat,?close,?close_range,?dup,?dup2,?dup3,?fcntl,?fcntl64,"
	       "?pipe,?pipe2,?socket,?socketpair,?accept,?accept4,?bind,?connect,?getsockname,"
	       "?getpeername,?memfd_create,?memfd_secret,?pidfd_open,?pidfd_getfd,?epoll_create,"
	       "?epoll_create1,?eventfd,?eventfd2,?timerfd_create,?signalfd,?signalfd4,"
	       "?inotify_init,?inotify_init1,?fanotify_init,?perf_event_open,?userfaultfd,"
	       "?io_uring_setup,?landlock_create_ruleset,?open_tree,?fsopen,?fsmount,?fspick,"
	       "?mq_open,?open_by_handle_at,?chdir,?fchdir,?unshare,?sendmsg,?recvmsg,?sendmmsg,?recvmmsg,?recvmmsg_time64,"
	       "?fork,?vfork,?clone,?clone3,"
	       "?execve,?execveat,?/^Nt(Create|Open),?NtClose,?NtDuplicateObject,"
	       "?NtSetInformationObject";
}

void vsys_handles_modules(struct vsys_handles *h)
{
	h->modules = true;
}

const char *vsys_modules_calls(void)
{
	return "?mmap,?mmap2,?munmap,?mremap,?NtMapViewOfSection,?NtMapViewOfSectionEx,"
	       "?NtUnmapViewOfSection,?NtUnmapViewOfSectionEx,?NtAllocateVirtualMemory,"
	       "?NtAllocateVirtualMemoryEx,?NtFreeVirtualMemory";
}

void vsys_handles_transfers(struct vsys_handles *h)
{
	h->transfers = true;
}

const struct vsys_transfer *vsys_handles_transfer(const struct vsys_handles *h)
{
	return &h->transfer;
}

unsigned int vsys_handles_count(struct vsys_handles *h)
{
	return ++h->count;
}

void vsys_process_execs(struct vsys_process *p)
{
	p->exec = 0;
	if (vsys_opens_unshare(p))
		vsys_opens_close(p, true);
	if (p->maps) {
		vsys_maps_put(p->maps);
		p->maps = vsys_maps_copy(NULL);
	}
}

/* After execve() the process has another address space. */
static void exec_follow(struct vsys_process *p, uint64_t space)
{
	if (!p->exec || p->exec == space + 1)
		return;
	vsys_process_execs(p);
}

void vsys_handles_begin(struct vsys_handles *h, const struct vsys_table *table,
			const struct vsys_rec_entry *entry, const struct vsys_task *task)
{
	struct vsys_handle_call c = { .h = h };

	vsys_handles_done(h);
	c.p = process_get(h, &entry->r, task, entry->space);
	if (!c.p)
		return;
	exec_follow(c.p, entry->space);
	c.form = vsys_call_form(vsys_table_record(table, &entry->r), entry);
	if (!c.form)
		return;
	if (vsys_abi_os(entry->r.abi) == VSYS_OS_LINUX)
		vsys_fds_begin(&c, entry);
	else
		vsys_nt_begin(&c, entry);
}

void vsys_handles_call(struct vsys_handles *h, const struct vsys_table *table,
		       const struct vsys_call_event *ev)
{
	struct vsys_handle_call c = { .h = h, .ev = ev };

	vsys_handles_done(h);
	memset(&h->transfer, 0, sizeof(h->transfer));
	if (!ev->entry)
		return;
	c.form = vsys_call_form(vsys_table_record(table, &ev->entry->r), ev->entry);
	c.p = process_get(h, &ev->entry->r, ev->task, ev->entry->space);
	h->changed = c.p;
	h->called = h->modules;
	if (h->called)
		vsys_maps_caller(c.p, ev->entry, &h->caller);
	if (!c.form || !c.p ||
	    vsys_result_unwritten(vsys_table_numbering(table, ev->entry->r.abi), c.form, ev))
		return;
	if (ev->ret)
		c.result = vsys_result_value(c.form, ev->entry->r.abi, ev->ret->result);
	if (h->transfers && ev->ret &&
	    !vsys_result_failed(c.form, ev->entry->r.abi, ev->ret->result))
		vsys_transfers_call(&c, &h->transfer);
	if (vsys_abi_os(ev->entry->r.abi) == VSYS_OS_LINUX)
		vsys_fds_call(&c);
	else
		vsys_nt_call(&c);
}

void vsys_handles_lost(struct vsys_handles *h, uint32_t vm)
{
	struct vsys_process **at;
	unsigned int i;

	vsys_handles_done(h);
	vsys_rights_forget(&h->flights, vm);
	for (i = 0; i < BUCKETS; i++) {
		at = &h->bucket[i];
		while (*at) {
			if ((*at)->vm == vm)
				process_forget(h, at);
			else
				at = &(*at)->next;
		}
	}
}

void vsys_handles_note(struct vsys_handles *h, const struct vsys_note_handle *note)
{
	struct vsys_text name = { 0 };
	struct vsys_process *p;
	struct vsys_object *o;

	if (note->r.size < sizeof(*note) || note->bytes > note->r.size - sizeof(*note))
		return;
	p = *process_at(h, note->r.vm, note->pid, false);
	if (!p)
		p = process_new(h, note->r.vm, note->pid, false, NULL);
	if (!p)
		return;
	vsys_handle_escape(&name, note + 1, note->bytes);
	if (!name.failed && name.s && note->flags & VSYS_HANDLE_CWD && !p->cwd)
		p->cwd = vsys_object_new(name.s, name.len);
	if (!name.failed && name.s && !(note->flags & VSYS_HANDLE_CWD) && !vsys_handle_find(p, note->value)) {
		o = vsys_object_new(name.s, name.len);
		if (o)
			o->placed = false;
		vsys_opens_set(p->opens, note->value, o, note->flags & VSYS_HANDLE_CLOEXEC);
	}
	vsys_text_free(&name);
}

struct vsys_object *vsys_names_object(const struct vsys_handle_names *n, uint64_t value)
{
	unsigned int i;

	for (i = 0; !n->after && n->p && n->h->changed == n->p && i < n->h->nbefore; i++)
		if (n->h->before[i].value == value)
			return n->h->before[i].object;
	return vsys_handle_object(n->p, value);
}

const struct vsys_caller *vsys_names_caller(const struct vsys_handle_names *n)
{
	return n->h->called ? &n->h->caller : NULL;
}

struct vsys_object *vsys_names_cwd(const struct vsys_handle_names *n)
{
	if (!n->p)
		return NULL;
	return !n->after && n->h->moved && n->h->changed == n->p ? n->h->cwd : n->p->cwd;
}
