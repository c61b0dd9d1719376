// SPDX-License-Identifier: GPL-2.0
/*
 * files: which files are opened, and how many bytes are read and written?
 *
 *	files SOURCE [PROFILE [PID]]
 *
 * A line for each file when its last handle or descriptor is closed, at the end
 * for those that are left.  Descriptors that a program inherited are not known.
 */
#include <inttypes.h>
#include <stdio.h>

#include "watch.h"

enum { STATUS_PENDING = 0x103 };

static void on_gone(const struct object *o)
{
	printf("vm %u 0x%" PRIx64 ": 0x%" PRIx64 " %s: read %" PRIu64 ", written %" PRIu64
	       ", %u pending\n", o->vm, o->space, o->handle, o->name, o->read, o->written,
	       o->pending);
}

/* ---- Windows ---- */

static void count(struct object *o, bool writes, uint64_t bytes)
{
	if (writes)
		o->written += bytes;
	else
		o->read += bytes;
}

static void transfer(struct vsys_call *c, uint64_t handle, uint64_t context, bool writes)
{
	struct pending p = { .object = object_find(c, handle), .writes = writes };
	uint64_t bytes;

	if (!p.object)
		return;
	if (c->result == STATUS_PENDING)
		pending_begin(c, context, &p);
	else if (!c->failed && vsys_call_number(c, VSYS_RETURN, "IoStatusBlock.Information", &bytes))
		count(p.object, writes, bytes);
}

static void on_NtReadFile(struct vsys_call *c, uint64_t FileHandle, uint64_t Event,
			  uint64_t ApcRoutine, uint64_t ApcContext, uint64_t IoStatusBlock,
			  uint64_t Buffer, uint32_t Length, uint64_t ByteOffset, uint64_t Key)
{
	(void)Event, (void)ApcRoutine, (void)IoStatusBlock, (void)Buffer, (void)Length;
	(void)ByteOffset, (void)Key;
	transfer(c, FileHandle, ApcContext, false);
}

static void on_NtWriteFile(struct vsys_call *c, uint64_t FileHandle, uint64_t Event,
			   uint64_t ApcRoutine, uint64_t ApcContext, uint64_t IoStatusBlock,
			   uint64_t Buffer, uint32_t Length, uint64_t ByteOffset, uint64_t Key)
{
	(void)Event, (void)ApcRoutine, (void)IoStatusBlock, (void)Buffer, (void)Length;
	(void)ByteOffset, (void)Key;
	transfer(c, FileHandle, ApcContext, true);
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
	count(p.object, p.writes, bytes);
	pending_done(&p);
}

/* ---- Linux ---- */

static void moved(struct vsys_call *c, int32_t fd, bool writes)
{
	struct object *o = object_find(c, (uint64_t)(int64_t)fd);

	if (o && !c->failed)
		count(o, writes, c->result);
}

static void on_read(struct vsys_call *c, int32_t fd, uint64_t buf, uint64_t n)
{
	(void)buf, (void)n;
	moved(c, fd, false);
}

static void on_write(struct vsys_call *c, int32_t fd, uint64_t buf, uint64_t n)
{
	(void)buf, (void)n;
	moved(c, fd, true);
}

static void on_pread64(struct vsys_call *c, int32_t fd, uint64_t buf, uint64_t n, int64_t pos)
{
	(void)buf, (void)n, (void)pos;
	moved(c, fd, false);
}

static void on_pwrite64(struct vsys_call *c, int32_t fd, uint64_t buf, uint64_t n, int64_t pos)
{
	(void)buf, (void)n, (void)pos;
	moved(c, fd, true);
}

static void on_readv(struct vsys_call *c, int32_t fd, uint64_t iov, uint64_t n)
{
	(void)iov, (void)n;
	moved(c, fd, false);
}

static void on_writev(struct vsys_call *c, int32_t fd, uint64_t iov, uint64_t n)
{
	(void)iov, (void)n;
	moved(c, fd, true);
}

static bool prepare(struct vsys *v)
{
	object_gone = on_gone;
	return watch_opens(v) &&
	       watch_for(vsys_on_NtReadFile_return(v, on_NtReadFile)) &&
	       watch_for(vsys_on_NtWriteFile_return(v, on_NtWriteFile)) &&
	       watch_for(vsys_on_NtRemoveIoCompletion_return(v, on_NtRemoveIoCompletion)) &&
	       watch_for(vsys_on_read_return(v, on_read)) &&
	       watch_for(vsys_on_write_return(v, on_write)) &&
	       watch_for(vsys_on_pread64_return(v, on_pread64)) &&
	       watch_for(vsys_on_pwrite64_return(v, on_pwrite64)) &&
	       watch_for(vsys_on_readv_return(v, on_readv)) &&
	       watch_for(vsys_on_writev_return(v, on_writev));
}

int main(int argc, char **argv)
{
	return watch(argc, argv, "files ", prepare);
}
