// SPDX-License-Identifier: GPL-2.0
/* Windows: which version and build, from what it maps for its programs. */
#include <string.h>

#include "nt.h"

/* KUSER_SHARED_DATA, read-only for programs at the same address in all versions. */
#define SHARED		UINT64_C(0x7ffe0000)

enum {
	SHARED_ROOT = 0x30,
	SHARED_BUILD = 0x260,		/* from NT 10 on */
	SHARED_MAJOR = 0x26c,
	SHARED_MINOR = 0x270,
	MAJOR_MIN = 4,
	MAJOR_MAX = 10,
};

/* Environment blocks of thread and process. */
static const struct layout {
	unsigned int teb_self, teb_peb, peb_build, peb_pack;
} narrow = { 0x18, 0x30, 0xac, 0xae }, wide = { 0x30, 0x60, 0x120, 0x122 };

/* Builds that a profile is for: from @build, pack @pack on, up to @last. */
static const struct build {
	unsigned int build, pack, last;
	const char *x86, *x64;
} builds[] = {
	{ 1381, 0, 1381, "windows_nt4_x86", NULL },
	{ 2195, 0, 2195, "windows_2000_x86", NULL },
	{ 2600, 0, 2600, "windows_xpsp0_x86", NULL },
	{ 2600, 2, 2600, "windows_xpsp2_x86", NULL },
	{ 2600, 3, 2600, "windows_xpsp3_x86", NULL },
	{ 3790, 0, 3790, "windows_2003sp0_x86", NULL },
	{ 3790, 1, 3790, "windows_2003_x86", "windows_2003_x64" },
	{ 6000, 0, 6000, "windows_vistasp0_x86", "windows_vistasp0_x64" },
	{ 6001, 0, 6003, "windows_vista_x86", "windows_vista_x64" },
	{ 7600, 0, 7601, "windows_7_x86", "windows_7_x64" },
	{ 9200, 0, 9200, "windows_8_x86", "windows_8_x64" },
	{ 9600, 0, 9600, "windows_81_x86", "windows_81_x64" },
	{ 10240, 0, 10240, "windows_10_10240_x86", "windows_10_10240_x64" },
	{ 10586, 0, 10586, "windows_10_10586_x86", "windows_10_10586_x64" },
	{ 14393, 0, 14393, "windows_10_14393_x86", "windows_10_14393_x64" },
	{ 15063, 0, 15063, "windows_10_15063_x86", "windows_10_15063_x64" },
	{ 16299, 0, 16299, "windows_10_16299_x86", "windows_10_16299_x64" },
	{ 17134, 0, 17134, "windows_10_17134_x86", "windows_10_17134_x64" },
	{ 17763, 0, 17763, "windows_10_17763_x86", "windows_10_17763_x64" },
	{ 18362, 0, 18363, "windows_10_18362_x86", "windows_10_18362_x64" },
	{ 19041, 0, 19043, "windows_10_19041_x86", "windows_10_19041_x64" },
	{ 19044, 0, 19045, "windows_10_19044_x86", "windows_10_19044_x64" },
	{ 20348, 0, 20348, NULL, "windows_2022_x64" },
	{ 22000, 0, 22000, NULL, "windows_11_22000_x64" },
	{ 22621, 0, 22631, NULL, "windows_11_22621_x64" },
	{ 25398, 0, 25398, NULL, "windows_23h2_x64" },
	{ 26100, 0, 26100, NULL, "windows_11_26100_x64" },
	{ 26200, 0, 26200, NULL, "windows_11_26200_x64" },
};

static unsigned int number(struct vsys_space *s, uint64_t va, unsigned int bytes)
{
	uint64_t v;

	return vsys_space_number(s, va, bytes, &v) ? (unsigned int)v : 0;
}

/* "C:\" in UTF-16 */
static bool root_is_drive(struct vsys_space *s)
{
	unsigned char root[6];

	return vsys_space_read(s, SHARED + SHARED_ROOT, root, sizeof(root)) &&
	       ((root[0] >= 'A' && root[0] <= 'Z') || (root[0] >= 'a' && root[0] <= 'z')) &&
	       !memcmp(root + 1, "\0:\0\\", 5);
}

static void blocks_find(struct vsys_nt *nt, struct vsys_space *s, uint64_t user)
{
	const struct layout *l = vsys_space_word(s) == 8 ? &wide : &narrow;
	uint64_t self;

	if (!vsys_space_pointer(s, user + l->teb_self, &self) || self != user ||
	    !vsys_space_pointer(s, user + l->teb_peb, &nt->peb))
		return;
	nt->teb = user;
	if (!nt->build)
		nt->build = number(s, nt->peb + l->peb_build, 2);
	/* No image exports it. */
	if (nt->major < MAJOR_MAX)
		nt->pack = number(s, nt->peb + l->peb_pack, 2) >> 8;
}

/* NtBuildNumber: the low half is the build. */
static void build_find(struct vsys_nt *nt, struct vsys_space *s, uint64_t entry)
{
	uint64_t at;

	if (!entry || !vsys_pe_find(&nt->image, s, entry))
		return;
	at = vsys_pe_export(&nt->image, s, "NtBuildNumber");
	if (at && !nt->build)
		nt->build = number(s, at, 4) & 0xffff;
}

bool vsys_nt_find(struct vsys_nt *nt, struct vsys_space *s, uint64_t entry, uint64_t user)
{
	memset(nt, 0, sizeof(*nt));
	if (!root_is_drive(s))
		return false;
	nt->major = number(s, SHARED + SHARED_MAJOR, 4);
	nt->minor = number(s, SHARED + SHARED_MINOR, 4);
	if (nt->major < MAJOR_MIN || nt->major > MAJOR_MAX)
		return false;
	if (nt->major == MAJOR_MAX)
		nt->build = number(s, SHARED + SHARED_BUILD, 4) & 0xffff;
	build_find(nt, s, entry);
	blocks_find(nt, s, user);
	return true;
}

const char *vsys_nt_profile(const struct vsys_nt *nt, unsigned int word, bool *near)
{
	const char *name, *found = NULL;
	const struct build *b;

	*near = false;
	for (b = builds; b < builds + sizeof(builds) / sizeof(builds[0]); b++) {
		name = word == 8 ? b->x64 : b->x86;
		if (!name || b->build > nt->build || (b->build == nt->build && b->pack > nt->pack))
			continue;
		found = name;
		*near = nt->build > b->last;
	}
	return found;
}
