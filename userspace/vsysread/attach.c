// SPDX-License-Identifier: GPL-2.0
/* Attach machines: at once if their profile is given, else when their system is found. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <vsyscalls/trace.h>

#include "attach.h"
#include "guests.h"
#include "options.h"
#include "targets.h"
#include "trace.h"

bool attach_finds(const struct options *o, const struct vsys_info *info)
{
	const struct target *t;

	/* Nothing is found in guests of other architectures. */
	if (!o->find_profiles && (info->flags & VSYS_INFO_PROFILE || info->vendor == VSYS_VENDOR_ARM64))
		return false;
	for (t = o->targets; t < o->targets + o->ntargets; t++)
		if (!t->profile)
			return true;
	return false;
}

static int say_error(struct attaches *a, const struct target *t, int err)
{
	if (t && t->name)
		fprintf(stderr, "vsysread: machine %s: %s\n", t->name, vsys_error());
	else
		fprintf(stderr, "vsysread: %s\n", vsys_error());
	a->tr->failed = true;
	return err;
}

static bool named_before(const struct options *o, const struct target *which)
{
	const struct target *t;

	for (t = o->targets; t < which; t++)
		if (t->pid == which->pid && !t->profile)
			return true;
	return false;
}

int attach_start(struct attaches *a)
{
	const struct options *o = a->tr->opt;
	const struct target *t;
	int err;

	for (t = o->targets; t < o->targets + o->ntargets; t++) {
		if (a->find && !t->profile) {
			a->left += t->pid && !named_before(o, t);
			if (t->pid)
				identifier_find(a->id, t->pid);
			else
				identifier_watch(a->id);
			continue;
		}
		err = vsys_trace_attach(a->v, t->pid, t->profile, o->doors);
		if (err)
			return say_error(a, t, err);
		a->any = true;
	}
	if (a->find)
		vsys_trace_stay(a->v);
	return 0;
}

static struct attached *vm_find(const struct attaches *a, uint32_t vm)
{
	unsigned int i;

	for (i = 0; i < a->n; i++)
		if (a->vm[i].vm == vm)
			return &a->vm[i];
	return NULL;
}

static struct attached *vm_get(struct attaches *a, uint32_t vm)
{
	struct attached *m = vm_find(a, vm);
	void *v;

	if (m)
		return m;
	v = realloc(a->vm, (a->n + 1) * sizeof(*a->vm));
	if (!v)
		return NULL;
	a->vm = v;
	m = &a->vm[a->n++];
	*m = (struct attached){ .vm = vm, .profile = UINT32_MAX };
	return m;
}

void attach_record(struct attaches *a, const struct vsys_record *rec)
{
	struct vsys_recipe none = { .pid = (__s32)rec->vm };
	struct attached *m;

	if (!a->id || (rec->type != VSYS_REC_ATTACH && rec->type != VSYS_REC_ENTRY_REG))
		return;
	m = vm_get(a, rec->vm);
	/* Each vCPU is attached; a new entry may be that of another system. */
	if (!m || (rec->type == VSYS_REC_ATTACH && m->profile == rec->profile))
		return;
	m->profile = rec->profile;
	/* Where the old system had its tasks the new one has something else. */
	if (rec->type == VSYS_REC_ENTRY_REG && a->tr->opt->tasks)
		vsys_device_recipe(vsys_trace_device(a->v), &none);
	identifier_add(a->id, rec->vm);
}

/* The banner is the guest's: keep control characters off the terminal. */
static void say_system(const struct vsys_guest_info *info)
{
	const char *s;

	for (s = *info->banner ? info->banner : info->profile; *s; s++)
		fputc(*s >= ' ' && *s <= '~' ? *s : '?', stderr);
}

/*
 * Tell a user whose calls are decoded as those of another system; of another version only if
 * there is a profile for the one that runs.
 */
static void check_profile(struct attaches *a, const struct attached *m, const struct vsys_guest_info *info)
{
	const struct vsys_profiles *profiles = a->tr->profiles;
	const struct vsys_table *is = vsys_table_find(info->profile);
	const struct vsys_table *as = vsys_profiles_table(profiles, m->profile);
	bool other = is && as && (is->os != as->os || is->arch != as->arch);

	if (!is || !as || is == as || (!other && (info->near || a->tr->opt->quiet)))
		return;
	trace_flush(a->tr);
	fprintf(stderr, "vsysread: vm %u is traced as %s, but runs ", m->vm,
		vsys_profiles_name(profiles, m->profile));
	say_system(info);
	fprintf(stderr, other ? "; use -P %s\n" : "; -P %s has its calls\n", info->profile);
	a->tr->failed |= other;
}

static void say_found(struct attaches *a, const struct identified *f)
{
	if (a->tr->opt->quiet || (!f->info.near && !a->tr->opt->verbose))
		return;
	trace_flush(a->tr);
	fprintf(stderr, "vsysread: vm %u runs ", f->vm);
	say_system(&f->info);
	fprintf(stderr, f->info.near ? ": %s is the nearest profile below\n" : ": profile %s\n",
		f->info.profile);
}

/* Attach a machine, or attach it anew if it has booted another system. */
static void attach_found(struct attaches *a, const struct identified *f)
{
	struct attached *m = vm_find(a, f->vm);
	int err = 0;

	if (m && m->found && vsys_profiles_find(a->tr->profiles, f->info.profile) == (int)m->profile)
		return;
	if (f->traced)
		err = vsys_trace_detach(a->v, (pid_t)f->vm);
	say_found(a, f);
	if (!err)
		err = vsys_trace_attach(a->v, (pid_t)f->vm, f->info.profile, a->tr->opt->doors);
	/* All machines: it may have ended, or another session may trace it as another system. */
	if (err && (a->left || err != -ESRCH))
		say_error(a, NULL, err);
	a->any |= !err;
	m = err ? NULL : vm_get(a, f->vm);
	if (m)
		m->found = true;
}

static void say_unknown(struct attaches *a, const struct identified *f)
{
	const char *why = f->err ? guests_error(f->err) : "no system is recognised in its memory";
	bool ended = f->err == -ESRCH && !a->left;

	if (ended && a->tr->opt->quiet)
		return;
	trace_flush(a->tr);
	if (ended) {
		fprintf(stderr, "vsysread: pid %u: it ended before its system was known: "
			"none of its calls are here\n", f->vm);
		return;
	}
	fprintf(stderr, "vsysread: pid %u: %s%s\n", f->vm, why, f->err ? "" : "; use -P NAME");
	a->tr->failed = true;
}

int attach_update(struct attaches *a)
{
	struct identified f;
	struct attached *m;

	while (a->id && identifier_take(a->id, &f)) {
		m = vm_find(a, f.vm);
		if (*f.info.profile && f.traced && m && !m->found)
			check_profile(a, m, &f.info);
		else if (*f.info.profile)
			attach_found(a, &f);
		else if (!f.traced)
			say_unknown(a, &f);
		if (!f.traced && a->left)
			a->left--;
		if (f.info.os)
			trace_system(a->tr, f.vm, &f.info);
		trace_handles(a->tr, f.vm, f.notes, f.bytes);
		free(f.notes);
	}
	return 0;
}

bool attach_settled(const struct attaches *a)
{
	return !a->find || identifier_settled(a->id);
}

bool attach_open(const struct attaches *a)
{
	const struct options *o = a->tr->opt;

	return a->find && (a->left || (!o->targets[0].pid && !o->until_gone) || (o->until_gone && !a->n));
}

bool attach_none(const struct attaches *a)
{
	return a->find && !a->any && !attach_open(a);
}

void attach_free(struct attaches *a)
{
	identifier_free(a->id);
	free(a->vm);
}
