/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included before all in the test of more.c, in place of the headers of what it asks: vCPU,
 * taps, rings, guest memory, clock.  The test has the guest's memory and reads the records.
 */
#ifndef MORE_KMOD_H
#define MORE_KMOD_H

#define VSYS_RECORD_H
#define VSYS_GUESTMEM_H

#include <linux/align.h>
#include <linux/string.h>
#include <linux/types.h>

#include "../../kmod/capture.h"
#include "../../kmod/pending.h"

enum { TAPS = 2 };

struct vsys_mem {
	bool spent;
};

struct vsys_session {
	struct {
		u32 capture_bytes;
	} setup;
};

struct vsys_tap {
	struct vsys_session *session;
	bool full;		/* the next record is lost */
	u32 records;
};

struct vsys_vcpu {
	struct vsys_tap *taps[TAPS];
	struct vsys_capture_ctx capture;
};

#define for_each_tap(v, tap, mask)						\
	for (u32 i_ = 0; i_ < TAPS && ((tap) = (v)->taps[i_], 1); i_++)		\
		if ((mask) & 1U << i_)

u64 vsys_clock_now(void);
u32 vsys_mem_read(struct vsys_mem *m, u64 gva, void *dst, u32 len);
u32 vsys_mem_string(struct vsys_mem *m, u64 gva, void *dst, u32 len, u32 unit, bool *ended);
void *vsys_record_begin(struct vsys_tap *tap, u16 type, u16 flags, u32 size, u32 nr, u64 now);
void vsys_record_end(struct vsys_tap *tap, u32 size);

#endif
