/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GUEST_NT_H
#define VSYS_GUEST_NT_H

#include <linux/vsyscalls.h>
#include "space.h"

/**
 * struct vsys_nt - a Windows guest
 * @major: version of NT, @minor behind the point
 * @minor: see @major
 * @build: its build, 0 if unknown
 * @pack: service pack
 * @teb: address of the running thread's environment block, 0 if there is none
 * @peb: of its process
 */
struct vsys_nt {
	unsigned int major, minor, build, pack;
	uint64_t teb, peb;
};

/*
 * Is it Windows?  KUSER_SHARED_DATA tells, which programs cannot write; before NT 10 it lacks
 * the build, which is then the process environment block's, which they can.
 * @user: base of the segment that leads to the environment block: GS of 64-bit
 * kernels, else FS.
 */
bool vsys_nt_find(struct vsys_nt *nt, struct vsys_space *s, uint64_t user);

/* The profile of a build, or of the next one below it, then *@near is set; NULL: none. */
const char *vsys_nt_profile(const struct vsys_nt *nt, unsigned int word, bool *near);

/**
 * vsys_nt_recipe - how to find the thread that runs
 * @nt: the guest
 * @s: an address space with its kernel, or with its programs only
 * @kpcr: of the vCPU
 * @r: out: all but @pid, @size and @fields
 * @f: out: the fields
 *
 * By the kernel's own structures if those of a known build lead to the thread that the
 * environment block names; else by the environment block: VSYS_RECIPE_CLAIMED.
 * Return: false: neither.
 */
bool vsys_nt_recipe(const struct vsys_nt *nt, struct vsys_space *s, uint64_t kpcr,
		    struct vsys_recipe *r, struct vsys_task_field *f);

#endif /* VSYS_GUEST_NT_H */
