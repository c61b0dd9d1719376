// SPDX-License-Identifier: GPL-2.0
/* Join captures that were split. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <vsyscalls/vsyscalls.h>

#include "captures.h"
#include "join.h"

enum {
	VCPUS_MAX = 64,			/* with records that wait for theirs */
	BYTES_MAX = 256 << 10,		/* of the records of a vCPU: the module makes half of it */
};

/* Records of one call, as they came. */
struct vsys_join {
	struct vsys_join *next;
	size_t bytes;
	unsigned char at[];
};

static const struct vsys_rec_more *first_of(const struct vsys_join *join)
{
	return (const void *)join->at;
}

/* Take what waits for the vCPU of @rec out of the list, or without @rec what has waited longest. */
static struct vsys_join *take(struct vsys_joins *j, const struct vsys_record *rec)
{
	struct vsys_join **at = &j->newest, *join;

	while (*at && (rec ? first_of(*at)->r.vm != rec->vm || first_of(*at)->r.vcpu != rec->vcpu :
			     (*at)->next != NULL))
		at = &(*at)->next;
	join = *at;
	if (join) {
		*at = join->next;
		j->n--;
	}
	return join;
}

/* Does @m go on from @first?  If not it is of another call, or a return is retried. */
static bool is_next(const struct vsys_rec_more *first, const struct vsys_rec_more *m)
{
	return first->call == m->call && first->of == m->of &&
	       (first->capture != m->capture || first->offset < m->offset);
}

int vsys_joins_add(struct vsys_joins *j, const struct vsys_rec_more *m)
{
	struct vsys_join *join = take(j, &m->r), *more;
	size_t bytes = join && is_next(first_of(join), m) ? join->bytes : 0;

	if (bytes + m->r.size > BYTES_MAX)
		bytes = 0;
	if (!join && j->n == VCPUS_MAX)
		join = take(j, NULL);
	more = realloc(join, sizeof(*more) + bytes + m->r.size);
	if (!more) {
		free(join);
		return -ENOMEM;
	}
	memcpy(more->at + bytes, m, m->r.size);
	more->bytes = bytes + m->r.size;
	more->next = j->newest;
	j->newest = more;
	j->n++;
	return 0;
}

/* Write capture @index to @to, with what its records have where no byte is missing before. */
static size_t put_capture(unsigned char *to, const struct vsys_cap *cap, unsigned int index,
			  const struct vsys_join *join)
{
	struct vsys_capture head = {
		.len = cap->len, .arg = cap->arg, .kind = cap->kind, .flags = cap->flags,
		.addr = cap->addr,
	};
	const struct vsys_rec_more *m;
	size_t at, n;

	memcpy(to + sizeof(head), cap->data, cap->len);
	for (at = 0; at < join->bytes; at += m->r.size) {
		m = (const void *)(join->at + at);
		if (m->capture != index || m->offset > head.len)
			continue;
		n = m->r.size - sizeof(*m);
		n = n < m->len - m->offset ? n : m->len - m->offset;
		memcpy(to + sizeof(head) + m->offset, m + 1, n);
		head.len = m->offset + (uint32_t)n;
		head.flags = head.len == m->len ? m->flags : cap->flags;
	}
	memcpy(to, &head, sizeof(head));
	n = (head.len + 7) & ~(size_t)7;
	memset(to + sizeof(head) + head.len, 0, n - head.len);
	return sizeof(head) + n;
}

static const struct vsys_record *build(struct vsys_joins *j, const struct vsys_record *rec,
				       const struct vsys_join *join)
{
	size_t from = vsys_captures_at(rec), to = from;
	unsigned char *out = malloc(rec->size + join->bytes);
	struct vsys_cap cap;
	unsigned int i;

	if (!out)
		return NULL;
	memcpy(out, rec, from);
	for (i = 0; from < rec->size && vsys_captures_take(rec, &from, &cap); i++)
		to += put_capture(out + to, &cap, i, join);
	free(j->out);
	j->out = (void *)out;
	j->out->size = (uint32_t)to;
	return j->out;
}

static uint64_t call_of(const struct vsys_record *rec)
{
	if (rec->type == VSYS_REC_ENTRY)
		return ((const struct vsys_rec_entry *)rec)->call;
	if (rec->type == VSYS_REC_RETURN)
		return ((const struct vsys_rec_return *)rec)->call;
	return ((const struct vsys_rec_late *)rec)->call;
}

const struct vsys_record *vsys_joins_take(struct vsys_joins *j, const struct vsys_record *rec)
{
	struct vsys_join *join;

	if (!j->newest || rec == j->out || (rec->type != VSYS_REC_ENTRY &&
					    rec->type != VSYS_REC_RETURN && rec->type != VSYS_REC_LATE))
		return rec;
	join = take(j, rec);
	if (!join)
		return rec;
	if (first_of(join)->call == call_of(rec) && first_of(join)->of == rec->type)
		rec = build(j, rec, join);
	free(join);
	return rec;
}

void vsys_joins_free(struct vsys_joins *j)
{
	struct vsys_join *join;

	while ((join = j->newest)) {
		j->newest = join->next;
		free(join);
	}
	free(j->out);
}
