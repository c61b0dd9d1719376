/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GUEST_FILES_H
#define VSYS_GUEST_FILES_H

#include "btf.h"
#include "space.h"

/* Members on the way from a task to the names of its files. */
enum vsys_file_member {
	VSYS_FILE_FILES,	/* of the task */
	VSYS_FILE_FS,
	VSYS_FILE_PWD,		/* of what FS points to */
	VSYS_FILE_TABLE,	/* of what FILES points to */
	VSYS_FILE_MAX,		/* of the table */
	VSYS_FILE_FD,
	VSYS_FILE_CLOEXEC,
	VSYS_FILE_PATH,		/* of a file */
	VSYS_FILE_MNT,		/* of a path */
	VSYS_FILE_DENTRY,
	VSYS_FILE_NAME,		/* of a directory entry */
	VSYS_FILE_PARENT,
	VSYS_FILE_INODE,
	VSYS_FILE_SB,
	VSYS_FILE_INO,		/* of an inode */
	VSYS_FILE_MAGIC,	/* of a file system */
	VSYS_FILE_ROOT,		/* of a mount, as paths have it */
	VSYS_FILE_MOUNT,	/* that in the kernel's own structure */
	VSYS_FILE_MNT_PARENT,	/* of the latter */
	VSYS_FILE_MOUNTPOINT,
	VSYS_FILE_MEMBERS,
};

enum { VSYS_FILE_NAME_MAX = 1024 };

/* Offsets of members; -1 for one that the kernel does not have. */
struct vsys_files {
	int32_t at[VSYS_FILE_MEMBERS];
	bool found;
};

void vsys_files_find(struct vsys_files *f, const struct vsys_btf *b);

/**
 * vsys_files_list - what a task has open
 * @f: where the kernel has it
 * @s: its address space
 * @task: the task
 * @fn: called for each descriptor, and with -1 for the working directory; other than 0 ends
 *      the list
 * @arg: its argument
 *
 * Return: 0, or the value of @fn.  What cannot be read is left out.
 */
int vsys_files_list(const struct vsys_files *f, struct vsys_space *s, uint64_t task,
		    int (*fn)(void *arg, int32_t fd, bool cloexec, const char *name), void *arg);

#endif /* VSYS_GUEST_FILES_H */
