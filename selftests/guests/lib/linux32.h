/* SPDX-License-Identifier: GPL-2.0 */
/* Calls of 32-bit Linux programs, under a 32-bit kernel or a 64-bit one. */
#ifndef GUESTS_LINUX32_H
#define GUESTS_LINUX32_H

#include "linux.h"

/**
 * struct fast_door - the parts of a vDSO's __kernel_vsyscall
 * @code: pushes ECX, EDX and EBP, then makes the call
 * @landing: address that the kernel returns to
 * @raw, @raw_landing: the same without a stack
 * @expect: state at the kernel's entry for @in, which is at the instruction
 * @leave: return to @landing with percpu.out as it is, ESP @sp
 */
struct fast_door {
	const char *code, *landing, *raw, *raw_landing;
	void (*expect)(struct regs *want, const struct regs *in);
	void (*leave)(const char *landing, u32 sp);
};

/* From SYSENTER or SYSCALL to the return address, after an INT 80h. */
enum { TO_LANDING = 4 };

/* @move sets EBP for @insn; Linux, arch/x86/entry/vdso/vdso32. */
#define VDSO_CODE(name, move, insn) \
	name ":\n" \
	"push %ecx\n" \
	"push %edx\n" \
	"push %ebp\n" \
	move "\n" \
	insn "\n" \
	"int $0x80\n" \
	name "_landing:\n" \
	"pop %ebp\n" \
	"pop %edx\n" \
	"pop %ecx\n" \
	"ret\n" \
	name "_raw: " insn "\n" \
	"int $0x80\n" \
	name "_raw_landing: int3\n"

#define VDSO_DECLARE(name) \
	extern const char name[], name##_landing[], name##_raw[], name##_raw_landing[]
#define VDSO_DOOR(name) \
	.code = name, .landing = name##_landing, \
	.raw = name##_raw, .raw_landing = name##_raw_landing

void expect_vdso_sysenter(struct regs *want, const struct regs *in);
enum { LINUX32_INT80, LINUX32_FAST, LINUX32_RAW };	/* call.door */

void linux32_prepare(void);
void linux32_make(const struct fast_door *fast, const struct call *c);
void linux32_calls(const struct fast_door *fast);
void linux32_held(const struct fast_door *fast);
void int80_call(const struct call *c, const struct regs *in);

#endif
