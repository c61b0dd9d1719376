// SPDX-License-Identifier: GPL-2.0
/* Windows guests found by what they map, and their threads by the kernel's structures. */
#include "ktap.h"
#include "fakeguest.h"
#include <guest/guest.h>
#include <guest/nt.h>

#define SHARED	UINT64_C(0x7ffe0000)

/* Offsets of public symbols, as debuggers show them. */
static const struct system {
	const char *name, *profile, *banner;
	enum vsys_space_mode paging;
	uint64_t user, kernel;		/* where blocks and the kernel's structures are */
	unsigned int major, minor, build, pack;
	unsigned int process, cid, pid, parent, image;
	bool near, claimed;
} systems[] = {
	{ "XP SP3", "windows_xpsp3_x86", "Windows NT 5.1, build 2600, service pack 3", VSYS_SPACE_PAE,
	  0x7ffdf000, 0xffdff000, 5, 1, 2600, 3, 0x44, 0x1ec, 0x84, 0x14c, 0x174, false, false },
	{ "XP without PAE", "windows_xpsp2_x86", "Windows NT 5.1, build 2600, service pack 2",
	  VSYS_SPACE_2LEVEL, 0x7ffdf000, 0xffdff000, 5, 1, 2600, 2, 0x44, 0x1ec, 0x84, 0x14c, 0x174,
	  false, false },
	{ "7", "windows_7_x64", "Windows NT 6.1, build 7601, service pack 1", VSYS_SPACE_4LEVEL,
	  0x7fffffde000, 0xfffff80002a00000, 6, 1, 7601, 1, 0x70, 0x3b0, 0x180, 0x290, 0x2e0, false,
	  false },
	{ "7, updated", "windows_7_x64", "Windows NT 6.1, build 7601, service pack 1", VSYS_SPACE_4LEVEL,
	  0x7fffffde000, 0xfffff80002a00000, 6, 1, 7601, 1, 0x70, 0x3b8, 0x180, 0x290, 0x2e0, false,
	  false },
	{ "10 22H2", "windows_10_19044_x64", "Windows NT 10.0, build 19045", VSYS_SPACE_4LEVEL,
	  0x2d8e1a6000, 0xfffff80163a00000, 10, 0, 19045, 0, 0xb8, 0x478, 0x440, 0x540, 0x5a8, false,
	  false },
	{ "a build between two", "windows_11_22621_x64", "Windows NT 10.0, build 23456",
	  VSYS_SPACE_5LEVEL, 0x2d8e1a6000, 0xfffff80163a00000, 10, 0, 23456, 0, 0xb8, 0x478, 0x440, 0x540,
	  0x5a8, true, false },
	{ "11 24H2, whose kernel is not known", "windows_11_26100_x64", "Windows NT 10.0, build 26100",
	  VSYS_SPACE_4LEVEL, 0x2d8e1a6000, 0xfffff80163a00000, 10, 0, 26100, 0, 0xb8, 0x4e8, 0x1d0, 0x1d8,
	  0x338, false, true },
};

static void put_word(struct fakeguest *g, uint64_t va, uint64_t v)
{
	fake_put(g, va, &v, vsys_space_word(&g->space));
}

static void put_ustring(struct fakeguest *g, uint64_t va, uint64_t text, const char *s)
{
	unsigned char wide[256];
	size_t i, n = strlen(s);

	for (i = 0; i < n; i++) {
		wide[2 * i] = (unsigned char)s[i];
		wide[2 * i + 1] = 0;
	}
	fake_put32(g, va, (uint32_t)(2 * n | (2 * n + 2) << 16));
	put_word(g, va + vsys_space_word(&g->space), text);
	fake_put(g, text, wide, 2 * n);
}

static void shared_put(struct fakeguest *g, const struct system *s)
{
	fake_map(g, SHARED, 4096, 0);
	fake_put(g, SHARED + 0x30, "C\0:\0\\\0W\0", 8);
	if (s->major == 10)
		fake_put32(g, SHARED + 0x260, 0xf0000000 | s->build);
	fake_put32(g, SHARED + 0x26c, s->major);
	fake_put32(g, SHARED + 0x270, s->minor);
}

/* Thread 1208 of process 1204. */
static void user_put(struct fakeguest *g, const struct system *s)
{
	bool wide = vsys_space_word(&g->space) == 8;
	uint64_t teb = s->user, peb = teb - 0x3000, parameters = teb - 0x4000;
	unsigned int word = vsys_space_word(&g->space);

	fake_map(g, parameters, 0x5000, FAKE_W);
	put_word(g, teb + (wide ? 0x30 : 0x18), teb);
	put_word(g, teb + (wide ? 0x40 : 0x20), 1204);
	put_word(g, teb + (wide ? 0x40 : 0x20) + word, 1208);
	put_word(g, teb + (wide ? 0x60 : 0x30), peb);
	put_word(g, peb + (wide ? 0x20 : 0x10), parameters);
	fake_put32(g, peb + (wide ? 0x120 : 0xac), s->build | s->pack << 24);
	fake_put32(g, peb + (wide ? 0x2c0 : 0x1d4), 1);
	put_ustring(g, parameters + (wide ? 0x60 : 0x38), parameters + 0x200, "C:\\WINDOWS\\explorer.exe");
}

static void kernel_put(struct fakeguest *g, const struct system *s)
{
	uint64_t kpcr = s->kernel, thread = kpcr - 0x2000, process = kpcr - 0x1000;
	unsigned int word = vsys_space_word(&g->space);

	fake_map(g, thread, 0x3000, FAKE_W);
	put_word(g, kpcr + (word == 8 ? 0x188 : 0x124), thread);
	put_word(g, thread + s->process, process);
	put_word(g, thread + s->cid, 1204);
	put_word(g, thread + s->cid + word, 1208);
	put_word(g, process + s->pid, 1204);
	put_word(g, process + s->parent, 1100);
	fake_put(g, process + s->image, "explorer.exe", 13);
}

/* A GDT with the KPCR's descriptor, for 32-bit guests. */
static void registers_put(struct fakeguest *g, const struct system *s, struct vsys_guest *gu)
{
	bool wide = vsys_space_word(&g->space) == 8;
	uint64_t gdt = 0x80001000, d = (s->kernel & 0xffffff) << 16 | (s->kernel & 0xff000000) << 32;

	fake_map(g, gdt, 4096, FAKE_W);
	fake_put64(g, gdt + 0x30, d | UINT64_C(0x00c0930000000001));
	gu->space = g->space;
	gu->regs[VSYS_X86_VCPU_CR0] = 0x80000001;
	gu->regs[VSYS_X86_VCPU_CR3] = g->space.root;
	gu->regs[VSYS_X86_VCPU_CR4] = (s->paging != VSYS_SPACE_2LEVEL) << 5 |
				      (s->paging == VSYS_SPACE_5LEVEL) << 12;
	gu->regs[VSYS_X86_VCPU_EFER] = wide ? 0x500 : 0;
	gu->regs[VSYS_X86_VCPU_LSTAR] = s->kernel;
	gu->regs[wide ? VSYS_X86_VCPU_GS : VSYS_X86_VCPU_FS] = s->user;
	gu->regs[VSYS_X86_VCPU_KERNEL_GS] = wide ? s->kernel : 0;
	gu->regs[VSYS_X86_VCPU_GDT] = gdt;
}

static const struct vsys_task_field *field(const struct vsys_guest *g, unsigned int kind)
{
	unsigned int i;

	for (i = 0; i < g->recipe.nfields; i++)
		if (g->field[i].kind == kind)
			return &g->field[i];
	return NULL;
}

static void is_field(struct vsys_guest *g, unsigned int kind, uint64_t want, const char *name)
{
	const struct vsys_task_field *f = field(g, kind);
	uint64_t task, v = 0;

	vsys_space_pointer(&g->space, g->base + g->recipe.slot, &task);
	is_true(f && vsys_field_number(&g->space, f, task, &v) && v == want, name);
}

static void system_test(const struct system *s)
{
	struct vsys_guest *gu = calloc(1, sizeof(*gu));
	char text[3 * VSYS_TASK_TEXT_MAX + 1] = "";
	const struct vsys_task_field *f;
	struct fakeguest g;
	uint64_t task;

	printf("# %s\n", s->name);
	fake_begin(&g, s->paging);
	shared_put(&g, s);
	user_put(&g, s);
	kernel_put(&g, s);
	registers_put(&g, s, gu);
	is_number((uint64_t)vsys_guest_identify(gu), 0, "identified");
	is_text(gu->info.profile, s->profile, "profile");
	is_text(gu->info.banner, s->banner, "banner");
	is_true(gu->info.near == s->near && gu->info.claimed == s->claimed, "how well it is known");
	if (s->claimed)
		gu->base = s->user;
	is_field(gu, VSYS_TASK_PID, 1204, "process");
	is_field(gu, VSYS_TASK_TID, 1208, "thread");
	if (s->claimed)
		is_field(gu, VSYS_TASK_SESSION, 1, "session");
	else
		is_field(gu, VSYS_TASK_PPID, 1100, "parent");
	f = field(gu, s->claimed ? VSYS_TASK_PROGRAM : VSYS_TASK_NAME);
	vsys_space_pointer(&gu->space, gu->base + gu->recipe.slot, &task);
	vsys_field_text(&gu->space, f, task, text, sizeof(text));
	is_text(text, s->claimed ? "C:\\WINDOWS\\explorer.exe" : "explorer.exe", "name");
	free(gu);
	fake_end(&g);
}

/* A program that writes its own block does not choose whose calls the kernel's recipe tells. */
static void lies(void)
{
	struct vsys_guest *gu = calloc(1, sizeof(*gu));
	struct fakeguest g;

	fake_begin(&g, systems[4].paging);
	shared_put(&g, &systems[4]);
	user_put(&g, &systems[4]);
	kernel_put(&g, &systems[4]);
	registers_put(&g, &systems[4], gu);
	fake_put64(&g, systems[4].user + 0x40, 4);
	is_true(!vsys_guest_identify(gu) && gu->info.claimed, "ids that differ: as claimed");
	memset(&gu->info, 0, sizeof(gu->info));
	fake_put64(&g, systems[4].user + 0x30, 1);
	is_true(!vsys_guest_identify(gu) && gu->info.os == VSYS_OS_WINDOWS && !*gu->info.how,
		"no block: the system alone");
	memset(&gu->info, 0, sizeof(gu->info));
	fake_put(&g, SHARED + 0x30, "/bin", 4);
	is_true(!vsys_guest_identify(gu) && !gu->info.os, "no drive: not Windows");
	free(gu);
	fake_end(&g);
}

/* Every profile that the library names is one. */
static void profiles(void)
{
	struct vsys_nt nt = { 0 };
	unsigned int n = 0, wrong = 0, word;
	const char *name, *last = "";
	bool near;

	for (word = 4; word <= 8; word += 4) {
		for (nt.build = 1000; nt.build < 30000; nt.build++) {
			for (nt.pack = 0; nt.pack < 4; nt.pack++) {
				name = vsys_nt_profile(&nt, word, &near);
				if (!name || name == last)
					continue;
				last = name;
				n++;
				wrong += !vsys_table_find(name);
			}
		}
	}
	is_true(n > 40, "builds have profiles");
	is_number(wrong, 0, "of tables that are there");
	nt.build = 1000;
	is_true(!vsys_nt_profile(&nt, 4, &near), "older ones have none");
}

int main(void)
{
	unsigned int i;

	ktap_plan(8 * sizeof(systems) / sizeof(systems[0]) + 6);
	for (i = 0; i < sizeof(systems) / sizeof(systems[0]); i++)
		system_test(&systems[i]);
	lies();
	profiles();
	return ktap_end();
}
