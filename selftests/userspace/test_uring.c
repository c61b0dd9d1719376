// SPDX-License-Identifier: GPL-2.0
/* What is submitted to io_urings and what has completed; captures that are cut or lies. */
#include <linux/io_uring.h>

#include "ktap.h"
#include "records.h"

enum { ENTER = 426, ENTRIES = 8, SETUP_CQE_MIXED = 1 << 18, SETUP_SQE_MIXED = 1 << 19, ROUNDS = 20000 };

static unsigned char bytes[4096];
static size_t used;
static struct rec entry, ret;
static struct vsys_text json;
static struct vsys_profiles profiles;

static void add(const void *p, size_t n)
{
	memcpy(bytes + used, p, n);
	used += (n + 7) & ~(size_t)7;
}

/* Of a ring with these flags, @count entries. */
static void begin(uint32_t setup, uint32_t count)
{
	struct vsys_uring u = { .setup = setup, .entries = ENTRIES, .count = count };

	memset(bytes, 0, sizeof(bytes));
	used = 0;
	add(&u, sizeof(u));
}

static void add_sqe(uint32_t index, uint32_t parts, const struct io_uring_sqe *s)
{
	struct vsys_sqe e = { .index = index, .parts = parts };

	if (s)
		memcpy(e.entry, s, sizeof(e.entry));
	add(&e, sizeof(e));
}

static void add_part(uint64_t addr, uint64_t len, const char *s)
{
	struct vsys_part part = { .addr = addr, .len = len, .bytes = (uint32_t)strlen(s) };

	add(&part, sizeof(part));
	add(s, part.bytes);
}

static void add_cqe(uint64_t user_data, int res, uint32_t flags)
{
	struct io_uring_cqe c = { .user_data = user_data, .res = res, .flags = flags };

	add(&c, 16);
}

static void records(unsigned int flags, bool completed)
{
	const uint64_t args[] = { 6, 1, 1, 1, 0, 8 };

	rec_entry(&entry, ENTER, 1, 6, args);
	rec_return(&ret, ENTER, 1, 1);
	if (completed)
		rec_cap(&ret, 2, VSYS_CAP_CQES, flags, 0x3000, bytes, used);
	else
		rec_cap(&entry, 1, VSYS_CAP_SQES, flags, 0x2000, bytes, used);
}

/* The entries that are shown: what stands between the brackets, and behind them. */
static void shows(unsigned int flags, bool completed, const char *want, const char *name)
{
	const struct vsys_table *table = vsys_table_find("linux_x86_64");
	char line[4096];

	records(flags, completed);
	snprintf(line, sizeof(line), completed ?
		 "[vm 1 vcpu 0] io_uring_enter(6, to_submit=1, min_complete=1, IORING_ENTER_GETEVENTS, "
		 "NULL, 8) = 1 %s" :
		 "[vm 1 vcpu 0] io_uring_enter(6, to_submit=1 %s, min_complete=1, IORING_ENTER_GETEVENTS, "
		 "NULL, 8) = 1", want);
	is_text(rec_line(table, &entry, &ret), line, name);
}

static const struct io_uring_sqe open_sqe = {
	.opcode = IORING_OP_OPENAT, .fd = -100, .addr = 0x5000, .user_data = 1,
};

static void submissions(void)
{
	struct io_uring_sqe s = open_sqe;

	begin(0, 1);
	add_sqe(3, 1, &open_sqe);
	add_part(0x5000, 5, "/etc/");
	shows(0, false, "[{IORING_OP_OPENAT, AT_FDCWD, \"/etc/\", O_RDONLY, user_data=0x1}]", "a path");
	s.open_flags = 0x40 | 1;
	s.len = 0600;
	s.flags = IOSQE_IO_LINK | IOSQE_ASYNC;
	s.personality = 7;
	begin(0, 3);
	add_sqe(0, 1, &s);
	add_part(0x5000, UINT64_MAX, "/etc/");
	add_sqe(1, 1, &open_sqe);
	add_part(0x5000, UINT64_MAX, "");
	shows(VSYS_CAP_FAULT, false, "[{IORING_OP_OPENAT, AT_FDCWD, \"/etc/\"..., O_WRONLY|O_CREAT, 0600, "
	      "flags=IOSQE_IO_LINK|IOSQE_ASYNC, personality=7, user_data=0x1}, {IORING_OP_OPENAT, AT_FDCWD, "
	      "0x5000<gap>, O_RDONLY, user_data=0x1}, ...]<gap>", "flags; paths that are cut or absent; a third entry");
	begin(0, 3);
	s = (struct io_uring_sqe){ .opcode = IORING_OP_RENAMEAT, .fd = 3, .addr = 0x10, .addr2 = 0x20,
				   .len = (uint32_t)-100 };
	add_sqe(0, 2, &s);
	add_part(0x10, 1, "a");
	add_part(0x20, 1, "b");
	add_sqe(ENTRIES, 0, NULL);
	s = (struct io_uring_sqe){ .opcode = 200, .flags = 1 };
	add_sqe(1, 0, &s);
	shows(VSYS_CAP_TRUNCATED, false, "[{IORING_OP_RENAMEAT, 3, \"a\", AT_FDCWD, \"b\", user_data=0}, "
	      "{index=8}, {0xc8, ..., flags=IOSQE_FIXED_FILE, user_data=0}, ...]",
	      "two paths; an index that is none; an operation that is not known");
	begin(SETUP_SQE_MIXED, 3);
	s = (struct io_uring_sqe){ .opcode = 63, .user_data = 5 };
	add_sqe(0, 0, &s);
	add_sqe(1, 0, &open_sqe);
	add_sqe(2, 0, &open_sqe);
	shows(0, false, "[{IORING_OP_NOP128, user_data=0x5}, {IORING_OP_OPENAT, AT_FDCWD, 0x5000, O_RDONLY, "
	      "user_data=0x1}]", "an entry of two places");
}

static void completions(void)
{
	begin(0, 3);
	add_cqe(1, 5, 0);
	add_cqe(2, -2, IORING_CQE_F_MORE);
	add_cqe(3, -9999, 0);
	shows(0, true, "[{user_data=0x1, res=5}, {user_data=0x2, res=-ENOENT, flags=IORING_CQE_F_MORE}, "
	      "{user_data=0x3, res=-9999}]", "completions");
	begin(IORING_SETUP_CQE32, 2);
	add_cqe(1, 5, 0);
	add_cqe(2, 6, 0);
	add_cqe(3, 7, 0);
	shows(0, true, "[{user_data=0x1, res=5}, ...]", "of 32 bytes; half a one");
	begin(SETUP_CQE_MIXED, 3);
	add_cqe(1, 5, 1 << 15);
	add_cqe(2, 6, 0);
	add_cqe(3, 7, 0);
	shows(0, true, "[{user_data=0x1, res=5, flags=IORING_CQE_F_32}, {user_data=0x3, res=7}]",
	      "of both sizes");
}

static const char *as_json(void)
{
	const struct vsys_table *table = vsys_table_find("linux_x86_64");
	struct vsys_decoder *d = vsys_decoder_new(0);
	struct vsys_call_event ev = { .state = VSYS_STATE_RETURNED };
	struct vsys_decoded c;
	void *e = rec_copy(&entry), *r = rec_copy(&ret);

	ev.entry = e;
	ev.ret = r;
	vsys_text_reset(&json);
	vsys_decoder_call(d, table, &ev, &c);
	vsys_format_call_json(&json, &c, &profiles);
	vsys_decoder_free(d);
	free(e);
	free(r);
	return json.s;
}

/* One call with both, in @entry and @ret. */
static void both(void)
{
	begin(0, 2);
	add_sqe(3, 1, &open_sqe);
	add_part(0x5000, 1, "\"");
	add_sqe(ENTRIES, 0, NULL);
	records(0, false);
	begin(0, 1);
	add_cqe(1, -2, 0);
	rec_cap(&ret, 2, VSYS_CAP_CQES, 0, 0x3000, bytes, used);
}

static const char *polled(bool as_text)
{
	struct vsys_rec_polled *p = (void *)entry.b;

	rec_event(&entry, VSYS_REC_POLLED);
	p->r.size = sizeof(*p);
	p->fd = 6;
	p->setup = IORING_SETUP_SQPOLL;
	vsys_text_reset(&json);
	if (vsys_record_check(&p->r))
		return "a wrong record";
	if (as_text)
		vsys_format_record(&json, &p->r, &profiles);
	else
		vsys_format_record_json(&json, &p->r, &profiles);
	return json.s;
}

static void objects(void)
{
	both();
	is_text(strstr(as_json(), ",\"submissions\""), ",\"submissions\":["
		"{\"index\":3,\"operation\":\"IORING_OP_OPENAT\",\"args\":["
		"{\"name\":\"dfd\",\"value\":\"0xffffff9c\",\"text\":\"AT_FDCWD\"},"
		"{\"name\":\"filename\",\"value\":\"0x5000\",\"text\":\"\\\"\\\\\\\"\\\"\"},"
		"{\"name\":\"flags\",\"value\":\"0x0\",\"text\":\"O_RDONLY\"},"
		"{\"name\":\"mode\",\"value\":\"0x0\",\"text\":\"000\"},"
		"{\"name\":\"file_index\",\"value\":\"0x0\",\"text\":\"0\"}],\"user_data\":\"0x1\"},"
		"{\"index\":8}],\"completions\":[{\"text\":\"-ENOENT\",\"user_data\":\"0x1\","
		"\"res\":\"0xfffffffffffffffe\"}],\"return\":\"seen\",\"result\":\"0x1\",\"text\":\"1 "
		"[{user_data=0x1, res=-ENOENT}]\",\"latency_ns\":\"0x5dc\"}", "as JSON");
	is_text(polled(true), "[vm 1 vcpu 0] --- io_uring 6 is polled by the guest's kernel: what is "
		"submitted to it is not seen ---", "a ring that is polled");
}

/* Any bytes may stand there; the sanitizers are the judges. */
static void random_bytes(void)
{
	uint64_t state = 0x9e3779b97f4a7c15;
	struct io_uring_sqe s = open_sqe;
	unsigned int i, j;
	size_t sum = 0;

	for (i = 0; i < ROUNDS; i++) {
		begin(i % 4 ? 0 : (uint32_t)state, 3);
		for (j = 0; j < 3; j++) {
			s.opcode = (unsigned char)(state >> (8 * j));
			add_sqe(j, 2, &s);
			add_part(0x5000, 6, "/etc/x");
			add_part(0, 9, "y");
		}
		for (j = 0; j < 6; j++) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			if (j < i % 6)
				bytes[state % used] = (unsigned char)(state >> 32);
		}
		used -= state % 5 ? 0 : state % used;
		records((unsigned int)state % 8, state % 7 == 0);
		sum += strlen(as_json());
	}
	is_true(sum > 100 * (size_t)ROUNDS, "random bytes are shown as something");
}

/* With an argument: objects to be compared with the schema. */
int main(int argc, char **argv)
{
	vsys_profiles_add(&profiles, "linux_x86_64");
	if (argc > 1) {
		both();
		puts(as_json());
		puts(polled(false));
		return argv[1][0] == '\0';
	}
	ktap_plan(10);
	submissions();
	completions();
	objects();
	random_bytes();
	vsys_profiles_free(&profiles);
	vsys_text_free(&json);
	return ktap_end();
}
