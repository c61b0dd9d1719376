/* SPDX-License-Identifier: GPL-2.0 */
/* What a call submits to an io_uring, and what has completed. */
#ifndef VSYS_DECODE_URING_H
#define VSYS_DECODE_URING_H

#include "decode.h"

/**
 * struct vsys_submission - an entry of a capture of kind VSYS_CAP_SQES
 * @index: where it lies in the array
 * @there: the array has it
 * @entry: its bytes, those of struct vsys_sqe.entry
 * @opcode: its first
 * @type: what it is, or NULL
 * @parts: memory that it points to
 */
struct vsys_submission {
	uint32_t index;
	bool there;
	const unsigned char *entry;
	unsigned int opcode;
	const struct vsys_type *type;
	struct vsys_rest parts;
};

/**
 * struct vsys_queue - what is left of such a capture, or of one of kind VSYS_CAP_CQES
 * @head: its head
 * @abi: of the call
 * @left: of @head.count, those that are not given out yet, or missing
 * @rest: the entries
 */
struct vsys_queue {
	struct vsys_uring head;
	unsigned int abi;
	uint32_t left;
	struct vsys_rest rest;
};

/* Begin with the entries of a capture; false if it is of another kind, or too short. */
bool vsys_queue_begin(struct vsys_queue *q, const struct vsys_cap *cap, unsigned int kind,
		      unsigned int abi);

/* The next one; false behind the last. */
bool vsys_submission_next(struct vsys_queue *q, struct vsys_submission *s);
const unsigned char *vsys_completion_next(struct vsys_queue *q);

/* "IORING_OP_OPENAT", a number if that is not known. */
void vsys_put_operation(struct vsys_text *t, const struct vsys_submission *s);

/* How many members of its own are shown; others are zero. */
unsigned int vsys_submission_shown(const struct vsys_submission *s);

/* The member as a number. */
uint64_t vsys_entry_value(const unsigned char *entry, const struct vsys_field *f);

/* A member, with the memory that it points to; of @s == NULL a completion. */
void vsys_put_entry_member(struct vsys_text *t, const struct vsys_submission *s,
			   const unsigned char *entry, const struct vsys_field *f,
			   const struct vsys_bytes *how);

/* Is a member that each entry has shown? */
bool vsys_entry_shows(const struct vsys_submission *s, const unsigned char *entry,
		      const struct vsys_field *f);

/* " [{IORING_OP_NOP, user_data=0x1}]" and " [{user_data=0x1, res=0}]", @type: of the argument */
void vsys_put_sqes(struct vsys_text *t, const struct vsys_type *type, const struct vsys_cap *cap,
		   const struct vsys_bytes *how);
void vsys_put_cqes(struct vsys_text *t, const struct vsys_type *type, const struct vsys_cap *cap,
		   const struct vsys_bytes *how);

/* The same as members "submissions" and "completions" of an object. */
void vsys_put_queues_json(struct vsys_text *t, const struct vsys_decoded *c,
			  const struct vsys_numbering *numbers);

#endif /* VSYS_DECODE_URING_H */
