// SPDX-License-Identifier: GPL-2.0
/*
 * Exceptions of the guest's own, between system calls: each arrives with the
 * right vector, error code, RIP, CR2 and DR6 (Intel SDM vol. 3A, 6.15; AMD APM
 * vol. 2, 8.2).
 */
#include "lib/rt.h"

extern const char call[], call_end[], hlt[], read_cr0[], write_msr[],
	read_msr[], load[], fetch[], divide[], interrupt[], push[], icebp[];

asm(".pushsection .text\n"
    "call: syscall\n"
    "call_end: int3\n"
    "hlt: hlt\n"
    "read_cr0: mov %cr0, %rax\n"
    "write_msr: wrmsr\n"
    "read_msr: rdmsr\n"
    "load: mov (%rbx), %rax\n"
    "fetch: jmp *%rbx\n"
    "divide: div %ecx\n"
    "interrupt: int $0x30\n"
    "push: push %rax\n"
    "icebp: .byte 0xf1\n"
    ".popsection");

struct fault {
	const char *name, *code;
	u64 cs, vector, error;
	u64 rbx, rcx, rax, rdx, rsp;
	const char *known;	/* deviation of QEMU TCG */
};

#define NOWHERE		0x20000000UL		/* not mapped */
#define NON_CANONICAL	0x8000000000000000UL

static const struct fault faults[] = {
	{ "HLT", hlt, USER_CS, GP },
	{ "MOV from CR0", read_cr0, USER_CS, GP },
	{ "WRMSR", write_msr, USER_CS, GP, .rcx = MSR_EFER },
	{ "RDMSR", read_msr, USER_CS, GP, .rcx = MSR_EFER },
	{ "INT of ring 0", interrupt, USER_CS, GP, 0x30 * 8 + 2,
	  .known = "QEMU TCG: error code is vector * 16 + 2" },
	{ "non-canonical load", load, USER_CS, GP, .rbx = NON_CANONICAL },
	{ "non-canonical stack", push, USER_CS, SS, .rsp = NON_CANONICAL,
	  .known = "QEMU TCG: #GP, not #SS" },
	{ "load from nowhere", load, USER_CS, PF, 4, .rbx = NOWHERE },
	{ "divide by 0", divide, USER_CS, DE },
	{ "RDMSR of no MSR", read_msr, KERNEL_CS, GP, .rcx = 0xdead },
	{ "WRMSR of no MSR", write_msr, KERNEL_CS, GP, .rcx = 0xdead },
	{ "WRMSR of a bad LSTAR", write_msr, KERNEL_CS, GP, .rcx = MSR_LSTAR,
	  .rdx = 0x80000000, .known = "QEMU TCG accepts any LSTAR" },
	{ "WRMSR of a bad EFER", write_msr, KERNEL_CS, GP, .rcx = MSR_EFER,
	  .rax = 0xd01, .rdx = 0x80000000 },
	{ "non-canonical load", load, KERNEL_CS, GP, .rbx = NON_CANONICAL },
	{ "load from nowhere", load, KERNEL_CS, PF, 0, .rbx = NOWHERE },
	{ "divide by 0", divide, KERNEL_CS, DE },
};

static bool syscall_works(void)
{
	struct regs in, want;

	fill_regs(&in, call, USER_CS);
	expect_syscall(&want, &in, 2);
	run(&in);
	return test_regs(&want);
}

static void fault(const struct fault *f)
{
	struct regs in, want;
	bool wrong, works;

	fill_regs(&in, f->code, f->cs);
	in.rbx = f->rbx;
	in.rcx = f->rcx;
	in.rax = f->rax;
	in.rdx = f->rdx;
	if (f->rsp)
		in.rsp = f->rsp;
	in.rflags |= X86_IF | X86_ZF;
	want = in;
	want.vector = f->vector;
	want.error = f->error;
	want.cr2 = NOWHERE;
	want.rflags |= X86_RF;
	test_begin("%s at CPL %u", f->name, (u32)f->cs & 3);
	run(&in);
	wrong = !test_regs(&want);
	wrmsr(MSR_LSTAR, (u64)entry_lstar);
	works = syscall_works();
	test_end_cpu(f->known && wrong && works, f->known);
}

static void fetch_from(const char *name, u64 address, u64 vector, u64 error)
{
	struct regs in, want;

	fill_regs(&in, fetch, USER_CS);
	in.rbx = address;
	want = in;
	want.vector = vector;
	want.error = error;
	want.cr2 = address;
	want.rflags |= X86_RF;
	want.rip = address;
	test_begin("%s", name);
	run(&in);
	test_regs(&want);
	syscall_works();
	test_end();
}

static void traps(void)
{
	struct regs in, want;
	bool works;
	u64 event;

	fill_regs(&in, call_end, USER_CS);
	want = in;
	want.rip++;
	want.vector = BP;
	test_begin("INT3");
	run(&in);
	test_regs(&want);
	syscall_works();
	test_end();

	fill_regs(&in, icebp, USER_CS);
	want = in;
	want.rip++;
	want.vector = DB;
	want.dr6 = 0xffff0ff0;
	test_begin("INT1");
	run(&in);
	event = this_cpu()->out.vector;
	test_regs(&want);
	works = syscall_works();
	test_end_cpu(event == UD && works, "QEMU TCG under KVM: INT1 is #UD");
}

void guest_main(void)
{
	unsigned int i;

	test_begin("a fault pushes RF");
	test_eq("RF", cpu_pushes_rf(), true);
	test_end_cpu(true, "QEMU TCG does not, so no test looks at it there");
	for (i = 0; i < ARRAY_SIZE(faults); i++)
		fault(&faults[i]);
	fetch_from("fetch from nowhere", NOWHERE, PF, 0x14);
	traps();
}
