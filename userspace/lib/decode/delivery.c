// SPDX-License-Identifier: GPL-2.0
/*
 * What a Windows kernel begins in a program by a return without a call: its frame at the
 * stack pointer tells.  Each has pointers into itself or flags that other memory does not.
 */
#include <string.h>

#include <vsyscalls/vsyscalls.h>

enum {
	FRAME_MAX = 0x10000,	/* bytes from the stack pointer to the end of a frame */
	CALLBACKS = 0x1000,	/* numbers of callbacks are below this */
	CONTEXT_PARTS = 0x7f,	/* of CONTEXT.ContextFlags */
	CONTEXT_X86 = 0x10000,
	CONTEXT_X64 = 0x100000,
};

static bool is_within(uint64_t p, uint64_t sp)
{
	return p > sp && p - sp < FRAME_MAX;
}

static bool is_context(uint32_t flags, uint32_t arch)
{
	return (flags & ~(uint32_t)CONTEXT_PARTS) == arch && flags & CONTEXT_PARTS;
}

/* A callback: ?, number, its buffer right behind, length.  An APC: its routine, three
 * arguments, a CONTEXT.  An exception: its record right behind, a CONTEXT.
 */
static void frame_x86(const uint32_t w[16], struct vsys_delivery *d)
{
	uint32_t sp = (uint32_t)d->sp;

	if (w[2] == sp + 16 && w[1] < CALLBACKS && w[3] < FRAME_MAX) {
		d->kind = VSYS_DELIVERY_CALLBACK;
		d->value = w[1];
	} else if (w[0] == sp + 8 && is_within(w[1], sp)) {
		d->kind = VSYS_DELIVERY_EXCEPTION;
		d->value = w[2];
	} else if (w[0] && is_context(w[4], CONTEXT_X86)) {
		d->kind = VSYS_DELIVERY_APC;
		d->value = w[0];
	}
}

/* A callback: four words, its buffer, length and number.  An APC: a CONTEXT whose P4Home is
 * the routine.
 */
static void frame_x64(const uint64_t q[8], struct vsys_delivery *d)
{
	if (is_within(q[4], d->sp) && q[5] >> 32 < CALLBACKS && (uint32_t)q[5] < FRAME_MAX) {
		d->kind = VSYS_DELIVERY_CALLBACK;
		d->value = q[5] >> 32;
	} else if (q[3] && is_context((uint32_t)q[6], CONTEXT_X64)) {
		d->kind = VSYS_DELIVERY_APC;
		d->value = q[3];
	}
}

bool vsys_delivery_of(const struct vsys_record *rec, struct vsys_delivery *d)
{
	struct vsys_cap frame, target;
	uint64_t words[VSYS_TARGET_FRAME / 8];

	memset(d, 0, sizeof(*d));
	if (rec->type != VSYS_REC_RETURN || !(rec->flags & VSYS_F_UNPAIRED) ||
	    !vsys_record_capture(rec, VSYS_TARGET_SP, false, &frame) ||
	    !vsys_record_capture(rec, VSYS_TARGET_PC, false, &target) ||
	    frame.len != sizeof(words))
		return false;
	d->sp = frame.addr;
	d->pc = target.addr;
	memcpy(words, frame.data, sizeof(words));
	if (rec->abi == VSYS_ABI_WINDOWS_X64) {
		frame_x64(words, d);
	} else if (rec->abi == VSYS_ABI_WINDOWS_X86) {
		uint32_t narrow[16];

		memcpy(narrow, words, sizeof(narrow));
		frame_x86(narrow, d);
	}
	return d->kind;
}
