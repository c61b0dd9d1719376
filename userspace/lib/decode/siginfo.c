// SPDX-License-Identifier: GPL-2.0
/* Format a siginfo_t. */
#include <string.h>

#include "decode.h"

enum {
	SIGNO_ILL = 4, SIGNO_TRAP = 5, SIGNO_BUS = 7, SIGNO_FPE = 8, SIGNO_SEGV = 11,
	SIGNO_CHLD = 17, SIGNO_POLL = 29, SIGNO_SYS = 31,

	CODE_USER = 0, CODE_QUEUE = -1, CODE_TIMER = -2, CODE_MESGQ = -3, CODE_TKILL = -6,
	CODE_EXITED = 1,
};

struct code {
	int signo;		/* 0: of every signal */
	int code;
	const char *name;
};

static const struct code codes[] = {
	{ 0, 0, "SI_USER" }, { 0, 0x80, "SI_KERNEL" }, { 0, -1, "SI_QUEUE" },
	{ 0, -2, "SI_TIMER" }, { 0, -3, "SI_MESGQ" }, { 0, -4, "SI_ASYNCIO" },
	{ 0, -5, "SI_SIGIO" }, { 0, -6, "SI_TKILL" }, { 0, -7, "SI_DETHREAD" },
	{ 0, -60, "SI_ASYNCNL" },
	{ SIGNO_ILL, 1, "ILL_ILLOPC" }, { SIGNO_ILL, 2, "ILL_ILLOPN" },
	{ SIGNO_ILL, 3, "ILL_ILLADR" }, { SIGNO_ILL, 4, "ILL_ILLTRP" },
	{ SIGNO_ILL, 5, "ILL_PRVOPC" }, { SIGNO_ILL, 6, "ILL_PRVREG" },
	{ SIGNO_ILL, 7, "ILL_COPROC" }, { SIGNO_ILL, 8, "ILL_BADSTK" },
	{ SIGNO_FPE, 1, "FPE_INTDIV" }, { SIGNO_FPE, 2, "FPE_INTOVF" },
	{ SIGNO_FPE, 3, "FPE_FLTDIV" }, { SIGNO_FPE, 4, "FPE_FLTOVF" },
	{ SIGNO_FPE, 5, "FPE_FLTUND" }, { SIGNO_FPE, 6, "FPE_FLTRES" },
	{ SIGNO_FPE, 7, "FPE_FLTINV" }, { SIGNO_FPE, 8, "FPE_FLTSUB" },
	{ SIGNO_SEGV, 1, "SEGV_MAPERR" }, { SIGNO_SEGV, 2, "SEGV_ACCERR" },
	{ SIGNO_SEGV, 3, "SEGV_BNDERR" }, { SIGNO_SEGV, 4, "SEGV_PKUERR" },
	{ SIGNO_SEGV, 10, "SEGV_CPERR" },
	{ SIGNO_BUS, 1, "BUS_ADRALN" }, { SIGNO_BUS, 2, "BUS_ADRERR" },
	{ SIGNO_BUS, 3, "BUS_OBJERR" }, { SIGNO_BUS, 4, "BUS_MCEERR_AR" },
	{ SIGNO_BUS, 5, "BUS_MCEERR_AO" },
	{ SIGNO_TRAP, 1, "TRAP_BRKPT" }, { SIGNO_TRAP, 2, "TRAP_TRACE" },
	{ SIGNO_TRAP, 3, "TRAP_BRANCH" }, { SIGNO_TRAP, 4, "TRAP_HWBKPT" },
	{ SIGNO_TRAP, 5, "TRAP_UNK" }, { SIGNO_TRAP, 6, "TRAP_PERF" },
	{ SIGNO_CHLD, 1, "CLD_EXITED" }, { SIGNO_CHLD, 2, "CLD_KILLED" },
	{ SIGNO_CHLD, 3, "CLD_DUMPED" }, { SIGNO_CHLD, 4, "CLD_TRAPPED" },
	{ SIGNO_CHLD, 5, "CLD_STOPPED" }, { SIGNO_CHLD, 6, "CLD_CONTINUED" },
	{ SIGNO_POLL, 1, "POLL_IN" }, { SIGNO_POLL, 2, "POLL_OUT" },
	{ SIGNO_POLL, 3, "POLL_MSG" }, { SIGNO_POLL, 4, "POLL_ERR" },
	{ SIGNO_POLL, 5, "POLL_PRI" }, { SIGNO_POLL, 6, "POLL_HUP" },
	{ SIGNO_SYS, 1, "SYS_SECCOMP" }, { SIGNO_SYS, 2, "SYS_USER_DISPATCH" },
};

struct siginfo {
	struct vsys_text *t;
	const struct vsys_bytes *b;
	int signo, code;
};

static int load32(const unsigned char *p)
{
	return (int)(uint32_t)vsys_load(p, 4);
}

/* The union behind si_code is aligned like a long. */
static const unsigned char *member(const struct siginfo *s, unsigned int at32, unsigned int at64)
{
	return s->b->p + (s->b->bits == 32 ? 12 + at32 : 16 + at64);
}

static void put_int(const struct siginfo *s, const char *name, const unsigned char *p)
{
	vsys_text_printf(s->t, ", %s=%d", name, load32(p));
}

static void put_long(const struct siginfo *s, const char *name, const unsigned char *p)
{
	unsigned int word = s->b->bits / 8;

	vsys_text_printf(s->t, ", %s=", name);
	vsys_put_signed(s->t, vsys_narrow(vsys_load(p, word), word, true));
}

static void put_address(const struct siginfo *s, const char *name, const unsigned char *p)
{
	vsys_text_printf(s->t, ", %s=", name);
	vsys_put_pointer(s->t, vsys_load(p, s->b->bits / 8));
}

/* A union sigval: an int or an address. */
static void put_value(const struct siginfo *s, const unsigned char *p)
{
	if (!vsys_load(p, s->b->bits / 8))
		return;
	put_int(s, "si_int", p);
	put_address(s, "si_ptr", p);
}

static void put_signo(const struct siginfo *s, int signo)
{
	const struct vsys_set *set = s->b->numbers ? s->b->numbers->signals : NULL;
	const char *name = set ? vsys_set_name(set, (unsigned int)signo) : NULL;

	if (name)
		vsys_text_put(s->t, name);
	else
		vsys_put_signed(s->t, (uint64_t)(int64_t)signo);
}

static void put_code(const struct siginfo *s)
{
	size_t i;

	vsys_text_put(s->t, ", si_code=");
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (codes[i].code == s->code && (!codes[i].signo || codes[i].signo == s->signo)) {
			vsys_text_put(s->t, codes[i].name);
			return;
		}
	}
	vsys_put_signed(s->t, (uint64_t)(int64_t)s->code);
}

static void put_sender(const struct siginfo *s)
{
	put_int(s, "si_pid", member(s, 0, 0));
	put_int(s, "si_uid", member(s, 4, 4));
}

static void put_child(const struct siginfo *s)
{
	put_sender(s);
	if (s->code == CODE_EXITED) {
		put_int(s, "si_status", member(s, 8, 8));
	} else {
		vsys_text_put(s->t, ", si_status=");
		put_signo(s, load32(member(s, 8, 8)));
	}
	put_long(s, "si_utime", member(s, 12, 16));
	put_long(s, "si_stime", member(s, 16, 24));
}

/* Sent by the kernel for a reason of this signal. */
static void put_reason(const struct siginfo *s)
{
	switch (s->signo) {
	case SIGNO_CHLD:
		put_child(s);
		break;
	case SIGNO_ILL:
	case SIGNO_TRAP:
	case SIGNO_BUS:
	case SIGNO_FPE:
	case SIGNO_SEGV:
		put_address(s, "si_addr", member(s, 0, 0));
		break;
	case SIGNO_POLL:
		put_long(s, "si_band", member(s, 0, 0));
		put_int(s, "si_fd", member(s, 4, 8));
		break;
	case SIGNO_SYS:
		put_address(s, "si_call_addr", member(s, 0, 0));
		put_int(s, "si_syscall", member(s, 4, 8));
		break;
	default:
		put_sender(s);
		break;
	}
}

/**
 * vsys_put_siginfo - "{si_signo=SIGUSR1, si_code=SI_TKILL, si_pid=4, si_uid=0}"
 * @t: the text
 * @b: the bytes, at least those up to the sender's value
 *
 * Return: whether bytes are missing.
 */
bool vsys_put_siginfo(struct vsys_text *t, const struct vsys_bytes *b)
{
	struct siginfo s = { .t = t, .b = b };

	if (b->n < 48) {
		vsys_text_put(t, "{...}");
		return true;
	}
	s.signo = load32(b->p);
	s.code = load32(b->p + 8);
	vsys_text_put(t, "{si_signo=");
	put_signo(&s, s.signo);
	if (s.signo) {
		if (load32(b->p + 4))
			put_int(&s, "si_errno", b->p + 4);
		put_code(&s);
		if (s.code == CODE_TIMER) {
			put_int(&s, "si_timerid", member(&s, 0, 0));
			put_int(&s, "si_overrun", member(&s, 4, 4));
		} else if (s.code > 0) {
			put_reason(&s);
		} else {
			put_sender(&s);
		}
		if (s.code == CODE_QUEUE || s.code == CODE_TIMER || s.code == CODE_MESGQ)
			put_value(&s, member(&s, 8, 8));
	}
	vsys_text_char(t, '}');
	return false;
}
