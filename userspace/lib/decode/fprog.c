// SPDX-License-Identifier: GPL-2.0
/* Classic BPF programs, as filters of seccomp, in the notation of strace. */
#include <string.h>

#include <linux/bpf_common.h>

#include "decode.h"

enum { INSN = 8, RET_DATA = 0xffff };

/* struct sock_filter */
struct insn {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};

static const char *const classes[] = {
	"BPF_LD", "BPF_LDX", "BPF_ST", "BPF_STX", "BPF_ALU", "BPF_JMP", "BPF_RET", "BPF_MISC",
};
static const char *const sizes[] = { "BPF_W", "BPF_H", "BPF_B", "0x18" };
static const char *const modes[] = {
	"BPF_IMM", "BPF_ABS", "BPF_IND", "BPF_MEM", "BPF_LEN", "BPF_MSH", "0xc0", "0xe0",
};
static const char *const ops[] = {
	"BPF_ADD", "BPF_SUB", "BPF_MUL", "BPF_DIV", "BPF_OR", "BPF_AND", "BPF_LSH", "BPF_RSH",
	"BPF_NEG", "BPF_MOD", "BPF_XOR", "0xb0", "0xc0", "0xd0", "0xe0", "0xf0",
};
static const char *const jumps[] = { "BPF_JA", "BPF_JEQ", "BPF_JGT", "BPF_JGE", "BPF_JSET" };

static void put_code(struct vsys_text *t, unsigned int code)
{
	unsigned int op = code >> 4 & 0xf;

	vsys_text_put(t, classes[BPF_CLASS(code)]);
	switch (BPF_CLASS(code)) {
	case BPF_LD:
	case BPF_LDX:
		vsys_text_printf(t, "|%s|%s", sizes[code >> 3 & 3], modes[code >> 5 & 7]);
		break;
	case BPF_ALU:
		vsys_text_printf(t, "|%s|%s", code & BPF_X ? "BPF_X" : "BPF_K", ops[op]);
		break;
	case BPF_JMP:
		vsys_text_put(t, code & BPF_X ? "|BPF_X" : "|BPF_K");
		if (op < sizeof(jumps) / sizeof(jumps[0]))
			vsys_text_printf(t, "|%s", jumps[op]);
		else
			vsys_text_printf(t, "|%#x", op << 4);
		break;
	case BPF_RET:
		vsys_text_put(t, (code & 0x18) == 0x10 ? "|BPF_A" : code & BPF_X ? "|BPF_X" : "|BPF_K");
		break;
	case BPF_MISC:
		vsys_text_put(t, code & 0x80 ? "|BPF_TXA" : "|BPF_TAX");
		break;
	default:
		if (code & 0xf8)
			vsys_text_printf(t, "|%#x", code & 0xf8);
		break;
	}
}

/* SECCOMP_RET_ERRNO|0x5 */
static void put_action(struct vsys_text *t, const struct vsys_set *actions, uint32_t k)
{
	const char *name = vsys_set_name(actions, k & ~(uint32_t)RET_DATA);

	if (!name)
		vsys_text_printf(t, "%#x", k);
	else if (k & RET_DATA)
		vsys_text_printf(t, "%s|%#x", name, k & RET_DATA);
	else
		vsys_text_put(t, name);
}

static void put_insn(struct vsys_text *t, const struct vsys_set *actions, const struct insn *i)
{
	bool jump = i->jt || i->jf;

	vsys_text_put(t, jump ? "BPF_JUMP(" : "BPF_STMT(");
	put_code(t, i->code);
	vsys_text_put(t, ", ");
	if (BPF_CLASS(i->code) == BPF_RET)
		put_action(t, actions, i->k);
	else
		vsys_text_printf(t, "%#x", i->k);
	if (jump)
		vsys_text_printf(t, ", %#x, %#x", i->jt, i->jf);
	vsys_text_char(t, ')');
}

/**
 * vsys_put_fprog - {len=1, filter=[BPF_STMT(BPF_RET|BPF_K, SECCOMP_RET_ALLOW)]}
 * @t: the text
 * @actions: names of what it may return
 * @b: the instructions
 * @more: others are missing
 */
void vsys_put_fprog(struct vsys_text *t, const struct vsys_set *actions,
		    const struct vsys_bytes *b, bool more)
{
	size_t n = b->n / INSN, at;
	struct insn insn;

	/* How many there are is not known then. */
	if (!more)
		vsys_text_printf(t, "{len=%zu, filter=[", n);
	else
		vsys_text_put(t, "{filter=[");
	for (at = 0; at < n && at < b->elements; at++) {
		memcpy(&insn, b->p + at * INSN, sizeof(insn));
		vsys_text_put(t, at ? ", " : "");
		put_insn(t, actions, &insn);
	}
	if (at < n || more)
		vsys_text_put(t, at ? ", ..." : "...");
	vsys_text_put(t, "]}");
}
