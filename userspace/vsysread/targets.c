// SPDX-License-Identifier: GPL-2.0
/* Which machines to trace: -p, -d, -a, -P. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "machines.h"
#include "option.h"
#include "targets.h"
#include "trace.h"

OPTION_FLAG(all, all)

int opt_no_tasks(struct options *o, char *arg)
{
	(void)arg;
	o->tasks = false;
	return OPTION_GOOD;
}

OPTION_DEVICE_FLAG(wait, wait, "--wait")

static bool is_profile(const char *name)
{
	return *name && strlen(name) < VSYS_NAME_MAX;
}

static int add(struct options *o, const char *option, char *word, char *profile)
{
	struct target *t = &o->targets[o->ntargets];

	if (profile && !is_profile(profile))
		return options_wrong("%s %s:%s: not the name of a profile", option, word, profile);
	if (o->ntargets == MAX_TARGETS)
		return options_wrong("more than %d machines", MAX_TARGETS);
	t->profile = profile;
	o->ntargets++;
	return OPTION_GOOD;
}

static int add_pid(struct options *o, char *word)
{
	char *profile = strchr(word, ':');
	uint64_t v;
	int status;

	if (profile)
		*profile++ = '\0';
	if (!options_number(word, 1, INT_MAX, false, &v))
		return options_wrong("-p %s: not a process id", word);
	status = add(o, "-p", word, profile);
	if (status == OPTION_GOOD)
		o->targets[o->ntargets - 1].pid = (pid_t)v;
	return status;
}

int opt_pid(struct options *o, char *arg)
{
	int status = OPTION_GOOD;
	char *save, *word;

	if (!*arg)
		return options_wrong("-p: no process is named");
	for (word = strtok_r(arg, ",", &save); word && status == OPTION_GOOD;
	     word = strtok_r(NULL, ",", &save))
		status = add_pid(o, word);
	return status;
}

int opt_name(struct options *o, char *arg)
{
	char *profile = strrchr(arg, ':');
	int status;

	if (profile)
		*profile++ = '\0';
	if (!*arg)
		return options_wrong("-d: no machine is named");
	status = add(o, "-d", arg, profile);
	if (status == OPTION_GOOD)
		o->targets[o->ntargets - 1].name = arg;
	return status;
}

int opt_profile(struct options *o, char *arg)
{
	if (!strcmp(arg, "auto")) {
		o->find_profiles = true;
		return OPTION_GOOD;
	}
	if (!is_profile(arg))
		return options_wrong("-P %s: not the name of a profile", arg);
	o->profile = arg;
	return OPTION_GOOD;
}

/* -P is for all machines, and for those for which nothing else is said. */
int targets_check(struct options *o)
{
	unsigned int i;

	if (o->all && o->ntargets)
		return options_wrong("-a cannot be combined with -p or -d");
	if (!o->ntargets)
		o->ntargets = 1;
	for (i = 0; i < o->ntargets; i++)
		if (!o->targets[i].profile)
			o->targets[i].profile = o->profile;
	return OPTION_GOOD;
}

int targets_find(struct options *o, const struct target **which)
{
	struct target *t;
	int pid;

	for (t = o->targets; t < o->targets + o->ntargets; t++) {
		if (!t->name || t->pid)
			continue;
		*which = t;
		pid = machines_named(t->name);
		if (pid < 0)
			return pid;
		t->pid = pid;
	}
	return 0;
}

/* The first machine that is not there, NULL for none; or *@err. */
static const struct target *missing(struct options *o, int *err)
{
	const struct target *t;

	*err = targets_find(o, &t);
	if (*err)
		return t;
	for (t = o->targets; t < o->targets + o->ntargets; t++)
		if (t->pid && !machines_has(t->pid))
			return t;
	return NULL;
}

int targets_wait(struct options *o, const struct target **which)
{
	const struct timespec pause = { .tv_nsec = 100000000 };
	const struct target *t, *said = NULL;
	char name[96];
	int err;

	while ((t = missing(o, &err))) {
		*which = t;
		if (err && err != -ENOENT)
			return err;
		if (t != said && !o->quiet) {
			targets_name(t, name, sizeof(name));
			fprintf(stderr, "vsysread: waiting for %s\n", name);
		}
		said = t;
		nanosleep(&pause, NULL);
		if (stop_signal)
			return -EINTR;
	}
	return 0;
}

static bool is_named(const struct target *t, const struct vsys_notes *notes, uint32_t vm)
{
	const struct vsys_note_machine *m = vsys_notes_machine(notes, vm);

	return !t->name || (m && !strcmp(m->name, t->name));
}

bool targets_have(const struct options *o, const struct vsys_profiles *profiles,
		  const struct vsys_notes *notes, const struct vsys_record *rec)
{
	const struct target *t;

	for (t = o->targets; t < o->targets + o->ntargets; t++)
		if ((!t->pid || rec->vm == (uint32_t)t->pid) && is_named(t, notes, rec->vm) &&
		    (!t->profile ||
		     !strcmp(t->profile, vsys_profiles_name(profiles, rec->profile))))
			return true;
	return false;
}

void targets_name(const struct target *t, char *buf, size_t n)
{
	if (t->name)
		snprintf(buf, n, "machine %s", t->name);
	else if (t->pid)
		snprintf(buf, n, "pid %d", (int)t->pid);
	else
		snprintf(buf, n, "all machines");
}
