/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included before all in the test of uring.c and capture_uring.c, in place of the headers of
 * what these ask: vCPU, machine, records, guest memory.  The test is the guest.
 */
#ifndef URING_KMOD_H
#define URING_KMOD_H

#define VSYS_VCPU_H
#define VSYS_RECORD_H
#define VSYS_GUESTMEM_H

#include <stdlib.h>
#include <linux/align.h>
#include <linux/string.h>
#include <linux/types.h>

#include "../../kmod/capture.h"
#include "../../kmod/pending.h"
#include "../../kmod/profile.h"

#define container_of(p, type, member) ((type *)((char *)(p) - offsetof(type, member)))

struct vsys_urings;

struct vsys_mem {
	bool atomic, absent, spent;
};

struct vsys_vm {
	struct vsys_urings *urings;
};

struct vsys_vcpu {
	struct vsys_vm *vm;
	struct vsys_mem mem;
};

u32 vsys_mem_read(struct vsys_mem *m, u64 gva, void *dst, u32 len);
u32 vsys_mem_string(struct vsys_mem *m, u64 gva, void *dst, u32 len, u32 unit, bool *ended);
void vsys_record_polled(struct vsys_vcpu *v, const struct vsys_call *call, u32 fd, u32 setup);

#endif
