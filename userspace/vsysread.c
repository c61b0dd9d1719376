// SPDX-License-Identifier: GPL-2.0
/* vsysread: print the system calls of virtual machines. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "profiles.h"
#include "trace.h"

volatile sig_atomic_t stop_signal;

static void on_signal(int sig)
{
	stop_signal = sig;
}

static void catch_signals(void)
{
	struct sigaction stop = { .sa_handler = on_signal };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	/* No SA_RESTART: a read() that waits must end. */
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGHUP, &stop, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
}

/* A path is the device unless it is a file, a pipe or standard input. */
static bool is_stream(const char *path)
{
	struct stat st;

	if (!strcmp(path, "-"))
		return true;
	return !stat(path, &st) && !S_ISCHR(st.st_mode);
}

static void replay(struct trace *tr)
{
	const struct options *o = tr->opt;
	int fd = STDIN_FILENO;

	if (strcmp(o->path, "-"))
		fd = open(o->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		fprintf(stderr, "vsysread: %s: %s\n", o->path, strerror(errno));
		tr->failed = true;
		return;
	}
	run_replay(tr, fd);
	if (fd != STDIN_FILENO)
		close(fd);
}

int main(int argc, char **argv)
{
	struct options o;
	struct trace tr;
	bool stream;
	int status;

	status = options_parse(&o, argc, argv);
	if (status >= 0)
		return status;
	if (o.list_profiles)
		return list_profiles(o.path);
	stream = o.input || is_stream(o.path);
	if (stream && o.device_only) {
		fprintf(stderr, "vsysread: %s: only for the device, %s is not one\n",
			o.device_only, o.path);
		return EXIT_USAGE;
	}
	catch_signals();
	if (trace_begin(&tr, &o)) {
		tr.failed = true;
	} else if (stream) {
		replay(&tr);
	} else {
		run_live(&tr);
	}
	trace_free(&tr);
	return tr.failed ? EXIT_ERROR : EXIT_OK;
}
