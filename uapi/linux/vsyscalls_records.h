/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What a ring of vsyscalls holds; include <linux/vsyscalls.h> to have it. */
#ifndef _UAPI_LINUX_VSYSCALLS_RECORDS_H
#define _UAPI_LINUX_VSYSCALLS_RECORDS_H

#include <linux/types.h>

#define VSYS_ARGS		6	/* arguments in each entry record */
#define VSYS_ARGS_MAX		20	/* arguments of a call, of 4 or 8 bytes each */

/**
 * struct vsys_ring_reader - page 0 of a ring
 * @pos: how far the reader has come
 */
struct vsys_ring_reader {
	__aligned_u64 pos;
};

/**
 * struct vsys_ring_writer - page 1 of a ring
 * @pos: how far the writer has come
 * @emitted: events, whether they fit or not; also the next event's number
 * @lost: of these, not written
 * @closed: not zero when nothing more will be written
 * @reserved: zero
 */
struct vsys_ring_writer {
	__aligned_u64 pos;
	__aligned_u64 emitted;
	__aligned_u64 lost;
	__u32 closed;
	__u32 reserved;
};

enum vsys_rec_type {
	VSYS_REC_ENTRY = 1,	/* struct vsys_rec_entry */
	VSYS_REC_RETURN = 2,	/* struct vsys_rec_return */
	VSYS_REC_LOST = 3,	/* struct vsys_rec_lost */
	VSYS_REC_ATTACH = 4,	/* struct vsys_record: the vCPU is traced from here */
	VSYS_REC_DETACH = 5,	/* struct vsys_record: and not any more */
	VSYS_REC_REFUSED = 6,	/* struct vsys_rec_refused */
	VSYS_REC_MSR = 7,	/* struct vsys_rec_msr */
	VSYS_REC_HOLD = 8,	/* struct vsys_rec_hold */
	VSYS_REC_EDIT = 9,	/* struct vsys_rec_edit */
};

/* vsys_record.flags */
#define VSYS_F_UNSEEN	(1U << 0)	/* RETURN: the return was not seen, no result */
#define VSYS_F_UNPAIRED	(1U << 1)	/* RETURN: of a call whose entry was not seen */
#define VSYS_F_NORETURN	(1U << 2)	/* ENTRY: such a call does not return */
#define VSYS_F_UNKNOWN	(1U << 3)	/* ENTRY: a number the profile does not know */
#define VSYS_F_SLOW	(1U << 4)	/* the trap took the path that may sleep */
#define VSYS_F_GAP	(1U << 5)	/* a capture is marked VSYS_CAP_FAULT */
#define VSYS_F_SKIPPED	(1U << 6)	/* RETURN: the call was not made */
#define VSYS_F_EDITED	(1U << 7)	/* RETURN: VSYS_REC_EDITs of the call came before */

/**
 * struct vsys_record - what each record begins with
 * @size: bytes of the whole record, a multiple of 8, 64 KiB at most
 * @type: enum vsys_rec_type
 * @flags: VSYS_F_*
 * @seq: number of the event in its ring, from 0 without holes; of a
 *       VSYS_REC_LOST: number of the next event
 * @time: nanoseconds, the host's sched clock, as perf and ftrace use it
 * @vm: process id of the machine, initial pid namespace
 * @vcpu: index of the vCPU
 * @abi: enum vsys_abi, 0 in records that are not of a call
 * @door: enum vsys_door: by which the call came, of a return, too
 * @nr: number of the call as the guest gave it
 * @profile: index of the profile
 */
struct vsys_record {
	__u32 size;
	__u16 type;
	__u16 flags;
	__aligned_u64 seq;
	__aligned_u64 time;
	__u32 vm;
	__u16 vcpu;
	__u8 abi;
	__u8 door;
	__u32 nr;
	__u32 profile;
};

/**
 * struct vsys_rec_entry - a system call begins
 * @r: type VSYS_REC_ENTRY
 * @call: names the call; its VSYS_REC_RETURN has the same
 * @pc: address of the instruction that made the call
 * @sp: stack pointer of the caller; as the kernel is told by SYSENTER: EDX of
 *      Windows, EBP of Linux
 * @cr3: page table root in use, without PCID and flag bits, and of Linux without
 *       bit 12 (but with 32-bit page tables), which page-table isolation toggles
 * @args: the first arguments, in order, as wide as the ABI has them; one of
 *        8 bytes is two of a 32-bit ABI, low half first
 * @nargs: how many arguments the call takes, VSYS_ARGS_MAX at most; of an
 *         unknown call what its ABI has in registers, of Windows 4
 * @valid: how many of them, from the first on, could be read, the others are
 *         on the stack and zero here
 * @captures: how many struct vsys_capture follow
 *
 * When @nargs is more than VSYS_ARGS, the @nargs - VSYS_ARGS others follow as
 * __u64, before the captures.
 */
struct vsys_rec_entry {
	struct vsys_record r;
	__aligned_u64 call;
	__aligned_u64 pc;
	__aligned_u64 sp;
	__aligned_u64 cr3;
	__aligned_u64 args[VSYS_ARGS];
	__u16 nargs;
	__u16 valid;
	__u32 captures;
};

/**
 * struct vsys_rec_return - a system call ends
 * @r: type VSYS_REC_RETURN; captures follow to the end of @r.size
 * @call: that of the entry; 0 with VSYS_F_UNPAIRED
 * @result: the result register, whole; 0 with VSYS_F_UNSEEN
 * @latency: nanoseconds since the entry; 0 with VSYS_F_UNPAIRED
 */
struct vsys_rec_return {
	struct vsys_record r;
	__aligned_u64 call;
	__aligned_u64 result;
	__aligned_u64 latency;
};

/**
 * struct vsys_rec_lost - events that found no room
 * @r: type VSYS_REC_LOST
 * @first: number of the first of them
 * @last: number of the last of them
 * @count: how many, @last - @first + 1
 */
struct vsys_rec_lost {
	struct vsys_record r;
	__aligned_u64 first;
	__aligned_u64 last;
	__aligned_u64 count;
};

enum vsys_refusal {
	VSYS_REFUSED_ENCRYPTED = 1,	/* SEV, SEV-ES, SNP or TDX guest */
	VSYS_REFUSED_LAYOUT = 2,	/* KVM's structures are not as expected */
	VSYS_REFUSED_MEMORY = 3,	/* no memory for the vCPU's state or ring */
	VSYS_REFUSED_FETCH = 4,		/* the instruction at @pc cannot be read */
	VSYS_REFUSED_DOOR = 5,		/* this CPU has no way to trap door @door */
	VSYS_REFUSED_MODE = 6,		/* CET or FRED, which are not emulated */
};

/**
 * struct vsys_rec_refused - a trap is not possible
 * @r: type VSYS_REC_REFUSED
 * @reason: enum vsys_refusal
 * @door: enum vsys_door, of VSYS_REFUSED_DOOR
 * @pc: the instruction pointer of the guest, where it matters
 */
struct vsys_rec_refused {
	struct vsys_record r;
	__u32 reason;
	__u32 door;
	__aligned_u64 pc;
};

/**
 * struct vsys_rec_msr - the guest has moved an entry of its kernel
 * @r: type VSYS_REC_MSR
 * @index: MSR number: STAR, LSTAR, CSTAR, SFMASK, SYSENTER_CS, _ESP or _EIP
 * @reserved: zero
 * @was: the old value
 * @value: the new one
 *
 * Written before the first call that came by the new value.  Values that the
 * guest sets and sets back in between are not seen.
 */
struct vsys_rec_msr {
	struct vsys_record r;
	__u32 index;
	__u32 reserved;
	__aligned_u64 was;
	__aligned_u64 value;
};

enum vsys_hold_event {
	VSYS_HOLD_BEGIN = 1,
	VSYS_HOLD_RESUMED = 2,	/* by its session */
	VSYS_HOLD_DEADLINE = 3,	/* with the verdict of its rule */
	VSYS_HOLD_SIGNAL = 4,	/* gave way; will be held again */
	VSYS_HOLD_CLOSED = 5,	/* its session has closed or detached: continued */
};

/**
 * struct vsys_rec_hold - a call is held, or not any more
 * @r: type VSYS_REC_HOLD
 * @call: of the call
 * @id: of the hold, see struct vsys_held
 * @rule: id of the rule that holds it
 * @at: enum vsys_at
 * @event: enum vsys_hold_event
 *
 * For the session that holds, and for those that have the call's entry.
 */
struct vsys_rec_hold {
	struct vsys_record r;
	__aligned_u64 call;
	__aligned_u64 id;
	__aligned_u64 rule;
	__u32 at;
	__u32 event;
};

/* What was edited. */
enum vsys_edit {
	VSYS_EDIT_ARG = 1,	/* argument @index */
	VSYS_EDIT_REG = 2,	/* enum vsys_reg @index */
	VSYS_EDIT_MEM = 3,	/* guest-virtual memory at @addr */
	VSYS_EDIT_PHYS = 4,	/* guest-physical memory at @addr */
	VSYS_EDIT_RESULT = 5,	/* the result, at the return */
	VSYS_EDIT_SKIP = 6,	/* the call is not made, and has result @value */
};

/**
 * struct vsys_rec_edit - a call was changed, or was to be
 * @r: type VSYS_REC_EDIT
 * @call: of the call
 * @rule: id of the rule that did it; 0 if its session did, holding it
 * @what: enum vsys_edit
 * @index: what @what says
 * @addr: of memory; with @error: address of the first byte that failed
 * @was: the old value; of memory and of SKIP zero
 * @value: the new value; of memory zero
 * @bytes: of memory; @bytes old ones follow, and from the next multiple
 *         of 8 on @bytes new ones; with @error: none
 * @at: enum vsys_at
 * @error: 0, or an errno, positive: a rule could not do it, nothing was changed
 * @reserved: zero
 *
 * For the session that edits, and for those that have the call's entry.
 */
struct vsys_rec_edit {
	struct vsys_record r;
	__aligned_u64 call;
	__aligned_u64 rule;
	__u32 what;
	__u32 index;
	__aligned_u64 addr;
	__aligned_u64 was;
	__aligned_u64 value;
	__u32 bytes;
	__u32 at;
	__u32 error;
	__u32 reserved;
};

/* How the bytes of a capture are to be read. */
enum vsys_cap_kind {
	VSYS_CAP_BYTES = 1,	/* as they are in the guest's memory */
	VSYS_CAP_STRING = 2,	/* up to its NUL, which is not included */
	VSYS_CAP_STRINGS = 3,	/* strings, each with its NUL; of a vector such as argv */
	VSYS_CAP_IOVEC = 4,	/* the bytes that an iovec array points to, in order */
	VSYS_CAP_USTRING = 5,	/* struct vsys_ustring, its text */
	VSYS_CAP_OBJATTR = 6,	/* struct vsys_objattr, text of the name */
	VSYS_CAP_WSTRING = 7,	/* UTF-16 without its NUL; of a PS_ATTRIBUTE_LIST the image */
};

/**
 * struct vsys_ustring - UNICODE_STRING of a Windows guest, 32-bit or 64-bit
 * @length: bytes of text, as the guest says
 * @maximum: bytes of the buffer, as the guest says
 * @reserved: zero
 * @buffer: guest-virtual address of the text
 *
 * UTF-16LE text follows, as much as could be read; nothing else is checked:
 * @length may be odd, or more than @maximum, and surrogates unpaired.
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
 * @root: handle of the directory that the name is relative to, or 0
 * @name: guest-virtual address of the name's UNICODE_STRING, or 0
 * @descriptor: guest-virtual address of the security descriptor, or 0
 * @qos: guest-virtual address of the quality of service, or 0
 * @string: the name; missing when @name is 0 or could not be read
 *
 * UTF-16LE text of the name follows, as of struct vsys_ustring.
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
 * In a return: an argument as it was to be captured at the entry, where memory
 * of one was absent.  The guest may have changed it since.
 */
#define VSYS_CAP_LATE		(1U << 2)

/**
 * struct vsys_capture - guest memory that an argument points to
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

#endif /* _UAPI_LINUX_VSYSCALLS_RECORDS_H */
