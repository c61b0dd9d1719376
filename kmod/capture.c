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

enum {
	/* PS_ATTRIBUTE.Attribute */
	PSATTR_NUMBER = 0xffff,
	PSATTR_IMAGE_NAME = 5,

	VSYS_ATOM_END = 0x10000,	/* pointers below are atoms, numbers of names */
};

/* Load a little-endian number of @size bytes. */
static u64 number(const void *p, u32 size)
{
	u64 val = 0;

	memcpy(&val, p, size);
	return val;
}

/* Begin a capture of up to c->limit bytes, less when many arguments are large. */
static struct vsys_capture *begin(struct vsys_capture_ctx *c, unsigned int arg,
				  u8 kind, u64 addr)
{
	struct vsys_capture *cap = (void *)c->buf + c->len;
	u32 heads = (VSYS_ARGS_MAX - c->count) * VSYS_CAPTURE_HEAD;

	c->most = VSYS_CAPTURE_BUF - c->len - heads;
	c->room = min(c->limit, c->most);
	cap->len = 0;
	cap->arg = arg;
	cap->kind = kind;
	cap->flags = c->late ? VSYS_CAP_LATE : 0;
	cap->addr = addr;
	return cap;
}

static void end(struct vsys_capture_ctx *c, struct vsys_capture *cap)
{
	u32 size = sizeof(*cap) + cap->len;

	/* The padding goes to user space too. */
	memset((void *)cap + size, 0, ALIGN(size, 8) - size);
	c->len += ALIGN(size, 8);
	c->count++;
	if (cap->flags & VSYS_CAP_FAULT)
		c->gap = true;
}

/* Why a read ended early. */
static u16 missing(const struct vsys_capture_ctx *c)
{
	return c->mem->spent ? VSYS_CAP_TRUNCATED : VSYS_CAP_FAULT;
}

/* Add @bytes at @addr to @cap; false when it is full or memory is absent. */
static bool add_bytes(struct vsys_capture_ctx *c, struct vsys_capture *cap,
		      u64 addr, u64 bytes)
{
	u32 n = min_t(u64, bytes, c->room - cap->len);
	u32 got = vsys_mem_read(c->mem, addr, (void *)(cap + 1) + cap->len, n);

	cap->len += got;
	if (got < n)
		cap->flags |= missing(c);
	else if (n < bytes)
		cap->flags |= VSYS_CAP_TRUNCATED;
	return !(cap->flags & (VSYS_CAP_FAULT | VSYS_CAP_TRUNCATED));
}

/*
 * Add a string of characters of @unit bytes, without its NUL; false if no NUL was
 * found.
 */
static bool add_string(struct vsys_capture_ctx *c, struct vsys_capture *cap,
		       u64 addr, u32 unit)
{
	u32 room = round_down(c->room - cap->len, unit), got;
	bool ended;

	got = vsys_mem_string(c->mem, addr, (void *)(cap + 1) + cap->len, room, unit, &ended);
	cap->len += got;
	if (!ended)
		cap->flags |= got < room ? missing(c) : VSYS_CAP_TRUNCATED;
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

/* Capture @bytes bytes at argument @arg; that there are none is a capture, too. */
void vsys_cap_buf(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes)
{
	struct vsys_capture *cap;

	if (!c->args[arg])
		return;
	cap = begin(c, arg, VSYS_CAP_BYTES, c->args[arg]);
	add_bytes(c, cap, c->args[arg], bytes);
	end(c, cap);
}

static void string(struct vsys_capture_ctx *c, unsigned int arg, u8 kind, u32 unit)
{
	struct vsys_capture *cap;

	if (!c->args[arg])
		return;
	cap = begin(c, arg, kind, c->args[arg]);
	add_string(c, cap, c->args[arg], unit);
	end(c, cap);
}

/* Capture the string at argument @arg. */
void vsys_cap_str(struct vsys_capture_ctx *c, unsigned int arg)
{
	string(c, arg, VSYS_CAP_STRING, 1);
}

/* Capture the UTF-16 string at argument @arg. */
void vsys_cap_wstr(struct vsys_capture_ctx *c, unsigned int arg)
{
	string(c, arg, VSYS_CAP_WSTRING, 2);
}

/* Capture the strings of the NULL-ended vector at argument @arg. */
void vsys_cap_strv(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	struct vsys_capture *cap;
	u64 at = c->args[arg], str;

	if (!at)
		return;
	cap = begin(c, arg, VSYS_CAP_STRINGS, at);
	for (;; at += word) {
		str = 0;
		if (vsys_mem_read(c->mem, at, &str, word) != word) {
			cap->flags |= missing(c);
			break;
		}
		if (!str)
			break;
		if (!c->elements) {
			cap->flags |= VSYS_CAP_TRUNCATED;
			break;
		}
		c->elements--;
		if (!add_string(c, cap, str, 1))
			break;
		if (cap->len == c->room) {
			cap->flags |= VSYS_CAP_TRUNCATED;
			break;
		}
		((u8 *)(cap + 1))[cap->len++] = 0;
	}
	end(c, cap);
}

/* Capture the @count structures of @size bytes to which the vector at @arg points. */
void vsys_cap_structv(struct vsys_capture_ctx *c, unsigned int arg, u64 count, u32 size,
		      u32 word)
{
	struct vsys_capture *cap;
	u64 at = c->args[arg], addr;

	if (!at)
		return;
	cap = begin(c, arg, VSYS_CAP_BYTES, at);
	for (; count; count--, at += word) {
		if (!c->elements) {
			cap->flags |= VSYS_CAP_TRUNCATED;
			break;
		}
		c->elements--;
		addr = 0;
		if (vsys_mem_read(c->mem, at, &addr, word) != word) {
			cap->flags |= missing(c);
			break;
		}
		if (!add_bytes(c, cap, addr, size))
			break;
	}
	end(c, cap);
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
	cap = begin(c, arg, VSYS_CAP_BYTES, addr);
	if (vsys_mem_read(c->mem, addr, raw, 2 * word) == 2 * word) {
		cap->addr = number(raw + word, word);
		add_bytes(c, cap, cap->addr, number(raw, sizeof(u16)) * INSN);
	} else {
		cap->flags |= missing(c);
	}
	end(c, cap);
}

/* Room for a head of @bytes, which the limit does not count; NULL if there is none. */
static void *add_head(struct vsys_capture_ctx *c, struct vsys_capture *cap, u32 bytes)
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

/* Add @bytes at @addr and padding; stores how many were read. */
static bool add_padded(struct vsys_capture_ctx *c, struct vsys_capture *cap, u64 addr,
		       u64 bytes, u32 *got)
{
	u32 before = cap->len;
	bool more = add_bytes(c, cap, addr, bytes);

	*got = cap->len - before;
	return add_head(c, cap, ALIGN(cap->len, 8) - cap->len) && more;
}

/* Add at most @bytes bytes of the @count iovecs at @at; returns how many iovecs. */
static u32 add_parts(struct vsys_capture_ctx *c, struct vsys_capture *cap, u64 at,
		     u64 count, u64 bytes, u32 word)
{
	u8 iovec[2 * sizeof(u64)];	/* base, length */
	struct vsys_part *part;
	bool more = true;
	u32 n = 0;

	for (; more && n < count; at += 2 * word) {
		if (!c->elements) {
			cap->flags |= VSYS_CAP_TRUNCATED;
			break;
		}
		c->elements--;
		if (vsys_mem_read(c->mem, at, iovec, 2 * word) != 2 * word) {
			cap->flags |= missing(c);
			break;
		}
		part = add_head(c, cap, sizeof(*part));
		if (!part)
			break;
		n++;
		part->addr = number(iovec, word);
		part->len = number(iovec + word, word);
		more = add_padded(c, cap, part->addr, min(part->len, bytes), &part->bytes);
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
	cap = begin(c, arg, VSYS_CAP_PARTS, c->args[arg]);
	add_parts(c, cap, c->args[arg], count, bytes, word);
	end(c, cap);
}

/*
 * Add the msghdr at @at: name, its length, iovecs, their count, control messages, their
 * length, flags, each in a @word of its own; at most @bytes bytes of the iovecs.  If it was
 * @received as an mmsghdr, its own length stands behind it and says how many.
 */
static bool add_msg(struct vsys_capture_ctx *c, struct vsys_capture *cap, u64 at,
		    bool received, u64 bytes, u32 word)
{
	u32 size = (received ? 8 : 7) * word;
	u8 m[8 * sizeof(u64)] = {};
	struct vsys_msg *msg;

	if (vsys_mem_read(c->mem, at, m, size) != size) {
		cap->flags |= missing(c);
		return false;
	}
	msg = add_head(c, cap, sizeof(*msg));
	if (!msg)
		return false;
	msg->name = number(m, word);
	msg->name_len = number(m + word, sizeof(msg->name_len));
	msg->iov = number(m + 2 * word, word);
	msg->iov_len = number(m + 3 * word, word);
	msg->control = number(m + 4 * word, word);
	msg->control_len = number(m + 5 * word, word);
	msg->flags = number(m + 6 * word, sizeof(msg->flags));
	msg->len = number(m + 7 * word, sizeof(msg->len));
	if (received)
		bytes = msg->len;
	if (msg->name && !add_padded(c, cap, msg->name, msg->name_len, &msg->name_bytes))
		return false;
	if (msg->control && !add_padded(c, cap, msg->control, msg->control_len,
					&msg->control_bytes))
		return false;
	msg->parts = add_parts(c, cap, msg->iov, msg->iov_len, bytes, word);
	return !(cap->flags & (VSYS_CAP_FAULT | VSYS_CAP_TRUNCATED));
}

/* Capture the msghdr at argument @arg, at most @bytes bytes of its iovecs. */
void vsys_cap_msghdr(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes,
		     u32 word)
{
	struct vsys_capture *cap;

	if (!c->args[arg])
		return;
	cap = begin(c, arg, VSYS_CAP_MESSAGES, c->args[arg]);
	add_msg(c, cap, c->args[arg], false, bytes, word);
	end(c, cap);
}

/* Capture the @count mmsghdrs at argument @arg, @received or to be sent. */
void vsys_cap_mmsghdr(struct vsys_capture_ctx *c, unsigned int arg, u64 count,
		      bool received, u32 word)
{
	struct vsys_capture *cap;
	u64 at = c->args[arg];

	if (!at)
		return;
	cap = begin(c, arg, VSYS_CAP_MESSAGES, at);
	for (; count; count--, at += 8 * word) {
		if (!c->elements) {
			cap->flags |= VSYS_CAP_TRUNCATED;
			break;
		}
		c->elements--;
		if (!add_msg(c, cap, at, received, U64_MAX, word))
			break;
	}
	end(c, cap);
}

/*
 * Add the UNICODE_STRING at @addr: two lengths of 16 bits, a pointer in the
 * next @word.
 */
static void add_ustr(struct vsys_capture_ctx *c, struct vsys_capture *cap,
		     u64 addr, u32 word)
{
	struct vsys_ustring *u = (void *)(cap + 1) + cap->len;
	u8 raw[2 * sizeof(u64)];

	if (vsys_mem_read(c->mem, addr, raw, 2 * word) != 2 * word) {
		cap->flags |= missing(c);
		return;
	}
	u->length = number(raw, sizeof(u->length));
	u->maximum = number(raw + 2, sizeof(u->maximum));
	u->reserved = 0;
	u->buffer = number(raw + word, word);
	cap->len += sizeof(*u);
	c->room += cap->len;
	add_bytes(c, cap, u->buffer, u->length);
}

/* Capture the UNICODE_STRING at argument @arg. */
void vsys_cap_ustr(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	struct vsys_capture *cap;

	if (!c->args[arg])
		return;
	cap = begin(c, arg, VSYS_CAP_USTRING, c->args[arg]);
	add_ustr(c, cap, c->args[arg], word);
	end(c, cap);
}

/*
 * Capture the text of the LARGE_STRING or atom at @arg: two lengths of 32 bits, of which the
 * upper bit of the second says that it is not UTF-16, and a pointer.
 */
void vsys_cap_lstr(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	u64 addr = c->args[arg], text;
	struct vsys_capture *cap;
	u8 raw[2 * sizeof(u64)];
	bool whole;

	if (addr < VSYS_ATOM_END)
		return;
	whole = vsys_mem_read(c->mem, addr, raw, 8 + word) == 8 + word;
	text = whole ? number(raw + 8, word) : 0;
	if (whole && !text)
		return;
	cap = begin(c, arg, whole && raw[7] & BIT(7) ? VSYS_CAP_STRING : VSYS_CAP_WSTRING,
		    whole ? text : addr);
	cap->flags |= whole ? 0 : missing(c);
	add_bytes(c, cap, text, whole ? number(raw, sizeof(u32)) : 0);
	end(c, cap);
}

/* Capture the OBJECT_ATTRIBUTES at argument @arg: six members, each in a @word. */
void vsys_cap_objattr(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	struct vsys_capture *cap;
	struct vsys_objattr *o;
	u8 raw[6 * sizeof(u64)];

	if (!c->args[arg])
		return;
	cap = begin(c, arg, VSYS_CAP_OBJATTR, c->args[arg]);
	o = (void *)(cap + 1);
	if (vsys_mem_read(c->mem, c->args[arg], raw, 6 * word) != 6 * word) {
		cap->flags |= missing(c);
	} else {
		o->length = number(raw, sizeof(o->length));
		o->root = number(raw + word, word);
		o->name = number(raw + 2 * word, word);
		o->attributes = number(raw + 3 * word, sizeof(o->attributes));
		o->descriptor = number(raw + 4 * word, word);
		o->qos = number(raw + 5 * word, word);
		cap->len = offsetof(struct vsys_objattr, string);
		if (o->name)
			add_ustr(c, cap, o->name, word);
	}
	end(c, cap);
}

/*
 * Find the image among the PS_ATTRIBUTEs of a process to be created: number and flags,
 * bytes, address, and where to write a length.  Returns VSYS_CAP_* flags if the list
 * was not read to its end.
 */
static u16 find_image(struct vsys_capture_ctx *c, u64 at, u32 word, u64 *addr,
		      u64 *bytes)
{
	u8 raw[4 * sizeof(u64)];
	u64 n, i;

	if (vsys_mem_read(c->mem, at, raw, word) != word)
		return missing(c);
	n = number(raw, word) / (4 * word);	/* of the list, with this word */
	at += word;
	for (i = 0; i < n; i++, at += 4 * word) {
		if (i == VSYS_PSATTR_MAX)
			return VSYS_CAP_TRUNCATED;
		if (vsys_mem_read(c->mem, at, raw, 4 * word) != 4 * word)
			return missing(c);
		if ((number(raw, word) & PSATTR_NUMBER) != PSATTR_IMAGE_NAME)
			continue;
		*bytes = number(raw + word, word);
		*addr = number(raw + 2 * word, word);
		break;
	}
	return 0;
}

/* Capture the name of the image in the PS_ATTRIBUTE_LIST at argument @arg. */
void vsys_cap_psattr(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	u64 addr = 0, bytes = 0;
	struct vsys_capture *cap;
	u16 flags;

	if (!c->args[arg])
		return;
	flags = find_image(c, c->args[arg], word, &addr, &bytes);
	if (!flags && !addr)
		return;
	cap = begin(c, arg, VSYS_CAP_WSTRING, flags ? c->args[arg] : addr);
	cap->flags |= flags;
	if (!flags)
		add_bytes(c, cap, addr, round_down(bytes, 2));
	end(c, cap);
}
