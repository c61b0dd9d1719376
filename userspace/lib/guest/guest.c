// SPDX-License-Identifier: GPL-2.0
/* Find out what runs in a guest, from the registers of a vCPU and its memory. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "guest.h"
#include "nt.h"

#define CR0_PG		(UINT64_C(1) << 31)
#define CR4_PAE		(UINT64_C(1) << 5)
#define CR4_LA57	(UINT64_C(1) << 12)
#define EFER_LMA	(UINT64_C(1) << 10)
#define PTI_BIT		(UINT64_C(1) << 12)	/* of CR3: the program's page tables */
#define SCTLR_M		UINT64_C(1)		/* paging is on */
#define TCR_DS		(UINT64_C(1) << 59)
#define TCR_TG1(tcr)	((tcr) >> 30 & 3)
#define TCR_T1SZ(tcr)	((unsigned int)((tcr) >> 16 & 63))
#define TTBR_BADDR	UINT64_C(0x0000ffffffffffc0)
#define BUDGET		(UINT64_C(512) << 20)	/* bytes to read, or to look at, to find out: a second */

enum {
	TRIES = 8,		/* vCPUs to ask for registers */
	INT80 = 0x80,
	TG1_4K = 2,
	T1SZ_MIN = 12, T1SZ_MAX = 48,	/* Arm ARM D8.2: 16 to 52 bits */
	KPCR_SELECTOR = 0x30,	/* of 32-bit Windows */
	PERCPU_SELECTOR = 0xd8,	/* of 32-bit Linux */
};

/* The address space of the vCPU.  Returns false if it has none. */
static bool space_begin(struct vsys_guest *g)
{
	struct vsys_space *s = &g->space;
	uint64_t cr4 = g->regs[VSYS_X86_VCPU_CR4];

	if (!(g->regs[VSYS_X86_VCPU_CR0] & CR0_PG))
		return false;
	if (g->regs[VSYS_X86_VCPU_EFER] & EFER_LMA)
		s->paging = cr4 & CR4_LA57 ? VSYS_SPACE_5LEVEL : VSYS_SPACE_4LEVEL;
	else
		s->paging = cr4 & CR4_PAE ? VSYS_SPACE_PAE : VSYS_SPACE_2LEVEL;
	s->root = g->regs[VSYS_X86_VCPU_CR3];
	s->budget = BUDGET;
	vsys_space_forget(s);
	return true;
}

/* Words that tell that fields have changed: ids, name, credentials. */
static void watch_add(struct vsys_recipe *r, int32_t offset)
{
	if (offset >= 0 && r->watches < VSYS_TASK_WATCH_MAX)
		r->watch[r->watches++] = offset;
}

/* What all architectures have; false: the kernel's tasks were not found. */
static bool recipe_begin(struct vsys_guest *g, unsigned int base)
{
	const struct vsys_linux *l = &g->linux_kernel;
	const struct vsys_task_field *name = vsys_linux_field(l, VSYS_TASK_NAME);
	struct vsys_recipe *r = &g->recipe;

	if (!l->found)
		return false;
	memcpy(g->field, l->field, sizeof(g->field));
	r->base = (uint16_t)base;
	r->width = vsys_space_word(&g->space);
	r->nfields = (uint16_t)l->nfields;
	r->slot = l->slot;
	watch_add(r, vsys_linux_field(l, VSYS_TASK_TID)->off[0]);
	if (name) {
		watch_add(r, name->off[0]);
		watch_add(r, name->off[0] + 8);
	}
	watch_add(r, l->link[VSYS_LINUX_CRED]);
	return true;
}

/* The base in a descriptor of the GDT, 0 if it cannot be read. */
static uint64_t gdt_base(struct vsys_guest *g, unsigned int selector)
{
	uint64_t d;

	if (!vsys_space_number(&g->space, g->regs[VSYS_X86_VCPU_GDT] + selector, 8, &d))
		return 0;
	return (d >> 16 & 0xffffff) | (d >> 32 & 0xff000000);
}

static void linux_recipe(struct vsys_guest *g)
{
	const struct vsys_linux *l = &g->linux_kernel;
	bool wide = g->space.paging >= VSYS_SPACE_4LEVEL;
	struct vsys_recipe *r = &g->recipe;
	char where[80];

	if (!recipe_begin(g, wide ? VSYS_X86_BASE_KERNEL_GS : VSYS_X86_BASE_GDT))
		return;
	r->selector = wide ? 0 : PERCPU_SELECTOR;
	r->root_clear = g->space.root != g->regs[VSYS_X86_VCPU_CR3] ? PTI_BIT : 0;
	if (wide)
		snprintf(where, sizeof(where), "BTF at 0x%" PRIx64 ", %" PRIu32 " types; current task at %%gs",
			 l->btf, l->types);
	else
		snprintf(where, sizeof(where), "offsets of the first tasks; current task at %%fs");
	snprintf(g->info.how, sizeof(g->info.how), "%s:0x%" PRIx64 "%s", where,
		 wide ? l->slot : l->slot & UINT32_MAX, r->root_clear ? "; page-table isolation" : "");
}

static void arm64_recipe(struct vsys_guest *g)
{
	const struct vsys_linux *l = &g->linux_kernel;

	g->base = g->regs[VSYS_ARM64_VCPU_TPIDR_EL1];
	if (recipe_begin(g, VSYS_ARM64_BASE_TPIDR_EL1))
		snprintf(g->info.how, sizeof(g->info.how), "BTF at 0x%" PRIx64 ", %" PRIu32
			 " types; current task at tpidr_el1 + 0x%" PRIx64, l->btf, l->types, l->slot);
}

/* Where a door of a 32-bit kernel leads: SYSENTER, else INT 80h by its gate. */
static uint64_t entry32(struct vsys_guest *g)
{
	uint64_t gate;

	if (g->regs[VSYS_X86_VCPU_SYSENTER_EIP])
		return g->regs[VSYS_X86_VCPU_SYSENTER_EIP] & UINT32_MAX;
	if (!vsys_space_number(&g->space, g->regs[VSYS_X86_VCPU_IDT] + INT80 * 8, 8, &gate))
		return 0;
	return (gate & 0xffff) | (gate >> 32 & 0xffff0000);
}

/* With page-table isolation the program's tables lack most of the kernel: take the kernel's. */
static void tables_of_kernel(struct vsys_guest *g)
{
	g->space.root &= ~PTI_BIT;
	vsys_space_forget(&g->space);
}

static void linux_is(struct vsys_guest *g, const char *profile)
{
	g->info.os = VSYS_OS_LINUX;
	snprintf(g->info.profile, sizeof(g->info.profile), "%s", profile);
	snprintf(g->info.banner, sizeof(g->info.banner), "%s", g->linux_kernel.banner);
}

static int linux32_identify(struct vsys_guest *g)
{
	struct vsys_linux *l = &g->linux_kernel;
	uint64_t entry = entry32(g);
	int err;

	g->base = gdt_base(g, PERCPU_SELECTOR);
	err = vsys_linux32_find(l, &g->space, entry, g->base);
	if (err == -ENOENT && g->space.root & PTI_BIT) {
		tables_of_kernel(g);
		err = vsys_linux32_find(l, &g->space, entry, g->base);
	}
	if (err)
		return err;
	linux_is(g, "linux_x86");
	linux_recipe(g);
	return 0;
}

static int linux_identify(struct vsys_guest *g)
{
	uint64_t entry = g->regs[VSYS_X86_VCPU_LSTAR];
	struct vsys_linux *l = &g->linux_kernel;
	int err;

	g->base = g->regs[VSYS_X86_VCPU_KERNEL_GS];
	if (g->space.paging < VSYS_SPACE_4LEVEL)
		return linux32_identify(g);
	if (!vsys_linux_mapped(&g->space, entry, g->base) && g->space.root & PTI_BIT)
		tables_of_kernel(g);
	err = vsys_linux_find(l, &g->space, entry);
	if (err)
		return err;
	linux_is(g, "linux_x86_64");
	linux_recipe(g);
	return 0;
}

static void windows_recipe(struct vsys_guest *g, struct vsys_nt *nt, bool wide)
{
	struct vsys_recipe *r = &g->recipe;

	g->base = wide ? g->regs[VSYS_X86_VCPU_KERNEL_GS] : gdt_base(g, KPCR_SELECTOR);
	if (!vsys_nt_recipe(nt, &g->space, g->base, r, g->field))
		return;
	g->info.claimed = r->flags & VSYS_RECIPE_CLAIMED;
	snprintf(g->info.how, sizeof(g->info.how), g->info.claimed ?
		 "thread environment block at 0x%" PRIx64 : nt->exported ?
		 "KPCR at 0x%" PRIx64 ", offsets of the kernel's exports" :
		 "KPCR at 0x%" PRIx64 ", offsets of the build",
		 g->info.claimed ? nt->teb : g->base);
}

static bool windows_identify(struct vsys_guest *g)
{
	bool wide = g->space.paging >= VSYS_SPACE_4LEVEL;
	struct vsys_nt *nt = &g->nt;
	const char *profile;
	int n;

	if (!vsys_nt_find(nt, &g->space, g->regs[wide ? VSYS_X86_VCPU_LSTAR : VSYS_X86_VCPU_SYSENTER_EIP],
			  g->regs[wide ? VSYS_X86_VCPU_GS : VSYS_X86_VCPU_FS]))
		return false;
	g->info.os = VSYS_OS_WINDOWS;
	profile = vsys_nt_profile(nt, vsys_space_word(&g->space), &g->info.near);
	if (profile)
		snprintf(g->info.profile, sizeof(g->info.profile), "%s", profile);
	n = snprintf(g->info.banner, sizeof(g->info.banner), "Windows NT %u.%u, build %u", nt->major,
		     nt->minor, nt->build);
	if (nt->pack)
		snprintf(g->info.banner + n, sizeof(g->info.banner) - (size_t)n, ", service pack %u",
			 nt->pack);
	windows_recipe(g, nt, wide);
	return true;
}

/* The kernel's half.  Only granules of 4 KB are known. */
static bool arm64_space_begin(struct vsys_guest *g)
{
	uint64_t tcr = g->regs[VSYS_ARM64_VCPU_TCR_EL1];
	struct vsys_space *s = &g->space;

	if (!(g->regs[VSYS_ARM64_VCPU_SCTLR_EL1] & SCTLR_M) || TCR_TG1(tcr) != TG1_4K ||
	    TCR_T1SZ(tcr) < T1SZ_MIN || TCR_T1SZ(tcr) > T1SZ_MAX)
		return false;
	s->paging = VSYS_SPACE_ARM64;
	s->bits = 64 - TCR_T1SZ(tcr);
	s->lpa2 = tcr & TCR_DS;
	s->root = g->regs[VSYS_ARM64_VCPU_TTBR1_EL1] & TTBR_BADDR;
	s->budget = BUDGET;
	vsys_space_forget(s);
	return true;
}

static int arm64_identify(struct vsys_guest *g)
{
	int err;

	if (!arm64_space_begin(g))
		return 0;
	err = vsys_linux_arm64_find(&g->linux_kernel, &g->space, g->regs[VSYS_ARM64_VCPU_VBAR_EL1]);
	if (!err) {
		linux_is(g, "linux_arm64");
		arm64_recipe(g);
	}
	g->info.bytes = g->space.bytes;
	return err == -ENOMEM ? err : 0;
}

int vsys_guest_identify(struct vsys_guest *g)
{
	int err;

	if (g->arm64)
		return arm64_identify(g);
	if (!space_begin(g))
		return 0;
	err = linux_identify(g);
	if (err == -ENOENT) {
		g->space.root = g->regs[VSYS_X86_VCPU_CR3];
		vsys_space_forget(&g->space);
		windows_identify(g);
	}
	g->info.bytes = g->space.bytes;
	return err == -ENOMEM ? err : 0;
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

/*
 * Registers of any vCPU: those that idle do not leave user mode.  ENOENT is the one behind
 * the last, or one that has not run since the session was attached.
 */
static int regs_read(struct vsys_guest *g, int timeout_ms)
{
	const struct timespec pause = { .tv_nsec = 5000000 };
	uint64_t end = now() + (uint64_t)timeout_ms * 1000000;
	int step = timeout_ms / TRIES + 1, err;
	uint32_t index = 0;

	do {
		err = vsys_device_vcpu_regs(g->device, g->memory.pid, index++, step, g->regs,
					    VSYS_REGS_MAX);
		/* Or another session asks the same vCPU. */
		if (err == -ENOENT || err == -EBUSY) {
			index = 0;
			nanosleep(&pause, NULL);
		}
	} while ((err == -ETIMEDOUT || err == -ENOENT || err == -EBUSY) && now() < end);
	return err;
}

int vsys_guest_open(struct vsys_device *d, pid_t pid, int timeout_ms, struct vsys_guest **guest)
{
	struct vsys_guest *g = calloc(1, sizeof(*g));
	struct vsys_info info;
	uint64_t begin;
	int err;

	if (!g)
		return -ENOMEM;
	g->device = d;
	err = vsys_guest_memory_open(&g->memory, d, pid);
	if (!err)
		err = vsys_device_info(d, &info);
	if (!err)
		err = regs_read(g, timeout_ms);
	g->arm64 = !err && info.vendor == VSYS_VENDOR_ARM64;
	g->space.phys = vsys_guest_memory_read;
	g->space.vm = (uint32_t)pid;
	g->space.arg = &g->memory;
	begin = now();
	if (!err)
		err = vsys_guest_identify(g);
	g->info.ns = now() - begin;
	if (err) {
		vsys_guest_close(g);
		return err;
	}
	*guest = g;
	return 0;
}

void vsys_guest_close(struct vsys_guest *g)
{
	if (!g)
		return;
	vsys_guest_memory_close(&g->memory);
	free(g);
}

const struct vsys_guest_info *vsys_guest_info(const struct vsys_guest *g)
{
	return &g->info;
}

int vsys_guest_install(struct vsys_guest *g)
{
	if (!*g->info.how)
		return -ENODATA;
	g->recipe.pid = g->memory.pid;
	g->recipe.fields = (uintptr_t)g->field;
	return vsys_device_recipe(g->device, &g->recipe);
}
