// SPDX-License-Identifier: GPL-2.0
/*
 * Capture what a program submits to an io_uring, and what has completed: its memory, which no
 * argument of io_uring_enter() points to.  Other calls tell where it is.
 */
#include <linux/bits.h>
#include <linux/log2.h>
#include <linux/minmax.h>

#include "capture.h"
#include "guestmem.h"
#include "profile.h"
#include "record.h"
#include "uring.h"
#include "vcpu.h"

enum {
	/* struct io_uring_params */
	PARAMS_SQ_ENTRIES = 0,
	PARAMS_CQ_ENTRIES = 4,
	PARAMS_FLAGS = 8,
	PARAMS_FEATURES = 20,
	PARAMS_SQ_OFF = 40,	/* struct io_sqring_offsets */
	PARAMS_CQ_OFF = 80,	/* struct io_cqring_offsets */
	PARAMS_SIZE = 120,
	OFF_HEAD = 0,
	OFF_TAIL = 4,
	OFF_CQES = 20,
	OFF_ARRAY = 24,
	OFF_USER_ADDR = 32,

	FEAT_SINGLE_MMAP = BIT(0),

	SETUP_SQPOLL = BIT(1),
	SETUP_SQE128 = BIT(10),
	SETUP_CQE32 = BIT(11),
	SETUP_NO_MMAP = BIT(14),
	SETUP_REGISTERED_FD_ONLY = BIT(15),
	SETUP_NO_SQARRAY = BIT(16),
	SETUP_SQ_REWIND = BIT(20),

	ENTER_REGISTERED_RING = BIT(4),

	REGISTER_RING_FDS = 20,
	REGISTER_RESIZE_RINGS = 33,
	REGISTER_RING_FDS_MAX = 16,
	RSRC_UPDATE = 16,	/* struct io_uring_rsrc_update: an index, a descriptor at 8 */

	OFF_SQ_RING = 0,
	OFF_CQ_RING = 0x8000000,
	OFF_SQES = 0x10000000,
	OFF_SHIFT = 12,		/* of mmap2() */

	SQ_ENTRIES_MAX = 32768,
	CQ_ENTRIES_MAX = 2 * SQ_ENTRIES_MAX,
	SQE_SHIFT = 6,
	CQE_SHIFT = 4,
};

static struct vsys_vcpu *vcpu_of(struct vsys_capture_ctx *c)
{
	return container_of(c->mem, struct vsys_vcpu, mem);
}

/* The call whose arguments are captured. */
static const struct vsys_call *call_of(const struct vsys_capture_ctx *c)
{
	return (const void *)c->args - offsetof(struct vsys_call, args);
}

static struct vsys_uring_key key_of(const struct vsys_capture_ctx *c, u32 fd, bool registered)
{
	const struct vsys_key *key = &call_of(c)->key;

	return (struct vsys_uring_key){
		.space = key->space & ~VSYS_KEY_UNMADE,
		.task = registered ? key->task : 0,
		.fd = registered ? fd | VSYS_URING_REGISTERED : fd,
	};
}

static u64 number(const void *p, u32 offset, u32 size)
{
	return vsys_cap_number(p + offset, size);
}

static bool word_read(struct vsys_capture_ctx *c, u64 addr, u32 *value)
{
	return vsys_mem_read(c->mem, addr, value, sizeof(*value)) == sizeof(*value);
}

/* ---- learn rings ---- */

static bool size_fits(u32 entries, u32 most)
{
	return is_power_of_2(entries) && entries <= most;
}

/* Take sizes and offsets from the io_uring_params at @addr; @setup: out: their flags. */
static bool params_read(struct vsys_capture_ctx *c, u64 addr, struct vsys_queues *q, u32 *setup)
{
	const void *sq, *cq;
	u8 p[PARAMS_SIZE];

	if (vsys_mem_read(c->mem, addr, p, sizeof(p)) != sizeof(p))
		return false;
	sq = p + PARAMS_SQ_OFF;
	cq = p + PARAMS_CQ_OFF;
	*setup = number(p, PARAMS_FLAGS, 4);
	q->single = number(p, PARAMS_FEATURES, 4) & FEAT_SINGLE_MMAP;
	q->sq_entries = number(p, PARAMS_SQ_ENTRIES, 4);
	q->cq_entries = number(p, PARAMS_CQ_ENTRIES, 4);
	q->sq_head = number(sq, OFF_HEAD, 4);
	q->sq_tail = number(sq, OFF_TAIL, 4);
	q->sq_array = number(sq, OFF_ARRAY, 4);
	q->cq_tail = number(cq, OFF_TAIL, 4);
	q->cq_cqes = number(cq, OFF_CQES, 4);
	memset(q->area, 0, sizeof(q->area));
	if (*setup & SETUP_NO_MMAP) {
		q->area[VSYS_URING_SQES] = number(sq, OFF_USER_ADDR, 8);
		q->area[VSYS_URING_SQ] = number(cq, OFF_USER_ADDR, 8);
		q->area[VSYS_URING_CQ] = q->area[VSYS_URING_SQ];
	}
	return size_fits(q->sq_entries, SQ_ENTRIES_MAX) &&
	       size_fits(q->cq_entries, CQ_ENTRIES_MAX);
}

/* io_uring_setup(entries, params) has returned a descriptor. */
void vsys_rings_io_uring_setup(struct vsys_capture_ctx *c)
{
	struct vsys_urings *t = vcpu_of(c)->vm->urings;
	const struct vsys_call *call = call_of(c);
	struct vsys_queues q = {}, old;
	u32 setup;

	if (!params_read(c, c->args[1], &q, &setup))
		return;
	q.key = key_of(c, c->ret, setup & SETUP_REGISTERED_FD_ONLY);
	q.setup = setup;
	q.call = call->id;
	/* A return that is retried, or of several views, has been told. */
	if (setup & SETUP_SQPOLL && !(vsys_urings_find(t, &q.key, &old) && old.call == call->id))
		vsys_record_polled(vcpu_of(c), call, c->ret, setup);
	vsys_urings_add(t, &q);
}

static void area_mapped(struct vsys_capture_ctx *c, u64 offset)
{
	struct vsys_uring_key key = key_of(c, c->args[4], false);
	enum vsys_uring_area area;

	switch (offset) {
	case OFF_SQ_RING:
		area = VSYS_URING_SQ;
		break;
	case OFF_CQ_RING:
		area = VSYS_URING_CQ;
		break;
	case OFF_SQES:
		area = VSYS_URING_SQES;
		break;
	default:
		return;
	}
	vsys_urings_map(vcpu_of(c)->vm->urings, &key, area, c->ret);
}

/* mmap(addr, length, prot, flags, fd, offset) has returned an address. */
void vsys_rings_mmap(struct vsys_capture_ctx *c)
{
	area_mapped(c, c->args[5]);
}

/* The same, with an offset in pages. */
void vsys_rings_mmap2(struct vsys_capture_ctx *c)
{
	area_mapped(c, c->args[5] << OFF_SHIFT);
}

/* Rings have got indices, which the guest's kernel has written to the array. */
static void indices_registered(struct vsys_capture_ctx *c)
{
	u32 n = min_t(u64, c->ret, REGISTER_RING_FDS_MAX), i;
	struct vsys_queues q = { .alias = true };
	u8 update[RSRC_UPDATE];

	for (i = 0; i < n; i++) {
		if (vsys_mem_read(c->mem, c->args[2] + i * RSRC_UPDATE, update, RSRC_UPDATE) !=
		    RSRC_UPDATE)
			return;
		q.key = key_of(c, number(update, 0, 4), true);
		q.fd = number(update, 8, 4);
		vsys_urings_add(vcpu_of(c)->vm->urings, &q);
	}
}

/* io_uring_register(fd, opcode, arg, nr_args) has succeeded. */
void vsys_rings_io_uring_register(struct vsys_capture_ctx *c)
{
	struct vsys_urings *t = vcpu_of(c)->vm->urings;
	u32 fd = c->args[0], opcode = c->args[1], setup;
	/* IORING_REGISTER_USE_REGISTERED_RING is the same bit. */
	struct vsys_uring_key key = key_of(c, fd, opcode & VSYS_URING_REGISTERED);
	struct vsys_queues q;

	switch (opcode & ~VSYS_URING_REGISTERED) {
	case REGISTER_RING_FDS:
		indices_registered(c);
		break;
	case REGISTER_RESIZE_RINGS:
		/* The positions stay; the program maps the rings anew. */
		if (vsys_urings_find(t, &key, &q) && params_read(c, c->args[2], &q, &setup))
			vsys_urings_add(t, &q);
		break;
	}
}

/* ---- io_uring_enter(fd, to_submit, min_complete, flags, ...) ---- */

static bool tail_read(struct vsys_capture_ctx *c, const struct vsys_queues *q, u32 *tail)
{
	return q->area[VSYS_URING_SQ] && word_read(c, q->area[VSYS_URING_SQ] + q->sq_tail, tail);
}

/*
 * The ring of the call.  A descriptor that is not known may be a copy of one that is: take a
 * ring of the program that has entries to submit.
 */
static bool ring_of(struct vsys_capture_ctx *c, struct vsys_queues *q)
{
	struct vsys_uring_key key = key_of(c, c->args[0], c->args[3] & ENTER_REGISTERED_RING);
	struct vsys_urings *t = vcpu_of(c)->vm->urings;
	u32 at = 0, tail;

	if (vsys_urings_find(t, &key, q))
		return true;
	while ((u32)c->args[1] && vsys_urings_next(t, key.space, &at, q))
		if (!(q->setup & SETUP_SQPOLL) && tail_read(c, q, &tail) && tail != q->submitted)
			return true;
	return false;
}

/* Begin the capture of @count entries from position @first on. */
static struct vsys_capture *queue_begin(struct vsys_capture_ctx *c, unsigned int arg, u8 kind,
					u64 addr, const struct vsys_uring *head)
{
	struct vsys_capture *cap = vsys_cap_begin(c, arg, kind, addr);
	struct vsys_uring *to = vsys_cap_add_head(c, cap, sizeof(*to));

	if (to)
		*to = *head;
	return cap;
}

/* Room for another entry of @bytes; NULL if the call has captured too much. */
static void *entry_add(struct vsys_capture_ctx *c, struct vsys_capture *cap, u32 bytes)
{
	if (!c->elements) {
		cap->flags |= VSYS_CAP_TRUNCATED;
		return NULL;
	}
	c->elements--;
	return vsys_cap_add_head(c, cap, bytes);
}

/* The number at @offset of an entry. */
u64 vsys_sqe_number(const struct vsys_sqe_ctx *s, u32 offset, u32 size)
{
	return number(s->sqe->entry, offset, size);
}

/* Begin with the memory at @addr: each may have as many bytes as an argument. */
static struct vsys_part *part_begin(struct vsys_sqe_ctx *s, u64 addr)
{
	struct vsys_part *part = vsys_cap_add_head(s->c, s->cap, sizeof(*part));

	if (!part)
		return NULL;
	s->c->room = min(s->cap->len + s->c->limit, s->c->most);
	s->sqe->parts++;
	part->addr = addr;
	return part;
}

/* Capture @bytes at the address at @offset of an entry. */
void vsys_sqe_buf(struct vsys_sqe_ctx *s, u32 offset, u64 bytes)
{
	u64 addr = vsys_sqe_number(s, offset, sizeof(addr));
	struct vsys_part *part = addr ? part_begin(s, addr) : NULL;

	if (!part)
		return;
	part->len = bytes;
	vsys_cap_add_padded(s->c, s->cap, addr, bytes, &part->bytes);
}

/* Capture the string at the address at @offset of an entry. */
void vsys_sqe_str(struct vsys_sqe_ctx *s, u32 offset)
{
	u64 addr = vsys_sqe_number(s, offset, sizeof(addr));
	struct vsys_part *part = addr ? part_begin(s, addr) : NULL;
	u32 before = s->cap->len;
	bool ended;

	if (!part)
		return;
	ended = vsys_cap_add_string(s->c, s->cap, addr, 1);
	part->bytes = s->cap->len - before;
	part->len = ended ? part->bytes : U64_MAX;
	vsys_cap_add_head(s->c, s->cap, ALIGN(s->cap->len, 8) - s->cap->len);
}

/* Capture the entry at @index of the array, with its memory; false to stop. */
static bool sqe_add(struct vsys_capture_ctx *c, struct vsys_capture *cap,
		    const struct vsys_queues *q, u32 index)
{
	u32 shift = SQE_SHIFT + !!(q->setup & SETUP_SQE128);
	struct vsys_sqe_ctx s = { c, cap };

	s.sqe = entry_add(c, cap, sizeof(*s.sqe));
	if (!s.sqe)
		return false;
	s.sqe->index = index;
	if (index >= q->sq_entries)
		return true;
	if (vsys_mem_read(c->mem, q->area[VSYS_URING_SQES] + ((u64)index << shift), s.sqe->entry,
			  sizeof(s.sqe->entry)) != sizeof(s.sqe->entry)) {
		cap->len -= sizeof(*s.sqe);
		cap->flags |= vsys_cap_missing(c);
		return false;
	}
	vsys_sqe_memory(&s);
	return true;
}

/*
 * Add entries from position @first to @end; of those that are entries, @count.  The guest's
 * kernel drops others, and may have dropped one before the position that we know.  Returns how
 * many there are not, of @count.
 */
static u32 sqes_add(struct vsys_capture_ctx *c, struct vsys_capture *cap,
		    const struct vsys_queues *q, u32 first, u32 end, u32 count)
{
	u64 array = q->area[VSYS_URING_SQ] + q->sq_array;
	u32 index;

	for (; count && first != end; first++) {
		index = first & (q->sq_entries - 1);
		if (!(q->setup & SETUP_NO_SQARRAY) &&
		    !word_read(c, array + index * sizeof(index), &index)) {
			cap->flags |= vsys_cap_missing(c);
			return 0;
		}
		if (!sqe_add(c, cap, q, index))
			return 0;
		count -= index < q->sq_entries;
	}
	return count;
}

/* In .entry: capture what is submitted. */
void vsys_cap_sqes(struct vsys_capture_ctx *c, unsigned int arg)
{
	const struct vsys_call *call = call_of(c);
	u32 count = c->args[arg], tail;
	struct vsys_uring head;
	struct vsys_capture *cap;
	struct vsys_queues q;
	bool known;

	if (!count || !(call->sessions || call->info & VSYS_CALL_RULED) || !ring_of(c, &q) ||
	    q.setup & SETUP_SQPOLL || !q.area[VSYS_URING_SQ] || !q.area[VSYS_URING_SQES])
		return;
	if (q.setup & SETUP_SQ_REWIND) {
		q.submitted = 0;
		tail = min(count, q.sq_entries);
		known = true;
	} else {
		known = tail_read(c, &q, &tail);
	}
	if (!known)
		tail = q.submitted;
	/* A tail that is too far is the guest's lie: no queue has more entries. */
	tail = q.submitted + min(tail - q.submitted, q.sq_entries);
	head = (struct vsys_uring){ q.setup, q.sq_entries, q.submitted,
				    min(count, known ? tail - q.submitted : q.sq_entries) };
	cap = queue_begin(c, arg, VSYS_CAP_SQES, q.area[VSYS_URING_SQES], &head);
	if (!known)
		cap->flags |= vsys_cap_missing(c);
	head.count -= known ? sqes_add(c, cap, &q, q.submitted, tail, head.count) : 0;
	if (cap->len)
		memcpy(cap + 1, &head, sizeof(head));
	vsys_cap_end(c, cap);
}

/*
 * The position behind the entries that were submitted: the guest's kernel has just written
 * it, if there were any, and it counts those that were dropped.
 */
static u32 submitted_now(struct vsys_capture_ctx *c, const struct vsys_queues *q)
{
	u32 head, done = c->ret;

	if (!c->args[1] || !done || q->setup & (SETUP_SQPOLL | SETUP_SQ_REWIND))
		return q->submitted;
	if (!q->area[VSYS_URING_SQ] ||
	    !word_read(c, q->area[VSYS_URING_SQ] + q->sq_head, &head) ||
	    head - q->submitted < done || head - q->submitted > q->sq_entries)
		return q->submitted + done;
	return head;
}

static void cqes_add(struct vsys_capture_ctx *c, struct vsys_capture *cap,
		     const struct vsys_queues *q, const struct vsys_uring *head)
{
	u32 shift = CQE_SHIFT + !!(q->setup & SETUP_CQE32), size = 1 << shift, i;
	u64 cqes = q->area[VSYS_URING_CQ] + q->cq_cqes;
	void *entry;

	for (i = 0; i < head->count; i++) {
		entry = entry_add(c, cap, size);
		if (!entry)
			return;
		if (vsys_mem_read(c->mem, cqes + (((head->first + i) & (q->cq_entries - 1)) << shift),
				  entry, size) == size)
			continue;
		cap->len -= size;
		cap->flags |= vsys_cap_missing(c);
		return;
	}
}

/* In .exit: capture what has completed since an earlier call, as if it were min_complete. */
void vsys_rings_io_uring_enter(struct vsys_capture_ctx *c)
{
	const struct vsys_call *call = call_of(c);
	struct vsys_uring head;
	struct vsys_capture *cap;
	struct vsys_queues q;
	u32 tail;

	if (!ring_of(c, &q))
		return;
	q.submitted = submitted_now(c, &q);
	if (!q.area[VSYS_URING_CQ] || !word_read(c, q.area[VSYS_URING_CQ] + q.cq_tail, &tail))
		tail = q.completed;
	/* Where sleeping is allowed it is done again, from the same positions on. */
	if (c->mem->atomic && c->mem->absent)
		return;
	q.completed = tail;
	head = (struct vsys_uring){ q.setup, q.cq_entries };
	head.count = min(tail - vsys_urings_move(vcpu_of(c)->vm->urings, &q, call->id),
			 q.cq_entries);
	head.first = tail - head.count;
	if (!head.count || !(call->sessions || call->info & VSYS_CALL_RULED))
		return;
	cap = queue_begin(c, 2, VSYS_CAP_CQES, q.area[VSYS_URING_CQ], &head);
	cqes_add(c, cap, &q, &head);
	vsys_cap_end(c, cap);
}
