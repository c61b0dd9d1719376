/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* The captures in records of vsyscalls; include <linux/vsyscalls.h> to have it. */
#ifndef _UAPI_LINUX_VSYSCALLS_CAPTURES_H
#define _UAPI_LINUX_VSYSCALLS_CAPTURES_H

#include <linux/types.h>

/* The format of a capture's bytes. */
enum vsys_cap_kind {
	VSYS_CAP_BYTES = 1,	/* as they are in the guest's memory */
	VSYS_CAP_STRING = 2,	/* up to its NUL, which is not included */
	VSYS_CAP_STRINGS = 3,	/* strings of a vector such as argv, each with its NUL */
	VSYS_CAP_IOVEC = 4,	/* of recorded files: bytes of an iovec array, in order */
	VSYS_CAP_USTRING = 5,	/* struct vsys_ustring, its text */
	VSYS_CAP_OBJATTR = 6,	/* struct vsys_objattr, text of the name */
	VSYS_CAP_WSTRING = 7,	/* UTF-16 without its NUL; PS_ATTRIBUTE_LIST: the image */
	VSYS_CAP_PARTS = 8,	/* of an iovec array: struct vsys_part, its bytes, ... */
	VSYS_CAP_MESSAGES = 9,	/* struct vsys_msg, what it points to, ... */
	VSYS_CAP_SQES = 10,	/* struct vsys_uring, struct vsys_sqe, ... */
	VSYS_CAP_CQES = 11,	/* struct vsys_uring, struct io_uring_cqe, ... */
	VSYS_CAP_KIND_NR,
};

/**
 * struct vsys_part - an element of an iovec array
 * @addr: guest-virtual address of its memory
 * @len: bytes of that memory, as the guest says
 * @bytes: of these, how many follow; the next part begins at the next multiple of 8
 * @reserved: zero
 */
struct vsys_part {
	__aligned_u64 addr;
	__aligned_u64 len;
	__u32 bytes;
	__u32 reserved;
};

/**
 * struct vsys_msg - a struct msghdr or mmsghdr of a Linux guest
 * @name: guest-virtual address of the socket address, or 0
 * @iov: guest-virtual address of the iovec array
 * @iov_len: its elements
 * @control: guest-virtual address of the control messages, or 0
 * @control_len: their bytes, as the guest says
 * @name_len: bytes of the socket address, as the guest says
 * @flags: MSG_*
 * @len: of a received mmsghdr: bytes of the message
 * @name_bytes: bytes of the socket address that follow
 * @control_bytes: bytes of the control messages that follow
 * @parts: number of struct vsys_part that follow
 *
 * Socket address, control messages and each part begin at a multiple of 8.
 */
struct vsys_msg {
	__aligned_u64 name;
	__aligned_u64 iov;
	__aligned_u64 iov_len;
	__aligned_u64 control;
	__aligned_u64 control_len;
	__u32 name_len;
	__u32 flags;
	__u32 len;
	__u32 name_bytes;
	__u32 control_bytes;
	__u32 parts;
};

/**
 * struct vsys_uring - entries of a queue of an io_uring
 * @setup: IORING_SETUP_* of the ring
 * @entries: size of the queue
 * @first: position of the first entry, which grows for ever
 * @count: entries that were submitted or completed; fewer follow if not all could be read
 *
 * The guest has written all of it but @count, and may have written lies.
 *
 * Submission: what this io_uring_enter() is to submit.  Completion: what completed since
 * the last one returned; each has 16 bytes, or 32 with IORING_SETUP_CQE32.
 */
struct vsys_uring {
	__u32 setup;
	__u32 entries;
	__u32 first;
	__u32 count;
};

/**
 * struct vsys_sqe - a submission entry
 * @index: where it lies in the array; if not less than vsys_uring.entries, there is no such
 *         entry and @entry is zero.  Such an entry is dropped, and not one of vsys_uring.count
 * @parts: number of struct vsys_part that follow, each with its bytes: memory that
 *         addresses in @entry point to, vsys_part.len of a string without an end is ~0
 * @entry: the first 64 bytes of its struct io_uring_sqe
 */
struct vsys_sqe {
	__u32 index;
	__u32 parts;
	__u8 entry[64];
};

/**
 * struct vsys_ustring - UNICODE_STRING of a Windows guest, 32-bit or 64-bit
 * @length: bytes of text, as the guest says
 * @maximum: bytes of the buffer, as the guest says
 * @reserved: zero
 * @buffer: guest-virtual address of the text
 *
 * UTF-16LE text follows, as much as could be read, unchecked: @length may be odd, or
 * more than @maximum, and surrogates unpaired.
 */
struct vsys_ustring {
	__u16 length;
	__u16 maximum;
	__u32 reserved;
	__aligned_u64 buffer;
};

/**
 * struct vsys_objattr - OBJECT_ATTRIBUTES of a Windows guest
 * @length: as the guest says; meant to be 24 or 48
 * @attributes: OBJ_*
 * @root: handle of the directory the name is relative to, or 0
 * @name: guest-virtual address of the name's UNICODE_STRING, or 0
 * @descriptor: guest-virtual address of the security descriptor, or 0
 * @qos: guest-virtual address of the quality of service, or 0
 * @string: the name; missing if @name is 0 or could not be read
 *
 * UTF-16LE text of the name follows, as for struct vsys_ustring.
 */
struct vsys_objattr {
	__u32 length;
	__u32 attributes;
	__aligned_u64 root;
	__aligned_u64 name;
	__aligned_u64 descriptor;
	__aligned_u64 qos;
	struct vsys_ustring string;
};

/* vsys_capture.flags */
#define VSYS_CAP_TRUNCATED	(1U << 0)	/* there was more than the limit */
#define VSYS_CAP_FAULT		(1U << 1)	/* guest memory absent after these bytes */
/*
 * RETURN, LATE: the capture of an argument that was due at the entry, when guest memory
 * was absent.  The guest may have changed the memory since.
 */
#define VSYS_CAP_LATE		(1U << 2)

/**
 * struct vsys_capture - guest memory an argument points to
 * @len: bytes that follow; the next capture begins at the next multiple of 8
 * @arg: index of the argument in vsys_rec_entry.args, from 0
 * @kind: enum vsys_cap_kind
 * @flags: VSYS_CAP_*
 * @addr: guest-virtual address of the memory
 */
struct vsys_capture {
	__u32 len;
	__u8 arg;
	__u8 kind;
	__u16 flags;
	__aligned_u64 addr;
};

#endif /* _UAPI_LINUX_VSYSCALLS_CAPTURES_H */
