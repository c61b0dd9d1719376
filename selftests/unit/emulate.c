// SPDX-License-Identifier: GPL-2.0
/*
 * The doors' instructions, judged by the pseudo-code of SDM vol. 2, SYSCALL, SYSRET,
 * SYSENTER and SYSEXIT, and of APM vol. 3, SYSCALL and SYSRET.  Numbers below stand
 * as they do there.
 */
#include <string.h>

#include "../../kmod/x86/cet.h"
#include "../../kmod/x86/emulate.h"
#include "ktap.h"

/* The attributes of a segment that the manuals list, in VMX's layout. */
enum {
	TYPE_CODE = 11, TYPE_DATA = 3, S = 1 << 4, DPL3 = 3 << 5, P = 1 << 7,
	L = 1 << 13, D = 1 << 14, G = 1 << 15,
	CODE64 = TYPE_CODE | S | P | L | G,
	CODE32 = TYPE_CODE | S | P | D | G,
	DATA = TYPE_DATA | S | P | D | G,
};

enum { CF = 1, FIXED = 2, TF = 1 << 8, IF = 1 << 9, DF = 1 << 10, NT = 1 << 14,
       RF = 1 << 16, VM = 1 << 17, AC = 1 << 18 };

static const struct vsys_quirks intel = { .gp_early = true };
static const struct vsys_quirks amd = { .syscall32 = true, .keeps_ss = true };

/* STAR: SYSRET's base 0x4b, SYSCALL's selector 0x33 (RPL 3), 32-bit entry. */
static const u64 star = 0x004b0033c0de4000, lstar = 0xffffffff81a00000, cstar = 0xffffffff81a00800;

/* SDM vol. 1, 3.3.7.1: bits 63:47 alike, or 63:56 with 57-bit addresses. */
bool vsys_canonical_upper(u64 cr4, u64 addr)
{
	int shift = cr4 & 1 << 12 ? 7 : 16;

	return (u64)((s64)(addr << shift) >> shift) == addr;
}

static struct vsys_state user64(void)
{
	return (struct vsys_state){
		.rip = 0x7ffff7e00010, .rsp = 0x7fffffffe000, .lma = true, .code64 = true,
		.rflags = CF | FIXED | IF | DF | RF, .cs = 0x33, .ss = 0x2b, .cpl = 3,
		.ss_keep = true,
	};
}

static struct vsys_state kernel64(void)
{
	struct vsys_state st = user64();

	st.rip = lstar;
	st.rflags = FIXED;
	st.cpl = 0;
	return st;
}

static bool segments(const struct vsys_state *st, u16 cs, u32 cs_attr, u16 ss, u32 ss_attr)
{
	return st->cs == cs && st->cs_attr == cs_attr && st->ss == ss &&
	       st->ss_attr == ss_attr;
}

static enum vsys_outcome checked(const struct vsys_state *st, enum vsys_op op, bool rex_w,
				 u64 rcx, const struct vsys_quirks *q)
{
	struct vsys_insn insn = { .op = op, .len = 2 + rex_w, .rex_w = rex_w };

	return vsys_emulate_check(st, &insn, rcx, q);
}

static void syscall64(void)
{
	struct vsys_state st = user64();
	unsigned long rcx = 0, r11 = 0;

	ok(checked(&st, VSYS_OP_SYSCALL, false, 0, &intel) == VSYS_DONE, "SYSCALL in 64-bit mode");
	vsys_emulate_syscall(&st, 2, &rcx, &r11, star, lstar, IF | DF | AC);
	ok(rcx == 0x7ffff7e00012, "RCX := RIP, of the next instruction");
	ok(r11 == (CF | FIXED | IF | DF), "R11 := RFLAGS, RF cleared");
	ok(st.rip == lstar && st.rsp == 0x7fffffffe000, "RIP := IA32_LSTAR, RSP stays");
	ok(st.rflags == (CF | FIXED), "RFLAGS := RFLAGS AND NOT(IA32_FMASK)");
	ok(segments(&st, 0x30, CODE64, 0x3b, DATA) && !st.ss_keep,
	   "CS := IA32_STAR[47:32] AND FFFCH, SS := IA32_STAR[47:32] + 8");
	ok(st.cpl == 0, "CPL := 0");

	st = user64();
	st.rip = 0xfffffffe;
	vsys_emulate_syscall(&st, 2, &rcx, &r11, star, lstar, ~0ULL);
	ok(rcx == 0x100000000, "64-bit code goes on beyond 4 GiB");
	ok(st.rflags == FIXED, "bit 1 of RFLAGS is fixed, whatever the mask");
}

static void syscall32(void)
{
	struct vsys_state st = user64();
	unsigned long rcx = 0, r11 = 0;

	st.code64 = false;
	st.rip = 0xfffffffe;
	ok(checked(&st, VSYS_OP_SYSCALL, false, 0, &intel) == VSYS_NOT_OURS,
	   "Intel: #UD outside 64-bit mode");
	ok(checked(&st, VSYS_OP_SYSCALL, false, 0, &amd) == VSYS_DONE,
	   "AMD: valid in compatibility mode");
	vsys_emulate_syscall(&st, 2, &rcx, &r11, star, cstar, IF);
	ok(st.rip == cstar && rcx == 0 && r11 == (CF | FIXED | IF | DF),
	   "compatibility mode: CSTAR, the next EIP has 32 bits, R11 is saved");
	ok(segments(&st, 0x30, CODE64, 0x3b, DATA), "its kernel is 64-bit code");

	st = user64();
	st.code64 = st.lma = false;
	st.rip = 0x8000;
	r11 = 77;
	vsys_emulate_syscall(&st, 2, &rcx, &r11, star, 0, ~0ULL);
	ok(st.rip == 0xc0de4000 && rcx == 0x8002, "legacy mode: EIP := STAR[31:0]");
	ok(r11 == 77 && st.rflags == (CF | FIXED | DF), "VM, IF and RF are cleared, R11 stays");
	ok(segments(&st, 0x30, CODE32, 0x3b, DATA) && st.cpl == 0, "and 32-bit code, CPL 0");
	st.rflags |= VM;
	ok(checked(&st, VSYS_OP_SYSCALL, false, 0, &amd) == VSYS_NOT_OURS,
	   "#UD in virtual-8086 mode");
}

static void sysret64(void)
{
	struct vsys_state st = kernel64();
	const u64 bad = 0x800000000000, high = 0xffff800000000000;

	ok(checked(&st, VSYS_OP_SYSRET, true, 0x400000, &intel) == VSYS_DONE, "SYSRETQ in ring 0");
	ok(checked(&st, VSYS_OP_SYSRET, true, bad, &intel) == VSYS_GP,
	   "Intel: RCX not canonical: #GP(0), before anything changes");
	ok(checked(&st, VSYS_OP_SYSRET, true, bad, &amd) == VSYS_DONE,
	   "AMD: done; the fetch at the target faults");
	ok(checked(&st, VSYS_OP_SYSRET, true, high, &intel) == VSYS_DONE,
	   "the upper half is canonical");
	ok(checked(&st, VSYS_OP_SYSRET, false, bad, &intel) == VSYS_DONE,
	   "a 32-bit operand is not looked at");
	st.cr4 = 1 << 12;
	ok(checked(&st, VSYS_OP_SYSRET, true, bad, &intel) == VSYS_DONE,
	   "CR4.LA57: 57 bits are canonical");
	ok(checked(&st, VSYS_OP_SYSRET, true, 1ULL << 56, &intel) == VSYS_GP, "58 are not");
	st.cpl = 1;
	ok(checked(&st, VSYS_OP_SYSRET, true, 0, &intel) == VSYS_GP, "CPL 1: #GP(0)");

	st = kernel64();
	vsys_emulate_sysret(&st, true, 0x400000, ~0ULL, star, &intel);
	ok(st.rip == 0x400000 && st.rsp == 0x7fffffffe000, "RIP := RCX, RSP stays");
	ok(st.rflags == (0x3c7fd7 | 2), "RFLAGS := (R11 AND 3C7FD7H) OR 2");
	ok(segments(&st, 0x5b, CODE64 | DPL3, 0x53, DATA | DPL3),
	   "CS := STAR[63:48] + 16, SS := STAR[63:48] + 8, both OR 3");
	ok(st.cpl == 3 && !st.ss_keep, "CPL := 3, Intel loads the attributes of SS");
	st = kernel64();
	vsys_emulate_sysret(&st, false, 0xffffffff00400000, NT, star, &amd);
	ok(st.rip == 0x400000 && st.rflags == (NT | FIXED), "32-bit operand: EIP := ECX");
	ok(segments(&st, 0x4b, CODE32 | DPL3, 0x53, DATA | DPL3), "CS := STAR[63:48] OR 3");
	ok(st.ss_keep, "AMD leaves the attributes of SS");
}

static void sysret32(void)
{
	struct vsys_state st = kernel64();

	st.code64 = st.lma = false;
	st.rflags = FIXED | CF | RF;
	ok(checked(&st, VSYS_OP_SYSRET, false, 0, &intel) == VSYS_NOT_OURS, "Intel: #UD in legacy mode");
	vsys_emulate_sysret(&st, false, 0x8000, ~0ULL, star, &amd);
	ok(st.rip == 0x8000 && st.rflags == (FIXED | CF | IF), "AMD: only IF is set");
	ok(segments(&st, 0x4b, CODE32 | DPL3, 0x53, DATA | DPL3) && st.cpl == 3, "32-bit, CPL 3");
}

static void sysenter(void)
{
	struct vsys_state st = user64();

	st.rflags |= TF;
	vsys_emulate_sysenter(&st, 0x63, 0xffffc90000004000, lstar);
	ok(st.rip == lstar && st.rsp == 0xffffc90000004000, "SYSENTER, IA-32e: 64-bit RIP and RSP");
	ok(st.rflags == (CF | FIXED | DF | TF), "VM, IF and RF are cleared, no others");
	ok(segments(&st, 0x60, CODE64, 0x68, DATA) && !st.cpl && !st.ss_keep,
	   "CS := IA32_SYSENTER_CS AND FFFCH, SS := CS + 8");
	st = user64();
	st.code64 = st.lma = false;
	vsys_emulate_sysenter(&st, 0x60, 0x1c0004000, 0x1c0100000);
	ok(st.rip == 0xc0100000 && st.rsp == 0xc0004000 &&
	   segments(&st, 0x60, CODE32, 0x68, DATA), "legacy mode: EIP, ESP, 32-bit code");
}

static void sysexit(void)
{
	struct vsys_state st = kernel64(), old;

	ok(vsys_emulate_sysexit(&st, true, 0x60, 0x7000, 0x400000) == VSYS_DONE, "SYSEXITQ");
	ok(st.rsp == 0x7000 && st.rip == 0x400000, "RSP := RCX, RIP := RDX");
	ok(segments(&st, 0x83, CODE64 | DPL3, 0x8b, DATA | DPL3) && st.cpl == 3,
	   "CS := IA32_SYSENTER_CS + 32, SS := CS + 8, RPL and CPL 3");
	st = kernel64();
	vsys_emulate_sysexit(&st, false, 0x60, 0x100007000, 0x100400000);
	ok(st.rsp == 0x7000 && st.rip == 0x400000 &&
	   segments(&st, 0x73, CODE32 | DPL3, 0x7b, DATA | DPL3),
	   "32-bit operand: ESP, EIP, CS := IA32_SYSENTER_CS + 16");
	st = old = kernel64();
	ok(vsys_emulate_sysexit(&st, true, 0x60, 0x7000, 1ULL << 47) == VSYS_GP &&
	   !memcmp(&st, &old, sizeof(st)), "RDX not canonical: #GP(0), nothing changes");
	ok(vsys_emulate_sysexit(&st, true, 0x60, 1ULL << 47, 0) == VSYS_GP, "nor RCX");
	st.cpl = 3;
	ok(vsys_emulate_sysexit(&st, false, 0x60, 0, 0) == VSYS_GP, "CPL 3: #GP(0)");
	st = kernel64();
	st.code64 = false;
	ok(vsys_emulate_sysexit(&st, true, 0x60, 0x7000, 0x400000) == VSYS_DONE &&
	   st.cs == 0x73, "REX.W is none outside 64-bit mode");
}

/* SDM vol. 2, the same four: shadow stacks and the tracker. */
static void cet(void)
{
	enum { SH_STK_EN = 1, ENDBR_EN = 4, SUPPRESS = 1 << 10, TRACKER = 1 << 11 };
	struct vsys_cet c = { .u_cet = SH_STK_EN, .ssp = 0x7ff0, .pl3_ssp = 1 };

	vsys_cet_enter(&c, 3, 48);
	ok(c.pl3_ssp == 0x7ff0 && c.ssp == 0x7ff0 && !c.s_cet, "IA32_PL3_SSP := SSP");
	c = (struct vsys_cet){ .u_cet = SH_STK_EN, .ssp = 1ULL << 47 };
	vsys_cet_enter(&c, 3, 48);
	ok(c.pl3_ssp == 0xffff800000000000, "LA_adjust: bit 47 is copied upwards");
	c = (struct vsys_cet){ .u_cet = SH_STK_EN, .ssp = 1ULL << 47 };
	vsys_cet_enter(&c, 3, 57);
	ok(c.pl3_ssp == 1ULL << 47, "... and is not with 57 bits");
	c = (struct vsys_cet){ .s_cet = SH_STK_EN | ENDBR_EN | SUPPRESS, .ssp = 8, .pl3_ssp = 1 };
	vsys_cet_enter(&c, 3, 48);
	ok(c.pl3_ssp == 1 && !c.ssp, "no user stack; the kernel's SSP := 0");
	ok(c.s_cet == (SH_STK_EN | ENDBR_EN | TRACKER), "TRACKER waits, SUPPRESS := 0");
	c = (struct vsys_cet){ .u_cet = ENDBR_EN, .s_cet = SH_STK_EN, .ssp = 8 };
	vsys_cet_enter(&c, 0, 48);
	ok(c.pl3_ssp == 8 && !c.ssp, "from ring 0 S_CET counts for both");
	c = (struct vsys_cet){ .u_cet = SH_STK_EN, .s_cet = ENDBR_EN, .pl3_ssp = 0x7ff0 };
	vsys_cet_leave(&c);
	ok(c.ssp == 0x7ff0 && c.s_cet == ENDBR_EN, "return: SSP := IA32_PL3_SSP");
	c = (struct vsys_cet){ .s_cet = SH_STK_EN, .ssp = 8, .pl3_ssp = 0x7ff0 };
	vsys_cet_leave(&c);
	ok(c.ssp == 8, "... only with a user stack");
}

int main(void)
{
	puts("TAP version 13");
	syscall64();
	syscall32();
	sysret64();
	sysret32();
	sysenter();
	sysexit();
	cet();
	return ktap_end();
}
