// SPDX-License-Identifier: GPL-2.0
/*
 * SYSCALL and SYSRET with prefixes: no prefix changes them, except REX.W
 * right before the opcode of SYSRET, and LOCK, which is #UD.  RCX is the
 * address after the whole instruction; more than 15 bytes are #GP(0).
 *
 * Judged against Intel SDM vol. 2A, 2.1.1 and 2.2.1 (a REX that is not right
 * before the opcode is ignored, of several the last counts), vol. 2B "LOCK";
 * AMD APM vol. 3, 1.2.
 */
#include "lib/rt.h"

enum { CODE = 0x20000000, MAX = 15 };

static const char prefixes[][MAX] = {
	"", "\x66", "\xf2", "\xf3", "\x2e", "\x36", "\x3e", "\x26", "\x64",
	"\x65", "\x67", "\x40", "\x41", "\x44", "\x48", "\x4f",
	"\x66\x48", "\x48\x66", "\xf3\x4f", "\x4f\xf3", "\x48\x40", "\x40\x48",
	"\x66\xf2\x48", "\x2e\x66\x67\xf3", "\x64\x65\x2e\x36\x41",
	"\x48\x48\x48\x48\x2e\x48\x26",
	"\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66",
	"\x66\xf2\xf3\x2e\x36\x3e\x26\x64\x65\x67\x48\x66\x48",
	"\x48\x49\x4a\x4b\x4c\x4d\x4e\x4f\x40\x41\x42\x43\x44",
};

static const char too_long[] =
	"\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66";

static const char locked[][MAX] = {
	"\xf0", "\xf0\x48", "\x66\xf0", "\xf3\xf0\x41",
};

static int length(const char *prefix)
{
	int n = 0;

	while (prefix[n])
		n++;
	return n;
}

static void put_code(const char *prefix, const char *opcode)
{
	int n = length(prefix);

	memcpy((void *)CODE, prefix, n);
	memcpy((void *)(CODE + (u64)n), opcode, 2);
	*(u8 *)(CODE + n + 2UL) = 0xcc;
}

static void begin(const char *what, const char *prefix)
{
	static const char digits[] = "0123456789abcdef";
	char hex[3 * MAX + 1], *p = hex;

	for (; *prefix; prefix++) {
		*p++ = digits[*prefix >> 4 & 15];
		*p++ = digits[*prefix & 15];
		*p++ = ' ';
	}
	*p = 0;
	test_begin("%s%s", hex, what);
}

static void syscall(const char *prefix)
{
	struct regs in, want;

	put_code(prefix, "\x0f\x05");
	fill_regs(&in, (void *)CODE, USER_CS);
	expect_syscall(&want, &in, length(prefix) + 2);
	begin("SYSCALL", prefix);
	run(&in);
	test_regs(&want);
	test_end();
}

static void sysret(const char *prefix)
{
	int n = length(prefix);
	bool rexw = n && (prefix[n - 1] & 0xf8) == 0x48;
	struct regs in, want;

	put_code(prefix, "\x0f\x07");
	fill_regs32(&in, (void *)CODE, KERNEL_CS);
	in.rcx = CODE + n + 2;
	in.r11 = X86_IF;
	expect_sysret(&want, &in, rexw);
	begin(rexw ? "SYSRET to 64 bits" : "SYSRET to 32 bits", prefix);
	run(&in);
	test_regs(&want);
	expect_sysret(&want, &in, true);
	test_end_known(REGS_EQ(&want, &this_cpu()->out),
		       "QEMU TCG heeds a REX that another prefix follows");
}

/* Ring 3 for SYSCALL, ring 0 for SYSRET: the exception comes first. */
static void faults(const char *what, const char *prefix, const char *opcode,
		   u64 cs, u64 vector)
{
	struct regs in, want;
	u64 event;

	put_code(prefix, opcode);
	fill_regs32(&in, (void *)CODE, cs);
	in.rcx = CODE + length(prefix) + 2;
	in.r11 = X86_IF;
	want = in;
	want.vector = vector;
	want.rflags |= X86_RF;
	begin(what, prefix);
	run(&in);
	event = this_cpu()->out.vector;
	test_regs(&want);
	test_end_known(vector == UD && (event == EV_SYSCALL || event == BP),
		       "QEMU TCG ignores LOCK here");
}

void guest_main(void)
{
	unsigned int i;

	map_page(CODE, (u64)alloc_page(), PTE_P | PTE_W | PTE_U);
	for (i = 0; i < ARRAY_SIZE(prefixes); i++) {
		syscall(prefixes[i]);
		sysret(prefixes[i]);
	}
	for (i = 0; i < ARRAY_SIZE(locked); i++) {
		faults("SYSCALL is #UD", locked[i], "\x0f\x05", USER_CS, UD);
		faults("SYSRET is #UD", locked[i], "\x0f\x07", KERNEL_CS, UD);
	}
	faults("SYSCALL of 16 bytes is #GP(0)", too_long, "\x0f\x05", USER_CS, GP);
	faults("SYSRET of 16 bytes is #GP(0)", too_long, "\x0f\x07", KERNEL_CS, GP);
}
