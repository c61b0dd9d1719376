/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libvsyscalls: read and decode the system calls of virtual machines.
 *
 * The library has three lower layers, each usable without those after it:
 *
 *   sources    vsys_device and vsys_reader (device.h: the device, by mmap) and
 *              vsys_stream (stream.h: recorded files, pipes, read() of the device)
 *              return struct vsys_record. Each record is checked (record.h), so that
 *              sizes and captures in it can be relied upon.
 *   pairing    vsys_pairing (pairing.h) joins the entry and the return of a call
 *   decoding   vsys_decoder and vsys_format_* (decoder.h) turn a call into text
 *
 * lookup.h has names, calls and profiles, callsets.h sets of calls. Most programs
 * only need the layer above: trace.h and calls.h, or callbacks.h, which includes
 * both. This header includes the lower layers.
 *
 * Errors: unless stated otherwise, functions returning int return 0 or a count on
 * success and a negative errno on failure. Functions that return a pointer to a new
 * object return NULL if memory runs out.
 *
 * Ownership: the caller owns objects made by *_open or *_new until *_close or *_free,
 * which accept NULL.
 *
 * Threads: one thread at a time may use an object; different objects may be used at
 * once. A device and its reader count as one object.
 *
 * Units: sizes and lengths are bytes, times nanoseconds unless the name says _ms.
 */
#ifndef VSYSCALLS_H
#define VSYSCALLS_H

#include <linux/vsyscalls.h>
#include "callsets.h"
#include "decoder.h"
#include "device.h"
#include "guest.h"
#include "handles.h"
#include "lookup.h"
#include "pairing.h"
#include "record.h"
#include "stream.h"
#include "task.h"
#include "text.h"

#endif /* VSYSCALLS_H */
