/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Tasks: which thread of a guest makes a call; include <linux/vsyscalls.h> to have it.
 *
 * User space finds out where the guest's kernel keeps its tasks, and gives the module
 * a recipe for a machine: struct vsys_recipe.  At each call the module evaluates it on
 * the vCPU that makes the call:
 *
 *   base    a register of the vCPU, see enum vsys_x86_base in <linux/vsyscalls_x86.h>,
 *           enum vsys_arm64_base in <linux/vsyscalls_arm64.h>
 *   slot    *(base + slot) is the address of the task that runs
 *   watch   words of the task that tell when its fields must be read again
 *   fields  what to read, from the task on, through pointers
 *
 * The module writes a VSYS_REC_TASK into a ring before the first entry by a task, and
 * again when the task, or a field of it, is not the one of the last VSYS_REC_TASK in
 * that ring, or when events were lost since.  So entries do not name their task:
 *
 *   the task of a VSYS_REC_ENTRY is that of the last VSYS_REC_TASK in its ring; the
 *   task of every other record of a call is that of its entry; the task of an
 *   unpaired VSYS_REC_RETURN is not known
 *
 * Without a recipe there are no such records.  vsys_rec_task.task 0 says that the task
 * could not be read: memory is absent, or changed while it was read.  What the guest's
 * kernel says is believed.  All reads have the rights of the guest's kernel, or of its
 * program where the base is the program's (VSYS_RECIPE_CLAIMED).
 *
 * While a recipe is in force a return is paired with a call of the same task only.
 *
 * To find a recipe, user space reads the guest's memory and registers: VSYS_MEMORY says
 * where the machine's memory is in its process, for process_vm_readv(), and
 * VSYS_VCPU_REGS reads registers of a vCPU.
 */
#ifndef _UAPI_LINUX_VSYSCALLS_TASK_H
#define _UAPI_LINUX_VSYSCALLS_TASK_H

#include <linux/types.h>

#define VSYS_TASK_FIELDS_MAX	16	/* fields of a recipe */
#define VSYS_TASK_STEPS_MAX	5	/* pointers on the way to a field */
#define VSYS_TASK_WATCH_MAX	4	/* watched words of a task */
#define VSYS_TASK_TEXT_MAX	256	/* bytes of a field that is text */
#define VSYS_TASK_NAME_MAX	16	/* bytes of vsys_rec_task.name */
#define VSYS_TASK_CONDS_MAX	32	/* conditions of a filter, or of a rule */
#define VSYS_TASK_GLOB_MAX	64	/* bytes of a condition's pattern */

/* The meaning of a field.  Numbers are below VSYS_TASK_NAME, text from it on. */
enum vsys_task_kind {
	VSYS_TASK_TID = 1,	/* thread id */
	VSYS_TASK_PID = 2,	/* process id: thread group of Linux */
	VSYS_TASK_PPID = 3,	/* process id of the parent */
	VSYS_TASK_UID = 4,	/* effective user id */
	VSYS_TASK_START = 5,	/* when the process began, in the guest's own units */
	VSYS_TASK_VPID = 6,	/* process id in its innermost namespace */
	VSYS_TASK_PIDNS = 7,	/* inode number of that namespace */
	VSYS_TASK_CGROUP = 8,	/* id of its cgroup */
	VSYS_TASK_SESSION = 9,	/* of Windows */
	VSYS_TASK_NAME = 10,	/* of the thread, as the guest's kernel has it */
	VSYS_TASK_PROGRAM = 11,	/* path of the program, or its last part */
	VSYS_TASK_CONTAINER = 12,	/* name of its cgroup */
	VSYS_TASK_COMMAND = 13,	/* command line */
	VSYS_TASK_KIND_NR,
};

/* vsys_task_cond.what beside these: @value is the process id of the task or of an ancestor. */
#define VSYS_TASK_TREE		64

/* How a field lies in memory. */
enum vsys_task_form {
	VSYS_TASK_NUMBER = 1,	/* @bytes 1, 2, 4 or 8, little-endian */
	VSYS_TASK_CHARS = 2,	/* text in place: @bytes, or up to its NUL */
	VSYS_TASK_STRING = 3,	/* pointer to text: up to @bytes, or to its NUL */
	VSYS_TASK_USTRING = 4,	/* UNICODE_STRING: up to @bytes of UTF-16 */
	VSYS_TASK_PATH = 5,	/* names of a chain of nodes, joined by '/', see below */
	VSYS_TASK_FORM_NR,
};

/**
 * struct vsys_task_field - a field of a task
 * @kind: enum vsys_task_kind, each at most once
 * @form: enum vsys_task_form
 * @bytes: of the number or text; text: VSYS_TASK_TEXT_MAX at most
 * @steps: pointers to follow, 0 to VSYS_TASK_STEPS_MAX
 * @indexed: 0, or 1 + the number of the step with an index
 * @off: p is the task at first; for each step i p becomes *(p + @off[i]).  The field is at
 *       p + @off[@steps]
 * @index: with @indexed: offset from p of a __u32; before step @indexed - 1, or before
 *         the field if that is @steps, p becomes p + @stride times it, which is below 64.
 *         VSYS_TASK_PATH: offset of the pointer from a node to its parent
 * @stride: see @index
 * @reserved: zero
 *
 * A pointer that is 0 makes the field unknown.  Pointers have vsys_recipe.width bytes.
 *
 * VSYS_TASK_PATH: p is the first node after all steps.  At p + @off[@steps] is a pointer to
 * its name, up to its NUL, at p + @index one to its parent; the path ends at a node that
 * is its own parent, after 16 nodes or @bytes bytes, and is written from the root on.
 */
struct vsys_task_field {
	__u8 kind;
	__u8 form;
	__u16 bytes;
	__u8 steps;
	__u8 indexed;
	__u16 stride;
	__s32 off[VSYS_TASK_STEPS_MAX + 1];
	__s32 index;
	__u32 reserved;
};

#define VSYS_RECIPE_CLAIMED	(1U << 0)	/* user mode can write what is read */

/**
 * struct vsys_recipe - VSYS_RECIPE: how to find the task of a call
 * @size: sizeof(struct vsys_recipe)
 * @flags: VSYS_RECIPE_CLAIMED: required for a base of user mode, refused for others
 * @pid: process id of the machine, as given to VSYS_ATTACH or covered by it
 * @base: where to begin, see <linux/vsyscalls_x86.h> and <linux/vsyscalls_arm64.h>
 * @selector: of the base: x86: with VSYS_X86_BASE_GDT the segment selector; else zero
 * @width: bytes of a pointer, 4 or 8
 * @watches: number of elements of @watch, 1 to VSYS_TASK_WATCH_MAX
 * @nfields: number of fields, up to VSYS_TASK_FIELDS_MAX
 * @slot: offset of the slot from the base
 * @root: root of the page tables of kernel memory, as in CR3 or TTBR1; 0: those of the call
 * @root_clear: bits to clear in the root of the call, such as the one of page-table
 *              isolation; zero if @root is not
 * @watch: offsets of 8-byte words in the task.  The first tells the task from another at
 *         the same address later, such as Linux' pid and tgid; the others tell
 *         that fields have changed, such as those of the name and the pointer to
 *         the credentials
 * @fields: address of @nfields struct vsys_task_field
 *
 * Replaces the recipe of the machine.  @nfields 0 removes it; all members from
 * @base on are then zero.  All sessions see tasks by the same recipe.  It stays until
 * it is removed or the machine is not traced any more.
 *
 *   ENOENT      this session is not attached to the machine, or no vCPU of it has run
 *               since
 *   EPERM       as for VSYS_ATTACH
 *   EOPNOTSUPP  this module, host or architecture does not know such a base or form
 */
struct vsys_recipe {
	__u32 size;
	__u32 flags;
	__s32 pid;
	__u16 base;
	__u16 selector;
	__u32 width;
	__u16 watches;
	__u16 nfields;
	__aligned_u64 slot;
	__aligned_u64 root;
	__aligned_u64 root_clear;
	__s32 watch[VSYS_TASK_WATCH_MAX];
	__aligned_u64 fields;
};

/* vsys_record.flags of VSYS_REC_TASK */
#define VSYS_F_CLAIMED	(1U << 8)	/* by VSYS_RECIPE_CLAIMED */
#define VSYS_F_CHANGED	(1U << 9)	/* the task of the last one in this ring, changed */

/**
 * struct vsys_rec_task - the following entries in this ring are by this task
 * @r: type VSYS_REC_TASK
 * @task: id of the task in its machine, as long as it lives; 0: unknown, and so is all
 *        else
 * @known: bit mask (1 << enum vsys_task_kind) of the fields that were read; the others
 *         are zero
 * @start: VSYS_TASK_START
 * @cgroup: VSYS_TASK_CGROUP
 * @pid: VSYS_TASK_PID
 * @tid: VSYS_TASK_TID
 * @ppid: VSYS_TASK_PPID
 * @uid: VSYS_TASK_UID
 * @vpid: VSYS_TASK_VPID
 * @pidns: VSYS_TASK_PIDNS
 * @session: VSYS_TASK_SESSION
 * @captures: number of struct vsys_capture that follow
 * @name: VSYS_TASK_NAME, padded with NUL, not terminated if it fills all bytes
 *
 * A struct vsys_capture follows for each other text, and for a VSYS_TASK_NAME that is
 * longer or in UTF-16: @arg is the enum vsys_task_kind, @kind VSYS_CAP_STRING or
 * VSYS_CAP_WSTRING, @addr is zero.
 */
struct vsys_rec_task {
	struct vsys_record r;
	__aligned_u64 task;
	__aligned_u64 known;
	__aligned_u64 start;
	__aligned_u64 cgroup;
	__u32 pid;
	__u32 tid;
	__u32 ppid;
	__u32 uid;
	__u32 vpid;
	__u32 pidns;
	__u32 session;
	__u32 captures;
	char name[VSYS_TASK_NAME_MAX];
};

#define VSYS_TASK_NOT	(1U << 0)	/* the condition holds if the field differs */

/**
 * struct vsys_task_cond - a condition on the task of a call
 * @what: enum vsys_task_kind, or VSYS_TASK_TREE
 * @flags: VSYS_TASK_NOT
 * @value: of a number
 * @glob: of text: a pattern as in struct vsys_rule, padded with NUL; of text in
 *        UTF-16 it matches the UTF-8
 *
 * A condition on a field that is not known does not hold, with VSYS_TASK_NOT either.
 */
struct vsys_task_cond {
	__u32 what;
	__u32 flags;
	__aligned_u64 value;
	char glob[VSYS_TASK_GLOB_MAX];
};

/**
 * struct vsys_task_filter - VSYS_TASK_FILTER: the tasks whose calls become records
 * @size: sizeof(struct vsys_task_filter)
 * @flags: none defined, zero
 * @conds: address of @count struct vsys_task_cond
 * @count: 0 to VSYS_TASK_CONDS_MAX; 0: the calls of all tasks pass
 * @reserved: zero
 *
 * Replaces the session's filter of tasks.  A call passes if VSYS_FILTER passes it and
 * if for each @what that has conditions without VSYS_TASK_NOT one of these holds, and
 * all conditions with VSYS_TASK_NOT hold.  While there are conditions the
 * calls of a machine without a recipe do not pass, nor do unpaired returns.
 *
 * VSYS_TASK_TREE needs VSYS_TASK_PID and VSYS_TASK_PPID in the recipe: a process is in
 * the tree if its parent was when it made its first call after the filter was set.
 */
struct vsys_task_filter {
	__u32 size;
	__u32 flags;
	__aligned_u64 conds;
	__u32 count;
	__u32 reserved;
};

#define VSYS_MEMORY_READONLY	(1U << 0)	/* a ROM */

/**
 * struct vsys_memory - VSYS_MEMORY: where a machine's memory is
 * @size: sizeof(struct vsys_memory)
 * @flags: in: zero; out: VSYS_MEMORY_*
 * @pid: in: of the process that runs the machine, as for VSYS_ATTACH
 * @vcpu: in: index of a vCPU of the machine within the process, as for VSYS_VCPU
 * @gpa: in: 0, or an address; out: guest-physical address of the first range that
 *       ends above it
 * @bytes: out: its size
 * @addr: out: its address in the process
 *
 * To list all ranges, go on with @gpa + @bytes.  The session need not be attached.
 * Ranges may move at any time.
 *
 *   ENOENT      no such vCPU, or no range
 *   EPERM, ESRCH as for VSYS_ATTACH
 */
struct vsys_memory {
	__u32 size;
	__u32 flags;
	__s32 pid;
	__u32 vcpu;
	__aligned_u64 gpa;
	__aligned_u64 bytes;
	__aligned_u64 addr;
};

/**
 * struct vsys_vcpu_regs - VSYS_VCPU_REGS: registers of a running vCPU
 * @size: sizeof(struct vsys_vcpu_regs)
 * @flags: none defined, zero
 * @pid: in: of the process that runs the machine, as for VSYS_ATTACH
 * @index: in: index of the vCPU within the process, as for VSYS_VCPU
 * @values: address of @count __u64, by register number
 * @count: in: 1 to VSYS_REGS_MAX; out: number of registers of the guest's architecture
 * @timeout_ms: 1 to 10000
 *
 * Waits until the vCPU exits from user mode, at a call or for any other reason, and
 * reads the registers there.  The session must be attached to the machine, with any
 * profile.  A read fills all @count values, with zero beyond the last register: see
 * <linux/vsyscalls_x86.h>.
 *
 *   ENOENT      no such vCPU, or this session does not trace it
 *   ETIMEDOUT   no such exit
 *   EPERM, ESRCH as for VSYS_ATTACH
 */
struct vsys_vcpu_regs {
	__u32 size;
	__u32 flags;
	__s32 pid;
	__u32 index;
	__aligned_u64 values;
	__u32 count;
	__u32 timeout_ms;
};

#endif /* _UAPI_LINUX_VSYSCALLS_TASK_H */
