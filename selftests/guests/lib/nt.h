/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A program of Windows NT that makes calls through ntdll's kind of stubs, and a
 * kernel that answers.  The calls are the same for all NT guests, see nt.c; a guest
 * provides the numbers and the stub.
 */
#ifndef GUESTS_NT_H
#define GUESTS_NT_H

#include "user.h"

enum nt_call {
	NT_ALLOCATE_VIRTUAL_MEMORY, NT_CLOSE, NT_CREATE_FILE, NT_DELAY_EXECUTION,
	NT_OPEN_FILE, NT_OPEN_PROCESS, NT_READ_FILE, NT_TERMINATE_PROCESS,
	NT_WRITE_FILE, NT_YIELD_EXECUTION, NT_GDI_BIT_BLT, NT_USER_GET_DC,
	NT_UNKNOWN,
	NT_CREATE_USER_PROCESS, NT_DEVICE_IO_CONTROL_FILE,	/* x64 only */
	NT_CALLS
};

/* KUSER_SHARED_DATA and the guests' data in ntdll. */
#define NT_SHARED	0x7ffe0000
#define NT_SYSTEM_CALL	(NT_SHARED + 0x300)	/* x86: target of the stubs' calls */
#define NT_SYSTEM_RET	(NT_SHARED + 0x304)	/* return address of SYSENTER */
#define NT_USE_INT2E	(NT_SHARED + 0x308)	/* x64, bit 0 */
#define NT_NTDLL	0x7c900000
#define NT_STUB		(NT_NTDLL + 0x100)	/* the one for the current call */

/**
 * struct nt_os - a version of Windows, and a way into its kernel
 * @numbers: of the calls
 * @prepare: set MSRs, gates and the targets of stubs
 * @put_stub: write the stub, which returns with @bytes of arguments dropped
 * @expect: state at the kernel's entry when @in enters the stub
 * @leave: return with percpu.out as it is now
 */
struct nt_os {
	u16 numbers[NT_CALLS];
	void (*prepare)(void);
	void (*put_stub)(u8 *at, u16 number, u16 bytes);
	void (*expect)(struct regs *want, const struct regs *in, u16 number);
	void (*leave)(void);
};

#define NT_BACK		(NT_NTDLL + 0x80)	/* what the kernel calls back */

void nt_main(const struct nt_os *os);

/* nt-by-door.c; @asserts: INT 2Ch raises an exception. */
void nt_by_doors(const struct nt_os *os, bool asserts);
extern uintptr_t nt_stack_at;	/* stack pointer of the next call */
void nt_call_close(const struct nt_os *os);
void nt_call_stray(const struct nt_os *os, u16 number);
void nt_except(const struct nt_os *os);
u8 *nt_put(u8 *at, const char *bytes, unsigned int n);
u8 *nt_put32(u8 *at, u32 value);

/* nt-doors.c: return addresses of stubs, ring 3, and helpers for struct nt_os. */
#ifdef __x86_64__
enum { NT_CS = USER_CS };
#else
enum { NT_CS = USER_CS32 };
#endif
extern const char nt_caller[];
void nt_user(const struct regs *in);
#ifdef __x86_64__
void nt_syscall_prepare(void);
void nt_syscall_leave(void);
#else
void nt_sysenter_prepare(void);
void nt_fast_prepare(void);
void nt_shared_stub(u8 *at, u16 number, u16 bytes);
void nt_sysenter_expect(struct regs *want, const struct regs *in, u16 number);
void nt_sysenter_leave(void);
#endif
void nt_int_gate(u8 vector);
void nt_int2e_prepare(void);
void nt_int2e_leave(void);

/* Have the next return by SYSRET or SYSEXIT go to @pc with the stack @sp; the @pc before. */
uintptr_t nt_aim(uintptr_t sp, uintptr_t pc);

#endif
