// SPDX-License-Identifier: GPL-2.0
/* A Linux kernel found from its entry alone: types, banner, running task. */
#include <errno.h>

#include "ktap.h"
#include "fakelinux.h"
#include <guest/btf.h>
#include <guest/entry.h>
#include <guest/linux.h>

static void named(bool ok, unsigned int layout, const char *what)
{
	char name[96];

	snprintf(name, sizeof(name), "layout %u: %s", layout, what);
	is_true(ok, name);
}

static void kernel(unsigned int i)
{
	const struct fake_layout *f = &fake_layouts[i];
	struct vsys_linux l;
	struct fakeguest g;
	uint64_t task, v;
	char name[16];

	fake_linux_begin(&g, f);
	fake_task(&g, f, 0, 1, "init", 0, 0);
	fake_task(&g, f, 1, 87, "server", 1, 0);
	fake_task(&g, f, 2, 88, "worker-thr", 1, 0);
	fake_current(&g, f, 2);
	named(!vsys_linux_find(&l, &g.space, FAKE_ENTRY) && l.found, i, "found");
	is_text(l.banner, "Linux version 6.1.0-fake (a@b) #1 SMP", "its banner, not the format");
	named(l.btf == FAKE_RODATA + 0x8b3b, i, "types at an odd address");
	named(vsys_linux_mapped(&g.space, FAKE_ENTRY, FAKE_PERCPU), i, "per-CPU memory is mapped");
	named(!vsys_linux_mapped(&g.space, FAKE_ENTRY, FAKE_PERCPU + (1 << 30)), i, "elsewhere it is not");
	named(vsys_space_pointer(&g.space, FAKE_PERCPU + l.slot, &task) && task == FAKE_TASK(2), i,
	      "the running task");
	named(vsys_linux_number(&l, &g.space, task, VSYS_LINUX_TID, 4, &v) && v == 88, i, "tid");
	named(vsys_linux_number(&l, &g.space, task, VSYS_LINUX_PID, 4, &v) && v == 87, i, "pid");
	named(vsys_linux_number(&l, &g.space, task, VSYS_LINUX_PPID, 4, &v) && v == 1, i, "parent");
	named(vsys_linux_number(&l, &g.space, task, VSYS_LINUX_UID, 4, &v) && v == 1002, i, "uid");
	named(vsys_linux_number(&l, &g.space, task, VSYS_LINUX_START, 8, &v) && v == 88000000000,
	      i, "start");
	named(vsys_space_string(&g.space, task + (uint64_t)l.value[VSYS_LINUX_NAME].off[0], name, 16) &&
	      !strcmp(name, "worker-thr"), i, "name");
	named(!l.value[VSYS_LINUX_PIDNS].known, i, "a namespace that this kernel lacks");
	named(!vsys_linux_number(&l, &g.space, task, VSYS_LINUX_EXE, 8, &v), i, "no program: no memory");
	named(vsys_linux_find(&l, &g.space, FAKE_PERCPU) == -ENOENT, i, "no entry of Linux");
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
		refused += !!vsys_btf_parse(&b, p, i);
		free(p);
	}
	is_number(refused, n, "a part of types is refused");
	for (i = 0; i < n * 8; i++) {
		p = malloc(n);
		memcpy(p, good, n);
		p[i / 8] ^= (unsigned char)(1 << i % 8);
		if (!vsys_btf_parse(&b, p, n)) {
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

	is_number((uint64_t)vsys_btf_parse(&b, bytes, sizeof(bytes)), 0, "a structure in itself");
	is_number((uint64_t)vsys_btf_offset(&b, "s", "pid"), (uint64_t)-1, "its members end");
	vsys_btf_free(&b);
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
	ktap_plan(38);
	kernel(0);
	kernel(1);
	garbage();
	circle();
	entries();
	return ktap_end();
}
