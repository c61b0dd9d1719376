// SPDX-License-Identifier: GPL-2.0
/*
 * The calls of held-i386 and held-compat, which a holder on the host inspects and
 * changes; held.h lists its actions.
 */
#include "held.h"
#include "linux32.h"

enum { BYTES = 32, ROM = 0x10080000 };

static const u8 *rom;	/* ROM, through a writable mapping */

static bool all(const u8 *at, u8 byte)
{
	int i;

	for (i = 0; i < BYTES && at[i] == byte; i++)
		;
	return i == BYTES && !at[-1] && !at[BYTES];
}

/* Each page must be marked as by a write of the guest, SDM vol. 3, 4.8. */
static bool split_written(void)
{
	return take_marks(SPLIT) == (PTE_A | PTE_D) &&
	       take_marks(SPLIT + 0x1000) == (PTE_A | PTE_D) &&
	       all((u8 *)SPLIT + 0x1000 - BYTES / 2, HELD_BYTE);
}

/* Only a writable page becomes dirty. */
static bool rom_written(void)
{
	return take_marks(ROM) == PTE_A && all(rom + 8, HELD_BYTE);
}

#define SIX { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66 }

static const struct call calls[] = {
	{ HELD_CONTINUE, SIX, 4711 },
	{ HELD_ARGS, SIX, 4712, .add = HELD_ADD },
	{ HELD_AWAY, SIX, 4713, .add_first = HELD_ADD },
	{ HELD_SKIP, SIX, .held = HOLDER_SKIPS },
	{ HELD_SKIP, SIX, .held = HOLDER_SKIPS },
	{ HELD_SKIP, SIX, .held = HOLDER_SKIPS },
	{ HELD_RETURN, SIX, 5, .held = HOLDER_ANSWERS },
	{ HELD_AWAY_RETURN, SIX, 6, .held = HOLDER_ANSWERS },
	{ HELD_MEMORY, { SPLIT + 0x1000 - BYTES / 2, BYTES }, 7,
	  .looks_right = split_written },
	{ HELD_READONLY, { ROM + 8, BYTES }, 8, .looks_right = rom_written },
	{ RULE_SKIP, SIX, .held = HOLDER_SKIPS },
	{ RULE_DEADLINE, SIX, .held = HOLDER_SKIPS },
	{ RULE_RESULT, SIX, 9, .held = HOLDER_ANSWERS },
};

/* The sixth argument of these is on no memory, so they cannot be skipped. */
static const struct call raw[] = {
	{ HELD_RETURN, SIX, 5, .held = HOLDER_ANSWERS, .door = LINUX32_RAW },
	{ RULE_DEADLINE, SIX, 9, .door = LINUX32_RAW },
};

static const struct call last = { HELD_END, SIX, 0 };

static void prepare(void)
{
	rom = alloc_page();
	map_page(ROM, (uintptr_t)rom, PTE_P | PTE_U);
}

void linux32_held(const struct fast_door *fast)
{
	static const u8 doors[] = { LINUX32_INT80, LINUX32_FAST };
	struct call call;
	unsigned int i, j;

	linux32_prepare();
	prepare();
	for (i = 0; i < ARRAY_SIZE(doors); i++) {
		memset((void *)SPLIT, 0, 0x2000);
		memset((void *)rom, 0, 0x1000);
		take_marks(SPLIT);
		take_marks(SPLIT + 0x1000);
		take_marks(ROM);
		for (j = 0; j < ARRAY_SIZE(calls); j++) {
			call = calls[j];
			call.door = doors[i];
			linux32_make(fast, &call);
		}
	}
	for (i = 0; i < ARRAY_SIZE(raw); i++)
		linux32_make(fast, &raw[i]);
	linux32_make(fast, &last);
}
