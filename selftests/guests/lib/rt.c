// SPDX-License-Identifier: GPL-2.0
/* Descriptor tables, processors, page tables and APIC of a guest. */
#include "rt.h"

struct descriptor_ptr {
	u16 limit;
	u64 base;
} __attribute__((packed));

struct gate {
	u16 offset_low, selector;
	u8 ist, type;
	u16 offset_mid;
	u32 offset_high, zero;
};

struct tss {
	u32 reserved0;
	u64 rsp[3];
	u64 reserved1;
	u64 ist[7];
	u64 reserved2;
	u16 reserved3, iomap;
} __attribute__((packed));

enum { PER_PAGE = 512, POOL_START = 0x400000 };

static struct {
	struct percpu pc;
	u64 gdt[9];
	struct tss tss;
	u8 ist[4096] __attribute__((aligned(16)));
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
	outl(MINIVM_PORT_MARK, (u64)m);
}

/* The guest's own code has met an exception. */
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

static void load_tables(unsigned int cpu)
{
	u64 tss = (u64)&cpus[cpu].tss;
	u64 *gdt = cpus[cpu].gdt;
	struct descriptor_ptr gdtr = { sizeof(cpus[cpu].gdt) - 1, (u64)gdt };
	struct descriptor_ptr idtr = { sizeof(idt) - 1, (u64)idt };
	int i;

	gdt[KERNEL_CS / 8] = 0x00af9b000000ffff;
	gdt[KERNEL_SS / 8] = 0x00cf93000000ffff;
	gdt[USER_CS32 / 8] = 0x00cffb000000ffff;
	gdt[USER_SS / 8] = 0x00cff3000000ffff;
	gdt[USER_CS / 8] = 0x00affb000000ffff;
	gdt[TSS_SEL / 8] = (sizeof(struct tss) - 1) | (tss & 0xffffff) << 16 |
			   0x89UL << 40 | (tss >> 24 & 0xff) << 56;
	gdt[TSS_SEL / 8 + 1] = tss >> 32;
	gdt[KERNEL_CS32 / 8] = 0x00cf9b000000ffff;
	cpus[cpu].tss.ist[0] = (u64)cpus[cpu].ist + sizeof(cpus[cpu].ist);
	cpus[cpu].tss.rsp[0] = cpus[cpu].tss.ist[0];
	cpus[cpu].tss.iomap = sizeof(struct tss);

	for (i = 0; i < 256; i++) {
		u64 stub = (u64)vector_stubs[i];

		/* An interrupt gate on IST1; INT3 may be used by ring 3. */
		idt[i] = (struct gate){
			.offset_low = stub, .offset_mid = stub >> 16,
			.offset_high = stub >> 32, .selector = KERNEL_CS,
			.ist = 1, .type = i == BP ? 0xee : 0x8e,
		};
	}
	load_segments(&gdtr, &idtr);
}

void set_star(u16 syscall_cs, u16 sysret_cs)
{
	wrmsr(MSR_STAR, (u64)syscall_cs << 32 | (u64)sysret_cs << 48);
}

void rt_start(unsigned int cpu, u64 flags, u64 arg)
{
	vm_flags = flags;
	vm_arg = arg;
	load_tables(cpu);
	cpus[cpu].pc.self = &cpus[cpu].pc;
	wrmsr(MSR_GS_BASE, (u64)&cpus[cpu].pc);
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SCE);
	set_star(KERNEL_CS, USER_CS32);
	wrmsr(MSR_LSTAR, (u64)entry_lstar);
	wrmsr(MSR_CSTAR, (u64)entry_cstar);
	wrmsr(MSR_SFMASK, X86_TF | X86_IF | X86_DF | X86_NT | X86_AC);
	if (cpu) {
		guest_ap(cpu);
		for (;;)
			asm volatile("cli; hlt");
	}
	guest_main();
	test_finish();
}

/* Distinct values everywhere, so that no mix-up goes unnoticed. */
void fill_regs(struct regs *in, const void *rip, u64 cs)
{
	u64 *gpr = (u64 *)in;
	unsigned int i;

	*in = (struct regs){ 0 };
	for (i = 0; i < 16; i++)
		gpr[i] = 0x8100a5c300000001UL + i * 0x0101010101010101UL;
	in->rip = (u64)rip;
	in->cs = cs;
	in->ss = cs & 3 ? USER_SS : KERNEL_SS;
	in->rflags = X86_FIXED;
}

/* The same for code that runs or ends in compatibility mode. */
void fill_regs32(struct regs *in, const void *rip, u64 cs)
{
	int i;

	fill_regs(in, rip, cs);
	for (i = 0; i < 16; i++)
		((u64 *)in)[i] &= 0xffffffff;
}

asm(".pushsection .text\n"
    "divide_error: div %ecx\n"
    ".popsection");

/*
 * Does the CPU set RF in the flags that a fault pushes, as Intel SDM vol. 3,
 * "RF flag", and AMD APM vol. 2, 3.1.6, want?  Asked of #DE, which nobody
 * intercepts.  QEMU TCG does not; exceptions.c reports it.
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
 * What a 64-bit SYSCALL of @length bytes must make of @in, MSRs as they are.
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

/* What SYSRET at @in must do when it meets INT3 at RCX, MSRs as they are. */
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

void *alloc_page(void)
{
	static u64 next = POOL_START;
	u64 page = next;

	next += 4096;
	return (void *)page;
}

static u64 *walk(u64 cr3, u64 virt, bool create)
{
	int level = vm_flags & MINIVM_F_LA57 ? 5 : 4;
	u64 *table = (u64 *)(cr3 & 0xffffffffff000);

	for (; ; level--) {
		u64 *e = &table[virt >> (12 + 9 * (level - 1)) & 511];

		if (level == 1)
			return e;
		if (!(*e & PTE_P)) {
			if (!create)
				return NULL;
			*e = (u64)alloc_page() | PTE_P | PTE_W | PTE_U;
		}
		table = (u64 *)(*e & 0xffffffffff000);
	}
}

u64 *pte_in(u64 cr3, const void *address)
{
	return walk(cr3, (u64)address, false);
}

u64 *pte_of(const void *address)
{
	return pte_in(read_cr3(), address);
}

u64 *map_page(u64 virt, u64 phys, u64 flags)
{
	u64 *pte = walk(read_cr3(), virt, true);

	*pte = phys | flags;
	invlpg((void *)virt);
	return pte;
}

static u64 copy_table(u64 table, int level)
{
	u64 *from = (u64 *)table, *to = alloc_page();
	int i;

	for (i = 0; i < PER_PAGE; i++) {
		to[i] = from[i];
		if (level > 1 && (from[i] & PTE_P))
			to[i] = copy_table(from[i] & 0xffffffffff000, level - 1) |
				(from[i] & 0xfff);
	}
	return (u64)to;
}

/* A second set of page tables, equal to the first as yet; returns its CR3. */
u64 copy_tables(void)
{
	return copy_table(read_cr3() & ~0xfffUL,
			  vm_flags & MINIVM_F_LA57 ? 5 : 4);
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

void apic_timer(u32 count, int vector)
{
	wrmsr(0x832, vector | 1 << 17);	/* periodic */
	wrmsr(0x838, count);
}

void apic_eoi(void)
{
	wrmsr(0x80b, 0);
}
