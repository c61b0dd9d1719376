// SPDX-License-Identifier: GPL-2.0
/* Validate records and find their captures. */
#include <errno.h>
#include <string.h>

#include <vsyscalls/vsyscalls.h>

#include "captures.h"

ssize_t vsys_record_frame(const void *p, size_t avail)
{
	const struct vsys_record *rec = p;

	if (avail < sizeof(rec->size))
		return 0;
	if (rec->size < sizeof(*rec) || rec->size > VSYS_RECORD_MAX || rec->size % 8)
		return -EBADMSG;
	return rec->size <= avail ? (ssize_t)rec->size : 0;
}

bool vsys_record_known(const struct vsys_record *rec)
{
	return rec->type && rec->type < VSYS_REC_TYPE_NR;
}

static size_t fixed_size(const struct vsys_record *rec)
{
	switch (rec->type) {
	case VSYS_REC_ENTRY:
		return sizeof(struct vsys_rec_entry);
	case VSYS_REC_RETURN:
		return sizeof(struct vsys_rec_return);
	case VSYS_REC_LOST:
		return sizeof(struct vsys_rec_lost);
	case VSYS_REC_REFUSED:
		return sizeof(struct vsys_rec_refused);
	case VSYS_REC_ENTRY_REG:
		return sizeof(struct vsys_rec_entry_reg);
	case VSYS_REC_HOLD:
		return sizeof(struct vsys_rec_hold);
	case VSYS_REC_EDIT:
		return sizeof(struct vsys_rec_edit);
	case VSYS_REC_TASK:
		return sizeof(struct vsys_rec_task);
	case VSYS_REC_LATE:
		return sizeof(struct vsys_rec_late);
	case VSYS_REC_UNDECIDED:
		return sizeof(struct vsys_rec_undecided);
	case VSYS_REC_POLLED:
		return sizeof(struct vsys_rec_polled);
	case VSYS_REC_MORE:
		return sizeof(struct vsys_rec_more);
	default:
		return sizeof(struct vsys_record);
	}
}

/* Bytes of the arguments behind the structure. */
static size_t more_args(const struct vsys_rec_entry *e)
{
	return e->nargs > VSYS_ARGS ? (e->nargs - VSYS_ARGS) * sizeof(uint64_t) : 0;
}

size_t vsys_captures_at(const struct vsys_record *rec)
{
	size_t at = fixed_size(rec);

	return rec->type == VSYS_REC_ENTRY ? at + more_args((const void *)rec) : at;
}

bool vsys_captures_take(const struct vsys_record *rec, size_t *at, struct vsys_cap *cap)
{
	const unsigned char *base = (const unsigned char *)rec;
	struct vsys_capture head;
	size_t left = rec->size - *at;

	if (left < sizeof(head))
		return false;
	memcpy(&head, base + *at, sizeof(head));
	left -= sizeof(head);
	if (head.len > left)
		return false;
	cap->arg = head.arg;
	cap->kind = head.kind;
	cap->flags = head.flags;
	cap->addr = head.addr;
	cap->len = head.len;
	cap->data = base + *at + sizeof(head);
	/* @size is a multiple of 8, so rounding up stays within it. */
	*at += sizeof(head) + (((size_t)head.len + 7) & ~(size_t)7);
	return true;
}

static const char *check_entry(const struct vsys_record *rec)
{
	const struct vsys_rec_entry *e = (const void *)rec;
	size_t at = vsys_captures_at(rec);
	struct vsys_cap cap;
	uint32_t i;

	if (e->nargs > VSYS_ARGS_MAX)
		return "an entry with more arguments than there can be";
	if (e->valid > e->nargs)
		return "an entry of which more arguments were read than it has";
	if (at > rec->size)
		return "an entry whose arguments do not fit";
	for (i = 0; i < e->captures; i++)
		if (!vsys_captures_take(rec, &at, &cap))
			return "an entry whose captures do not fit";
	return at == rec->size ? NULL : "an entry with bytes after its captures";
}

/* Behind the structure are captures only. */
static const char *check_captures(const struct vsys_record *rec)
{
	size_t at = fixed_size(rec);
	struct vsys_cap cap;

	while (at < rec->size)
		if (!vsys_captures_take(rec, &at, &cap))
			return "a record whose captures do not fit";
	return NULL;
}

static const char *check_lost(const struct vsys_record *rec)
{
	const struct vsys_rec_lost *l = (const void *)rec;

	if (l->last < l->first || l->count != l->last - l->first + 1)
		return "a lost record whose count is not last - first + 1";
	return NULL;
}

static const char *check_edit(const struct vsys_record *rec)
{
	const struct vsys_rec_edit *e = (const void *)rec;
	size_t bytes = e->error ? 0 : e->bytes;

	if (rec->size != sizeof(*e) + 2 * ((bytes + 7) & ~(size_t)7))
		return "an edit whose bytes do not fit";
	return NULL;
}

static const char *check_more(const struct vsys_record *rec)
{
	const struct vsys_rec_more *m = (const void *)rec;
	size_t bytes = rec->size - sizeof(*m);

	if (m->offset % 8 || m->offset >= m->len ||
	    bytes > (((size_t)m->len + 7) & ~(size_t)7) - m->offset)
		return "more of a capture than it has";
	return NULL;
}

const char *vsys_record_check(const struct vsys_record *rec)
{
	if (rec->size < fixed_size(rec))
		return "a record shorter than its type";
	switch (rec->type) {
	case VSYS_REC_ENTRY:
		return check_entry(rec);
	case VSYS_REC_RETURN:
	case VSYS_REC_LATE:
		return check_captures(rec);
	case VSYS_REC_LOST:
		return check_lost(rec);
	case VSYS_REC_EDIT:
		return check_edit(rec);
	case VSYS_REC_MORE:
		return check_more(rec);
	default:
		return NULL;
	}
}

bool vsys_record_arg(const struct vsys_rec_entry *e, unsigned int slot, uint64_t *value)
{
	const unsigned char *more = (const unsigned char *)(e + 1);

	*value = 0;
	if (slot >= e->valid)
		return false;
	if (slot < VSYS_ARGS)
		*value = e->args[slot];
	else
		memcpy(value, more + (slot - VSYS_ARGS) * sizeof(*value), sizeof(*value));
	if (vsys_abi_bits(e->r.abi) == 32)
		*value = (uint32_t)*value;
	return true;
}

bool vsys_record_capture_nth(const struct vsys_record *rec, unsigned int arg, bool late,
			     unsigned int n, struct vsys_cap *cap)
{
	size_t at = vsys_captures_at(rec);

	while (at < rec->size && vsys_captures_take(rec, &at, cap))
		if (cap->arg == arg && !!(cap->flags & VSYS_CAP_LATE) == late && !n--)
			return true;
	return false;
}

bool vsys_record_capture(const struct vsys_record *rec, unsigned int arg,
			 bool late, struct vsys_cap *cap)
{
	return vsys_record_capture_nth(rec, arg, late, 0, cap);
}

uint32_t vsys_record_captured(const struct vsys_record *rec)
{
	size_t at = vsys_captures_at(rec);
	uint32_t slots = 0;
	struct vsys_cap cap;

	while (at < rec->size && vsys_captures_take(rec, &at, &cap))
		slots |= cap.arg < VSYS_ARGS_MAX ? UINT32_C(1) << cap.arg : 0;
	return slots;
}

const unsigned char *vsys_rest_take(struct vsys_rest *r, size_t n)
{
	size_t padded = (n + 7) & ~(size_t)7;
	const unsigned char *p = r->p;

	if (n > r->n)
		return NULL;
	padded = padded < r->n ? padded : r->n;
	r->p += padded;
	r->n -= padded;
	return p;
}

/* Structures of the uapi are aligned as a capture is, the bytes of a file are not. */
bool vsys_rest_head(struct vsys_rest *r, void *head, size_t size)
{
	const unsigned char *p = vsys_rest_take(r, size);

	if (p)
		memcpy(head, p, size);
	return p;
}
