/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Holding and rewriting calls; include <linux/vsyscalls.h> to have it.
 *
 * A rule says which calls of the machines that its session is attached to are
 * acted upon, and how.  One action is to hold the call: its vCPU stops at the
 * call, or right before its return, until the session resumes it.
 *
 *   entry   the instruction that makes the call is not executed yet.  VSYS_REC_ENTRY
 *           has the call as the guest made it, and is written before.
 *   return  the kernel of the guest has done, its caller does not run yet.
 *           VSYS_REC_RETURN has what the guest gets, and is written after.
 *
 * What is changed in between is a VSYS_REC_EDIT each.  So the records of a call
 * come in this order: ENTRY, then HOLD and EDIT, then RETURN.
 *
 * When several sessions have rules for a call, each has its turn, at the entry
 * and at the return in the order in which they attached first: its rules in the
 * order of their ids, each with its actions in their order, then its hold.  It
 * finds what the sessions before it have left.  Once a call is skipped no rule
 * and no session after that has a turn.  A call is held once for a session, by
 * the first rule that says so.
 *
 * A hold ends when its session resumes it, at its deadline, and when its session
 * is closed or detached, when the call goes on as it is; and it gives way to a signal for the vCPU's thread.  In
 * that case the guest is left as it is, with what was edited, at the call, and
 * when it runs again and makes the call it is held anew: VSYS_HELD_AGAIN, another
 * id, the same vsys_rec_entry.call, no other ENTRY.  The time that it was held
 * before counts for the deadline.
 *
 * VSYS_RULE, VSYS_HELD and all that takes the id of a held call need
 * CAP_SYS_ADMIN in the initial user namespace and the module parameter
 * rewrite=1, and are refused while the kernel is locked down: EPERM, each time.  Rules
 * that were there before it was locked down act until they are removed.
 * What is done with a held call is done by one thread at a time: EBUSY.
 *
 * Held calls are named by ids, which are never used twice.  EAGAIN from VSYS_HELD:
 * none waits.  ESTALE: the call is not held (any more) by this session.
 * poll() reports EPOLLRDBAND when VSYS_HELD has a call to give.
 */
#ifndef _UAPI_LINUX_VSYSCALLS_EDIT_H
#define _UAPI_LINUX_VSYSCALLS_EDIT_H

#include <linux/types.h>

#define VSYS_RULES_MAX		64	/* rules of all sessions together */
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
};

/* What a held call, or one that is acted upon, goes on with. */
enum vsys_verdict {
	VSYS_CONTINUE = 0,	/* as it is */
	VSYS_SKIP = 1,		/* entry: it is not made and has this result */
	VSYS_RESULT = 2,	/* return: it has this result */
};

/* What a condition looks at. */
enum vsys_cond_what {
	VSYS_COND_ARG = 1,	/* argument @index, as the call was made */
	VSYS_COND_RESULT = 2,	/* at the return; as records have it */
	VSYS_COND_CR3 = 3,	/* vsys_rec_entry.cr3 */
	VSYS_COND_VM = 4,	/* vsys_record.vm */
};

/* How it compares, without a sign. */
enum vsys_cond_op {
	VSYS_COND_EQ = 1,
	VSYS_COND_NE = 2,
	VSYS_COND_LT = 3,
	VSYS_COND_LE = 4,
	VSYS_COND_GT = 5,
	VSYS_COND_GE = 6,
};

/**
 * struct vsys_cond - a condition: (what & @mask) op @value
 * @what: enum vsys_cond_what
 * @op: enum vsys_cond_op
 * @index: of the argument, 0 to VSYS_ARGS_MAX - 1; zero otherwise
 * @reserved: zero
 * @mask: the bits to look at, not zero
 * @value: compared with; values of 32-bit ABIs are zero-extended
 *
 * One on an argument that the call does not have, or that could not be read,
 * is false.
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
	VSYS_ACT_SKIP = 2,	/* entry: with result @value; the last action there */
	VSYS_ACT_RESULT = 3,	/* return: the result becomes @value */
	VSYS_ACT_ARG = 4,	/* entry: argument @index becomes @value */
	VSYS_ACT_POKE = 5,	/* @data to where argument @index points, plus @value */
};

#define VSYS_ACT_FORCE	(1U << 0)	/* POKE: to read-only pages, too */

/**
 * struct vsys_act - an action of a rule
 * @what: enum vsys_act_what
 * @at: enum vsys_at
 * @flags: VSYS_ACT_*
 * @index: of an argument, or what @what says; zero otherwise
 * @value: what @what says; of HOLD the result of its verdict; zero otherwise.  A
 *         result or argument of a 32-bit ABI is its lower half
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
#define VSYS_RULE_NOCASE	(1U << 1)	/* @glob: A to Z are a to z */
#define VSYS_RULE_GLOB_ANY	(1U << 2)	/* @glob_arg is not looked at: any of them */

/**
 * struct vsys_rule - VSYS_RULE: add a rule to the session
 * @size: sizeof(struct vsys_rule)
 * @flags: VSYS_RULE_*
 * @id: in: zero; out: its name, more than that of any rule before it
 * @numbers: address of @count __u32 call numbers, see VSYS_FILTER
 * @conds: address of @nconds struct vsys_cond, all of which must be true
 * @acts: address of @nacts struct vsys_act
 * @glob: address of @glob_bytes bytes, a pattern without a NUL; zero for none
 * @first: the first matching call to be acted upon, from 1; 0 is 1
 * @last: the last one; 0 for no last one
 * @step: each how many-th one of those; 0 is 1
 * @count: 0 to VSYS_FILTER_NUMBERS; 0 is of no use but with VSYS_RULE_INVERT
 * @abi: calls of this enum vsys_abi only; 0 for those of all ABIs
 * @nconds: 0 to VSYS_CONDS_MAX
 * @nacts: 1 to VSYS_ACTS_MAX
 * @glob_bytes: 0 to VSYS_GLOB_MAX
 * @glob_arg: index of the argument that @glob is matched with
 *
 * A call matches when its number does, all conditions are true, and the pattern
 * matches the whole of a string among its captures: of kind VSYS_CAP_STRING, or
 * the text of a VSYS_CAP_WSTRING, USTRING or OBJATTR in UTF-8.  In a pattern '*'
 * is any bytes and '?' is one byte; nothing else is special, '\\' neither.  One
 * that was cut or could not be read does not match.  Of calls that a rule with
 * a pattern concerns up to 4096 bytes of an argument are captured.
 *
 * Matching calls of all machines are counted together for @first, @last and
 * @step.  A rule with a VSYS_COND_RESULT matches at the return, so all its actions must
 * be there.  Any other matches at the entry, also when it acts at the return.
 * An action that fails ends its rule for that call: VSYS_REC_EDIT with an error.
 * The rule goes with the session.
 *
 * EPERM, see above; ENOSPC: there are VSYS_RULES_MAX rules; EINVAL: a value out
 * of range, an action or condition where it cannot be, as SKIP at the return;
 * EFAULT; ENOMEM.
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
};

/**
 * struct vsys_rule_info - VSYS_RULE_INFO: list rules, VSYS_UNRULE: remove one
 * @size: sizeof(struct vsys_rule_info)
 * @flags: none defined, zero
 * @id: VSYS_RULE_INFO: in: the rule with the next larger id is meant, 0 for the
 *      first; out: its id.  VSYS_UNRULE: in: the rule to be removed
 * @matched: out: calls that matched
 * @acted: out: of these, that @first, @last and @step picked
 * @failed: out: of these, of which an action failed
 * @error: out: errno of the last failure, positive
 * @reserved: zero
 *
 * ENOENT if there is none.  Rules of other sessions are not seen.  After VSYS_UNRULE
 * the rule does not act any more; calls that it holds stay held.
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
};

#define VSYS_HELD_AGAIN		(1U << 0)	/* it had given way to a signal */

/**
 * struct vsys_held - VSYS_HELD: a held call
 * @size: sizeof(struct vsys_held)
 * @flags: in: zero; out: VSYS_HELD_*
 * @id: in: 0 for one that VSYS_HELD has not given yet, or the id of a held
 *      call; out: its id
 * @record: address of @bytes bytes, for its record: struct vsys_rec_entry or
 *          vsys_rec_return as the ring has it, with captures; seq is 0
 * @rule: out: id of the rule that holds it
 * @bytes: in: room at @record; out: bytes of the record; 64 KiB always do
 * @at: out: enum vsys_at
 * @left_ms: out: milliseconds to the deadline
 * @insn_len: out: bytes of the instruction at RIP, at the entry; or 0
 *
 * The record of a call held at its entry shows it as the guest made it, or with
 * VSYS_HELD_AGAIN as it has become; that of one held at its return what it would
 * get.  EAGAIN, ESTALE; EMSGSIZE when there is too little room: the call is not given
 * then, @bytes and @id are set.
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
 * Wherever the ABI has them, in a register or on the guest's stack; all or none.
 * Of a 32-bit ABI they have 4 bytes.  At the return they are what they were at the entry
 * (EADDRNOTAVAIL, with @fault 0: could not be read then), and cannot be written.  ESTALE;
 * EINVAL: no such argument, or of more than 4 bytes in a 32-bit ABI; EOPNOTSUPP: to be
 * written at the return;
 * EADDRNOTAVAIL: guest memory is absent; EROFS: it is read-only.
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

enum vsys_reg {
	VSYS_REG_RAX,
	VSYS_REG_RCX,
	VSYS_REG_RDX,
	VSYS_REG_RBX,
	VSYS_REG_RSP,
	VSYS_REG_RBP,
	VSYS_REG_RSI,
	VSYS_REG_RDI,
	VSYS_REG_R8,
	VSYS_REG_R9,
	VSYS_REG_R10,
	VSYS_REG_R11,
	VSYS_REG_R12,
	VSYS_REG_R13,
	VSYS_REG_R14,
	VSYS_REG_R15,
	VSYS_REG_RIP,
	VSYS_REG_RFLAGS,
	VSYS_REGS,
};

/**
 * struct vsys_held_regs - VSYS_HELD_REGS: registers of a held call
 * @size: sizeof(struct vsys_held_regs)
 * @flags: VSYS_WRITE
 * @id: of the held call
 * @mask: VSYS_WRITE: bit mask (1 << enum vsys_reg) of those to be written; out,
 *        with EROFS: of these, those that cannot be written here
 * @regs: by enum vsys_reg
 *
 * At the entry they are the caller's, before the instruction at RIP, and after the
 * call the guest goes on at RIP + vsys_held.insn_len (or where its ABI says),
 * also when RIP was changed.  Of SYSCALL RCX and R11 are the instruction's
 * to set and cannot be written; R8 to R15 cannot outside 64-bit mode.
 * Of RFLAGS only CF, PF, AF, ZF, SF, DF and OF can be changed: EINVAL.
 * At the return RSP, RIP and RFLAGS, and RCX, RDX and R11, are what the return
 * is made of: RSP and RIP are shown as the caller gets them, the others
 * as they are, and none can be written.
 * All or none; ESTALE; EROFS; EINVAL: RIP is no canonical address, or more than
 * 32 bits outside 64-bit mode.
 */
struct vsys_held_regs {
	__u32 size;
	__u32 flags;
	__aligned_u64 id;
	__aligned_u64 mask;
	__aligned_u64 regs[VSYS_REGS];
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
 * @fault: out: with EADDRNOTAVAIL and EROFS: address of the first byte that
 *         cannot be read or written, as @addr is one
 *
 * All or nothing: each page is looked at before the first byte is written.
 * Pages count as the guest's user mode sees them: what is the kernel's alone is
 * absent.  A page that is read-only for the guest is written with
 * VSYS_FORCE only, and stays so; a copy-on-write page that processes share
 * is then changed for all of them.  A write sets Accessed and Dirty in the guest's page
 * tables as the CPU would; with VSYS_FORCE no Dirty where the page is read-only, so
 * that its kernel may drop the page as it was; with VSYS_PHYS neither.  What the host
 * has as read-only memory is never written.  ESTALE, EADDRNOTAVAIL, EROFS.
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
 * @result: of VSYS_SKIP and VSYS_RESULT: the result register; of a 32-bit ABI
 *          its lower half
 *
 * A call that is skipped returns as if it had been made: by SYSCALL with RCX and R11 as
 * SYSRET leaves them; by INT to the next instruction; by SYSENTER of
 * Linux to where the vDSO returns to, of Windows as KiFastSystemCallRet does.  Its
 * VSYS_REC_RETURN has VSYS_F_SKIPPED.
 * ESTALE; EINVAL: no such verdict there; EOPNOTSUPP: where the call returns to is not
 * known, because what follows SYSENTER is not the vDSO's or the stack is absent, or is
 * no canonical address: it stays held.
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
