/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guests' runtime: machine state, run(), KTAP.
 *
 * run() enters test code with a given set of registers and returns at the
 * first event, a vector or a SYSCALL, with the set of registers that the event
 * left.  A test computes the expected set from the manuals.
 */
#ifndef GUESTS_RT_H
#define GUESTS_RT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "asm.h"

typedef uint64_t u64;
typedef uint32_t u32;
typedef uint16_t u16;
typedef uint8_t u8;

#define X86_CF		(1UL << 0)
#define X86_FIXED	(1UL << 1)
#define X86_PF		(1UL << 2)
#define X86_AF		(1UL << 4)
#define X86_ZF		(1UL << 6)
#define X86_SF		(1UL << 7)
#define X86_TF		(1UL << 8)
#define X86_IF		(1UL << 9)
#define X86_DF		(1UL << 10)
#define X86_OF		(1UL << 11)
#define X86_IOPL	(3UL << 12)
#define X86_NT		(1UL << 14)
#define X86_RF		(1UL << 16)
#define X86_VM		(1UL << 17)
#define X86_AC		(1UL << 18)
#define X86_ID		(1UL << 21)
#define X86_STATUS	(X86_CF | X86_PF | X86_AF | X86_ZF | X86_SF | X86_OF)

enum {
	DE = 0, DB = 1, BP = 3, OF = 4, UD = 6, DF = 8, NP = 11, SS = 12, GP = 13,
	PF = 14, AC = 17,
};

#define MSR_EFER	0xc0000080
#define MSR_STAR	0xc0000081
#define MSR_LSTAR	0xc0000082
#define MSR_CSTAR	0xc0000083
#define MSR_SFMASK	0xc0000084
#define MSR_SYSENTER_CS	0x174
#define MSR_SYSENTER_ESP 0x175
#define MSR_SYSENTER_EIP 0x176
#define MSR_FS_BASE	0xc0000100
#define MSR_GS_BASE	0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102
#define MSR_APIC_BASE	0x1b
#define EFER_SCE	1UL

#define PTE_P		(1UL << 0)
#define PTE_W		(1UL << 1)
#define PTE_U		(1UL << 2)
#define PTE_A		(1UL << 5)
#define PTE_D		(1UL << 6)
#define PTE_NX		(1ULL << 63)

/* Of 32-bit guests the lower halves, and RAX to RDI, matter. */
struct regs {
	u64 rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp;
	u64 r8, r9, r10, r11, r12, r13, r14, r15;
	u64 rip, rflags, cs, ss;
	u64 vector, error, cr2, dr6, cr3;
};

#define REGS_EQ(a, b)	(!memcmp(a, b, offsetof(struct regs, cr2)))

/* A general register in assembly: R(ax) is "%rax" or "%eax". */
#ifdef __x86_64__
#define R(name) "%r" #name
#else
#define R(name) "%e" #name
#endif

/* IRET to the next instruction; changes RCX and RDX. */
#define IRET_HERE \
	"mov %rsp, %rcx\n" \
	"mov %ss, %edx\n" \
	"push %rdx\n" \
	"push %rcx\n" \
	"pushfq\n" \
	"mov %cs, %edx\n" \
	"push %rdx\n" \
	"push $1f\n" \
	"iretq\n" \
	"1: "

struct percpu {
	struct percpu *self;
	u64 sp __attribute__((aligned(8)));
	u64 irq_stop;
	u64 irqs;
	u64 user_cr3;
	u64 kernel_cr3;
	u64 scratch[4];
	struct regs out;
};

static inline struct percpu *this_cpu(void)
{
	struct percpu *p;

	asm volatile("mov %%gs:0, %0" : "=r" (p));
	return p;
}

static inline u64 rdmsr(u32 msr)
{
	u32 low, high;

	asm volatile("rdmsr" : "=a" (low), "=d" (high) : "c" (msr) : "memory");
	return low | (u64)high << 32;
}

static inline void wrmsr(u32 msr, u64 value)
{
	asm volatile("wrmsr" : : "c" (msr), "a" ((u32)value),
		     "d" ((u32)(value >> 32)) : "memory");
}

static inline void invlpg(const volatile void *p)
{
	asm volatile("invlpg %0" : : "m" (*(const volatile char *)p) : "memory");
}

static inline u64 read_cr3(void)
{
	uintptr_t v;

	asm volatile("mov %%cr3, %0" : "=r" (v) : : "memory");
	return v;
}

static inline void write_cr3(u64 v)
{
	asm volatile("mov %0, %%cr3" : : "r" ((uintptr_t)v) : "memory");
}

static inline u64 rdtsc(void)
{
	u32 low, high;

	asm volatile("lfence; rdtsc" : "=a" (low), "=d" (high) : : "memory");
	return low | (u64)high << 32;
}

static inline void outl(u16 port, u32 value)
{
	asm volatile("outl %0, %1" : : "a" (value), "Nd" (port) : "memory");
}

/* The machine, as minivm described it. */
extern u64 vm_flags, vm_arg;
unsigned int vm_vcpus(void);
int vm_levels(void);
bool cpu_is_amd(void);
void exit_vm(int code) __attribute__((noreturn));
void mark(struct minivm_mark *m);
void drop_page(const void *p);
void drop_idt(void);
void move_page(const void *p);

/* Each guest has guest_main(); further vCPUs run guest_ap(). */
void guest_main(void);
void guest_ap(unsigned int cpu);

/* Running test code. */
void run(const struct regs *in);
extern const char entry_lstar[], entry_cstar[], entry_star[], entry_sysenter[];
void fill_regs(struct regs *in, const void *rip, u64 cs);
void fill_regs32(struct regs *in, const void *rip, u64 cs);
u64 test_stack(void);
void set_star(u16 syscall_cs, u16 sysret_cs);
void set_sysenter(u16 cs, u64 esp, u64 eip);
void set_gate(int vector, const void *handler, u8 type);
void set_gate_selector(int vector, u16 selector);
void use_rsp0(int vector);
#ifdef __x86_64__
void set_rsp0(u64 rsp);
#endif
void set_idt_limit(u16 limit);
void set_user_cs32_limit(u64 last);
#ifndef __x86_64__
void set_user_fs(u32 base);
#endif
bool cpu_pushes_rf(void);
void expect_sysret(struct regs *want, const struct regs *in, bool to64);
void expect_syscall(struct regs *want, const struct regs *in, int length);
void expect_sysenter(struct regs *want, const struct regs *in);
void expect_sysexit(struct regs *want, const struct regs *in, bool to64);

/* Page tables; entries are u32 where vm_levels() is 2. */
void *alloc_page(void);
void map_page(u64 virt, u64 phys, u64 flags);
u64 take_marks(u64 virt);
void take_user(u64 virt);
#ifdef __x86_64__
u64 *pte_of(const void *address);
u64 copy_tables(void);
u64 *pte_in(u64 cr3, const void *address);
#endif

/* APIC in x2APIC mode. */
void apic_init(void);
void apic_self_irq(int vector);
void run_shadowed(const struct regs *in, u64 next, int vector);
bool apic_irq_taken(void);
void apic_timer(u32 count, int vector);
void apic_eoi(void);

/* KTAP.  In 32-bit guests %lx takes a u64, too: GCC cannot know that. */
#ifdef __x86_64__
#define PRINTF __attribute__((format(printf, 1, 2)))
#else
#define PRINTF
#endif
void print(const char *fmt, ...) PRINTF;
void test_begin(const char *fmt, ...) PRINTF;
bool test_eq(const char *what, u64 got, u64 want);
bool test_regs(const struct regs *want);
void test_end(void);
void test_end_cpu(bool deviates, const char *what);
void test_end_door(int door, bool deviates, const char *what);
void test_end_known(bool deviates, const char *what);
void test_end_rf(const struct regs *want);
void test_end_sysret(const struct regs *want);
void test_skip(const char *why);
void *memset(void *to, int c, size_t n);
void *memcpy(void *to, const void *from, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void test_finish(void) __attribute__((noreturn));

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
