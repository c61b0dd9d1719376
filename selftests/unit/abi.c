// SPDX-License-Identifier: GPL-2.0
/*
 * Number, arguments and result of calls, compared with the kernels' entry code:
 * Linux, arch/x86/entry/entry_64.S, entry_32.S and entry_64_compat.S; System V ABI,
 * AMD64 supplement, A.2.1; for Windows the stubs of ntdll.dll.
 */
#include <string.h>

#include "../../kmod/arch.h"
#include "ktap.h"
#include "vcpu.h"

enum { STACK = 0x7000 };

static u64 stack[64];
static struct kvm_vcpu kvm_vcpu;
static struct vsys_vcpu v = { .vcpu = &kvm_vcpu };
static struct vsys_view view;
static struct vsys_profile linux_os = { .os = VSYS_OS_LINUX };
static struct vsys_profile windows = { .os = VSYS_OS_WINDOWS };

/* Copy as much of @len bytes at @gva as is mapped. */
u32 vsys_mem_read(struct vsys_mem *m, u64 gva, void *dst, u32 len)
{
	if (gva < m->base || gva - m->base >= m->bytes)
		return 0;
	len = min_t(u32, len, m->base + m->bytes - gva);
	memcpy(dst, m->data + (gva - m->base), len);
	return len;
}

/* Each register has its number in all bytes: regs[1] is 0x0101010101010101. */
static u64 reg(int i)
{
	return 0x0101010101010101ULL * i;
}

static struct vsys_call identified(struct vsys_profile *p, u8 door, u32 nr, bool code64)
{
	struct vsys_call call = { .door = door, .nr = nr };
	int i;

	for (i = 0; i < NR_VCPU_REGS; i++)
		kvm_vcpu.arch.regs[i] = reg(i);
	for (i = 0; i < 64; i++)
		stack[i] = 0x1000 + i;
	v.mem = (struct vsys_mem){ .data = (void *)stack, .base = STACK, .bytes = sizeof(stack) };
	view.profile = p;
	vsys_abi_identify(p, &call, code64);
	return call;
}

/* The argument @i of @call is @want, and lies where @place says. */
static bool arg_is(struct vsys_call *call, u32 i, u64 want, int place, u64 at)
{
	u64 addr = 0;

	return call->args[i] == want && vsys_abi_place(&v, call, i, &addr) == place &&
	       (place >= 0 || addr == at);
}

static bool args_in(struct vsys_call *call, const u8 *regs, u32 n, u64 mask)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (!arg_is(call, i, reg(regs[i]) & mask, regs[i], 0))
			return false;
	return true;
}

static void which(void)
{
	static const struct {
		struct vsys_profile *p;
		u8 door;
		bool code64;
		u8 abi;
		const char *name;
	} cases[] = {
		{ &linux_os, VSYS_DOOR_SYSCALL, true, VSYS_ABI_LINUX_X86_64, "SYSCALL, 64-bit Linux" },
		{ &linux_os, VSYS_DOOR_SYSCALL, false, VSYS_ABI_LINUX_I386, "SYSCALL, compatibility mode" },
		{ &linux_os, VSYS_DOOR_SYSENTER, false, VSYS_ABI_LINUX_I386, "SYSENTER" },
		{ &linux_os, VSYS_DOOR_SYSENTER, true, VSYS_ABI_LINUX_I386, "SYSENTER by 64-bit code" },
		{ &linux_os, VSYS_DOOR_INT80, true, VSYS_ABI_LINUX_I386, "INT 80h by 64-bit code" },
		{ &windows, VSYS_DOOR_SYSCALL, true, VSYS_ABI_WINDOWS_X64, "SYSCALL, Windows" },
		{ &windows, VSYS_DOOR_INT2E, true, VSYS_ABI_WINDOWS_X64, "INT 2Eh, 64-bit Windows" },
		{ &windows, VSYS_DOOR_INT2E, false, VSYS_ABI_WINDOWS_X86, "INT 2Eh, 32-bit Windows" },
		{ &windows, VSYS_DOOR_SYSENTER, false, VSYS_ABI_WINDOWS_X86, "SYSENTER, Windows" },
	};
	struct vsys_call call;
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		call = identified(cases[i].p, cases[i].door, 1, cases[i].code64);
		ok(call.abi == cases[i].abi, cases[i].name);
	}
	call = identified(&linux_os, VSYS_DOOR_SYSCALL, 0x40000001, true);
	ok(call.abi == VSYS_ABI_LINUX_X32, "bit 30 of the number: x32");
	call = identified(&linux_os, VSYS_DOOR_INT80, 0x40000001, false);
	ok(call.abi == VSYS_ABI_LINUX_I386, "but not by INT 80h");
	ok(call.nargs == 6, "of a call of Linux that is not known, six arguments");
	call = identified(&windows, VSYS_DOOR_SYSCALL, 1, true);
	ok(call.nargs == 4, "of one of Windows, four");
}

static void known(void)
{
	static const u32 nt[] = { 0, VSYS_CALL_KNOWN | 11 }, win32k[] = { VSYS_CALL_KNOWN | 2 };
	static const struct vsys_numbers n = { .info = { nt, win32k }, .n = { 2, 1 },
					       .by_door = {
						       [VSYS_DOOR_INT2B] = { 1, VSYS_CALL_KNOWN | 3 },
						       [VSYS_DOOR_INT2D] = { 0xf2d, VSYS_CALL_KNOWN | 5 },
					       } };
	static struct vsys_profile p = { .os = VSYS_OS_WINDOWS,
					 .numbers = { [VSYS_ABI_WINDOWS_X64] = &n,
						      [VSYS_ABI_WINDOWS_X86] = &n } };

	ok(identified(&p, VSYS_DOOR_SYSCALL, 1, true).nargs == 11, "a call of the table");
	ok(identified(&p, VSYS_DOOR_SYSCALL, 0x1000, true).nargs == 2, "of the second table");
	ok(identified(&p, VSYS_DOOR_SYSCALL, 2, true).info == 0, "a number beyond the table");
	ok(identified(&p, VSYS_DOOR_SYSCALL, 0x2000, true).info == 0, "a table beyond the second");
	ok(identified(&p, VSYS_DOOR_SYSCALL, ~0U, true).info == 0, "the largest number");
	ok(identified(&p, VSYS_DOOR_INT2B, 0x1234, false).nr == 1, "INT 2Bh is one call");
	ok(identified(&p, VSYS_DOOR_INT2D, 1, false).nr == 0xf2d &&
	   identified(&p, VSYS_DOOR_INT2D, 1, true).nargs == 5, "so is INT 2Dh, with 32 and 64 bits");
	ok(identified(&p, VSYS_DOOR_SYSCALL, 0xf2d, true).info == 0, "by another door its number is none");
	ok(identified(&p, VSYS_DOOR_INT2C, 1, true).nr == 1, "a door without a call of its own");
}

static void linux_args(void)
{
	static const u8 by_64[] = { VCPU_REGS_RDI, VCPU_REGS_RSI, VCPU_REGS_RDX,
				    VCPU_REGS_R10, VCPU_REGS_R8, VCPU_REGS_R9 };
	static const u8 by_int80[] = { VCPU_REGS_RBX, VCPU_REGS_RCX, VCPU_REGS_RDX,
				       VCPU_REGS_RSI, VCPU_REGS_RDI, VCPU_REGS_RBP };
	static const u8 by_syscall[] = { VCPU_REGS_RBX, VCPU_REGS_RBP, VCPU_REGS_RDX,
					 VCPU_REGS_RSI, VCPU_REGS_RDI };
	struct vsys_call call = identified(&linux_os, VSYS_DOOR_SYSCALL, 1, true);

	ok(vsys_abi_args(&v, &call) && args_in(&call, by_64, 6, ~0ULL) && call.valid == 6,
	   "64-bit Linux: RDI, RSI, RDX, R10, R8, R9");
	call = identified(&linux_os, VSYS_DOOR_INT80, 1, true);
	ok(vsys_abi_args(&v, &call) && args_in(&call, by_int80, 6, U32_MAX),
	   "INT 80h: EBX, ECX, EDX, ESI, EDI, EBP");

	call = identified(&linux_os, VSYS_DOOR_SYSENTER, 1, false);
	kvm_vcpu.arch.regs[VCPU_REGS_RBP] = STACK + 0x10;
	call.key.sp = vsys_abi_sp(&v, &view, VSYS_DOOR_SYSENTER, 0x1234);
	ok(call.key.sp == STACK + 0x10, "SYSENTER: the stack pointer is in EBP");
	ok(vsys_abi_args(&v, &call) && args_in(&call, by_int80, 5, U32_MAX) &&
	   arg_is(&call, 5, 0x1002, -1, STACK + 0x10), "the sixth argument is at (EBP)");

	call = identified(&linux_os, VSYS_DOOR_SYSCALL, 1, false);
	call.key.sp = vsys_abi_sp(&v, &view, VSYS_DOOR_SYSCALL, STACK + 8);
	ok(vsys_abi_args(&v, &call) && args_in(&call, by_syscall, 5, U32_MAX) &&
	   arg_is(&call, 5, 0x1001, -1, STACK + 8),
	   "SYSCALL in compatibility mode: EBP has the second, (ESP) the sixth");
	call.key.sp = 0x100;
	ok(!vsys_abi_args(&v, &call) && call.valid == 5 && !call.args[5],
	   "a stack that is absent: five are valid");
}

static void windows_args(void)
{
	static const u8 by_int2b[] = { VCPU_REGS_RCX, VCPU_REGS_RDX, VCPU_REGS_RAX };
	static const u8 by_int2d[] = { VCPU_REGS_RAX, VCPU_REGS_RCX, VCPU_REGS_RDX,
				       VCPU_REGS_RBX, VCPU_REGS_RDI };
	static const u8 by_int2d_x64[] = { VCPU_REGS_RAX, VCPU_REGS_RCX, VCPU_REGS_RDX,
					   VCPU_REGS_R8, VCPU_REGS_R9 };
	static const u8 by_x64[] = { VCPU_REGS_R10, VCPU_REGS_RDX, VCPU_REGS_R8, VCPU_REGS_R9 };
	struct vsys_call call = identified(&windows, VSYS_DOOR_SYSCALL, 1, true);

	call.nargs = 11;
	call.key.sp = STACK;
	ok(vsys_abi_args(&v, &call) && args_in(&call, by_x64, 4, ~0ULL) && call.valid == 11,
	   "64-bit Windows: R10, RDX, R8, R9");
	ok(arg_is(&call, 4, 0x1005, -1, STACK + 0x28) && arg_is(&call, 10, 0x100b, -1, STACK + 0x58),
	   "the fifth is above the return address and the homes of four");
	v.mem.bytes = 0x38;
	ok(!vsys_abi_args(&v, &call) && call.valid == 6 && call.args[5] == 0x1006 && !call.args[6],
	   "a stack that ends: what was read is valid, the others are zero");

	call = identified(&windows, VSYS_DOOR_INT2E, 1, false);
	kvm_vcpu.arch.regs[VCPU_REGS_RDX] = 0xabcd00000000 | STACK;
	call.nargs = 3;
	ok(vsys_abi_args(&v, &call) && arg_is(&call, 0, 0x1000, -1, STACK) &&
	   arg_is(&call, 1, 0, -1, STACK + 4) && arg_is(&call, 2, 0x1001, -1, STACK + 8),
	   "INT 2Eh: EDX points to the arguments");
	call = identified(&windows, VSYS_DOOR_INT2B, 1, false);
	call.nargs = 3;
	ok(vsys_abi_args(&v, &call) && args_in(&call, by_int2b, 3, U32_MAX) && call.valid == 3,
	   "INT 2Bh: ECX, EDX, EAX");
	call = identified(&windows, VSYS_DOOR_INT2D, 1, false);
	call.nargs = 5;
	ok(vsys_abi_args(&v, &call) && args_in(&call, by_int2d, 5, U32_MAX) && call.valid == 5,
	   "INT 2Dh: EAX, ECX, EDX, EBX, EDI");
	call = identified(&windows, VSYS_DOOR_INT2D, 1, true);
	call.nargs = 5;
	ok(vsys_abi_args(&v, &call) && args_in(&call, by_int2d_x64, 5, ~0ULL) && call.valid == 5,
	   "and in 64-bit code: RAX, RCX, RDX, R8, R9");
	call = identified(&windows, VSYS_DOOR_SYSENTER, 1, false);
	kvm_vcpu.arch.regs[VCPU_REGS_RDX] = STACK;
	call.nargs = 1;
	ok(vsys_abi_sp(&v, &view, VSYS_DOOR_SYSENTER, 0) == STACK && vsys_abi_args(&v, &call) &&
	   arg_is(&call, 0, 0x1001, -1, STACK + 8), "SYSENTER: two return addresses before them");
}

/* Linux: -4095 to -1.  Windows: NTSTATUS, MS-ERREF 2.3, severity in bits 31:30. */
static void failed(void)
{
	struct vsys_call call = { .abi = VSYS_ABI_LINUX_X86_64 };

	ok(vsys_abi_failed(&call, -1) && vsys_abi_failed(&call, -4095), "-1 and -4095 are errors");
	ok(!vsys_abi_failed(&call, -4096) && !vsys_abi_failed(&call, 0) &&
	   !vsys_abi_failed(&call, U32_MAX), "-4096, 0 and 2^32 - 1 are none");
	call.abi = VSYS_ABI_LINUX_I386;
	ok(vsys_abi_failed(&call, U32_MAX) && vsys_abi_failed(&call, (u32)-4095) &&
	   !vsys_abi_failed(&call, (u32)-4096),
	   "i386: 32 bits of it count");
	call.abi = VSYS_ABI_WINDOWS_X64;
	call.info = VSYS_CALL_STATUS;
	ok(vsys_abi_failed(&call, 0xc0000034), "STATUS_OBJECT_NAME_NOT_FOUND");
	ok(!vsys_abi_failed(&call, 0) && !vsys_abi_failed(&call, 0x80000005) &&
	   !vsys_abi_failed(&call, 0x40000000), "success, warning and information are no errors");
	call.info = 0;
	ok(!vsys_abi_failed(&call, 0xc0000034), "nor is a result that is no NTSTATUS");
}

int main(void)
{
	puts("TAP version 13");
	which();
	known();
	linux_args();
	windows_args();
	failed();
	return ktap_end();
}
