// SPDX-License-Identifier: GPL-2.0
/* A Linux kernel found from its entry alone: types, banner, running task. */
#include <errno.h>

#include "ktap.h"
#include "fakelinux.h"
#include <guest/btf.h>
#include <guest/entry.h>
#include <guest/guest.h>

static uint64_t budget = UINT64_MAX;

static void named(bool ok, unsigned int layout, const char *what)
{
	char name[96];

	snprintf(name, sizeof(name), "layout %u: %s", layout, what);
	is_true(ok, name);
}

static uint64_t number(struct fakeguest *g, const struct vsys_linux *l, unsigned int kind, uint64_t task)
{
	const struct vsys_task_field *f = vsys_linux_field(l, kind);
	uint64_t v;

	return f && vsys_field_number(&g->space, f, task, &v) ? v : UINT64_MAX;
}

static void tasks_put(struct fakeguest *g, const struct fake_layout *f)
{
	fake_task(g, f, 0, 1, "init", 0, 0);
	fake_task(g, f, 1, 87, "server", 1, 0);
	fake_task(g, f, 2, 88, "worker-thr", 1, 0);
	fake_current(g, f, 2);
}

static void three_tasks(struct fakeguest *g, const struct fake_layout *f)
{
	fake_linux_begin(g, f);
	tasks_put(g, f);
}

static void kernel(unsigned int i)
{
	const struct fake_layout *f = &fake_layouts[i];
	struct vsys_linux l;
	struct fakeguest g;
	uint64_t task;
	char name[17];

	three_tasks(&g, f);
	named(!vsys_linux_find(&l, &g.space, FAKE_ENTRY) && l.found, i, "found");
	is_text(l.banner, "Linux version 6.1.0-fake (a@b) #1 SMP", "its banner, not the format");
	named(l.btf == FAKE_RODATA + 0x8b3b, i, "types at an odd address");
	named(vsys_linux_mapped(&g.space, FAKE_ENTRY, FAKE_PERCPU), i, "per-CPU memory is mapped");
	named(!vsys_linux_mapped(&g.space, FAKE_ENTRY, FAKE_PERCPU + (1 << 30)), i, "elsewhere it is not");
	named(vsys_space_pointer(&g.space, FAKE_PERCPU + l.slot, &task) && task == FAKE_TASK(2), i,
	      "the running task");
	is_number(number(&g, &l, VSYS_TASK_TID, task), 88, "tid");
	is_number(number(&g, &l, VSYS_TASK_PID, task), 87, "pid");
	is_number(number(&g, &l, VSYS_TASK_PPID, task), 1, "parent");
	is_number(number(&g, &l, VSYS_TASK_UID, task), 1002, "user");
	is_number(number(&g, &l, VSYS_TASK_START, task), 87000000000, "start of the process");
	is_number(number(&g, &l, VSYS_TASK_VPID, task), 5, "id in its namespace, the second one");
	is_number(number(&g, &l, VSYS_TASK_CGROUP, task), UINT64_MAX, "a member that this kernel lacks");
	named(vsys_field_text(&g.space, vsys_linux_field(&l, VSYS_TASK_NAME), task, name, sizeof(name)) &&
	      !strcmp(name, "worker-thr"), i, "name");
	named(vsys_linux_find(&l, &g.space, FAKE_PERCPU) == -ENOENT, i, "no entry of Linux");
	fake_end(&g);
}

static void path(void)
{
	const struct fake_layout *f = &fake_layouts[0];
	const struct vsys_task_field *program;
	char text[VSYS_TASK_TEXT_MAX];
	struct vsys_linux l;
	struct fakeguest g;

	three_tasks(&g, f);
	vsys_linux_find(&l, &g.space, FAKE_ENTRY);
	program = vsys_linux_field(&l, VSYS_TASK_PROGRAM);
	is_true(!vsys_field_text(&g.space, program, FAKE_TASK(2), text, sizeof(text)), "a kernel thread");
	fake_program(&g, f, 2, "usr", "server");
	is_true(vsys_field_text(&g.space, program, FAKE_TASK(2), text, sizeof(text)), "a program");
	is_text(text, "/usr/server", "its path");
	/* Names that lead to each other. */
	fake_put64(&g, FAKE_TASK(10) + 0x118, FAKE_TASK(10) + 0x100);
	is_true(vsys_field_text(&g.space, program, FAKE_TASK(2), text, sizeof(text)) || !*text ||
		strlen(text) <= 128, "a path that is a circle ends");
	fake_end(&g);
}

static char listed[256];

static int list(void *arg, const struct vsys_guest_task *t)
{
	size_t n = strlen(listed);

	snprintf(listed + n, sizeof(listed) - n, "%s%u/%u %s", n ? ", " : "", t->pid, t->tid, t->name);
	return *(int *)arg;
}

/* A directory entry at @at: name, parent, file system, inode @ino. */
static void entry_put(struct fakeguest *g, uint64_t at, const char *name, uint64_t parent, uint64_t magic,
		      uint64_t ino)
{
	fake_put64(g, at + 0x18, parent);
	fake_put64(g, at + 0x28, at + 0x80);
	fake_put(g, at + 0x80, name, strlen(name) + 1);
	fake_put64(g, at + 0x68, at + 0x58);
	fake_put64(g, at + 0x58 + 0x60, magic);
	fake_put64(g, at + 0x30, at + 0x90);
	fake_put64(g, at + 0x90 + 0x40, ino);
}

static int opened(void *arg, const struct vsys_guest_handle *h)
{
	size_t n = strlen(listed);

	snprintf(listed + n, sizeof(listed) - n, "%s%u:%d%s=%s", n ? ", " : "", h->pid, h->fd,
		 h->cloexec ? "*" : "", h->name);
	(void)arg;
	return 0;
}

/* Process 87 is in /srv/a, which is mounted at /srv; it has open a pipe, and b there. */
static void open_files(struct fakeguest *g, struct vsys_guest *gu)
{
	enum { ROOT = 0x000, SRV = 0x100, TOP = 0x200, A = 0x300, B = 0x400, PIPE = 0x500, MNT = 0x600,
	       MNT2 = 0x680, FS = 0x700, FILES = 0x740, FDT = 0x780, FD = 0x7c0, BITS = 0x800, F1 = 0x840,
	       F2 = 0x880 };
	uint64_t at = FAKE_TASK(11);

	entry_put(g, at + ROOT, "/", at + ROOT, 0xef53, 2);
	entry_put(g, at + SRV, "srv", at + ROOT, 0xef53, 3);
	entry_put(g, at + TOP, "/", at + TOP, 0xef53, 2);
	entry_put(g, at + A, "a", at + TOP, 0xef53, 4);
	entry_put(g, at + B, "b", at + A, 0xef53, 5);
	entry_put(g, at + PIPE, "", at + PIPE, 0x50495045, 77);
	/* The root's mount is its own parent. */
	fake_put64(g, at + MNT + 0x20, at + ROOT);
	fake_put64(g, at + MNT + 0x10, at + MNT);
	fake_put64(g, at + MNT2 + 0x20, at + TOP);
	fake_put64(g, at + MNT2 + 0x10, at + MNT);
	fake_put64(g, at + MNT2 + 0x18, at + SRV);
	fake_put64(g, FAKE_TASK(1) + FAKE_FS, at + FS);
	fake_put64(g, at + FS + 0x20, at + MNT2 + 0x20);
	fake_put64(g, at + FS + 0x28, at + A);
	fake_put64(g, FAKE_TASK(1) + FAKE_FILES, at + FILES);
	fake_put64(g, at + FILES + 0x20, at + FDT);
	fake_put32(g, at + FDT, 8);
	fake_put64(g, at + FDT + 8, at + FD);
	fake_put64(g, at + FDT + 16, at + BITS);
	fake_put64(g, at + BITS, 1 << 3);
	fake_put64(g, at + FD + 8, at + F1);
	fake_put64(g, at + FD + 24, at + F2);
	fake_put64(g, at + F1 + 0x10, at + MNT);
	fake_put64(g, at + F1 + 0x18, at + PIPE);
	fake_put64(g, at + F2 + 0x10, at + MNT2 + 0x20);
	fake_put64(g, at + F2 + 0x18, at + B);
	*listed = 0;
	is_number((uint64_t)vsys_guest_handles(gu, opened, NULL), 0, "what processes have open");
	is_text(listed, "87:-1=/srv/a, 87:1=pipe:[77], 87:3*=/srv/a/b", "by its path, over mounts");
	/* A folder that is its grandchild. */
	fake_put64(g, at + A + 0x18, at + B);
	is_number((uint64_t)vsys_guest_handles(gu, opened, NULL), 0, "a circle of folders ends");
}

/* The registers of a vCPU lead to the recipe and to the list of tasks. */
static void guest(unsigned int i)
{
	const struct fake_layout *f = &fake_layouts[i];
	struct vsys_guest *gu = calloc(1, sizeof(*gu));
	struct fakeguest g;
	int end = 0;

	three_tasks(&g, f);
	fake_task(&g, f, 3, 0, "swapper/0", 3, 3);
	fake_lists(&g, f);
	gu->space = g.space;
	gu->regs[VSYS_X86_VCPU_CR0] = 0x80000001;
	gu->regs[VSYS_X86_VCPU_CR3] = g.space.root;
	gu->regs[VSYS_X86_VCPU_CR4] = 0x20;
	gu->regs[VSYS_X86_VCPU_EFER] = 0x500;
	gu->regs[VSYS_X86_VCPU_LSTAR] = FAKE_ENTRY;
	gu->regs[VSYS_X86_VCPU_KERNEL_GS] = FAKE_PERCPU;
	named(!vsys_guest_identify(gu) && gu->info.os == VSYS_OS_LINUX, i, "a Linux guest");
	is_text(gu->info.profile, "linux_x86_64", "its profile");
	named(gu->recipe.watches == 4 && gu->recipe.nfields >= 8 && gu->recipe.width == 8, i, "a recipe");
	*listed = 0;
	is_number((uint64_t)vsys_guest_tasks(gu, list, &end), 0, "a list of tasks");
	is_text(listed, "87/87 server, 87/88 worker-thr, 1/1 init", "each once");
	open_files(&g, gu);
	fake_put64(&g, FAKE_TASK(0) + f->tasks, FAKE_TASK(0) + f->tasks);
	*listed = 0;
	is_number((uint64_t)vsys_guest_tasks(gu, list, &end), (uint64_t)-ELOOP, "a list without end");
	fake_put64(&g, FAKE_TASK(0) + f->tasks, 0x1000);
	is_number((uint64_t)vsys_guest_tasks(gu, list, &end), (uint64_t)-EFAULT, "a list to nowhere");
	end = 7;
	is_number((uint64_t)vsys_guest_tasks(gu, list, &end), 7, "a list that is ended");
	gu->regs[VSYS_X86_VCPU_CR0] = 1;
	memset(&gu->info, 0, sizeof(gu->info));
	named(!vsys_guest_identify(gu) && !gu->info.os, i, "without paging nothing is found");
	free(gu);
	fake_end(&g);
}

/* Each prefix, and each changed byte, of type information is refused or harmless. */
static void garbage(void)
{
	static unsigned char good[FAKE_BTF_MAX];
	size_t n = fake_btf(&fake_layouts[1], good), i;
	unsigned int refused = 0, accepted = 0;
	uint32_t offset, type;
	unsigned char *p;
	struct vsys_btf b;

	for (i = 0; i < n; i++) {
		p = malloc(i);
		memcpy(p, good, i);
		refused += !!vsys_btf_parse(&b, p, i, &budget);
		free(p);
	}
	is_number(refused, n, "a part of types is refused");
	for (i = 0; i < n * 8; i++) {
		p = malloc(n);
		memcpy(p, good, n);
		p[i / 8] ^= (unsigned char)(1 << i % 8);
		if (!vsys_btf_parse(&b, p, n, &budget)) {
			accepted++;
			vsys_btf_offset(&b, "task_struct", "pid");
			vsys_btf_offset(&b, "file", "f_path.dentry");
			if (vsys_btf_percpu(&b, "pcpu_hot", &offset, &type))
				vsys_btf_member(&b, type, "current_task", &offset, NULL);
			vsys_btf_free(&b);
		}
		free(p);
	}
	is_true(accepted > n, "types with a wrong bit are harmless");
}

/* A structure that has itself as an anonymous member. */
static void circle(void)
{
	static const unsigned char bytes[] = {
		0x9f, 0xeb, 1, 0, 24, 0, 0, 0, 0, 0, 0, 0, 36, 0, 0, 0, 36, 0, 0, 0, 3, 0, 0, 0,
		1, 0, 0, 0, 2, 0, 0, 4, 8, 0, 0, 0,
		0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
		0, 's', 0,
	};
	struct vsys_btf b;

	is_number((uint64_t)vsys_btf_parse(&b, bytes, sizeof(bytes), &budget), 0, "a structure in itself");
	is_number((uint64_t)vsys_btf_offset(&b, "s", "pid"), (uint64_t)-1, "its members end");
	vsys_btf_free(&b);
}

/* The same with 64 such members: only the budget ends 64 ^ 16 of them. */
static void wide_circle(void)
{
	enum { MEMBERS = 64, TYPES = 12 + 12 * MEMBERS };
	const uint32_t head[] = { 0x0001eb9f, 24, 0, TYPES, TYPES, 3 }, type[] = { 1, 4 << 24 | MEMBERS, 8 };
	static unsigned char bytes[24 + TYPES + 3];
	struct vsys_btf b;
	unsigned int i;

	memcpy(bytes, head, sizeof(head));
	memcpy(bytes + 24, type, sizeof(type));
	for (i = 0; i < MEMBERS; i++)
		bytes[24 + 12 + 12 * i + 4] = 1;
	bytes[24 + TYPES + 1] = 's';
	is_number((uint64_t)vsys_btf_parse(&b, bytes, sizeof(bytes), &budget), 0, "many of itself");
	is_number((uint64_t)vsys_btf_offset(&b, "s", "pid"), (uint64_t)-1, "the budget ends them");
	vsys_btf_free(&b);
}

/*
 * An image that is nothing but begins of types, each with all that follows: only a budget
 * ends the look at them.  A second look at a kernel that was found reads little.
 */
static void hostile(void)
{
	enum { HEADS = 64, BYTES = 20 << 20, RUN = 1 << 20 };
	uint32_t head[6] = { 0x0001eb9f, 24, 0, 0, 0, 0 };
	struct vsys_linux l;
	struct fakeguest g;
	unsigned char *p;
	size_t i, at;

	fake_begin(&g, VSYS_SPACE_4LEVEL);
	g.space.budget = UINT64_C(64) << 20;
	p = fake_map(&g, FAKE_KERNEL, BYTES, FAKE_NX);
	for (at = 0; at < BYTES; at += RUN) {
		for (i = 0; i < HEADS; i++) {
			/* Types of kind 7, to the end of the run, without strings but one. */
			head[2] = (uint32_t)(24 * (HEADS - i - 1));
			head[3] = (uint32_t)((RUN - 4096 - HEADS * 24 - 24) / 12 * 12);
			head[4] = head[2] + head[3];
			head[5] = 1;
			memcpy(p + at + 24 * i, head, 24);
		}
		for (i = HEADS * 24; i + 12 < RUN - 4096; i += 12)
			p[at + i + 7] = 8;
		/* Another kind of mapping between runs. */
		fake_map_at(&g, FAKE_KERNEL + at + RUN - 4096, at, FAKE_W);
	}
	is_number((uint64_t)vsys_linux_find(&l, &g.space, FAKE_KERNEL), (uint64_t)-ENOENT, "a hostile image");
	is_true(!g.space.budget, "costs its budget, more than its bytes");
	fake_end(&g);

	three_tasks(&g, &fake_layouts[0]);
	vsys_linux_find(&l, &g.space, FAKE_ENTRY);
	g.space.bytes = 0;
	is_true(!vsys_linux_find(&l, &g.space, FAKE_ENTRY) && l.found && g.space.bytes < 65536,
		"a second look reads little");
	g.space.vm = 7;
	g.space.bytes = 0;
	is_true(!vsys_linux_find(&l, &g.space, FAKE_ENTRY) && g.space.bytes > 65536,
		"nothing is taken from another machine");
	fake_put(&g, FAKE_RODATA + 0x8b3b + 12, "\1", 1);
	is_true(vsys_linux_find(&l, &g.space, FAKE_ENTRY) || !l.found, "but is no guess");
	fake_end(&g);
}

/* A 32-bit kernel, by either door: its profile, but not its tasks. */
static void narrow(enum vsys_space_mode paging, bool gate)
{
	static const char banner[] = "Linux version 6.1.0-fake-686 (a@b) #1 SMP\n";
	struct vsys_guest *gu = calloc(1, sizeof(*gu));
	struct fakeguest g;

	fake_begin(&g, paging);
	fake_map(&g, 0xc9000000, 1, FAKE_LARGE);
	fake_map(&g, 0xc9800000, 0x10000, FAKE_NX);
	fake_put(&g, 0xc9801234, banner, sizeof(banner));
	fake_map(&g, 0xff400000, 4096, 0);
	fake_put64(&g, 0xff400000 + 8 * 0x80, UINT64_C(0xc900ef0000604560));
	gu->space = g.space;
	gu->regs[VSYS_X86_VCPU_CR0] = 0x80000001;
	gu->regs[VSYS_X86_VCPU_CR3] = g.space.root;
	gu->regs[VSYS_X86_VCPU_CR4] = paging == VSYS_SPACE_PAE ? 0x20 : 0;
	gu->regs[VSYS_X86_VCPU_IDT] = 0xff400000;
	gu->regs[VSYS_X86_VCPU_SYSENTER_EIP] = gate ? 0 : 0xc9004560;
	is_true(!vsys_guest_identify(gu) && !strcmp(gu->info.profile, "linux_x86") && !*gu->info.how,
		"a 32-bit kernel: its profile");
	is_text(gu->info.banner, "Linux version 6.1.0-fake-686 (a@b) #1 SMP", "and banner");
	free(gu);
	fake_end(&g);
}

/* A kernel of arm64 with addresses of @bits bits: its profile, found from its vectors. */
static void arm64_kernel(unsigned int bits)
{
	static const char banner[] = "Linux version 6.12.0-fake-arm64 (a@b) #1 SMP\n";
	uint64_t base = UINT64_MAX << (bits - 1) | 0x80000000;
	struct vsys_guest *gu = calloc(1, sizeof(*gu));
	struct vsys_mapping m;
	struct fakeguest g;

	fake_begin(&g, VSYS_SPACE_ARM64);
	g.space.bits = bits;
	fake_map(&g, base, 1, FAKE_LARGE);
	fake_map(&g, base + 0x800000, 0x10000, FAKE_NX);
	fake_put(&g, base + 0x801234, banner, sizeof(banner));
	is_true(vsys_space_walk(&g.space, base + 0x801234, &m) && m.noexec && !m.writable &&
		!vsys_space_walk(&g.space, base + 0x810000, &m) && m.left == 4096 &&
		!vsys_space_walk(&g.space, base & ((UINT64_C(1) << bits) - 1), &m), "pages of arm64");
	gu->space = g.space;
	gu->arm64 = true;
	gu->regs[VSYS_ARM64_VCPU_SCTLR_EL1] = 1;
	gu->regs[VSYS_ARM64_VCPU_TCR_EL1] = (UINT64_C(64) - bits) << 16 | UINT64_C(2) << 30;
	gu->regs[VSYS_ARM64_VCPU_TTBR1_EL1] = g.space.root | UINT64_C(7) << 48 | 1;
	gu->regs[VSYS_ARM64_VCPU_VBAR_EL1] = base + 0x10800;
	is_true(!vsys_guest_identify(gu) && !strcmp(gu->info.profile, "linux_arm64") && !*gu->info.how,
		"a kernel of arm64: its profile");
	is_text(gu->info.banner, "Linux version 6.12.0-fake-arm64 (a@b) #1 SMP", "and banner");
	gu->regs[VSYS_ARM64_VCPU_TCR_EL1] |= UINT64_C(1) << 30;
	memset(&gu->info, 0, sizeof(gu->info));
	is_true(!vsys_guest_identify(gu) && !gu->info.os, "another granule: nothing is found");
	free(gu);
	fake_end(&g);
}

/* Its tasks, by the code behind its vectors. */
static void arm64_tasks(unsigned int i)
{
	const struct fake_layout *f = &fake_layouts[i];
	struct vsys_guest *gu = calloc(1, sizeof(*gu));
	struct fakeguest g;
	int end = 0;

	gu->regs[VSYS_ARM64_VCPU_TPIDR_EL1] = fake_linux_arm64_begin(&g, f);
	tasks_put(&g, f);
	fake_task(&g, f, 3, 0, "swapper/0", 3, 3);
	fake_lists(&g, f);
	gu->space = g.space;
	gu->space.vm = 8;
	gu->arm64 = true;
	gu->regs[VSYS_ARM64_VCPU_SCTLR_EL1] = 1;
	gu->regs[VSYS_ARM64_VCPU_TCR_EL1] = UINT64_C(16) << 16 | UINT64_C(2) << 30;
	gu->regs[VSYS_ARM64_VCPU_TTBR1_EL1] = g.space.root;
	/* One of the other vectors that mitigations have. */
	gu->regs[VSYS_ARM64_VCPU_VBAR_EL1] = FAKE_ENTRY + 0x3780;
	named(!vsys_guest_identify(gu) && strstr(gu->info.how, "tpidr_el1"), i, "tasks of arm64");
	named(gu->recipe.base == VSYS_ARM64_BASE_TPIDR_EL1 && gu->recipe.watches == 4, i, "a recipe");
	*listed = 0;
	is_number((uint64_t)vsys_guest_tasks(gu, list, &end), 0, "a list of tasks");
	is_text(listed, "87/87 server, 87/88 worker-thr, 1/1 init", "each once");
	gu->space.vm = 9;
	memset(&gu->info, 0, sizeof(gu->info));
	fake_put32(&g, FAKE_ENTRY + 20, 0xd518411b);
	named(!vsys_guest_identify(gu) && *gu->info.banner && !*gu->info.how, i, "other code: no tasks");
	free(gu);
	fake_end(&g);
}

/* Code behind the variable, and of the form with registers exchanged. */
static void arm64_entries(void)
{
	static const uint32_t before[] = { 0xd503201f, 0xf0ffff80, 0x91004000, 0xd538d081, 0xf8616800, 0xd5184100 };
	uint32_t code[6];
	uint64_t v = 0;

	memcpy(code, before, sizeof(code));
	is_true(vsys_entry_task_arm64((void *)code, sizeof(code), 0x20ffc, &v) && v == 0x21000 - 0xd000 + 0x10,
		"a variable before the code");
	is_true(!vsys_entry_task_arm64((void *)code, sizeof(code) - 4, 0x20ffc, &v), "cut off");
	code[4] = 0xf8606820;
	is_true(vsys_entry_task_arm64((void *)code, sizeof(code), 0x20ffc, &v), "registers exchanged");
	code[4] = 0xf8626800;
	is_true(!vsys_entry_task_arm64((void *)code, sizeof(code), 0x20ffc, &v), "another register");
}

static void entries(void)
{
	/* The entries of Debian's 6.1 and 7.3, up to the stack's load. */
	static const unsigned char absolute[] = {
		0x0f, 0x01, 0xf8, 0x65, 0x48, 0x89, 0x24, 0x25, 0x14, 0x60, 0x00, 0x00, 0xeb, 0x12,
		0x0f, 0x20, 0xdc, 0x0f, 0x1f, 0x44, 0x00, 0x00, 0x48, 0x81, 0xe4, 0xff, 0xe7, 0xff,
		0xff, 0x0f, 0x22, 0xdc, 0x65, 0x48, 0x8b, 0x24, 0x25, 0x50, 0xfb, 0x01, 0x00,
	};
	static const unsigned char relative[] = {
		0x65, 0x48, 0x89, 0x25, 0, 0, 0, 0, 0x65, 0x48, 0x8b, 0x25, 0xf8, 0xff, 0xff, 0xff, 0x90,
	};
	uint64_t top = 0;

	is_true(vsys_entry_stack(absolute, sizeof(absolute), 0, &top) && top == 0x1fb50, "absolute");
	is_true(!vsys_entry_stack(absolute, sizeof(absolute) - 1, 0, &top), "cut off");
	is_true(!vsys_entry_stack(absolute + 9, sizeof(absolute) - 9, 0, &top), "no store before");
	is_true(vsys_entry_stack(relative, sizeof(relative), 0x1000, &top) && top == 0x1008, "relative");
}

int main(void)
{
	ktap_plan(105);
	kernel(0);
	kernel(1);
	path();
	guest(0);
	guest(1);
	garbage();
	circle();
	wide_circle();
	hostile();
	narrow(VSYS_SPACE_PAE, false);
	narrow(VSYS_SPACE_PAE, true);
	narrow(VSYS_SPACE_2LEVEL, false);
	arm64_kernel(39);
	arm64_kernel(48);
	arm64_kernel(52);
	arm64_tasks(0);
	arm64_tasks(1);
	arm64_entries();
	entries();
	return ktap_end();
}
