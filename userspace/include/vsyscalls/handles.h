/* SPDX-License-Identifier: GPL-2.0 */
/* What descriptors and handles of guests are, told by their calls; part of libvsyscalls. */
#ifndef VSYS_HANDLES_H
#define VSYS_HANDLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "decoder.h"
#include "notes.h"
#include "record.h"

#ifdef __cplusplus
extern "C" {
#endif

struct vsys_handles;

/* What is shown of a descriptor or handle. */
enum vsys_handle_detail {
	VSYS_HANDLE_NUMBER,	/* 3 */
	VSYS_HANDLE_NAME,	/* 3</etc/hostname>, 4<socket:#1> */
	VSYS_HANDLE_ALL,	/* 4<TCP:[10.0.0.2:41234->93.184.216.34:443]> */
};

/**
 * vsys_handles_new - tables of all processes, empty
 *
 * Return: to be freed with vsys_handles_free(); NULL if memory runs out.
 */
struct vsys_handles *vsys_handles_new(void);
void vsys_handles_free(struct vsys_handles *h);

/**
 * vsys_handles_begin - a call has begun
 * @h: the tables
 * @table: of its profile, or NULL
 * @entry: the call
 * @task: the thread that makes it; NULL: unknown, then an address space is a process
 */
void vsys_handles_begin(struct vsys_handles *h, const struct vsys_table *table,
			const struct vsys_rec_entry *entry, const struct vsys_task *task);

/**
 * vsys_handles_call - a call is over
 * @h: the tables
 * @table: of its profile, or NULL
 * @ev: the call, of which vsys_handles_begin() was told
 *
 * All calls must come, in the order of their ends. Decode the call after this: its
 * arguments are then what they were before it, its results what they are now.
 */
void vsys_handles_call(struct vsys_handles *h, const struct vsys_table *table,
		       const struct vsys_call_event *ev);

/* vsys_handles_calls - the calls that tell it, for vsys_callsets_add() */
const char *vsys_handles_calls(void);

/* vsys_handles_modules - also tell the module of each caller: before the first call */
void vsys_handles_modules(struct vsys_handles *h);

/* vsys_modules_calls - the calls that tell it, besides vsys_handles_calls() */
const char *vsys_modules_calls(void);

/* vsys_handles_done - the call was decoded: its arguments are as they are now */
void vsys_handles_done(struct vsys_handles *h);

/* vsys_handles_lost - events of a machine were lost: forget what its processes have */
void vsys_handles_lost(struct vsys_handles *h, uint32_t vm);

/* vsys_handles_note - what a process had open before it was traced; calls know better */
void vsys_handles_note(struct vsys_handles *h, const struct vsys_note_handle *note);

/**
 * vsys_decoder_handles - show what descriptors and handles are
 * @d: the decoder
 * @h: the tables; NULL: show numbers
 * @detail: what to show
 * @absolute: show the absolute path behind one that is relative
 */
void vsys_decoder_handles(struct vsys_decoder *d, const struct vsys_handles *h,
			  enum vsys_handle_detail detail, bool absolute);

/* Kinds of objects */
enum vsys_object_kind {
	VSYS_OBJECT_NONE = 0,	/* not known, or no object */
	VSYS_OBJECT_FILE,
	VSYS_OBJECT_KEY,	/* of the registry */
	VSYS_OBJECT_SOCKET,
	VSYS_OBJECT_OTHER,
	VSYS_OBJECT_NR
};

/**
 * vsys_decoder_object - the object that an argument refers to
 * @d: the decoder, which has the tables
 * @c: the call that it decoded last, before vsys_handles_done()
 * @i: index of the argument
 * @t: appended: a path, absolute where that is known, or what -yy shows; escaped
 *
 * Return: its kind.
 */
enum vsys_object_kind vsys_decoder_object(struct vsys_decoder *d, const struct vsys_decoded *c,
					  unsigned int i, struct vsys_text *t);

/**
 * struct vsys_transfer - data that a call has read from a file or written to one
 * @valid: it did, and @data are known
 * @placed: @offset is known
 * @offset: in the file, of the first byte
 * @bytes: how many it has read or written
 * @data: their capture, of bytes or parts
 */
struct vsys_transfer {
	bool valid, placed;
	uint64_t offset, bytes;
	struct vsys_cap data;
};

/* vsys_handles_transfers - also tell where calls read and write: before the first call */
void vsys_handles_transfers(struct vsys_handles *h);

/* vsys_transfers_calls - the calls that tell it, besides vsys_handles_calls() */
const char *vsys_transfers_calls(void);

/**
 * vsys_decoder_transfer - what the call that vsys_handles_call() was told of last has transferred
 * @d: the decoder, which has the tables
 * @t: filled
 *
 * By read() and write() of Linux and their kin, NtReadFile and NtWriteFile.
 *
 * Return: t->valid; the file is that of the first argument, see vsys_decoder_object().
 */
bool vsys_decoder_transfer(const struct vsys_decoder *d, struct vsys_transfer *t);

/* vsys_object_kind_name - "file", "key", "socket", "other", "none" */
const char *vsys_object_kind_name(enum vsys_object_kind kind);

#ifdef __cplusplus
}
#endif

#endif /* VSYS_HANDLES_H */
