/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_CAPTURE_H
#define VSYS_CAPTURE_H

#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/vsyscalls.h>

struct vsys_mem;

enum {
	VSYS_CAPTURE_MAX = 4096,	/* bytes of one argument that a record always has room for */
	VSYS_CAPTURE_LONG = 64 << 10,	/* bytes of one argument, see more.c */
	VSYS_ELEMENTS_MAX = 512,	/* elements read of a call's vectors */
	VSYS_PSATTR_MAX = 32,		/* elements read of a PS_ATTRIBUTE_LIST */
	VSYS_CAPTURE_BUF = 56 << 10,	/* of all arguments: a record is 64 KiB */
	VSYS_CAPTURE_WIDE = VSYS_CAPTURE_BUF + VSYS_CAPTURE_LONG,	/* that and a long one */
	VSYS_CAPTURE_TEXT = VSYS_CAPTURE_MAX * 3 / 2,	/* of one, UTF-16 as UTF-8 */
	/* Room reserved for each argument's heads and padding. */
	VSYS_CAPTURE_HEAD = sizeof(struct vsys_capture) +
			    sizeof(struct vsys_objattr) + 8,
};

/*
 * The captures of a call, in the format of the uapi.  The generated switches call the
 * functions below and give the numbers of arguments.
 */
struct vsys_capture_ctx {
	struct vsys_mem *mem;
	const u64 *args;	/* VSYS_ARGS_MAX of them, those of a struct vsys_call */
	u64 ret;		/* in .exit: the result as a length; in .failed: the failure */
	u32 limit;		/* bytes of one argument */
	u32 room;		/* bytes of the present capture */
	u32 most;		/* of them, with heads */
	u32 len;		/* bytes of @buf in use */
	u16 count;		/* VSYS_ARGS_MAX at most */
	u16 elements;		/* of vectors, still allowed */
	u32 base;		/* in @buf: the last capture by vsys_cap_buf() */
	bool gap;		/* memory was absent */
	bool late;		/* the return retries captures of the entry */
	bool noreturn;		/* with these arguments the call does not return */
	u32 size;		/* of @buf: VSYS_CAPTURE_BUF or VSYS_CAPTURE_WIDE */
	u8 *buf;
};

/* Bytes of @size that are left behind @used ones and @count captures, but for heads of others. */
static __always_inline u32 vsys_capture_room(u32 size, u32 used, u32 count)
{
	return size - used - (VSYS_ARGS_MAX - count) * VSYS_CAPTURE_HEAD;
}

static __always_inline void vsys_capture_none(struct vsys_capture_ctx *c)
{
	c->len = 0;
	c->count = 0;
	c->elements = VSYS_ELEMENTS_MAX;
	c->gap = false;
}

/* Begin without captures, for a call with @args. */
static inline void vsys_capture_begin(struct vsys_capture_ctx *c,
				      const u64 *args)
{
	vsys_capture_none(c);
	c->args = args;
}

static inline u64 vsys_cap_arg(struct vsys_capture_ctx *c, unsigned int arg)
{
	return c->args[arg];
}

static inline u64 vsys_cap_ret(struct vsys_capture_ctx *c)
{
	return c->ret;
}

/* Bytes of @count elements.  The guest chose @count, so the product may overflow. */
static inline u64 vsys_cap_mul(u64 count, u32 size)
{
	return count > VSYS_CAPTURE_LONG ? U64_MAX : count * size;
}

static inline u64 vsys_cap_plus(u64 count, u32 more)
{
	return count > U64_MAX - more ? U64_MAX : count + more;
}

/* How many parts of @size hold @count. */
static inline u64 vsys_cap_div(u64 count, u32 size)
{
	return count / size + !!(count % size);
}

/* In .entry: the call does not return, as its arguments say. */
static inline void vsys_cap_noreturn(struct vsys_capture_ctx *c)
{
	c->noreturn = true;
}

/* @bytes, which the guest chose, @most at most; @most if argument @arg, which says so, is NULL. */
static inline u64 vsys_cap_least(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes,
				 u64 most)
{
	return c->args[arg] ? min(bytes, most) : most;
}

u64 vsys_cap_mem(struct vsys_capture_ctx *c, unsigned int arg, u32 offset,
		 u32 size);
void vsys_cap_buf(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes);
u64 vsys_cap_member(struct vsys_capture_ctx *c, u32 offset, u32 size);
void vsys_cap_member_buf(struct vsys_capture_ctx *c, unsigned int arg, u32 offset, u32 size,
			 u64 bytes);
void vsys_cap_member_str(struct vsys_capture_ctx *c, unsigned int arg, u32 offset, u32 size);
void vsys_cap_str(struct vsys_capture_ctx *c, unsigned int arg);
void vsys_cap_wstr(struct vsys_capture_ctx *c, unsigned int arg);
void vsys_cap_strv(struct vsys_capture_ctx *c, unsigned int arg, u32 word);
void vsys_cap_structv(struct vsys_capture_ctx *c, unsigned int arg, u64 count, u32 size,
		      u32 word);
void vsys_cap_fprog(struct vsys_capture_ctx *c, unsigned int arg, u32 word);
void vsys_cap_iov(struct vsys_capture_ctx *c, unsigned int arg, u64 count,
		  u64 bytes, u32 word);
void vsys_cap_msghdr(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes,
		     u32 word);
void vsys_cap_mmsghdr(struct vsys_capture_ctx *c, unsigned int arg, u64 count,
		      bool received, u32 word);
void vsys_cap_msgheads(struct vsys_capture_ctx *c, unsigned int arg, u64 count, bool many,
		       u32 word);
void vsys_cap_ustr(struct vsys_capture_ctx *c, unsigned int arg, u32 word);
void vsys_cap_lstr(struct vsys_capture_ctx *c, unsigned int arg, u32 word);
void vsys_cap_objattr(struct vsys_capture_ctx *c, unsigned int arg, u32 word);
void vsys_cap_psattr(struct vsys_capture_ctx *c, unsigned int arg, u32 word);
void vsys_cap_psparams(struct vsys_capture_ctx *c, unsigned int arg, u32 word);
void vsys_cap_afdbufs(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes, u32 word);
void vsys_cap_afdsendto(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes, u32 word);
void vsys_cap_afdrecvfrom(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes, u32 word);
void vsys_cap_sqes(struct vsys_capture_ctx *c, unsigned int arg);

/* In .exit: the call tells of io_urings, or captures what has completed. */
void vsys_rings_mmap(struct vsys_capture_ctx *c);
void vsys_rings_mmap2(struct vsys_capture_ctx *c);
void vsys_rings_io_uring_setup(struct vsys_capture_ctx *c);
void vsys_rings_io_uring_register(struct vsys_capture_ctx *c);
void vsys_rings_io_uring_enter(struct vsys_capture_ctx *c);

/* A submission entry that has just been captured. */
struct vsys_sqe_ctx {
	struct vsys_capture_ctx *c;
	struct vsys_capture *cap;
	struct vsys_sqe *sqe;
};

/* Generated: capture what the entry points to, by these. */
void vsys_sqe_memory(struct vsys_sqe_ctx *s);
u64 vsys_sqe_number(const struct vsys_sqe_ctx *s, u32 offset, u32 size);
void vsys_sqe_buf(struct vsys_sqe_ctx *s, u32 offset, u64 bytes);
void vsys_sqe_str(struct vsys_sqe_ctx *s, u32 offset);

/* ---- what captures are made of, for the files that make them ---- */

/* An element of a vector of buffers. */
enum vsys_cap_vector {
	VSYS_CAP_IOVECS,	/* iovec: address, length */
	VSYS_CAP_WSABUF,	/* WSABUF: length of 32 bits, address */
};

/* Load a little-endian number of 2, 4 or 8 bytes. */
static __always_inline u64 vsys_cap_number(const void *p, u32 size)
{
	u64 val = 0;

	if (size == sizeof(u64))
		memcpy(&val, p, sizeof(u64));
	else if (size == sizeof(u32))
		memcpy(&val, p, sizeof(u32));
	else
		memcpy(&val, p, sizeof(u16));
	return val;
}

/* Why a read ended early. */
u16 vsys_cap_missing(const struct vsys_capture_ctx *c);

void vsys_cap_bytes(struct vsys_capture_ctx *c, unsigned int arg, u64 addr, u64 bytes);

/* Begin a capture of up to c->limit bytes, less when many arguments are large. */
struct vsys_capture *vsys_cap_begin(struct vsys_capture_ctx *c, unsigned int arg, u8 kind,
				    u64 addr);
void vsys_cap_end(struct vsys_capture_ctx *c, struct vsys_capture *cap);

/* Add @bytes at @addr to @cap; false when it is full or memory is absent. */
bool vsys_cap_add(struct vsys_capture_ctx *c, struct vsys_capture *cap, u64 addr, u64 bytes);

/* Add @bytes at @addr and padding; stores how many were read. */
bool vsys_cap_add_padded(struct vsys_capture_ctx *c, struct vsys_capture *cap, u64 addr,
			 u64 bytes, u32 *got);

/* Add a string of characters of @unit bytes, without its NUL; false if no NUL was found. */
bool vsys_cap_add_string(struct vsys_capture_ctx *c, struct vsys_capture *cap, u64 addr, u32 unit);

/* Room for a head of @bytes, which the limit does not count; NULL if there is none. */
void *vsys_cap_add_head(struct vsys_capture_ctx *c, struct vsys_capture *cap, u32 bytes);

/* Add at most @bytes bytes of the @count elements at @at; returns how many elements. */
u32 vsys_cap_add_parts(struct vsys_capture_ctx *c, struct vsys_capture *cap, u64 at, u64 count,
		       u64 bytes, enum vsys_cap_vector vector, u32 word);

#endif /* VSYS_CAPTURE_H */
