// SPDX-License-Identifier: GPL-2.0
/* Run a vCPU until the guest reports its end. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vm.h"

static void __attribute__((noreturn)) dump(struct vcpu *v, const char *why)
{
	struct kvm_regs r;
	struct kvm_sregs s;

	KVM_IOCTL(v->fd, KVM_GET_REGS, &r);
	KVM_IOCTL(v->fd, KVM_GET_SREGS, &s);
	die(EXIT_CRASH, "vcpu %d: %s\n"
	    "# rip %llx rflags %llx cs %x ss %x cr2 %llx cr3 %llx efer %llx\n"
	    "# rax %llx rbx %llx rcx %llx rdx %llx rsi %llx rdi %llx\n"
	    "# rbp %llx rsp %llx r8 %llx r9 %llx r10 %llx r11 %llx\n"
	    "# r12 %llx r13 %llx r14 %llx r15 %llx",
	    v->index, why, r.rip, r.rflags, s.cs.selector, s.ss.selector,
	    s.cr2, s.cr3, s.efer, r.rax, r.rbx, r.rcx, r.rdx, r.rsi, r.rdi,
	    r.rbp, r.rsp, r.r8, r.r9, r.r10, r.r11, r.r12, r.r13, r.r14, r.r15);
}

/* Give the guest the state of this vCPU that user space sees. */
static void mark(struct vcpu *v, struct minivm_mark *m)
{
	static const uint32_t indices[] = {
		0xc0000080, 0xc0000081, 0xc0000082, 0xc0000083, 0xc0000084,
		0x174, 0x175, 0x176,
	};
	enum { NR = sizeof(indices) / sizeof(indices[0]) };
	uint64_t *const to[NR] = {
		&m->msr_efer, &m->msr_star, &m->msr_lstar, &m->msr_cstar,
		&m->msr_sfmask, &m->msr_sysenter_cs, &m->msr_sysenter_esp,
		&m->msr_sysenter_eip,
	};
	struct {
		struct kvm_msrs head;
		struct kvm_msr_entry e[NR];
	} msrs = { .head.nmsrs = NR };
	struct kvm_sregs s;
	int i;

	for (i = 0; i < NR; i++)
		msrs.e[i].index = indices[i];
	if (KVM_IOCTL(v->fd, KVM_GET_MSRS, &msrs) != NR)
		die(EXIT_CRASH, "KVM_GET_MSRS is short");
	for (i = 0; i < NR; i++)
		*to[i] = msrs.e[i].data;
	KVM_IOCTL(v->fd, KVM_GET_SREGS, &s);
	m->sregs_efer = s.efer;
	m->sregs_cs = s.cs.selector;
	m->sregs_ss = s.ss.selector;
	m->sregs_idt_limit = s.idt.limit;
}

static void *guest_memory(struct vcpu *v, uint64_t addr, size_t len)
{
	if (addr > MINIVM_MEMORY || len > MINIVM_MEMORY - addr)
		dump(v, "bad address given to a port");
	return vm.mem + addr;
}

/* The contents stay: KVM only unmaps a page while its process has no access to it. */
static void drop(void *page)
{
	if (mprotect(page, 4096, PROT_NONE) || mprotect(page, 4096, PROT_READ | PROT_WRITE))
		die(EXIT_CRASH, "mprotect: %s", strerror(errno));
}

/* Put the contents into another page of the host, which frees the old one. */
static void move(void *page)
{
	void *other = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (other == MAP_FAILED)
		die(EXIT_CRASH, "mmap: %s", strerror(errno));
	memcpy(other, page, 4096);
	if (mremap(other, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, page) != page)
		die(EXIT_CRASH, "mremap: %s", strerror(errno));
}

static void port_out(struct vcpu *v)
{
	const struct kvm_run *run = v->run;
	const uint8_t *data = (const uint8_t *)run + run->io.data_offset;
	uint32_t value = 0;

	if (run->io.direction != KVM_EXIT_IO_OUT || run->io.count != 1)
		dump(v, "unexpected port access");
	memcpy(&value, data, run->io.size);

	switch (run->io.port) {
	case MINIVM_PORT_PRINT:
		if (run->io.size == 1)
			putchar(value);
		else
			printf("%s", (char *)guest_memory(v, value, 4096));
		break;
	case MINIVM_PORT_EXIT:
		if (vm.kicked)
			printf("# %s %u times\n", vm.moves ? "moved" : "interrupted", vm.kicked);
		fflush(stdout);
		_exit(value);
	case MINIVM_PORT_MARK:
		mark(v, guest_memory(v, value, sizeof(struct minivm_mark)));
		break;
	case MINIVM_PORT_DROP:
		drop(guest_memory(v, value, 4096));
		break;
	case MINIVM_PORT_MOVE:
		move(guest_memory(v, value, 4096));
		break;
	default:
		dump(v, "unknown port");
	}
}

void *run_vcpu(void *arg)
{
	struct vcpu *v = arg;
	char why[80];

	for (;;) {
		if (vm.timed_out)
			dump(v, "timeout");
		if (ioctl(v->fd, KVM_RUN, 0) < 0) {
			if (vm.unplugged && v->index == 1)
				return NULL;
			if (errno == EINTR || errno == EAGAIN) {
				vm.kicked++;
				if (vm.moves)
					move_vm(v);
				continue;
			}
			die(EXIT_CRASH, "KVM_RUN: %s", strerror(errno));
		}
		switch (v->run->exit_reason) {
		case KVM_EXIT_IO:
			port_out(v);
			break;
		case KVM_EXIT_INTR:
			break;
		case KVM_EXIT_DIRTY_RING_FULL:
			dirty_ring_empty(v);
			break;
		case KVM_EXIT_SHUTDOWN:
			dump(v, "shutdown (triple fault)");
		case KVM_EXIT_FAIL_ENTRY:
			snprintf(why, sizeof(why), "entry failed, reason %#llx",
				 v->run->fail_entry.hardware_entry_failure_reason);
			dump(v, why);
		case KVM_EXIT_INTERNAL_ERROR:
			snprintf(why, sizeof(why), "internal error %u",
				 v->run->internal.suberror);
			dump(v, why);
		default:
			snprintf(why, sizeof(why), "exit reason %u",
				 v->run->exit_reason);
			dump(v, why);
		}
	}
	return NULL;
}
