/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A source of records, part of libvsyscalls: the device or a recorded file,
 * which are used alike.
 *
 * A source and what belongs to it may be used from one thread at a time, and
 * different sources from different threads at once.
 */
#ifndef VSYS_TRACE_H
#define VSYS_TRACE_H

#include "vsyscalls.h"

#ifdef __cplusplus
extern "C" {
#endif

struct vsys_trace;

/**
 * vsys_error - what the last function of this thread that failed has to say
 *
 * One line without newline, never NULL.  Of the functions of this header and
 * of calls.h; valid until the next of them fails in this thread.
 */
const char *vsys_error(void);

/**
 * vsys_trace_open - open the device or a recorded file
 * @path: what it is decides; "-" is the standard input
 * @v: out: to be closed with vsys_trace_close()
 *
 * Of a file the first record is read, so that the profiles in use are known.
 * -EINVAL: neither the device nor a recording; -EPROTO: of another version.
 */
int vsys_trace_open(const char *path, struct vsys_trace **v);
void vsys_trace_close(struct vsys_trace *v);

/**
 * vsys_trace_report - where to say what is wrong with the stream, instead of nowhere
 * @v: the source
 * @fn: told of problems, or NULL; also that a profile lacks a call for which
 *      there is a callback
 * @arg: for @fn
 */
void vsys_trace_report(struct vsys_trace *v, vsys_report_fn fn, void *arg);

/**
 * vsys_trace_device - the session of a device, NULL of a file
 * @v: the source, which goes on owning it; for the functions of vsyscalls.h
 */
struct vsys_device *vsys_trace_device(struct vsys_trace *v);

/**
 * vsys_trace_profiles - what vsys_record.profile means
 * @v: the source, which goes on owning them
 */
const struct vsys_profiles *vsys_trace_profiles(const struct vsys_trace *v);

/**
 * vsys_trace_attach - trace a machine, or all
 * @v: the source
 * @pid: of the process that runs the machine, 0 for all
 * @profile: as vsys_device_attach()
 * @doors: as vsys_device_attach()
 *
 * In a file, which has what it has, it chooses the machine, and several times
 * several; -ESRCH is not known then, and @doors mean nothing.  Before the first
 * vsys_trace_attach() a file gives all its machines, and a device nothing.
 */
int vsys_trace_attach(struct vsys_trace *v, pid_t pid, const char *profile, uint32_t doors);

/**
 * vsys_trace_detach - undo a vsys_trace_attach()
 * @v: the source
 * @pid: as it was given there
 */
int vsys_trace_detach(struct vsys_trace *v, pid_t pid);

/**
 * vsys_trace_stop - detach from all; the end comes when what is left was read
 * @v: the source
 */
int vsys_trace_stop(struct vsys_trace *v);

/**
 * vsys_trace_filter - give only some calls
 * @v: the source
 * @calls: names, with commas between them; NULL for all
 *
 * Each profile and ABI has its own numbers for them.  The kernel drops the
 * others where it can.  -ENOENT for a name that no profile of the source has.
 */
int vsys_trace_filter(struct vsys_trace *v, const char *calls);

/**
 * vsys_trace_next - the next record, without a copy
 * @v: the source
 * @timeout_ms: how long to wait for one, negative for ever; of a file it means
 *              nothing
 * @rec: out: checked; valid until the next call on @v
 *
 * Returns 1; 0 at the end: of the file, after vsys_trace_stop(), or when all machines
 * that were attached by pid are gone; -EAGAIN when there was none in time; -EINTR
 * after a signal; -EBADMSG when a file is damaged or cut off.
 */
int vsys_trace_next(struct vsys_trace *v, int timeout_ms, const struct vsys_record **rec);

/**
 * vsys_trace_unmapped - read a device with read() instead of mapping its rings
 * @v: a trace of a device to which nothing was attached yet
 *
 * Losses after the last record are then counted, but no record tells of them.
 *
 * Return: 0, -EINVAL for a file, or -ENOMEM.
 */
int vsys_trace_unmapped(struct vsys_trace *v);

/**
 * vsys_trace_update - look which records there are, without waiting
 * @v: the trace
 *
 * For programs with a poll() loop of their own, on vsys_device_fd() with
 * POLLIN | POLLPRI: update, take all records, wait.
 *
 * Return: 0; 1 if the records up to now are the last ones, as always for a file;
 * or a negative errno.
 */
int vsys_trace_update(struct vsys_trace *v);

/**
 * vsys_trace_take - the next record up to the last vsys_trace_update()
 * @v: the trace
 * @rec: out: as of vsys_trace_next()
 *
 * Return: 1; 0 if none is left; or a negative errno as vsys_trace_next().
 */
int vsys_trace_take(struct vsys_trace *v, const struct vsys_record **rec);

/**
 * vsys_trace_gone - have all attached machines ended, and been read to their end?
 * @v: the trace; false for a file
 */
bool vsys_trace_gone(const struct vsys_trace *v);

/* vsys_trace_rings - number of rings, which is that of vCPUs, seen so far */
unsigned int vsys_trace_rings(const struct vsys_trace *v);

/**
 * vsys_trace_account - what became of the events so far, see struct vsys_account
 * @v: the source
 * @sum: out
 */
void vsys_trace_account(const struct vsys_trace *v, struct vsys_account *sum);

#ifdef __cplusplus
}
#endif

#endif /* VSYS_TRACE_H */
