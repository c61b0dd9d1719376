// SPDX-License-Identifier: GPL-2.0
/* Decode the instructions of the doors. */
#include "x86/insn.h"

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

/* The opcode of two bytes that begins with 0Fh. */
static enum vsys_op two_byte(u8 b)
{
	switch (b) {
	case 0x05:
		return VSYS_OP_SYSCALL;
	case 0x07:
		return VSYS_OP_SYSRET;
	case 0x34:
		return VSYS_OP_SYSENTER;
	case 0x35:
		return VSYS_OP_SYSEXIT;
	}
	return VSYS_OP_OTHER;
}

/**
 * vsys_insn_decode() - decode an instruction of ours, with its prefixes
 * @insn: out: the instruction
 * @b: bytes at the instruction pointer
 * @n: how many of them there are
 * @long64: 64-bit mode, where 40h-4Fh are REX prefixes
 *
 * A REX prefix counts only right before the opcode (SDM vol. 2, 2.2.1).  LOCK (F0h)
 * makes each of these instructions undefined: VSYS_OP_OTHER.
 */
void vsys_insn_decode(struct vsys_insn *insn, const u8 *b, u32 n, bool long64)
{
	bool rex_w = false, opsize = false;
	u32 i;

	insn->op = VSYS_OP_OTHER;
	for (i = 0; i < n && i < VSYS_INSN_MAX; i++) {
		if (is_prefix(b[i])) {
			rex_w = false;
			opsize |= b[i] == 0x66;
		} else if (long64 && (b[i] & 0xf0) == 0x40) {
			rex_w = b[i] & 8;
		} else {
			break;
		}
	}
	insn->rex_w = rex_w;
	insn->opsize = opsize;
	if (i == n) {
		insn->op = i < VSYS_INSN_MAX ? VSYS_OP_MORE : VSYS_OP_OTHER;
	} else if (b[i] == 0xcf) {
		insn->op = VSYS_OP_IRET;
		insn->len = i + 1;
	} else if (b[i] == 0xcc || (b[i] == 0xce && !long64)) {
		/* INT3 and INTO: an emulated AMD CPU exits for them as for INT n. */
		insn->op = VSYS_OP_INT;
		insn->vector = b[i] == 0xcc ? 3 : 4;
		insn->len = i + 1;
	} else if ((b[i] == 0x0f || b[i] == 0xcd) && i + 1 < VSYS_INSN_MAX) {
		insn->len = i + 2;
		if (i + 1 == n) {
			insn->op = VSYS_OP_MORE;
		} else if (b[i] == 0xcd) {
			insn->op = VSYS_OP_INT;
			insn->vector = b[i + 1];
		} else {
			insn->op = two_byte(b[i + 1]);
		}
	}
}
