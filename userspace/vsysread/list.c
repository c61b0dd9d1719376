// SPDX-License-Identifier: GPL-2.0
/* vsysread --profiles: the profiles; --list: the machines of this host. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vsyscalls/vsyscalls.h>

#include "guests.h"
#include "list.h"
#include "machines.h"
#include "options.h"

enum { WAIT_MS = 500 };	/* for a vCPU to leave its user mode */

static void print_line(const char *name, unsigned int os, unsigned int arch, unsigned int calls,
		       const char *more)
{
	printf("%-*s %-8s %-8s %5u calls%s\n", VSYS_NAME_MAX - 8, name, vsys_os_name(os),
	       vsys_arch_name(arch), calls, more);
}

static int list_tables(void)
{
	const struct vsys_table *t;
	unsigned int i;

	for (i = 0; i < vsys_ntables; i++) {
		t = &vsys_tables[i];
		print_line(t->name, t->os, t->arch, t->nabis ? t->abis[0].n : 0, "");
	}
	return EXIT_OK;
}

/* A module of another version may have profiles that the library lacks. */
static int list_module(struct vsys_device *s, const struct vsys_info *info)
{
	struct vsys_profile_info p;
	unsigned int i;

	for (i = 0; i < info->profiles; i++) {
		if (vsys_device_profile(s, i, &p))
			return EXIT_ERROR;
		print_line(p.name, p.os, p.arch, p.calls,
			   vsys_table_find(p.name) ? "" : ", unknown to vsysread");
	}
	return EXIT_OK;
}

int list_profiles(const char *path)
{
	struct vsys_device *s;
	struct vsys_info info;
	int status;

	if (vsys_device_open(path, &s))
		return list_tables();
	status = vsys_device_info(s, &info) ? EXIT_ERROR : list_module(s, &info);
	vsys_device_close(s);
	return status;
}

static const char *mode_name(unsigned int mode)
{
	static const char *const names[] = {
		[VSYS_MODE_REAL] = "16-bit", [VSYS_MODE_PROTECTED] = "32-bit",
		[VSYS_MODE_LONG] = "64-bit", [VSYS_MODE_ARM64] = "64-bit", [VSYS_MODE_ARM] = "32-bit",
	};

	return mode < sizeof(names) / sizeof(names[0]) && names[mode] ? names[mode] : "?";
}

/* Names come from QEMU's command line: keep control characters off the terminal. */
static const char *plain(char *name)
{
	char *p;

	for (p = name; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			*p = '?';
	return *name ? name : "-";
}

static void print_vcpu(const struct machine *m, const char *name, const struct vsys_vcpu_info *v,
		       const struct vsys_profiles *profiles)
{
	char traced[64] = "no";

	if (v->refusal)
		snprintf(traced, sizeof(traced), "refused: %s", vsys_refusal_text(v->refusal));
	else if (v->flags & VSYS_VCPU_TRACED)
		snprintf(traced, sizeof(traced), "by %u", v->sessions);
	printf("%-8d %-20s %4u %-6s %-24s %s\n", (int)m->pid, name, v->vcpu, mode_name(v->mode),
	       v->flags & VSYS_VCPU_TRACED ? vsys_profiles_name(profiles, v->profile) : "-",
	       traced);
}

/* Without the module only the number of vCPUs is known. */
static void print_machine(struct vsys_device *s, struct machine *m,
			  const struct vsys_profiles *profiles)
{
	const char *name = plain(m->name);
	struct vsys_vcpu_info v;
	unsigned int i = 0;

	while (s && !vsys_device_vcpu(s, m->pid, i, &v)) {
		print_vcpu(m, name, &v, profiles);
		i++;
	}
	for (; i < m->vcpus; i++)
		printf("%-8d %-20s %4u %-6s %-24s %s\n", (int)m->pid, name, i, "?", "?", "?");
}

/* What it runs, as far as is seen in a moment. */
static void print_system(const struct options *o, pid_t pid)
{
	struct vsys_guest_info info = { 0 };
	int err = guests_info(o, pid, WAIT_MS, &info);

	printf("%-8s runs %s\n", "", *info.banner ? guests_plain(info.banner) : "an unknown system");
	if (err && !o->quiet)
		fprintf(stderr, "vsysread: pid %d: %s\n", (int)pid, guests_error(err));
}

int list_machines(const struct options *o)
{
	struct vsys_profiles profiles = { 0 };
	struct vsys_device *s = NULL;
	struct machine *m = NULL;
	int n, i, err;

	err = vsys_device_open(o->path, &s);
	if (!err)
		err = vsys_device_profiles(s, &profiles);
	if (err && !o->quiet)
		fprintf(stderr, "vsysread: %s: %s; showing /proc only\n", o->path,
			strerror(-err));
	n = machines_find(&m);
	if (n < 0)
		fprintf(stderr, "vsysread: /proc: %s\n", strerror(-n));
	printf("%-8s %-20s %4s %-6s %-24s %s\n", "PID", "NAME", "VCPU", "MODE", "PROFILE", "TRACED");
	for (i = 0; i < n; i++) {
		print_machine(s, &m[i], &profiles);
		if (s)
			print_system(o, m[i].pid);
	}
	free(m);
	vsys_profiles_free(&profiles);
	vsys_device_close(s);
	return n < 0 ? EXIT_ERROR : EXIT_OK;
}
