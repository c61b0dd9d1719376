// SPDX-License-Identifier: GPL-2.0
/*
 * SYSRET that must fail.
 *
 * Judged against Intel SDM vol. 2B, "SYSRET": #GP(0) when CPL is not 0, or RCX
 * is not canonical, before anything changes.  AMD APM vol. 3 has no canonical
 * check: SYSRET completes and the fetch at CPL 3 raises #GP(0) (vol. 2, 8.2.14
 * and 1.1.3, canonical addresses).  CR4.LA57 determines the number of address
 * bits; the runs with and without --la57 use the same values.
 */
#include "lib/rt.h"

extern const char code64[], code32[];

asm(".pushsection .text\n"
    "code64: sysretq\n"
    "	ud2\n"
    "code32: .byte 0x0f, 0x07\n"
    "	ud2\n"
    ".popsection");

static void in_ring3(const char *name, const char *code)
{
	struct regs in, want;

	fill_regs(&in, code, USER_CS);
	in.rcx = (u64)code64;
	in.r11 = X86_IF;
	want = in;
	want.vector = GP;
	want.rflags |= X86_RF;
	test_begin("%s at CPL 3 is #GP(0)", name);
	run(&in);
	test_regs(&want);
	test_end();
}

static bool canonical(u64 address)
{
	int unused = vm_levels() == 5 ? 7 : 16;

	return (u64)((int64_t)(address << unused) >> unused) == address;
}

static void to(u64 address)
{
	struct regs in, want, known;
	bool fetch = canonical(address);

	fill_regs(&in, code64, KERNEL_CS);
	in.rcx = address;
	in.r11 = X86_IF | X86_CF;
	want = in;
	known = in;

	/* It completes, and the fetch faults. */
	known.vector = fetch ? PF : GP;
	known.error = fetch ? 0x14 : 0;		/* user, instruction fetch */
	known.cr2 = address;
	known.rip = address;
	known.cs = USER_CS;
	known.ss = USER_SS;
	known.rflags = X86_FIXED | X86_IF | X86_CF | X86_RF;
	if (fetch || cpu_is_amd()) {
		want = known;
	} else {
		want.vector = GP;
		want.rflags |= X86_RF;
	}
	test_begin("SYSRET to %lx, which is %scanonical", address,
		   fetch ? "" : "not ");
	run(&in);
	test_regs(&want);
	test_end();
}

void guest_main(void)
{
	static const u64 addresses[] = {
		0x00007ffffffff000, 0x00007fffffffffff, 0x0000800000000000,
		0xffff7fffffffffff, 0xffff800000000000, 0x8000000000000000,
		0x00ffffffffffffff, 0x0100000000000000, 0xfeffffffffffffff,
		0xff00000000000000,
	};
	unsigned int i;

	in_ring3("SYSRET", code64);
	in_ring3("SYSRET to compatibility mode", code32);
	for (i = 0; i < ARRAY_SIZE(addresses); i++)
		to(addresses[i]);
}
