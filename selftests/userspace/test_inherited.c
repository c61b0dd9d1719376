// SPDX-License-Identifier: GPL-2.0
/* Descriptors that processes get from others: from their parents, and in messages. */
#include "handle_calls.h"

/* Ids of children are used again. */
static void children(void)
{
	caller(70, 1, 0x70000);
	path_call(OPEN, 0, "/first", 0, 0, 3);
	begin(FORK, 0, 0, 0, 0, NULL);
	started();
	caller(71, 70, 0x71000);
	task.start = 1;
	is_text(reads(3), "read(3</first>, NULL, 0) = 0", "a child calls before fork returns");
	caller(70, 1, 0x70000);
	task.start = 0;
	end(71, 0, NULL, 0);
	call(CLOSE, 3, 0, 0, 0);
	/* This one makes no call. */
	call(FORK, 0, 0, 0, 71);
	path_call(OPEN, 0, "/second", 0, 0, 4);
	call(FORK, 0, 0, 0, 71);
	caller(71, 70, 0x71000);
	task.start = 2;
	is_text(reads(4), "read(4</second>, NULL, 0) = 0", "the third child with this id");
	is_text(reads(3), "read(3, NULL, 0) = 0", "and nothing of the first one");
	task.start = 0;
	note(71, 3, 0, "/third");
	is_text(reads(3), "read(3</third>, NULL, 0) = 0", "what was closed before the fork is not in the way of a report");
}

/* A message with one descriptor, as a capture. */
static size_t message(unsigned char *b, int32_t fd)
{
	struct vsys_msg m = { .control = 0x3000, .control_len = 24, .control_bytes = 24 };
	const struct { uint64_t len; int32_t level, type, fd, pad; } control = { 20, 1, 1, fd, 0 };

	memcpy(b, &m, sizeof(m));
	memcpy(b + sizeof(m), &control, sizeof(control));
	return sizeof(m) + sizeof(control);
}

static void sends(int socket, int32_t fd)
{
	unsigned char b[128];
	size_t n = message(b, fd);

	begin(SENDMSG, (uint64_t)socket, 0x2000, 0, 0, NULL);
	rec_cap(&entry, 1, VSYS_CAP_MESSAGES, 0, 0x2000, b, n);
	started();
}

static void receives(int socket, int32_t fd)
{
	unsigned char b[128];
	size_t n = message(b, fd);
	struct rec own = entry;		/* that of a sender who has not returned */
	struct vsys_call_event ev = {
		.state = VSYS_STATE_RETURNED, .entry = (void *)entry.b, .ret = (void *)ret.b, .task = by(),
	};

	begin(RECVMSG, (uint64_t)socket, 0x2000, 0, 0, NULL);
	started();
	rec_return(&ret, RECVMSG, calls, 1);
	rec_cap(&ret, 1, VSYS_CAP_MESSAGES, 0, 0x2000, b, n);
	vsys_handles_call(h, table, &ev);
	vsys_handles_done(h);
	entry = own;
}

static void rights(void)
{
	const int32_t pair[2] = { 6, 7 };

	caller(110, 1, 0xb0000);
	path_call(OPEN, 0, "/first", 0, 0, 4);
	path_call(OPEN, 0, "/second", 0, 0, 5);
	begin(SOCKETPAIR, 1, 1, 0, 0, NULL);
	started();
	end(0, 3, pair, sizeof(pair));
	call(FORK, 0, 0, 0, 111);
	call(CLOSE, 7, 0, 0, 0);
	sends(6, 4);
	caller(111, 110, 0xb1000);
	receives(7, 9);
	is_text(reads(9), "read(9</first>, NULL, 0) = 0", "received before sendmsg returns");
	caller(110, 1, 0xb0000);
	sends(6, 4);
	end((uint64_t)-11, 0, NULL, 0);
	sends(6, 5);
	end(1, 0, NULL, 0);
	caller(111, 110, 0xb1000);
	receives(7, 9);
	is_text(reads(9), "read(9</second>, NULL, 0) = 0", "what was not sent is not received");
	receives(7, 9);
	is_text(reads(9), "read(9, NULL, 0) = 0", "one whose sender is not known");
	sends(7, 4);
	end(1, 0, NULL, 0);
	receives(7, 10);
	is_text(reads(10), "read(10, NULL, 0) = 0", "it does not come back by the same socket");
}

int main(void)
{
	ktap_plan(8);
	h = vsys_handles_new();
	d = vsys_decoder_new(0);
	table = vsys_table_find("linux_x86_64");
	vsys_decoder_handles(d, h, VSYS_HANDLE_NAME, true);
	children();
	rights();
	vsys_decoder_free(d);
	vsys_handles_free(h);
	return ktap_end();
}
