// SPDX-License-Identifier: GPL-2.0
/*
 * String arguments of held calls: char *, UNICODE_STRING and the name in an
 * OBJECT_ATTRIBUTES.  The guest may change its memory meanwhile: read each length and
 * pointer once, and bound writes by the values read.
 */
#include <errno.h>
#include <string.h>

#include "handle.h"
#include <vsyscalls/held.h>

enum {
	PAGE = 4096,
	USTRING_MAX = 0xfffe,
};

/**
 * struct place - location of a string in guest memory
 * @wide: the string is UTF-16
 * @ustring: address of the UNICODE_STRING, with @wide
 * @addr: address of the characters
 * @bytes: length in bytes, without a NUL
 * @room: maximal length in bytes, without a NUL
 */
struct place {
	bool wide;
	uint64_t ustring;
	uint64_t addr;
	size_t bytes;
	size_t room;
};

static size_t pointer_bytes(const struct vsys_held_call *h)
{
	return vsys_abi_bits(h->r->abi) / 8;
}

static uint64_t number(const unsigned char *p, size_t bytes)
{
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | p[bytes];
	return v;
}

static void put_number(unsigned char *p, size_t bytes, uint64_t v)
{
	for (; bytes--; v >>= 8)
		*p++ = (unsigned char)v;
}

static bool is_text(unsigned int kind)
{
	return kind == VSYS_CAP_STRING || kind == VSYS_CAP_USTRING || kind == VSYS_CAP_OBJATTR;
}

/* Kind of the argument's capture in the record; 0: none. */
static unsigned int kind_of(const struct vsys_held_call *h, unsigned int arg)
{
	struct vsys_cap cap;

	return vsys_record_capture(h->r, arg, false, &cap) ||
	       vsys_record_capture(h->r, arg, true, &cap) ? cap.kind : 0;
}

int vsys_held_call_text_arg(const struct vsys_held_call *h)
{
	unsigned int arg;

	for (arg = 0; arg < VSYS_ARGS_MAX; arg++)
		if (is_text(kind_of(h, arg)))
			return (int)arg;
	return vsys_fail(-ENOENT, "no string argument was captured");
}

/* Read the string at @addr; with its NUL it must fit into @room.  Returns its length. */
static ssize_t read_string(struct vsys_held_call *h, uint64_t addr, char *text, size_t room)
{
	size_t len = 0, n;
	char *end;
	int err;

	while (len < room) {
		n = PAGE - (addr + len) % PAGE;
		if (n > room - len)
			n = room - len;
		err = vsys_held_call_read(h, addr + len, text + len, n, 0);
		if (err)
			return err;
		end = memchr(text + len, '\0', n);
		if (end)
			return end - text;
		len += n;
	}
	return vsys_fail(-EMSGSIZE, "a string of %zu bytes or more", room);
}

static int find_ustring(struct vsys_held_call *h, uint64_t addr, struct place *p)
{
	size_t size = pointer_bytes(h);
	unsigned char u[16];
	size_t maximum;
	int err;

	if (!addr)
		return vsys_fail(-EFAULT, "the UNICODE_STRING is NULL");
	err = vsys_held_call_read(h, addr, u, 2 * size, 0);
	if (err)
		return err;
	p->wide = true;
	p->ustring = addr;
	p->addr = number(u + size, size);
	p->bytes = number(u, 2);
	maximum = number(u + 2, 2);
	if (p->bytes > maximum)
		return vsys_fail(-EBADMSG, "a UNICODE_STRING of Length %zu and MaximumLength %zu",
				 p->bytes, maximum);
	p->bytes &= ~(size_t)1;
	p->room = maximum & ~(size_t)1;
	return 0;
}

/* ObjectName follows Length and RootDirectory, each padded to the size of a pointer. */
static int find_objattr(struct vsys_held_call *h, uint64_t addr, struct place *p)
{
	size_t size = pointer_bytes(h);
	unsigned char name[8];
	int err;

	if (!addr)
		return vsys_fail(-EFAULT, "the OBJECT_ATTRIBUTES is NULL");
	err = vsys_held_call_read(h, addr + 2 * size, name, size, 0);
	return err ? err : find_ustring(h, number(name, size), p);
}

static int find_string(struct vsys_held_call *h, unsigned int arg, unsigned int kind,
		       struct place *p)
{
	uint64_t value;
	int err;

	*p = (struct place){ 0 };
	kind = kind ? kind : kind_of(h, arg);
	if (!is_text(kind))
		return vsys_fail(-EINVAL, "argument %u is not a string", arg);
	err = vsys_held_call_args(h, arg, 1, &value);
	if (err)
		return err;
	if (kind == VSYS_CAP_USTRING)
		return find_ustring(h, value, p);
	if (kind == VSYS_CAP_OBJATTR)
		return find_objattr(h, value, p);
	p->addr = value;
	return 0;
}

static int too_small(size_t room)
{
	return vsys_fail(-EMSGSIZE, "the text does not fit into %zu bytes", room);
}

static ssize_t read_wide(struct vsys_held_call *h, const struct place *p, char *text, size_t room)
{
	unsigned char wide[USTRING_MAX];
	struct vsys_text t = { 0 };
	size_t at, n;
	ssize_t len;
	int err;

	for (at = 0; at < p->bytes; at += n) {
		n = p->bytes - at < VSYS_MEM_MAX ? p->bytes - at : VSYS_MEM_MAX;
		err = vsys_held_call_read(h, p->addr + at, wide + at, n, 0);
		if (err)
			return err;
	}
	vsys_text_from_wide(&t, wide, p->bytes);
	len = (ssize_t)t.len;
	if (t.failed)
		len = vsys_fail(-ENOMEM, "a text: out of memory");
	else if (t.len >= room)
		len = too_small(room);
	else if (t.len)
		memcpy(text, t.s, t.len);
	if (len >= 0)
		text[len] = '\0';
	vsys_text_free(&t);
	return len;
}

ssize_t vsys_held_call_text(struct vsys_held_call *h, unsigned int arg, unsigned int kind, char *text,
			    size_t room)
{
	struct place p;
	int err = find_string(h, arg, kind, &p);

	if (err)
		return err;
	return p.wide ? read_wide(h, &p, text, room) : read_string(h, p.addr, text, room);
}

/* Write in place: the characters, then Length; if that fails, restore the characters. */
static int write_here(struct vsys_held_call *h, const struct place *p, const unsigned char *bytes,
		      size_t n, size_t len)
{
	unsigned char was[VSYS_MEM_MAX], length[2];
	int err;

	err = n ? vsys_held_call_read(h, p->addr, was, n, 0) : 0;
	if (!err && n)
		err = vsys_held_call_write(h, p->addr, bytes, n, 0);
	if (err || !p->wide)
		return err;
	put_number(length, sizeof(length), len);
	err = vsys_held_call_write(h, p->ustring, length, sizeof(length), 0);
	if (err && n)
		(void)vsys_held_call_write(h, p->addr, was, n, 0);
	return err;
}

/* Redirect the argument or the UNICODE_STRING to @addr. */
static int point_to(struct vsys_held_call *h, const struct place *p, unsigned int arg, uint64_t addr,
		    size_t len)
{
	size_t size = pointer_bytes(h);
	unsigned char u[16] = { 0 };

	if (!p->wide)
		return vsys_held_call_set_args(h, arg, 1, &addr);
	put_number(u, 2, len);
	put_number(u + 2, 2, len);
	put_number(u + size, size, addr);
	return vsys_held_call_write(h, p->ustring, u, 2 * size, 0);
}

static int write_there(struct vsys_held_call *h, const struct place *p, unsigned int arg,
		       const unsigned char *bytes, size_t n, size_t len,
		       struct vsys_scratch *scratch)
{
	size_t skip = -scratch->addr % 8, used = skip + ((n + 7) & ~(size_t)7);
	int err;

	if (skip > scratch->bytes || n > scratch->bytes - skip)
		return vsys_fail(-ENOSPC, "a text of %zu bytes, and %zu bytes of scratch memory",
				 n, scratch->bytes);
	err = vsys_held_call_write(h, scratch->addr + skip, bytes, n, 0);
	if (!err)
		err = point_to(h, p, arg, scratch->addr + skip, len);
	if (err)
		return err;
	used = used < scratch->bytes ? used : scratch->bytes;
	scratch->addr += used;
	scratch->bytes -= used;
	return 0;
}

int vsys_held_call_set_text(struct vsys_held_call *h, unsigned int arg, unsigned int kind,
			    const char *text, struct vsys_scratch *scratch)
{
	unsigned char bytes[VSYS_MEM_MAX];
	size_t len = strlen(text), n;
	char old[VSYS_MEM_MAX];
	struct place p;
	ssize_t ret;

	ret = find_string(h, arg, kind, &p);
	if (ret)
		return (int)ret;
	if (p.wide) {
		ret = vsys_wide_from(text, bytes, sizeof(bytes));
		if (ret < 0)
			return vsys_fail((int)ret, ret == -EILSEQ ? "a text that is not UTF-8" :
					 "a text of more than %d bytes", VSYS_MEM_MAX);
		n = len = (size_t)ret;
	} else {
		if (len >= sizeof(bytes))
			return vsys_fail(-ENOSPC, "a text of more than %d bytes", VSYS_MEM_MAX);
		ret = read_string(h, p.addr, old, sizeof(old));
		if (ret < 0)
			return (int)ret;
		p.room = (size_t)ret;
		n = len + 1;
		memcpy(bytes, text, n);
	}
	if (len <= p.room)
		return write_here(h, &p, bytes, n, len);
	if (!scratch)
		return vsys_fail(-ENOSPC, "a text of %zu bytes where there are %zu", len, p.room);
	return write_there(h, &p, arg, bytes, n, len, scratch);
}
