/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* The records in a ring of vsyscalls; include <linux/vsyscalls.h> to have it. */
#ifndef _UAPI_LINUX_VSYSCALLS_RECORDS_H
#define _UAPI_LINUX_VSYSCALLS_RECORDS_H

#include <linux/types.h>
#include <linux/vsyscalls_captures.h>

#define VSYS_ARGS		6	/* arguments in each entry record */
#define VSYS_ARGS_MAX		20	/* arguments of a call, of 4 or 8 bytes each */

/**
 * struct vsys_ring_reader - page 0 of a ring
 * @pos: position up to which records were read
 */
struct vsys_ring_reader {
	__aligned_u64 pos;
};

/**
 * struct vsys_ring_writer - page 1 of a ring
 * @pos: position up to which records were written
 * @emitted: events, written or lost; also the next event's number
 * @lost: of these, not written
 * @closed: not zero after the last record
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
	VSYS_REC_ATTACH = 4,	/* struct vsys_record: tracing of the vCPU begins */
	VSYS_REC_DETACH = 5,	/* struct vsys_record: tracing of the vCPU ends */
	VSYS_REC_REFUSED = 6,	/* struct vsys_rec_refused */
	VSYS_REC_ENTRY_REG = 7,	/* struct vsys_rec_entry_reg */
	VSYS_REC_HOLD = 8,	/* struct vsys_rec_hold */
	VSYS_REC_EDIT = 9,	/* struct vsys_rec_edit */
	VSYS_REC_TASK = 10,	/* struct vsys_rec_task, in <linux/vsyscalls_task.h> */
	VSYS_REC_LATE = 11,	/* struct vsys_rec_late */
	VSYS_REC_UNDECIDED = 12,	/* struct vsys_rec_undecided */
	VSYS_REC_NESTED = 13,	/* struct vsys_record: a nested guest runs, once for a vCPU */
	VSYS_REC_POLLED = 14,	/* struct vsys_rec_polled */
	VSYS_REC_MORE = 15,	/* struct vsys_rec_more */
	VSYS_REC_TYPE_NR,
};

/* vsys_record.flags */
#define VSYS_F_UNSEEN	(1U << 0)	/* RETURN: the return was not seen, no result */
#define VSYS_F_UNPAIRED	(1U << 1)	/* RETURN: the entry was not seen */
#define VSYS_F_NORETURN	(1U << 2)	/* ENTRY: the call does not return */
#define VSYS_F_UNKNOWN	(1U << 3)	/* ENTRY: a number the profile does not know */
#define VSYS_F_SLOW	(1U << 4)	/* handled on the path that may sleep */
#define VSYS_F_GAP	(1U << 5)	/* a capture is marked VSYS_CAP_FAULT */
#define VSYS_F_SKIPPED	(1U << 6)	/* RETURN: the call was not made */
#define VSYS_F_EDITED	(1U << 7)	/* RETURN: after VSYS_REC_EDITs of the call */

/**
 * struct vsys_record - the head of each record
 * @size: bytes of the whole record, a multiple of 8, 64 KiB at most
 * @type: enum vsys_rec_type
 * @flags: VSYS_F_*
 * @seq: number of the event in its ring, from 0 without holes; VSYS_REC_LOST: number
 *       of the next event
 * @time: nanoseconds, the host's sched clock, as perf and ftrace use it
 * @vm: process id of the machine, initial pid namespace
 * @vcpu: index of the vCPU
 * @abi: enum vsys_abi, 0 in records that belong to no call
 * @door: enum vsys_door by which the call came, in a return, too
 * @nr: number of the call as the guest gave it
 * @profile: index of the profile; its vsys_profile_info.arch gives register numbers
 *           their meaning
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
 * @call: id of the call, also in its VSYS_REC_RETURN
 * @pc: address of the instruction that made the call
 * @sp: stack pointer of the caller; for SYSENTER the one passed to the kernel: EDX
 *      of Windows, EBP of Linux
 * @space: address space of the caller, the same for all its threads.  x86: page table
 *         root in CR3, without PCID and flag bits; of Linux, with 64-bit page table
 *         entries, also without bit 12, which page-table isolation toggles
 * @args: the first arguments, in order, of the ABI's width; an 8-byte argument of
 *        a 32-bit ABI takes two, low half first
 * @nargs: number of arguments the call takes, VSYS_ARGS_MAX at most; for an
 *         unknown call the number its ABI has in registers, for Windows 4
 * @valid: number of arguments, from the first on, that could be read; the others
 *         are on the stack and zero here
 * @captures: number of struct vsys_capture that follow
 *
 * When @nargs is more than VSYS_ARGS, the @nargs - VSYS_ARGS others follow as
 * __u64, before the captures.
 */
struct vsys_rec_entry {
	struct vsys_record r;
	__aligned_u64 call;
	__aligned_u64 pc;
	__aligned_u64 sp;
	__aligned_u64 space;
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
 *
 * With VSYS_F_UNPAIRED, @r.abi is 0.  Of Windows it is the native ABI, and there are two
 * captures, VSYS_TARGET_SP and VSYS_TARGET_PC in place of a number of an argument: the memory
 * at the new stack pointer, VSYS_TARGET_FRAME bytes, and no bytes at the target.  The kernel
 * enters user-mode callbacks and APCs by such a return, and that memory tells which.
 */
struct vsys_rec_return {
	struct vsys_record r;
	__aligned_u64 call;
	__aligned_u64 result;
	__aligned_u64 latency;
};

#define VSYS_TARGET_SP		0
#define VSYS_TARGET_PC		1
#define VSYS_TARGET_FRAME	64

/**
 * struct vsys_rec_lost - events lost because the ring was full
 * @r: type VSYS_REC_LOST
 * @first: number of the first of them
 * @last: number of the last of them
 * @count: @last - @first + 1
 */
struct vsys_rec_lost {
	struct vsys_record r;
	__aligned_u64 first;
	__aligned_u64 last;
	__aligned_u64 count;
};

enum vsys_refusal {
	VSYS_REFUSED_ENCRYPTED = 1,	/* SEV, SEV-ES, SNP or TDX guest */
	VSYS_REFUSED_LAYOUT = 2,	/* layout of KVM's structures unknown */
	VSYS_REFUSED_MEMORY = 3,	/* no memory for the vCPU's state or ring */
	VSYS_REFUSED_FETCH = 4,		/* the instruction at @pc cannot be read */
	VSYS_REFUSED_DOOR = 5,		/* this CPU has no way to trap door @door */
	VSYS_REFUSED_MODE = 6,		/* the guest uses FRED, or CET on AMD: not supported */
	VSYS_REFUSED_RETURN = 7,	/* that at @pc cannot be emulated: all go unseen */
	VSYS_REFUSED_LEVEL = 8,		/* Arm: a hypervisor, or a kernel in AArch32 */
	VSYS_REFUSAL_NR,
};

/**
 * struct vsys_rec_refused - a vCPU or a door cannot be trapped
 * @r: type VSYS_REC_REFUSED
 * @reason: enum vsys_refusal
 * @door: VSYS_REFUSED_DOOR: enum vsys_door
 * @pc: VSYS_REFUSED_FETCH, VSYS_REFUSED_RETURN: the guest's instruction pointer
 */
struct vsys_rec_refused {
	struct vsys_record r;
	__u32 reason;
	__u32 door;
	__aligned_u64 pc;
};

/**
 * struct vsys_rec_entry_reg - the guest has moved an entry of its kernel
 * @r: type VSYS_REC_ENTRY_REG
 * @reg: the register, numbered by the guest's architecture: see
 *       <linux/vsyscalls_x86.h> and its like
 * @reserved: zero
 * @was: the old value
 * @value: the new one
 *
 * Written before the first call by the new entry.  A value that the guest sets and
 * sets back in between is not seen.
 */
struct vsys_rec_entry_reg {
	struct vsys_record r;
	__u32 reg;
	__u32 reserved;
	__aligned_u64 was;
	__aligned_u64 value;
};

enum vsys_hold_event {
	VSYS_HOLD_BEGIN = 1,
	VSYS_HOLD_RESUMED = 2,	/* by its session */
	VSYS_HOLD_DEADLINE = 3,	/* with the verdict of its rule */
	VSYS_HOLD_SIGNAL = 4,	/* suspended by a signal or a full dirty ring: held again */
	VSYS_HOLD_CLOSED = 5,	/* its session closed or detached: continued */
	VSYS_HOLD_EVENT_NR,
};

/**
 * struct vsys_rec_hold - the hold of a call begins or ends
 * @r: type VSYS_REC_HOLD
 * @call: id of the call
 * @id: id of the hold, see struct vsys_held
 * @rule: id of the rule that holds it
 * @at: enum vsys_at
 * @event: enum vsys_hold_event
 *
 * Written for the holding session, and for sessions with the call's entry.
 */
struct vsys_rec_hold {
	struct vsys_record r;
	__aligned_u64 call;
	__aligned_u64 id;
	__aligned_u64 rule;
	__u32 at;
	__u32 event;
};

/* The edited part of a call. */
enum vsys_edit {
	VSYS_EDIT_ARG = 1,	/* argument @index */
	VSYS_EDIT_REG = 2,	/* register @index, numbered as in struct vsys_held_regs */
	VSYS_EDIT_MEM = 3,	/* guest-virtual memory at @addr */
	VSYS_EDIT_PHYS = 4,	/* guest-physical memory at @addr */
	VSYS_EDIT_RESULT = 5,	/* the result, at the return */
	VSYS_EDIT_SKIP = 6,	/* the call is not made and returns @value */
	VSYS_EDIT_TOUCH = 7,	/* VSYS_RULE_STRICT: argument @index was absent at @addr */
	VSYS_EDIT_NR,
};

/**
 * struct vsys_rec_edit - a call was changed, or a rule failed to
 * @r: type VSYS_REC_EDIT
 * @call: id of the call
 * @rule: id of the rule; 0 if the holding session made the change
 * @what: enum vsys_edit
 * @index: of the argument or register
 * @addr: MEM, PHYS, TOUCH: the address; with @error: address of the first byte that failed
 * @was: the old value; zero for MEM, PHYS, SKIP and TOUCH
 * @value: the new value; zero for MEM, PHYS and TOUCH
 * @bytes: MEM, PHYS: @bytes old bytes follow, and from the next multiple of 8 on
 *         @bytes new ones; with @error: none
 * @at: enum vsys_at
 * @error: 0, or an errno, positive: the rule failed and changed nothing
 * @reserved: zero
 *
 * Written for the editing session, and for sessions with the call's entry.
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

/**
 * struct vsys_rec_late - arguments of a call that has not returned yet
 * @r: type VSYS_REC_LATE
 * @call: id of the call
 * @captures: number of struct vsys_capture that follow, all VSYS_CAP_LATE
 * @reserved: zero
 *
 * Of a call that may not return to its address space, such as Linux' execve, or that a
 * rule with VSYS_RULE_STRICT waited for, and had a capture marked VSYS_CAP_FAULT in its
 * entry: the same captures, read before the guest leaves that space, at most once.  Its
 * VSYS_REC_RETURN has no such captures then.
 */
struct vsys_rec_late {
	struct vsys_record r;
	__aligned_u64 call;
	__u32 captures;
	__u32 reserved;
};

/**
 * struct vsys_rec_undecided - a rule could not act on a call
 * @r: type VSYS_REC_UNDECIDED
 * @call: id of the call
 * @rule: id of the rule
 * @arg: index of the first argument whose string could not be read
 * @reserved: zero
 *
 * All conditions of the rule hold but for its pattern: a string that it has to match was
 * absent from the guest's memory at the entry, and either it still is at the return, or the
 * rule matches and has actions that come too late.  Written for the rule's session.
 */
struct vsys_rec_undecided {
	struct vsys_record r;
	__aligned_u64 call;
	__aligned_u64 rule;
	__u32 arg;
	__u32 reserved;
};

/**
 * struct vsys_rec_polled - a Linux guest has set up an io_uring that its kernel polls
 * @r: type VSYS_REC_POLLED
 * @call: id of the io_uring_setup()
 * @fd: its result: a descriptor, or with IORING_SETUP_REGISTERED_FD_ONLY an index
 * @setup: IORING_SETUP_*, with IORING_SETUP_SQPOLL
 *
 * No system calls submit the entries of such a ring, so they are not seen.  Written for
 * sessions whose filter passes io_uring_enter().
 */
struct vsys_rec_polled {
	struct vsys_record r;
	__aligned_u64 call;
	__u32 fd;
	__u32 setup;
};

/**
 * struct vsys_rec_more - bytes of a capture for which the call's record has no room
 * @r: type VSYS_REC_MORE; bytes follow, to the end of the capture or of @r.size
 * @call: id of the call
 * @len: vsys_capture.len of the whole capture
 * @offset: in the capture, of the bytes that follow, a multiple of 8
 * @of: type of the record that has the capture's begin: VSYS_REC_ENTRY, VSYS_REC_RETURN or
 *      VSYS_REC_LATE
 * @capture: index of the capture in that record, from 0
 * @flags: VSYS_CAP_* of the whole capture
 * @reserved: zero
 *
 * Before that record in the ring, with no other of these types in between, are those of all
 * bytes that it does not have.  Its own capture is marked VSYS_CAP_TRUNCATED: so it is for
 * readers to which one of them was lost.  When a return is retried, they come again.
 *
 * Written for sessions with a vsys_setup.capture_bytes of more than 4096.
 */
struct vsys_rec_more {
	struct vsys_record r;
	__aligned_u64 call;
	__u32 len;
	__u32 offset;
	__u16 of;
	__u16 capture;
	__u16 flags;
	__u16 reserved;
};

#endif /* _UAPI_LINUX_VSYSCALLS_RECORDS_H */
