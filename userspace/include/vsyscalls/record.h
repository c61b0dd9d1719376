/* SPDX-License-Identifier: GPL-2.0 */
/* Records: checks, arguments, captures, accounting; part of libvsyscalls. */
#ifndef VSYS_RECORD_H
#define VSYS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <linux/vsyscalls.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VSYS_RECORD_MAX		65536	/* bytes; larger records are malformed */

/**
 * typedef vsys_report_fn - callback for stream errors
 * @arg: the argument registered with the function
 * @what: one line without newline, valid during the call
 *
 * Stream errors are a gap that no lost record explains, a malformed record, or an
 * unknown record type.
 */
typedef void (*vsys_report_fn)(void *arg, const char *what);

/**
 * struct vsys_cap - a capture in a record
 * @arg: index of the argument
 * @kind: enum vsys_cap_kind, or an unknown value
 * @flags: VSYS_CAP_*
 * @addr: guest-virtual address
 * @len: bytes at @data
 * @data: points into the record
 */
struct vsys_cap {
	uint8_t arg;
	uint8_t kind;
	uint16_t flags;
	uint64_t addr;
	uint32_t len;
	const unsigned char *data;
};

/**
 * vsys_record_frame - find the size of the record at an address
 * @p: 8-byte aligned
 * @avail: readable bytes at @p
 *
 * Return: its size in bytes; 0 if more bytes are needed; -EBADMSG if no record can
 * begin so.
 */
ssize_t vsys_record_frame(const void *p, size_t avail);

/**
 * vsys_record_check - check that a record has the form of its type
 * @rec: accepted by vsys_record_frame()
 *
 * Return: NULL, or a constant text of what is wrong. Unknown types pass.
 */
const char *vsys_record_check(const struct vsys_record *rec);

/* vsys_record_known - does the library know the type of a record? */
bool vsys_record_known(const struct vsys_record *rec);

/**
 * vsys_record_arg - read an argument, as wide as its ABI has it
 * @e: an entry accepted by vsys_record_check()
 * @slot: index of the argument, as vsys_param.slot
 * @value: out: the argument, 0 if it is unknown
 *
 * Return: whether it is known: the record has it and it could be read.
 */
bool vsys_record_arg(const struct vsys_rec_entry *e, unsigned int slot, uint64_t *value);

/**
 * vsys_record_capture - find the capture of an argument
 * @rec: an entry or return accepted by vsys_record_check()
 * @arg: index of the argument, as vsys_param.slot
 * @late: find the capture marked VSYS_CAP_LATE, else one without that mark
 * @cap: out: valid as long as @rec
 *
 * Return: whether there is one.
 */
bool vsys_record_capture(const struct vsys_record *rec, unsigned int arg,
			 bool late, struct vsys_cap *cap);

/**
 * vsys_record_capture_nth - find one of several captures of an argument
 * @rec: an entry or return accepted by vsys_record_check()
 * @arg: index of the argument, as vsys_param.slot
 * @late: find captures marked VSYS_CAP_LATE, else those without that mark
 * @n: 0: the argument's memory, from 1 on: memory that members of it point to
 * @cap: out: valid as long as @rec
 *
 * Return: whether there is one.
 */
bool vsys_record_capture_nth(const struct vsys_record *rec, unsigned int arg, bool late,
			     unsigned int n, struct vsys_cap *cap);

/**
 * vsys_record_captured - the arguments that have captures
 * @rec: an entry or return accepted by vsys_record_check()
 *
 * Return: a bit for each, numbered as vsys_param.slot.
 */
uint32_t vsys_record_captured(const struct vsys_record *rec);

/**
 * struct vsys_rest - what is left of a capture of buffers or messages
 * @p: the next structure of the uapi, or the bytes that it tells of
 * @n: number of bytes
 */
struct vsys_rest {
	const unsigned char *p;
	size_t n;
};

/**
 * vsys_rest_take - the next bytes, without their padding
 * @r: goes on behind them
 * @n: how many
 *
 * Return: NULL, and @r unchanged, if they are not all there.
 */
const unsigned char *vsys_rest_take(struct vsys_rest *r, size_t n);

/* vsys_rest_head - copy the next structure, of @size bytes; false as vsys_rest_take() */
bool vsys_rest_head(struct vsys_rest *r, void *head, size_t size);

enum vsys_delivery_kind {
	VSYS_DELIVERY_CALLBACK = 1,
	VSYS_DELIVERY_APC = 2,
	VSYS_DELIVERY_EXCEPTION = 3,
};

/**
 * struct vsys_delivery - what a Windows kernel begins in a program, within a call or not
 * @kind: enum vsys_delivery_kind
 * @value: number of the callback, routine of the APC, code of the exception
 * @pc: the code that it is given to
 * @sp: stack pointer there
 */
struct vsys_delivery {
	uint32_t kind;
	uint64_t value;
	uint64_t pc;
	uint64_t sp;
};

/**
 * vsys_delivery_of - is a return without a call a delivery?
 * @rec: a record accepted by vsys_record_check()
 * @d: out
 */
bool vsys_delivery_of(const struct vsys_record *rec, struct vsys_delivery *d);

/**
 * struct vsys_account - counts of the events of one ring
 * @read: events seen, of any type
 * @lost: events that lost records, or the ring's writer, report as lost
 * @missing: events that are neither read nor reported as lost: a bug of the module
 * @malformed: events in @read that vsys_record_check() refused
 * @unknown: events in @read whose type the library does not know
 * @next: sequence number the next event must have
 */
struct vsys_account {
	uint64_t read;
	uint64_t lost;
	uint64_t missing;
	uint64_t malformed;
	uint64_t unknown;
	uint64_t next;
};

/**
 * vsys_account_record - count a record
 * @a: of its ring, all zero at first
 * @rec: accepted by vsys_record_frame()
 * @report: callback for stream errors, or NULL
 * @arg: its argument
 *
 * Return: whether the record is usable: well-formed and of a known type.
 */
bool vsys_account_record(struct vsys_account *a, const struct vsys_record *rec,
			 vsys_report_fn report, void *arg);

/* vsys_account_add - add the counts of @a to @sum; @sum->next is left alone */
void vsys_account_add(struct vsys_account *sum, const struct vsys_account *a);

#ifdef __cplusplus
}
#endif

#endif /* VSYS_RECORD_H */
