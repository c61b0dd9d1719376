// SPDX-License-Identifier: GPL-2.0
/* Follow the calls that open, duplicate and close handles and descriptors of files. */
#include "watch.h"

/* ---- Windows ---- */

static void on_NtCreateFile(struct vsys_syscall *c, uint64_t FileHandle, uint32_t DesiredAccess,
			    uint64_t ObjectAttributes, uint64_t IoStatusBlock,
			    uint64_t AllocationSize, uint32_t FileAttributes,
			    uint32_t ShareAccess, uint32_t CreateDisposition,
			    uint32_t CreateOptions, uint64_t EaBuffer, uint32_t EaLength)
{
	(void)FileHandle, (void)DesiredAccess, (void)ObjectAttributes, (void)IoStatusBlock;
	(void)AllocationSize, (void)FileAttributes, (void)ShareAccess, (void)CreateDisposition;
	(void)CreateOptions, (void)EaBuffer, (void)EaLength;
	object_opened(c, "FileHandle");
}

static void on_NtOpenFile(struct vsys_syscall *c, uint64_t FileHandle, uint32_t DesiredAccess,
			  uint64_t ObjectAttributes, uint64_t IoStatusBlock,
			  uint32_t ShareAccess, uint32_t OpenOptions)
{
	(void)FileHandle, (void)DesiredAccess, (void)ObjectAttributes, (void)IoStatusBlock;
	(void)ShareAccess, (void)OpenOptions;
	object_opened(c, "FileHandle");
}

static void on_NtClose(struct vsys_syscall *c, uint64_t Handle)
{
	if (!c->failed)
		object_close(c, Handle);
}

/* ---- Linux ---- */

static void opened(struct vsys_syscall *c)
{
	struct vsys_text path = { 0 };

	if (!c->failed)
		object_new(c, c->result,
			   vsys_syscall_string(c, VSYS_ENTER, "filename", &path) ? path.s : NULL);
	vsys_text_free(&path);
}

static void on_open(struct vsys_syscall *c, uint64_t filename, uint32_t flags, uint16_t mode)
{
	(void)filename, (void)flags, (void)mode;
	opened(c);
}

static void on_openat(struct vsys_syscall *c, int32_t dfd, uint64_t filename, uint32_t flags,
		      uint16_t mode)
{
	(void)dfd, (void)filename, (void)flags, (void)mode;
	opened(c);
}

static void on_dup(struct vsys_syscall *c, int32_t oldfd)
{
	if (!c->failed)
		object_dup(c, (uint64_t)(int64_t)oldfd, c->result);
}

static void on_dup2(struct vsys_syscall *c, int32_t oldfd, int32_t newfd)
{
	(void)newfd;
	on_dup(c, oldfd);
}

static void on_dup3(struct vsys_syscall *c, int32_t oldfd, int32_t newfd, uint32_t flags)
{
	(void)newfd, (void)flags;
	on_dup(c, oldfd);
}

static void on_close(struct vsys_syscall *c, int32_t fd)
{
	if (!c->failed)
		object_close(c, (uint64_t)(int64_t)fd);
}

bool watch_opens(struct vsys_trace *v)
{
	return watch_for(vsys_on_NtCreateFile_return(v, on_NtCreateFile)) &&
	       watch_for(vsys_on_NtOpenFile_return(v, on_NtOpenFile)) &&
	       watch_for(vsys_on_NtClose_return(v, on_NtClose)) &&
	       watch_for(vsys_on_open_return(v, on_open)) &&
	       watch_for(vsys_on_openat_return(v, on_openat)) &&
	       watch_for(vsys_on_dup_return(v, on_dup)) &&
	       watch_for(vsys_on_dup2_return(v, on_dup2)) &&
	       watch_for(vsys_on_dup3_return(v, on_dup3)) &&
	       watch_for(vsys_on_close_return(v, on_close));
}
