/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A trace, part of libvsyscalls: records of the device or of a recorded file, which
 * are used alike.
 *
 * One thread at a time may use a trace and what belongs to it; different traces may
 * be used at once. Functions return 0 or a negative errno unless stated otherwise,
 * and set vsys_error() when they fail.
 */
#ifndef VSYS_TRACE_H
#define VSYS_TRACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "callsets.h"
#include "device.h"
#include "record.h"

#ifdef __cplusplus
extern "C" {
#endif

struct vsys_trace;

/**
 * vsys_error - message of the last error in this thread
 *
 * The functions of this header, of calls.h, callsets.h and held.h set it.
 *
 * Return: one line without newline, never NULL; valid until the next error of this
 * thread.
 */
const char *vsys_error(void);

/**
 * vsys_trace_open - open the device or a recorded file
 * @path: of the device or a file; "-" is the standard input
 * @v: out: to be closed with vsys_trace_close(); NULL after an error
 *
 * The first record of a file is read ahead, which makes its profile known.
 *
 * Return: 0; -EINVAL: neither the device nor a recording; -EPROTO: another version;
 * -EBADMSG: a damaged file; -ENOMEM; or the error of open() or read().
 */
int vsys_trace_open(const char *path, struct vsys_trace **v);
void vsys_trace_close(struct vsys_trace *v);

/**
 * vsys_trace_report - set the callback for stream errors
 * @v: the trace
 * @fn: the callback, or NULL for none, as at first; it also learns of profiles that
 *      lack a call for which a callback is registered
 * @arg: its argument
 */
void vsys_trace_report(struct vsys_trace *v, vsys_report_fn fn, void *arg);

/**
 * vsys_trace_device - the device, for the functions of device.h and held.h
 * @v: the trace, which still owns it
 *
 * Return: NULL for a file.
 */
struct vsys_device *vsys_trace_device(struct vsys_trace *v);

/**
 * vsys_trace_profiles - the profiles that vsys_record.profile indexes
 * @v: the trace, which still owns them
 */
const struct vsys_profiles *vsys_trace_profiles(const struct vsys_trace *v);

/**
 * vsys_trace_attach - trace a machine, or all
 * @v: the trace
 * @pid: of the process that runs the machine, 0: all machines
 * @profile: as of vsys_device_attach()
 * @doors: as of vsys_device_attach(); ignored for a file
 *
 * For a file this selects machines: each call adds one, and without any call all
 * machines are selected. A device yields no records before the first call.
 *
 * Return: 0; -ENOENT: no such profile; else as vsys_device_attach().
 */
int vsys_trace_attach(struct vsys_trace *v, pid_t pid, const char *profile, uint32_t doors);

/**
 * vsys_trace_detach - undo a vsys_trace_attach()
 * @v: the trace
 * @pid: the pid given there
 */
int vsys_trace_detach(struct vsys_trace *v, pid_t pid);

/**
 * vsys_trace_stay - do not end with the machines: more will be attached
 * @v: the trace; it ends after vsys_trace_stop()
 */
void vsys_trace_stay(struct vsys_trace *v);

/**
 * vsys_trace_stop - detach from all machines
 * @v: the trace; it ends when the records that are left have been read
 */
int vsys_trace_stop(struct vsys_trace *v);

/**
 * vsys_trace_filter - keep only some calls
 * @v: the trace
 * @calls: an expression, see callsets.h; NULL: all calls
 *
 * The module drops other calls where it can, the library drops the rest.
 *
 * Return: 0; or as vsys_callsets_add(), the filter before then stays.
 */
int vsys_trace_filter(struct vsys_trace *v, const char *calls);

/**
 * vsys_trace_next - the next record, without a copy
 * @v: the trace
 * @timeout_ms: time to wait for one; negative: no limit; ignored for a file
 * @rec: out: a checked record, valid until the next call on @v
 *
 * Return: 1; 0 at the end: of the file, after vsys_trace_stop(), or if all machines
 * were attached by pid and have ended; -EAGAIN: none came in time; -EINTR: a signal
 * came; -EBADMSG: the file is damaged or cut off.
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
 * vsys_trace_account - counts of the events so far
 * @v: the trace
 * @sum: out: without @sum->next
 */
void vsys_trace_account(const struct vsys_trace *v, struct vsys_account *sum);

#ifdef __cplusplus
}
#endif

#endif /* VSYS_TRACE_H */
