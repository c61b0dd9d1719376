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
