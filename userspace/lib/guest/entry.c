// SPDX-License-Identifier: GPL-2.0
/* The kernel's entry code: where does it keep its per-CPU variables? */
#include <string.h>

#include "entry.h"

enum {
	GS = 0x65,
	REX_W = 0x48,
	STORE = 0x89,		/* mov %rsp, m */
	LOAD = 0x8b,		/* mov m, %rsp */
	RSP_RIP = 0x25,		/* ModRM: RSP, RIP + disp32 */
	RSP_SIB = 0x24,		/* ModRM: RSP, SIB follows */
	SIB_DISP = 0x25,	/* SIB: disp32 alone */
	LONGEST = 9,
};

/* Decode a move of RSP from or to %gs:disp.  Returns its opcode, 0 if it is none. */
static int decode_move(const unsigned char *p, uint64_t va, uint64_t *offset)
{
	int32_t disp;

	if (p[0] != GS || p[1] != REX_W || (p[2] != STORE && p[2] != LOAD))
		return 0;
	if (p[3] == RSP_SIB && p[4] == SIB_DISP) {
		memcpy(&disp, p + 5, sizeof(disp));
		*offset = (uint64_t)(int64_t)disp;
	} else if (p[3] == RSP_RIP) {
		memcpy(&disp, p + 4, sizeof(disp));
		*offset = va + 8 + (uint64_t)(int64_t)disp;
	} else {
		return 0;
	}
	return p[2];
}

bool vsys_entry_stack(const unsigned char *code, size_t n, uint64_t va, uint64_t *offset)
{
	bool stored = false;
	uint64_t where;
	size_t i;
	int op;

	for (i = 0; i + LONGEST <= n; i++) {
		op = decode_move(code + i, va + i, &where);
		if (op == STORE)
			stored = true;
		if (op != LOAD || !stored)
			continue;
		*offset = where;
		return true;
	}
	return false;
}

/* Instructions of arm64, Arm ARM C6.2, without their registers. */
enum {
	ADRP = 0x90000000, ADRP_MASK = 0x9f000000,
	ADD = 0x91000000, ADD_MASK = 0xffc00000,	/* 64-bit, immediate, not shifted */
	MRS_TPIDR = 0xd538d080,		/* mrs Rt, tpidr_el1 */
	LDR = 0xf8606800, LDR_MASK = 0xffe0fc00,	/* ldr Rt, [Rn, Rm] */
	MSR_SP_EL0 = 0xd5184100,	/* msr sp_el0, Rt */
	SYSREG_MASK = 0xffffffe0,
	SEQUENCE = 5,
};

static uint32_t register_at(uint32_t insn, unsigned int bit)
{
	return insn >> bit & 31;
}

/* adrp a, V; add a, a, V; mrs t, tpidr_el1; ldr d, [a, t] or [t, a]; msr sp_el0, d */
static bool is_task_load(const uint32_t *insn)
{
	uint32_t a = register_at(insn[0], 0), t = register_at(insn[2], 0);
	uint32_t n = register_at(insn[3], 5), m = register_at(insn[3], 16);

	return (insn[0] & ADRP_MASK) == ADRP && (insn[1] & ADD_MASK) == ADD &&
	       register_at(insn[1], 0) == a && register_at(insn[1], 5) == a &&
	       (insn[2] & SYSREG_MASK) == MRS_TPIDR && (insn[3] & LDR_MASK) == LDR &&
	       ((n == a && m == t) || (n == t && m == a)) &&
	       insn[4] == (MSR_SP_EL0 | register_at(insn[3], 0));
}

bool vsys_entry_task_arm64(const unsigned char *code, size_t n, uint64_t va, uint64_t *offset)
{
	uint32_t insn[SEQUENCE];
	uint64_t pages;
	size_t i;

	for (i = 0; i + sizeof(insn) <= n; i += 4) {
		memcpy(insn, code + i, sizeof(insn));
		if (!is_task_load(insn))
			continue;
		/* 21 bits with a sign */
		pages = (insn[0] >> 5 & 0x7ffff) << 2 | (insn[0] >> 29 & 3);
		pages = (pages ^ 0x100000) - 0x100000;
		*offset = ((va + i) & ~UINT64_C(0xfff)) + (pages << 12) + (insn[1] >> 10 & 0xfff);
		return true;
	}
	return false;
}
