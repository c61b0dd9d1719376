// SPDX-License-Identifier: GPL-2.0
/* Descriptor tables, processors and APIC of a guest. */
#include "rt.h"

struct descriptor_ptr {
	u16 limit;
	uintptr_t base;
} __attribute__((packed));

struct gate {
	u16 offset_low, selector;
	u8 ist, type;
	u16 offset_mid;
#ifdef __x86_64__
	u32 offset_high, zero;
#endif
};

#ifdef __x86_64__
struct tss {
	u32 reserved0;
	u64 rsp[3];
	u64 reserved1;
	u64 ist[7];
	u64 reserved2;
	u16 reserved3, iomap;
} __attribute__((packed));
#else
struct tss {
	u32 link, esp0, ss0;
	u32 unused[22];
	u16 trap, iomap;
};
#endif

#ifdef __x86_64__
enum { GPRS = 16 };
#else
enum { GPRS = 8 };
#endif

static struct cpu {
	struct percpu pc;
	u64 gdt[11];
	struct tss tss;
	u8 ist[4096] __attribute__((aligned(16)));
	u8 test_stack[4096] __attribute__((aligned(16)));
} cpus[MINIVM_MAX_VCPUS] __attribute__((aligned(4096)));

static struct gate idt[256] __attribute__((aligned(4096)));
extern const u8 vector_stubs[256][16];
void load_segments(const void *gdtr, const void *idtr);
void rt_start(unsigned int cpu, u64 flags, u64 arg);
void rt_crash(const struct regs *r);

u64 vm_flags, vm_arg;

_Static_assert(sizeof(struct regs) == R_SIZE, "lib/asm.h");
_Static_assert(offsetof(struct regs, r15) == R_R15, "lib/asm.h");
_Static_assert(offsetof(struct regs, cr3) == R_CR3, "lib/asm.h");
_Static_assert(offsetof(struct percpu, out) == PC_OUT, "lib/asm.h");
_Static_assert(offsetof(struct percpu, kernel_cr3) == PC_KERNEL_CR3, "lib/asm.h");

/* Of page tables. */
int vm_levels(void)
{
	return vm_flags >> MINIVM_F_LEVELS_SHIFT & 7;
}

unsigned int vm_vcpus(void)
{
	return vm_flags >> MINIVM_F_VCPUS_SHIFT & 0xff;
}

bool cpu_is_amd(void)
{
	return vm_flags & MINIVM_F_AMD;
}

void exit_vm(int code)
{
	asm volatile("outb %0, %1" : : "a" ((u8)code), "Nd" (MINIVM_PORT_EXIT));
	for (;;)
		;
}

void mark(struct minivm_mark *m)
{
	outl(MINIVM_PORT_MARK, (uintptr_t)m);
}

/* The next access to the page of @p exits: KVM must map it again. */
void drop_page(const void *p)
{
	outl(MINIVM_PORT_DROP, (uintptr_t)p & ~0xfffUL);
}

void drop_idt(void)
{
	drop_page(idt);
}

/* The page of @p is in another page of the host's memory from now on. */
void move_page(const void *p)
{
	outl(MINIVM_PORT_MOVE, (uintptr_t)p & ~0xfffUL);
}

/* The guest's own code has raised an exception. */
void rt_crash(const struct regs *r)
{
	print("Bail out! exception %lu, error %lx, rip %lx, cr2 %lx\n",
	      r->vector, r->error, r->rip, r->cr2);
	exit_vm(3);
}

__attribute__((weak)) void guest_ap(unsigned int cpu)
{
	(void)cpu;
	for (;;)
		asm volatile("cli; hlt");
}

/* @type: 8eh an interrupt gate for ring 0, 0eeh one for ring 3, ... */
void set_gate(int vector, const void *handler, u8 type)
{
	uintptr_t to = (uintptr_t)handler;

	idt[vector] = (struct gate){
		.offset_low = to, .offset_mid = to >> 16, .selector = KERNEL_CS,
		.type = type,
#ifdef __x86_64__
		.offset_high = to >> 32, .ist = 1,
#endif
	};
}

void set_gate_selector(int vector, u16 selector)
{
	idt[vector].selector = selector;
}

/* Let a handler that is interrupted keep its stack: no IST. */
void use_rsp0(int vector)
{
	idt[vector].ist = 0;
}

#ifdef __x86_64__
void set_rsp0(u64 rsp)
{
	cpus[0].tss.rsp[0] = rsp;
}
#endif

void set_idt_limit(u16 limit)
{
	struct descriptor_ptr idtr = { limit, (uintptr_t)idt };

	asm volatile("lidt %0" : : "m" (idtr));
}

/* Of USER_CS32: @last is the last byte of a page. */
void set_user_cs32_limit(u64 last)
{
	u64 pages = last >> 12;

	cpus[0].gdt[USER_CS32 / 8] = 0x00c0fb0000000000 | (pages & 0xffff) |
				     (pages >> 16 & 0xf) << 48;
}

static u64 data_descriptor(u32 base)
{
	return 0x00cff3000000ffffULL | (u64)(base & 0xffffff) << 16 |
	       (u64)(base >> 24) << 56;
}

#ifndef __x86_64__
void set_user_fs(u32 base)
{
	cpus[0].gdt[USER_FS / 8] = data_descriptor(base);
	asm volatile("mov %0, %%fs" : : "r" (USER_FS));
}
#endif

static void load_tables(unsigned int cpu)
{
	uintptr_t tss = (uintptr_t)&cpus[cpu].tss;
	uintptr_t stack = (uintptr_t)cpus[cpu].ist + sizeof(cpus[cpu].ist);
	u64 *gdt = cpus[cpu].gdt;
	struct descriptor_ptr gdtr = { sizeof(cpus[cpu].gdt) - 1, (uintptr_t)gdt };
	struct descriptor_ptr idtr = { sizeof(idt) - 1, (uintptr_t)idt };
	int i;

	gdt[KERNEL_CS / 8] = 0x00cf9b000000ffff;
	gdt[KERNEL_SS / 8] = 0x00cf93000000ffff;
	gdt[USER_CS32 / 8] = 0x00cffb000000ffff;
	gdt[USER_SS / 8] = data_descriptor(0);
	gdt[TSS_SEL / 8] = (sizeof(struct tss) - 1) | (u64)(tss & 0xffffff) << 16 |
			   0x89ULL << 40 | (u64)(tss >> 24 & 0xff) << 56;
	cpus[cpu].tss.iomap = sizeof(struct tss);
#ifdef __x86_64__
	gdt[KERNEL_CS / 8] = 0x00af9b000000ffff;
	gdt[USER_CS / 8] = 0x00affb000000ffff;
	gdt[TSS_SEL / 8 + 1] = tss >> 32;
	gdt[KERNEL_CS32 / 8] = 0x00cf9b000000ffff;
	cpus[cpu].tss.ist[0] = stack;
	cpus[cpu].tss.rsp[0] = (u64)(cpus[cpu].test_stack + 4096);
#else
	gdt[PERCPU_SEL / 8] = data_descriptor((uintptr_t)&cpus[cpu].pc);
	cpus[cpu].tss.ss0 = KERNEL_SS;
	cpus[cpu].tss.esp0 = stack;
#endif
	/* All vCPUs have one IDT.  INT3 may be used by ring 3. */
	for (i = 0; !cpu && i < 256; i++)
		set_gate(i, vector_stubs[i], i == BP ? 0xee : 0x8e);
	load_segments(&gdtr, &idtr);
}

void set_star(u16 syscall_cs, u16 sysret_cs)
{
	wrmsr(MSR_STAR, (u64)syscall_cs << 32 | (u64)sysret_cs << 48);
}

void set_sysenter(u16 cs, u64 esp, u64 eip)
{
	wrmsr(MSR_SYSENTER_CS, cs);
	wrmsr(MSR_SYSENTER_ESP, esp);
	wrmsr(MSR_SYSENTER_EIP, eip);
}

void rt_start(unsigned int cpu, u64 flags, u64 arg)
{
	vm_flags = flags;
	vm_arg = arg;
	load_tables(cpu);
	cpus[cpu].pc.self = &cpus[cpu].pc;
#ifdef __x86_64__
	wrmsr(MSR_GS_BASE, (u64)&cpus[cpu].pc);
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SCE);
	set_star(KERNEL_CS, USER_CS32);
	wrmsr(MSR_LSTAR, (u64)entry_lstar);
	wrmsr(MSR_CSTAR, (u64)entry_cstar);
	wrmsr(MSR_SFMASK, X86_TF | X86_IF | X86_DF | X86_NT | X86_AC);
#endif
	if (cpu) {
		guest_ap(cpu);
		for (;;)
			asm volatile("cli; hlt");
	}
	guest_main();
	test_finish();
}

/* All values differ, so that a mix-up is noticed. */
void fill_regs(struct regs *in, const void *rip, u64 cs)
{
	u64 *gpr = (u64 *)in;
	int i;

	*in = (struct regs){ 0 };
	for (i = 0; i < GPRS; i++)
		gpr[i] = (uintptr_t)(0x8100a5c300000001ULL +
				     i * 0x0101010101010101ULL);
	in->rip = (uintptr_t)rip;
	in->cs = cs;
	in->ss = cs & 3 ? USER_SS : KERNEL_SS;
	in->rflags = X86_FIXED;
#ifndef __x86_64__
	/* run() and events in ring 0 push there. */
	if (!(cs & 3))
		in->rsp = test_stack();
#endif
}

/* The same for code that runs or ends in compatibility mode. */
void fill_regs32(struct regs *in, const void *rip, u64 cs)
{
	int i;

	fill_regs(in, rip, cs);
	for (i = 0; i < GPRS; i++)
		((u64 *)in)[i] &= 0xffffffff;
}

/* The top of a stack that nothing else uses. */
u64 test_stack(void)
{
	struct cpu *cpu = (struct cpu *)this_cpu();

	return (uintptr_t)cpu->test_stack + sizeof(cpu->test_stack);
}

asm(".pushsection .text\n"
    "divide_error: div %ecx\n"
    ".popsection");

/*
 * Does the CPU set RF in the flags that a fault pushes, as Intel SDM vol. 3,
 * "RF flag", and AMD APM vol. 2, 3.1.6, require?  Tested with #DE, which is never
 * intercepted.  QEMU TCG does not; exceptions.c reports it.
 */
bool cpu_pushes_rf(void)
{
	extern const char divide_error[];
	struct regs in, out = this_cpu()->out;
	bool rf;

	fill_regs(&in, divide_error, USER_CS);
	in.rcx = 0;
	run(&in);
	rf = this_cpu()->out.rflags & X86_RF;
	this_cpu()->out = out;
	return rf;
}

/*
 * State after a 64-bit SYSCALL of @length bytes at @in, with the current MSRs.
 * @want and @in may be the same.
 */
void expect_syscall(struct regs *want, const struct regs *in, int length)
{
	u64 star = rdmsr(MSR_STAR);

	*want = *in;
	want->vector = EV_SYSCALL;
	want->rcx = want->rip + length;
	want->rip = rdmsr(MSR_LSTAR);
	want->r11 = want->rflags & ~X86_RF;
	want->rflags = (want->r11 & ~rdmsr(MSR_SFMASK)) | X86_FIXED;
	want->cs = star >> 32 & 0xfffc;
	want->ss = (star >> 32 & 0xffff) + 8;
}

/* State after SYSRET at @in and an INT3 at RCX, with the current MSRs. */
void expect_sysret(struct regs *want, const struct regs *in, bool to64)
{
	u16 star = rdmsr(MSR_STAR) >> 48;

	*want = *in;
	want->vector = BP;
	want->rip = (to64 ? in->rcx : (u32)in->rcx) + 1;
	want->rflags = (in->r11 & 0x3c7fd7) | X86_FIXED;
	want->cs = (u16)(star + (to64 ? 16 : 0)) | 3;
	want->ss = (u16)(star + 8) | 3;
}

/* State after SYSENTER, with the current MSRs. */
void expect_sysenter(struct regs *want, const struct regs *in)
{
	u16 cs = rdmsr(MSR_SYSENTER_CS) & 0xfffc;

	*want = *in;
	want->vector = EV_SYSENTER;
	want->rip = (uintptr_t)rdmsr(MSR_SYSENTER_EIP);
	want->rsp = (uintptr_t)rdmsr(MSR_SYSENTER_ESP);
	want->rflags &= ~(X86_IF | X86_RF | X86_VM);
	want->cs = cs;
	want->ss = (u16)(cs + 8);
}

/* State after SYSEXIT at @in and an INT3 at RDX, with the current MSRs. */
void expect_sysexit(struct regs *want, const struct regs *in, bool to64)
{
	u16 cs = rdmsr(MSR_SYSENTER_CS);

	*want = *in;
	want->vector = BP;
	want->rip = (to64 ? in->rdx : (u32)in->rdx) + 1;
	want->rsp = to64 ? in->rcx : (u32)in->rcx;
	want->rflags &= ~X86_RF;
	want->cs = (u16)(cs + (to64 ? 32 : 16)) | 3;
	want->ss = (u16)(cs + (to64 ? 40 : 24)) | 3;
}

void apic_init(void)
{
	u64 base = rdmsr(MSR_APIC_BASE);

	wrmsr(MSR_APIC_BASE, base | 1 << 11);
	wrmsr(MSR_APIC_BASE, base | 1 << 11 | 1 << 10);
	wrmsr(0x80f, 0x1ff);		/* spurious vector, APIC enabled */
	wrmsr(0x83e, 0xb);		/* timer counts bus cycles undivided */
}

void apic_self_irq(int vector)
{
	wrmsr(0x83f, vector);
}

/*
 * As run(), with the instruction at @next in an interrupt shadow; @vector is made
 * pending, if not 0.  Repeats if a VM exit of the host came in between:
 * QEMU before 9.1 does not load the shadow at VMRUN.
 */
void run_shadowed(const struct regs *in, u64 next, int vector)
{
	const struct regs *out = &this_cpu()->out;
	int tries;

	for (tries = cpu_is_amd() ? 4 : 1; tries; tries--) {
		if (vector)
			apic_self_irq(vector);
		run(in);
		if (out->rip != next || tries == 1)
			return;
		if (vector)
			apic_eoi();
	}
}

/* Take a pending interrupt, if any; returns whether there was one. */
bool apic_irq_taken(void)
{
	struct percpu *pc = this_cpu();
	u64 before;

	pc->irq_stop = 0;
	before = pc->irqs;
	asm volatile("sti; nop; nop; cli" : : : "memory");
	pc->irq_stop = 1;
	return pc->irqs != before;
}

void apic_timer(u32 count, int vector)
{
	wrmsr(0x832, vector | 1 << 17);	/* periodic */
	wrmsr(0x838, count);
}

void apic_eoi(void)
{
	wrmsr(0x80b, 0);
}
