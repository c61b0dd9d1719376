/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Holding and rewriting calls, part of libvsyscalls; see linux/vsyscalls_edit.h
 * and vsyscalls(4).
 *
 * Functions return 0 or a negative errno unless stated otherwise, and set
 * vsys_error() when they fail. One thread at a time may use a device, its rules and
 * its held calls.
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
 * condition, action or value; -ENOSPC: there are too many.
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
 * @s: its device
 * @info: the answer of VSYS_HELD
 * @r: its checked record: a struct vsys_rec_entry or vsys_rec_return
 * @fault: after -EROFS and -EADDRNOTAVAIL: the first address that failed
 *
 * Its functions return -ESTALE if the call is not held any more: it was resumed, its
 * deadline passed, its machine ended, or a signal for the vCPU thread suspended the
 * hold, which is then offered again.
 */
struct vsys_held_call {
	struct vsys_device *s;
	struct vsys_held info;
	const struct vsys_record *r;
	uint64_t fault;
};

/**
 * vsys_held_call_wait - wait for the next held call
 * @d: the device
 * @timeout_ms: time to wait; negative: no limit
 * @hold: out: to be freed with vsys_held_call_free()
 *
 * Return: 0; -EAGAIN: none came in time; -EINTR: a signal came; -EPERM; -ENOMEM.
 */
int vsys_held_call_wait(struct vsys_device *d, int timeout_ms, struct vsys_held_call **hold);

/**
 * vsys_held_call_resume - VSYS_RESUME: let the call continue
 * @h: the held call
 * @verdict: enum vsys_verdict
 * @result: result register for VSYS_SKIP and VSYS_RESULT
 */
int vsys_held_call_resume(struct vsys_held_call *h, unsigned int verdict, uint64_t result);

/* vsys_held_call_free - free the structure, without resuming the call */
void vsys_held_call_free(struct vsys_held_call *h);

/* vsys_reg_name - "rax", by enum vsys_x86_reg; "no register" for others */
const char *vsys_reg_name(unsigned int reg);

/**
 * vsys_held_call_args - read arguments, wherever the ABI has them; all or none
 * @h: the held call
 * @first: index of the first, from 0
 * @count: number of arguments
 * @values: out
 */
int vsys_held_call_args(struct vsys_held_call *h, unsigned int first, unsigned int count,
			uint64_t *values);

/* vsys_held_call_set_args - write arguments; at the entry only */
int vsys_held_call_set_args(struct vsys_held_call *h, unsigned int first, unsigned int count,
			    const uint64_t *values);

/**
 * vsys_held_call_regs - read registers, numbered by the guest's architecture
 * @h: the held call
 * @count: number of registers, from register 0 on
 * @regs: out
 */
int vsys_held_call_regs(struct vsys_held_call *h, unsigned int count, uint64_t *regs);

/**
 * vsys_held_call_set_regs - write registers
 * @h: the held call
 * @mask: 1 << number of each register to write
 * @regs: values by number, up to the last one in @mask
 *
 * Return: 0; -EROFS: vsys_error() names the registers not writable at this point.
 */
int vsys_held_call_set_regs(struct vsys_held_call *h, uint64_t mask, const uint64_t *regs);

/**
 * vsys_held_call_read - read guest memory, all or nothing
 * @h: the held call, whose address space is used
 * @addr: guest-virtual; with VSYS_PHYS guest-physical
 * @data: out
 * @bytes: 1 to VSYS_MEM_MAX
 * @flags: VSYS_PHYS or 0
 *
 * Return: 0; -EADDRNOTAVAIL: no memory at @h->fault.
 */
int vsys_held_call_read(struct vsys_held_call *h, uint64_t addr, void *data, size_t bytes,
			unsigned int flags);

/**
 * vsys_held_call_write - write guest memory, all or nothing
 * @h: the held call, whose address space is used
 * @addr: guest-virtual; with VSYS_PHYS guest-physical
 * @data: the bytes
 * @bytes: 1 to VSYS_MEM_MAX
 * @flags: VSYS_PHYS; VSYS_FORCE: also to pages that are read-only for the guest
 *
 * Return: 0; -EADDRNOTAVAIL: no memory, -EROFS: read-only memory at @h->fault.
 */
int vsys_held_call_write(struct vsys_held_call *h, uint64_t addr, const void *data, size_t bytes,
			 unsigned int flags);

/* ---- texts ---- */

/**
 * struct vsys_scratch - guest memory that is unused during the call
 * @addr: guest-virtual address
 * @bytes: size
 */
struct vsys_scratch {
	uint64_t addr;
	size_t bytes;
};

/**
 * vsys_held_call_text_arg - find the first argument that is a text
 * @h: the held call, at its entry
 *
 * A text is a char *, a UNICODE_STRING, or the name in an OBJECT_ATTRIBUTES.
 *
 * Return: index of the argument; -ENOENT: no string argument was captured.
 */
int vsys_held_call_text_arg(const struct vsys_held_call *h);

/**
 * vsys_held_call_text - read a text as it is now
 * @h: the held call
 * @arg: index of the argument
 * @kind: type it points to: VSYS_CAP_STRING, VSYS_CAP_USTRING or VSYS_CAP_OBJATTR; 0:
 *        the type in the record
 * @text: out: NUL-terminated; of Windows guests UTF-8, where half of a surrogate pair
 *        takes three bytes
 * @room: bytes at @text
 *
 * Return: length in bytes, without the NUL. The text of a UNICODE_STRING ends with the
 * last whole character of Length and can contain NULs. -EMSGSIZE: @room is too small;
 * -EBADMSG: Length exceeds MaximumLength; -EFAULT: there is no name; -EINVAL: the
 * argument is no text.
 */
ssize_t vsys_held_call_text(struct vsys_held_call *h, unsigned int arg, unsigned int kind,
			    char *text, size_t room);

/**
 * vsys_held_call_set_text - replace a text
 * @h: the held call, at its entry
 * @arg: as of vsys_held_call_text()
 * @kind: as of vsys_held_call_text()
 * @text: the new text, encoded as by vsys_held_call_text()
 * @scratch: memory for a text that does not fit in place, or NULL; in that case the
 *           argument, or Buffer, is set to it, and *@scratch becomes the rest
 *
 * A char * has room for the old string and its NUL, other texts for MaximumLength.
 * After an error the guest's memory is unchanged unless the call was resumed meanwhile.
 *
 * Return: 0; -ENOSPC: it does not fit; -EILSEQ: @text is not UTF-8; else as
 * vsys_held_call_text().
 */
int vsys_held_call_set_text(struct vsys_held_call *h, unsigned int arg, unsigned int kind,
			    const char *text, struct vsys_scratch *scratch);

#ifdef __cplusplus
}
#endif

#endif /* VSYS_HELD_H */
