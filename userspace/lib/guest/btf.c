// SPDX-License-Identifier: GPL-2.0
/*
 * BTF: the types of a Linux kernel, as it has them in its own memory.  The kernel's
 * Documentation/bpf/btf.rst states the format.  All of it is the guest's to write.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "btf.h"

enum {
	MAGIC = 0xeb9f,
	HEADER = 24,
	HEADER_MAX = 64,
	TYPE = 12,		/* bytes of a type, without what follows it */
	MEMBER = 12,		/* of a structure; and of a section's variable */
	DEPTH = 16,		/* of anonymous members, of typedefs */
	TYPES_MAX = 16 << 20,	/* bytes of all types, or strings; kernels have 2 to 5 MB */
	OFFSET_MAX = 1 << 20,	/* of a member */
};

struct type {
	uint32_t name, info, size;	/* @size is a type's id in some kinds */
};

struct member {
	uint32_t name, type, offset;
};

struct variable {
	uint32_t type, offset, size;
};

static unsigned int type_kind(const struct type *t)
{
	return t->info >> 24 & 31;
}

static uint32_t type_vlen(const struct type *t)
{
	return t->info & 0xffff;
}

/* Bytes that follow a type, or -1 if its kind is unknown. */
static int64_t type_more(const struct type *t)
{
	/* By kind, from 0; the second number is per element. */
	static const struct { signed char fixed, each; } more[] = {
		{ -1, 0 }, { 4, 0 }, { 0, 0 }, { 12, 0 }, { 0, 12 }, { 0, 12 }, { 0, 8 }, { 0, 0 },
		{ 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 8 }, { 4, 0 }, { 0, 12 },
		{ 0, 0 }, { 4, 0 }, { 0, 0 }, { 0, 12 },
	};
	unsigned int kind = type_kind(t);

	if (kind >= sizeof(more) / sizeof(*more) || more[kind].fixed < 0)
		return -1;
	return more[kind].fixed + (int64_t)more[kind].each * type_vlen(t);
}

static struct type type_at(const struct vsys_btf *b, uint32_t id)
{
	struct type t;

	memcpy(&t, b->types + b->at[id], sizeof(t));
	return t;
}

static const char *name_at(const struct vsys_btf *b, uint32_t offset)
{
	/* The last string ends with a NUL, see strings_check(). */
	return offset < b->nstrings ? b->strings + offset : "";
}

/* Is there time to look at so many bytes? */
static bool look(const struct vsys_btf *b, uint64_t bytes)
{
	if (*b->budget < bytes) {
		*b->budget = 0;
		return false;
	}
	*b->budget -= bytes;
	return true;
}

static bool strings_check(const char *s, uint32_t n)
{
	return n && !s[0] && !s[n - 1];
}

/* Count the types, or index them if @at is there; 0 if they are not well-formed. */
static uint32_t types_walk(const unsigned char *p, uint32_t n, uint32_t *at)
{
	uint32_t offset = 0, count = 1;
	struct type t;
	int64_t more;

	while (offset < n) {
		if (n - offset < TYPE)
			return 0;
		memcpy(&t, p + offset, sizeof(t));
		more = type_more(&t);
		if (more < 0 || more > (int64_t)n - offset - TYPE)
			return 0;
		if (at)
			at[count] = offset;
		count++;
		offset += TYPE + (uint32_t)more;
	}
	return count;
}

int vsys_btf_parse(struct vsys_btf *b, const void *p, size_t room, uint64_t *budget)
{
	const unsigned char *bytes = p;
	struct {
		uint16_t magic;
		uint8_t version, flags;
		uint32_t header, types, ntypes, strings, nstrings;
	} h;

	memset(b, 0, sizeof(*b));
	b->budget = budget;
	if (room < HEADER)
		return -EINVAL;
	memcpy(&h, p, HEADER);
	if (h.magic != MAGIC || h.version != 1 || h.header < HEADER || h.header > HEADER_MAX ||
	    h.header > room)
		return -EINVAL;
	room -= h.header;
	if (h.types > room || h.ntypes > room - h.types || h.ntypes > TYPES_MAX ||
	    h.strings > room || h.nstrings > room - h.strings || h.nstrings > TYPES_MAX ||
	    !look(b, 2 * (uint64_t)h.ntypes))
		return -EINVAL;
	b->types = bytes + h.header + h.types;
	b->strings = (const char *)bytes + h.header + h.strings;
	b->nstrings = h.nstrings;
	if (!strings_check(b->strings, b->nstrings))
		return -EINVAL;
	b->ntypes = types_walk(b->types, h.ntypes, NULL);
	if (!b->ntypes)
		return -EINVAL;
	b->at = calloc(b->ntypes, sizeof(*b->at));
	if (!b->at)
		return -ENOMEM;
	types_walk(b->types, h.ntypes, b->at);
	return 0;
}

void vsys_btf_free(struct vsys_btf *b)
{
	free(b->at);
	memset(b, 0, sizeof(*b));
}

/* Each name is there once: its offset stands for it.  0 if there is none. */
static uint32_t name_find(const struct vsys_btf *b, const char *name)
{
	size_t n = strlen(name) + 1;
	const char *p = b->strings, *end = b->strings + b->nstrings;

	/* The NUL of the name before is compared, too. */
	while ((p = memmem(p, (size_t)(end - p), name, n))) {
		if (p > b->strings && !p[-1])
			return (uint32_t)(p - b->strings);
		p++;
	}
	return 0;
}

uint32_t vsys_btf_find(const struct vsys_btf *b, enum vsys_btf_kind kind, const char *name)
{
	uint32_t i, at;
	struct type t;

	if (!look(b, b->nstrings + (uint64_t)b->ntypes * TYPE))
		return 0;
	at = name_find(b, name);
	for (i = 1; at && i < b->ntypes; i++) {
		t = type_at(b, i);
		if (t.name == at && type_kind(&t) == kind)
			return i;
	}
	return 0;
}

/* The type behind typedefs and qualifiers. */
static uint32_t type_plain(const struct vsys_btf *b, uint32_t id)
{
	unsigned int i, kind;
	struct type t;

	for (i = 0; i < DEPTH && id && id < b->ntypes; i++) {
		t = type_at(b, id);
		kind = type_kind(&t);
		/* typedef, volatile, const, restrict, type tag */
		if (kind < 8 || (kind > 11 && kind != 18))
			return id;
		id = t.size;
	}
	return 0;
}

/* @budget bounds the members looked at: anonymous ones may nest without end. */
static bool member_find(const struct vsys_btf *b, uint32_t id, const char *name,
			uint32_t *offset, uint32_t *member, unsigned int depth, uint32_t *budget)
{
	struct member m;
	struct type t;
	uint32_t i, sub;

	id = type_plain(b, id);
	if (!id || depth > DEPTH)
		return false;
	t = type_at(b, id);
	if (type_kind(&t) != VSYS_BTF_STRUCT && type_kind(&t) != VSYS_BTF_UNION)
		return false;
	for (i = 0; i < type_vlen(&t) && *budget; i++) {
		--*budget;
		memcpy(&m, b->types + b->at[id] + TYPE + (size_t)i * MEMBER, sizeof(m));
		/* With bit 31 the upper byte is the size of a bit field. */
		if (t.info >> 31)
			m.offset &= 0xffffff;
		sub = *offset + m.offset / 8;
		if (!*name_at(b, m.name)) {
			if (!member_find(b, m.type, name, &sub, member, depth + 1, budget))
				continue;
		} else if (strcmp(name_at(b, m.name), name)) {
			continue;
		} else if (member) {
			*member = m.type;
		}
		*offset = sub;
		return true;
	}
	return false;
}

bool vsys_btf_member(const struct vsys_btf *b, uint32_t type, const char *name, uint32_t *offset,
		     uint32_t *member)
{
	uint32_t budget = 1 << 20;

	return member_find(b, type, name, offset, member, 0, &budget);
}

int32_t vsys_btf_offset(const struct vsys_btf *b, const char *type, const char *path)
{
	uint32_t id = vsys_btf_find(b, VSYS_BTF_STRUCT, type), offset = 0;
	char name[64];
	size_t n;

	while (*path) {
		n = strcspn(path, ".");
		snprintf(name, sizeof(name), "%.*s", (int)n, path);
		if (!vsys_btf_member(b, id, name, &offset, &id) || offset > OFFSET_MAX)
			return -1;
		path += n + (path[n] == '.');
	}
	return (int32_t)offset;
}

uint32_t vsys_btf_size(const struct vsys_btf *b, const char *type)
{
	uint32_t id = vsys_btf_find(b, VSYS_BTF_STRUCT, type);

	return id ? type_at(b, id).size : 0;
}

bool vsys_btf_percpu(const struct vsys_btf *b, const char *name, uint32_t *offset, uint32_t *type)
{
	uint32_t id = vsys_btf_find(b, VSYS_BTF_DATASEC, ".data..percpu"), i;
	struct variable v;
	struct type t;

	if (!id)
		return false;
	t = type_at(b, id);
	for (i = 0; i < type_vlen(&t); i++) {
		struct type var;

		memcpy(&v, b->types + b->at[id] + TYPE + (size_t)i * MEMBER, sizeof(v));
		if (!v.type || v.type >= b->ntypes)
			continue;
		var = type_at(b, v.type);
		if (strcmp(name_at(b, var.name), name))
			continue;
		*offset = v.offset;
		*type = var.size;
		return true;
	}
	return false;
}
