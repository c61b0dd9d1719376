// SPDX-License-Identifier: GPL-2.0
/* A 64-bit Linux kernel: its banner, its types, where its tasks are. */
#include <errno.h>
#include <string.h>

#include "btf.h"
#include "entry.h"
#include "linux.h"

/* KASLR moves the kernel in this range, and nothing else is mapped there. */
#define IMAGE_BEGIN	UINT64_C(0xffffffff80000000)
#define IMAGE_END	UINT64_C(0xffffffffc0000000)

enum {
	ENTRY_CODE = 256,
	TRIES = 64,		/* false begins of type information */
};

static const char banner_start[] = "Linux version ";

/* The way from a task: structure and member of each step. */
static const struct {
	const char *step[VSYS_LINUX_STEPS + 1][2];
} value_ways[VSYS_LINUX_VALUES] = {
	[VSYS_LINUX_TID] = { { { "task_struct", "pid" } } },
	[VSYS_LINUX_PID] = { { { "task_struct", "tgid" } } },
	[VSYS_LINUX_NAME] = { { { "task_struct", "comm" } } },
	[VSYS_LINUX_PPID] = { { { "task_struct", "real_parent" }, { "task_struct", "tgid" } } },
	[VSYS_LINUX_UID] = { { { "task_struct", "cred" }, { "cred", "uid" } } },
	[VSYS_LINUX_START] = { { { "task_struct", "start_boottime" } } },
	[VSYS_LINUX_PIDNS] = { { { "task_struct", "nsproxy" },
		{ "nsproxy", "pid_ns_for_children" }, { "pid_namespace", "ns.inum" } } },
	[VSYS_LINUX_CGROUP] = { { { "task_struct", "cgroups" }, { "css_set", "dfl_cgrp" },
		{ "cgroup", "kn" }, { "kernfs_node", "id" } } },
	[VSYS_LINUX_LEADER] = { { { "task_struct", "group_leader" } } },
	[VSYS_LINUX_NEXT] = { { { "task_struct", "tasks" } } },
	[VSYS_LINUX_THREADS] = { { { "task_struct", "signal" }, { "signal_struct", "thread_head" } } },
	[VSYS_LINUX_THREAD] = { { { "task_struct", "thread_node" } } },
	[VSYS_LINUX_EXE] = { { { "task_struct", "mm" }, { "mm_struct", "exe_file" } } },
};

static const char *const members[VSYS_LINUX_MEMBERS][2] = {
	[VSYS_LINUX_F_DENTRY] = { "file", "f_path.dentry" },
	[VSYS_LINUX_F_MNT] = { "file", "f_path.mnt" },
	[VSYS_LINUX_D_PARENT] = { "dentry", "d_parent" },
	[VSYS_LINUX_D_NAME] = { "dentry", "d_name.name" },
	[VSYS_LINUX_MNT_ROOT] = { "vfsmount", "mnt_root" },
	[VSYS_LINUX_MNT_MNT] = { "mount", "mnt" },
	[VSYS_LINUX_MNT_PARENT] = { "mount", "mnt_parent" },
	[VSYS_LINUX_MNT_POINT] = { "mount", "mnt_mountpoint" },
};

static void ways_find(struct vsys_linux *l, const struct vsys_btf *b)
{
	struct vsys_linux_path *p;
	unsigned int v, i;

	for (v = 0; v < VSYS_LINUX_VALUES; v++) {
		p = &l->value[v];
		p->known = true;
		for (i = 0; i <= VSYS_LINUX_STEPS && value_ways[v].step[i][0]; i++) {
			p->off[i] = vsys_btf_offset(b, value_ways[v].step[i][0],
						    value_ways[v].step[i][1]);
			p->known &= p->off[i] >= 0;
			p->steps = i;
		}
	}
	for (v = 0; v < VSYS_LINUX_MEMBERS; v++)
		l->member[v] = vsys_btf_offset(b, members[v][0], members[v][1]);
}

/* A per-CPU variable, or the member of pcpu_hot that it was in 6.2 to 6.14. */
static bool percpu_find(const struct vsys_btf *b, const char *name, const char *hot,
			uint32_t *offset)
{
	uint32_t type;

	if (vsys_btf_percpu(b, name, offset, &type))
		return true;
	return vsys_btf_percpu(b, "pcpu_hot", offset, &type) &&
	       vsys_btf_member(b, type, hot, offset, NULL);
}

static bool entry_stack(struct vsys_space *s, uint64_t entry, uint64_t *top)
{
	unsigned char code[ENTRY_CODE];
	size_t n = ENTRY_CODE;

	/* With page-table isolation the next page may be absent. */
	if (!vsys_space_read(s, entry, code, n)) {
		n = 4096 - (size_t)(entry % 4096);
		if (n > ENTRY_CODE || !vsys_space_read(s, entry, code, n))
			return false;
	}
	return vsys_entry_stack(code, n, entry, top);
}

/*
 * The entry tells where one variable of the per-CPU section is, the types tell how far
 * the others are from it.
 */
static bool slot_find(struct vsys_linux *l, const struct vsys_btf *b, struct vsys_space *s,
		      uint64_t entry)
{
	uint32_t current, stack;
	uint64_t top;

	if (!entry_stack(s, entry, &top) ||
	    !percpu_find(b, "current_task", "current_task", &current) ||
	    !percpu_find(b, "cpu_current_top_of_stack", "top_of_stack", &stack))
		return false;
	l->slot = top - stack + current;
	return true;
}

/* Look for type information in a range. */
static bool btf_search(struct vsys_linux *l, struct vsys_space *s, const struct vsys_run *r,
		       uint64_t entry)
{
	static const unsigned char magic[] = { 0x9f, 0xeb, 1, 0 };
	const unsigned char *p = r->bytes, *end = r->bytes + r->n;
	unsigned int tries = TRIES;
	struct vsys_btf b;

	while (tries-- && (p = memmem(p, (size_t)(end - p), magic, sizeof(magic)))) {
		if (!vsys_btf_parse(&b, p, (size_t)(end - p)) &&
		    vsys_btf_find(&b, VSYS_BTF_STRUCT, "task_struct")) {
			l->btf = r->va + (uint64_t)(p - r->bytes);
			l->types = b.ntypes - 1;
			ways_find(l, &b);
			l->found = slot_find(l, &b, s, entry) && l->value[VSYS_LINUX_TID].known &&
				   l->value[VSYS_LINUX_PID].known;
			vsys_btf_free(&b);
			return true;
		}
		vsys_btf_free(&b);
		p++;
	}
	return false;
}

static void banner_search(struct vsys_linux *l, const struct vsys_run *r)
{
	const unsigned char *p = r->bytes, *end = r->bytes + r->n;
	size_t i, n;

	/* "Linux version %s" is a format. */
	while ((p = memmem(p, (size_t)(end - p), banner_start, sizeof(banner_start) - 1))) {
		n = (size_t)(end - p) < sizeof(l->banner) ? (size_t)(end - p) : sizeof(l->banner);
		i = sizeof(banner_start) - 1;
		if (i < n && p[i] >= '0' && p[i] <= '9') {
			for (i = 0; i < n - 1 && p[i] >= ' ' && p[i] < 127; i++)
				l->banner[i] = (char)p[i];
			l->banner[i] = 0;
			return;
		}
		p++;
	}
}

/* Ranges by how likely they have constants: read-only data, code, then all. */
static bool run_is(const struct vsys_run *r, unsigned int turn)
{
	return turn == 0 ? !r->writable && r->noexec : turn == 1 ? !r->writable && !r->noexec :
	       r->writable;
}

int vsys_linux_find(struct vsys_linux *l, struct vsys_space *s, uint64_t entry)
{
	struct vsys_image img;
	unsigned int turn, i;
	int err;

	memset(l, 0, sizeof(*l));
	if (entry < IMAGE_BEGIN || entry >= IMAGE_END)
		return -ENOENT;
	err = vsys_image_scan(&img, s, IMAGE_BEGIN, IMAGE_END);
	for (turn = 0; !err && turn < 3 && !l->btf; turn++) {
		for (i = 0; i < img.nruns && (!l->btf || !*l->banner); i++) {
			if (!run_is(&img.run[i], turn) || !vsys_image_load(s, &img.run[i]))
				continue;
			if (!*l->banner)
				banner_search(l, &img.run[i]);
			if (!l->btf)
				btf_search(l, s, &img.run[i], entry);
		}
	}
	vsys_image_free(&img);
	return err ? err : *l->banner || l->btf ? 0 : -ENOENT;
}

bool vsys_linux_mapped(struct vsys_space *s, uint64_t entry, uint64_t base)
{
	struct vsys_mapping m;
	uint64_t top;

	return entry_stack(s, entry, &top) && vsys_space_walk(s, base + top, &m);
}

bool vsys_linux_number(const struct vsys_linux *l, struct vsys_space *s, uint64_t task,
		       enum vsys_linux_value v, unsigned int bytes, uint64_t *value)
{
	const struct vsys_linux_path *p = &l->value[v];
	unsigned int i;

	for (i = 0; p->known && i < p->steps; i++)
		if (!vsys_space_pointer(s, task + (uint64_t)p->off[i], &task) || !task)
			return false;
	return p->known && vsys_space_number(s, task + (uint64_t)p->off[i], bytes, value);
}
