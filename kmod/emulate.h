/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_EMULATE_H
#define VSYS_EMULATE_H

struct vsys_vcpu;

/* How an instruction ended. */
enum vsys_outcome {
	VSYS_NOT_OURS,		/* undefined here: KVM's own path raises #UD */
	VSYS_DONE,
	VSYS_DONE_DB,		/* done, #DB follows: RFLAGS.TF */
	VSYS_DONE_GP,		/* done, #GP(0) follows at the new RIP */
	VSYS_GP,		/* nothing changed, #GP(0) */
};

enum vsys_outcome vsys_emulate_check(struct vsys_vcpu *v);
enum vsys_outcome vsys_emulate(struct vsys_vcpu *v);

#endif /* VSYS_EMULATE_H */
