// SPDX-License-Identifier: GPL-2.0
/* Captures that are too long for one record: nothing is missing, and the record fits. */
#include "../../kmod/more.h"
#include "ktap.h"

enum {
	MEMORY = 1 << 17,
	RECORD = 64 << 10,
	CALL = 4711,
	RETURN = VSYS_REC_RETURN,
	CAPTURES = VSYS_ARGS_MAX,
	ROUNDS = 2000,
};

static u8 memory[MEMORY + 1], buf[VSYS_CAPTURE_WIDE];
static struct vsys_session wide = { { VSYS_CAPTURE_LONG } }, old = { { VSYS_CAPTURE_MAX } };
static struct vsys_tap taps[TAPS] = { { &wide }, { &old } };
static struct vsys_mem mem;
static struct vsys_call call = { .id = CALL, .nr = 1, .abi = 1, .door = 3, .sessions = 3 };
static struct vsys_vcpu vcpu = { { &taps[0], &taps[1] }, {
	.mem = &mem, .limit = VSYS_CAPTURE_LONG, .size = sizeof(buf), .buf = buf,
} };
static struct vsys_capture_ctx *const c = &vcpu.capture;

/* What a reader joins: the bytes of each capture that have come in records. */
static struct {
	u8 bytes[CAPTURES][VSYS_CAPTURE_LONG];
	u32 first[CAPTURES], end[CAPTURES], len[CAPTURES];
	bool wrong;
} got;
static u64 space[RECORD / sizeof(u64)];

u64 vsys_clock_now(void)
{
	return 1;
}

/* The guest's memory begins at 1: 0 is NULL. */
u32 vsys_mem_read(struct vsys_mem *m, u64 gva, void *dst, u32 len)
{
	memcpy(dst, memory + gva, len);
	return len;
}

u32 vsys_mem_string(struct vsys_mem *m, u64 gva, void *dst, u32 len, u32 unit, bool *ended)
{
	u32 n = strnlen((const char *)memory + gva, len);

	*ended = n < len;
	return vsys_mem_read(m, gva, dst, n);
}

void *vsys_record_begin(struct vsys_tap *tap, u16 type, u16 flags, u32 size, u32 nr, u64 now)
{
	struct vsys_record *r = (void *)space;

	memset(space, 0xa5, sizeof(space));
	got.wrong |= type != VSYS_REC_MORE || size > RECORD || size % 8 || nr != call.nr;
	r->size = size;
	r->type = type;
	return tap->full ? NULL : r;
}

void vsys_record_end(struct vsys_tap *tap, u32 size)
{
	const struct vsys_rec_more *m = (void *)space;
	u32 n = m->r.size - sizeof(*m), i = m->capture;

	tap->records++;
	if (m->call != CALL || m->of != RETURN || i >= CAPTURES || m->reserved ||
	    m->offset % 8 || m->offset >= m->len || size != m->r.size) {
		got.wrong = true;
		return;
	}
	n = n < m->len - m->offset ? n : m->len - m->offset;
	if (!got.end[i])
		got.first[i] = got.end[i] = m->offset;
	got.wrong |= got.end[i] != m->offset || m->r.abi != call.abi || m->r.door != call.door;
	memcpy(got.bytes[i] + m->offset, m + 1, n);
	got.end[i] = m->offset + n;
	got.len[i] = m->len;
}

static void begin(void)
{
	static u64 args[VSYS_ARGS_MAX];
	u32 i;

	memset(&got, 0, sizeof(got));
	for (i = 0; i < TAPS; i++)
		taps[i].records = 0;
	vsys_capture_begin(c, args);
}

static struct vsys_capture *nth(u32 n)
{
	struct vsys_capture *cap = (void *)buf;

	while (n--)
		cap = (void *)(cap + 1) + ALIGN(cap->len, 8);
	return cap;
}

/* Are the begin in the record and the rest in others all of @bytes at @addr? */
static bool whole(u32 n, u64 addr, u32 bytes)
{
	const struct vsys_capture *cap = nth(n);

	if (!got.end[n])
		return cap->len == bytes && !(cap->flags & VSYS_CAP_TRUNCATED) &&
		       !memcmp(cap + 1, memory + addr, bytes);
	return got.len[n] == bytes && got.end[n] == bytes && got.first[n] == cap->len &&
	       cap->flags & VSYS_CAP_TRUNCATED && cap->addr == addr &&
	       !memcmp(cap + 1, memory + addr, cap->len) &&
	       !memcmp(got.bytes[n] + cap->len, memory + addr + cap->len, bytes - cap->len);
}

static void one(void)
{
	begin();
	vsys_cap_bytes(c, 1, 1, 40000);
	vsys_record_more(&vcpu, &call, RETURN);
	ok(whole(0, 1, 40000) && !taps[0].records, "what one record has room for is not split");
	begin();
	vsys_cap_bytes(c, 1, 9, VSYS_CAPTURE_LONG);
	vsys_cap_bytes(c, 2, 77, 301);
	vsys_record_more(&vcpu, &call, RETURN);
	ok(whole(0, 9, VSYS_CAPTURE_LONG) && whole(1, 77, 301) && !got.wrong, "64 KiB are split and whole");
	ok(taps[0].records > 1 && !taps[1].records, "a session that wants 4096 bytes sees no such record");
	ok(nth(0)->len >= VSYS_CAPTURE_MAX && nth(1)->len == 301, "the record keeps what it always has");
	begin();
	vsys_cap_bytes(c, 1, 9, VSYS_CAPTURE_LONG + 1);
	vsys_record_more(&vcpu, &call, RETURN);
	ok(got.end[0] == VSYS_CAPTURE_LONG && ((struct vsys_rec_more *)space)->flags == VSYS_CAP_TRUNCATED,
	   "the rest tells that there was more than the limit");
	begin();
	taps[0].full = true;
	vsys_cap_bytes(c, 1, 9, VSYS_CAPTURE_LONG);
	vsys_record_more(&vcpu, &call, RETURN);
	taps[0].full = false;
	ok(!taps[0].records && nth(0)->flags & VSYS_CAP_TRUNCATED, "a lost rest leaves a mark");
}

static u32 random_to(u32 most)
{
	static u64 state = 0x9e3779b97f4a7c15;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 8) % most;
}

static void many(void)
{
	u32 i, n, round, bytes[CAPTURES], at[CAPTURES], split = 0, bad = 0;

	for (round = 0; round < ROUNDS; round++) {
		begin();
		n = 1 + random_to(CAPTURES);
		for (i = 0; i < n; i++) {
			at[i] = 1 + random_to(MEMORY / 4);
			bytes[i] = random_to(random_to(4) ? 6000 : VSYS_CAPTURE_LONG);
			vsys_cap_bytes(c, i, at[i], bytes[i]);
			bytes[i] = nth(i)->len;	/* late ones may have less room */
			nth(i)->flags = 0;
		}
		split += c->len > VSYS_CAPTURE_BUF;
		vsys_record_more(&vcpu, &call, RETURN);
		bad += c->len > VSYS_CAPTURE_BUF || got.wrong;
		for (i = 0; i < n; i++)
			bad += !whole(i, at[i], bytes[i]);
		bad += (u8 *)nth(n) != buf + c->len;
	}
	ok(split > ROUNDS / 10 && !bad, "any captures are whole, and their record fits");
}

int main(void)
{
	u32 i;

	for (i = 1; i < sizeof(memory); i++)
		memory[i] = 1 + random_to(255);
	one();
	many();
	return ktap_end();
}
