// SPDX-License-Identifier: GPL-2.0
/* KTAP output of a guest. */
#include <stdarg.h>

#include "rt.h"

enum { LINE = 256 };

struct line {
	char text[LINE];
	unsigned int len;
};

static struct {
	struct line name;
	unsigned int failed;	/* checks */
	unsigned int done, failures;
} test;

static void put(struct line *l, char c)
{
	if (l->len < LINE - 1)
		l->text[l->len++] = c;
	l->text[l->len] = 0;
}

/* Divide @v by @base, return the rest; there is no 32-bit C library. */
static u32 divide(u64 *v, u32 base)
{
	u32 high = *v >> 32, low = *v, rest = high % base;

	asm("divl %2" : "+a" (low), "+d" (rest) : "r" (base));
	*v = (u64)(high / base) << 32 | low;
	return rest;
}

static void put_number(struct line *l, u64 v, unsigned int base, int width)
{
	char digits[24];
	int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[divide(&v, base)];
	} while (v);
	while (width-- > n)
		put(l, '0');
	while (n)
		put(l, digits[--n]);
}

/* %s %c, and %u %x with a width (filled with zeros) and with l: u64. */
static void format(struct line *l, const char *fmt, va_list ap)
{
	for (; *fmt; fmt++) {
		const char *s;
		bool is_long = false;
		int width = 0;
		u64 v;

		if (*fmt != '%') {
			put(l, *fmt);
			continue;
		}
		for (fmt++; *fmt >= '0' && *fmt <= '9'; fmt++)
			width = width * 10 + *fmt - '0';
		for (; *fmt == 'l'; fmt++)
			is_long = true;
		switch (*fmt) {
		case 's':
			for (s = va_arg(ap, const char *); *s; s++)
				put(l, *s);
			break;
		case 'c':
			put(l, va_arg(ap, int));
			break;
		default:
			v = is_long ? va_arg(ap, u64) : va_arg(ap, unsigned int);
			put_number(l, v, *fmt == 'x' ? 16 : 10, width);
		}
	}
}

void print(const char *fmt, ...)
{
	struct line l = { .len = 0 };
	va_list ap;

	va_start(ap, fmt);
	format(&l, fmt, ap);
	va_end(ap);
	outl(MINIVM_PORT_PRINT, (uintptr_t)l.text);
}

void test_begin(const char *fmt, ...)
{
	va_list ap;

	test.name.len = 0;
	test.failed = 0;
	va_start(ap, fmt);
	format(&test.name, fmt, ap);
	va_end(ap);
}

bool test_eq(const char *what, u64 got, u64 want)
{
	if (got == want)
		return true;
	print("# %s: %s is %lx, must be %lx\n", test.name.text, what, got, want);
	test.failed++;
	return false;
}

static bool is_fault(u64 vector)
{
	return vector == DE || vector == UD || (vector >= 10 && vector <= PF) ||
	       vector == AC;
}

/*
 * Compare the whole state that run() left with @expected; CR2 and DR6 where they
 * apply.  If the CPU never sets RF in the flags pushed by a fault, ignore RF.
 */
bool test_regs(const struct regs *expected)
{
	static const char names[][8] = {
		"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp",
		"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
		"rip", "rflags", "cs", "ss", "event", "error",
	};
	const struct regs *got = &this_cpu()->out;
	struct regs copy = *expected, *want = &copy;
	bool same = true;
	unsigned int i;

	if (is_fault(want->vector) && !cpu_pushes_rf())
		want->rflags = (want->rflags & ~X86_RF) | (got->rflags & X86_RF);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		same &= test_eq(names[i], ((u64 *)got)[i], ((u64 *)want)[i]);
	if (want->vector == PF)
		same &= test_eq("cr2", got->cr2, want->cr2);
	if (want->vector == DB)
		same &= test_eq("dr6", got->dr6, want->dr6);
	return same;
}

static void result(const char *verdict, const char *directive, const char *why)
{
	print("%s %u - %s%s%s\n", verdict, ++test.done, test.name.text,
	      directive, why);
}

void test_end(void)
{
	test.failures += !!test.failed;
	result(test.failed ? "not ok" : "ok", "", "");
}

/*
 * As test_end(), but skip a failure that is exactly a known deviation of an emulated
 * CPU.  @what names emulator and deviation.
 */
void test_end_cpu(bool deviates, const char *what)
{
	if (test.failed && deviates)
		result("ok", " # SKIP known: ", what);
	else
		test_end();
}

/*
 * The same if the deviation belongs to an instruction that is a @door: it does not
 * excuse the module, which emulates the instruction in the CPU's place.
 */
void test_end_door(int door, bool deviates, const char *what)
{
	bool strict = vm_flags >> (MINIVM_F_STRICT_SHIFT + door) & 1;

	test_end_cpu(deviates && !strict, what);
}

/* SYSCALL and SYSRET. */
void test_end_known(bool deviates, const char *what)
{
	test_end_door(MINIVM_DOOR_SYSCALL, deviates, what);
}

/* As test_end_cpu(), if one register alone differs, and the state is @other. */
static void end_but(struct regs other, const char *what)
{
	test_end_cpu(test.failed == 1 && cpu_is_amd() && REGS_EQ(&other, &this_cpu()->out),
		     what);
}

/* After an interrupt that an STI shadow held back. */
void test_end_rf(const struct regs *want)
{
	struct regs other = *want;

	other.rflags |= want->vector == IRQ_VECTOR ? X86_RF : 0;
	end_but(other, "QEMU 11.1 pushes RF for an interrupt after an STI shadow");
}

/* After SYSRET at CPL 3, which must leave @want. */
void test_end_sysret(const struct regs *want)
{
	struct regs other = *want;

	other.vector = GP;
	end_but(other, "QEMU 11.1 looks at CPL before EFER.SCE");
}

void test_skip(const char *why)
{
	result("ok", " # SKIP ", why);
}

void test_finish(void)
{
	print("1..%u\n", test.done);
	exit_vm(test.failures || !test.done);
}

/* The compiler may call these. */
void *memset(void *to, int c, size_t n);
void *memcpy(void *to, const void *from, size_t n);
int memcmp(const void *a, const void *b, size_t n);

void *memset(void *to, int c, size_t n)
{
	void *p = to;

	asm volatile("rep stosb" : "+D" (p), "+c" (n) : "a" (c) : "memory");
	return to;
}

void *memcpy(void *to, const void *from, size_t n)
{
	void *p = to;

	asm volatile("rep movsb" : "+D" (p), "+S" (from), "+c" (n) : : "memory");
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *p = a, *q = b;

	for (; n; n--, p++, q++)
		if (*p != *q)
			return *p - *q;
	return 0;
}
