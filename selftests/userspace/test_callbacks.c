// SPDX-License-Identifier: GPL-2.0
/* Callbacks, written once, for the same program on three systems. */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ktap.h"
#include <vsyscalls/callbacks.h>
#include "program.h"

/* Arguments and counts that the callbacks have received. */
static struct seen {
	struct vsys_text path, value;
	uint64_t handle, exit_handle, own_handle, read, written, latency, context;
	uint32_t status, own_status, access;
	unsigned int reads, pending, closes, enters, returned, unseen, unknown, attached;
	uint64_t lost;
	uint64_t type;
	bool known, user;
} seen;

static void on_create(struct vsys_syscall *c, uint64_t FileHandle, uint32_t DesiredAccess,
		      uint64_t ObjectAttributes, uint64_t IoStatusBlock, uint64_t AllocationSize,
		      uint32_t FileAttributes, uint32_t ShareAccess, uint32_t CreateDisposition,
		      uint32_t CreateOptions, uint64_t EaBuffer, uint32_t EaLength)
{
	seen.access = DesiredAccess;
	seen.latency = c->latency;
	seen.user = c->user == &seen && !c->failed && !c->result;
	vsys_text_reset(&seen.path);
	if (!vsys_syscall_string(c, VSYS_ENTER, "ObjectAttributes", &seen.path) ||
	    !vsys_syscall_number(c, VSYS_RETURN, "FileHandle", &seen.handle))
		seen.handle = 0;
	seen.known = FileHandle == 0x1000 && ObjectAttributes == 0x2000 &&
		     IoStatusBlock == 0x3000 && !AllocationSize && FileAttributes == 0x80 &&
		     ShareAccess == 1 && CreateDisposition == 1 && CreateOptions == 0x60 &&
		     !EaBuffer && !EaLength && vsys_syscall_known(c, 10) && !vsys_syscall_known(c, 11);
}

static void on_read(struct vsys_syscall *c, uint64_t FileHandle, uint64_t Event, uint64_t ApcRoutine,
		    uint64_t ApcContext, uint64_t IoStatusBlock, uint64_t Buffer, uint32_t Length,
		    uint64_t ByteOffset, uint64_t Key)
{
	uint64_t n;

	(void)Event, (void)ApcRoutine, (void)IoStatusBlock, (void)Buffer, (void)Length;
	(void)ByteOffset, (void)Key;
	seen.reads += FileHandle == 0x7c;
	if (c->result == 0x103) {
		seen.pending++;
		seen.context = ApcContext;
	} else if (vsys_syscall_number(c, VSYS_RETURN, "IoStatusBlock.Information", &n)) {
		seen.read += n;
	}
}

static void on_write(struct vsys_syscall *c, uint64_t FileHandle, uint64_t Event,
		     uint64_t ApcRoutine, uint64_t ApcContext, uint64_t IoStatusBlock,
		     uint64_t Buffer, uint32_t Length, uint64_t ByteOffset, uint64_t Key)
{
	struct vsys_cap cap;

	(void)FileHandle, (void)Event, (void)ApcRoutine, (void)ApcContext, (void)IoStatusBlock;
	(void)Buffer, (void)ByteOffset, (void)Key;
	if (vsys_syscall_bytes(c, VSYS_ENTER, "Buffer", &cap) && cap.len == Length &&
	    !memcmp(cap.data, "hello", 5))
		seen.written += Length;
}

static void on_close(struct vsys_syscall *c, uint64_t Handle)
{
	(void)c;
	seen.closes += Handle == 0x7c || Handle == 0x84;
}

/* The example of the manual page. */
static void on_exit_(struct vsys_syscall *c, uint64_t ProcessHandle, uint32_t ExitStatus)
{
	if (ProcessHandle == (uint64_t)-1) {
		seen.own_status = ExitStatus;
		seen.own_handle = c->ev.entry->space;
	} else {
		seen.exit_handle = ProcessHandle;
		seen.status = ExitStatus;
	}
}

static void on_set(struct vsys_syscall *c, uint64_t KeyHandle, uint64_t ValueName,
		   uint32_t TitleIndex, uint32_t Type, uint64_t Data, uint32_t DataSize)
{
	(void)KeyHandle, (void)ValueName, (void)TitleIndex, (void)Data, (void)DataSize;
	vsys_text_reset(&seen.value);
	vsys_syscall_string(c, VSYS_ENTER, "ValueName", &seen.value);
	seen.type = Type;
}

static void on_each(struct vsys_syscall *c)
{
	seen.enters += c->ev.state == VSYS_STATE_PENDING && !c->ev.ret;
}

static void on_end(struct vsys_syscall *c)
{
	seen.returned += c->ev.state == VSYS_STATE_RETURNED;
	seen.unseen += c->ev.state == VSYS_STATE_UNSEEN;
}

static void on_unknown(struct vsys_syscall *c)
{
	seen.unknown += !c->proto && !strcmp(c->name, "syscall_0xfff");
}

static void on_lost(struct vsys_trace *v, void *user, const struct vsys_record *rec)
{
	seen.user &= v && user == &seen;
	seen.lost += ((const struct vsys_rec_lost *)rec)->count;
}

static void on_attach(struct vsys_trace *v, void *user, const struct vsys_record *rec)
{
	(void)user;
	seen.attached += rec->vm == PROGRAM_VM && !vsys_trace_device(v);
}

static void forget(void)
{
	vsys_text_free(&seen.path);
	vsys_text_free(&seen.value);
	memset(&seen, 0, sizeof(seen));
}

static struct vsys_trace *open_program(const char *profile)
{
	struct vsys_trace *v;

	if (vsys_trace_open(program_path(profile), &v)) {
		printf("# %s\n", vsys_error());
		abort();
	}
	return v;
}

static void report(void *arg, const char *what)
{
	snprintf(arg, 256, "%s", what);
}

/* The program makes @calls calls on @profile, all of which but the last return. */
static void on(const char *profile, unsigned int calls)
{
	struct vsys_trace *v = open_program(profile);
	int err;

	printf("# %s\n", profile);
	forget();
	vsys_trace_set_user(v, &seen);
	err = vsys_on_NtCreateFile_return(v, on_create) | vsys_on_NtReadFile_return(v, on_read) |
	      vsys_on_NtWriteFile_enter(v, on_write) | vsys_on_NtClose_return(v, on_close) |
	      vsys_on_NtTerminateProcess_enter(v, on_exit_) |
	      vsys_on_NtSetValueKey_enter(v, on_set) | vsys_trace_on_enter(v, on_each) |
	      vsys_trace_on_return(v, on_end) | vsys_trace_on_unknown(v, on_unknown) |
	      vsys_trace_on_record(v, VSYS_REC_LOST, on_lost) |
	      vsys_trace_on_record(v, VSYS_REC_ATTACH, on_attach);
	is_number((uint64_t)err, 0, "all are calls of it");
	is_number((uint64_t)vsys_trace_run(v, -1), 0, "to the end");
	is_text(seen.path.s, "\\??\\C:\\secret.txt", "the name of an object");
	is_number(seen.handle, 0x7c, "a handle that the call gave back");
	is_number(seen.access, 0x80100000, "a mask");
	is_number(seen.latency, 1500, "latency");
	is_true(seen.known, "eleven arguments, in order");
	is_true(seen.user, "what the user has set, and the result");
	is_number(seen.read, 14, "a member of a structure that it gave back");
	is_number(seen.reads, 4, "four reads");
	is_number(seen.pending, 2, "two of them pend");
	is_number(seen.context, 0x9100, "with their context");
	is_number(seen.written, 5, "bytes that it was given");
	is_number(seen.closes, 2, "two handles are closed");
	is_number(seen.exit_handle, 0x98, "another process is ended");
	is_number(seen.status, 1, "with its status");
	is_number(seen.own_status, 0xc0000005, "and the current one, which is -1 everywhere");
	is_number(seen.own_handle, PROGRAM_SPACE, "in its address space");
	is_text(seen.value.s, "evil", "a UNICODE_STRING");
	is_number(seen.type, 1, "REG_SZ");
	is_number(seen.enters, calls, "each call");
	is_number(seen.returned, calls - 1, "returns");
	is_number(seen.unseen, 1, "but the last, which is told at the end");
	is_number(seen.unknown, 1, "an unknown number");
	is_number(seen.lost, PROGRAM_LOST, "losses");
	is_number(seen.attached, 1, "an attach");
	vsys_trace_close(v);
}

static void missing(void)
{
	struct vsys_trace *v = open_program(XP);
	char said[256] = "";

	is_number((uint64_t)-vsys_on_NtCreateUserProcess_return(v, NULL), EINVAL, "no callback");
	vsys_trace_report(v, report, said);
	is_number((uint64_t)-vsys_trace_on(v, VSYS_ENTER, "NtCreateUserProcess", "", NULL,
				     (vsys_any_fn *)missing), ENOENT, "a call that XP lacks");
	is_text(vsys_error(), XP " has no system call NtCreateUserProcess", "says so");
	is_text(said, "", "and not twice");
	is_number((uint64_t)-vsys_trace_on_record(v, VSYS_REC_ENTRY, on_lost), EINVAL,
		  "calls are no records");
	vsys_trace_close(v);
}

static void two(void)
{
	struct vsys_profiles p = { 0 };
	struct vsys_recorder *recorder;
	char path[64], said[256] = "";
	struct vsys_trace *v;
	struct rec r;
	int fd = memfd_create("two", 0);

	vsys_profiles_add(&p, TEN);
	vsys_profiles_add(&p, XP);
	vsys_recorder_open(fd, &p, &recorder);
	rec_event(&r, VSYS_REC_ATTACH);
	vsys_recorder_add(recorder, rec_head(&r));
	rec_head(&r)->profile = 1;
	rec_head(&r)->vm = 2;
	vsys_recorder_add(recorder, rec_head(&r));
	vsys_recorder_end(recorder);
	vsys_recorder_free(recorder);
	vsys_profiles_free(&p);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (vsys_trace_open(path, &v))
		abort();
	vsys_trace_report(v, report, said);
	is_number((uint64_t)vsys_trace_on(v, VSYS_ENTER, "NtCreateUserProcess", "", NULL,
				    (vsys_any_fn *)missing), 0, "a call that 10 has");
	is_text(said, "", "is one");
	vsys_trace_run(v, -1);
	is_text(said, "profile " XP " has no system call NtCreateUserProcess: its callback is not called",
		"until a machine with XP comes");
	vsys_trace_close(v);
	close(fd);
}

/* A callback that stops; one that registers another. */
static void on_first(struct vsys_syscall *c)
{
	seen.enters++;
	vsys_trace_break(c->v);
}

static void on_late(struct vsys_syscall *c)
{
	if (!seen.enters++)
		vsys_on_NtClose_enter(c->v, on_close);
}

static void control(void)
{
	struct vsys_trace *v = open_program(TEN);

	forget();
	vsys_trace_on_enter(v, on_first);
	is_number((uint64_t)vsys_trace_run(v, -1), 1, "a callback may break off");
	is_number(seen.enters, 1, "at once");
	vsys_trace_run(v, -1);
	is_number(seen.enters, 2, "and it goes on from there");
	vsys_trace_close(v);
	v = open_program(TEN);
	forget();
	vsys_trace_on_enter(v, on_late);
	vsys_trace_run(v, -1);
	is_number(seen.closes, 2, "a callback may register another");
	vsys_trace_close(v);
}

/* A name means the same parameter in all forms of a call, at any position. */
static void on_clone(struct vsys_syscall *c, uint64_t flags, uint64_t newsp, uint64_t parent_tid,
		     uint64_t child_tid, uint64_t tls)
{
	(void)c, (void)flags, (void)newsp, (void)parent_tid;
	seen.handle = child_tid;
	seen.context = tls;
}

static void forms(unsigned int abi, uint32_t nr)
{
	static const uint64_t args[] = { 1, 2, 3, 4, 5 };
	char path[64];
	struct vsys_profiles p = { 0 };
	struct vsys_recorder *recorder;
	struct vsys_trace *v;
	struct rec r;
	int fd = memfd_create("clone", 0);

	vsys_profiles_add(&p, LINUX);
	vsys_recorder_open(fd, &p, &recorder);
	rec_entry(&r, nr, 1, 5, args);
	rec_abi(&r, abi, 0);
	vsys_recorder_add(recorder, rec_head(&r));
	vsys_recorder_end(recorder);
	vsys_recorder_free(recorder);
	vsys_profiles_free(&p);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (vsys_trace_open(path, &v))
		abort();
	vsys_on_clone_enter(v, on_clone);
	vsys_trace_run(v, -1);
	vsys_trace_close(v);
	close(fd);
}

int main(void)
{
	ktap_plan(3 * 26 + 5 + 3 + 4 + 4);
	on(XP, 21);
	on(SEVEN, 18);
	on(TEN, 18);
	missing();
	two();
	control();
	forms(VSYS_ABI_LINUX_X86_64, 56);
	is_number(seen.handle, 4, "child_tid is the fourth of clone()");
	is_number(seen.context, 5, "and tls the fifth");
	forms(VSYS_ABI_LINUX_I386, 120);
	is_number(seen.handle, 5, "on i386 it is the fifth");
	is_number(seen.context, 4, "and tls the fourth");
	forget();
	return ktap_end();
}
