// SPDX-License-Identifier: GPL-2.0
/*
 * What is mapped where in a process, told by its calls, and so from which module a call
 * comes.  The kernel maps a program, its loader and ntdll.dll itself: these are not known.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "handles.h"

enum {
	MAP_FIXED = 0x10,
	MAP_ANONYMOUS = 0x20,
	PAGE = 4096,
	WIN32K = 0x1000,		/* calls from this number on are win32k's */
	MAPS_MAX = 65536,		/* of a process */
};

void vsys_maps_put(struct vsys_maps *m)
{
	size_t i;

	if (!m)
		return;
	for (i = 0; i < m->n; i++)
		vsys_object_put(m->v[i].object);
	free(m->v);
	free(m);
}

struct vsys_maps *vsys_maps_copy(const struct vsys_maps *from)
{
	struct vsys_maps *m = calloc(1, sizeof(*m));
	size_t i;

	if (!m || !from || !from->n)
		return m;
	m->v = malloc(from->n * sizeof(*m->v));
	if (!m->v)
		return m;
	m->n = m->cap = from->n;
	memcpy(m->v, from->v, m->n * sizeof(*m->v));
	for (i = 0; i < m->n; i++)
		vsys_object_get(m->v[i].object);
	return m;
}

/* The first that ends above the address. */
static size_t map_at(const struct vsys_maps *m, uint64_t addr)
{
	size_t low = 0, high = m->n, at;

	while (low < high) {
		at = low + (high - low) / 2;
		if (m->v[at].end <= addr)
			low = at + 1;
		else
			high = at;
	}
	return low;
}

static const struct vsys_map *map_find(const struct vsys_maps *m, uint64_t addr)
{
	size_t at = m ? map_at(m, addr) : 0;

	return m && at < m->n && m->v[at].begin <= addr ? &m->v[at] : NULL;
}

/* Make room for one more at @at.  Returns false without memory. */
static bool map_insert(struct vsys_maps *m, size_t at, struct vsys_map map)
{
	size_t cap = m->cap ? 2 * m->cap : 16;
	struct vsys_map *v = m->v;

	if (m->n == MAPS_MAX)
		return false;
	if (m->n == m->cap) {
		v = realloc(m->v, cap * sizeof(*v));
		if (!v)
			return false;
		m->v = v;
		m->cap = cap;
	}
	memmove(v + at + 1, v + at, (m->n++ - at) * sizeof(*v));
	v[at] = map;
	return true;
}

static void maps_clear(struct vsys_maps *m, uint64_t begin, uint64_t end)
{
	size_t at = map_at(m, begin), last;
	struct vsys_map rest;

	/* A hole within one: its begin and its end remain. */
	if (at < m->n && m->v[at].begin < begin && m->v[at].end > end) {
		rest = m->v[at];
		rest.begin = end;
		if (map_insert(m, at + 1, rest))
			vsys_object_get(rest.object);
		m->v[at].end = begin;
		return;
	}
	if (at < m->n && m->v[at].begin < begin)
		m->v[at++].end = begin;
	for (last = at; last < m->n && m->v[last].end <= end; last++)
		vsys_object_put(m->v[last].object);
	if (last < m->n && m->v[last].begin < end)
		m->v[last].begin = end;
	if (last > at)
		memmove(m->v + at, m->v + last, (m->n - last) * sizeof(*m->v));
	m->n -= last - at;
}

/* Takes @o.  @base: of the module; the loader maps all of it, then its parts above that. */
static void maps_add(struct vsys_maps *m, uint64_t begin, uint64_t bytes, uint64_t base,
		     struct vsys_object *o)
{
	uint64_t end = begin + bytes;

	if (!bytes || end < begin) {
		vsys_object_put(o);
		return;
	}
	maps_clear(m, begin, end);
	if (!map_insert(m, map_at(m, begin), (struct vsys_map){ begin, end, base, o }))
		vsys_object_put(o);
}

static uint64_t pages(uint64_t bytes)
{
	return (bytes + PAGE - 1) & ~(uint64_t)(PAGE - 1);
}

/* ---- Linux ---- */

void vsys_maps_mmap(struct vsys_handle_call *c)
{
	uint64_t length, flags, offset = 0, at = c->result, base;
	const struct vsys_map *whole;
	struct vsys_object *o = NULL;

	if (!c->p->maps || !vsys_handle_arg(c, "length", &length) || !vsys_handle_arg(c, "flags", &flags))
		return;
	if (vsys_handle_arg(c, "pgoffset", &offset))
		offset *= PAGE;
	else
		vsys_handle_arg(c, "offset", &offset);
	if (!(flags & MAP_ANONYMOUS)) {
		o = vsys_object_get(vsys_handle_object(c->p, (uint64_t)(int64_t)vsys_fd_arg(c, "fd")));
		/* A file of which only its number is known. */
		if (!o) {
			maps_clear(c->p->maps, at, at + pages(length));
			return;
		}
	}
	whole = flags & MAP_FIXED ? map_find(c->p->maps, at) : NULL;
	base = o && whole && whole->object == o ? whole->base : o ? at - offset : at;
	maps_add(c->p->maps, at, pages(length), base, o);
}

void vsys_maps_munmap(struct vsys_handle_call *c)
{
	uint64_t addr, length;

	if (c->p->maps && vsys_handle_arg(c, "addr", &addr) && vsys_handle_arg(c, "length", &length) &&
	    addr + pages(length) > addr)
		maps_clear(c->p->maps, addr, addr + pages(length));
}

void vsys_maps_mremap(struct vsys_handle_call *c)
{
	uint64_t old, old_size, size;
	const struct vsys_map *map;
	struct vsys_object *o;
	uint64_t base;

	if (!c->p->maps || !vsys_handle_arg(c, "old_address", &old) ||
	    !vsys_handle_arg(c, "old_size", &old_size) || !vsys_handle_arg(c, "new_size", &size))
		return;
	map = map_find(c->p->maps, old);
	if (!map)
		return;
	base = map->base + c->result - old;
	o = vsys_object_get(map->object);
	if (old + pages(old_size) > old)
		maps_clear(c->p->maps, old, old + pages(old_size));
	maps_add(c->p->maps, c->result, pages(size), base, o);
}

/* ---- Windows ---- */

/* The last name of a path, in "section of \??\C:\x.dll", too; NULL: no path. */
static const char *module_name(const struct vsys_object *o)
{
	const char *slash = o ? strrchr(o->name, '/') : NULL;
	const char *back = o ? strrchr(o->name, '\\') : NULL;

	/* Linux escapes bytes with backslashes, but its paths begin with a slash. */
	if (o && o->name[0] == '/')
		return slash[1] ? slash + 1 : NULL;
	return back && back[1] ? back + 1 : NULL;
}

/* A pointer or size that the call returns. */
static bool word_out(const struct vsys_handle_call *c, const char *name, uint64_t *value)
{
	unsigned int bytes = c->form->bits / 8;
	struct vsys_cap cap;

	*value = 0;
	if (!vsys_handle_out(c, name, &cap) || cap.len < bytes)
		return false;
	memcpy(value, cap.data, bytes);
	return true;
}

void vsys_maps_view(struct vsys_handle_call *c, struct vsys_process *of, struct vsys_object *section)
{
	uint64_t base, size, offset = 0;
	struct vsys_cap cap;

	if (!of || !of->maps || !word_out(c, "BaseAddress", &base) || !word_out(c, "ViewSize", &size))
		return;
	if (vsys_handle_out(c, "SectionOffset", &cap) && cap.len >= sizeof(offset))
		memcpy(&offset, cap.data, sizeof(offset));
	maps_add(of->maps, base, pages(size), base - offset,
		 module_name(section) ? vsys_object_get(section) : NULL);
}

void vsys_maps_unview(struct vsys_handle_call *c, struct vsys_process *of)
{
	const struct vsys_map *map;
	uint64_t addr;

	if (!of || !of->maps || !vsys_handle_arg(c, "BaseAddress", &addr))
		return;
	map = map_find(of->maps, addr);
	if (map)
		maps_clear(of->maps, map->begin, map->end);
}

void vsys_maps_memory(struct vsys_handle_call *c, struct vsys_process *of, bool allocated)
{
	uint64_t base, size;

	if (!of || !of->maps || !word_out(c, "BaseAddress", &base) || !word_out(c, "RegionSize", &size))
		return;
	/* A part of what is reserved is committed: it is known already. */
	if (allocated && !map_find(of->maps, base))
		maps_add(of->maps, base, pages(size), base, NULL);
	else if (!allocated && base + pages(size) > base)
		maps_clear(of->maps, base, base + pages(size));
}

/* ---- who calls ---- */

/* Modules with stubs for win32k, which the loader maps like any other. */
static bool has_stubs(const char *module)
{
	static const char *const names[] = {
		"win32u.dll", "user32.dll", "gdi32.dll", "imm32.dll", "winsrv.dll", "wow64win.dll",
	};
	size_t i;

	for (i = 0; module && i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcasecmp(module, names[i]))
			return true;
	return false;
}

/*
 * Linux: from memory of no file.  Windows: the kernel itself maps ntdll.dll, so calls of the
 * kernel proper never come from what the process has mapped; not from another ntdll.dll either.
 */
static bool is_direct(const struct vsys_record *r, const struct vsys_map *map)
{
	if (vsys_abi_os(r->abi) == VSYS_OS_LINUX)
		return !map->object || !strncmp(map->object->name, "/memfd:", 7);
	return r->nr < WIN32K || !has_stubs(module_name(map->object));
}

void vsys_maps_caller(const struct vsys_process *p, const struct vsys_rec_entry *e,
		      struct vsys_caller *caller)
{
	const struct vsys_map *map = p ? map_find(p->maps, e->pc) : NULL;

	*caller = (struct vsys_caller){ .pc = e->pc };
	if (!map)
		return;
	snprintf(caller->module, sizeof(caller->module), "%s",
		 module_name(map->object) ? module_name(map->object) : "[anonymous]");
	caller->offset = e->pc - map->base;
	caller->direct = is_direct(&e->r, map);
}
