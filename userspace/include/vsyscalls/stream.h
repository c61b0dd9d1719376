/* SPDX-License-Identifier: GPL-2.0 */
/* Recorded files and other streams of records, part of libvsyscalls. */
#ifndef VSYS_STREAM_H
#define VSYS_STREAM_H

#include <stddef.h>
#include <stdint.h>
#include "lookup.h"
#include "notes.h"
#include "record.h"
#include "text.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- streams: records from a descriptor ---- */

struct vsys_stream;

#define VSYS_STREAM_BARE	(1U << 0)	/* no header: read() of the device */

#define VSYS_STREAM_MAGIC	"vsysrec\n"
#define VSYS_STREAM_VERSION	1	/* records as they are in a ring */
#define VSYS_STREAM_DELTAS	2	/* some members as differences, see docs/recorded.md */

/**
 * struct vsys_stream_header - the begin of a recorded file, once decompressed
 * @magic: VSYS_STREAM_MAGIC, without NUL
 * @size: of this header, the names included
 * @version: VSYS_STREAM_VERSION or VSYS_STREAM_DELTAS
 * @abi: VSYS_ABI_VERSION of the records; any up to the library's own can be read
 * @profiles: number of names, each VSYS_NAME_MAX bytes, that follow
 *
 * Records follow in the layout of the rings and the byte order of the host, with
 * notes (notes.h) among them; the last is a VSYS_NOTE_END.  A file holds all of this
 * in zstd frames of whole records, at most 1 MiB each, with size and checksum.
 */
struct vsys_stream_header {
	char magic[8];
	uint32_t size;
	uint32_t version;
	uint32_t abi;
	uint32_t profiles;
};

/**
 * vsys_stream_open - read records from a descriptor
 * @fd: the descriptor; the caller still owns it
 * @flags: VSYS_STREAM_BARE or 0
 * @report: callback for stream errors, or NULL
 * @arg: its argument
 * @stream: out: to be closed with vsys_stream_close()
 *
 * Return: 0; -EINVAL: not a recorded stream; -EPROTO: recorded by another version;
 * -ENOMEM; or the error of read().
 */
int vsys_stream_open(int fd, unsigned int flags, vsys_report_fn report,
		     void *arg, struct vsys_stream **stream);
void vsys_stream_close(struct vsys_stream *st);

/**
 * vsys_stream_next - read the next record
 * @st: the stream
 * @rec: out: valid until the next call on @st
 *
 * Return: 1; 0 at the end; -EBADMSG if the stream is damaged or cut off, see
 * vsys_stream_wrong(); or the error of read(). -EAGAIN and -EINTR can be retried.
 */
int vsys_stream_next(struct vsys_stream *st, const struct vsys_record **rec);

/**
 * vsys_stream_wrong - reason for the last -EBADMSG, found at vsys_stream_offset()
 * @st: the stream
 *
 * Return: a constant text.
 */
const char *vsys_stream_wrong(const struct vsys_stream *st);

/**
 * vsys_stream_offset - position in the file, in bytes
 * @st: the stream
 *
 * Return: offset of the frame of the last record; of an uncompressed stream that of
 * the next record.
 */
uint64_t vsys_stream_offset(const struct vsys_stream *st);

/**
 * vsys_stream_notes - the notes of the file, as far as it was read
 * @st: the stream
 */
const struct vsys_notes *vsys_stream_notes(const struct vsys_stream *st);

/* vsys_stream_profiles - the profiles that vsys_record.profile indexes */
const struct vsys_profiles *vsys_stream_profiles(const struct vsys_stream *st);

/* vsys_stream_rings - number of rings whose records were read so far */
unsigned int vsys_stream_rings(const struct vsys_stream *st);

/**
 * vsys_stream_account - sum up the counts of all rings
 * @st: the stream
 * @sum: out: without @sum->next
 */
void vsys_stream_account(const struct vsys_stream *st, struct vsys_account *sum);

/**
 * vsys_stream_begin - append the header of a recorded stream
 * @t: the text
 * @p: the profiles that vsys_record.profile indexes
 */
void vsys_stream_begin(struct vsys_text *t, const struct vsys_profiles *p);

/* ---- recorder: a recorded file ---- */

struct vsys_recorder;

/**
 * vsys_recorder_open - begin a recorded file
 * @fd: the descriptor; the caller still owns it
 * @p: the profiles that vsys_record.profile indexes
 * @recorder: out: to be freed with vsys_recorder_free()
 *
 * Records are collected and written as frames of about 256 KiB. The functions of a
 * recorder return 0, -ENOMEM or the error of write(). After such an error the file
 * ends within a frame; its whole frames have vsys_recorder_bytes().
 */
int vsys_recorder_open(int fd, const struct vsys_profiles *p, struct vsys_recorder **recorder);
void vsys_recorder_free(struct vsys_recorder *r);

/**
 * vsys_recorder_add - append a record
 * @r: the recorder
 * @rec: a checked record; its sequence number is replaced so that the file has no gaps
 */
int vsys_recorder_add(struct vsys_recorder *r, const struct vsys_record *rec);

/**
 * vsys_recorder_machine - append a note about a machine
 * @r: the recorder
 * @m: size and type in @m->r are filled in
 */
int vsys_recorder_machine(struct vsys_recorder *r, const struct vsys_note_machine *m);

/**
 * vsys_recorder_note - append any other note but the end mark
 * @r: the recorder
 * @note: the note
 *
 * Return: 0, -EINVAL for another record, or the error of write().
 */
int vsys_recorder_note(struct vsys_recorder *r, const struct vsys_record *note);

/**
 * vsys_recorder_clock - append a note about the clocks
 * @r: the recorder
 * @time: vsys_record.time of the newest record
 * @realtime: CLOCK_REALTIME when that record was read, ns
 */
int vsys_recorder_clock(struct vsys_recorder *r, uint64_t time, uint64_t realtime);

/* vsys_recorder_flush - write the collected records as a frame */
int vsys_recorder_flush(struct vsys_recorder *r);

/* vsys_recorder_end - append the end mark and flush */
int vsys_recorder_end(struct vsys_recorder *r);

/* vsys_recorder_bytes - bytes written in whole frames */
uint64_t vsys_recorder_bytes(const struct vsys_recorder *r);

/* vsys_recorder_pending - bytes collected and not yet written, before compression */
size_t vsys_recorder_pending(const struct vsys_recorder *r);

#ifdef __cplusplus
}
#endif

#endif /* VSYS_STREAM_H */
