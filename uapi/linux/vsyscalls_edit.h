/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Holding and rewriting calls; include <linux/vsyscalls.h> to have it.
 *
 * A rule selects calls of the machines its session is attached to, and lists
 * actions on them.  One action is to hold the call: its vCPU stops at the call, or
 * right before its return, until the session resumes it.
 *
 *   entry   The instruction that makes the call is not executed yet.  VSYS_REC_ENTRY
 *           shows the call as the guest made it, and is written before.
 *   return  The guest's kernel has finished the call, its caller does not run yet.
 *           VSYS_REC_RETURN shows the result the guest gets, and is written after.
 *
 * Each change in between is a VSYS_REC_EDIT.  So the records of a call come in this
 * order: ENTRY, then HOLD and EDIT, then RETURN.
 *
 * If several sessions have rules for a call, they act one after the other, at the
 * entry and at the return, in the order in which they attached first: the rules of
 * a session in the order of their ids, each with its actions in their order, then
 * the session's hold.  Each session finds the changes of the sessions before it.
 * After a skip no other rule and no other session acts on the call.  A session
 * holds a call once, by the first rule that says so.
 *
 * A hold ends when the session resumes it, at its deadline, or when the session
 * closes or detaches; the call then continues unchanged.  A signal for the vCPU's
 * thread suspends the hold: the guest stays at the call, with all edits.  When it
 * runs again it makes the call again, and the call is held again: VSYS_HELD_AGAIN,
 * another id, the same vsys_rec_entry.call, no other ENTRY.  The time held before
 * counts towards the deadline.
 *
 * VSYS_RULE, VSYS_HELD and all ioctls with the id of a held call need
 * CAP_SYS_ADMIN in the initial user namespace and the module parameter
 * rewrite=1, and are refused while the kernel is locked down: EPERM, at each ioctl.
 * Rules added before a lockdown act until they are removed.
 *
 * Errors of the ioctls that take the id of a held call; ids are never used twice:
 *
 *   EAGAIN         VSYS_HELD: no call waits
 *   ESTALE         this session does not hold the call (any more)
 *   EBUSY          another thread is operating on the held call
 *   EADDRNOTAVAIL  guest memory is absent
 *   EROFS          guest memory, or a register, cannot be written
 *   EOPNOTSUPP     not possible for this call
 *
 * poll() reports EPOLLRDBAND when VSYS_HELD has a call to return.
 */
#ifndef _UAPI_LINUX_VSYSCALLS_EDIT_H
#define _UAPI_LINUX_VSYSCALLS_EDIT_H

#include <linux/types.h>

#define VSYS_RULES_MAX		4096	/* rules of all sessions together */
#define VSYS_RULES_CALL_MAX	1024	/* of these, for calls of one number and ABI */
#define VSYS_RULES_TASK_MAX	64	/* of these, with conditions on the task */
#define VSYS_RULE_PATTERNS_MAX	64	/* conditions of these with a pattern on the task */
#define VSYS_CONDS_MAX		16	/* conditions of a rule */
#define VSYS_ACTS_MAX		16	/* actions of a rule */
#define VSYS_GLOB_MAX		1024	/* bytes of a pattern */
#define VSYS_POKE_MAX		4096	/* bytes of a VSYS_ACT_POKE */
#define VSYS_MEM_MAX		16384	/* bytes of a VSYS_HELD_MEM */
#define VSYS_HOLD_MS		5000	/* deadline unless told otherwise */
#define VSYS_HOLD_MS_MAX	60000

/* Where in a call. */
enum vsys_at {
	VSYS_AT_ENTRY = 1,
	VSYS_AT_RETURN = 2,
	VSYS_AT_NR,
};

/* How a call continues after a hold or a rule. */
enum vsys_verdict {
	VSYS_CONTINUE = 0,	/* unchanged */
	VSYS_SKIP = 1,		/* entry: the call is not made and returns this result */
	VSYS_RESULT = 2,	/* return: the call returns this result */
	VSYS_VERDICT_NR,
};

/* The value a condition compares. */
enum vsys_cond_what {
	VSYS_COND_ARG = 1,	/* argument @index, as the call was made */
	VSYS_COND_RESULT = 2,	/* vsys_rec_return.result, at the return */
	VSYS_COND_SPACE = 3,	/* vsys_rec_entry.space */
	VSYS_COND_VM = 4,	/* vsys_record.vm */
	VSYS_COND_WHAT_NR,
};

/* The comparison, unsigned. */
enum vsys_cond_op {
	VSYS_COND_EQ = 1,
	VSYS_COND_NE = 2,
	VSYS_COND_LT = 3,
	VSYS_COND_LE = 4,
	VSYS_COND_GT = 5,
	VSYS_COND_GE = 6,
	VSYS_COND_OP_NR,
};

/**
 * struct vsys_cond - a condition: (what & @mask) op @value
 * @what: enum vsys_cond_what
 * @op: enum vsys_cond_op
 * @index: of the argument, 0 to VSYS_ARGS_MAX - 1; zero otherwise
 * @reserved: zero
 * @mask: the bits to compare, not zero
 * @value: compared with; values of 32-bit ABIs are zero-extended
 *
 * False for an argument that the call does not have, or that could not be read.
 */
struct vsys_cond {
	__u32 what;
	__u32 op;
	__u32 index;
	__u32 reserved;
	__aligned_u64 mask;
	__aligned_u64 value;
};

enum vsys_act_what {
	VSYS_ACT_HOLD = 1,	/* @index: enum vsys_verdict at the deadline; @ms */
	VSYS_ACT_SKIP = 2,	/* entry: skip with result @value; the last action there */
	VSYS_ACT_RESULT = 3,	/* return: the result becomes @value */
	VSYS_ACT_ARG = 4,	/* entry: argument @index becomes @value */
	VSYS_ACT_POKE = 5,	/* write @data to argument @index + @value */
	VSYS_ACT_WHAT_NR,
};

#define VSYS_ACT_FORCE	(1U << 0)	/* POKE: to read-only pages, too */

/**
 * struct vsys_act - an action of a rule
 * @what: enum vsys_act_what
 * @at: enum vsys_at
 * @flags: VSYS_ACT_*
 * @index: of an argument; HOLD: the verdict at the deadline; zero otherwise
 * @value: see enum vsys_act_what; HOLD: result of the verdict; zero otherwise.  Of a
 *         32-bit ABI the lower half counts
 * @data: POKE: address of @bytes bytes
 * @bytes: POKE: 1 to VSYS_POKE_MAX
 * @ms: HOLD: deadline, 1 to VSYS_HOLD_MS_MAX, 0 for VSYS_HOLD_MS
 */
struct vsys_act {
	__u32 what;
	__u32 at;
	__u32 flags;
	__u32 index;
	__aligned_u64 value;
	__aligned_u64 data;
	__u32 bytes;
	__u32 ms;
};

#define VSYS_RULE_INVERT	(1U << 0)	/* all calls but @numbers */
#define VSYS_RULE_NOCASE	(1U << 1)	/* @glob: A to Z equal a to z */
#define VSYS_RULE_GLOB_ANY	(1U << 2)	/* match @glob with any argument; ignore @glob_arg */
#define VSYS_RULE_STRICT	(1U << 3)	/* do not let a call pass that @glob cannot decide */

/**
 * struct vsys_rule - VSYS_RULE: add a rule to the session
 * @size: sizeof(struct vsys_rule)
 * @flags: VSYS_RULE_*
 * @id: in: zero; out: id of the rule, larger than all before
 * @numbers: address of @count __u32 call numbers, see VSYS_FILTER
 * @conds: address of @nconds struct vsys_cond, all of which must be true
 * @acts: address of @nacts struct vsys_act
 * @glob: address of @glob_bytes bytes, a pattern without a NUL; zero for none
 * @first: act from this match on, counted from 1; 0 means 1
 * @last: act up to this match; 0 for no limit
 * @step: act on every @step-th match from @first on; 0 means 1
 * @count: 0 to VSYS_FILTER_NUMBERS; 0 selects nothing without VSYS_RULE_INVERT
 * @abi: calls of this enum vsys_abi only; 0 for those of all ABIs
 * @nconds: 0 to VSYS_CONDS_MAX
 * @nacts: 1 to VSYS_ACTS_MAX
 * @glob_bytes: 0 to VSYS_GLOB_MAX
 * @glob_arg: index of the argument to match with @glob
 * @tasks: address of @ntasks struct vsys_task_cond, see VSYS_TASK_FILTER
 * @ntasks: 0 to VSYS_TASK_CONDS_MAX
 * @reserved: zero
 *
 * A call matches when its number does, all conditions are true, those on tasks pass its
 * task as a struct vsys_task_filter would, and the pattern
 * matches the whole of a string among its captures: of kind VSYS_CAP_STRING, or
 * the text of a VSYS_CAP_WSTRING, USTRING or OBJATTR in UTF-8.  In a pattern '*'
 * stands for any bytes and '?' for one byte; no other byte is special, not even '\\'.
 * A string that was cut does not match.  For calls of a rule with a pattern, up to 4096
 * bytes of an argument are captured.
 *
 * A string that is absent at the entry, as the guest's kernel has yet to map its page, is
 * matched at the return.  VSYS_ACT_SKIP then makes its result that of the call, which was
 * made; other actions due at the entry are left out: VSYS_REC_UNDECIDED.
 *
 * With VSYS_RULE_STRICT the guest's kernel is made to map that page first, where this is
 * possible: calls of Linux by SYSCALL in 64-bit code, of a machine that is traced by one
 * profile.  The caller makes an rt_sigprocmask() that fails in place of its call, then its
 * call, which the rule decides: a VSYS_REC_EDIT of type VSYS_EDIT_TOUCH for each such time,
 * and a VSYS_REC_LATE.  A string that is absent after eight times matches.
 *
 * @first, @last and @step count matches of all machines together.  A rule with a
 * VSYS_COND_RESULT matches at the return, so all its actions must be there.  Any
 * other rule matches at the entry, also if it acts at the return.
 * A failed action ends its rule for that call: VSYS_REC_EDIT with an error.
 * The rule is removed with the session.
 *
 *   ENOSPC      there are VSYS_RULES_MAX rules; VSYS_RULES_CALL_MAX of them concern a
 *               number that this one does; VSYS_RULES_TASK_MAX, or
 *               VSYS_RULE_PATTERNS_MAX patterns, if it has conditions on the task
 *   EINVAL      also: an action or condition in the wrong place, as SKIP at the
 *               return
 */
struct vsys_rule {
	__u32 size;
	__u32 flags;
	__aligned_u64 id;
	__aligned_u64 numbers;
	__aligned_u64 conds;
	__aligned_u64 acts;
	__aligned_u64 glob;
	__aligned_u64 first;
	__aligned_u64 last;
	__aligned_u64 step;
	__u32 count;
	__u32 abi;
	__u32 nconds;
	__u32 nacts;
	__u32 glob_bytes;
	__u32 glob_arg;
	__aligned_u64 tasks;
	__u32 ntasks;
	__u32 reserved;
};

/**
 * struct vsys_rule_info - VSYS_RULE_INFO: list rules, VSYS_UNRULE: remove one
 * @size: sizeof(struct vsys_rule_info)
 * @flags: none defined, zero
 * @id: VSYS_RULE_INFO: in: selects the rule with the next larger id, 0 for the
 *      first; out: its id.  VSYS_UNRULE: in: the rule to remove
 * @matched: out: calls that matched
 * @acted: out: of these, calls selected by @first, @last and @step
 * @failed: out: of these, calls with a failed action
 * @error: out: errno of the last failure, positive
 * @reserved: zero
 * @undecided: calls that had a VSYS_REC_UNDECIDED for it
 *
 * Other sessions' rules are not visible.  After VSYS_UNRULE the rule does not act any
 * more; calls that it holds stay held.
 *
 *   ENOENT      no such rule
 */
struct vsys_rule_info {
	__u32 size;
	__u32 flags;
	__aligned_u64 id;
	__aligned_u64 matched;
	__aligned_u64 acted;
	__aligned_u64 failed;
	__u32 error;
	__u32 reserved;
	__aligned_u64 undecided;
};

#define VSYS_HELD_AGAIN		(1U << 0)	/* held before, until a signal came */

/**
 * struct vsys_held - VSYS_HELD: a held call
 * @size: sizeof(struct vsys_held)
 * @flags: in: zero; out: VSYS_HELD_*
 * @id: in: 0 for a call that VSYS_HELD has not returned yet, or the id of a held
 *      call; out: its id
 * @record: address of @bytes bytes, for its record: struct vsys_rec_entry or
 *          vsys_rec_return as in the ring, with captures; seq is 0
 * @rule: out: id of the rule that holds it
 * @bytes: in: size of the buffer; out: bytes of the record; 64 KiB always suffice
 * @at: out: enum vsys_at
 * @left_ms: out: milliseconds to the deadline
 * @insn_len: out: at the entry, bytes of the instruction that makes the call; or 0
 *
 * The record of a call held at its entry shows the call as the guest made it; with
 * VSYS_HELD_AGAIN, with the edits.  The record of a call held at its return shows
 * the result it would get.
 *
 *   EMSGSIZE    the buffer is too small: @bytes and @id are set, the call counts as
 *               not returned yet
 */
struct vsys_held {
	__u32 size;
	__u32 flags;
	__aligned_u64 id;
	__aligned_u64 record;
	__aligned_u64 rule;
	__u32 bytes;
	__u32 at;
	__u32 left_ms;
	__u32 insn_len;
};

#define VSYS_WRITE		(1U << 0)	/* write; without it: read */
#define VSYS_FORCE		(1U << 1)	/* memory: to read-only pages, too */
#define VSYS_PHYS		(1U << 2)	/* memory: @addr is guest-physical */

/**
 * struct vsys_held_args - VSYS_HELD_ARGS: arguments of a held call
 * @size: sizeof(struct vsys_held_args)
 * @flags: VSYS_WRITE
 * @id: of the held call
 * @values: address of @count __u64
 * @first: index of the first of them, as in vsys_rec_entry.args
 * @count: how many; @first + @count is vsys_rec_entry.nargs at most
 * @fault: out: with EADDRNOTAVAIL and EROFS: guest-virtual address of the first
 *         byte that cannot be read or written
 *
 * Reads or writes all of them or none, in registers or on the guest's stack, as the
 * ABI says.  Arguments of a 32-bit ABI have 4 bytes.  At the return the values are
 * those read at the entry, and cannot be written.
 *
 *   EINVAL         also: no such argument; more than 4 bytes in a 32-bit ABI
 *   EOPNOTSUPP     a write at the return
 *   EADDRNOTAVAIL  guest memory is absent; @fault 0: it was at the entry
 *   EROFS          guest memory is read-only
 */
struct vsys_held_args {
	__u32 size;
	__u32 flags;
	__aligned_u64 id;
	__aligned_u64 values;
	__u32 first;
	__u32 count;
	__aligned_u64 fault;
};

#define VSYS_REGS_MAX		64	/* registers of any architecture */

/**
 * struct vsys_held_regs - VSYS_HELD_REGS: registers of a held call
 * @size: sizeof(struct vsys_held_regs)
 * @flags: VSYS_WRITE
 * @id: of the held call
 * @mask: in: VSYS_WRITE: bit mask (1 << register number) of the registers to write;
 *        out: with EROFS: of these, the ones that cannot be written here
 * @values: address of @count __u64, by register number
 * @count: in: 1 to VSYS_REGS_MAX, more than the last register of @mask; out: number
 *         of registers of the guest's architecture
 * @reserved: zero
 *
 * The guest's architecture (enum vsys_arch) numbers the registers and says which
 * can be written where: see <linux/vsyscalls_x86.h>.  A read fills all @count values,
 * with zero beyond the last register.  A write changes all registers of @mask or none.
 *
 *   EINVAL      also: no register in @mask, or one beyond the last; a value that the
 *               register cannot have
 *   EROFS       a register cannot be written here
 */
struct vsys_held_regs {
	__u32 size;
	__u32 flags;
	__aligned_u64 id;
	__aligned_u64 mask;
	__aligned_u64 values;
	__u32 count;
	__u32 reserved;
};

/**
 * struct vsys_held_mem - VSYS_HELD_MEM: memory of the machine of a held call
 * @size: sizeof(struct vsys_held_mem)
 * @flags: VSYS_WRITE, VSYS_FORCE (with VSYS_WRITE only), VSYS_PHYS
 * @id: of the held call
 * @addr: guest-virtual address in the call's address space, or guest-physical
 * @data: address of @bytes bytes
 * @bytes: 1 to VSYS_MEM_MAX
 * @reserved: zero
 * @fault: out: with EADDRNOTAVAIL and EROFS: first address, virtual or physical as
 *         @addr, that cannot be read or written
 *
 * Reads or writes all bytes or none: each page is checked before the first byte is
 * written.  Access rights are those of the guest's user mode: pages of the kernel
 * alone are absent.  A page that is read-only for the guest is written with
 * VSYS_FORCE only, and stays read-only; a copy-on-write page shared by processes
 * then changes for all of them.  A write sets Accessed and Dirty in the guest's page
 * tables as the CPU would; with VSYS_FORCE it does not set Dirty for a read-only page,
 * so the guest's kernel may drop the change with the page; with VSYS_PHYS it sets
 * neither.  Memory that is read-only on the host is never written.
 *
 *   EADDRNOTAVAIL, EROFS  see @fault
 */
struct vsys_held_mem {
	__u32 size;
	__u32 flags;
	__aligned_u64 id;
	__aligned_u64 addr;
	__aligned_u64 data;
	__u32 bytes;
	__u32 reserved;
	__aligned_u64 fault;
};

/**
 * struct vsys_resume - VSYS_RESUME: let a held call go
 * @size: sizeof(struct vsys_resume)
 * @flags: none defined, zero
 * @id: of the held call
 * @verdict: enum vsys_verdict
 * @reserved: zero
 * @result: VSYS_SKIP and VSYS_RESULT: the result register; of a 32-bit ABI its
 *          lower half
 *
 * A skipped call returns as if it had been made, see <linux/vsyscalls_x86.h>.  Its
 * VSYS_REC_RETURN has VSYS_F_SKIPPED.
 *
 *   EINVAL      also: no such verdict here
 *   EOPNOTSUPP  the return address is unknown or not canonical; the call stays held
 */
struct vsys_resume {
	__u32 size;
	__u32 flags;
	__aligned_u64 id;
	__u32 verdict;
	__u32 reserved;
	__aligned_u64 result;
};

#endif /* _UAPI_LINUX_VSYSCALLS_EDIT_H */
