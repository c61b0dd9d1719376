// SPDX-License-Identifier: GPL-2.0
/*
 * #GP and similar faults of the guest's own, while its doors are open: each arrives
 * with the right vector, error code and RIP, also if the delivery of another event
 * raises it, and the doors work after it (Intel SDM vol. 3A, 6.13, 6.15,
 * table 6-5; AMD APM vol. 2, 8.2.9 and 8.4).
 */
#include "lib/rt.h"

enum { NULL_GATE = 0x41, BAD_GATE = 0x42, BEYOND = 0x70, EXT = 1 };

extern const u8 vector_stubs[256][16];
extern const char hlt[], load_ds[], load_ss[], read_msr[], write_msr[], port[],
	null_gate[], bad_gate[], undefined[], int80[], enter[], nothing[], load_tr[];

asm(".pushsection .text\n"
    "hlt: hlt\n"
    "load_ds: mov %eax, %ds\n"
    "load_ss: mov %eax, %ss\n"
    "read_msr: rdmsr\n"
    "write_msr: wrmsr\n"
    "port: in $0x80, %al\n"
    "null_gate: .byte 0xcd, 0x41\n"
    "bad_gate: .byte 0xcd, 0x42\n"
    "undefined: ud2\n"
    "int80: .byte 0xcd, 0x80\n"
    "	int3\n"
    "enter: sysenter\n"
    "	int3\n"
    "nothing: nop\n"
    "	nop\n"
    "	int3\n"
    "load_tr: ltr %ax\n"
    ".popsection");

struct fault {
	const char *name, *code;
	u64 cs, vector, error, rax, rcx, rdx;
};

#ifdef __x86_64__
enum { CS = USER_CS };
static const bool is_64 = true;
#else
enum { CS = USER_CS32 };
static const bool is_64;
#endif

static const struct fault faults[] = {
	{ "HLT", hlt, CS, GP },
	{ "a selector beyond the GDT", load_ds, CS, GP, BEYOND, .rax = BEYOND },
	{ "DS of a TSS", load_ds, CS, GP, TSS_SEL, .rax = TSS_SEL },
	{ "SS of ring 0", load_ss, CS, GP, KERNEL_SS, .rax = KERNEL_SS },
	{ "RDMSR", read_msr, CS, GP, .rcx = MSR_SYSENTER_CS },
	{ "WRMSR", write_msr, CS, GP, .rcx = MSR_SYSENTER_CS },
	{ "IN", port, CS, GP },
	{ "UD2", undefined, CS, UD },
	{ "RDMSR of no MSR", read_msr, KERNEL_CS, GP, .rcx = 0xdead },
	{ "WRMSR of no MSR", write_msr, KERNEL_CS, GP, .rcx = 0xdead },
	{ "a selector beyond the GDT", load_ds, KERNEL_CS, GP, BEYOND, .rax = BEYOND },
	{ "LTR of what is no TSS", load_tr, KERNEL_CS, GP, KERNEL_SS,
	  .rax = KERNEL_SS },
	{ "INT through a gate with a null selector", null_gate, CS, GP },
	{ "INT through a gate to data", bad_gate, CS, GP, KERNEL_SS },
	{ "INT through a gate to data", bad_gate, KERNEL_CS, GP, KERNEL_SS },
};

/* For an error code that must have EXT. */
static void end_ext(bool missing)
{
	test_end_cpu(missing && cpu_is_amd(), "QEMU TCG never sets EXT");
}

static bool arrives(const char *code, u64 event)
{
	struct regs in;

	fill_regs32(&in, code, USER_CS32);
	run(&in);
	return test_eq("event of a call", this_cpu()->out.vector, event);
}

static void doors_work(void)
{
	arrives(int80, 0x80);
	if (!is_64 || !cpu_is_amd())
		arrives(enter, EV_SYSENTER);
}

static void fault(const struct fault *f)
{
	struct regs in, want;

	fill_regs(&in, f->code, f->cs);
	in.rflags |= X86_IF | X86_ZF;
	in.rax = f->rax;
	in.rcx = f->rcx;
	in.rdx = f->rdx;
	want = in;
	want.vector = f->vector;
	want.error = f->error;
	want.rflags |= X86_RF;
	test_begin("%s, CS %x", f->name, (u32)f->cs);
	run(&in);
	test_regs(&want);
	doors_work();
	test_end();
}

/* @code is valid except for the gate of @vector, which is a data descriptor. */
static void bad_delivery(const char *name, const char *code, int vector,
			 u64 event, u64 error)
{
	struct regs in, want;
	u64 got;

	set_gate_selector(vector, KERNEL_SS);
	fill_regs(&in, code, CS);
	in.rflags |= X86_IF;
	want = in;
	want.vector = event;
	want.error = error;
	want.rflags |= X86_RF;
	test_begin("%s", name);
	run(&in);
	if (event == DF) {
		/* The saved RIP is undefined, SDM vol. 3A, 6.15. */
		test_eq("event", this_cpu()->out.vector, DF);
		test_eq("error", this_cpu()->out.error, 0);
	} else {
		test_regs(&want);
	}
	got = this_cpu()->out.error;
	set_gate_selector(vector, KERNEL_CS);
	doors_work();
	end_ext(got == KERNEL_SS && error & EXT);
}

/* An interrupt whose gate is bad: #GP, with EXT set; it is not lost. */
static void bad_interrupt(void)
{
	struct percpu *pc = this_cpu();
	struct regs in;
	u64 got;

	set_gate_selector(IRQ_VECTOR, KERNEL_SS);
	apic_self_irq(IRQ_VECTOR);
	fill_regs(&in, nothing, CS);
	in.rflags |= X86_IF;
	test_begin("an interrupt through a gate to data");
	run(&in);
	/* It was accepted, so send its EOI. */
	apic_eoi();
	test_eq("event", pc->out.vector, GP);
	got = pc->out.error;
	test_eq("error", got, KERNEL_SS | EXT);
	test_eq("RIP", pc->out.rip, in.rip);
	set_gate_selector(IRQ_VECTOR, KERNEL_CS);
	doors_work();
	end_ext(got == KERNEL_SS);
}

void guest_main(void)
{
	unsigned int i;

	apic_init();
	this_cpu()->irq_stop = 1;
	set_sysenter(KERNEL_CS, test_stack(), (uintptr_t)entry_sysenter);
	set_gate(0x80, vector_stubs[0x80], 0xee);
	set_gate(0x2e, vector_stubs[0x2e], 0xee);
	set_gate(NULL_GATE, vector_stubs[NULL_GATE], 0xee);
	set_gate_selector(NULL_GATE, 0);
	set_gate(BAD_GATE, vector_stubs[BAD_GATE], 0xee);
	set_gate_selector(BAD_GATE, KERNEL_SS);
	doors_work();
	for (i = 0; i < ARRAY_SIZE(faults); i++)
		fault(&faults[i]);
	bad_delivery("INT 0x80 through a gate to data", int80, 0x80, GP, KERNEL_SS);
	bad_delivery("#UD through a gate to data", undefined, UD, GP, KERNEL_SS | EXT);
	bad_delivery("#GP through a gate to data is #DF", hlt, GP, DF, 0);
	bad_delivery("INT beyond, then #GP through a gate to data, is #DF",
		     null_gate, GP, DF, 0);
	bad_interrupt();
}
