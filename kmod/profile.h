/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_PROFILE_H
#define VSYS_PROFILE_H

#include <linux/types.h>
#include <linux/vsyscalls.h>

struct vsys_capture_ctx;

/* A word of vsys_profile.info: what is known of a call. */
enum {
	VSYS_CALL_NARGS = 0x1f,		/* mask: number of arguments */
	VSYS_CALL_KNOWN = 1 << 5,
	VSYS_CALL_IN = 1 << 6,		/* .entry captures */
	VSYS_CALL_OUT = 1 << 7,		/* .exit captures */
	VSYS_CALL_NORETURN = 1 << 8,
	/* Not in tables: what an entry could not read, its return tries. */
	VSYS_CALL_LATE = 1 << 9,
	VSYS_CALL_KEEP = VSYS_CALL_OUT | VSYS_CALL_LATE,
};

/* One guest operating system; generated from prototypes/. */
struct vsys_profile {
	const char *name;
	u8 os;
	u8 arch;
	u8 abi;
	u32 calls;
	u32 doors;
	const u16 *info;	/* by number */
	u32 nr_info;
	void (*entry)(struct vsys_capture_ctx *c, u32 nr);
	void (*exit)(struct vsys_capture_ctx *c, u32 nr);
};

extern const struct vsys_profile vsys_profiles[];
extern const unsigned int vsys_nr_profiles;

int vsys_profile_find(const char *name);
void vsys_profile_list(void);

#endif /* VSYS_PROFILE_H */
