// SPDX-License-Identifier: GPL-2.0
/* Format what is submitted to an io_uring, and what has completed. */
#include <string.h>

#include "uring.h"

enum {
	SETUP_CQE32 = 0x800,
	SETUP_CQE_MIXED = 0x40000,
	SETUP_SQE_MIXED = 0x80000,
	CQE_SIZE = 16,
	CQE_FLAGS = 12,
	CQE_F_32 = 0x8000,
};

bool vsys_queue_begin(struct vsys_queue *q, const struct vsys_cap *cap, unsigned int kind,
		      unsigned int abi)
{
	q->abi = abi;
	q->rest = (struct vsys_rest){ cap->data, cap->len };
	if (cap->kind != kind || !vsys_rest_head(&q->rest, &q->head, sizeof(q->head)))
		return false;
	q->left = q->head.count;
	return true;
}

static const struct vsys_type *type_of(unsigned int abi, unsigned int opcode)
{
	bool arm = abi == VSYS_ABI_LINUX_ARM64 || abi == VSYS_ABI_LINUX_ARM;

	return arm && vsys_sqe_types[1][opcode] ? vsys_sqe_types[1][opcode] :
						  vsys_sqe_types[0][opcode];
}

static const unsigned char *part_next(struct vsys_rest *r, struct vsys_part *part)
{
	return vsys_rest_head(r, part, sizeof(*part)) ? vsys_rest_take(r, part->bytes) : NULL;
}

/* In a ring of both sizes these take two places; the second is no entry. */
static bool is_double(const struct vsys_queue *q, const struct vsys_submission *s)
{
	size_t n = s->type ? strlen(s->type->name) : 0;

	return q->head.setup & SETUP_SQE_MIXED && n > 3 && !strcmp(s->type->name + n - 3, "128");
}

static bool submission_take(struct vsys_queue *q, struct vsys_submission *s)
{
	const unsigned char *p = q->rest.p;
	struct vsys_part part;
	struct vsys_sqe sqe;
	uint32_t i;

	if (!vsys_rest_head(&q->rest, &sqe, sizeof(sqe)))
		return false;
	s->index = sqe.index;
	s->there = sqe.index < q->head.entries;
	q->left -= s->there && q->left;
	s->entry = p + offsetof(struct vsys_sqe, entry);
	s->opcode = s->entry[0];
	s->type = type_of(q->abi, s->opcode);
	s->parts = q->rest;
	for (i = 0; i < sqe.parts && part_next(&q->rest, &part); i++)
		;
	if (i < sqe.parts)
		q->rest.n = 0;
	s->parts.n -= q->rest.n;
	return true;
}

bool vsys_submission_next(struct vsys_queue *q, struct vsys_submission *s)
{
	struct vsys_submission second;

	if (!submission_take(q, s))
		return false;
	if (is_double(q, s))
		submission_take(q, &second);
	return true;
}

const unsigned char *vsys_completion_next(struct vsys_queue *q)
{
	size_t size = q->head.setup & SETUP_CQE32 ? 2 * CQE_SIZE : CQE_SIZE;
	const unsigned char *p = vsys_rest_take(&q->rest, size);

	q->left -= p && q->left;
	if (p && q->head.setup & SETUP_CQE_MIXED && vsys_load(p + CQE_FLAGS, 4) & CQE_F_32)
		q->left -= vsys_rest_take(&q->rest, size) && q->left;
	return p;
}

void vsys_put_operation(struct vsys_text *t, const struct vsys_submission *s)
{
	const char *name = s->type ? s->type->name : NULL;

	if (name)
		vsys_text_printf(t, "%.*s", (int)strcspn(name, "."), name);
	else
		vsys_text_hex(t, s->opcode);
}

uint64_t vsys_entry_value(const unsigned char *entry, const struct vsys_field *f)
{
	return vsys_load(entry + f->offset, f->size < 8 ? f->size : 8);
}

/* A member is left out behind all others that mean something, if it is zero without a name. */
static bool means_something(const struct vsys_submission *s, const struct vsys_field *f)
{
	return f->cls == VSYS_CL_FD || f->cls == VSYS_CL_ATFD || vsys_entry_value(s->entry, f) ||
	       vsys_set_name(f->set, 0);
}

unsigned int vsys_submission_shown(const struct vsys_submission *s)
{
	unsigned int n = s->type ? s->type->nfields : 0;

	while (n && !means_something(s, &s->type->fields[n - 1]))
		n--;
	return n;
}

bool vsys_entry_shows(const struct vsys_submission *s, const unsigned char *entry,
		      const struct vsys_field *f)
{
	unsigned int i;

	if ((f->cls == VSYS_CL_FLAGS || f->size == 2) && !vsys_entry_value(entry, f))
		return false;
	for (i = 0; s && s->type && i < s->type->nfields; i++)
		if (s->type->fields[i].offset == f->offset)
			return false;
	return true;
}

/* The memory at @addr, where it was captured. */
static bool find_part(const struct vsys_submission *s, uint64_t addr, unsigned int kind,
		      struct vsys_cap *cap)
{
	struct vsys_rest r = s->parts;
	struct vsys_part part;
	const unsigned char *p;

	while ((p = part_next(&r, &part))) {
		if (part.addr != addr)
			continue;
		*cap = (struct vsys_cap){
			.kind = (uint8_t)kind, .addr = addr, .data = p, .len = part.bytes,
		};
		if (part.bytes < part.len)
			cap->flags = part.bytes ? VSYS_CAP_TRUNCATED : VSYS_CAP_FAULT;
		return true;
	}
	return false;
}

/* "-ENOENT" */
static bool put_error(struct vsys_text *t, const struct vsys_bytes *how, int64_t res)
{
	const char *name = res < 0 && how->numbers ?
			   vsys_set_name(how->numbers->errors, (uint64_t)-res) : NULL;

	if (name)
		vsys_text_printf(t, "-%s", name);
	return name;
}

void vsys_put_entry_member(struct vsys_text *t, const struct vsys_submission *s,
			   const unsigned char *entry, const struct vsys_field *f,
			   const struct vsys_bytes *how)
{
	struct vsys_value value = { .cls = f->cls, .sign = f->sign, .size = f->size, .set = f->set };
	uint64_t v = vsys_entry_value(entry, f);
	struct vsys_bytes memory = *how;
	struct vsys_cap cap;

	memory.ev = NULL;
	if (f->to && v && find_part(s, v, f->to->cls == VSYS_CL_STR ? VSYS_CAP_STRING :
					  VSYS_CAP_BYTES, &cap))
		vsys_put_capture(t, f->to, &cap, &memory);
	else if (s || f->cls != VSYS_CL_INT || !put_error(t, how, (int32_t)v))
		vsys_put_value(t, &value, v);
}

/* Members that each entry has: "flags=IOSQE_IO_LINK, user_data=0x1". */
static void put_common(struct vsys_text *t, const struct vsys_type *type,
		       const struct vsys_submission *s, const unsigned char *entry,
		       const struct vsys_bytes *how)
{
	bool more = s;
	unsigned int i;

	for (i = 0; i < type->nfields; i++) {
		const struct vsys_field *f = &type->fields[i];

		if (!vsys_entry_shows(s, entry, f))
			continue;
		vsys_text_printf(t, more ? ", %s=" : "%s=", f->name);
		vsys_put_entry_member(t, s, entry, f, how);
		more = true;
	}
}

static void put_submission(struct vsys_text *t, const struct vsys_type *type,
			   const struct vsys_submission *s, const struct vsys_bytes *how)
{
	unsigned int i, n = vsys_submission_shown(s);

	if (!s->there) {
		vsys_text_printf(t, "{index=%u}", s->index);
		return;
	}
	vsys_text_char(t, '{');
	vsys_put_operation(t, s);
	for (i = 0; i < n; i++) {
		vsys_text_put(t, ", ");
		vsys_put_entry_member(t, s, s->entry, &s->type->fields[i], how);
	}
	if (!s->type)
		vsys_text_put(t, ", ...");
	put_common(t, type, s, s->entry, how);
	vsys_text_char(t, '}');
}

/* Behind @shown entries: "..." if there are more. */
static void put_end(struct vsys_text *t, const struct vsys_cap *cap, const struct vsys_queue *q,
		    unsigned int shown)
{
	if (q->left)
		vsys_text_put(t, shown ? ", ..." : "...");
	vsys_text_char(t, ']');
	if (q->left && cap->flags & VSYS_CAP_FAULT)
		vsys_text_put(t, "<gap>");
	if (cap->flags & VSYS_CAP_LATE)
		vsys_text_put(t, "<late>");
}

void vsys_put_sqes(struct vsys_text *t, const struct vsys_type *type, const struct vsys_cap *cap,
		   const struct vsys_bytes *how)
{
	struct vsys_submission s;
	struct vsys_queue q;
	unsigned int i;

	if (!vsys_queue_begin(&q, cap, VSYS_CAP_SQES, how->numbers ? how->numbers->abi : 0))
		return;
	vsys_text_put(t, " [");
	for (i = 0; i < how->elements && vsys_submission_next(&q, &s); i++) {
		if (i)
			vsys_text_put(t, ", ");
		put_submission(t, type, &s, how);
	}
	put_end(t, cap, &q, i);
}

void vsys_put_cqes(struct vsys_text *t, const struct vsys_type *type, const struct vsys_cap *cap,
		   const struct vsys_bytes *how)
{
	const unsigned char *p;
	struct vsys_queue q;
	unsigned int i;

	if (!vsys_queue_begin(&q, cap, VSYS_CAP_CQES, 0))
		return;
	vsys_text_put(t, " [");
	for (i = 0; i < how->elements && (p = vsys_completion_next(&q)); i++) {
		vsys_text_put(t, i ? ", {" : "{");
		put_common(t, type, NULL, p, how);
		vsys_text_char(t, '}');
	}
	put_end(t, cap, &q, i);
}
