// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "fakelinux.h"

const struct fake_layout fake_layouts[2] = {
	{ false, false, 0x970, 0xba0, 0x980, 0x9a0, 0x8a0, 0xbc0, 0xa00, 0xb90, 0x8e0, 0xae0 },
	{ true, true, 0x5c8, 0x7d0, 0x5d8, 0x5f8, 0x500, 0x810, 0x650, 0x7c0, 0x538, 0x740 },
};

/* Of the per-CPU section: where it begins for %gs, and its variables. */
enum { HOT_CURRENT = 0x35000, COLD_CURRENT = 0x1fb80, HOT_TOP = 0x35010, COLD_TOP = 0x1fb50,
	SP2 = 0x6014 };

struct out {
	unsigned char types[FAKE_BTF_MAX / 2];
	char strings[FAKE_BTF_MAX / 4];
	size_t ntypes, nstrings;
	uint32_t ids;
};

static void put32(struct out *o, uint32_t v)
{
	memcpy(o->types + o->ntypes, &v, 4);
	o->ntypes += 4;
}

static uint32_t name_of(struct out *o, const char *s)
{
	size_t at, n = strlen(s) + 1;

	for (at = 0; at + n <= o->nstrings; at++)
		if ((!at || !o->strings[at - 1]) && !memcmp(o->strings + at, s, n))
			return (uint32_t)at;
	memcpy(o->strings + o->nstrings, s, n);
	o->nstrings += n;
	return (uint32_t)(o->nstrings - n);
}

static uint32_t type_put(struct out *o, unsigned int kind, const char *name, uint32_t vlen, uint32_t size)
{
	put32(o, name_of(o, name));
	put32(o, kind << 24 | vlen);
	put32(o, size);
	return ++o->ids;
}

static void member_put(struct out *o, const char *name, uint32_t type, unsigned int offset)
{
	put32(o, name_of(o, name));
	put32(o, type);
	put32(o, offset * 8);
}

/* A structure with one member that matters. */
static uint32_t struct_put(struct out *o, const char *name, const char *member, uint32_t type,
			   unsigned int offset)
{
	uint32_t id = type_put(o, 4, name, 1, 0x100);

	member_put(o, member, type, offset);
	return id;
}

static void task_put(struct out *o, const struct fake_layout *l, uint32_t number)
{
	uint32_t inner = type_put(o, 4, "", 2, 8), list;

	member_put(o, "pid", number, 0);
	member_put(o, "tgid", number, 4);
	list = struct_put(o, "list_head", "next", number, 0);
	type_put(o, 4, "task_struct", 14, 0x1000);
	member_put(o, "fs", number, FAKE_FS);
	member_put(o, "files", number, FAKE_FILES);
	/* An anonymous member, as kernels with a random layout have. */
	member_put(o, "", inner, l->pid);
	member_put(o, "comm", number, l->comm);
	member_put(o, "real_parent", number, l->parent);
	member_put(o, "group_leader", number, l->leader);
	member_put(o, "tasks", list, l->tasks);
	member_put(o, "signal", number, l->signal);
	member_put(o, "thread_node", list, l->thread_node);
	member_put(o, "cred", number, l->cred);
	member_put(o, "mm", number, l->mm);
	member_put(o, "start_boottime", number, l->start);
	member_put(o, "thread_pid", number, l->pid + 0x40);
	member_put(o, "cgroups", number, l->pid + 0x48);
}

static void files_put(struct out *o, uint32_t number)
{
	uint32_t path = type_put(o, 4, "path", 2, 16), name, mount;

	member_put(o, "mnt", number, 0);
	member_put(o, "dentry", number, 8);
	struct_put(o, "file", "f_path", path, 0x10);
	name = struct_put(o, "qstr", "name", number, 8);
	struct_put(o, "fs_struct", "pwd", path, 0x20);
	struct_put(o, "files_struct", "fdt", number, 0x20);
	type_put(o, 4, "fdtable", 3, 0x40);
	member_put(o, "max_fds", number, 0);
	member_put(o, "fd", number, 8);
	member_put(o, "close_on_exec", number, 16);
	struct_put(o, "inode", "i_ino", number, 0x40);
	struct_put(o, "super_block", "s_magic", number, 0x60);
	mount = struct_put(o, "vfsmount", "mnt_root", number, 0);
	type_put(o, 4, "mount", 3, 0x100);
	member_put(o, "mnt_parent", number, 0x10);
	member_put(o, "mnt_mountpoint", number, 0x18);
	member_put(o, "mnt", mount, 0x20);
	type_put(o, 4, "dentry", 4, 0x100);
	member_put(o, "d_inode", number, 0x30);
	member_put(o, "d_sb", number, 0x68);
	member_put(o, "d_parent", number, 0x18);
	member_put(o, "d_name", name, 0x20);
	type_put(o, 4, "upid", 2, 16);
	member_put(o, "nr", number, 0);
	member_put(o, "ns", number, 8);
	type_put(o, 4, "pid", 2, 0x100);
	member_put(o, "level", number, 4);
	member_put(o, "numbers", number, 0x60);
}

static void percpu_put(struct out *o, const struct fake_layout *l, uint32_t number)
{
	uint32_t hot, var[3];

	hot = type_put(o, 4, "pcpu_hot", 2, 0x40);
	member_put(o, "current_task", number, 0);
	member_put(o, "top_of_stack", number, HOT_TOP - HOT_CURRENT);
	var[0] = type_put(o, 14, l->hot ? "pcpu_hot" : "current_task", 0, l->hot ? hot : number);
	put32(o, 1);
	var[1] = type_put(o, 14, l->hot ? "other" : "cpu_current_top_of_stack", 0, number);
	put32(o, 1);
	type_put(o, 15, ".data..percpu", 2, 0x40000);
	put32(o, var[0]);
	put32(o, l->hot ? HOT_CURRENT : COLD_CURRENT);
	put32(o, 8);
	put32(o, var[1]);
	put32(o, COLD_TOP);
	put32(o, 8);
}

size_t fake_btf(const struct fake_layout *l, unsigned char *p)
{
	struct out *o = calloc(1, sizeof(*o));
	uint32_t number, head[6];
	size_t n;

	name_of(o, "");
	number = type_put(o, 1, "long", 0, 8);
	put32(o, 64);
	task_put(o, l, number);
	files_put(o, number);
	struct_put(o, "cred", "euid", number, 8);
	struct_put(o, "mm_struct", "exe_file", number, 0x3b0);
	struct_put(o, "signal_struct", "thread_head", number, 0x10);
	percpu_put(o, l, number);
	head[0] = 0x0001eb9f;
	head[1] = 24;
	head[2] = 0;
	head[3] = (uint32_t)o->ntypes;
	head[4] = (uint32_t)o->ntypes;
	head[5] = (uint32_t)o->nstrings;
	memcpy(p, head, 24);
	memcpy(p + 24, o->types, o->ntypes);
	memcpy(p + 24 + o->ntypes, o->strings, o->nstrings);
	n = 24 + o->ntypes + o->nstrings;
	free(o);
	return n;
}

/* swapgs; mov %rsp, %gs:SP2; jmp; mov %gs:TOP, %rsp */
static size_t entry_code(const struct fake_layout *l, unsigned char *p)
{
	uint32_t sp2 = SP2, top = l->hot ? HOT_TOP : COLD_TOP;
	unsigned char *at = p;

	memcpy(at, "\x0f\x01\xf8\x65\x48\x89\x24\x25", 8);
	memcpy(at + 8, &sp2, 4);
	memcpy(at + 12, "\xeb\x12\x0f\x20\xdc", 5);
	at += 17;
	if (l->relative) {
		top -= (uint32_t)(FAKE_ENTRY + 17 + 8);
		memcpy(at, "\x65\x48\x8b\x25", 4);
		at += 4;
	} else {
		memcpy(at, "\x65\x48\x8b\x24\x25", 5);
		at += 5;
	}
	memcpy(at, &top, 4);
	return (size_t)(at + 4 - p);
}

/* The image with its entry, per-CPU memory and tasks. */
static void image_put(struct fakeguest *g, const struct fake_layout *l, const void *code, size_t n)
{
	static const char banner[] = "Linux version %s\0Linux version 6.1.0-fake (a@b) #1 SMP\n";
	unsigned char bytes[FAKE_BTF_MAX];

	fake_map(g, FAKE_KERNEL, 1, FAKE_LARGE);
	fake_put(g, FAKE_ENTRY, code, n);
	fake_map(g, FAKE_RODATA, 1, FAKE_LARGE | FAKE_NX);
	fake_put(g, FAKE_RODATA + 0x1000, banner, sizeof(banner));
	fake_put(g, FAKE_RODATA + 0x2345, "\x9f\xeb\x01\x00\x18", 5);
	n = fake_btf(l, bytes);
	fake_put(g, FAKE_RODATA + 0x8b3b, bytes, n);
	fake_map(g, FAKE_PERCPU + 0x1f000, 0x17000, FAKE_W | FAKE_NX);
	fake_map(g, FAKE_TASKS, 0x20000, FAKE_W | FAKE_NX);
}

void fake_linux_begin(struct fakeguest *g, const struct fake_layout *l)
{
	unsigned char code[64];

	fake_begin(g, VSYS_SPACE_4LEVEL);
	image_put(g, l, code, entry_code(l, code));
}

/* mrs x21, sp_el0; adrp x28, V; add x28, x28, V; mrs x20, tpidr_el1; ldr x28, [x28, x20]; msr sp_el0, x28 */
uint64_t fake_linux_arm64_begin(struct fakeguest *g, const struct fake_layout *l)
{
	uint32_t code[] = { 0xd5384115, 0x9000001c, 0x9100039c, 0xd538d094, 0xf8746b9c, 0xd518411c };
	uint32_t v = 0x400000 + (l->hot ? HOT_CURRENT : COLD_CURRENT);

	code[1] |= (v >> 12 & 3) << 29 | (v >> 14) << 5;
	code[2] |= (v & 0xfff) << 10;
	fake_begin(g, VSYS_SPACE_ARM64);
	image_put(g, l, code, sizeof(code));
	return FAKE_PERCPU - FAKE_KERNEL - 0x400000;
}

void fake_current(struct fakeguest *g, const struct fake_layout *l, unsigned int i)
{
	fake_put64(g, FAKE_PERCPU + (l->hot ? HOT_CURRENT : COLD_CURRENT), FAKE_TASK(i));
}

void fake_task(struct fakeguest *g, const struct fake_layout *l, unsigned int i, uint32_t tid,
	       const char *name, unsigned int leader, unsigned int parent)
{
	char comm[16] = "";
	uint64_t task = FAKE_TASK(i);
	uint32_t tgid = tid;
	struct vsys_mapping m;

	if (leader != i) {
		vsys_space_walk(&g->space, FAKE_TASK(leader) + l->pid + 4, &m);
		memcpy(&tgid, g->bytes + m.gpa, 4);
	}
	memcpy(comm, name, strnlen(name, 15));
	fake_put32(g, task + l->pid, tid);
	fake_put32(g, task + l->pid + 4, tgid);
	fake_put(g, task + l->comm, comm, sizeof(comm));
	fake_put64(g, task + l->parent, FAKE_TASK(parent));
	fake_put64(g, task + l->leader, FAKE_TASK(leader));
	fake_put64(g, task + l->start, 1000000000ull * tid);
	/* Credentials and signals lie in the same page. */
	fake_put64(g, task + l->cred, task + 0xe00);
	fake_put32(g, task + 0xe08, 1000 + i);
	fake_put64(g, task + l->signal, FAKE_TASK(leader) + 0xf00);
	/* struct pid of the second namespace, where it has id 5. */
	fake_put64(g, task + l->pid + 0x40, task + 0xd00);
	fake_put32(g, task + 0xd04, 1);
	fake_put32(g, task + 0xd60, tid);
	fake_put32(g, task + 0xd70, 5);
}

void fake_program(struct fakeguest *g, const struct fake_layout *l, unsigned int i, const char *folder,
		  const char *name)
{
	uint64_t at = FAKE_TASK(10);

	/* mm, file, and the nodes of the root, the folder and the program */
	fake_put64(g, FAKE_TASK(i) + l->mm, at);
	fake_put64(g, at + 0x3b0, at + 0x800);
	fake_put64(g, at + 0x818, at + 0x300);
	fake_put64(g, at + 0x318, at + 0x200);
	fake_put64(g, at + 0x328, at + 0x900);
	fake_put64(g, at + 0x218, at + 0x100);
	fake_put64(g, at + 0x228, at + 0x980);
	fake_put64(g, at + 0x118, at + 0x100);
	fake_put(g, at + 0x900, name, strlen(name) + 1);
	fake_put(g, at + 0x980, folder, strlen(folder) + 1);
}

static void link_put(struct fakeguest *g, unsigned int offset, const unsigned int *task)
{
	unsigned int i;

	for (i = 0; i < 3; i++)
		fake_put64(g, FAKE_TASK(task[i]) + offset, FAKE_TASK(task[(i + 1) % 3]) + offset);
}

void fake_lists(struct fakeguest *g, const struct fake_layout *l)
{
	static const unsigned int processes[] = { 1, 0, 3 };
	unsigned int i;

	link_put(g, l->tasks, processes);
	for (i = 0; i < 4; i++) {
		/* Each is alone, but for 1 with its thread 2. */
		fake_put64(g, FAKE_TASK(i) + 0xf10, FAKE_TASK(i) + l->thread_node);
		fake_put64(g, FAKE_TASK(i) + l->thread_node, FAKE_TASK(i == 2 ? 1 : i) + 0xf10);
	}
	fake_put64(g, FAKE_TASK(1) + l->thread_node, FAKE_TASK(2) + l->thread_node);
}
