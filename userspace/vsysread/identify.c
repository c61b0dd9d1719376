// SPDX-License-Identifier: GPL-2.0
/* Find out what runs in machines while they are traced: a thread beside the trace. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identify.h"

enum {
	MACHINES = 4096,
	WAIT_MS = 1000,		/* for a vCPU; then the next machine gets its turn */
};

/**
 * struct identifier - machines, and the thread that looks at them
 * @device: of the trace; only its descriptor is used, by both threads
 * @profiles: names of profiles
 * @thread: runs identifier_run()
 * @lock: for the members below
 * @more: signalled when they change
 * @end: the thread is to end
 * @machine: not yet identified
 * @n: number of @machine
 * @seen: machines that were added, sorted by nothing
 * @nseen: number of @seen
 */
struct identifier {
	struct vsys_device *device;
	const struct vsys_profiles *profiles;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more;
	bool end;
	struct machine {
		uint32_t vm, profile;
	} machine[MACHINES];
	unsigned int n;
	uint32_t seen[MACHINES];
	unsigned int nseen;
};

/* The banner is the guest's: keep control characters off the terminal. */
static void banner_print(const char *s)
{
	for (; *s; s++)
		fputc(*s >= ' ' && *s <= '~' ? *s : '?', stderr);
}

/* Tell a user whose calls are decoded as those of another system. */
static void profile_check(const struct identifier *id, const struct machine *m,
			  const struct vsys_guest_info *info)
{
	const struct vsys_table *is = vsys_table_find(info->profile);
	const struct vsys_table *as = vsys_profiles_table(id->profiles, m->profile);

	if (!is || !as || (is->os == as->os && is->arch == as->arch))
		return;
	flockfile(stderr);
	fprintf(stderr, "vsysread: vm %u is traced as %s, but runs ", m->vm,
		vsys_profiles_name(id->profiles, m->profile));
	banner_print(*info->banner ? info->banner : info->profile);
	fprintf(stderr, "; use -P %s\n", info->profile);
	funlockfile(stderr);
}

/* Returns whether the machine is done with. */
static bool machine_identify(const struct identifier *id, const struct machine *m)
{
	struct vsys_guest *g;
	int err = vsys_guest_open(id->device, (pid_t)m->vm, WAIT_MS, &g);

	/* A guest that idles makes no calls. */
	if (err)
		return err != -ETIMEDOUT && err != -ENOENT && err != -EINTR;
	profile_check(id, m, vsys_guest_info(g));
	vsys_guest_install(g);
	vsys_guest_close(g);
	return true;
}

static void *identifier_run(void *arg)
{
	struct identifier *id = arg;
	struct machine m;

	pthread_mutex_lock(&id->lock);
	for (;;) {
		while (!id->n && !id->end)
			pthread_cond_wait(&id->more, &id->lock);
		if (id->end)
			break;
		m = id->machine[0];
		memmove(id->machine, id->machine + 1, --id->n * sizeof(m));
		pthread_mutex_unlock(&id->lock);
		if (machine_identify(id, &m)) {
			pthread_mutex_lock(&id->lock);
			continue;
		}
		pthread_mutex_lock(&id->lock);
		if (id->n < MACHINES)
			id->machine[id->n++] = m;
	}
	pthread_mutex_unlock(&id->lock);
	return NULL;
}

struct identifier *identifier_new(struct vsys_device *d, const struct vsys_profiles *profiles)
{
	struct identifier *id = calloc(1, sizeof(*id));
	sigset_t all, before;
	int err;

	if (!id)
		return NULL;
	id->device = d;
	id->profiles = profiles;
	pthread_mutex_init(&id->lock, NULL);
	pthread_cond_init(&id->more, NULL);
	/* Signals are for the thread that reads. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&id->thread, NULL, identifier_run, id);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!err)
		return id;
	fprintf(stderr, "vsysread: cannot find out who calls: %s\n", strerror(err));
	free(id);
	return NULL;
}

void identifier_add(struct identifier *id, const struct vsys_record *rec)
{
	unsigned int i;

	for (i = 0; i < id->nseen; i++)
		if (id->seen[i] == rec->vm)
			return;
	if (id->nseen == MACHINES)
		return;
	id->seen[id->nseen++] = rec->vm;
	pthread_mutex_lock(&id->lock);
	if (id->n < MACHINES)
		id->machine[id->n++] = (struct machine){ rec->vm, rec->profile };
	pthread_cond_signal(&id->more);
	pthread_mutex_unlock(&id->lock);
}

void identifier_free(struct identifier *id)
{
	if (!id)
		return;
	pthread_mutex_lock(&id->lock);
	id->end = true;
	pthread_cond_signal(&id->more);
	pthread_mutex_unlock(&id->lock);
	pthread_join(id->thread, NULL);
	pthread_mutex_destroy(&id->lock);
	pthread_cond_destroy(&id->more);
	free(id);
}
