// SPDX-License-Identifier: GPL-2.0
/* Captures for which the record of a call has no room: what it keeps, and records of the rest. */
#include <linux/align.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "capture.h"
#include "more.h"
#include "record.h"

enum { MORE_BYTES = 16 << 10 };	/* in a VSYS_REC_MORE: rings may be small */

/* A capture of those that are cut. */
struct cut {
	struct vsys_capture *cap;
	u32 keep;	/* bytes of it that the record keeps */
	u16 index;
	u32 at;		/* where the record has it */
	u32 next;	/* where the next one is */
};

static u32 size_of(u32 bytes)
{
	return ALIGN(sizeof(struct vsys_capture) + bytes, 8);
}

/* Go to the next capture, from zeroes to the first; false behind the last. */
static bool cut_next(const struct vsys_capture_ctx *c, struct cut *cut)
{
	u32 most;

	if (cut->next == c->len)
		return false;
	if (cut->cap) {
		cut->at += size_of(cut->keep);
		cut->index++;
	}
	cut->cap = (void *)c->buf + cut->next;
	cut->next += size_of(cut->cap->len);
	/* What was kept before there were longer ones: names that rules compare stay whole. */
	most = min_t(u32, VSYS_CAPTURE_MAX + sizeof(struct vsys_objattr),
		     vsys_capture_room(VSYS_CAPTURE_BUF, cut->at, cut->index));
	cut->keep = cut->cap->len > most ? round_down(most, 8) : cut->cap->len;
	return true;
}

/* Cut the captures of a call to what one record has room for. */
void vsys_capture_cut(struct vsys_capture_ctx *c)
{
	struct cut cut = {};

	if (c->len <= VSYS_CAPTURE_BUF)
		return;
	while (cut_next(c, &cut)) {
		if (cut.keep < cut.cap->len)
			cut.cap->flags |= VSYS_CAP_TRUNCATED;
		cut.cap->len = cut.keep;
		memmove(c->buf + cut.at, cut.cap, size_of(cut.keep));
	}
	c->len = cut.at + size_of(cut.keep);
}

/* Record the bytes of a capture that the record of @call, of @type, does not keep. */
static void more_put(struct vsys_tap *tap, const struct vsys_call *call, u16 type,
		     const struct cut *cut, u64 now)
{
	const struct vsys_capture *cap = cut->cap;
	struct vsys_rec_more *rec;
	u32 at, bytes, size;

	for (at = cut->keep; at < cap->len; at += bytes) {
		bytes = min_t(u32, cap->len - at, MORE_BYTES);
		size = sizeof(*rec) + ALIGN(bytes, 8);
		rec = vsys_record_begin(tap, VSYS_REC_MORE, 0, size, call->nr, now);
		if (!rec)
			continue;
		rec->r.abi = call->abi;
		rec->r.door = call->door;
		rec->call = call->id;
		rec->len = cap->len;
		rec->offset = at;
		rec->of = type;
		rec->capture = cut->index;
		rec->flags = cap->flags;
		rec->reserved = 0;
		/* With the padding of the capture, which is zero. */
		memcpy(rec + 1, (const u8 *)(cap + 1) + at, ALIGN(bytes, 8));
		vsys_record_end(tap, size);
	}
}

/**
 * vsys_record_more() - record the captures for which a record has no room
 * @v: the vCPU; its captures are cut
 * @call: the call
 * @type: of the record that follows
 *
 * For the sessions that want such captures: others may not know these records.
 */
void vsys_record_more(struct vsys_vcpu *v, const struct vsys_call *call, u16 type)
{
	u32 mask = call->sessions;
	struct vsys_tap *tap;
	u64 now;

	if (likely(v->capture.len <= VSYS_CAPTURE_BUF))
		return;
	now = vsys_clock_now();
	for_each_tap(v, tap, mask) {
		struct cut cut = {};

		if (tap->session->setup.capture_bytes <= VSYS_CAPTURE_MAX)
			continue;
		while (cut_next(&v->capture, &cut))
			more_put(tap, call, type, &cut, now);
	}
	vsys_capture_cut(&v->capture);
}
