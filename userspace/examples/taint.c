// SPDX-License-Identifier: GPL-2.0
/*
 * taint: where in guest memory do bytes of some files arrive?
 *
 *	taint PATTERN SOURCE [PROFILE [PID]]
 *
 * PATTERN is one of fnmatch(3) for whole paths; "\" is an ordinary character.  A
 * line for each read: address and length of the memory, path and offset of the
 * file, "?" where the program's own position is not known.  Files that were open
 * before are not known, reads into several buffers are not marked, and of files
 * that Linux appends to the position is wrong after that.
 */
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "watch.h"

enum { STATUS_PENDING = 0x103, FILE_POSITION_INFORMATION = 14 };

#define UNKNOWN		UINT64_MAX	/* offset; in ByteOffset the end of the file */
#define CURRENT		(UINT64_MAX - 1) /* in ByteOffset the file's own position */

static const char *pattern;

static bool matches(const struct object *o)
{
	return o && !fnmatch(pattern, o->name, FNM_NOESCAPE);
}

static void mark(struct vsys_call *c, const struct object *o, uint64_t buffer, uint64_t bytes,
		 uint64_t offset)
{
	if (!bytes)
		return;
	watch_who(c);
	printf("0x%" PRIx64 "+%" PRIu64 " <- %s@", buffer, bytes, o->name);
	if (offset == UNKNOWN)
		puts("?");
	else
		printf("%" PRIu64 "\n", offset);
}

/* The position behind a read or write. */
static uint64_t behind(uint64_t offset, uint64_t bytes)
{
	return offset == UNKNOWN ? UNKNOWN : offset + bytes;
}

/* ---- Windows ---- */

/* A read or write that waits moves the position, wherever it was. */
static void transfer(struct vsys_call *c, uint64_t handle, uint64_t context, uint64_t buffer,
		     bool reads)
{
	struct pending p = { .object = object_find(c, handle), .writes = !reads,
			     .buffer = buffer };
	uint64_t bytes;

	if (!p.object)
		return;
	if (!vsys_call_number(c, VSYS_ENTER, "ByteOffset", &p.offset) || p.offset == CURRENT)
		p.offset = p.object->offset;
	if (c->result == STATUS_PENDING) {
		pending_begin(c, context, &p);
		return;
	}
	if (c->failed || !vsys_call_number(c, VSYS_RETURN, "IoStatusBlock.Information", &bytes))
		return;
	if (reads && matches(p.object))
		mark(c, p.object, buffer, bytes, p.offset);
	p.object->offset = behind(p.offset, bytes);
}

static void on_NtReadFile(struct vsys_call *c, uint64_t FileHandle, uint64_t Event,
			  uint64_t ApcRoutine, uint64_t ApcContext, uint64_t IoStatusBlock,
			  uint64_t Buffer, uint32_t Length, uint64_t ByteOffset, uint64_t Key)
{
	(void)Event, (void)ApcRoutine, (void)IoStatusBlock, (void)Length, (void)ByteOffset;
	(void)Key;
	transfer(c, FileHandle, ApcContext, Buffer, true);
}

static void on_NtWriteFile(struct vsys_call *c, uint64_t FileHandle, uint64_t Event,
			   uint64_t ApcRoutine, uint64_t ApcContext, uint64_t IoStatusBlock,
			   uint64_t Buffer, uint32_t Length, uint64_t ByteOffset, uint64_t Key)
{
	(void)Event, (void)ApcRoutine, (void)IoStatusBlock, (void)Length, (void)ByteOffset;
	(void)Key;
	transfer(c, FileHandle, ApcContext, Buffer, false);
}

static void on_NtRemoveIoCompletion(struct vsys_call *c, uint64_t IoCompletionHandle,
				    uint64_t KeyContext, uint64_t ApcContext,
				    uint64_t IoStatusBlock, uint64_t Timeout)
{
	struct pending p;
	uint64_t bytes;

	(void)IoCompletionHandle, (void)KeyContext, (void)ApcContext, (void)IoStatusBlock;
	(void)Timeout;
	if (!pending_end(c, &p, &bytes))
		return;
	if (!p.writes && matches(p.object))
		mark(c, p.object, p.buffer, bytes, p.offset);
	pending_done(&p);
}

static void on_NtSetInformationFile(struct vsys_call *c, uint64_t FileHandle,
				    uint64_t IoStatusBlock, uint64_t FileInformation,
				    uint32_t Length, int32_t FileInformationClass)
{
	struct object *o = object_find(c, FileHandle);
	struct vsys_cap cap;

	(void)IoStatusBlock, (void)FileInformation, (void)Length;
	if (o && !c->failed && FileInformationClass == FILE_POSITION_INFORMATION &&
	    vsys_call_bytes(c, VSYS_ENTER, "FileInformation", &cap) &&
	    cap.len >= sizeof(o->offset))
		memcpy(&o->offset, cap.data, sizeof(o->offset));
}

/* ---- Linux ---- */

static struct object *file_of(struct vsys_call *c, int32_t fd)
{
	return c->failed ? NULL : object_find(c, (uint64_t)(int64_t)fd);
}

static void on_read(struct vsys_call *c, int32_t fd, uint64_t buf, uint64_t n)
{
	struct object *o = file_of(c, fd);

	(void)n;
	if (matches(o))
		mark(c, o, buf, c->result, o->offset);
	if (o)
		o->offset = behind(o->offset, c->result);
}

static void on_write(struct vsys_call *c, int32_t fd, uint64_t buf, uint64_t n)
{
	struct object *o = file_of(c, fd);

	(void)buf, (void)n;
	if (o)
		o->offset = behind(o->offset, c->result);
}

static void on_pread64(struct vsys_call *c, int32_t fd, uint64_t buf, uint64_t n, int64_t pos)
{
	const struct object *o = file_of(c, fd);

	(void)n;
	if (matches(o))
		mark(c, o, buf, c->result, (uint64_t)pos);
}

static void on_lseek(struct vsys_call *c, int32_t fd, int64_t offset, uint32_t whence)
{
	struct object *o = file_of(c, fd);

	(void)offset, (void)whence;
	if (o)
		o->offset = c->result;
}

static bool prepare(struct vsys *v)
{
	return watch_opens(v) &&
	       watch_for(vsys_on_NtReadFile_return(v, on_NtReadFile)) &&
	       watch_for(vsys_on_NtWriteFile_return(v, on_NtWriteFile)) &&
	       watch_for(vsys_on_NtRemoveIoCompletion_return(v, on_NtRemoveIoCompletion)) &&
	       watch_for(vsys_on_NtSetInformationFile_return(v, on_NtSetInformationFile)) &&
	       watch_for(vsys_on_read_return(v, on_read)) &&
	       watch_for(vsys_on_write_return(v, on_write)) &&
	       watch_for(vsys_on_pread64_return(v, on_pread64)) &&
	       watch_for(vsys_on_lseek_return(v, on_lseek));
}

int main(int argc, char **argv)
{
	if (argc > 1)
		pattern = argv[1];
	return watch(argc - 1, argv + 1, "taint PATTERN ", prepare);
}
