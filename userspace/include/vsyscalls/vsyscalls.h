/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libvsyscalls: read and decode the system calls of virtual machines.
 *
 * Three layers, each usable without the ones above it:
 *
 *   sources    vsys_device + vsys_reader (the device, by mmap) and
 *              vsys_stream (recorded files, pipes, read() of the device)
 *              give struct vsys_record, checked: whatever the rest of the
 *              library is given has sizes and captures that hold
 *   pairing    vsys_pairing joins the entry and the return of a call
 *   decoding   vsys_decoder makes text of a call; vsys_format_* of that
 *
 * lookup.h has what all of them know of profiles, calls and names.  Above them
 * are source.h and calls.h, or callbacks.h with both: most programs need no more.
 *
 * Functions that return int give 0 (or a count) for success and a negative
 * errno for failure, unless they say otherwise.  Use an object from one thread at
 * a time, different ones from different threads at once; a session and its reader
 * count as one.  Objects are made by *_open or *_new and belong to the caller until
 * *_close or *_free, which accept NULL.
 */
#ifndef VSYSCALLS_H
#define VSYSCALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <linux/vsyscalls.h>
#include "callsets.h"
#include "lookup.h"
#include "text.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VSYS_DEVICE		"/dev/vsyscalls"
#define VSYS_RECORD_MAX		65536	/* bytes; a larger record is not believed */

/**
 * typedef vsys_report_fn - told of what should not be
 * @arg: as given with the function
 * @what: one line of text without newline, valid during the call
 *
 * Reports are about the stream itself: a gap that no lost record explains, a
 * malformed record, an unknown record type.
 */
typedef void (*vsys_report_fn)(void *arg, const char *what);

/* ---- sessions: the device ---- */

struct vsys_device;

/**
 * vsys_device_open - open the device and see that the versions agree
 * @path: of the device, VSYS_DEVICE as a rule
 * @session: out: to be closed with vsys_device_close()
 *
 * -ENOTTY: not the device; -EPROTO: a module with another VSYS_ABI_VERSION;
 * else what open() says.
 */
int vsys_device_open(const char *path, struct vsys_device **session);
void vsys_device_close(struct vsys_device *s);

/**
 * vsys_device_fd - the descriptor, for poll(): see linux/vsyscalls.h
 * @s: the session, which goes on owning it
 */
int vsys_device_fd(const struct vsys_device *s);

int vsys_device_info(struct vsys_device *s, struct vsys_info *info);

/**
 * vsys_device_profiles - all profiles of the module
 * @s: the session
 * @p: out: to be freed with vsys_profiles_free(), also after failure
 */
int vsys_device_profiles(struct vsys_device *s, struct vsys_profiles *p);

/**
 * vsys_device_profile - VSYS_PROFILE: one profile of the module
 * @s: the session
 * @index: 0 to vsys_info.profiles - 1
 * @info: out
 */
int vsys_device_profile(struct vsys_device *s, uint32_t index,
			 struct vsys_profile_info *info);

/**
 * vsys_device_setup - sizes, before the first attach
 * @s: the session
 * @setup: @setup->size is filled in here
 */
int vsys_device_setup(struct vsys_device *s, struct vsys_setup *setup);

/**
 * vsys_device_attach - trace a machine, or all
 * @s: the session
 * @pid: of the process that runs the machine, 0 for all
 * @profile: name, NULL for the one the machine has already, or the default
 * @doors: mask of doors, 0 for those of the profile's that can be trapped here
 *
 * Errors are those of VSYS_ATTACH; -ENAMETOOLONG for a long name.
 */
int vsys_device_attach(struct vsys_device *s, pid_t pid, const char *profile,
			uint32_t doors);

/**
 * vsys_device_attach_text - why an attach failed, to follow "what: "
 * @err: what vsys_device_attach() returned
 *
 * Return: a constant, or strerror()'s text.
 */
const char *vsys_device_attach_text(int err);
int vsys_device_detach(struct vsys_device *s, pid_t pid);

/**
 * vsys_device_filter - let the kernel drop the calls that are not wanted
 * @s: the session
 * @abi: the calls of this enum vsys_abi; 0 for those of all
 * @set: the calls that are wanted
 */
int vsys_device_filter(struct vsys_device *s, unsigned int abi,
			const struct vsys_number_set *set);
int vsys_device_stats(struct vsys_device *s, struct vsys_stats *stats);

/**
 * vsys_device_vcpu - VSYS_VCPU: one vCPU of a process, traced or not
 * @s: the session
 * @pid: of the process
 * @index: from 0; -ENOENT above the last
 * @info: out
 */
int vsys_device_vcpu(struct vsys_device *s, pid_t pid, uint32_t index,
		      struct vsys_vcpu_info *info);

/**
 * vsys_device_time - VSYS_TIME: the records' clock, and the time of day
 * @s: the session
 * @t: out
 */
int vsys_device_time(struct vsys_device *s, struct vsys_time *t);

/* ---- records ---- */

/**
 * struct vsys_cap - a capture found in a record
 * @arg: index of the argument
 * @kind: enum vsys_cap_kind, or anything
 * @flags: VSYS_CAP_*
 * @addr: guest-virtual address
 * @len: of @data
 * @data: inside the record
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
 * vsys_record_frame - does a record begin here?
 * @p: 8-byte aligned
 * @avail: bytes that may be looked at
 *
 * Returns its size; 0 when more bytes are needed; -EBADMSG when no record can
 * begin so.
 */
ssize_t vsys_record_frame(const void *p, size_t avail);

/**
 * vsys_record_check - is a framed record what its type says?
 * @rec: vsys_record_frame() accepted it
 *
 * Returns NULL, or what is wrong.  Records of unknown types are right.
 */
const char *vsys_record_check(const struct vsys_record *rec);

bool vsys_record_known(const struct vsys_record *rec);

/**
 * vsys_record_arg - an argument, as wide as its ABI has it
 * @e: an entry that vsys_record_check() accepted
 * @slot: index of the argument, as vsys_param.slot
 * @value: out: 0 when it is not known
 *
 * Returns whether it is known: the record has it and it could be read.
 */
bool vsys_record_arg(const struct vsys_rec_entry *e, unsigned int slot, uint64_t *value);

/**
 * vsys_record_capture - the capture of one argument
 * @rec: an entry or return that vsys_record_check() accepted
 * @arg: index of the argument, as vsys_param.slot
 * @late: the one marked VSYS_CAP_LATE; else one that is not
 * @cap: out
 */
bool vsys_record_capture(const struct vsys_record *rec, unsigned int arg,
			 bool late, struct vsys_cap *cap);

/**
 * struct vsys_account - what became of the events of one ring
 * @read: events seen, of whatever type
 * @lost: events that lost records (and the ring's writer) own up to
 * @missing: events that nothing explains: a bug of the module
 * @malformed: of @read, those that vsys_record_check() refused
 * @unknown: of @read, those of a type this library does not know
 * @next: number that the next event must have
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
 * @rec: vsys_record_frame() accepted it
 * @report: told of problems
 * @arg: for @report
 *
 * Returns whether the record may be used: it is well-formed and its type known.
 */
bool vsys_account_record(struct vsys_account *a, const struct vsys_record *rec,
			 vsys_report_fn report, void *arg);
void vsys_account_add(struct vsys_account *sum, const struct vsys_account *a);

/* Records from descriptors, and into recorded files. */
#include "stream.h"

/* ---- reader: the rings of a session ---- */

struct vsys_reader;

/**
 * vsys_reader_open - read a session by mapping its rings
 * @s: must outlive the reader
 * @report: told of problems, or NULL
 * @arg: for @report
 * @reader: out: to be closed with vsys_reader_close()
 */
int vsys_reader_open(struct vsys_device *s, vsys_report_fn report, void *arg,
		     struct vsys_reader **reader);
void vsys_reader_close(struct vsys_reader *r);

/**
 * vsys_reader_update - map new rings and look how far the writers have come
 * @r: the reader
 *
 * vsys_reader_next() then gives what was there at this moment, and no more.
 */
int vsys_reader_update(struct vsys_reader *r);

/**
 * vsys_reader_next - the oldest record that is left
 * @r: the reader
 *
 * Records of one ring keep their order; among rings the lower time goes
 * first, and of equal times the ring with the lower index.  The record is
 * valid until the next call on @r.  Returns NULL when there is none up to the
 * last vsys_reader_update().
 */
const struct vsys_record *vsys_reader_next(struct vsys_reader *r);

unsigned int vsys_reader_rings(const struct vsys_reader *r);

/**
 * vsys_reader_gone - has each ring been closed and read to its end?
 * @r: the reader
 *
 * False as long as there is no ring.
 */
bool vsys_reader_gone(const struct vsys_reader *r);

/**
 * vsys_reader_settle - check emitted == read + lost for each ring
 * @r: everything is detached, updated and read
 *
 * Counts events lost after the last record, which no record tells of, and
 * reports what does not add up as missing.
 */
void vsys_reader_settle(struct vsys_reader *r);

/**
 * vsys_reader_lost_at_end - the losses vsys_reader_settle() found, as records
 * @r: the reader
 * @index: of the ring
 * @lost: out
 *
 * Returns whether there was any such loss in that ring.
 */
bool vsys_reader_lost_at_end(const struct vsys_reader *r, unsigned int index,
			     struct vsys_rec_lost *lost);

/**
 * vsys_reader_account - the sums over all rings; @sum->next means nothing
 * @r: the reader
 * @sum: out
 */
void vsys_reader_account(const struct vsys_reader *r, struct vsys_account *sum);

/* ---- pairing ---- */

enum vsys_call_state {
	VSYS_STATE_RETURNED,	/* entry and return */
	VSYS_STATE_UNSEEN,	/* entry, and the return was not or will not be seen */
	VSYS_STATE_NORETURN,	/* entry of a call that does not return */
	VSYS_STATE_ORPHAN,	/* return only */
	VSYS_STATE_PENDING,	/* entry, and it may return yet: of callbacks only */
};

/**
 * struct vsys_call_event - a call that is over
 * @state: what is known of it
 * @entry: NULL if and only if @state is VSYS_STATE_ORPHAN
 * @ret: NULL unless @state is VSYS_STATE_RETURNED or VSYS_STATE_ORPHAN
 *
 * Both records have been checked.
 */
struct vsys_call_event {
	enum vsys_call_state state;
	const struct vsys_rec_entry *entry;
	const struct vsys_rec_return *ret;
};

struct vsys_pairing;

/**
 * vsys_pairing_new - an empty set of calls that have not returned
 * @max: how many it holds, 0 for a default; when full, the oldest is given up
 *
 * NULL when memory runs out.
 */
struct vsys_pairing *vsys_pairing_new(unsigned int max);
void vsys_pairing_free(struct vsys_pairing *p);

/**
 * vsys_pairing_feed - add an entry or a return
 * @p: the set
 * @rec: a checked record; types other than entry and return change nothing
 * @ev: out: the call that is over by this record, or was given up for it;
 *      valid until the next call on @p, and as long as @rec
 *
 * Returns 1 if @ev was set, 0 if not, -ENOMEM.
 */
int vsys_pairing_feed(struct vsys_pairing *p, const struct vsys_record *rec,
		      struct vsys_call_event *ev);

/**
 * vsys_pairing_drain - give up the oldest call
 * @p: the set
 * @ev: out, as for vsys_pairing_feed()
 *
 * Returns whether there was one.
 */
bool vsys_pairing_drain(struct vsys_pairing *p, struct vsys_call_event *ev);

/**
 * vsys_pairing_newest - the entry that was added last, or NULL
 * @p: the set
 *
 * Valid until the event of that call is told of.
 */
const struct vsys_rec_entry *vsys_pairing_newest(const struct vsys_pairing *p);

/* ---- decoding ---- */

/**
 * struct vsys_wide - UTF-16LE text of a guest, as it was in its memory
 * @p: inside a record, NULL if there is none
 * @n: bytes
 */
struct vsys_wide {
	const unsigned char *p;
	size_t n;
};

/**
 * struct vsys_decoded_arg - an argument as text
 * @name: from the table, "arg0".. of an unknown call
 * @known: it could be read
 * @value: the argument, as wide as its type may be; 0 unless @known
 * @text: as strace would write it, "?" unless @known
 * @string: of a wide string or an object's name: the text at the call
 * @string_out: the same at the return
 */
struct vsys_decoded_arg {
	const char *name;
	bool known;
	uint64_t value;
	const char *text;
	struct vsys_wide string;
	struct vsys_wide string_out;
};

/**
 * struct vsys_decoded - a call as text
 * @ev: what was decoded
 * @call: its line in the table, NULL when unknown
 * @os: enum vsys_os whose conventions it has, 0 when unknown
 * @name: of the call
 * @nargs: number of @args; 0 when the entry was not seen
 * @args: the arguments
 * @failed: the result is an error, see vsys_result_failed()
 * @error: its name, or NULL
 * @result: the text after "= "
 *
 * Strings are UTF-8, and ASCII for a Linux guest, without control characters,
 * whatever the guest had.  They belong to the decoder until its next use.
 */
struct vsys_decoded {
	struct vsys_call_event ev;
	const struct vsys_proto *call;
	unsigned int os;
	const char *name;
	unsigned int nargs;
	struct vsys_decoded_arg args[VSYS_ARGS_MAX];
	bool failed;
	const char *error;
	const char *result;
};

struct vsys_decoder;

/**
 * vsys_decoder_new - a decoder
 * @elements: of an array or vector, how many are written; 0 for the default
 *
 * NULL when memory runs out.
 */
struct vsys_decoder *vsys_decoder_new(unsigned int elements);
void vsys_decoder_free(struct vsys_decoder *d);

/**
 * vsys_decoder_style - how to write values
 * @d: the decoder
 * @style: of values that have names
 * @limit: how many bytes of a string at most, SIZE_MAX for all
 */
void vsys_decoder_style(struct vsys_decoder *d, enum vsys_style style, size_t limit);

/**
 * vsys_decoder_call - decode a call
 * @d: the decoder
 * @table: of its profile, or NULL
 * @ev: the call, its records checked
 * @out: out
 *
 * Returns 0, or -ENOMEM with text missing in @out.
 */
int vsys_decoder_call(struct vsys_decoder *d, const struct vsys_table *table,
		      const struct vsys_call_event *ev, struct vsys_decoded *out);

/* The parts of the lines below: "[vm 1 vcpu 0] ", arguments @from to @to - 1, the rest. */
void vsys_format_head(struct vsys_text *t, const struct vsys_record *rec);
void vsys_format_args(struct vsys_text *t, const struct vsys_decoded *c, unsigned int from,
		      unsigned int to);
void vsys_format_note(struct vsys_text *t, const struct vsys_record *rec,
		      const struct vsys_profiles *p);

/**
 * vsys_format_call - "openat(AT_FDCWD, "/", O_RDONLY) = 3", no newline
 * @t: it is added to
 * @c: the call
 */
void vsys_format_call(struct vsys_text *t, const struct vsys_decoded *c);

/**
 * vsys_format_record - the same for a record that is not of a call
 * @t: it is added to
 * @rec: the record, checked
 * @p: the profiles it means
 */
void vsys_format_record(struct vsys_text *t, const struct vsys_record *rec,
			const struct vsys_profiles *p);

/**
 * vsys_format_call_json - a JSON object, no newline: see vsysread(1)
 * @t: it is added to
 * @c: the call
 * @p: the profiles it means
 */
void vsys_format_call_json(struct vsys_text *t, const struct vsys_decoded *c,
			   const struct vsys_profiles *p);
void vsys_format_record_json(struct vsys_text *t, const struct vsys_record *rec,
			     const struct vsys_profiles *p);

#ifdef __cplusplus
}
#endif

#endif /* VSYSCALLS_H */
