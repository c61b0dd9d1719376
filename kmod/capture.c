// SPDX-License-Identifier: GPL-2.0
/*
 * Capture the memory that arguments point to.  Guest memory is hostile: read it once,
 * up to a limit, and mark absent parts instead of guessing.
 */
#include <linux/align.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "capture.h"
#include "guestmem.h"

struct vsys_capture *vsys_cap_begin(struct vsys_capture_ctx *c, unsigned int arg, u8 kind,
				    u64 addr)
{
	struct vsys_capture *cap = (void *)c->buf + c->len;

	c->most = vsys_capture_room(c->size, c->len, c->count);
	c->room = min(c->limit, c->most);
	cap->len = 0;
	cap->arg = arg;
	cap->kind = kind;
	cap->flags = c->late ? VSYS_CAP_LATE : 0;
	cap->addr = addr;
	return cap;
}

void vsys_cap_end(struct vsys_capture_ctx *c, struct vsys_capture *cap)
{
	u32 size = sizeof(*cap) + cap->len, rest = size % sizeof(u64);

	/* The padding goes to user space too. */
	if (rest)
		*(u64 *)((void *)cap + size - rest) &= BIT_ULL(8 * rest) - 1;
	c->len += ALIGN(size, 8);
	c->count++;
	if (cap->flags & VSYS_CAP_FAULT)
		c->gap = true;
}

u16 vsys_cap_missing(const struct vsys_capture_ctx *c)
{
	return c->mem->spent ? VSYS_CAP_TRUNCATED : VSYS_CAP_FAULT;
}

bool vsys_cap_add(struct vsys_capture_ctx *c, struct vsys_capture *cap, u64 addr, u64 bytes)
{
	u32 n = min_t(u64, bytes, c->room - cap->len);
	u32 got = vsys_mem_read(c->mem, addr, (void *)(cap + 1) + cap->len, n);

	cap->len += got;
	if (got < n)
		cap->flags |= vsys_cap_missing(c);
	else if (n < bytes)
		cap->flags |= VSYS_CAP_TRUNCATED;
	return !(cap->flags & (VSYS_CAP_FAULT | VSYS_CAP_TRUNCATED));
}

bool vsys_cap_add_string(struct vsys_capture_ctx *c, struct vsys_capture *cap, u64 addr, u32 unit)
{
	u32 room = round_down(c->room - cap->len, unit), got;
	bool ended;

	got = vsys_mem_string(c->mem, addr, (void *)(cap + 1) + cap->len, room, unit, &ended);
	cap->len += got;
	if (!ended)
		cap->flags |= got < room ? vsys_cap_missing(c) : VSYS_CAP_TRUNCATED;
	return ended;
}

/* Read a number of @size bytes at @offset from argument @arg; 0 if it is absent. */
u64 vsys_cap_mem(struct vsys_capture_ctx *c, unsigned int arg, u32 offset,
		 u32 size)
{
	u64 val = 0;

	if (vsys_mem_read(c->mem, c->args[arg] + offset, &val, size) == size)
		return val;
	c->gap |= !!c->args[arg];
	return 0;
}

/* Capture @bytes bytes at @addr, where argument @arg leads; that there are none is a capture, too. */
void vsys_cap_bytes(struct vsys_capture_ctx *c, unsigned int arg, u64 addr, u64 bytes)
{
	struct vsys_capture *cap;

	if (!addr)
		return;
	cap = vsys_cap_begin(c, arg, VSYS_CAP_BYTES, addr);
	vsys_cap_add(c, cap, addr, bytes);
	vsys_cap_end(c, cap);
}

/* Capture @bytes bytes at argument @arg. */
void vsys_cap_buf(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes)
{
	c->base = c->len;
	vsys_cap_bytes(c, arg, c->args[arg], bytes);
}

static void string(struct vsys_capture_ctx *c, unsigned int arg, u64 addr, u8 kind, u32 unit)
{
	struct vsys_capture *cap;

	if (!addr)
		return;
	cap = vsys_cap_begin(c, arg, kind, addr);
	vsys_cap_add_string(c, cap, addr, unit);
	vsys_cap_end(c, cap);
}

/*
 * The number of @size bytes at @offset of the structure that vsys_cap_buf() has just captured,
 * which is not read again; 0 if it is not there.
 */
u64 vsys_cap_member(struct vsys_capture_ctx *c, u32 offset, u32 size)
{
	const struct vsys_capture *cap = (void *)c->buf + c->base;

	return offset + size <= cap->len ? vsys_cap_number((u8 *)(cap + 1) + offset, size) : 0;
}

/* Capture @bytes bytes at the address in a member of the structure at argument @arg. */
void vsys_cap_member_buf(struct vsys_capture_ctx *c, unsigned int arg, u32 offset, u32 size,
			 u64 bytes)
{
	if (c->args[arg])
		vsys_cap_bytes(c, arg, vsys_cap_member(c, offset, size), bytes);
}

/* Capture the string at the address in a member of the structure at argument @arg. */
void vsys_cap_member_str(struct vsys_capture_ctx *c, unsigned int arg, u32 offset, u32 size)
{
	if (c->args[arg])
		string(c, arg, vsys_cap_member(c, offset, size), VSYS_CAP_STRING, 1);
}

/* Capture the string at argument @arg. */
void vsys_cap_str(struct vsys_capture_ctx *c, unsigned int arg)
{
	string(c, arg, c->args[arg], VSYS_CAP_STRING, 1);
}

/* Capture the UTF-16 string at argument @arg. */
void vsys_cap_wstr(struct vsys_capture_ctx *c, unsigned int arg)
{
	string(c, arg, c->args[arg], VSYS_CAP_WSTRING, 2);
}

/* Capture the strings of the NULL-ended vector at argument @arg. */
void vsys_cap_strv(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	struct vsys_capture *cap;
	u64 at = c->args[arg], str;

	if (!at)
		return;
	cap = vsys_cap_begin(c, arg, VSYS_CAP_STRINGS, at);
	for (;; at += word) {
		str = 0;
		if (vsys_mem_read(c->mem, at, &str, word) != word) {
			cap->flags |= vsys_cap_missing(c);
			break;
		}
		if (!str)
			break;
		if (!c->elements) {
			cap->flags |= VSYS_CAP_TRUNCATED;
			break;
		}
		c->elements--;
		if (!vsys_cap_add_string(c, cap, str, 1))
			break;
		if (cap->len == c->room) {
			cap->flags |= VSYS_CAP_TRUNCATED;
			break;
		}
		((u8 *)(cap + 1))[cap->len++] = 0;
	}
	vsys_cap_end(c, cap);
}

/* Capture the @count structures of @size bytes to which the vector at @arg points. */
void vsys_cap_structv(struct vsys_capture_ctx *c, unsigned int arg, u64 count, u32 size,
		      u32 word)
{
	struct vsys_capture *cap;
	u64 at = c->args[arg], addr;

	if (!at)
		return;
	cap = vsys_cap_begin(c, arg, VSYS_CAP_BYTES, at);
	for (; count; count--, at += word) {
		if (!c->elements) {
			cap->flags |= VSYS_CAP_TRUNCATED;
			break;
		}
		c->elements--;
		addr = 0;
		if (vsys_mem_read(c->mem, at, &addr, word) != word) {
			cap->flags |= vsys_cap_missing(c);
			break;
		}
		if (!vsys_cap_add(c, cap, addr, size))
			break;
	}
	vsys_cap_end(c, cap);
}

/* Capture the program of the sock_fprog at argument @arg: a length, a pointer. */
void vsys_cap_fprog(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	enum { INSN = 8 };
	struct vsys_capture *cap;
	u8 raw[2 * sizeof(u64)];
	u64 addr = c->args[arg];

	if (!addr)
		return;
	cap = vsys_cap_begin(c, arg, VSYS_CAP_BYTES, addr);
	if (vsys_mem_read(c->mem, addr, raw, 2 * word) == 2 * word) {
		cap->addr = vsys_cap_number(raw + word, word);
		vsys_cap_add(c, cap, cap->addr, vsys_cap_number(raw, sizeof(u16)) * INSN);
	} else {
		cap->flags |= vsys_cap_missing(c);
	}
	vsys_cap_end(c, cap);
}

void *vsys_cap_add_head(struct vsys_capture_ctx *c, struct vsys_capture *cap, u32 bytes)
{
	void *head = (void *)(cap + 1) + cap->len;

	if (c->most - cap->len < bytes) {
		cap->flags |= VSYS_CAP_TRUNCATED;
		return NULL;
	}
	memset(head, 0, bytes);
	cap->len += bytes;
	c->room = min(c->room + bytes, c->most);
	return head;
}

bool vsys_cap_add_padded(struct vsys_capture_ctx *c, struct vsys_capture *cap, u64 addr,
			 u64 bytes, u32 *got)
{
	u32 before = cap->len;
	bool more = vsys_cap_add(c, cap, addr, bytes);

	*got = cap->len - before;
	return vsys_cap_add_head(c, cap, ALIGN(cap->len, 8) - cap->len) && more;
}

u32 vsys_cap_add_parts(struct vsys_capture_ctx *c, struct vsys_capture *cap, u64 at, u64 count,
		       u64 bytes, enum vsys_cap_vector vector, u32 word)
{
	u32 base = vector == VSYS_CAP_WSABUF ? word : 0;
	u8 raw[2 * sizeof(u64)];
	struct vsys_part *part;
	bool more = true;
	u32 n = 0;

	for (; more && n < count; at += 2 * word) {
		if (!c->elements) {
			cap->flags |= VSYS_CAP_TRUNCATED;
			break;
		}
		c->elements--;
		if (vsys_mem_read(c->mem, at, raw, 2 * word) != 2 * word) {
			cap->flags |= vsys_cap_missing(c);
			break;
		}
		part = vsys_cap_add_head(c, cap, sizeof(*part));
		if (!part)
			break;
		n++;
		part->addr = vsys_cap_number(raw + base, word);
		part->len = base ? vsys_cap_number(raw, sizeof(u32)) :
				   vsys_cap_number(raw + word, word);
		more = vsys_cap_add_padded(c, cap, part->addr, min(part->len, bytes), &part->bytes);
		bytes -= part->bytes;
	}
	return n;
}

/* Capture at most @bytes bytes of the @count iovecs at argument @arg. */
void vsys_cap_iov(struct vsys_capture_ctx *c, unsigned int arg, u64 count,
		  u64 bytes, u32 word)
{
	struct vsys_capture *cap;

	if (!c->args[arg])
		return;
	cap = vsys_cap_begin(c, arg, VSYS_CAP_PARTS, c->args[arg]);
	vsys_cap_add_parts(c, cap, c->args[arg], count, bytes, VSYS_CAP_IOVECS, word);
	vsys_cap_end(c, cap);
}

/*
 * Add the head of the msghdr at @at: name, its length, iovecs, their count, control messages,
 * their length, flags, each in a @word of its own; of an @mmsghdr its length, too.
 */
static struct vsys_msg *add_msg_head(struct vsys_capture_ctx *c, struct vsys_capture *cap, u64 at,
				     bool mmsghdr, u32 word)
{
	u32 size = (mmsghdr ? 8 : 7) * word;
	u8 m[8 * sizeof(u64)] = {};
	struct vsys_msg *msg;

	if (vsys_mem_read(c->mem, at, m, size) != size) {
		cap->flags |= vsys_cap_missing(c);
		return NULL;
	}
	msg = vsys_cap_add_head(c, cap, sizeof(*msg));
	if (!msg)
		return NULL;
	msg->name = vsys_cap_number(m, word);
	msg->name_len = vsys_cap_number(m + word, sizeof(msg->name_len));
	msg->iov = vsys_cap_number(m + 2 * word, word);
	msg->iov_len = vsys_cap_number(m + 3 * word, word);
	msg->control = vsys_cap_number(m + 4 * word, word);
	msg->control_len = vsys_cap_number(m + 5 * word, word);
	msg->flags = vsys_cap_number(m + 6 * word, sizeof(msg->flags));
	msg->len = vsys_cap_number(m + 7 * word, sizeof(msg->len));
	return msg;
}

/*
 * Add the msghdr at @at and what it points to, at most @bytes bytes of the iovecs.  If it was
 * @received as an mmsghdr, its own length says how many.
 */
static bool add_msg(struct vsys_capture_ctx *c, struct vsys_capture *cap, u64 at,
		    bool received, u64 bytes, u32 word)
{
	struct vsys_msg *msg = add_msg_head(c, cap, at, received, word);

	if (!msg)
		return false;
	if (received)
		bytes = msg->len;
	if (msg->name && !vsys_cap_add_padded(c, cap, msg->name, msg->name_len, &msg->name_bytes))
		return false;
	if (msg->control && !vsys_cap_add_padded(c, cap, msg->control, msg->control_len,
						 &msg->control_bytes))
		return false;
	msg->parts = vsys_cap_add_parts(c, cap, msg->iov, msg->iov_len, bytes, VSYS_CAP_IOVECS,
					word);
	return !(cap->flags & (VSYS_CAP_FAULT | VSYS_CAP_TRUNCATED));
}

/* Capture the msghdr at argument @arg, at most @bytes bytes of its iovecs. */
void vsys_cap_msghdr(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes,
		     u32 word)
{
	struct vsys_capture *cap;

	if (!c->args[arg])
		return;
	cap = vsys_cap_begin(c, arg, VSYS_CAP_MESSAGES, c->args[arg]);
	add_msg(c, cap, c->args[arg], false, bytes, word);
	vsys_cap_end(c, cap);
}

/* Capture the @count mmsghdrs at argument @arg, @received or to be sent. */
void vsys_cap_mmsghdr(struct vsys_capture_ctx *c, unsigned int arg, u64 count,
		      bool received, u32 word)
{
	struct vsys_capture *cap;
	u64 at = c->args[arg];

	if (!at)
		return;
	cap = vsys_cap_begin(c, arg, VSYS_CAP_MESSAGES, at);
	for (; count; count--, at += 8 * word) {
		if (!c->elements) {
			cap->flags |= VSYS_CAP_TRUNCATED;
			break;
		}
		c->elements--;
		if (!add_msg(c, cap, at, received, U64_MAX, word))
			break;
	}
	vsys_cap_end(c, cap);
}

/* Capture the @count msghdrs, or @many mmsghdrs, at argument @arg without what they point to. */
void vsys_cap_msgheads(struct vsys_capture_ctx *c, unsigned int arg, u64 count, bool many,
		       u32 word)
{
	struct vsys_capture *cap;
	u64 at = c->args[arg];

	if (!at)
		return;
	cap = vsys_cap_begin(c, arg, VSYS_CAP_MESSAGES, at);
	for (; count; count--, at += 8 * word) {
		if (!c->elements) {
			cap->flags |= VSYS_CAP_TRUNCATED;
			break;
		}
		c->elements--;
		if (!add_msg_head(c, cap, at, many, word))
			break;
	}
	vsys_cap_end(c, cap);
}
