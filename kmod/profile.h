/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_PROFILE_H
#define VSYS_PROFILE_H

#include <linux/types.h>
#include <linux/vsyscalls.h>

struct vsys_capture_ctx;

/* Bits of vsys_numbers.info and vsys_kind.info: the properties of a call. */
enum {
	VSYS_CALL_NARGS = 0x1f,		/* mask: number of arguments; only in the tables */
	/* In its place, in vsys_kind.info: */
	VSYS_CALL_SPECIAL = 1 << 0,	/* the inline records are not for it */
	VSYS_CALL_SHARED = 1 << 1,	/* more than one session wants it, or none */
	VSYS_CALL_BY_TASK = 1 << 2,	/* a session that wants it has a filter by task */
	VSYS_CALL_TOUCH = 1 << 3,	/* made in place of one that a strict rule concerns */
	VSYS_CALL_KNOWN = 1 << 5,
	VSYS_CALL_IN = 1 << 6,		/* .entry captures */
	VSYS_CALL_OUT = 1 << 7,		/* .exit or .failed captures */
	VSYS_CALL_NORETURN = 1 << 8,
	VSYS_CALL_STATUS = 1 << 9,	/* the result is an NTSTATUS */
	VSYS_CALL_TWICE = 1 << 10,	/* a child returns, too, with 0 */
	VSYS_CALL_LEAVES = 1 << 11,	/* it returns to another address space */
	VSYS_CALL_RINGS = 1 << 17,	/* its return tells of io_urings; of a kind: for a session */
	/* Bits below are not in the tables: the state of a call. */
	VSYS_CALL_LATE = 1 << 12,	/* the return retries captures of the entry */
	VSYS_CALL_RULED = 1 << 13,	/* rules concern it */
	VSYS_CALL_AWAY = 1 << 14,	/* its return is retried after a signal */
	VSYS_CALL_EDITED = 1 << 15,
	VSYS_CALL_SKIPPED = 1 << 16,
	VSYS_CALL_OURS = VSYS_CALL_LATE | VSYS_CALL_RULED | VSYS_CALL_AWAY |
			 VSYS_CALL_EDITED | VSYS_CALL_TOUCH,
	/* The members of struct vsys_call from @acted on are valid. */
	VSYS_CALL_KEEP = VSYS_CALL_OUT | VSYS_CALL_LATE | VSYS_CALL_RULED | VSYS_CALL_LEAVES,
	VSYS_CALL_FORM_SHIFT = 18,	/* above: its form, for .entry, .exit, .failed */
};

#define VSYS_X32_BIT	0x40000000U	/* set in the numbers of x32 */

enum {
	VSYS_NR_TABLES = 2,	/* Windows: nt and win32k; Arm: the private calls */
	VSYS_NR_SHIFT = 12,	/* number = table << 12 | index */
};

/* The call that a door makes, whatever number a register has; no info: as by other doors. */
struct vsys_door_call {
	u32 nr;
	u32 info;
};

/* How calls are numbered; generated from prototypes/. */
struct vsys_numbers {
	const u32 *info[VSYS_NR_TABLES];	/* by index, NULL if there are none */
	u16 n[VSYS_NR_TABLES];			/* number of entries of each */
	u16 calls;				/* of these, entries that are not zero */
	struct vsys_door_call by_door[VSYS_DOOR_NR];	/* of doors that make one call */
	u32 uring_enter;			/* io_uring_enter() */
	void (*entry)(struct vsys_capture_ctx *c, u32 id);
	void (*exit)(struct vsys_capture_ctx *c, u32 id);
	void (*failed)(struct vsys_capture_ctx *c, u32 id);
	bool (*unwritten)(struct vsys_capture_ctx *c);	/* no error, but .failed captures; or NULL */
};

/* One guest operating system; generated from prototypes/. */
struct vsys_profile {
	const char *name;
	u8 os;
	u8 arch;
	u8 abi;		/* the first of its ABIs */
	u32 doors;	/* bit mask: doors traced by default */
	const struct vsys_numbers *numbers[VSYS_ABI_NR];	/* NULL: not an ABI of it */
};

extern const struct vsys_profile vsys_profiles[];
extern const unsigned int vsys_nr_profiles;

int vsys_profile_find(const char *name);

#endif /* VSYS_PROFILE_H */
