// SPDX-License-Identifier: GPL-2.0
/* The memory of a machine, in the process that runs it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "memory.h"

enum { RANGES_MAX = 32768 };	/* KVM has no more slots */

static int range_add(struct vsys_guest_memory *m, const struct vsys_memory *a)
{
	void *r;

	if (m->nranges == RANGES_MAX)
		return -E2BIG;
	if (!(m->nranges & (m->nranges - 1))) {
		r = realloc(m->range, (m->nranges ? 2 * m->nranges : 1) * sizeof(*m->range));
		if (!r)
			return -ENOMEM;
		m->range = r;
	}
	m->range[m->nranges].gpa = a->gpa;
	m->range[m->nranges].bytes = a->bytes;
	m->range[m->nranges++].addr = a->addr;
	return 0;
}

int vsys_guest_memory_open(struct vsys_guest_memory *m, struct vsys_device *d, pid_t pid)
{
	struct vsys_memory a;
	uint64_t gpa = 0;
	int err;

	memset(m, 0, sizeof(*m));
	m->pid = pid;
	while (!(err = vsys_device_memory(d, pid, gpa, &a))) {
		err = range_add(m, &a);
		if (err)
			break;
		gpa = a.gpa + a.bytes;
		if (!gpa)
			return 0;
	}
	if (err == -ENOENT && m->nranges)
		return 0;
	vsys_guest_memory_close(m);
	return err;
}

void vsys_guest_memory_close(struct vsys_guest_memory *m)
{
	free(m->range);
	memset(m, 0, sizeof(*m));
}

bool vsys_guest_memory_read(void *arg, uint64_t gpa, void *buf, size_t n)
{
	const struct vsys_guest_memory *m = arg;
	unsigned char *to = buf;
	struct iovec local, remote;
	unsigned int i;
	size_t part;

	for (i = 0; n && i < m->nranges; i++) {
		if (gpa < m->range[i].gpa || gpa - m->range[i].gpa >= m->range[i].bytes)
			continue;
		part = m->range[i].bytes - (gpa - m->range[i].gpa);
		if (part > n)
			part = n;
		local = (struct iovec){ to, part };
		remote = (struct iovec){ (void *)(uintptr_t)(m->range[i].addr + gpa - m->range[i].gpa),
					 part };
		if (process_vm_readv(m->pid, &local, 1, &remote, 1, 0) != (ssize_t)part)
			return false;
		to += part;
		gpa += part;
		n -= part;
	}
	return !n;
}
