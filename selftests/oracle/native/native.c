// SPDX-License-Identifier: GPL-2.0
/*
 * Trace a program of this machine by ptrace, with the module's captures and the
 * library's text: prints the lines that vsysread prints for it in a guest.
 *
 *	native [-y] PROFILE PROGRAM [ARGUMENT]...
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/ptrace.h>

#include "capture.h"
#include "guestmem.h"
#include "profile.h"
#include <vsyscalls/vsyscalls.h>

enum {
	LIMIT = 4096,
	RECORD_WORDS = 8192,
	AUDIT_I386 = 0x40000003,
};

static struct {
	pid_t pid;
	const struct vsys_profile *profile;
	const struct vsys_table *table;
	struct vsys_decoder *decoder;
	struct vsys_handles *handles;
	struct vsys_task task;
	struct vsys_text line;
	/* The call that has begun. */
	const struct vsys_numbers *numbers;
	u32 info;
	u64 args[VSYS_ARGS_MAX];
	u64 entry[RECORD_WORDS], back[RECORD_WORDS];
	bool begun, gap;
} t;

static u8 captures[VSYS_CAPTURE_BUF];
static struct vsys_mem mem;
static struct vsys_capture_ctx ctx = {
	.mem = &mem, .args = t.args, .limit = LIMIT,
	.size = sizeof(captures), .buf = captures,
};

/* As of a guest: up to the first page that is absent. */
u32 vsys_mem_read(struct vsys_mem *m, u64 gva, void *dst, u32 len)
{
	u32 got = 0, n;

	while (got < len) {
		struct iovec to = { (u8 *)dst + got, 0 }, from = { (void *)(gva + got), 0 };

		n = 4096 - ((gva + got) & 4095);
		to.iov_len = from.iov_len = n < len - got ? n : len - got;
		if (process_vm_readv(m->pid, &to, 1, &from, 1, 0) != (ssize_t)to.iov_len)
			break;
		got += to.iov_len;
	}
	return got;
}

u32 vsys_mem_string(struct vsys_mem *m, u64 gva, void *dst, u32 len, u32 unit, bool *ended)
{
	u32 done;

	*ended = false;
	for (done = 0; done + unit <= len; done += unit) {
		u64 c = 0;

		if (vsys_mem_read(m, gva + done, &c, unit) < unit)
			break;
		if (!c) {
			*ended = true;
			break;
		}
		memcpy((u8 *)dst + done, &c, unit);
	}
	return done;
}

/* strace shows nothing of what is submitted to io_urings. */
void vsys_cap_sqes(struct vsys_capture_ctx *c, unsigned int arg)
{
}

#define NO_RINGS(name) void vsys_rings_##name(struct vsys_capture_ctx *c) {}

NO_RINGS(mmap)
NO_RINGS(mmap2)
NO_RINGS(io_uring_setup)
NO_RINGS(io_uring_register)
NO_RINGS(io_uring_enter)

u64 vsys_sqe_number(const struct vsys_sqe_ctx *s, u32 offset, u32 size)
{
	return 0;
}

void vsys_sqe_buf(struct vsys_sqe_ctx *s, u32 offset, u64 bytes)
{
}

void vsys_sqe_str(struct vsys_sqe_ctx *s, u32 offset)
{
}

static void head(struct vsys_record *r, u16 type, size_t size, u32 nr, u8 abi)
{
	memset(r, 0, sizeof(*r));
	r->size = size + ctx.len;
	r->type = type;
	r->nr = nr;
	r->abi = abi;
	r->door = VSYS_DOOR_SYSCALL;
	r->flags = ctx.gap ? VSYS_F_GAP : 0;
}

static void begin(const struct ptrace_syscall_info *i)
{
	struct vsys_rec_entry *e = (void *)t.entry;
	bool narrow = i->arch == AUDIT_I386;
	u8 abi = narrow ? VSYS_ABI_LINUX_I386 : VSYS_ABI_LINUX_X86_64;
	unsigned int n;

	t.numbers = t.profile->numbers[abi];
	t.info = i->entry.nr < t.numbers->n[0] ? t.numbers->info[0][i->entry.nr] : 0;
	for (n = 0; n < 6; n++)
		t.args[n] = narrow ? (u32)i->entry.args[n] : i->entry.args[n];
	vsys_capture_begin(&ctx, t.args);
	if (t.info & VSYS_CALL_IN)
		t.numbers->entry(&ctx, t.info >> VSYS_CALL_FORM_SHIFT);
	t.gap = ctx.gap;
	head(&e->r, VSYS_REC_ENTRY, sizeof(*e), i->entry.nr, abi);
	e->r.flags |= t.info & VSYS_CALL_KNOWN ? 0 : VSYS_F_UNKNOWN;
	e->nargs = t.info ? t.info & VSYS_CALL_NARGS : 6;
	e->valid = e->nargs;
	e->captures = ctx.count;
	memcpy(e->args, t.args, sizeof(e->args));
	memcpy(e + 1, captures, ctx.len);
	t.begun = true;
	if (t.handles)
		vsys_handles_begin(t.handles, t.table, e, &t.task);
}

static void print(const struct vsys_call_event *ev)
{
	struct vsys_decoded c;

	if (t.handles)
		vsys_handles_call(t.handles, t.table, ev);
	vsys_decoder_call(t.decoder, t.table, ev, &c);
	vsys_text_reset(&t.line);
	vsys_format_call(&t.line, &c);
	puts(strstr(t.line.s, "] ") + 2);
}

/* ERESTARTSYS to ERESTART_RESTARTBLOCK, which the program sees as EINTR, if at all */
static bool restarts(s64 result)
{
	return result <= -512 && result >= -516;
}

static void end(const struct ptrace_syscall_info *i)
{
	struct vsys_rec_entry *e = (void *)t.entry;
	struct vsys_rec_return *r = (void *)t.back;
	bool failed = (u64)-i->exit.rval - 1 < 4095;

	vsys_capture_begin(&ctx, t.args);
	if (t.gap) {
		ctx.late = true;
		t.numbers->entry(&ctx, t.info >> VSYS_CALL_FORM_SHIFT);
		ctx.late = false;
	}
	if (t.info & VSYS_CALL_OUT) {
		ctx.ret = restarts(i->exit.rval) ? -EINTR : i->exit.rval;
		(failed ? t.numbers->failed : t.numbers->exit)(&ctx, t.info >> VSYS_CALL_FORM_SHIFT);
	}
	head(&r->r, VSYS_REC_RETURN, sizeof(*r), e->r.nr, e->r.abi);
	r->result = i->exit.rval;
	memcpy(r + 1, captures, ctx.len);
	print(&(struct vsys_call_event){ VSYS_STATE_RETURNED, e, r, &t.task });
	t.begun = false;
}

static int trace(void)
{
	struct ptrace_syscall_info info;
	int status, sig = 0;

	while (!ptrace(PTRACE_SYSCALL, t.pid, 0, sig) && waitpid(t.pid, &status, 0) == t.pid) {
		if (WIFEXITED(status) || WIFSIGNALED(status))
			break;
		sig = WSTOPSIG(status);
		if (status >> 16) {
			sig = 0;
			continue;
		}
		if (sig != (SIGTRAP | 0x80))
			continue;
		sig = 0;
		ptrace(PTRACE_GET_SYSCALL_INFO, t.pid, sizeof(info), &info);
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
			begin(&info);
		else if (t.begun)
			end(&info);
	}
	if (t.begun)
		print(&(struct vsys_call_event){ VSYS_STATE_NORETURN, (void *)t.entry, NULL, &t.task });
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/*
 * What the program has open before its first call, as a look into a guest finds it; /proc
 * may have another number for it than this one.
 */
static void note(u64 value, u32 flags, const char *path)
{
	union {
		struct vsys_note_handle n;
		char bytes[sizeof(struct vsys_note_handle) + 4096];
	} u = { .n.r.type = VSYS_NOTE_HANDLE, .n.value = value, .n.pid = t.pid, .n.flags = flags };
	ssize_t len = readlink(path, u.bytes + sizeof(u.n), 4096);

	u.n.bytes = len < 0 ? 0 : (u32)len;
	u.n.r.size = sizeof(u);
	if (len > 0)
		vsys_handles_note(t.handles, &u.n);
}

static void notes(void)
{
	char path[64];
	struct dirent *e;
	DIR *d;

	t.handles = vsys_handles_new();
	vsys_decoder_handles(t.decoder, t.handles, VSYS_HANDLE_NAME, false);
	note(0, VSYS_HANDLE_CWD, "/proc/self/cwd");
	for (d = opendir("/proc/self/fd"); d && (e = readdir(d));) {
		snprintf(path, sizeof(path), "/proc/self/fd/%.16s", e->d_name);
		if (*e->d_name != '.' && atoi(e->d_name) != dirfd(d))
			note((u64)atoi(e->d_name), 0, path);
	}
	closedir(d);
}

int main(int argc, char **argv)
{
	unsigned int i;
	bool names = argc > 1 && !strcmp(argv[1], "-y");
	int status;

	argc -= names;
	argv += names;
	if (argc < 3)
		return 2;
	for (i = 0; i < vsys_nr_profiles; i++)
		if (!strcmp(vsys_profiles[i].name, argv[1]))
			t.profile = &vsys_profiles[i];
	t.table = vsys_table_find(argv[1]);
	t.decoder = vsys_decoder_new(0);
	if (!t.profile || !t.table || !t.decoder)
		return 2;
	vsys_decoder_style(t.decoder, VSYS_STYLE_ABBREV, 256);
	mem.pid = t.pid = fork();
	if (!t.pid) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		execv(argv[2], argv + 2);
		_exit(127);
	}
	t.task = (struct vsys_task){ .known = 1 << VSYS_TASK_PID, .pid = t.pid };
	if (t.pid < 0 || waitpid(t.pid, &status, 0) != t.pid ||
	    ptrace(PTRACE_SETOPTIONS, t.pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC |
		   PTRACE_O_EXITKILL))
		return 2;
	if (names)
		notes();
	return trace();
}
