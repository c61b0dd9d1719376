// SPDX-License-Identifier: GPL-2.0
/* Notes of a recorded file: machines, clock, end mark. */
#include <stdlib.h>
#include <string.h>

#include <vsyscalls/notes.h>

enum {
	MACHINES = 4096,
	HANDLES = 1 << 20,
	HANDLE_BYTES = 64 << 20,
};

_Static_assert(sizeof(struct vsys_note_machine) == 112, "vsys_note_machine");
_Static_assert(sizeof(struct vsys_note_system) == 584, "vsys_note_system");
_Static_assert(sizeof(struct vsys_note_handle) == 64, "vsys_note_handle");
_Static_assert(sizeof(struct vsys_note_clock) == 48, "vsys_note_clock");
_Static_assert(sizeof(struct vsys_note_end) == 48, "vsys_note_end");

static struct vsys_note_machine *find_machine(const struct vsys_notes *n, __u32 vm)
{
	unsigned int i;

	for (i = 0; i < n->n; i++)
		if (n->machines[i].r.vm == vm)
			return &n->machines[i];
	return NULL;
}

static const char *add_machine(struct vsys_notes *n, const struct vsys_note_machine *m)
{
	struct vsys_note_machine *at = find_machine(n, m->r.vm);
	void *v;

	if (m->r.size < sizeof(*m) || m->name[VSYS_MACHINE_NAME - 1])
		return "an invalid note of a machine";
	if (!at) {
		if (n->n == MACHINES)
			return "too many machines";
		v = realloc(n->machines, (n->n + 1) * sizeof(*m));
		if (!v)
			return "out of memory";
		n->machines = v;
		at = &n->machines[n->n++];
	}
	*at = *m;
	return NULL;
}

static const char *add_system(struct vsys_notes *n, const struct vsys_note_system *s)
{
	unsigned int i;
	void *v;

	if (s->r.size < sizeof(*s) || s->profile[VSYS_NAME_MAX - 1] ||
	    s->banner[VSYS_SYSTEM_TEXT - 1] || s->how[VSYS_SYSTEM_TEXT - 1])
		return "an invalid note of a system";
	for (i = 0; i < n->nsystems && n->systems[i].r.vm != s->r.vm; i++)
		;
	if (i == MACHINES)
		return "too many systems";
	if (i == n->nsystems) {
		v = realloc(n->systems, (i + 1) * sizeof(*s));
		if (!v)
			return "out of memory";
		n->systems = v;
		n->nsystems++;
	}
	n->systems[i] = *s;
	return NULL;
}

static const char *add_handle(struct vsys_notes *n, const struct vsys_note_handle *h)
{
	struct vsys_note_handle *copy;
	void *v;

	if (h->r.size < sizeof(*h) || h->bytes > h->r.size - sizeof(*h))
		return "an invalid note of a handle";
	if (n->nhandles == HANDLES || h->r.size > HANDLE_BYTES - n->handle_bytes)
		return NULL;
	if (!(n->nhandles & (n->nhandles - 1))) {
		v = realloc(n->handles, (n->nhandles ? 2 * n->nhandles : 1) * sizeof(*n->handles));
		if (!v)
			return "out of memory";
		n->handles = v;
	}
	copy = malloc(h->r.size);
	if (!copy)
		return "out of memory";
	memcpy(copy, h, h->r.size);
	n->handles[n->nhandles++] = copy;
	n->handle_bytes += h->r.size;
	return NULL;
}

/* Keep the smallest offset: its record was read most promptly. */
static const char *add_clock(struct vsys_notes *n, const struct vsys_note_clock *c)
{
	__s64 offset;

	if (c->r.size < sizeof(*c))
		return "an invalid note of a clock";
	offset = (__s64)(c->realtime - c->r.time);
	if (!n->clocked || offset < n->offset)
		n->offset = offset;
	n->clocked = true;
	return NULL;
}

const char *vsys_notes_add(struct vsys_notes *n, const struct vsys_record *rec)
{
	switch (rec->type) {
	case VSYS_NOTE_MACHINE:
		return add_machine(n, (const void *)rec);
	case VSYS_NOTE_SYSTEM:
		return add_system(n, (const void *)rec);
	case VSYS_NOTE_HANDLE:
		return add_handle(n, (const void *)rec);
	case VSYS_NOTE_CLOCK:
		return add_clock(n, (const void *)rec);
	case VSYS_NOTE_END:
		n->ended = true;
		return rec->size < sizeof(struct vsys_note_end) ? "an invalid end mark" : NULL;
	default:
		return NULL;
	}
}

void vsys_notes_free(struct vsys_notes *n)
{
	free(n->machines);
	free(n->systems);
	while (n->nhandles)
		free(n->handles[--n->nhandles]);
	free(n->handles);
}

const struct vsys_note_machine *vsys_notes_machine(const struct vsys_notes *n, __u32 vm)
{
	return find_machine(n, vm);
}
