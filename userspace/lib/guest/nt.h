/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GUEST_NT_H
#define VSYS_GUEST_NT_H

#include <linux/vsyscalls.h>
#include "pe.h"

/**
 * struct vsys_nt_offsets - members of the kernel's structures
 * @process: of the thread: pointer to its process
 * @cid: of the thread: ids of process and thread
 * @pid: of the process, followed by the links of the list of processes
 * @parent: of the process: its parent's id
 * @name: of the process: the last part of its path, cut to 14 bytes
 * @path: of the process: pointer to its path, -1: unknown
 */
struct vsys_nt_offsets {
	int process, cid, pid, parent, name, path;
};

/**
 * struct vsys_nt - a Windows guest
 * @major: version of NT, @minor behind the point
 * @minor: see @major
 * @build: its build, 0 if unknown
 * @pack: service pack
 * @teb: address of the running thread's environment block, 0 if there is none
 * @peb: of its process
 * @image: the kernel's
 * @kernel: @offsets lead to the running thread
 * @exported: they are those of the kernel's own functions
 * @offsets: valid if @kernel
 */
struct vsys_nt {
	unsigned int major, minor, build, pack;
	uint64_t teb, peb;
	struct vsys_pe image;
	bool kernel, exported;
	struct vsys_nt_offsets offsets;
};

/*
 * Is it Windows?  KUSER_SHARED_DATA tells, which programs cannot write; before NT 10 it lacks
 * the build, which the kernel exports.  If that is not found the build is the process
 * environment block's, which programs can write.
 * @entry: an address in the kernel, 0: unknown
 * @user: base of the segment that leads to the environment block: GS of 64-bit
 * kernels, else FS.
 */
bool vsys_nt_find(struct vsys_nt *nt, struct vsys_space *s, uint64_t entry, uint64_t user);

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
 * By the kernel's own structures if the offsets of its exported functions, or those of a known
 * build, lead to the thread that the environment block names; else by the environment block: VSYS_RECIPE_CLAIMED.
 * Return: false: neither.
 */
bool vsys_nt_recipe(struct vsys_nt *nt, struct vsys_space *s, uint64_t kpcr,
		    struct vsys_recipe *r, struct vsys_task_field *f);

#endif /* VSYS_GUEST_NT_H */
