// SPDX-License-Identifier: GPL-2.0
/* The virtual machines of the host, as /proc shows them. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine.h"
#include "machines.h"

static const char vcpu_name[] = "anon_inode:kvm-vcpu";

/* A process that runs a machine has descriptors of the machine and of its vCPUs. */
static bool look_descriptors(DIR *d, struct machine *m)
{
	static const char vm[] = "anon_inode:kvm-vm";
	struct dirent *e;
	char link[64];
	bool found = false;
	ssize_t n;

	while ((e = readdir(d))) {
		n = readlinkat(dirfd(d), e->d_name, link, sizeof(link) - 1);
		if (n < 0)
			continue;
		link[n] = '\0';
		found |= !strcmp(link, vm);
		m->vcpus += !strncmp(link, vcpu_name, sizeof(vcpu_name) - 1);
	}
	return found;
}

/* It maps each vCPU, too, which CAP_SYS_PTRACE shows; the descriptors of another user it does not. */
static bool look_mappings(pid_t pid, struct machine *m)
{
	char path[4096], want[48], *line = NULL;
	size_t size = 0;
	FILE *f;

	snprintf(want, sizeof(want), "/proc/%d/maps", (int)pid);
	f = fopen(host_path(want, path, sizeof(path)), "re");
	if (!f)
		return false;
	while (getline(&line, &size, f) > 0)
		m->vcpus += strstr(line, vcpu_name) != NULL;
	free(line);
	fclose(f);
	return m->vcpus;
}

static bool look(pid_t pid, struct machine *m)
{
	struct vsys_note_machine note;
	char path[4096], want[48];
	bool found;
	DIR *d;

	memset(m, 0, sizeof(*m));
	m->pid = pid;
	snprintf(want, sizeof(want), "/proc/%d/fd", (int)pid);
	d = opendir(host_path(want, path, sizeof(path)));
	found = d ? look_descriptors(d, m) : errno == EACCES && look_mappings(pid, m);
	if (d)
		closedir(d);
	if (found) {
		machine_look(pid, &note);
		memcpy(m->name, note.name, sizeof(m->name));
	}
	return found;
}

static int by_pid(const void *a, const void *b)
{
	const struct machine *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

int machines_find(struct machine **machines)
{
	struct machine *v = NULL, *more, m;
	struct dirent *e;
	char path[4096];
	int n = 0;
	DIR *d;

	d = opendir(host_path("/proc", path, sizeof(path)));
	if (!d)
		return -errno;
	while ((e = readdir(d))) {
		if (!isdigit((unsigned char)*e->d_name) || !look(atoi(e->d_name), &m))
			continue;
		more = realloc(v, (size_t)(n + 1) * sizeof(*v));
		if (!more) {
			closedir(d);
			free(v);
			return -ENOMEM;
		}
		v = more;
		v[n++] = m;
	}
	closedir(d);
	if (n)
		qsort(v, (size_t)n, sizeof(*v), by_pid);
	*machines = v;
	return n;
}

int machines_named(const char *name)
{
	struct machine *v = NULL;
	int n = machines_find(&v), pid = -ENOENT, i;

	for (i = 0; i < n; i++)
		if (!strcmp(v[i].name, name))
			pid = pid == -ENOENT ? v[i].pid : -ENOTUNIQ;
	free(v);
	return n < 0 ? n : pid;
}

bool machines_has(pid_t pid)
{
	struct machine m;

	return look(pid, &m);
}
