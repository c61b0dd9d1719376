// SPDX-License-Identifier: GPL-2.0
/*
 * Copies what arguments point to.  Guest memory is hostile: it is read once,
 * up to a limit, and what is not there is marked, not guessed.
 */
#include <linux/align.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "capture.h"
#include "guestmem.h"

enum { CHUNK = 64 };	/* bytes read at a time in search of a NUL */

/* Layouts of a 64-bit guest. */
struct guest_iovec {
	u64 base;
	u64 len;
};

struct guest_msghdr {
	u64 name;
	u32 namelen;
	u32 pad;
	u64 iov;
	u64 iovlen;
};

static struct vsys_capture *begin(struct vsys_capture_ctx *c, unsigned int arg,
				  u8 kind, u64 addr)
{
	struct vsys_capture *cap = (void *)c->buf + c->len;

	if (VSYS_CAPTURE_BUF - c->len <
	    sizeof(*cap) + ALIGN(c->limit, 8))
		return NULL;
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

/* Add @bytes at @addr to @cap; false when it is full or memory is absent. */
static bool add_bytes(struct vsys_capture_ctx *c, struct vsys_capture *cap,
		      u64 addr, u64 bytes)
{
	u32 n = min_t(u64, bytes, c->limit - cap->len);
	u32 got = vsys_mem_read(c->mem, addr, (void *)(cap + 1) + cap->len, n);

	cap->len += got;
	if (got < n)
		cap->flags |= VSYS_CAP_FAULT;
	else if (n < bytes)
		cap->flags |= VSYS_CAP_TRUNCATED;
	return !(cap->flags & (VSYS_CAP_FAULT | VSYS_CAP_TRUNCATED));
}

/* Add a string without its NUL; false when there is no end to be found. */
static bool add_string(struct vsys_capture_ctx *c, struct vsys_capture *cap,
		       u64 addr)
{
	while (cap->len < c->limit) {
		u8 *to = (void *)(cap + 1) + cap->len;
		u32 n = min_t(u32, CHUNK - (addr & (CHUNK - 1)),
			      c->limit - cap->len);
		u32 got = vsys_mem_read(c->mem, addr, to, n);
		u8 *nul = memchr(to, 0, got);

		if (nul) {
			cap->len += nul - to;
			return true;
		}
		cap->len += got;
		addr += got;
		if (got < n) {
			cap->flags |= VSYS_CAP_FAULT;
			return false;
		}
	}
	cap->flags |= VSYS_CAP_TRUNCATED;
	return false;
}

/* The u32 that argument @arg points to, 0 if it cannot be read. */
u64 vsys_cap_u32(struct vsys_capture_ctx *c, unsigned int arg)
{
	u32 val;

	if (vsys_mem_read(c->mem, c->args[arg], &val, sizeof(val)) != sizeof(val)) {
		c->gap = c->args[arg];
		return 0;
	}
	return val;
}

/* @bytes at argument @arg. */
void vsys_cap_buf(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes)
{
	struct vsys_capture *cap;

	if (!c->args[arg] || !bytes)
		return;
	cap = begin(c, arg, VSYS_CAP_BYTES, c->args[arg]);
	if (!cap)
		return;
	add_bytes(c, cap, c->args[arg], bytes);
	end(c, cap);
}

/* The string at argument @arg. */
void vsys_cap_str(struct vsys_capture_ctx *c, unsigned int arg)
{
	struct vsys_capture *cap;

	if (!c->args[arg])
		return;
	cap = begin(c, arg, VSYS_CAP_STRING, c->args[arg]);
	if (!cap)
		return;
	add_string(c, cap, c->args[arg]);
	end(c, cap);
}

/* The strings of the NULL-ended vector at argument @arg. */
void vsys_cap_strv(struct vsys_capture_ctx *c, unsigned int arg)
{
	struct vsys_capture *cap;
	u64 at = c->args[arg], str;
	u32 i;

	if (!at)
		return;
	cap = begin(c, arg, VSYS_CAP_STRINGS, at);
	if (!cap)
		return;
	for (i = 0; i < VSYS_VECTOR_MAX; i++, at += sizeof(str)) {
		if (vsys_mem_read(c->mem, at, &str, sizeof(str)) != sizeof(str)) {
			cap->flags |= VSYS_CAP_FAULT;
			break;
		}
		if (!str || !add_string(c, cap, str))
			break;
		if (cap->len == c->limit) {
			cap->flags |= VSYS_CAP_TRUNCATED;
			break;
		}
		((u8 *)(cap + 1))[cap->len++] = 0;
	}
	if (i == VSYS_VECTOR_MAX)
		cap->flags |= VSYS_CAP_TRUNCATED;
	end(c, cap);
}

static void iov(struct vsys_capture_ctx *c, unsigned int arg, u64 at, u64 count,
		u64 bytes)
{
	struct vsys_capture *cap;
	struct guest_iovec v;
	u32 i;

	if (!at || !bytes)
		return;
	cap = begin(c, arg, VSYS_CAP_IOVEC, at);
	if (!cap)
		return;
	for (i = 0; i < min_t(u64, count, VSYS_VECTOR_MAX) && bytes; i++) {
		if (vsys_mem_read(c->mem, at, &v, sizeof(v)) != sizeof(v)) {
			cap->flags |= VSYS_CAP_FAULT;
			break;
		}
		v.len = min(v.len, bytes);
		if (!add_bytes(c, cap, v.base, v.len))
			break;
		bytes -= v.len;
		at += sizeof(v);
	}
	if (i == VSYS_VECTOR_MAX && i < count)
		cap->flags |= VSYS_CAP_TRUNCATED;
	end(c, cap);
}

/* @bytes at most of the @count iovecs at argument @arg. */
void vsys_cap_iov(struct vsys_capture_ctx *c, unsigned int arg, u64 count,
		  u64 bytes)
{
	iov(c, arg, c->args[arg], count, bytes);
}

/* @bytes at most of the iovecs of the struct msghdr at argument @arg. */
void vsys_cap_msghdr(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes)
{
	struct guest_msghdr m;

	if (!c->args[arg])
		return;
	if (vsys_mem_read(c->mem, c->args[arg], &m, sizeof(m)) != sizeof(m)) {
		struct vsys_capture *cap = begin(c, arg, VSYS_CAP_IOVEC,
						 c->args[arg]);

		if (cap) {
			cap->flags |= VSYS_CAP_FAULT;
			end(c, cap);
		}
		return;
	}
	iov(c, arg, m.iov, m.iovlen, bytes);
}
