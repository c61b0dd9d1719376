/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shared by held guests and their holder, ../../rewrite/held.c: the number of a call
 * tells the holder what to do with it.
 */
#ifndef GUESTS_HELD_H
#define GUESTS_HELD_H

enum held {
	HELD_CONTINUE = 0x500,	/* resumed unchanged */
	HELD_ARGS,		/* HELD_ADD is added to each argument */
	HELD_SKIP,		/* not made, result HELD_RESULT */
	HELD_RETURN,		/* at the return: result HELD_RESULT */
	HELD_REGS,		/* RBX: HELD_VALUE; CF is set */
	HELD_MEMORY,		/* argument 1 bytes at argument 0 are set to HELD_BYTE */
	HELD_READONLY,		/* HELD_MEMORY is refused, then forced */
	HELD_ABSENT,		/* HELD_MEMORY is refused */
	HELD_AWAY,		/* HELD_ADD to argument 0; retried after a signal, three times */
	HELD_AWAY_RETURN,	/* the same at the return; result HELD_RESULT */
	HELD_NUMBER,		/* becomes HELD_CONTINUE, without a second hold */
	HELD_ELSEWHERE,		/* becomes HELD_KNOWN, retried after a signal */
	HELD_PHYS,		/* as HELD_MEMORY, at a guest-physical address */
	/* Not held, but changed by rules. */
	RULE_SKIP,		/* result HELD_RESULT */
	RULE_RESULT,		/* result HELD_RESULT */
	RULE_ARG,		/* argument 1: HELD_VALUE */
	RULE_POKE,		/* RULE_BYTES at argument 0, plus 1 */
	RULE_DEADLINE,		/* held briefly, then skipped: HELD_RESULT */
	RULE_SECOND,		/* every second one: result HELD_RESULT */
	RULE_EQUAL,		/* if argument 0 is HELD_VALUE: result HELD_RESULT */
	RULE_FAILED,		/* result 5 becomes HELD_RESULT */
	HELD_END,		/* the last call */
};

#define HELD_KNOWN	39	/* a call with a different number of arguments */
#define HELD_ADD	0x1000
#define HELD_RESULT	0x7abcdef
#define HELD_VALUE	0x5a5a5a5
#define HELD_BYTE	0xc5
#define RULE_BYTES	"poked"

/* Names that ../../rewrite/tests/nt.sh gives to files. */
#define EDIT_SHORT	"\\??\\C:\\x.ini"
#define EDIT_LONG	"a name that is longer than it was"

#endif
