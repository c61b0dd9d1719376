// SPDX-License-Identifier: GPL-2.0
/* Windows guests found by what they map, and their threads by the kernel's structures. */
#include <errno.h>

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

/* Where the kernel's image is: its code, its exports, the head of its list of processes. */
#define IMAGE(s)	((s)->kernel >> 32 ? (s)->kernel + 0x1000000 : UINT64_C(0x804d7000))
enum { CODE = 0x1000, HEAD = 0x3100, ENTRY = 0x1f00 };

/* A function of the kernel, as compilers make it, with an offset. */
static size_t getter_put(unsigned char *p, unsigned int word, const char *name, unsigned int offset)
{
	bool address = strstr(name, "ImageFileName"), current = strstr(name, "Current");
	unsigned char *at = p;
	uint32_t thread = word == 8 ? 0x188 : 0x124;

	if (current) {
		memcpy(at, word == 8 ? "\x65\x48\x8b\x04\x25" : "\x64\xa1", word == 8 ? 5 : 2);
		at += word == 8 ? 5 : 2;
		memcpy(at, &thread, 4);
		at += 4;
		if (word == 8)
			*at++ = 0x48;
		*at++ = 0x8b;
		*at++ = 0x80;
	} else if (word == 8) {
		memcpy(at, address ? "\x48\x8d\x81" : "\x48\x8b\x81", 3);
		at += 3;
	} else {
		memcpy(at, address ? "\x8b\xff\x55\x8b\xec\x8b\x45\x08\x05" :
		       "\x8b\xff\x55\x8b\xec\x8b\x45\x08\x8b\x80", address ? 9 : 10);
		at += address ? 9 : 10;
	}
	memcpy(at, &offset, 4);
	at += 4;
	if (word == 4 && !current) {
		memcpy(at, "\x5d\xc2\x04\x00", 4);
		return (size_t)(at + 4 - p);
	}
	*at++ = 0xc3;
	return (size_t)(at - p);
}

/* An image with the functions that tell the offsets of @s, and its build. */
static void image_put(struct fakeguest *g, const struct system *s)
{
	unsigned int word = vsys_space_word(&g->space), i;
	const struct { const char *name; unsigned int offset; } exports[] = {
		{ "NtBuildNumber", 0 }, { "PsGetCurrentProcess", s->process }, { "PsGetProcessId", s->pid },
		{ "PsGetProcessImageFileName", s->image },
		{ "PsGetProcessInheritedFromUniqueProcessId", s->parent }, { "PsGetThreadId", s->cid + word },
	};
	const unsigned int n = sizeof(exports) / sizeof(exports[0]);
	uint64_t base = IMAGE(s), dir = base + 0x2000, text = base + 0x2800;
	unsigned char code[32];
	size_t bytes;

	fake_map(g, base, 0x4000, FAKE_W);
	fake_put(g, base, "MZ", 2);
	fake_put32(g, base + 0x3c, 0x80);
	fake_put(g, base + 0x80, "PE", 2);
	fake_put32(g, base + 0x98, word == 8 ? 0x20b : 0x10b);
	fake_put32(g, base + 0x98 + 56, 0x4000);
	fake_put32(g, base + 0x98 + (word == 8 ? 112 : 96), 0x2000);
	fake_put32(g, dir + 24, n);
	fake_put32(g, dir + 28, 0x2100);
	fake_put32(g, dir + 32, 0x2200);
	fake_put32(g, dir + 36, 0x2300);
	for (i = 0; i < n; i++) {
		bytes = getter_put(code, word, exports[i].name, exports[i].offset);
		if (i)
			fake_put(g, base + CODE + 64 * i, code, bytes);
		else
			fake_put32(g, base + CODE, 0xf0000000 | s->build);
		/* Functions stand in another order than names. */
		fake_put32(g, dir + 0x100 + 4 * (n - 1 - i), CODE + 64 * i);
		fake_put(g, dir + 0x300 + 2 * i, &(uint16_t){ (uint16_t)(n - 1 - i) }, 2);
		fake_put32(g, dir + 0x200 + 4 * i, (uint32_t)(text - base));
		fake_put(g, text, exports[i].name, strlen(exports[i].name) + 1);
		text += strlen(exports[i].name) + 1;
	}
}

/* The running process, another one, and the head of their list in the image. */
static void list_put(struct fakeguest *g, const struct system *s)
{
	unsigned int word = vsys_space_word(&g->space), i;
	uint64_t other = s->kernel + 0x2000;
	const uint64_t link[] = {
		s->kernel - 0x1000 + s->pid + word, IMAGE(s) + HEAD, other + s->pid + word,
	};

	fake_map(g, other, 0x1000, FAKE_W);
	put_word(g, other + s->pid, 4);
	fake_put(g, other + s->image, "System", 7);
	for (i = 0; i < 3; i++)
		put_word(g, link[i], link[(i + 1) % 3]);
}

static char listed[256];

static int list(void *arg, const struct vsys_guest_task *t)
{
	size_t n = strlen(listed);

	snprintf(listed + n, sizeof(listed) - n, "%s%u<%u %s", n ? ", " : "", t->pid, t->ppid, t->name);
	(void)arg;
	return 0;
}

/* The kernel's own functions tell where it keeps its threads, whatever its build. */
static void exports(const struct system *s)
{
	struct vsys_guest *gu = calloc(1, sizeof(*gu));
	bool wide = s->paging >= VSYS_SPACE_4LEVEL;
	struct system other = *s;
	struct fakeguest g;

	printf("# exports of %s\n", s->name);
	/* Offsets of no table. */
	other.cid += 0x40;
	other.parent += 0x40;
	other.image += 0x20;
	fake_begin(&g, s->paging);
	shared_put(&g, s);
	user_put(&g, s);
	kernel_put(&g, &other);
	image_put(&g, &other);
	list_put(&g, &other);
	registers_put(&g, s, gu);
	gu->regs[wide ? VSYS_X86_VCPU_LSTAR : VSYS_X86_VCPU_SYSENTER_EIP] = IMAGE(s) + ENTRY;
	/* The program says that it runs on another build. */
	fake_put32(&g, s->user - 0x3000 + (wide ? 0x120 : 0xac), 9999 | s->pack << 24);
	is_true(!vsys_guest_identify(gu) && !gu->info.claimed && strstr(gu->info.how, "exports"), "found");
	is_text(gu->info.banner, s->banner, "the kernel's build, not the program's");
	is_field(gu, VSYS_TASK_TID, 1208, "thread");
	is_field(gu, VSYS_TASK_PPID, 1100, "parent");
	*listed = 0;
	is_number((uint64_t)vsys_guest_tasks(gu, list, NULL), 0, "processes");
	is_text(listed, "1204<1100 explorer.exe, 4<0 System", "each once");
	put_word(&g, IMAGE(s) + HEAD, IMAGE(s) + HEAD);
	is_number((uint64_t)vsys_guest_tasks(gu, list, NULL), (uint64_t)-ELOOP, "a list without end");
	put_word(&g, IMAGE(s) + HEAD, 0x10);
	is_number((uint64_t)vsys_guest_tasks(gu, list, NULL), (uint64_t)-EFAULT, "a list to nowhere");
	/* A function that does something else. */
	fake_put(&g, IMAGE(s) + CODE + 64 * 2, "\x90", 1);
	memset(&gu->info, 0, sizeof(gu->info));
	is_true(!vsys_guest_identify(gu) && gu->info.claimed, "other code tells nothing");
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

	ktap_plan(8 * sizeof(systems) / sizeof(systems[0]) + 6 + 4 * 9);
	for (i = 0; i < sizeof(systems) / sizeof(systems[0]); i++)
		system_test(&systems[i]);
	exports(&systems[0]);
	exports(&systems[1]);
	exports(&systems[2]);
	exports(&systems[6]);
	lies();
	profiles();
	return ktap_end();
}
