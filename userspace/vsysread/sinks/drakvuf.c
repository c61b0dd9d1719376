// SPDX-License-Identifier: GPL-2.0
/*
 * vsysread convert --to drakvuf: lines like those of DRAKVUF's plugins syscall and
 * filetracer, for programs that read these.  Members and types are those of
 * selftests/userspace/drakvuf.schema.json.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "json_put.h"
#include "sink.h"

/* Calls that filetracer tells. */
static const char *const file_calls[] = {
	"NtCreateFile", "NtOpenFile", "NtOpenDirectoryObject", "NtQueryAttributesFile",
	"NtQueryFullAttributesFile", "NtSetInformationFile", "NtReadFile", "NtWriteFile",
	"NtQueryInformationFile", "open", "openat", "openat2", "creat", "read", "write",
	"pread64", "pwrite64", "close", "lseek", "stat", "fstat", "lstat", "rename", "renameat",
	"renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "link", "linkat",
	"symlink", "symlinkat", "readlink", "readlinkat", "chmod", "fchmod", "fchmodat",
	"chown", "fchown", "lchown", "fchownat", "access", "faccessat", "truncate",
	"ftruncate", "chdir", "fchdir", "memfd_create", "dup", "dup2", "sendfile",
};

/* Arguments that filetracer shows as names of constants. */
static const char *const named[] = {
	"DesiredAccess", "FileAttributes", "ShareAccess", "CreateDisposition", "CreateOptions",
	"OpenOptions",
};

/* Members that a call's arguments cannot have. */
static const char *const members[] = {
	"Plugin", "TimeStamp", "PID", "PPID", "TID", "UserName", "UserId", "ProcessName", "Method",
	"EventUID", "Module", "vCPU", "CR3", "Syscall", "NArgs",
};

struct drakvuf {
	const struct sink_env *env;
	uint64_t events;
	struct vsys_text line, object;
};

static bool is_one_of(const char *name, const char *const *list, size_t n)
{
	size_t i;

	for (i = 0; i < n && strcmp(name, list[i]); i++)
		;
	return i < n;
}

static void *drakvuf_open(const struct sink_env *env)
{
	struct drakvuf *s = calloc(1, sizeof(*s));

	if (s)
		s->env = env;
	return s;
}

static void put_time(const struct drakvuf *s, struct vsys_text *t, uint64_t time)
{
	uint64_t ns = time + (uint64_t)*s->env->since_1970;

	json_key(t, "TimeStamp");
	vsys_text_printf(t, "\"%" PRIu64 ".%06" PRIu64 "\"", ns / 1000000000, ns / 1000 % 1000000);
}

/* An id; -1 is one that is not known. */
static void put_id(struct vsys_text *t, const char *key, const struct vsys_task *task,
		   enum vsys_task_kind kind, uint32_t v)
{
	if (vsys_task_knows(task, kind)) {
		json_number(t, key, v);
	} else {
		json_key(t, key);
		vsys_text_put(t, "-1");
	}
}

/* The members that all plugins have. */
static void put_common(struct drakvuf *s, const struct vsys_decoded *c, const char *plugin,
		       uint64_t time)
{
	const struct vsys_task *task = c->ev.task;
	struct vsys_text *t = &s->line;
	bool windows = c->os == VSYS_OS_WINDOWS;

	vsys_text_char(t, '{');
	json_string(t, "Plugin", plugin);
	put_time(s, t, time);
	put_id(t, "PID", task, VSYS_TASK_PID, task ? task->pid : 0);
	put_id(t, "PPID", task, VSYS_TASK_PPID, task ? task->ppid : 0);
	put_id(t, "TID", task, VSYS_TASK_TID, task ? task->tid : 0);
	json_string(t, "UserName", windows ? "SessionID" : "UID");
	if (windows)
		put_id(t, "UserId", task, VSYS_TASK_SESSION, task ? task->session : 0);
	else
		put_id(t, "UserId", task, VSYS_TASK_UID, task ? task->uid : 0);
	json_string(t, "ProcessName", !task ? "" : task->program ? task->program : vsys_task_name(task));
	json_string(t, "Method", c->name);
	json_hex(t, "EventUID", ++s->events);
}

static const char *module_name(const struct vsys_record *r)
{
	switch (r->abi) {
	case VSYS_ABI_WINDOWS_X86:
	case VSYS_ABI_WINDOWS_X64:
		return r->nr >> 12 ? "win32k" : "nt";
	case VSYS_ABI_LINUX_X86_64:
		return "x64";
	default:
		return "x32";
	}
}

static void put_place(struct drakvuf *s, const struct vsys_decoded *c)
{
	const struct vsys_record *r = sink_call_record(&c->ev);

	json_string(&s->line, "Module", module_name(r));
	json_number(&s->line, "vCPU", r->vcpu);
	json_hex(&s->line, "CR3", c->ev.entry->space);
	json_number(&s->line, "Syscall", r->nr);
}

/* What is between the quotes of a string, without marks behind it. */
static void put_quoted(struct vsys_text *t, struct vsys_text *part, const char *text)
{
	const char *end = strrchr(text, '"');

	vsys_text_reset(part);
	vsys_text_bytes(part, text + 1, end > text ? (size_t)(end - text) - 1 : 0);
	vsys_text_json(t, part->s ? part->s : "");
}

/* Names and strings as such, all else in hex. */
static void put_arg(struct drakvuf *s, const struct vsys_decoded *c, unsigned int i)
{
	const struct vsys_decoded_arg *arg = &c->args[i];
	struct vsys_text *t = &s->line;
	char key[64];

	vsys_text_reset(&s->object);
	if (is_one_of(arg->name, members, sizeof(members) / sizeof(members[0])))
		snprintf(key, sizeof(key), "arg_%s", arg->name);
	else
		snprintf(key, sizeof(key), "%s", arg->name);
	json_key(t, key);
	if (vsys_decoder_object(s->env->decoder, c, i, &s->object)) {
		vsys_text_json(t, s->object.s);
	} else if (arg->string.p) {
		vsys_text_json_wide(t, arg->string.p, arg->string.n);
	} else if (arg->text[0] == '"') {
		put_quoted(t, &s->object, arg->text);
	} else if (arg->known) {
		vsys_text_char(t, '"');
		vsys_text_hex(t, arg->value);
		vsys_text_char(t, '"');
	} else {
		vsys_text_put(t, "\"?\"");
	}
}

static void put_syscall(struct drakvuf *s, const struct vsys_decoded *c)
{
	unsigned int i;

	put_common(s, c, "syscall", c->ev.entry->r.time);
	put_place(s, c);
	json_number(&s->line, "NArgs", c->nargs);
	for (i = 0; i < c->nargs; i++)
		put_arg(s, c, i);
	vsys_text_put(&s->line, "}\n");
}

/* The name of the result: behind the number, if there is one. */
static const char *result_name(const struct vsys_decoded *c)
{
	const char *space;

	if (c->error || c->os != VSYS_OS_WINDOWS)
		return c->error ? c->error : "";
	space = strchr(c->result, ' ');
	return space ? space + 1 : "";
}

static void put_sysret(struct drakvuf *s, const struct vsys_decoded *c)
{
	if (c->ev.state != VSYS_STATE_RETURNED)
		return;
	put_common(s, c, "sysret", c->ev.ret->r.time);
	put_place(s, c);
	json_hex(&s->line, "Ret", c->ev.ret->result);
	json_string(&s->line, "Info", result_name(c));
	vsys_text_put(&s->line, "}\n");
}

/* The argument that names a file, or c->nargs; the name is in s->object. */
static unsigned int find_file(struct drakvuf *s, const struct vsys_decoded *c)
{
	unsigned int i;

	for (i = 0; i < c->nargs; i++) {
		vsys_text_reset(&s->object);
		if (vsys_decoder_object(s->env->decoder, c, i, &s->object) == VSYS_OBJECT_FILE)
			break;
	}
	return i;
}

static void put_file(struct drakvuf *s, const struct vsys_decoded *c)
{
	struct vsys_text *t = &s->line;
	bool windows = c->os == VSYS_OS_WINDOWS;
	unsigned int i;

	if (!is_one_of(c->name, file_calls, sizeof(file_calls) / sizeof(file_calls[0])) ||
	    find_file(s, c) == c->nargs)
		return;
	put_common(s, c, "filetracer", c->ev.entry->r.time);
	json_string(t, "FileName", s->object.s);
	if (!windows) {
		json_string(t, "ThreadName", c->ev.task ? vsys_task_name(c->ev.task) : "");
		json_string(t, "Syscall", c->name);
	}
	for (i = 0; i < c->nargs; i++)
		if (!windows || is_one_of(c->args[i].name, named, sizeof(named) / sizeof(named[0])))
			json_string(t, c->args[i].name, c->args[i].text);
		else if (!strcmp(c->args[i].name, "FileHandle") && c->args[i].text[0] != '&')
			json_hex(t, "FileHandle", c->args[i].value);
	if (windows && c->ev.state == VSYS_STATE_RETURNED)
		json_hex(t, "Status", c->ev.ret->result);
	vsys_text_put(t, "}\n");
}

static int drakvuf_call(void *sink, const struct vsys_call_event *ev)
{
	struct drakvuf *s = sink;
	struct vsys_decoded c;
	int err;

	/* The format has no return without its call. */
	if (!ev->entry)
		return 0;
	err = sink_decode(s->env, ev, &c);
	if (err)
		return err;
	put_syscall(s, &c);
	put_sysret(s, &c);
	put_file(s, &c);
	return s->object.failed ? -ENOMEM : sink_write(s->env, &s->line);
}

/* A plugin of our own, which readers skip. */
static int drakvuf_lost(void *sink, const struct vsys_rec_lost *lost)
{
	struct drakvuf *s = sink;
	struct vsys_text *t = &s->line;

	vsys_text_char(t, '{');
	json_string(t, "Plugin", "vsyscalls");
	put_time(s, t, lost->r.time);
	json_string(t, "Method", "lost");
	json_number(t, "vCPU", lost->r.vcpu);
	json_number(t, "Count", lost->count);
	vsys_text_put(t, "}\n");
	return sink_write(s->env, t);
}

static void drakvuf_close(void *sink)
{
	struct drakvuf *s = sink;

	vsys_text_free(&s->line);
	vsys_text_free(&s->object);
	free(s);
}

const struct sink_ops sink_drakvuf = {
	.name = "drakvuf",
	.objects = true,
	.open = drakvuf_open,
	.call = drakvuf_call,
	.lost = drakvuf_lost,
	.close = drakvuf_close,
};
