// SPDX-License-Identifier: GPL-2.0
/*
 * Move the machine as a migration does: its vCPU goes on in a new one, with the state that
 * KVM reports of the old one.  The memory is the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vm.h"

/* The shadow stack pointer, from Linux 6.18 on: KVM_X86_REG_KVM(KVM_REG_GUEST_SSP). */
#define REG_SSP		0x2030000300000000ULL

enum { MAX_MSRS = 4096 };

struct state {
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	struct kvm_xcrs xcrs;
	struct kvm_xsave xsave;
	struct kvm_debugregs debugregs;
	struct kvm_lapic_state lapic;
	struct kvm_vcpu_events events;
	uint64_t ssp;
	int has_ssp, nr_msrs;
	struct {
		uint32_t index;
		uint64_t value;
	} msrs[MAX_MSRS];
};

static struct state state;

static struct kvm_msr_list *msr_list(void)
{
	static struct kvm_msr_list *list;

	if (list)
		return list;
	list = calloc(1, sizeof(*list) + MAX_MSRS * sizeof(list->indices[0]));
	if (!list)
		die(EXIT_CRASH, "out of memory");
	list->nmsrs = MAX_MSRS;
	KVM_IOCTL(vm.kvm, KVM_GET_MSR_INDEX_LIST, list);
	return list;
}

/* One by one: KVM stops at the first that this CPU has not. */
static bool access_msr(struct vcpu *v, unsigned long request, uint32_t index, uint64_t *value)
{
	struct {
		struct kvm_msrs head;
		struct kvm_msr_entry e;
	} one = { .head.nmsrs = 1, .e = { .index = index, .data = *value } };

	if (ioctl(v->fd, request, &one) != 1)
		return false;
	*value = one.e.data;
	return true;
}

static void save(struct vcpu *v)
{
	struct kvm_msr_list *list = msr_list();
	struct kvm_one_reg ssp = { REG_SSP, (uintptr_t)&state.ssp };
	uint32_t i;

	KVM_IOCTL(v->fd, KVM_GET_REGS, &state.regs);
	KVM_IOCTL(v->fd, KVM_GET_SREGS, &state.sregs);
	KVM_IOCTL(v->fd, KVM_GET_XCRS, &state.xcrs);
	KVM_IOCTL(v->fd, KVM_GET_XSAVE, &state.xsave);
	KVM_IOCTL(v->fd, KVM_GET_DEBUGREGS, &state.debugregs);
	KVM_IOCTL(v->fd, KVM_GET_LAPIC, &state.lapic);
	KVM_IOCTL(v->fd, KVM_GET_VCPU_EVENTS, &state.events);
	state.has_ssp = !ioctl(v->fd, KVM_GET_ONE_REG, &ssp);
	state.nr_msrs = 0;
	for (i = 0; i < list->nmsrs; i++) {
		state.msrs[state.nr_msrs].index = list->indices[i];
		state.msrs[state.nr_msrs].value = 0;
		if (access_msr(v, KVM_GET_MSRS, list->indices[i],
			       &state.msrs[state.nr_msrs].value))
			state.nr_msrs++;
	}
}

static void restore(struct vcpu *v)
{
	struct kvm_one_reg ssp = { REG_SSP, (uintptr_t)&state.ssp };
	int i;

	KVM_IOCTL(v->fd, KVM_SET_SREGS, &state.sregs);
	KVM_IOCTL(v->fd, KVM_SET_REGS, &state.regs);
	KVM_IOCTL(v->fd, KVM_SET_XCRS, &state.xcrs);
	KVM_IOCTL(v->fd, KVM_SET_XSAVE, &state.xsave);
	/* Some are read-only; a guest finds out what is missing. */
	for (i = 0; i < state.nr_msrs; i++)
		access_msr(v, KVM_SET_MSRS, state.msrs[i].index, &state.msrs[i].value);
	if (state.has_ssp)
		KVM_IOCTL(v->fd, KVM_SET_ONE_REG, &ssp);
	KVM_IOCTL(v->fd, KVM_SET_LAPIC, &state.lapic);
	KVM_IOCTL(v->fd, KVM_SET_DEBUGREGS, &state.debugregs);
	KVM_IOCTL(v->fd, KVM_SET_VCPU_EVENTS, &state.events);
}

/* On the vCPU's thread, between two runs. */
void move_vm(struct vcpu *v)
{
	int old_vm = vm.fd, old_vcpu = v->fd;
	struct kvm_run *old_run = v->run;

	save(v);
	create_machine();
	create_vcpu(v);
	restore(v);
	munmap(old_run, KVM_IOCTL(vm.kvm, KVM_GET_VCPU_MMAP_SIZE, 0));
	close(old_vcpu);
	close(old_vm);
}
