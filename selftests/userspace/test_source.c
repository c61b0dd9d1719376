// SPDX-License-Identifier: GPL-2.0
/* A source of records: equal files, machines, filters, the end, errors. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <vsyscalls/calls.h>
#include "ktap.h"
#include "program.h"

static struct vsys_trace *v;

static void again(const char *profile)
{
	vsys_trace_close(v);
	if (vsys_trace_open(program_path(profile), &v))
		abort();
}

/* Count the remaining records of a type. */
static unsigned int count(unsigned int type)
{
	const struct vsys_record *rec;
	unsigned int n = 0;

	while (vsys_trace_next(v, 0, &rec) == 1)
		n += rec->type == type;
	return n;
}

static void opening(void)
{
	char path[] = "/tmp/vsys-source-XXXXXX";
	int fd = mkstemp(path);
	struct vsys_trace *w = (void *)path;

	is_number((uint64_t)-vsys_trace_open("/nonexistent", &w), ENOENT, "no such file");
	is_true(!w, "gives nothing");
	is_text(vsys_error(), "/nonexistent: No such file or directory", "says so");
	is_number((uint64_t)-vsys_trace_open(path, &w), EINVAL, "an empty file");
	is_true(strstr(vsys_error(), "neither the device nor a recorded file"), "is no recording");
	is_number((uint64_t)-vsys_trace_open("/dev/null", &w), EINVAL, "nor is another device");
	program_write(fd, TEN);
	is_number((uint64_t)vsys_trace_open(path, &w), 0, "a recording");
	is_true(!vsys_trace_device(w), "has no session");
	is_text(vsys_profiles_name(vsys_trace_profiles(w), 0), TEN, "has profiles");
	vsys_trace_close(w);
	if (ftruncate(fd, lseek(fd, 0, SEEK_END) - 9))
		abort();
	is_number((uint64_t)-vsys_trace_open(path, &w), EBADMSG, "one that was cut off");
	is_true(strstr(vsys_error(), ": damaged or cut off"), "says so");
	vsys_trace_close(NULL);
	unlink(path);
	close(fd);
}

static void machines(void)
{
	again(TEN);
	is_number((uint64_t)-vsys_trace_attach(v, 0, "windows_10", 0), ENOENT, "no such profile");
	is_text(vsys_error(), "no profile is called windows_10", "says so");
	is_number((uint64_t)vsys_trace_attach(v, PROGRAM_VM, TEN, 0), 0, "a machine is chosen");
	is_number(count(VSYS_REC_ENTRY), 18, "and seen");
	again(TEN);
	vsys_trace_attach(v, PROGRAM_VM + 1, NULL, 0);
	is_number(count(VSYS_REC_ENTRY), 0, "another is not");
	is_number((uint64_t)-vsys_trace_detach(v, 1), ENOENT, "what was not attached");
	again(TEN);
	vsys_trace_stop(v);
	is_number(count(VSYS_REC_ENTRY), 0, "nothing comes after a stop");
}

static void filters(void)
{
	struct vsys_account sum;

	again(TEN);
	is_number((uint64_t)-vsys_trace_filter(v, "NtClose,NtClsoe"), ENOENT, "no such call");
	is_text(vsys_error(),
		"NtClsoe: no such system call in profile " TEN "; do you mean NtClose?", "says so");
	is_number((uint64_t)-vsys_trace_filter(v, "NtClose,"), EINVAL, "an empty name");
	is_number((uint64_t)vsys_trace_filter(v, "NtReadFile,NtClose"), 0, "two calls");
	is_number(count(VSYS_REC_ENTRY), 6, "and no others");
	vsys_trace_account(v, &sum);
	is_number(sum.read, 1 + 2 * 18 - 1, "the others are accounted for");
	is_number(sum.lost, PROGRAM_LOST, "as are losses");
	again(TEN);
	vsys_trace_filter(v, "NtClose");
	vsys_trace_filter(v, NULL);
	is_number(count(VSYS_REC_RETURN), 17, "no filter");
}

static void events(void)
{
	struct vsys_text t = { 0 };
	struct vsys_event ev;
	unsigned int i, n = 0;

	again(LINUX);
	is_number((uint64_t)vsys_trace_next_event(v, 0, &ev), 1, "an event");
	is_true(ev.rec && !ev.call && ev.rec->type == VSYS_REC_ATTACH, "a record");
	for (i = 0; i < 2; i++)
		vsys_trace_next_event(v, 0, &ev);
	is_true(ev.call && !ev.rec && !strcmp(ev.call->name, "read"), "a call");
	vsys_syscall_text(ev.call, &t);
	is_text(t.s, "[vm 7 vcpu 0] read(3, \"0123456789\", 16) = 10", "as text");
	is_true(!strncmp(vsys_event_json(v, &ev), "{\"type\":\"call\",\"vm\":7,", 22), "as JSON");
	while (vsys_trace_next_event(v, 0, &ev) == 1)
		n += ev.call && ev.call->ev.state == VSYS_STATE_UNSEEN;
	is_number(n, 1, "what has not returned comes at the end");
	is_number((uint64_t)vsys_trace_next_event(v, 0, &ev), 0, "which stays the end");
	vsys_text_free(&t);
}

static void *fail_there(void *arg)
{
	struct vsys_trace *w;

	vsys_trace_open("/there", &w);
	return strdup(arg ? vsys_error() : "");
}

static void threads(void)
{
	struct vsys_trace *w;
	pthread_t thread;
	void *there;

	vsys_trace_open("/here", &w);
	if (pthread_create(&thread, NULL, fail_there, "") || pthread_join(thread, &there))
		abort();
	is_text(there, "/there: No such file or directory", "each thread has its own error");
	is_text(vsys_error(), "/here: No such file or directory", "and keeps it");
	free(there);
}

int main(void)
{
	ktap_plan(11 + 7 + 8 + 7 + 2);
	opening();
	machines();
	filters();
	events();
	threads();
	vsys_trace_close(v);
	return ktap_end();
}
