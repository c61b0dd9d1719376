// SPDX-License-Identifier: GPL-2.0
/* A capture whose end comes in records of its own is one capture, or marked as cut. */
#include <string.h>

#include "ktap.h"
#include "records.h"
#include "table.h"

enum {
	LONG = 65533, BEGIN = 4096, PIECE = 16384,
	CALL = 7,
	ALL = VSYS_CAP_FAULT,		/* flags of the whole capture */
};

static unsigned char data[LONG + 3];
static struct rec r;
static struct vsys_call_event ev;
static struct vsys_pairing *p;
static const uint64_t args[VSYS_ARGS];
static bool wrong;

/* Feed bytes of capture 1 of call @id's record of type @of, from @offset on. */
static void more(unsigned int of, uint64_t id, uint32_t offset)
{
	uint32_t n = LONG - offset < PIECE ? LONG - offset : PIECE;
	struct vsys_rec_more *m = (void *)r.b;

	rec_event(&r, VSYS_REC_MORE);
	m->r.size = sizeof(*m) + ((n + 7) & ~7u);
	m->call = id;
	m->len = LONG;
	m->offset = offset;
	m->of = (uint16_t)of;
	m->capture = 1;
	m->flags = ALL;
	m->reserved = 0;
	memcpy(m + 1, data + offset, (n + 7) & ~7u);
	wrong |= vsys_record_check(&m->r) || vsys_pairing_feed(p, &m->r, &ev);
}

/* All of them but the one at @lost. */
static void mores(unsigned int of, uint64_t id, uint32_t lost)
{
	uint32_t at;

	for (at = BEGIN; at < LONG; at += PIECE)
		if (at != lost)
			more(of, id, at);
}

static void captures(void)
{
	rec_string(&r, 0, 0x100, "name");
	rec_cap(&r, 1, VSYS_CAP_BYTES, VSYS_CAP_TRUNCATED, 0x200, data, BEGIN);
	rec_string(&r, 2, 0x300, "after");
}

static void entry(uint64_t id)
{
	rec_entry(&r, NR_READ, id, 3, args);
	captures();
	vsys_pairing_feed(p, rec_head(&r), &ev);
}

/* Has the record @len bytes of the capture, with these flags, and the other two? */
static bool has(const void *rec, uint32_t len, unsigned int flags)
{
	struct vsys_cap c;

	return !vsys_record_check(rec) && vsys_record_capture(rec, 0, false, &c) && c.len == 4 &&
	       vsys_record_capture(rec, 2, false, &c) && c.len == 5 && !memcmp(c.data, "after", 5) &&
	       vsys_record_capture(rec, 1, false, &c) && c.len == len && c.flags == flags &&
	       !memcmp(c.data, data, len);
}

static void back(void)
{
	rec_return(&r, NR_READ, CALL, 0);
	captures();
	vsys_pairing_feed(p, rec_head(&r), &ev);
}

static void whole(void)
{
	p = vsys_pairing_new(0);
	mores(VSYS_REC_ENTRY, CALL, 0);
	entry(CALL);
	mores(VSYS_REC_RETURN, CALL, 0);
	back();
	is_true(has(ev.entry, LONG, ALL), "an entry");
	is_true(has(ev.ret, LONG, ALL), "a return");
	mores(VSYS_REC_ENTRY, CALL, 0);
	rec_entry(&r, NR_READ, CALL, 3, args);
	captures();
	rec_head(&r)->flags |= VSYS_F_NORETURN;
	is_true(has(vsys_pairing_whole(p, rec_head(&r)), LONG, ALL), "a record by itself");
	is_true(has(vsys_pairing_whole(p, rec_head(&r)), BEGIN, VSYS_CAP_TRUNCATED), "but once");
	vsys_pairing_free(p);
}

/* What comes of an entry is in its call; a return without anything ends that. */
static bool joined(uint32_t len, unsigned int flags)
{
	entry(CALL);
	rec_return(&r, NR_READ, CALL, 0);
	vsys_pairing_feed(p, rec_head(&r), &ev);
	return has(ev.entry, len, flags);
}

static void parts(void)
{
	p = vsys_pairing_new(0);
	mores(VSYS_REC_ENTRY, CALL, BEGIN);
	is_true(joined(BEGIN, VSYS_CAP_TRUNCATED), "the first is lost");
	mores(VSYS_REC_ENTRY, CALL, BEGIN + PIECE);
	is_true(joined(BEGIN + PIECE, VSYS_CAP_TRUNCATED), "the second");
	mores(VSYS_REC_ENTRY, CALL, BEGIN + 3 * PIECE);
	is_true(joined(BEGIN + 3 * PIECE, VSYS_CAP_TRUNCATED), "the last");
	mores(VSYS_REC_RETURN, CALL, 0);
	is_true(joined(BEGIN, VSYS_CAP_TRUNCATED), "they are of the return");
	mores(VSYS_REC_ENTRY, CALL + 1, 0);
	is_true(joined(BEGIN, VSYS_CAP_TRUNCATED), "of another call");
	mores(VSYS_REC_ENTRY, CALL, 0);
	mores(VSYS_REC_ENTRY, CALL, BEGIN + 2 * PIECE);
	is_true(joined(BEGIN + 2 * PIECE, VSYS_CAP_TRUNCATED), "of what came twice the last counts");
	is_true(joined(BEGIN, VSYS_CAP_TRUNCATED), "none are left");
	vsys_pairing_free(p);
}

/* Machines 2 to 100 have some that nothing follows. */
static void others(void)
{
	uint32_t vm;

	p = vsys_pairing_new(0);
	mores(VSYS_REC_ENTRY, CALL, 0);
	more(VSYS_REC_ENTRY, CALL, BEGIN);
	for (vm = 2; vm < 20; vm++) {
		rec_head(&r)->vm = vm;
		vsys_pairing_feed(p, rec_head(&r), &ev);
	}
	is_true(joined(BEGIN + PIECE, VSYS_CAP_TRUNCATED), "records of other machines in between");
	more(VSYS_REC_ENTRY, CALL, BEGIN);
	for (vm = 2; vm < 100; vm++) {
		rec_head(&r)->vm = vm;
		vsys_pairing_feed(p, rec_head(&r), &ev);
	}
	is_true(joined(BEGIN, VSYS_CAP_TRUNCATED), "too many: the oldest are dropped");
	vsys_pairing_free(p);
}

/* Far more than a call can have: the first is not kept. */
static void endless(void)
{
	int i;

	p = vsys_pairing_new(0);
	more(VSYS_REC_ENTRY, CALL, BEGIN);
	for (i = 0; i < 100; i++)
		more(VSYS_REC_ENTRY, CALL, BEGIN + PIECE);
	is_true(joined(BEGIN, VSYS_CAP_TRUNCATED), "memory is bounded");
	vsys_pairing_free(p);
}

static void malformed(void)
{
	struct vsys_rec_more *m = (void *)r.b;

	p = vsys_pairing_new(0);
	more(VSYS_REC_ENTRY, CALL, BEGIN);
	m->offset = LONG;
	is_true(vsys_record_check(&m->r), "bytes behind the capture");
	m->offset = LONG & ~7u;
	is_true(vsys_record_check(&m->r), "more of them than it has");
	m->offset = BEGIN + 1;
	is_true(vsys_record_check(&m->r), "an odd place");
	vsys_pairing_free(p);
}

int main(void)
{
	size_t i;

	ktap_plan(18);
	for (i = 0; i < LONG; i++)
		data[i] = (unsigned char)(i * 31 + i / 251);
	whole();
	parts();
	others();
	endless();
	malformed();
	is_true(!wrong, "the records are well-formed, and no event");
	return ktap_end();
}
