// SPDX-License-Identifier: GPL-2.0
/* Which instruction of ours, if any, do these bytes begin with? */
#include "insn.h"

static bool is_prefix(u8 b)
{
	switch (b) {
	case 0x26: case 0x2e: case 0x36: case 0x3e:	/* segments */
	case 0x64: case 0x65:
	case 0x66: case 0x67:				/* sizes */
	case 0xf2: case 0xf3:				/* repeats */
		return true;
	}
	return false;
}

/**
 * vsys_insn_decode() - decode SYSCALL and SYSRET with their prefixes
 * @insn: what was found
 * @b: bytes at the instruction pointer
 * @n: how many of them there are
 * @long64: 64-bit mode, where 40h-4Fh are REX prefixes
 *
 * A REX prefix counts only right before the opcode (SDM vol. 2, 2.2.1).  LOCK
 * (F0h) makes either instruction undefined, so it is none of ours.
 */
void vsys_insn_decode(struct vsys_insn *insn, const u8 *b, u32 n, bool long64)
{
	bool rex_w = false;
	u32 i;

	insn->op = VSYS_OP_OTHER;
	for (i = 0; i < n && i < VSYS_INSN_MAX - 1; i++) {
		if (is_prefix(b[i]))
			rex_w = false;
		else if (long64 && (b[i] & 0xf0) == 0x40)
			rex_w = b[i] & 8;
		else
			break;
	}
	if (i == VSYS_INSN_MAX - 1)
		return;
	if (i + 1 >= n) {
		if (i == n || b[i] == 0x0f)
			insn->op = VSYS_OP_MORE;
		return;
	}
	if (b[i] != 0x0f)
		return;
	if (b[i + 1] == 0x05)
		insn->op = VSYS_OP_SYSCALL;
	else if (b[i + 1] == 0x07)
		insn->op = VSYS_OP_SYSRET;
	insn->len = i + 2;
	insn->rex_w = rex_w;
}
