// SPDX-License-Identifier: GPL-2.0
/* Rings of a guest's programs: what is learnt, what is captured of rings that tell lies. */
#include <linux/io_uring.h>

#include "../../kmod/uring.h"
#include "ktap.h"

enum {
	BASE = 0x10000,		/* of the guest's memory */
	ROOM = 0x10000,
	RING = BASE,		/* where it maps the ring, and the entries */
	SQES = BASE + 0x4000,
	PARAMS = BASE + 0x8000,
	PATHS = BASE + 0x9000,
	SPACE = 0x5000,
	FD = 6,
	ENTRIES = 8,
	HEAD = 0, TAIL = 4, CQ_TAIL = 8, ARRAY = 64, CQES = 128,	/* offsets in the ring */
	OPENAT = 18, WRITE = 23,
	BIG = 4096,
	PART = sizeof(struct vsys_part),
	ROUNDS = 20000,
};

static u8 memory[ROOM];
static struct vsys_vm vm;
static struct vsys_vcpu vcpu = { .vm = &vm };
static struct vsys_call call = { .key = { SPACE }, .id = 100, .sessions = 1 };
static u8 captures[VSYS_CAPTURE_BUF];
static struct vsys_capture_ctx ctx = { .mem = &vcpu.mem, .args = call.args, .limit = 32,
	.size = sizeof(captures), .buf = captures };
static unsigned int polled;

u32 vsys_mem_read(struct vsys_mem *m, u64 gva, void *dst, u32 len)
{
	u32 n = 0;

	for (; n < len && gva + n - BASE < ROOM; n++)
		((u8 *)dst)[n] = memory[gva + n - BASE];
	return n;
}

u32 vsys_mem_string(struct vsys_mem *m, u64 gva, void *dst, u32 len, u32 unit, bool *ended)
{
	u32 n = vsys_mem_read(m, gva, dst, len), i = strnlen(dst, n);

	*ended = i < n;
	return i;
}

/* As the generated one. */
void vsys_sqe_memory(struct vsys_sqe_ctx *s)
{
	if (s->sqe->entry[0] == OPENAT)
		vsys_sqe_str(s, 16);
	if (s->sqe->entry[0] == WRITE)
		vsys_sqe_buf(s, 16, vsys_sqe_number(s, 24, 4));
}

void vsys_record_polled(struct vsys_vcpu *v, const struct vsys_call *c, u32 fd, u32 setup)
{
	polled++;
}

static void put(u64 addr, u32 value)
{
	memcpy(memory + addr - BASE, &value, sizeof(value));
}

static void begin(u64 result)
{
	call.id++;
	vsys_capture_begin(&ctx, call.args);
	ctx.ret = result;
}

static void arg(unsigned int i, u64 value)
{
	call.args[i] = value;
}

static void setup_as(u32 fd, u32 setup, u32 entries)
{
	struct io_uring_params p = {
		.sq_entries = entries, .cq_entries = 2 * entries, .flags = setup, .features = 1,
		.sq_off = { .head = HEAD, .tail = TAIL, .array = ARRAY },
		.cq_off = { .tail = CQ_TAIL, .cqes = CQES },
	};

	memcpy(memory + PARAMS - BASE, &p, sizeof(p));
	begin(fd);
	arg(1, PARAMS);
	vsys_rings_io_uring_setup(&ctx);
}

static void map(u32 fd, u64 offset, u64 addr)
{
	begin(addr);
	arg(4, fd);
	arg(5, offset);
	vsys_rings_mmap(&ctx);
}

/* A new table and a ring in it. */
static void ring(u32 setup)
{
	memset(memory, 0, sizeof(memory));
	vsys_urings_free(vm.urings);
	vm.urings = vsys_urings_alloc(0);
	setup_as(FD, setup, ENTRIES);
	map(FD, 0, RING);
	map(FD, 0x10000000, SQES);
}

static void submit(u32 pos, u32 index, u8 op, u64 addr, u32 len)
{
	struct io_uring_sqe s = { .opcode = op, .addr = addr, .len = len };

	put(RING + ARRAY + 4 * (pos % ENTRIES), index);
	memcpy(memory + SQES - BASE + 64 * index, &s, sizeof(s));
	put(RING + TAIL, pos + 1);
}

/* The capture of a call's entry, or NULL. */
static const struct vsys_capture *enter(u64 fd, u64 count, u64 flags)
{
	begin(0);
	arg(0, fd);
	arg(1, count);
	arg(3, flags);
	vsys_cap_sqes(&ctx, 1);
	return ctx.count ? (void *)captures : NULL;
}

static const struct vsys_capture *leave(u64 result)
{
	vsys_capture_begin(&ctx, call.args);
	ctx.ret = result;
	vsys_rings_io_uring_enter(&ctx);
	return ctx.count ? (void *)captures : NULL;
}

static const struct vsys_uring *head_of(const struct vsys_capture *c)
{
	return (const void *)(c + 1);
}

static const struct vsys_sqe *first_of(const struct vsys_capture *c)
{
	return (const void *)(head_of(c) + 1);
}

static u32 bytes_of(u32 sqes, u32 more)
{
	return sizeof(struct vsys_uring) + sqes * sizeof(struct vsys_sqe) + more;
}

static void learnt(void)
{
	const struct vsys_capture *c;
	u32 fd;

	ring(0);
	ok(!enter(FD + 1, 1, 0), "another descriptor is no ring");
	submit(0, 0, OPENAT, PATHS, 0);
	ok(!!enter(FD + 1, 1, 0), "unless it is a copy: there are entries to submit");
	for (fd = 20; fd < 60; fd++) {
		setup_as(fd, IORING_SETUP_SQPOLL, ENTRIES);
		map(fd, 0, RING);
	}
	ok(!!enter(FD + 1, 1, 0), "of a ring that calls submit");
	ring(0);
	polled = 0;
	call.key.space += 0x1000;
	ok(!enter(FD, 1, 0), "nor is one of another address space");
	call.key.space -= 0x1000;
	submit(0, 3, OPENAT, PATHS, 0);
	strcpy((char *)memory + PATHS - BASE, "/etc/shadow");
	c = enter(FD, 1, 0);
	ok(c && c->kind == VSYS_CAP_SQES && c->len == bytes_of(1, PART + 16) && head_of(c)->count == 1 &&
	   first_of(c)->index == 3 && first_of(c)->parts == 1 &&
	   !memcmp((u8 *)(first_of(c) + 1) + PART, "/etc/shadow\0\0\0\0", 16),
	   "an entry and its path");
	leave(1);
	ok(!enter(FD, 1, 0) || !head_of((void *)captures)->count, "it is submitted once");
	setup_as(FD, 0, ENTRIES);
	ok(!enter(FD, 1, 0), "a new ring with that descriptor is not mapped");
	ring(0);
	vsys_urings_forget(vm.urings, SPACE);
	ok(!enter(FD, 1, 0), "the rings of a space that was left are forgotten");
	ring(IORING_SETUP_SQPOLL);
	submit(0, 0, OPENAT, PATHS, 0);
	ok(polled == 1 && !enter(FD, 1, 0), "a ring that the kernel polls is told of, once");
	setup_as(FD, 0, 3);
	map(FD, 0, RING);
	ok(!enter(FD, 1, 0) || head_of((void *)captures)->entries == ENTRIES, "a size that is none is not learnt");
}

static void add_completion(u32 pos, u64 user_data)
{
	memcpy(memory + RING - BASE + CQES + 16 * (pos % (2 * ENTRIES)), &user_data, sizeof(user_data));
	put(RING + CQ_TAIL, pos + 1);
}

static void registered(void)
{
	struct io_uring_rsrc_update u = { .offset = 2, .data = FD };
	const struct vsys_capture *c;

	ring(0);
	submit(0, 0, OPENAT, PATHS, 0);
	memcpy(memory + PARAMS - BASE, &u, sizeof(u));
	begin(1);
	arg(0, FD);
	arg(1, 20);
	arg(2, PARAMS);
	vsys_rings_io_uring_register(&ctx);
	add_completion(0, 5);
	enter(2, 0, 0);
	ok(!leave(0), "an index is no descriptor");
	c = enter(2, 1, 1 << 4);
	ok(c && head_of(c)->count == 1, "an index that was registered");
	call.key.task = 7;
	enter(2, 0, 1 << 4);
	ok(!leave(0), "another thread has indices of its own");
	call.key.task = 0;
}

static void lies(void)
{
	const struct vsys_capture *c;
	u32 i;

	ring(0);
	submit(0, 0, OPENAT, PATHS, 0);
	put(RING + HEAD, 1);
	c = enter(FD, 1, 0);
	ok(c && head_of(c)->count == 1, "a head that the program has written hides nothing");
	put(RING + TAIL, 0x7fffffff);
	c = enter(FD, 0xffffffff, 0);
	ok(c && head_of(c)->count == ENTRIES, "no queue has more entries than that");
	ring(0);
	submit(0, 0, OPENAT, PATHS, 0);
	put(RING + ARRAY, 0x80000000);
	c = enter(FD, 1, 0);
	ok(c && !head_of(c)->count && first_of(c)->index == 0x80000000 && c->len == bytes_of(1, 0),
	   "an index that is none is no entry");
	submit(1, 1, OPENAT, PATHS, 0);
	c = enter(FD, 1, 0);
	ok(c && head_of(c)->count == 1 && first_of(c)->index == 0x80000000 && !first_of(c)->parts &&
	   c->len > bytes_of(2, 0), "an index that is none is shown with the next entry");
	ring(0);
	submit(0, 0, OPENAT, PATHS, 0);
	submit(1, 1, OPENAT, PATHS, 0);
	enter(FD, 2, 0);
	put(RING + HEAD, 100);
	leave(1);
	c = enter(FD, 1, 0);
	ok(c && head_of(c)->first == 1, "a head out of range moves no more than the result");
	map(FD, 0x10000000, 0);
	ok(!enter(FD, 1, 0), "entries at NULL are not read");
	map(FD, 0x10000000, BASE + ROOM);
	c = enter(FD, 1, 0);
	ok(c && c->flags & VSYS_CAP_FAULT && c->len == bytes_of(0, 0) && ctx.gap, "absent entries are a gap");
	map(FD, 0, 0xffffffffffffff00);
	c = enter(FD, 1, 0);
	ok(c && c->flags & VSYS_CAP_FAULT, "so is an absent ring");
	ring(0);
	for (i = 0; i < ENTRIES; i++)
		submit(i, i, WRITE, BASE, 0xffffffff);
	ctx.limit = BIG;
	c = enter(FD, ENTRIES, 0);
	ok(c && c->flags & VSYS_CAP_TRUNCATED && c->len == bytes_of(ENTRIES, ENTRIES * (PART + BIG)),
	   "each has as much memory as an argument");
	ctx.limit = 32;
}

static void completed(void)
{
	const struct vsys_capture *c;
	u64 id;

	ring(0);
	add_completion(0, 5);
	enter(FD, 0, 0);
	add_completion(1, 6);
	c = leave(0);
	ok(c && c->kind == VSYS_CAP_CQES && c->arg == 2 && c->len == 16 + 2 * 16 && head_of(c)->count == 2,
	   "what has completed since the ring was set up");
	c = leave(0);
	ok(c && head_of(c)->count == 2, "a return that is retried tells it again");
	enter(FD, 0, 0);
	ok(!leave(0), "the next does not");
	put(RING + CQ_TAIL, 1000);
	c = leave(0);
	ok(c && head_of(c)->count == 2 * ENTRIES && head_of(c)->first == 1000 - 2 * ENTRIES,
	   "no queue has more completions");
	put(RING + CQ_TAIL, 3);
	enter(FD, 0, 0);
	vcpu.mem.atomic = vcpu.mem.absent = true;
	ok(!leave(0), "with interrupts off nothing is done by half");
	vcpu.mem.atomic = vcpu.mem.absent = false;
	id = call.id;
	c = leave(0);
	ok(c && call.id == id && head_of(c)->count, "but again where sleeping is allowed");
}

/* The table keeps the newest. */
static void flood(void)
{
	struct vsys_queues q;
	u32 fd, known = 0;

	ring(0);
	for (fd = 100; fd < 2000; fd++) {
		setup_as(fd, 0, ENTRIES);
		map(fd, 0, RING);
		map(fd, 0x10000000, SQES);
	}
	for (fd = 100; fd < 2000; fd++)
		known += vsys_urings_find(vm.urings, &(struct vsys_uring_key){ SPACE, 0, fd }, &q);
	ok(known <= VSYS_URING_SETS * VSYS_URING_WAYS && known > VSYS_URING_SETS, "the table does not grow");
	ok(q.key.fd == 1999, "the newest ring is known");
}

static void random_rings(void)
{
	u64 state = 0x9e3779b97f4a7c15;
	u32 i, most = 0;

	for (i = 0; i < ROUNDS; i++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		if (i % 16 == 0)
			ring((u32)state & ~IORING_SETUP_SQPOLL);
		memcpy(memory + state % (ROOM - 8), &state, sizeof(state));
		put(RING + (state >> 16) % 64, (u32)(state >> 8));
		memory[SQES - BASE + 64 * (i % ENTRIES)] = i % 2 ? WRITE : OPENAT;
		enter(FD, state >> 40, 0);
		most = ctx.len > most ? ctx.len : most;
		leave(state % 10);
		most = ctx.len > most ? ctx.len : most;
	}
	ok(most > 100 && most <= VSYS_CAPTURE_BUF, "random rings fit into a record");
}

int main(void)
{
	learnt();
	registered();
	lies();
	completed();
	flood();
	random_rings();
	vsys_urings_free(vm.urings);
	return ktap_end();
}
