/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_INSN_H
#define VSYS_INSN_H

#include <linux/types.h>

enum { VSYS_INSN_MAX = 15 };	/* bytes of an instruction, SDM vol. 2, 2.3.11 */

enum vsys_op {
	VSYS_OP_OTHER,		/* not an instruction of ours */
	VSYS_OP_MORE,		/* not decided: more bytes are needed */
	VSYS_OP_SYSCALL,
	VSYS_OP_SYSRET,
	VSYS_OP_SYSENTER,
	VSYS_OP_SYSEXIT,
	VSYS_OP_INT,
	VSYS_OP_IRET,
	VSYS_OP_UD,		/* raises #UD in any mode: UD0, UD1, UD2 */
};

/* Where an instruction is executed. */
enum vsys_code {
	VSYS_CODE_32,		/* not in 64-bit mode; 16-bit code included */
	VSYS_CODE_64,		/* where 40h-4Fh are REX prefixes */
	VSYS_CODE_APX,		/* ... and D5h is REX2 */
};

struct vsys_insn {
	enum vsys_op op;
	u8 len;
	u8 vector;	/* of INT */
	bool int_n;	/* INT n, and neither INT3 nor INTO */
	bool rex_w;
	bool opsize;	/* prefix 66h */
};

/* Bytes of an instruction at @eip up to the limit of CS, the last valid offset. */
static inline u32 vsys_insn_room(u32 eip, u32 limit)
{
	if (eip > limit)
		return 0;
	return limit - eip < VSYS_INSN_MAX ? limit - eip + 1 : VSYS_INSN_MAX;
}

/* Store UD2, which always raises #UD; returns its length. */
static inline u8 vsys_insn_ud2(u8 *bytes)
{
	bytes[0] = 0x0f;
	bytes[1] = 0x0b;
	return 2;
}

bool vsys_insn_usual(struct vsys_insn *insn, u32 bytes, enum vsys_code code);
void vsys_insn_decode(struct vsys_insn *insn, const u8 *b, u32 n, enum vsys_code code);

#endif /* VSYS_INSN_H */
