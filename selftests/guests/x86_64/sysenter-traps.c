// SPDX-License-Identifier: GPL-2.0
/*
 * SYSENTER and SYSEXIT with TF, in interrupt shadows, and between changes of
 * their MSRs.
 *
 * Neither touches TF (Intel SDM vol. 2B and AMD APM vol. 3), so a single-step
 * trap comes after them, at the target; systems rely on it (Linux,
 * arch/x86/entry/entry_32.S, "SYSENTER with TF set").  The shadow of STI and
 * MOV SS is one instruction long (SDM vol. 2B "STI", vol. 3A 6.8.3).
 */
#include "lib/rt.h"

extern const char call[], back[], target[], sti_call[], sti_back[], mov_ss_call[],
	reading_entry[], other_entry[];

asm(".pushsection .text\n"
    "sti_call: sti\n"
    "call: sysenter\n"
    "target: nop\n"
    "	int3\n"
    "sti_back: sti\n"
    "back: .byte 0x0f, 0x35\n"
    "mov_ss_call: mov %eax, %ss\n"
    "	sysenter\n"
    "	int3\n"
    "reading_entry:\n"
    "	mov $0x174, %ecx\n"
    "	rdmsr\n"
    "	mov %eax, %ebx\n"
    "	inc %ecx\n"
    "	rdmsr\n"
    "	mov %eax, %esi\n"
    "	inc %ecx\n"
    "	rdmsr\n"
    "	mov %eax, %edi\n"
    "	jmp entry_sysenter\n"
    "other_entry:\n"
    "	mov $0x1234567, %ebp\n"
    "	jmp entry_sysenter\n"
    ".popsection");

#define DR6_BS	0xffff4ff0

static void step(const char *name, const struct regs *in, struct regs *want,
		 u64 rip)
{
	want->vector = DB;
	want->dr6 = DR6_BS;
	want->rip = rip;
	test_begin("%s", name);
	run_shadowed(in, in->rip + 2, 0);	/* the length of MOV SS */
	test_regs(want);
	test_end();
}

static void step_into(const char *name, const char *code, u64 cs)
{
	struct regs in, want;

	fill_regs32(&in, code, cs);
	in.rflags |= X86_TF | X86_IF;
	if (code == mov_ss_call)
		in.rax = USER_SS;
	expect_sysenter(&want, &in);
	step(name, &in, &want, (uintptr_t)entry_sysenter);
}

static void step_out(void)
{
	struct regs in, want;

	fill_regs32(&in, back, KERNEL_CS);
	in.rdx = (uintptr_t)target;
	in.rcx = test_stack();
	in.rflags |= X86_TF;
	expect_sysexit(&want, &in, false);
	step("SYSEXIT with TF: trap at the target", &in, &want, in.rdx);
}

static void shadows(void)
{
	struct regs in, want;

	fill_regs32(&in, sti_call, USER_CS32);
	in.rflags |= X86_IOPL;		/* lets ring 3 use STI */
	expect_sysenter(&want, &in);
	test_begin("STI; SYSENTER: an interrupt stays pending");
	run_shadowed(&in, in.rip + 1, IRQ_VECTOR);
	test_regs(&want);
	test_eq("still pending", apic_irq_taken(), true);
	test_end();

	fill_regs32(&in, sti_back, KERNEL_CS);
	in.rdx = (uintptr_t)target;
	in.rcx = test_stack();
	expect_sysexit(&want, &in, false);
	want.vector = IRQ_VECTOR;
	want.rip = in.rdx;
	want.rflags |= X86_IF;
	test_begin("STI; SYSEXIT: an interrupt comes at the target");
	run_shadowed(&in, in.rip + 1, IRQ_VECTOR);
	test_regs(&want);
	apic_eoi();
	test_eq("still pending", apic_irq_taken(), false);
	test_end_rf(&want);
}

/* Guest and user space must read the MSRs as written, and calls must use them. */
static void msrs(void)
{
	static struct minivm_mark m;
	struct regs *out = &this_cpu()->out, in;
	int i;

	test_begin("MSRs change between calls and read as written");
	for (i = 0; i < 100; i++) {
		u16 cs = KERNEL_CS | (i & 3);
		u64 esp = test_stack() - (i & 7) * 16;
		const char *eip = i & 1 ? other_entry : entry_sysenter;

		set_sysenter(cs, esp, (uintptr_t)eip);
		fill_regs32(&in, call, USER_CS32);
		run(&in);
		test_eq("event", out->vector, EV_SYSENTER);
		test_eq("RSP", out->rsp, esp);
		test_eq("RBP", out->rbp, i & 1 ? 0x1234567 : in.rbp);
		test_eq("SYSENTER_CS", rdmsr(MSR_SYSENTER_CS), cs);
		test_eq("SYSENTER_ESP", rdmsr(MSR_SYSENTER_ESP), esp);
		test_eq("SYSENTER_EIP", rdmsr(MSR_SYSENTER_EIP), (uintptr_t)eip);
		mark(&m);
		test_eq("KVM_GET_MSRS, SYSENTER_CS", m.msr_sysenter_cs, cs);
		test_eq("KVM_GET_MSRS, SYSENTER_ESP", m.msr_sysenter_esp, esp);
		test_eq("KVM_GET_MSRS, SYSENTER_EIP", m.msr_sysenter_eip,
			(uintptr_t)eip);
	}
	test_end();

	set_sysenter(KERNEL_CS, test_stack(), (uintptr_t)reading_entry);
	fill_regs32(&in, call, USER_CS32);
	test_begin("MSRs read in the handler");
	run(&in);
	test_eq("event", out->vector, EV_SYSENTER);
	test_eq("SYSENTER_CS", out->rbx, KERNEL_CS);
	test_eq("SYSENTER_ESP", out->rsi, test_stack());
	test_eq("SYSENTER_EIP", out->rdi, (uintptr_t)reading_entry);
	test_end();
}

void guest_main(void)
{
	set_sysenter(KERNEL_CS, test_stack(), (uintptr_t)entry_sysenter);
#ifdef __x86_64__
	if (cpu_is_amd()) {
		test_begin("TF and shadows");
		test_skip("no SYSENTER in long mode on AMD");
		return;
	}
	step_into("SYSENTER with TF", call, USER_CS);
#endif
	step_into("SYSENTER with TF: trap at the handler", call, USER_CS32);
	step_into("SYSENTER with TF at CPL 0: trap at the handler", call, KERNEL_CS);
	step_into("MOV SS; SYSENTER with TF: trap at the handler", mov_ss_call,
		  USER_CS32);
	step_out();
	apic_init();
	this_cpu()->irq_stop = 1;
	shadows();
	msrs();
}
