// SPDX-License-Identifier: GPL-2.0
/* What a process of a Linux guest has open, as /proc/PID/fd shows it there. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "files.h"

enum {
	FDS_MAX = 65536,
	NODES_MAX = 64,		/* of a path, with mounts */
	PART_MAX = 256,

	PIPEFS = 0x50495045,
	SOCKFS = 0x534f434b,
	ANON_INODES = 0x09041934,
};

static const char *const members[VSYS_FILE_MEMBERS][2] = {
	[VSYS_FILE_FILES] = { "task_struct", "files" },
	[VSYS_FILE_FS] = { "task_struct", "fs" },
	[VSYS_FILE_PWD] = { "fs_struct", "pwd" },
	[VSYS_FILE_TABLE] = { "files_struct", "fdt" },
	[VSYS_FILE_MAX] = { "fdtable", "max_fds" },
	[VSYS_FILE_FD] = { "fdtable", "fd" },
	[VSYS_FILE_CLOEXEC] = { "fdtable", "close_on_exec" },
	[VSYS_FILE_PATH] = { "file", "f_path" },
	[VSYS_FILE_MNT] = { "path", "mnt" },
	[VSYS_FILE_DENTRY] = { "path", "dentry" },
	[VSYS_FILE_NAME] = { "dentry", "d_name.name" },
	[VSYS_FILE_PARENT] = { "dentry", "d_parent" },
	[VSYS_FILE_INODE] = { "dentry", "d_inode" },
	[VSYS_FILE_SB] = { "dentry", "d_sb" },
	[VSYS_FILE_INO] = { "inode", "i_ino" },
	[VSYS_FILE_MAGIC] = { "super_block", "s_magic" },
	[VSYS_FILE_ROOT] = { "vfsmount", "mnt_root" },
	[VSYS_FILE_MOUNT] = { "mount", "mnt" },
	[VSYS_FILE_MNT_PARENT] = { "mount", "mnt_parent" },
	[VSYS_FILE_MOUNTPOINT] = { "mount", "mnt_mountpoint" },
};

void vsys_files_find(struct vsys_files *f, const struct vsys_btf *b)
{
	unsigned int i;

	f->found = true;
	for (i = 0; i < VSYS_FILE_MEMBERS; i++) {
		f->at[i] = vsys_btf_offset(b, members[i][0], members[i][1]);
		f->found &= f->at[i] >= 0;
	}
}

static bool member(const struct vsys_files *f, struct vsys_space *s, uint64_t p, enum vsys_file_member which,
		   uint64_t *v)
{
	return p && vsys_space_pointer(s, p + (uint64_t)f->at[which], v);
}

/* A path as the kernel has it: mount and directory entry. */
struct place {
	uint64_t mnt, dentry;
};

/* One step up: to the parent, or over a mount point.  Returns whether there is one. */
static bool step_up(const struct vsys_files *f, struct vsys_space *s, struct place *p, bool *mounted)
{
	uint64_t root, up, mount = p->mnt - (uint64_t)f->at[VSYS_FILE_MOUNT];

	*mounted = member(f, s, p->mnt, VSYS_FILE_ROOT, &root) && root == p->dentry;
	if (!*mounted) {
		if (!member(f, s, p->dentry, VSYS_FILE_PARENT, &up) || up == p->dentry)
			return false;
		p->dentry = up;
		return true;
	}
	if (!member(f, s, mount, VSYS_FILE_MNT_PARENT, &up) || up == mount ||
	    !member(f, s, mount, VSYS_FILE_MOUNTPOINT, &p->dentry))
		return false;
	p->mnt = up + (uint64_t)f->at[VSYS_FILE_MOUNT];
	return true;
}

/* Write the names from the end of @name on.  Returns where they begin, NULL: too long. */
static char *path_read(const struct vsys_files *f, struct vsys_space *s, struct place p, char *name)
{
	char *at = name + VSYS_FILE_NAME_MAX - 1, part[PART_MAX];
	struct place from;
	unsigned int i;
	uint64_t text;
	bool mounted;
	size_t n;

	*at = '\0';
	for (i = 0; i < NODES_MAX; i++) {
		from = p;
		if (!step_up(f, s, &p, &mounted))
			break;
		if (mounted)
			continue;
		if (!member(f, s, from.dentry, VSYS_FILE_NAME, &text) ||
		    !vsys_space_string(s, text, part, sizeof(part)))
			return NULL;
		n = strlen(part);
		if (n + 2 > (size_t)(at - name))
			return NULL;
		at -= n + 1;
		*at = '/';
		memcpy(at + 1, part, n);
	}
	if (!*at)
		*--at = '/';
	return at;
}

/* "pipe:[12]", "anon_inode:[eventpoll]"; else the path. */
static char *name_read(const struct vsys_files *f, struct vsys_space *s, uint64_t path, char *name)
{
	char part[PART_MAX] = "";
	struct place p;
	uint64_t sb, magic, inode, ino, text;

	if (!member(f, s, path, VSYS_FILE_MNT, &p.mnt) || !member(f, s, path, VSYS_FILE_DENTRY, &p.dentry) ||
	    !member(f, s, p.dentry, VSYS_FILE_SB, &sb) || !member(f, s, sb, VSYS_FILE_MAGIC, &magic) ||
	    !member(f, s, p.dentry, VSYS_FILE_INODE, &inode) || !member(f, s, inode, VSYS_FILE_INO, &ino))
		return NULL;
	switch (magic) {
	case PIPEFS:
	case SOCKFS:
		snprintf(name, VSYS_FILE_NAME_MAX, "%s:[%" PRIu64 "]", magic == PIPEFS ? "pipe" : "socket", ino);
		return name;
	case ANON_INODES:
		if (!member(f, s, p.dentry, VSYS_FILE_NAME, &text) ||
		    !vsys_space_string(s, text, part, sizeof(part)))
			return NULL;
		snprintf(name, VSYS_FILE_NAME_MAX, "anon_inode:%s", part);
		return name;
	default:
		return path_read(f, s, p, name);
	}
}

int vsys_files_list(const struct vsys_files *f, struct vsys_space *s, uint64_t task,
		    int (*fn)(void *arg, int32_t fd, bool cloexec, const char *name), void *arg)
{
	char name[VSYS_FILE_NAME_MAX], *at;
	uint64_t files, fs, table, fds, close, file, n, bits = 0;
	int32_t fd;
	int err = 0;

	if (!f->found)
		return 0;
	if (member(f, s, task, VSYS_FILE_FS, &fs) && fs) {
		at = name_read(f, s, fs + (uint64_t)f->at[VSYS_FILE_PWD], name);
		err = at ? fn(arg, -1, false, at) : 0;
	}
	if (err || !member(f, s, task, VSYS_FILE_FILES, &files) || !member(f, s, files, VSYS_FILE_TABLE, &table) ||
	    !member(f, s, table, VSYS_FILE_FD, &fds) || !member(f, s, table, VSYS_FILE_CLOEXEC, &close) ||
	    !vsys_space_number(s, table + (uint64_t)f->at[VSYS_FILE_MAX], 4, &n))
		return err;
	for (fd = 0; !err && fd < FDS_MAX && (uint64_t)fd < n && s->budget; fd++) {
		if (!(fd % 64) && !vsys_space_number(s, close + (uint64_t)fd / 8, 8, &bits))
			break;
		if (!vsys_space_number(s, fds + 8 * (uint64_t)fd, 8, &file) || !file)
			continue;
		at = name_read(f, s, file + (uint64_t)f->at[VSYS_FILE_PATH], name);
		if (at)
			err = fn(arg, fd, bits >> fd % 64 & 1, at);
	}
	return err;
}
