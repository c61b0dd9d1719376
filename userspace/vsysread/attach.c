// SPDX-License-Identifier: GPL-2.0
/* Opening the device, attaching, detaching; and what to say when it fails. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attach.h"
#include "targets.h"

int attach_open(const char *path, struct vsys_device **s)
{
	int err = vsys_device_open(path, s);
	const char *more = "";

	if (!err)
		return 0;
	if (err == -EPROTO) {
		fprintf(stderr, "vsysread: %s: the module has another version of the interface "
			"than %d\n", path, VSYS_ABI_VERSION);
	} else if (err == -ENOTTY) {
		fprintf(stderr, "vsysread: %s: not the device of vsyscalls.ko\n", path);
	} else {
		/* Another name is a file's, as likely. */
		if ((err == -ENOENT && !strcmp(path, VSYS_DEVICE)) || err == -ENXIO ||
		    err == -ENODEV)
			more = " (is vsyscalls.ko loaded?)";
		fprintf(stderr, "vsysread: %s: %s%s\n", path, strerror(-err), more);
	}
	return err;
}

static int say_profile(const struct vsys_profiles *profiles, const char *name)
{
	const char *near = vsys_profiles_nearest(profiles, name);

	fprintf(stderr, "vsysread: the module has no profile %s", name);
	if (near)
		fprintf(stderr, "; do you mean %s?", near);
	fputc('\n', stderr);
	return -ENOENT;
}

int attach_used(const struct options *o, const struct vsys_profiles *profiles,
		const struct vsys_info *info, bool **used)
{
	unsigned int i;
	int p;

	*used = calloc(profiles->n + 1, sizeof(**used));
	if (!*used) {
		fputs("vsysread: out of memory\n", stderr);
		return -ENOMEM;
	}
	for (i = 0; i < o->ntargets; i++) {
		const char *name = o->targets[i].profile;

		p = name ? vsys_profiles_find(profiles, name) : (int)info->default_profile;
		if (name && p < 0)
			return say_profile(profiles, name);
		if ((unsigned int)p < profiles->n)
			(*used)[p] = true;
	}
	return 0;
}

static void put_doors(uint32_t mask)
{
	const char *sep = "";
	unsigned int i;

	for (i = 0; i < 32; i++) {
		if (!(mask >> i & 1))
			continue;
		fprintf(stderr, "%s%s", sep, vsys_door_name(i));
		sep = ",";
	}
}

static void say_doors(struct vsys_device *s, uint32_t doors, const char *who)
{
	struct vsys_info info;
	uint32_t missing;

	missing = vsys_device_info(s, &info) ? 0 : doors & ~info.doors;
	fprintf(stderr, "vsysread: %s: ", who);
	if (!missing) {
		fputs("not all of these are doors of its profile: ", stderr);
		put_doors(doors);
	} else {
		fputs("this host cannot trap ", stderr);
		put_doors(missing);
		fputs(", but ", stderr);
		put_doors(info.doors);
	}
	fputc('\n', stderr);
}

static void say_attach(const struct options *o, struct vsys_device *s,
		       const struct target *target, int err)
{
	char who[96];

	targets_name(target, who, sizeof(who));
	if (err == -EOPNOTSUPP)
		say_doors(s, o->doors, who);
	else
		fprintf(stderr, "vsysread: %s: %s\n", who, vsys_device_attach_text(err));
}

int attach_targets(const struct options *o, struct vsys_device *s)
{
	const struct target *t;
	int err;

	for (t = o->targets; t < o->targets + o->ntargets; t++) {
		err = vsys_device_attach(s, t->pid, t->profile, o->doors);
		if (err) {
			say_attach(o, s, t, err);
			return err;
		}
	}
	return 0;
}

int attach_undo(const struct options *o, struct vsys_device *s)
{
	const struct target *t;
	int err, ret = 0;

	for (t = o->targets; t < o->targets + o->ntargets; t++) {
		err = vsys_device_detach(s, t->pid);
		/* A machine that is gone may be forgotten. */
		if (!err || err == -ENOENT || err == -ESRCH)
			continue;
		fprintf(stderr, "vsysread: VSYS_DETACH: %s\n", strerror(-err));
		ret = err;
	}
	return ret;
}
