/* SPDX-License-Identifier: GPL-2.0 */
/* Shared by minivm and its guests. */
#ifndef GUESTS_MINIVM_H
#define GUESTS_MINIVM_H

#define MINIVM_MAX_VCPUS	8

/* Guest-physical memory. */
#define MINIVM_MEMORY		0x800000	/* bytes, identity-mapped */
#define MINIVM_PML5		0x1000
#define MINIVM_PML4		0x2000
#define MINIVM_PDPT		0x3000
#define MINIVM_PD		0x4000
#define MINIVM_PT		0x5000		/* to 0x8fff: 4 KiB pages */
#define MINIVM_PD_HIGH		0x9000		/* to 0xbfff: PAE, above 1 GiB */
#define MINIVM_DEVICE		0x50000000	/* a page, with --device */
#define MINIVM_ABSENT		0x7ff000	/* a page, with --absent */
#define MINIVM_ABSENT_BYTE	0x41		/* what it is full of */
#define MINIVM_LOAD		0x100000	/* the image; entry point */

/* RSI at entry. */
#define MINIVM_F_PSE		(1 << 0)	/* the memory is in 4 MiB pages */
#define MINIVM_F_AMD		(1 << 2)	/* the CPU is an AMD */
#define MINIVM_F_LEVELS_SHIFT	4		/* of page tables, 3 bits; 0: no paging */
#define MINIVM_F_VCPUS_SHIFT	8
#define MINIVM_F_STRICT_SHIFT	16	/* bits of MINIVM_DOOR_*, see test_end_door() */

#define MINIVM_DOOR_SYSCALL	0
#define MINIVM_DOOR_SYSENTER	1
#define MINIVM_DOOR_INT80	2
#define MINIVM_DOOR_INT2E	3

/* Ports, write-only. */
#define MINIVM_PORT_PRINT	0xe9	/* outb: a byte; outl: address of a string */
#define MINIVM_PORT_EXIT	0xf4	/* outb: end with this exit code */
#define MINIVM_PORT_MARK	0xf5	/* outl: address of a struct minivm_mark */
#define MINIVM_PORT_DROP	0xf6	/* outl: address of a page to remove from nested tables */
#define MINIVM_PORT_MOVE	0xf7	/* outl: address of a page to put into another of the host */

#ifndef __ASSEMBLER__
#include <stdint.h>

/* Values of KVM_GET_SREGS and KVM_GET_MSRS. */
struct minivm_mark {
	uint64_t sregs_efer;
	uint64_t sregs_cs;
	uint64_t sregs_ss;
	uint64_t sregs_idt_limit;
	uint64_t msr_efer;
	uint64_t msr_star;
	uint64_t msr_lstar;
	uint64_t msr_cstar;
	uint64_t msr_sfmask;
	uint64_t msr_sysenter_cs;
	uint64_t msr_sysenter_esp;
	uint64_t msr_sysenter_eip;
};
#endif

#endif
