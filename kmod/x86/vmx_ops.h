/* SPDX-License-Identifier: GPL-2.0 */
/*
 * VMREAD and VMWRITE of the current VMCS.  As in KVM's vmx_ops.h, the build fails if a
 * field is read or written in another width than its encoding says.
 */
#ifndef VSYS_VMX_OPS_H
#define VSYS_VMX_OPS_H

#include <linux/build_bug.h>
#include <linux/types.h>
#include <asm/asm.h>
#include <asm/vmx.h>

/* Bits 14:13 of a field's encoding, SDM vol. 3, table 25-21. */
enum {
	VMCS_16BIT,
	VMCS_64BIT,
	VMCS_32BIT,
	VMCS_NATURAL,
};

#define vmcs_check(field, width) \
	BUILD_BUG_ON_MSG(!__builtin_constant_p(field) || (field) % 2 || \
				 ((field) >> 13 & 3) != (width), \
			 "VMCS field accessed in another width than it has")

/*
 * With a fix-up: the host may leave VMX operation when it reboots, while a vCPU is
 * between KVM and us.
 */
static __always_inline unsigned long __vmcs_read(unsigned long field)
{
	unsigned long val = 0;

	asm volatile("1: vmread %1, %0\n2:" _ASM_EXTABLE(1b, 2b)
		     : "+r" (val) : "r" (field) : "cc");
	return val;
}

static __always_inline void __vmcs_write(unsigned long field, unsigned long val)
{
	asm volatile("1: vmwrite %1, %0\n2:" _ASM_EXTABLE(1b, 2b)
		     : : "r" (field), "rm" (val) : "cc");
}

#define DEFINE_VMCS_ACCESS(suffix, type, width) \
	static __always_inline type vmcs_read##suffix(unsigned long field) \
	{ \
		vmcs_check(field, width); \
		return __vmcs_read(field); \
	} \
	static __always_inline void vmcs_write##suffix(unsigned long field, type val) \
	{ \
		vmcs_check(field, width); \
		__vmcs_write(field, val); \
	}

/* Kernels before 6.18 do not name these, SDM vol. 3, appendix B.4.3. */
#ifndef GUEST_S_CET
#define GUEST_S_CET	0x6828
#define GUEST_SSP	0x682a
#endif

DEFINE_VMCS_ACCESS(16, u16, VMCS_16BIT)
DEFINE_VMCS_ACCESS(32, u32, VMCS_32BIT)
DEFINE_VMCS_ACCESS(64, u64, VMCS_64BIT)
DEFINE_VMCS_ACCESS(l, unsigned long, VMCS_NATURAL)

#endif /* VSYS_VMX_OPS_H */
