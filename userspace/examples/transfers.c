// SPDX-License-Identifier: GPL-2.0
/* Report reads and writes of the files of opens.c: bytes, buffer, offset. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "watch.h"

enum { STATUS_PENDING = 0x103, FILE_POSITION_INFORMATION = 14 };

#define CURRENT		(UINT64_MAX - 1) /* as ByteOffset: the file position */

/* A Windows transfer that is pending after its call; it holds a reference. */
struct waiting {
	struct waiting *next;
	uint32_t vm;
	uint64_t space, context;
	struct transfer t;
};

static struct waiting *waiting;
static void (*report)(const struct vsys_syscall *c, const struct transfer *t);

static void report_transfer(const struct vsys_syscall *c, const struct transfer *t)
{
	if (t->bytes)
		report(c, t);
}

/* Finish a transfer at @t->offset, and advance the file position. */
static void finish_transfer(const struct vsys_syscall *c, const struct transfer *t)
{
	report_transfer(c, t);
	t->object->offset = t->offset == OFFSET_UNKNOWN ? OFFSET_UNKNOWN : t->offset + t->bytes;
}

/* ---- Windows ---- */

static void wait_for(const struct vsys_syscall *c, uint64_t context, const struct transfer *t)
{
	struct waiting *w = watch_need(calloc(1, sizeof(*w)));

	w->vm = c->r->vm;
	w->space = c->ev.entry->space;
	w->context = context;
	w->t = *t;
	w->next = waiting;
	waiting = w;
	object_get(t->object);
	t->object->pending++;
}

/* A synchronous transfer advances the position even if it has an offset of its own. */
static void nt_transfer(struct vsys_syscall *c, uint64_t handle, uint64_t context, uint64_t buffer,
			bool writes)
{
	struct transfer t = { .object = object_find(c, handle), .writes = writes,
			      .buffer = buffer };

	if (!t.object)
		return;
	if (!vsys_syscall_number(c, VSYS_ENTER, "ByteOffset", &t.offset) || t.offset == CURRENT)
		t.offset = t.object->offset;
	if (c->result == STATUS_PENDING)
		wait_for(c, context, &t);
	else if (!c->failed &&
		 vsys_syscall_number(c, VSYS_RETURN, "IoStatusBlock.Information", &t.bytes))
		finish_transfer(c, &t);
}

static void on_NtReadFile(struct vsys_syscall *c, uint64_t FileHandle, uint64_t Event,
			  uint64_t ApcRoutine, uint64_t ApcContext, uint64_t IoStatusBlock,
			  uint64_t Buffer, uint32_t Length, uint64_t ByteOffset, uint64_t Key)
{
	(void)Event, (void)ApcRoutine, (void)IoStatusBlock, (void)Length, (void)ByteOffset;
	(void)Key;
	nt_transfer(c, FileHandle, ApcContext, Buffer, false);
}

static void on_NtWriteFile(struct vsys_syscall *c, uint64_t FileHandle, uint64_t Event,
			   uint64_t ApcRoutine, uint64_t ApcContext, uint64_t IoStatusBlock,
			   uint64_t Buffer, uint32_t Length, uint64_t ByteOffset, uint64_t Key)
{
	(void)Event, (void)ApcRoutine, (void)IoStatusBlock, (void)Length, (void)ByteOffset;
	(void)Key;
	nt_transfer(c, FileHandle, ApcContext, Buffer, true);
}

static void on_NtRemoveIoCompletion(struct vsys_syscall *c, uint64_t IoCompletionHandle,
				    uint64_t KeyContext, uint64_t ApcContext,
				    uint64_t IoStatusBlock, uint64_t Timeout)
{
	struct waiting **at = &waiting, *w;
	uint64_t context, bytes;

	(void)IoCompletionHandle, (void)KeyContext, (void)ApcContext, (void)IoStatusBlock;
	(void)Timeout;
	if (c->failed || !vsys_syscall_number(c, VSYS_RETURN, "ApcContext", &context) ||
	    !vsys_syscall_number(c, VSYS_RETURN, "IoStatusBlock.Information", &bytes))
		return;
	while (*at && ((*at)->context != context || (*at)->vm != c->r->vm ||
		       (*at)->space != c->ev.entry->space))
		at = &(*at)->next;
	w = *at;
	if (!w)
		return;
	*at = w->next;
	w->t.object->pending--;
	w->t.bytes = bytes;
	report_transfer(c, &w->t);
	object_put(w->t.object);
	free(w);
}

static void on_NtSetInformationFile(struct vsys_syscall *c, uint64_t FileHandle,
				    uint64_t IoStatusBlock, uint64_t FileInformation,
				    uint32_t Length, int32_t FileInformationClass)
{
	struct object *o = object_find(c, FileHandle);
	struct vsys_cap cap;

	(void)IoStatusBlock, (void)FileInformation, (void)Length;
	if (o && !c->failed && FileInformationClass == FILE_POSITION_INFORMATION &&
	    vsys_syscall_bytes(c, VSYS_ENTER, "FileInformation", &cap) &&
	    cap.len >= sizeof(o->offset))
		memcpy(&o->offset, cap.data, sizeof(o->offset));
}

/* ---- Linux ---- */

static struct object *file_of(const struct vsys_syscall *c, int32_t fd)
{
	return c->failed ? NULL : object_find(c, (uint64_t)(int64_t)fd);
}

/* A transfer at the file position, which it advances. */
static void transfer_here(const struct vsys_syscall *c, int32_t fd, bool writes, uint64_t buffer)
{
	struct transfer t = { file_of(c, fd), writes, buffer, c->result, 0 };

	if (!t.object)
		return;
	t.offset = t.object->offset;
	finish_transfer(c, &t);
}

static void transfer_at(const struct vsys_syscall *c, int32_t fd, bool writes, uint64_t buffer,
			int64_t pos)
{
	struct transfer t = { file_of(c, fd), writes, buffer, c->result, (uint64_t)pos };

	if (t.object)
		report_transfer(c, &t);
}

static void on_read(struct vsys_syscall *c, int32_t fd, uint64_t buf, uint64_t n)
{
	(void)n;
	transfer_here(c, fd, false, buf);
}

static void on_write(struct vsys_syscall *c, int32_t fd, uint64_t buf, uint64_t n)
{
	(void)n;
	transfer_here(c, fd, true, buf);
}

static void on_readv(struct vsys_syscall *c, int32_t fd, uint64_t iov, uint64_t n)
{
	(void)iov, (void)n;
	transfer_here(c, fd, false, 0);
}

static void on_writev(struct vsys_syscall *c, int32_t fd, uint64_t iov, uint64_t n)
{
	(void)iov, (void)n;
	transfer_here(c, fd, true, 0);
}

static void on_pread64(struct vsys_syscall *c, int32_t fd, uint64_t buf, uint64_t n, int64_t pos)
{
	(void)n;
	transfer_at(c, fd, false, buf, pos);
}

static void on_pwrite64(struct vsys_syscall *c, int32_t fd, uint64_t buf, uint64_t n, int64_t pos)
{
	(void)n;
	transfer_at(c, fd, true, buf, pos);
}

static void on_lseek(struct vsys_syscall *c, int32_t fd, int64_t offset, uint32_t whence)
{
	struct object *o = file_of(c, fd);

	(void)offset, (void)whence;
	if (o)
		o->offset = c->result;
}

bool watch_transfers(struct vsys_trace *v, void (*fn)(const struct vsys_syscall *c,
						      const struct transfer *t))
{
	report = fn;
	return watch_opens(v) &&
	       watch_for(vsys_on_NtReadFile_return(v, on_NtReadFile)) &&
	       watch_for(vsys_on_NtWriteFile_return(v, on_NtWriteFile)) &&
	       watch_for(vsys_on_NtRemoveIoCompletion_return(v, on_NtRemoveIoCompletion)) &&
	       watch_for(vsys_on_NtSetInformationFile_return(v, on_NtSetInformationFile)) &&
	       watch_for(vsys_on_read_return(v, on_read)) &&
	       watch_for(vsys_on_write_return(v, on_write)) &&
	       watch_for(vsys_on_readv_return(v, on_readv)) &&
	       watch_for(vsys_on_writev_return(v, on_writev)) &&
	       watch_for(vsys_on_pread64_return(v, on_pread64)) &&
	       watch_for(vsys_on_pwrite64_return(v, on_pwrite64)) &&
	       watch_for(vsys_on_lseek_return(v, on_lseek));
}

void transfers_end(void)
{
	struct waiting *w;

	while ((w = waiting)) {
		waiting = w->next;
		object_put(w->t.object);
		free(w);
	}
}
