/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stands in for the kernel's capture.h: the functions that generated switches
 * call print their name and arguments.
 */
#ifndef MOCK_CAPTURE_H
#define MOCK_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define U64_MAX UINT64_MAX
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct vsys_capture_ctx;

u64 vsys_cap_arg(struct vsys_capture_ctx *c, unsigned int arg);
u64 vsys_cap_ret(struct vsys_capture_ctx *c);
u64 vsys_cap_mem(struct vsys_capture_ctx *c, unsigned int arg, u32 offset,
		 u32 size);
u64 vsys_cap_least(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes, u64 most);
u64 vsys_cap_mul(u64 count, u32 size);
u64 vsys_cap_plus(u64 count, u32 more);
u64 vsys_cap_div(u64 count, u32 size);
u64 vsys_cap_member(struct vsys_capture_ctx *c, u32 offset, u32 size);
void vsys_cap_member_buf(struct vsys_capture_ctx *c, unsigned int arg, u32 offset, u32 size,
			 u64 bytes);
void vsys_cap_member_str(struct vsys_capture_ctx *c, unsigned int arg, u32 offset, u32 size);
void vsys_cap_noreturn(struct vsys_capture_ctx *c);
void vsys_cap_buf(struct vsys_capture_ctx *c, unsigned int arg, u64 bytes);
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
void vsys_rings_mmap(struct vsys_capture_ctx *c);
void vsys_rings_mmap2(struct vsys_capture_ctx *c);
void vsys_rings_io_uring_setup(struct vsys_capture_ctx *c);
void vsys_rings_io_uring_register(struct vsys_capture_ctx *c);
void vsys_rings_io_uring_enter(struct vsys_capture_ctx *c);

struct vsys_sqe_ctx {
	struct {
		u8 entry[64];
	} *sqe;
};

void vsys_sqe_memory(struct vsys_sqe_ctx *s);
u64 vsys_sqe_number(const struct vsys_sqe_ctx *s, u32 offset, u32 size);
void vsys_sqe_buf(struct vsys_sqe_ctx *s, u32 offset, u64 bytes);
void vsys_sqe_str(struct vsys_sqe_ctx *s, u32 offset);

#endif /* MOCK_CAPTURE_H */
