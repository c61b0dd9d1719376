// SPDX-License-Identifier: GPL-2.0
/*
 * An NMI whose gate faults counts as taken: NMIs stay blocked until an IRET
 * (Intel SDM vol. 3A, 6.7.1; AMD APM vol. 2, 8.2.3).
 */
#include "lib/rt.h"

enum { NMI = 2, EXT = 1, GATE_INT = 0x8e };

/* In x2APIC mode: send an NMI to this vCPU. */
#define X2APIC_ICR	0x830
#define SELF_NMI	(1 << 18 | 4 << 8)

extern const char send[], sent[], count[], iret_here[];
extern u64 nmis;

asm(".pushsection .text\n"
    "send: wrmsr\n"
    "sent: nop\n"
    "	int3\n"
    "count: incq nmis\n"
    "	iretq\n"
    "iret_here:" IRET_HERE "ret\n"
    ".popsection\n"
    ".pushsection .data\n"
    "nmis: .quad 0\n"
    ".popsection");

static void bad_gate(void)
{
	struct regs in, *out = &this_cpu()->out;

	set_gate_selector(NMI, 0);
	fill_regs(&in, send, KERNEL_CS);
	in.rcx = X2APIC_ICR;
	in.rax = SELF_NMI;
	in.rdx = 0;
	test_begin("an NMI through a gate with a null selector");
	run(&in);
	test_eq("event", out->vector, GP);
	test_eq("error code", out->error & ~EXT, 0);
	test_eq("RIP", out->rip, (u64)sent);
	test_end();
}

void guest_main(void)
{
	u8 idtr[10];

	apic_init();
	bad_gate();
	set_gate(NMI, count, GATE_INT);
	test_begin("another one waits for an IRET");
	wrmsr(X2APIC_ICR, SELF_NMI);
	/* On VMX SIDT exits and is let through. */
	asm volatile("sidt %0; nop; nop; nop" : "=m" (idtr));
	test_eq("NMIs before it", nmis, 0);
	asm volatile("call iret_here" : : : "rcx", "rdx", "memory");
	test_eq("NMIs after it", nmis, 1);
	test_end();
}
