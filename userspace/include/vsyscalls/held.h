/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Holding and rewriting calls, part of libvsyscalls; see linux/vsyscalls_edit.h
 * and vsyscalls(4).
 *
 * Functions give a negative errno when they fail, and vsys_error() a line about
 * it.  A session, its rules and its holds are for one thread at a time.
 */
#ifndef VSYS_HELD_H
#define VSYS_HELD_H

#include <linux/vsyscalls_edit.h>
#include "trace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- rules ---- */

/**
 * vsys_device_rule_add - VSYS_RULE
 * @d: the device
 * @rule: @size is filled in; @id: out
 *
 * Return: 0; -EPERM: not allowed, see vsys_error(); -EINVAL: the module rejected a
 * condition, action or value; -ENOSPC: no more rules are possible.
 */
int vsys_device_rule_add(struct vsys_device *d, struct vsys_rule *rule);

/**
 * vsys_device_rule_add_set - add a rule for a set of calls
 * @d: the device
 * @abi: enum vsys_abi, 0: all
 * @set: the calls; for an empty set no rule is added
 * @rule: what else the rule has; @abi, @numbers, @count and VSYS_RULE_INVERT of @flags
 *        are set here; @id: out: 0 if no rule was added
 *
 * Return: as vsys_device_rule_add(), or -ENOMEM.
 */
int vsys_device_rule_add_set(struct vsys_device *d, unsigned int abi,
			     const struct vsys_number_set *set, struct vsys_rule *rule);

/**
 * vsys_device_rule_add_calls - add a rule for each ABI of a profile that has such calls
 * @d: the device
 * @table: the calls of the profile
 * @calls: an expression, see callsets.h; items without a call are ignored unless
 *         all are
 * @rule: as for vsys_device_rule_add_set(); @id is that of the last rule
 *
 * Each rule counts calls on its own. After an error none of the rules is left.
 *
 * Return: the number of rules; -ENOENT: the profile has none of these calls; else as
 * vsys_device_rule_add_set().
 */
int vsys_device_rule_add_calls(struct vsys_device *d, const struct vsys_table *table,
			       const char *calls, struct vsys_rule *rule);

/**
 * vsys_device_rule_remove - VSYS_UNRULE
 * @d: the device
 * @id: of the rule
 *
 * Return: 0 or -ENOENT.
 */
int vsys_device_rule_remove(struct vsys_device *d, uint64_t id);

/**
 * vsys_device_rule_next - VSYS_RULE_INFO: list rules
 * @d: the device
 * @info: in: @id of the previous rule, 0 for the first; out: the next rule
 *
 * Return: 0, or -ENOENT after the last.
 */
int vsys_device_rule_next(struct vsys_device *d, struct vsys_rule_info *info);

/* ---- held calls ---- */

/**
 * struct vsys_held_call - a held call
 * @s: its session
 * @info: what VSYS_HELD says of it
 * @r: its record, checked: a struct vsys_rec_entry or vsys_rec_return
 * @fault: after -EROFS and -EADDRNOTAVAIL: the first address that failed
 */
struct vsys_held_call {
	struct vsys_device *s;
	struct vsys_held info;
	const struct vsys_record *r;
	uint64_t fault;
};

/**
 * vsys_held_call_wait - the next held call
 * @s: the session
 * @timeout_ms: how long to wait for one, negative for ever
 * @hold: out: to be freed with vsys_held_call_free()
 *
 * -EAGAIN: none in time; -EINTR after a signal.
 */
int vsys_held_call_wait(struct vsys_device *s, int timeout_ms, struct vsys_held_call **hold);

/**
 * vsys_held_call_resume - let it go: VSYS_RESUME
 * @h: it
 * @verdict: enum vsys_verdict
 * @result: of VSYS_SKIP and VSYS_RESULT
 *
 * -ESTALE: it is not held any more: its deadline is over, its machine has gone, or it
 * gave way to a signal and will be held anew.
 */
int vsys_held_call_resume(struct vsys_held_call *h, unsigned int verdict, uint64_t result);

/* vsys_held_call_free - forget it; that does not resume it */
void vsys_held_call_free(struct vsys_held_call *h);

/* Name of a register, "rax"; by enum vsys_x86_reg. */
const char *vsys_reg_name(unsigned int reg);

/* Arguments by index, wherever the ABI has them; all or none. */
int vsys_held_call_args(struct vsys_held_call *h, unsigned int first, unsigned int count,
		   uint64_t *values);
int vsys_held_call_set_args(struct vsys_held_call *h, unsigned int first, unsigned int count,
		       const uint64_t *values);

/**
 * vsys_held_call_regs - registers, numbered by the guest's architecture
 * @h: the held call
 * @count: how many, from number 0 on
 * @regs: out
 */
int vsys_held_call_regs(struct vsys_held_call *h, unsigned int count, uint64_t *regs);

/**
 * vsys_held_call_set_regs - write registers
 * @h: the held call
 * @mask: 1 << number of each register to write
 * @regs: values by number, up to the last one in @mask
 *
 * -EROFS: vsys_error() names those that cannot be written here.
 */
int vsys_held_call_set_regs(struct vsys_held_call *h, uint64_t mask, const uint64_t *regs);

/**
 * vsys_held_call_read - guest memory, all or nothing
 * @h: the held call, whose address space it is
 * @addr: guest-virtual, or with VSYS_PHYS guest-physical
 * @data: out
 * @bytes: 1 to VSYS_MEM_MAX
 * @flags: VSYS_PHYS or 0
 */
int vsys_held_call_read(struct vsys_held_call *h, uint64_t addr, void *data, size_t bytes,
		   unsigned int flags);

/* vsys_held_call_write - the same to write; VSYS_FORCE: to read-only pages, too */
int vsys_held_call_write(struct vsys_held_call *h, uint64_t addr, const void *data, size_t bytes,
		    unsigned int flags);

/* ---- texts ---- */

/**
 * struct vsys_scratch - memory of the guest that nobody needs while the call is made
 * @addr: guest-virtual
 * @bytes: there
 */
struct vsys_scratch {
	uint64_t addr;
	size_t bytes;
};

/**
 * vsys_held_call_text_arg - the first argument that is a text
 * @h: the held call, at its entry
 *
 * A char *, a UNICODE_STRING, or an OBJECT_ATTRIBUTES with its name.  -ENOENT:
 * none that was captured.
 */
int vsys_held_call_text_arg(const struct vsys_held_call *h);

/**
 * vsys_held_call_text - what the text is now
 * @h: the held call
 * @arg: index of the argument
 * @kind: VSYS_CAP_STRING, VSYS_CAP_USTRING or VSYS_CAP_OBJATTR: what it points to; 0
 *        for what the record says
 * @text: out: of Windows in UTF-8, half of a surrogate pair in three bytes; with a NUL
 * @room: bytes there
 *
 * Returns its length.  Of a UNICODE_STRING that is up to the last whole character of Length; it may
 * have NULs.  -EMSGSIZE: there is too little room; -EBADMSG: Length is more than
 * MaximumLength; -EFAULT: there is no name; -EINVAL: it is no text.
 */
ssize_t vsys_held_call_text(struct vsys_held_call *h, unsigned int arg, unsigned int kind,
		       char *text, size_t room);

/**
 * vsys_held_call_set_text - replace it
 * @h: the held call, at its entry
 * @arg: as vsys_held_call_text()
 * @kind: as vsys_held_call_text()
 * @text: the new one, as vsys_held_call_text() gives it
 * @scratch: where it goes when it is longer than what is there, or NULL
 *
 * What is there is of a char * the string with its NUL, of the others MaximumLength.
 * With @scratch the argument, or Buffer, then points there; *@scratch becomes
 * what is left.  -ENOSPC: there is no room; -EILSEQ: @text is no UTF-8.
 * Otherwise as vsys_held_call_text().  After an error all is as
 * it was, unless the call has meanwhile been let go.
 */
int vsys_held_call_set_text(struct vsys_held_call *h, unsigned int arg, unsigned int kind,
		       const char *text, struct vsys_scratch *scratch);

#ifdef __cplusplus
}
#endif

#endif /* VSYS_HELD_H */
