/* SPDX-License-Identifier: GPL-2.0 */
/* Recorded files and other streams of records, part of vsyscalls.h. */
#ifndef VSYS_STREAM_H
#define VSYS_STREAM_H

#include "notes.h"
#include "vsyscalls.h"

/* ---- streams: records from a descriptor ---- */

struct vsys_stream;

#define VSYS_STREAM_BARE	(1U << 0)	/* no header: read() of the device */

#define VSYS_STREAM_MAGIC	"vsysrec\n"
#define VSYS_STREAM_VERSION	1

/**
 * struct vsys_stream_header - how a recorded file begins, once decompressed
 * @magic: VSYS_STREAM_MAGIC, without NUL
 * @size: of this header, the names included
 * @version: VSYS_STREAM_VERSION
 * @abi: VSYS_ABI_VERSION of the records; any up to the library's own can be read
 * @profiles: number of names, each VSYS_NAME_MAX bytes, that follow
 *
 * Records follow as they were in the rings, in the byte order of the host, and
 * those of notes.h; the last is a VSYS_NOTE_END.  A file has all of this in
 * zstd frames of whole records, at most 1 MiB each, with size and checksum.
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
 * @fd: goes on belonging to the caller
 * @flags: VSYS_STREAM_*
 * @report: told of problems, or NULL
 * @arg: for @report
 * @stream: out: to be closed with vsys_stream_close()
 *
 * -EINVAL: not a recorded stream; -EPROTO: one of another version.
 */
int vsys_stream_open(int fd, unsigned int flags, vsys_report_fn report,
		     void *arg, struct vsys_stream **stream);
void vsys_stream_close(struct vsys_stream *st);

/**
 * vsys_stream_next - the next record
 * @st: the stream
 * @rec: out: valid until the next call
 *
 * Returns 1; 0 at the end; -EBADMSG when the stream is damaged or cut off, see
 * vsys_stream_wrong(); or what read() says, after -EAGAIN and -EINTR it may be
 * tried again.
 */
int vsys_stream_next(struct vsys_stream *st, const struct vsys_record **rec);

/**
 * vsys_stream_wrong - after -EBADMSG: what is wrong, at vsys_stream_offset()
 * @st: the stream
 */
const char *vsys_stream_wrong(const struct vsys_stream *st);

/**
 * vsys_stream_offset - where in the file is what was read last
 * @st: the stream
 *
 * The first byte of its frame, or of what follows it if nothing is compressed.
 */
uint64_t vsys_stream_offset(const struct vsys_stream *st);

/**
 * vsys_stream_notes - what the file said besides the records, up to here
 * @st: the stream
 */
const struct vsys_notes *vsys_stream_notes(const struct vsys_stream *st);

const struct vsys_profiles *vsys_stream_profiles(const struct vsys_stream *st);
unsigned int vsys_stream_rings(const struct vsys_stream *st);
void vsys_stream_account(const struct vsys_stream *st, struct vsys_account *sum);

/**
 * vsys_stream_begin - the bytes with which a recorded stream begins
 * @t: they are added to it
 * @p: the profiles that the records mean
 */
void vsys_stream_begin(struct vsys_text *t, const struct vsys_profiles *p);

/* ---- recorder: a recorded file ---- */

struct vsys_recorder;

/**
 * vsys_recorder_open - begin a recorded file
 * @fd: where to, goes on belonging to the caller
 * @p: the profiles that the records mean
 * @recorder: out: to be freed with vsys_recorder_free()
 *
 * Records are gathered and written as frames of some 256 KiB.  All functions
 * return what write() says if it fails: the file then ends within a frame, at
 * vsys_recorder_bytes() the last whole one.
 */
int vsys_recorder_open(int fd, const struct vsys_profiles *p, struct vsys_recorder **recorder);
void vsys_recorder_free(struct vsys_recorder *r);

/**
 * vsys_recorder_add - append a record
 * @r: the recorder
 * @rec: checked; in the file its number counts what is in the file
 */
int vsys_recorder_add(struct vsys_recorder *r, const struct vsys_record *rec);

/**
 * vsys_recorder_machine - append a note of a machine
 * @r: the recorder
 * @m: @m->r.size and type are filled in here
 */
int vsys_recorder_machine(struct vsys_recorder *r, const struct vsys_note_machine *m);

/**
 * vsys_recorder_clock - append a note of the clocks
 * @r: the recorder
 * @time: of the newest record
 * @realtime: CLOCK_REALTIME when it was read, nanoseconds
 */
int vsys_recorder_clock(struct vsys_recorder *r, uint64_t time, uint64_t realtime);

/* Write what was gathered as a frame; the end mark, too. */
int vsys_recorder_flush(struct vsys_recorder *r);
int vsys_recorder_end(struct vsys_recorder *r);

/* Bytes written; bytes that are to be, before compression. */
uint64_t vsys_recorder_bytes(const struct vsys_recorder *r);
size_t vsys_recorder_pending(const struct vsys_recorder *r);

#endif /* VSYS_STREAM_H */
