// SPDX-License-Identifier: GPL-2.0
/* The virtual machines of the host, as /proc shows them. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machines.h"

enum {
	CMDLINE_MAX = 256 << 10,
};

const char *host_path(const char *path, char *buf, size_t n)
{
	const char *root = getenv("VSYSREAD_ROOT");

	snprintf(buf, n, "%s%s", root ? root : "", path);
	return buf;
}

/* "guest=NAME,debug-threads=on" or "NAME,..."; ",," is a comma. */
static void take_name(const char *arg, char *name, size_t max)
{
	const char *p = strstr(arg, "guest=");
	size_t n = 0;

	if (p && (p == arg || p[-1] == ','))
		p += strlen("guest=");
	else if (strcspn(arg, ",") < strcspn(arg, "="))
		p = arg;
	else
		return;
	for (; *p && n + 1 < max; p++) {
		if (*p == ',' && *++p != ',')
			break;
		name[n++] = *p;
	}
	name[n] = '\0';
}

static void find_name(pid_t pid, struct machine *m)
{
	char path[4096], want[48], *args = malloc(CMDLINE_MAX);
	size_t n = 0, at;
	FILE *f;

	snprintf(want, sizeof(want), "/proc/%d/cmdline", (int)pid);
	f = fopen(host_path(want, path, sizeof(path)), "re");
	if (f && args)
		n = fread(args, 1, CMDLINE_MAX - 1, f);
	if (f)
		fclose(f);
	if (n)
		args[n] = '\0';
	for (at = 0; at < n; at += strlen(args + at) + 1) {
		const char *arg = args + at, *next = arg + strlen(arg) + 1;

		if ((!strcmp(arg, "-name") || !strcmp(arg, "--name")) && next < args + n)
			take_name(next, m->name, sizeof(m->name));
	}
	free(args);
}

/* Its descriptors say whether a process has machines and vCPUs. */
static bool look(pid_t pid, struct machine *m)
{
	static const char vm[] = "anon_inode:kvm-vm", vcpu[] = "anon_inode:kvm-vcpu";
	char path[4096], want[48], link[64];
	struct dirent *e;
	bool found = false;
	ssize_t n;
	DIR *d;

	snprintf(want, sizeof(want), "/proc/%d/fd", (int)pid);
	d = opendir(host_path(want, path, sizeof(path)));
	if (!d)
		return false;
	memset(m, 0, sizeof(*m));
	m->pid = pid;
	while ((e = readdir(d))) {
		n = readlinkat(dirfd(d), e->d_name, link, sizeof(link) - 1);
		if (n < 0)
			continue;
		link[n] = '\0';
		found |= !strcmp(link, vm);
		m->vcpus += !strncmp(link, vcpu, sizeof(vcpu) - 1);
	}
	closedir(d);
	if (found)
		find_name(pid, m);
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
