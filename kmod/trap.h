/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_TRAP_H
#define VSYS_TRAP_H

struct vsys_vcpu;

/* What became of a VM exit. */
enum vsys_trap {
	VSYS_TRAP_NONE,		/* not ours: KVM's */
	VSYS_TRAP_DONE,		/* the guest goes on */
	VSYS_TRAP_SLOW,		/* again where sleeping is allowed */
	VSYS_TRAP_DEBUG,	/* a debugger of the host single-steps */
};

enum vsys_trap vsys_trap(struct vsys_vcpu *v, bool atomic);

#endif /* VSYS_TRAP_H */
