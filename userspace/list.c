// SPDX-License-Identifier: GPL-2.0
/* vsysread --profiles: what a guest can be. */
#include <stdio.h>
#include <string.h>

#include "options.h"
#include "profiles.h"

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
	return fflush(stdout) ? EXIT_ERROR : EXIT_OK;
}

/* A module of another age may have others than the library. */
static int list_module(struct vsys_session *s, const struct vsys_info *info)
{
	struct vsys_profile_info p;
	unsigned int i;

	for (i = 0; i < info->profiles; i++) {
		if (vsys_session_profile(s, i, &p))
			return EXIT_ERROR;
		print_line(p.name, p.os, p.arch, p.calls,
			   vsys_table_find(p.name) ? "" : ", unknown to vsysread");
	}
	return fflush(stdout) ? EXIT_ERROR : EXIT_OK;
}

int list_profiles(const char *path)
{
	struct vsys_session *s;
	struct vsys_info info;
	int status;

	if (vsys_session_open(path, &s))
		return list_tables();
	status = vsys_session_info(s, &info) ? EXIT_ERROR : list_module(s, &info);
	vsys_session_close(s);
	return status;
}
