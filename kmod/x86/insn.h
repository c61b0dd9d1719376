/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_INSN_H
#define VSYS_INSN_H

#include <linux/types.h>

enum { VSYS_INSN_MAX = 15 };	/* bytes of an instruction, SDM vol. 2, 2.3.11 */

enum vsys_op {
	VSYS_OP_OTHER,		/* not an instruction of ours */
	VSYS_OP_MORE,		/* the bytes end too early to tell */
	VSYS_OP_SYSCALL,
	VSYS_OP_SYSRET,
	VSYS_OP_SYSENTER,
	VSYS_OP_SYSEXIT,
	VSYS_OP_INT,
	VSYS_OP_IRET,
};

struct vsys_insn {
	enum vsys_op op;
	u8 len;
	u8 vector;	/* of INT */
	bool rex_w;
	bool opsize;	/* prefix 66h */
};

void vsys_insn_decode(struct vsys_insn *insn, const u8 *b, u32 n, bool long64);

#endif /* VSYS_INSN_H */
