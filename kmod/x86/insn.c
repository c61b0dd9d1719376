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
	case 0x0b: case 0xb9: case 0xff:
		return VSYS_OP_UD;
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

/* An opcode of one or two bytes at @i. */
static void opcode(struct vsys_insn *insn, const u8 *b, u32 i, u32 n, enum vsys_code code)
{
	insn->len = i + 1;
	if (b[i] == 0xcf) {
		insn->op = VSYS_OP_IRET;
	} else if (b[i] == 0xcc || (b[i] == 0xce && code == VSYS_CODE_32)) {
		/* INT3 and INTO: an emulated AMD CPU exits for them as for INT n. */
		insn->op = VSYS_OP_INT;
		insn->vector = b[i] == 0xcc ? 3 : 4;
	} else if ((b[i] == 0x0f || b[i] == 0xcd) && i + 1 < VSYS_INSN_MAX) {
		insn->len = i + 2;
		if (i + 1 == n) {
			insn->op = VSYS_OP_MORE;
		} else if (b[i] == 0xcd) {
			insn->op = VSYS_OP_INT;
			insn->int_n = true;
			insn->vector = b[i + 1];
		} else {
			insn->op = two_byte(b[i + 1]);
		}
	}
}

/*
 * An opcode at @i, after REX2: with bit 7 of the prefix the second byte of one that begins
 * with 0Fh.  30h-3Fh of these are undefined then, as is 0Fh itself; Intel APX
 * architecture specification, 3.1.2.3.
 */
static void opcode_rex2(struct vsys_insn *insn, const u8 *b, u32 i, u32 n)
{
	bool two = b[i - 1] & 0x80;

	if (two && (b[i] & 0xf0) != 0x30) {
		insn->op = two_byte(b[i]);
		insn->len = i + 1;
	} else if (!two && b[i] != 0x0f) {
		opcode(insn, b, i, n, VSYS_CODE_APX);
	}
}

/**
 * vsys_insn_decode() - decode an instruction of ours, with its prefixes
 * @insn: out: the instruction
 * @b: bytes at the instruction pointer
 * @n: how many of them there are
 * @code: the mode
 *
 * A REX prefix counts only right before the opcode (SDM vol. 2, 2.2.1); before REX2 it is
 * undefined.  LOCK (F0h) makes each of these instructions undefined: VSYS_OP_OTHER.
 */
void vsys_insn_decode(struct vsys_insn *insn, const u8 *b, u32 n, enum vsys_code code)
{
	bool rex = false, rex2 = false;
	u32 i;

	*insn = (struct vsys_insn){ .op = VSYS_OP_OTHER };
	for (i = 0; i < n && i < VSYS_INSN_MAX; i++) {
		if (is_prefix(b[i])) {
			rex = false;
			insn->opsize |= b[i] == 0x66;
		} else if (code && (b[i] & 0xf0) == 0x40) {
			rex = true;
		} else {
			break;
		}
	}
	if (code == VSYS_CODE_APX && i < n && i < VSYS_INSN_MAX && b[i] == 0xd5 && !rex) {
		rex2 = true;
		i += 2;
	}
	if (i >= n || i >= VSYS_INSN_MAX) {
		if (n < VSYS_INSN_MAX)
			insn->op = VSYS_OP_MORE;
		return;
	}
	insn->rex_w = (rex || rex2) && b[i - 1] & 8;
	if (rex2)
		opcode_rex2(insn, b, i, n);
	else
		opcode(insn, b, i, n, code);
}

/**
 * vsys_insn_usual() - decode an encoding that compilers make: no prefix but REX.W
 * @insn: out: the instruction
 * @bytes: the first four
 * @code: the mode
 *
 * Return: false for all others; vsys_insn_decode() knows these.
 */
bool vsys_insn_usual(struct vsys_insn *insn, u32 bytes, enum vsys_code code)
{
	bool rex_w = code && (bytes & 0xff) == 0x48;
	u8 op, next;

	if (rex_w)
		bytes >>= 8;
	op = bytes;
	next = bytes >> 8;
	*insn = (struct vsys_insn){ .rex_w = rex_w, .len = 2 + rex_w };
	if (op == 0x0f) {
		insn->op = two_byte(next);
	} else if (op == 0xcd) {
		insn->op = VSYS_OP_INT;
		insn->int_n = true;
		insn->vector = next;
	} else if (op == 0xcf) {
		insn->op = VSYS_OP_IRET;
		insn->len--;
	}
	return insn->op != VSYS_OP_OTHER;
}
