// SPDX-License-Identifier: GPL-2.0
/* Messages and iovecs are written by part; no part becomes another's head. */
#include "ktap.h"
#include "decode/decode.h"

enum { ROOM = 8192, SHOWN = 3 };

static unsigned char bytes[ROOM];
static size_t used;

static void add(const void *p, size_t n)
{
	memcpy(bytes + used, p, n);
	used += (n + 7) & ~(size_t)7;
}

static void add_parts(unsigned int n, const char *s)
{
	struct vsys_part part = { .addr = 0x1000, .len = 8, .bytes = (uint32_t)strlen(s) };

	while (n--) {
		add(&part, sizeof(part));
		add(s, strlen(s));
	}
}

static void add_message(unsigned int parts, const char *s)
{
	struct vsys_msg m = { .iov = 0x2000, .iov_len = parts, .parts = parts };

	add(&m, sizeof(m));
	add_parts(parts, s);
}

/* In memory of its own size, so that a read beyond it is noticed. */
static void is_shown(unsigned int cls, bool more, const char *want, const char *name)
{
	const struct vsys_type type = { .name = "message", .cls = (uint8_t)cls };
	struct vsys_bytes b = { .bits = 64, .elements = SHOWN, .limit = 256, .n = used };
	unsigned char *exact = malloc(used ? used : 1);
	struct vsys_text t = { 0 };

	memcpy(exact, bytes, used);
	b.p = exact;
	if (cls == VSYS_CL_IOVEC)
		vsys_put_parts(&t, &b, more);
	else
		vsys_put_messages(&t, &type, &b, more);
	is_text(t.s, want, name);
	vsys_text_free(&t);
	free(exact);
	memset(bytes, 0, sizeof(bytes));
	used = 0;
}

#define PART	"{iov_base=\"ab\", iov_len=8}"
#define HEAD	"{msg_name=NULL, msg_namelen=0, msg_iov="
#define TAIL(n)	", msg_iovlen=" n ", msg_controllen=0, msg_flags=0}"

int main(void)
{
	ktap_plan(6);
	add_parts(2, "ab");
	is_shown(VSYS_CL_IOVEC, false, "[" PART ", " PART "]", "parts");
	add_parts(1, "");
	is_shown(VSYS_CL_IOVEC, true, "[{iov_base=0x1000, iov_len=8}, ...]", "absent memory");
	add_parts(5, "ab");
	is_shown(VSYS_CL_IOVEC, false, "[" PART ", " PART ", " PART ", ...]", "not all are shown");
	add_message(5, "ab");
	add_message(1, "ab");
	is_shown(VSYS_CL_MMSGHDR, false,
		 "[{msg_hdr=" HEAD "[" PART ", " PART ", " PART ", ...]" TAIL("5") "}, "
		 "{msg_hdr=" HEAD "[" PART "]" TAIL("1") "}]", "a message behind parts that are not shown");
	add_message(0, "");
	is_shown(VSYS_CL_MSGHDR, false, HEAD "[]" TAIL("0"), "no parts");
	used = 20;
	is_shown(VSYS_CL_MSGHDR, false, "{...}", "half a message");
	return ktap_end();
}
