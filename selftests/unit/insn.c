// SPDX-License-Identifier: GPL-2.0
/* Decoding, judged by SDM vol. 2, 2.1 and 2.2. */
#include <string.h>

#include "../../kmod/x86/insn.h"
#include "ktap.h"

static const struct {
	const char *bytes;
	u32 n;
	enum vsys_code code;
	enum vsys_op op;
	u8 len;
	bool rex_w;
	const char *name;
} cases[] = {
	{ "\x0f\x05", 2, VSYS_CODE_64, VSYS_OP_SYSCALL, 2, false, "syscall" },
	{ "\x0f\x07", 2, VSYS_CODE_64, VSYS_OP_SYSRET, 2, false, "sysretl" },
	{ "\x48\x0f\x07", 3, VSYS_CODE_64, VSYS_OP_SYSRET, 3, true, "sysretq" },
	{ "\x4f\x0f\x07", 3, VSYS_CODE_64, VSYS_OP_SYSRET, 3, true, "any REX with W" },
	{ "\x40\x0f\x07", 3, VSYS_CODE_64, VSYS_OP_SYSRET, 3, false, "REX without W" },
	{ "\x48\x66\x0f\x07", 4, VSYS_CODE_64, VSYS_OP_SYSRET, 4, false,
	  "a REX that is not the last prefix is void" },
	{ "\x66\x48\x0f\x07", 4, VSYS_CODE_64, VSYS_OP_SYSRET, 4, true,
	  "a REX after a prefix is not" },
	{ "\xf3\xf2\x2e\x36\x3e\x26\x64\x65\x66\x67\x0f\x05", 12, VSYS_CODE_64,
	  VSYS_OP_SYSCALL, 12, false, "all prefixes but LOCK" },
	{ "\xf0\x0f\x05", 3, VSYS_CODE_64, VSYS_OP_OTHER, 0, false, "LOCK is undefined" },
	{ "\x48\x0f\x05", 3, VSYS_CODE_32, VSYS_OP_OTHER, 0, false,
	  "48h is DEC outside 64-bit mode" },
	{ "\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x0f\x05", 15, VSYS_CODE_64,
	  VSYS_OP_SYSCALL, 15, false, "15 bytes" },
	{ "\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x0f\x05", 16,
	  VSYS_CODE_64, VSYS_OP_OTHER, 0, false, "16 bytes are too many" },
	{ "\x0f\x34", 2, VSYS_CODE_32, VSYS_OP_SYSENTER, 2, false, "sysenter" },
	{ "\x0f\x35", 2, VSYS_CODE_64, VSYS_OP_SYSEXIT, 2, false, "sysexit" },
	{ "\x48\x0f\x35", 3, VSYS_CODE_64, VSYS_OP_SYSEXIT, 3, true, "sysexit to 64-bit code" },
	{ "\x3e\xcd\x2e", 3, VSYS_CODE_32, VSYS_OP_INT, 3, false, "int 2eh with a prefix" },
	{ "\xcd", 1, VSYS_CODE_64, VSYS_OP_MORE, 0, false, "int without its vector" },
	{ "\xcc", 1, VSYS_CODE_64, VSYS_OP_INT, 1, false, "int3" },
	{ "\xce", 1, VSYS_CODE_32, VSYS_OP_INT, 1, false, "into" },
	{ "\xce", 1, VSYS_CODE_64, VSYS_OP_OTHER, 0, false, "no into in 64-bit code" },
	{ "\xf0\xcd\x80", 3, VSYS_CODE_64, VSYS_OP_OTHER, 0, false, "LOCK INT is undefined" },
	{ "\xcf", 1, VSYS_CODE_32, VSYS_OP_IRET, 1, false, "iret" },
	{ "\x48\xcf", 2, VSYS_CODE_64, VSYS_OP_IRET, 2, true, "iretq" },
	{ "\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\xcd\x80", 15, VSYS_CODE_32,
	  VSYS_OP_INT, 15, false, "int of 15 bytes" },
	{ "\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\xcd\x80", 16,
	  VSYS_CODE_32, VSYS_OP_OTHER, 0, false, "of 16 bytes it is none" },
	{ "\x0f\x0b", 2, VSYS_CODE_64, VSYS_OP_UD, 2, false, "ud2" },
	{ "\x0f\xb9", 2, VSYS_CODE_64, VSYS_OP_UD, 2, false, "ud1" },
	{ "\x0f\xff", 2, VSYS_CODE_32, VSYS_OP_UD, 2, false, "ud0" },
	{ "\xf0\x0f\x0b", 3, VSYS_CODE_64, VSYS_OP_OTHER, 0, false, "lock ud2" },
	{ "\x90", 1, VSYS_CODE_64, VSYS_OP_OTHER, 0, false, "nop" },
	{ "\x0f", 1, VSYS_CODE_64, VSYS_OP_MORE, 0, false, "half of it" },
	{ "\x48", 1, VSYS_CODE_64, VSYS_OP_MORE, 0, false, "a prefix" },
	{ "\xd5\x80\x05", 3, VSYS_CODE_APX, VSYS_OP_SYSCALL, 3, false, "REX2 syscall" },
	{ "\xd5\x80\x05", 3, VSYS_CODE_64, VSYS_OP_OTHER, 0, false, "no REX2 without APX" },
	{ "\xd5\x80\x05", 3, VSYS_CODE_32, VSYS_OP_OTHER, 0, false, "D5h is AAD" },
	{ "\xd5\x80\x07", 3, VSYS_CODE_APX, VSYS_OP_SYSRET, 3, false, "REX2 sysretl" },
	{ "\xd5\x88\x07", 3, VSYS_CODE_APX, VSYS_OP_SYSRET, 3, true, "REX2 sysretq" },
	{ "\x66\xd5\xff\x07", 4, VSYS_CODE_APX, VSYS_OP_SYSRET, 4, true,
	  "any REX2 with W and its map, after a prefix" },
	{ "\x48\xd5\x80\x05", 4, VSYS_CODE_APX, VSYS_OP_OTHER, 0, false,
	  "REX before REX2 is undefined" },
	{ "\xd5\x00\x0f\x05", 4, VSYS_CODE_APX, VSYS_OP_OTHER, 0, false,
	  "0Fh after REX2 is undefined" },
	{ "\xd5\x80\x34", 3, VSYS_CODE_APX, VSYS_OP_OTHER, 0, false,
	  "REX2 sysenter is undefined" },
	{ "\xd5\x08\xcf", 3, VSYS_CODE_APX, VSYS_OP_IRET, 3, true, "REX2 iretq" },
	{ "\xd5\x00\xcd\x80", 4, VSYS_CODE_APX, VSYS_OP_INT, 4, false, "REX2 int" },
	{ "\xd5\x00\xcd", 3, VSYS_CODE_APX, VSYS_OP_MORE, 0, false,
	  "REX2 int without its vector" },
	{ "\xd5\x80", 2, VSYS_CODE_APX, VSYS_OP_MORE, 0, false, "REX2 alone" },
	{ "\xd5", 1, VSYS_CODE_APX, VSYS_OP_MORE, 0, false, "half of REX2" },
	{ "\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\xd5\x80", 15,
	  VSYS_CODE_APX, VSYS_OP_OTHER, 0, false, "REX2 whose opcode is the 16th byte" },
	{ "", 0, VSYS_CODE_64, VSYS_OP_MORE, 0, false, "nothing" },
};

int main(void)
{
	unsigned int i;

	puts("TAP version 13");
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct vsys_insn insn = {};
		bool found = cases[i].op >= VSYS_OP_SYSCALL;

		vsys_insn_decode(&insn, (const u8 *)cases[i].bytes, cases[i].n,
				 cases[i].code);
		ok(insn.op == cases[i].op &&
		   (!found || (insn.len == cases[i].len &&
			       insn.rex_w == cases[i].rex_w)), cases[i].name);
	}
	for (i = 0; i < 256; i++) {
		u8 bytes[] = { 0xcd, i };
		struct vsys_insn insn = {};

		vsys_insn_decode(&insn, bytes, sizeof(bytes), VSYS_CODE_64);
		if (insn.op != VSYS_OP_INT || insn.vector != i)
			break;
	}
	ok(i == 256, "the vector of int");
	return ktap_end();
}
