// SPDX-License-Identifier: GPL-2.0
/* vsysread: print the system calls of virtual machines.  Commands, signals, exit status. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doctor.h"
#include "guests.h"
#include "list.h"
#include "options.h"
#include "targets.h"
#include "trace.h"

volatile sig_atomic_t stop_signal;

static void on_signal(int sig)
{
	stop_signal = sig;
}

static void catch_signals(void)
{
	struct sigaction stop = { .sa_handler = on_signal };
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;

	/* Without SA_RESTART a signal ends a read() that waits. */
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGHUP, NULL, &before);
	if (before.sa_handler != SIG_IGN)	/* nohup(1) */
		sigaction(SIGHUP, &stop, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
}

/* Files, pipes and standard input are recorded streams; anything else is the device. */
static bool is_stream(const char *path)
{
	struct stat st;

	if (!strcmp(path, "-"))
		return true;
	return !stat(path, &st) && !S_ISCHR(st.st_mode);
}

static bool wants_stream(const struct options *o)
{
	return o->input || is_stream(o->path);
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

/* Find the processes of machines that are named.  Returns false after a report or a signal. */
static bool find_targets(struct options *o)
{
	const struct target *t;
	char name[96];
	int err;

	err = o->wait ? targets_wait(o, &t) : targets_find(o, &t);
	if (!err || err == -EINTR)
		return !err;
	if (err != -ENOENT && err != -ENOTUNIQ) {
		fprintf(stderr, "vsysread: /proc: %s\n", strerror(-err));
		return false;
	}
	targets_name(t, name, sizeof(name));
	fprintf(stderr, "vsysread: %s: %s\n", name, err == -ENOENT ? "no such VM (see --list)" :
		"several VMs have this name; use -p");
	return false;
}

static int run(struct options *o)
{
	bool stream = wants_stream(o);
	struct trace tr;

	catch_signals();
	if (!stream && !find_targets(o))
		return stop_signal ? EXIT_OK : EXIT_ERROR;
	if (trace_begin(&tr, o))
		tr.failed = true;
	else if (stream)
		replay(&tr);
	else
		run_live(&tr);
	trace_free(&tr);
	return o->misused ? EXIT_USAGE : trace_status(&tr);
}

static int identify(struct options *o)
{
	int fd = STDIN_FILENO, status;

	if (!wants_stream(o))
		return !find_targets(o) ? EXIT_ERROR : guests_identify(o);
	if (strcmp(o->path, "-"))
		fd = open(o->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		fprintf(stderr, "vsysread: %s: %s\n", o->path, strerror(errno));
		return EXIT_ERROR;
	}
	status = guests_identify_file(fd, o->path);
	if (fd > STDIN_FILENO)
		close(fd);
	return status;
}

static int trace(int argc, char **argv, enum mode mode)
{
	struct options o;
	int status = options_parse(&o, argc, argv, mode);

	/* Of a file there is one table. */
	if (status == OPTION_GOOD && mode == MODE_TOP && wants_stream(&o))
		o.mode = MODE_SUMMARY;
	if (status == OPTION_GOOD && o.device_only && wants_stream(&o)) {
		fprintf(stderr, "vsysread: %s needs the device, but %s is a recorded stream\n",
			o.device_only, o.path);
		status = EXIT_USAGE;
	}
	if (status == OPTION_GOOD && o.list_profiles)
		status = list_profiles(o.path);
	else if (status == OPTION_GOOD && o.list)
		status = list_machines(&o);
	else if (status == OPTION_GOOD && o.identify)
		status = identify(&o);
	else if (status == OPTION_GOOD)
		status = run(&o);
	options_free(&o);
	return status;
}

static int top(int argc, char **argv)
{
	return trace(argc, argv, MODE_TOP);
}

static int attach(int argc, char **argv)
{
	return trace(argc, argv, MODE_ATTACH);
}

static int report(int argc, char **argv)
{
	return trace(argc, argv, MODE_REPORT);
}

static int ps(int argc, char **argv)
{
	struct options o;
	int status = options_parse(&o, argc, argv, MODE_TEXT);

	if (status == OPTION_GOOD && wants_stream(&o)) {
		fprintf(stderr, "vsysread: ps needs the device, but %s is a recorded stream\n", o.path);
		status = EXIT_USAGE;
	}
	if (status == OPTION_GOOD)
		status = !find_targets(&o) ? EXIT_ERROR : guests_ps(&o);
	options_free(&o);
	return status;
}

static int convert(int argc, char **argv)
{
	return trace(argc, argv, MODE_CONVERT);
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "attach", attach },
	{ "convert", convert },
	{ "doctor", doctor },
	{ "ps", ps },
	{ "report", report },
	{ "top", top },
};

static int run_command(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i].name))
			continue;
		argv[1] = argv[0];
		return commands[i].run(argc - 1, argv + 1);
	}
	return trace(argc, argv, MODE_TEXT);
}

/* Commands that only print rely on this to report write errors on standard output. */
int main(int argc, char **argv)
{
	int status = run_command(argc, argv);

	if (!fflush(stdout) || errno == EPIPE)
		return status;
	fprintf(stderr, "vsysread: standard output: %s\n", strerror(errno));
	return EXIT_ERROR;
}
