// SPDX-License-Identifier: GPL-2.0
/* What runs in the guests now: vsysread --identify, vsysread ps. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vsyscalls/vsyscalls.h>

#include "guests.h"
#include "machines.h"
#include "option.h"

enum { WAIT_MS = 2000 };	/* for a vCPU to leave its user mode */

OPTION_FLAG(identify, identify)

int guests_session(const char *path, pid_t pid, struct vsys_device **d)
{
	static const struct vsys_number_set none;
	int err = vsys_device_open(path, d);

	if (err)
		return err;
	err = vsys_device_filter(*d, 0, &none);
	if (!err)
		err = vsys_device_attach(*d, pid, NULL, 0);
	if (err)
		vsys_device_close(*d);
	return err;
}

const char *guests_error(int err)
{
	switch (err) {
	case -ETIMEDOUT:
	case -ENOENT:
		return "no vCPU has run a program meanwhile";
	case -ENOTTY:
		return "the module is too old";
	case -EPERM:
		return "no right to trace";
	case -ESRCH:
		return "runs no virtual machine";
	case -ENODATA:
		return "its tasks are not found";
	case -ELOOP:
		return "its list of tasks does not end";
	case -EFAULT:
		return "its list of tasks leads nowhere";
	default:
		return strerror(-err);
	}
}

int guests_each(const struct options *o, guests_fn *fn)
{
	int n, i, err, status = EXIT_OK;
	struct machine *m = NULL;
	struct vsys_device *d;
	struct vsys_guest *g;
	unsigned int t;

	n = machines_find(&m);
	if (n < 0) {
		fprintf(stderr, "vsysread: /proc: %s\n", strerror(-n));
		return EXIT_ERROR;
	}
	for (i = 0; i < n; i++) {
		for (t = 0; t < o->ntargets; t++)
			if (!o->targets[t].pid || o->targets[t].pid == m[i].pid)
				break;
		if (t == o->ntargets)
			continue;
		err = guests_session(o->path, m[i].pid, &d);
		if (!err) {
			err = vsys_guest_open(d, m[i].pid, WAIT_MS, &g);
			if (!err) {
				err = fn(o, &m[i], g);
				vsys_guest_close(g);
			}
			vsys_device_close(d);
		}
		if (!err)
			continue;
		fprintf(stderr, "vsysread: pid %d: %s\n", (int)m[i].pid, guests_error(err));
		status = EXIT_ERROR;
	}
	for (t = 0; t < o->ntargets; t++) {
		for (i = 0; i < n && m[i].pid != o->targets[t].pid; i++)
			;
		if (i < n || !o->targets[t].pid)
			continue;
		fprintf(stderr, "vsysread: pid %d: %s\n", (int)o->targets[t].pid, guests_error(-ESRCH));
		status = EXIT_ERROR;
	}
	free(m);
	return status;
}

const char *guests_plain(char *s)
{
	char *p;

	for (p = s; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	return s;
}

int guests_info(const struct options *o, pid_t pid, int wait_ms,
		struct vsys_guest_info *info)
{
	struct vsys_device *d;
	struct vsys_guest *g;
	int err = guests_session(o->path, pid, &d);

	if (err)
		return err;
	err = vsys_guest_open(d, pid, wait_ms, &g);
	if (!err) {
		*info = *vsys_guest_info(g);
		vsys_guest_close(g);
	}
	vsys_device_close(d);
	return err;
}

/* Find the profile of a machine.  Returns false after a report. */
static bool profile_find(const struct options *o, pid_t pid, char *name)
{
	struct vsys_guest_info info = { 0 };
	int err = guests_info(o, pid, WAIT_MS, &info);

	snprintf(name, VSYS_NAME_MAX, "%s", info.profile);
	if (info.near && !o->quiet)
		fprintf(stderr, "vsysread: pid %d: %s is the nearest profile below %s\n", (int)pid,
			info.profile, info.banner);
	if (!err && *name)
		return true;
	fprintf(stderr, "vsysread: pid %d: -P auto: %s; use -P NAME\n", (int)pid,
		err ? guests_error(err) : "no system is recognised in its memory");
	return false;
}

/* One attach is for all machines: they must run the same system. */
static bool profile_of_all(const struct options *o, char *name)
{
	char other[VSYS_NAME_MAX];
	struct machine *m = NULL;
	int n = machines_find(&m), i;
	bool good = n > 0;

	if (!good)
		fputs("vsysread: -P auto: no machine runs yet; use -P NAME\n", stderr);
	for (i = 0; good && i < n; i++) {
		good = profile_find(o, m[i].pid, i ? other : name);
		if (!good || !i || !strcmp(name, other))
			continue;
		fprintf(stderr, "vsysread: -P auto: pid %d runs %s, pid %d %s; name machines with -p\n",
			(int)m[0].pid, name, (int)m[i].pid, other);
		good = false;
	}
	free(m);
	return good;
}

bool guests_profiles(struct options *o)
{
	static char names[MAX_TARGETS][VSYS_NAME_MAX];
	struct target *t;
	char *name;

	for (t = o->targets; t < o->targets + o->ntargets; t++) {
		if (t->profile)
			continue;
		name = names[t - o->targets];
		if (!(t->pid ? profile_find(o, t->pid, name) : profile_of_all(o, name)))
			return false;
		t->profile = name;
	}
	return true;
}

static void print_system(uint32_t vm, char *banner, const char *profile, const char *how, bool near,
			 bool claimed)
{
	printf("vm %u: %s\n", vm, *banner ? guests_plain(banner) : "not recognised");
	if (*profile)
		printf("  profile  %s%s\n", profile, near ? ", the nearest to this build" : "");
	printf("  tasks    %s%s\n", *how ? how : "not found",
	       claimed ? "; a program can write what it says" : "");
}

static int identify_one(const struct options *o, const struct machine *m, struct vsys_guest *g)
{
	struct vsys_guest_info info = *vsys_guest_info(g);

	(void)o;
	print_system((uint32_t)m->pid, info.banner, info.profile, info.how, info.near, info.claimed);
	printf("  found in %.3f s, %" PRIu64 " KiB read\n", (double)info.ns / 1e9, info.bytes >> 10);
	return 0;
}

int guests_identify(const struct options *o)
{
	return guests_each(o, identify_one);
}

/* The notes of a system may come late in a file: read all of it. */
int guests_identify_file(int fd, const char *name)
{
	const struct vsys_record *rec;
	const struct vsys_notes *notes;
	struct vsys_note_system s;
	struct vsys_stream *st;
	unsigned int i;
	int err = vsys_stream_open(fd, 0, NULL, NULL, &st);

	while (!err && (err = vsys_stream_next(st, &rec)) > 0)
		err = 0;
	if (err) {
		fprintf(stderr, "vsysread: %s: %s\n", name, strerror(-err));
		return EXIT_ERROR;
	}
	notes = vsys_stream_notes(st);
	for (i = 0; i < notes->nsystems; i++) {
		s = notes->systems[i];
		print_system(s.r.vm, s.banner, guests_plain(s.profile), guests_plain(s.how), false, false);
	}
	vsys_stream_close(st);
	return EXIT_OK;
}
