// SPDX-License-Identifier: GPL-2.0
/*
 * A hypervisor: a guest with a guest of its own, L2, whose program makes system
 * calls that its own kernel answers.  The module must not see them: nested.expect has
 * the output of vsysread, with only the calls made between the
 * runs of L2 (APM vol. 2, chapter 15; SDM vol. 3, chapters 24 to 28).
 */
#include "lib/user.h"

enum {
	GETPID = 39, GETPPID = 110,	/* L2's call, and the hypervisor's */
	ROUNDS = 2000,
	FIRST = 0x20001000, SECOND = 0x20002000,
};

#define MSR_VM_HSAVE_PA	0xc0010117
#define EFER_SVME	(1UL << 12)
#define CR4_VMXE	(1UL << 13)

extern const char l2_program[], l2_entry[], l2_end[];

/*
 * L2: makes EDI calls, RSI is the sum of their results; ends with a hypercall in
 * ring 3 with EDI 0.  Its kernel checks where the call comes from.
 */
asm(".pushsection .text\n"
    "l2_program:\n"
    "1:	mov $39, %eax\n"
    "	syscall\n"
    "2:	add %rax, %rsi\n"
    "	dec %edi\n"
    "	jnz 1b\n"
    "l2_end: .byte 0x0f, 0x01\n"
    "l2_hypercall: .byte 0xc1\n"	/* VMCALL; of AMD's it is VMMCALL */
    "l2_entry:\n"
    "	lea 2b(%rip), %r8\n"
    "	cmp %rcx, %r8\n"
    "	jne l2_end\n"
    "	cmp $39, %eax\n"
    "	jne l2_end\n"
    "	mov %cs, %eax\n"
    "	test $3, %al\n"
    "	jnz l2_end\n"
    "	mov $4711, %eax\n"
    "	sysretq\n"
    ".popsection");

extern u8 l2_hypercall[];

static u64 gdt_base, idt_base, tss_base;
static u16 gdt_limit, idt_limit;

static void read_tables(void)
{
	struct { u16 limit; u64 base; } __attribute__((packed)) table;
	u64 *tss;

	asm volatile("sgdt %0" : "=m" (table));
	gdt_base = table.base;
	gdt_limit = table.limit;
	asm volatile("sidt %0" : "=m" (table));
	idt_base = table.base;
	idt_limit = table.limit;
	tss = (u64 *)(gdt_base + TSS_SEL);
	tss_base = (tss[0] >> 16 & 0xffffff) | (tss[0] >> 32 & 0xff000000) | tss[1] << 32;
}

static u64 read_cr0(void)
{
	u64 v;

	asm volatile("mov %%cr0, %0" : "=r" (v));
	return v;
}

static u64 read_cr4(void)
{
	u64 v;

	asm volatile("mov %%cr4, %0" : "=r" (v));
	return v;
}

/* SVM: the VMCB by its offsets, APM vol. 2, appendix B. */
static u8 *vmcb, *own;

static void put(unsigned int at, u64 value, int bytes)
{
	memcpy(vmcb + at, &value, bytes);
}

static void put_segment(unsigned int at, u16 selector, u16 attributes, u32 limit, u64 base)
{
	put(at, selector, 2);
	put(at + 2, attributes, 2);
	put(at + 4, limit, 4);
	put(at + 8, base, 8);
}

static void svm_prepare(void)
{
	l2_hypercall[0] = 0xd9;
	vmcb = alloc_page();
	own = alloc_page();
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SVME);
	wrmsr(MSR_VM_HSAVE_PA, (u64)alloc_page());
	asm volatile("vmsave %%rax" : : "a" (vmcb) : "memory");
	put(0x010, 3, 4);			/* VMRUN and VMMCALL exit */
	put(0x00c, 1U << 31, 4);		/* shutdown exits */
	put(0x058, 1, 4);			/* ASID */
	put_segment(0x400, USER_SS, 0xcf3, -1, 0);	/* ES */
	put_segment(0x410, USER_CS, 0xafb, -1, 0);
	put_segment(0x420, USER_SS, 0xcf3, -1, 0);
	put_segment(0x430, USER_SS, 0xcf3, -1, 0);	/* DS */
	put_segment(0x460, 0, 0, gdt_limit, gdt_base);
	put_segment(0x480, 0, 0, idt_limit, idt_base);
	put(0x4cb, 3, 1);			/* CPL */
	put(0x4d0, rdmsr(MSR_EFER), 8);
	put(0x548, read_cr4(), 8);
	put(0x550, read_cr3(), 8);
	put(0x558, read_cr0(), 8);
	put(0x560, 0x400, 8);			/* DR7, DR6 */
	put(0x568, 0xffff0ff0, 8);
	put(0x608, (u64)l2_entry, 8);		/* LSTAR */
	put(0x668, rdmsr(0x277), 8);		/* PAT */
}

static u64 svm_run(u64 *rounds, u64 *sum)
{
	put(0x578, (u64)l2_program, 8);
	put(0x570, X86_FIXED, 8);
	put(0x5d8, test_stack(), 8);
	asm volatile("clgi\n"
		     "mov %[own], %%rax\n"
		     "vmsave %%rax\n"
		     "mov %[l2], %%rax\n"
		     "vmload %%rax\n"
		     "vmrun %%rax\n"
		     "vmsave %%rax\n"
		     "mov %[own], %%rax\n"
		     "vmload %%rax\n"
		     "stgi"
		     : "+D" (*rounds), "+S" (*sum)
		     : [own] "r" (own), [l2] "r" (vmcb)
		     : "rax", "rcx", "r8", "r11", "memory", "cc");
	test_eq("#VMEXIT by VMMCALL", *(u64 *)(vmcb + 0x70), 0x81);
	return *(u64 *)(vmcb + 0x578);
}

/* VMX: fields by their encodings, SDM vol. 3, appendix B. */
static void vmwrite(u64 field, u64 value)
{
	asm volatile("vmwrite %1, %0" : : "r" (field), "r" (value) : "cc");
}

static u64 vmread(u64 field)
{
	u64 value;

	asm volatile("vmread %1, %0" : "=r" (value) : "r" (field) : "cc");
	return value;
}

/* Set the bits that must be 1, and those of @wanted that may be. */
static void vmwrite_control(u64 field, u32 msr, u32 wanted)
{
	u64 allowed = rdmsr(msr);

	vmwrite(field, ((u32)allowed | wanted) & allowed >> 32);
}

static void vmx_guest_state(void)
{
	u64 gs = rdmsr(MSR_GS_BASE);
	int i;

	for (i = 0; i < 6; i++) {		/* ES, CS, SS, DS, FS, GS */
		vmwrite(0x0800 + 2 * i, i == 1 ? USER_CS : USER_SS);
		vmwrite(0x4800 + 2 * i, 0xffffffff);
		vmwrite(0x4814 + 2 * i, i == 1 ? 0xa0fb : 0xc0f3);
		vmwrite(0x6806 + 2 * i, i == 5 ? gs : 0);
	}
	vmwrite(0x080c, 0);			/* LDTR: none */
	vmwrite(0x4820, 0x10000);
	vmwrite(0x080e, TSS_SEL);
	vmwrite(0x480e, 0x67);
	vmwrite(0x4822, 0x8b);
	vmwrite(0x6814, tss_base);
	vmwrite(0x4810, gdt_limit);
	vmwrite(0x6816, gdt_base);
	vmwrite(0x4812, idt_limit);
	vmwrite(0x6818, idt_base);
	vmwrite(0x6800, read_cr0());
	vmwrite(0x6802, read_cr3());
	vmwrite(0x6804, read_cr4());
	vmwrite(0x681a, 0x400);			/* DR7 */
	vmwrite(0x2800, ~0UL);			/* VMCS link pointer */
	/* Interruptibility, activity, SYSENTER_CS, pending #DB, DEBUGCTL */
	vmwrite(0x4824, 0);
	vmwrite(0x4826, 0);
	vmwrite(0x482a, 0);
	vmwrite(0x6822, 0);
	vmwrite(0x2802, 0);
}

static void vmx_prepare(void)
{
	u64 gs = rdmsr(MSR_GS_BASE);
	u8 *on = alloc_page(), *vmcs = alloc_page();
	u32 revision = rdmsr(0x480) & 0x7fffffff;

	memcpy(on, &revision, sizeof(revision));
	memcpy(vmcs, &revision, sizeof(revision));
	if (!(rdmsr(0x3a) & 1))
		wrmsr(0x3a, 5);			/* VMXON is allowed; locked */
	asm volatile("mov %0, %%cr4" : : "r" (read_cr4() | CR4_VMXE));
	asm volatile("vmxon %0; vmclear %1; vmptrld %1" : : "m" (on), "m" (vmcs) : "memory", "cc");
	vmwrite_control(0x4000, 0x481, 0);
	vmwrite_control(0x4002, 0x482, 0);
	vmwrite_control(0x400c, 0x483, 1 << 9);	/* the hypervisor is of 64 bits */
	vmwrite_control(0x4012, 0x484, 1 << 9);	/* and so is L2 */
	vmwrite(0x4004, 0);			/* no exception exits */
	vmwrite(0x0c02, KERNEL_CS);
	vmwrite(0x0c04, KERNEL_SS);
	vmwrite(0x0c0c, TSS_SEL);
	vmwrite(0x6c00, read_cr0());
	vmwrite(0x6c02, read_cr3());
	vmwrite(0x6c04, read_cr4());
	vmwrite(0x6c08, gs);
	vmwrite(0x6c0a, tss_base);
	vmwrite(0x6c0c, gdt_base);
	vmwrite(0x6c0e, idt_base);
	vmx_guest_state();
}

static u64 vmx_run(u64 *rounds, u64 *sum)
{
	u64 lstar = rdmsr(MSR_LSTAR), gs = rdmsr(MSR_GS_BASE);
	static bool launched;
	u8 failed;

	vmwrite(0x681e, (u64)l2_program);
	vmwrite(0x6820, X86_FIXED);
	vmwrite(0x681c, test_stack());
	/* Set LSTAR in software: nothing in this VMCS switches it. */
	wrmsr(MSR_LSTAR, (u64)l2_entry);
	asm volatile("push %%rbp\n"
		     "mov $0x6c14, %%eax\n"	/* RSP and RIP after the exit */
		     "vmwrite %%rsp, %%rax\n"
		     "mov $0x6c16, %%eax\n"
		     "lea 1f(%%rip), %%rcx\n"
		     "vmwrite %%rcx, %%rax\n"
		     "test %%dl, %%dl\n"
		     "jnz 2f\n"
		     "vmlaunch\n"
		     "jmp 3f\n"
		     "2: vmresume\n"
		     "3: stc\n"
		     "1: setc %[failed]\n"
		     "pop %%rbp\n"
		     "mov %[data], %%ds\n"
		     "mov %[data], %%es\n"
		     "mov %[data], %%gs\n"
		     : "+D" (*rounds), "+S" (*sum), [failed] "=&b" (failed)
		     : "d" (launched), [data] "r" (USER_SS)
		     : "rax", "rcx", "r8", "r11", "memory", "cc");
	wrmsr(MSR_GS_BASE, gs);
	wrmsr(MSR_LSTAR, lstar);
	launched = true;
	test_eq("VM entry failed", failed, false);
	test_eq("VM exit by VMCALL", vmread(0x4402), 18);
	return vmread(0x681e);
}

static bool have_virtualization(void)
{
	u32 eax = cpu_is_amd() ? 0x80000001 : 1, ebx, ecx = 0, edx;

	asm volatile("cpuid" : "+a" (eax), "=b" (ebx), "+c" (ecx), "=d" (edx));
	return ecx & (cpu_is_amd() ? 1 << 2 : 1 << 5);
}

/* The hypervisor's call uses a known address, see nested.expect. */
static void put_lstar(u64 virt)
{
	u8 *page = alloc_page();

	page[0] = 0xe9;
	*(u32 *)(page + 1) = (u64)entry_lstar - virt - 5;
	map_page(virt, (u64)page, PTE_P | PTE_U);
	wrmsr(MSR_LSTAR, virt);
}

static void l2(int n)
{
	u64 rounds = ROUNDS, sum = 0, lstar = rdmsr(MSR_LSTAR), rip;

	test_begin("L2's calls are right, time %d", n);
	rip = cpu_is_amd() ? svm_run(&rounds, &sum) : vmx_run(&rounds, &sum);
	test_eq("L2's RIP", rip, (u64)l2_end);
	test_eq("calls that are left", (u32)rounds, 0);
	test_eq("sum of results", sum, ROUNDS * 4711UL);
	test_eq("the hypervisor's LSTAR", rdmsr(MSR_LSTAR), lstar);
	test_eq("the hypervisor's EFER", rdmsr(MSR_EFER),
		0xd00 | EFER_SCE | (cpu_is_amd() ? EFER_SVME : 0));
	test_end();
}

void guest_main(void)
{
	int i;

	if (!have_virtualization()) {
		test_begin("L2");
		test_skip("the CPU has no virtualization for guests");
		return;
	}
	set_star(KERNEL_CS, USER_CS32);
	put_lstar(FIRST);
	make_call("the hypervisor's own call before all", GETPPID);
	put_lstar(SECOND);
	make_call("the hypervisor's own call by another entry", GETPPID);
	read_tables();
	if (cpu_is_amd())
		svm_prepare();
	else
		vmx_prepare();
	for (i = 0; i < 3; i++) {
		l2(i);
		make_call("the hypervisor's own call after L2", GETPPID);
	}
}
