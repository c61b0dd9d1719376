// SPDX-License-Identifier: GPL-2.0
/* Capture the structures of Windows that lead to text or buffers elsewhere. */
#include <linux/align.h>
#include <linux/string.h>

#include "capture.h"
#include "guestmem.h"

enum {
	/* PS_ATTRIBUTE.Attribute */
	PSATTR_NUMBER = 0xffff,
	PSATTR_IMAGE_NAME = 5,

	VSYS_ATOM_END = 0x10000,	/* pointers below are atoms, numbers of names */
};

/*
 * Add the UNICODE_STRING at @addr: two lengths of 16 bits, a pointer in the
 * next @word, which counts from @base.
 */
static void add_ustr(struct vsys_capture_ctx *c, struct vsys_capture *cap,
		     u64 addr, u64 base, u32 word)
{
	struct vsys_ustring *u = (void *)(cap + 1) + cap->len;
	u8 raw[2 * sizeof(u64)];

	if (vsys_mem_read(c->mem, addr, raw, 2 * word) != 2 * word) {
		cap->flags |= vsys_cap_missing(c);
		return;
	}
	u->length = vsys_cap_number(raw, sizeof(u->length));
	u->maximum = vsys_cap_number(raw + 2, sizeof(u->maximum));
	u->reserved = 0;
	u->buffer = vsys_cap_number(raw + word, word);
	u->buffer += u->buffer ? base : 0;
	cap->len += sizeof(*u);
	c->room += cap->len;
	vsys_cap_add(c, cap, u->buffer, u->length);
}

/* Capture the UNICODE_STRING at argument @arg. */
void vsys_cap_ustr(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	struct vsys_capture *cap;

	if (!c->args[arg])
		return;
	cap = vsys_cap_begin(c, arg, VSYS_CAP_USTRING, c->args[arg]);
	add_ustr(c, cap, c->args[arg], 0, word);
	vsys_cap_end(c, cap);
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
	text = whole ? vsys_cap_number(raw + 8, word) : 0;
	if (whole && !text)
		return;
	cap = vsys_cap_begin(c, arg, whole && raw[7] & BIT(7) ? VSYS_CAP_STRING : VSYS_CAP_WSTRING,
			     whole ? text : addr);
	cap->flags |= whole ? 0 : vsys_cap_missing(c);
	vsys_cap_add(c, cap, text, whole ? vsys_cap_number(raw, sizeof(u32)) : 0);
	vsys_cap_end(c, cap);
}

/* Capture the OBJECT_ATTRIBUTES at argument @arg: six members, each in a @word. */
void vsys_cap_objattr(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	struct vsys_capture *cap;
	struct vsys_objattr *o;
	u8 raw[6 * sizeof(u64)];

	if (!c->args[arg])
		return;
	cap = vsys_cap_begin(c, arg, VSYS_CAP_OBJATTR, c->args[arg]);
	o = (void *)(cap + 1);
	if (vsys_mem_read(c->mem, c->args[arg], raw, 6 * word) != 6 * word) {
		cap->flags |= vsys_cap_missing(c);
	} else {
		o->length = vsys_cap_number(raw, sizeof(o->length));
		o->root = vsys_cap_number(raw + word, word);
		o->name = vsys_cap_number(raw + 2 * word, word);
		o->attributes = vsys_cap_number(raw + 3 * word, sizeof(o->attributes));
		o->descriptor = vsys_cap_number(raw + 4 * word, word);
		o->qos = vsys_cap_number(raw + 5 * word, word);
		cap->len = offsetof(struct vsys_objattr, string);
		if (o->name)
			add_ustr(c, cap, o->name, 0, word);
	}
	vsys_cap_end(c, cap);
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
		return vsys_cap_missing(c);
	n = vsys_cap_number(raw, word) / (4 * word);	/* of the list, with this word */
	at += word;
	for (i = 0; i < n; i++, at += 4 * word) {
		if (i == VSYS_PSATTR_MAX)
			return VSYS_CAP_TRUNCATED;
		if (vsys_mem_read(c->mem, at, raw, 4 * word) != 4 * word)
			return vsys_cap_missing(c);
		if ((vsys_cap_number(raw, word) & PSATTR_NUMBER) != PSATTR_IMAGE_NAME)
			continue;
		*bytes = vsys_cap_number(raw + word, word);
		*addr = vsys_cap_number(raw + 2 * word, word);
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
	cap = vsys_cap_begin(c, arg, VSYS_CAP_WSTRING, flags ? c->args[arg] : addr);
	cap->flags |= flags;
	if (!flags)
		vsys_cap_add(c, cap, addr, round_down(bytes, 2));
	vsys_cap_end(c, cap);
}

/*
 * Capture the command line in the RTL_USER_PROCESS_PARAMETERS at argument @arg, as a
 * UNICODE_STRING.  Unless its flags say that it is normalized, addresses in it count from
 * its begin.
 */
void vsys_cap_psparams(struct vsys_capture_ctx *c, unsigned int arg, u32 word)
{
	enum { FLAGS = 8, NORMALIZED = 1, LINE_32 = 0x40, LINE_64 = 0x70 };
	u64 at = c->args[arg], line = at + (word == 4 ? LINE_32 : LINE_64);
	struct vsys_capture *cap;
	u32 flags;

	if (!at)
		return;
	cap = vsys_cap_begin(c, arg, VSYS_CAP_USTRING, at);
	if (vsys_mem_read(c->mem, at + FLAGS, &flags, sizeof(flags)) == sizeof(flags)) {
		cap->addr = line;
		add_ustr(c, cap, line, flags & NORMALIZED ? 0 : at, word);
	} else {
		cap->flags |= vsys_cap_missing(c);
	}
	vsys_cap_end(c, cap);
}

/*
 * Capture at most @bytes bytes of the buffers of the AFD_SEND_INFO, or the like, at argument
 * @arg: it begins with the address and, in the next @word, the number of WSABUFs.
 */
void vsys_cap_afdbufs(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes, u32 word)
{
	u64 at = c->args[arg];
	u8 raw[sizeof(u64) + sizeof(u32)];
	struct vsys_capture *cap;

	if (!at)
		return;
	cap = vsys_cap_begin(c, arg, VSYS_CAP_PARTS, at);
	if (vsys_mem_read(c->mem, at, raw, word + 4) == word + 4)
		vsys_cap_add_parts(c, cap, vsys_cap_number(raw, word),
				   vsys_cap_number(raw + word, sizeof(u32)), bytes,
				   VSYS_CAP_WSABUF, word);
	else
		cap->flags |= vsys_cap_missing(c);
	vsys_cap_end(c, cap);
}

/* The same of an AFD_SEND_DATAGRAM_INFO, and the address: its length, in the next word where. */
void vsys_cap_afdsendto(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes, u32 word)
{
	u64 at = c->args[arg] + (word == 4 ? 48 : 88);
	u8 raw[2 * sizeof(u64)];

	vsys_cap_afdbufs(c, arg, bytes, word);
	if (c->args[arg] && vsys_mem_read(c->mem, at, raw, 2 * word) == 2 * word)
		vsys_cap_bytes(c, arg, vsys_cap_number(raw + word, word),
			       vsys_cap_number(raw, sizeof(u32)));
}

/* The same of an AFD_RECV_DATAGRAM_INFO, and the address: where it is, where its length is. */
void vsys_cap_afdrecvfrom(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes, u32 word)
{
	u64 at = c->args[arg] + (word == 4 ? 16 : 24);
	u8 raw[2 * sizeof(u64)];
	u32 len;

	vsys_cap_afdbufs(c, arg, bytes, word);
	if (c->args[arg] && vsys_mem_read(c->mem, at, raw, 2 * word) == 2 * word &&
	    vsys_mem_read(c->mem, vsys_cap_number(raw + word, word), &len, sizeof(len)) == sizeof(len))
		vsys_cap_bytes(c, arg, vsys_cap_number(raw, word), len);
}
