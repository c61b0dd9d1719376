/* SPDX-License-Identifier: GPL-2.0 */
/* Calls and records as text and JSON, part of libvsyscalls. */
#ifndef VSYS_DECODER_H
#define VSYS_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/vsyscalls.h>
#include "lookup.h"
#include "pairing.h"
#include "text.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct vsys_wide - UTF-16LE text as it was in guest memory
 * @p: inside a record; NULL if there is none
 * @n: bytes at @p
 */
struct vsys_wide {
	const unsigned char *p;
	size_t n;
};

/**
 * struct vsys_decoded_arg - an argument as text
 * @name: from the table; "arg0" and so on of an unknown call
 * @named: shown with its name, whatever vsys_decoder_named() says
 * @known: the argument could be read
 * @value: the argument, as wide as its type; 0 unless @known
 * @text: in the style of strace; "?" unless @known
 * @string: of a wide string or an object: its text or name at the call
 * @string_out: the same at the return
 */
struct vsys_decoded_arg {
	const char *name;
	bool named;
	bool known;
	uint64_t value;
	const char *text;
	struct vsys_wide string;
	struct vsys_wide string_out;
};

enum { VSYS_MODULE_MAX = 256 };

/**
 * struct vsys_caller - the code that makes a call
 * @pc: address of the instruction
 * @module: what is mapped there; "[anonymous]": of no file; empty: unknown
 * @offset: of @pc in it
 * @direct: the call does not come from where the system has its calls, see vsysread(1)
 */
struct vsys_caller {
	uint64_t pc;
	char module[VSYS_MODULE_MAX];
	uint64_t offset;
	bool direct;
};

/**
 * struct vsys_decoded - a call as text
 * @ev: the decoded records
 * @call: its line in the table; NULL: unknown
 * @os: enum vsys_os whose conventions the call has; 0: unknown
 * @name: name of the call; "syscall_0x..." if it is unknown
 * @nargs: number of @args; 0 if the entry was not seen
 * @args: the arguments
 * @named: the text of each argument has its name, as of Windows
 * @failed: the result is an error, see vsys_result_failed()
 * @error: name of the error, or NULL
 * @result: the text after "= "
 * @caller: with vsys_handles_modules(), of a call that is over; else NULL
 *
 * Strings are UTF-8, of Linux guests ASCII, without control characters whatever the
 * guest wrote. The decoder owns them; they are valid until its next use.
 */
struct vsys_decoded {
	struct vsys_call_event ev;
	const struct vsys_proto *call;
	unsigned int os;
	const char *name;
	unsigned int nargs;
	struct vsys_decoded_arg args[VSYS_ARGS_MAX];
	bool named;
	bool failed;
	const char *error;
	const char *result;
	const struct vsys_caller *caller;
};

struct vsys_decoder;

/**
 * vsys_decoder_new - a decoder
 * @elements: limit of elements shown of an array or vector, 0: default
 *
 * Return: to be freed with vsys_decoder_free(); NULL if memory runs out.
 */
struct vsys_decoder *vsys_decoder_new(unsigned int elements);
void vsys_decoder_free(struct vsys_decoder *d);

/**
 * vsys_decoder_style - set how values are shown
 * @d: the decoder
 * @style: for values that have names
 * @limit: bytes of a string to show at most, SIZE_MAX: all
 */
void vsys_decoder_style(struct vsys_decoder *d, enum vsys_style style, size_t limit);

/* vsys_decoder_named - show the names of all arguments, not only of Windows */
void vsys_decoder_named(struct vsys_decoder *d, bool named);

/* vsys_decoder_hex - set which strings are shown in hex; VSYS_HEX_NONE at first */
void vsys_decoder_hex(struct vsys_decoder *d, enum vsys_hex hex);

/**
 * vsys_decoder_call - decode a call
 * @d: the decoder
 * @table: of its profile, or NULL
 * @ev: the call, with checked records
 * @out: out
 *
 * Return: 0; -ENOMEM: text is missing in @out.
 */
int vsys_decoder_call(struct vsys_decoder *d, const struct vsys_table *table,
		      const struct vsys_call_event *ev, struct vsys_decoded *out);

/* ---- lines, without newline, appended to @t ---- */

/* vsys_format_head - "[vm 1 vcpu 0] ", or "[vm 1 87/88 worker-thr] " if @task is not NULL */
void vsys_format_head(struct vsys_text *t, const struct vsys_record *rec,
		      const struct vsys_task *task);

/* vsys_format_args - the arguments @from to @to - 1, with commas between them */
void vsys_format_args(struct vsys_text *t, const struct vsys_decoded *c, unsigned int from,
		      unsigned int to);

/* vsys_format_note - vsys_format_record() without the head */
void vsys_format_note(struct vsys_text *t, const struct vsys_record *rec,
		      const struct vsys_profiles *p);

/* vsys_format_caller - libc.so.6+0xf1b2c, and " <direct>" */
void vsys_format_caller(struct vsys_text *t, const struct vsys_caller *caller);

/* vsys_format_call - [vm 1 vcpu 0] openat(AT_FDCWD, "/", O_RDONLY) = 3 */
void vsys_format_call(struct vsys_text *t, const struct vsys_decoded *c);

/**
 * vsys_format_record - a record that belongs to no call
 * @t: the text
 * @rec: a checked record
 * @p: the profiles that vsys_record.profile indexes
 */
void vsys_format_record(struct vsys_text *t, const struct vsys_record *rec,
			const struct vsys_profiles *p);

/**
 * vsys_format_call_json - a call as a JSON object, see vsysread(1)
 * @t: the text
 * @c: the call
 * @p: the profiles that vsys_record.profile indexes
 */
void vsys_format_call_json(struct vsys_text *t, const struct vsys_decoded *c,
			   const struct vsys_profiles *p);

/* vsys_format_record_json - vsys_format_record() as a JSON object */
void vsys_format_record_json(struct vsys_text *t, const struct vsys_record *rec,
			     const struct vsys_profiles *p);

#ifdef __cplusplus
}
#endif

#endif /* VSYS_DECODER_H */
