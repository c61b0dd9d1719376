// SPDX-License-Identifier: GPL-2.0
/* A source that is a device: attach, filter, read to the end.  It is fakedev.c. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ktap.h"
#include <vsyscalls/callbacks.h>

#define FAKE "/fake/vsyscalls"

static struct vsys_trace *v;
static unsigned int closes, ends;
static uint64_t lost;

static void again(const char *spoilt)
{
	vsys_trace_close(v);
	if (spoilt)
		setenv("FAKEDEV", spoilt, 1);
	else
		unsetenv("FAKEDEV");
	if (vsys_trace_open(FAKE, &v))
		abort();
	closes = ends = 0;
	lost = 0;
}

static void on_close(struct vsys_syscall *c, int32_t fd)
{
	closes += fd == 5 && !c->result;
}

static void on_end(struct vsys_syscall *c)
{
	ends++;
	(void)c;
}

static void on_lost(struct vsys_trace *w, void *user, const struct vsys_record *rec)
{
	(void)w, (void)user;
	lost += ((const struct vsys_rec_lost *)rec)->count;
}

static void attaching(void)
{
	const struct vsys_record *rec;

	again(NULL);
	is_true(vsys_trace_device(v), "a device has a session");
	is_number((uint64_t)-vsys_trace_attach(v, 8, NULL, 0), ESRCH, "no machine");
	is_text(vsys_error(), "pid 8: runs no virtual machine", "says so");
	is_number((uint64_t)-vsys_trace_attach(v, 7, "linux", 0), ENOENT, "no profile");
	is_text(vsys_error(), "no profile is called linux", "says so");
	is_number((uint64_t)-vsys_trace_next(v, 0, &rec), EAGAIN, "nothing before an attach");
	is_number((uint64_t)vsys_trace_stop(v), 0, "a stop");
	is_number((uint64_t)vsys_trace_next(v, 1000, &rec), 0, "is then the end");
}

static void reading(void)
{
	again("lost");
	vsys_on_close_return(v, on_close);
	vsys_trace_on_return(v, on_end);
	vsys_trace_on_record(v, VSYS_REC_LOST, on_lost);
	is_number((uint64_t)vsys_trace_attach(v, 7, "linux_x86_64", 0), 0, "an attach by pid");
	is_number((uint64_t)vsys_trace_run(v, 5000), 0, "ends when the machine is gone");
	is_number(closes, 1, "a call that returned elsewhere");
	is_number(ends, 3, "each call is told of once");
	is_number(lost, 3, "so are losses that no record tells of");
	again(NULL);
	vsys_trace_attach(v, 0, NULL, 0);
	is_number((uint64_t)vsys_trace_run(v, 20), 1, "an attach to all does not end");
	vsys_trace_stop(v);
	is_number((uint64_t)vsys_trace_run(v, 5000), 0, "but after a stop");
}

/* The requests to the device, after the filter for all ABIs. */
static void asked(const char *profile, const char *want, const char *name)
{
	char path[] = "/tmp/vsys-device-XXXXXX", log[256] = "";
	int fd = mkstemp(path);

	again(NULL);
	setenv("FAKEDEV_LOG", path, 1);
	vsys_trace_filter(v, "close");
	vsys_trace_attach(v, 7, profile, 0);
	vsys_trace_run(v, 5000);
	if (read(fd, log, sizeof(log) - 1) < 0)
		abort();
	is_text(log, want, name);
	unsetenv("FAKEDEV_LOG");
	unlink(path);
	close(fd);
}

int main(void)
{
	ktap_plan(8 + 7 + 2);
	attaching();
	reading();
	asked("linux_x86_64", "filter 0 -\nfilter 1 3\nfilter 2 3\nfilter 3 6\nattach 7 linux_x86_64 0x0\n", "a filter has the numbers of each ABI");
	asked("windows_test_x64", "filter 0 -\nattach 7 windows_test_x64 0x0\n", "of the profile");
	vsys_trace_close(v);
	return ktap_end();
}
