/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MACHINE_VM_H
#define MACHINE_VM_H

#include <linux/kvm.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "../lib/minivm.h"

enum {
	MAX_VCPUS = MINIVM_MAX_VCPUS,
	EXIT_CRASH = 3,
	EXIT_SKIP = 4,
};

struct vcpu {
	int index;
	int fd;
	struct kvm_run *run;
	struct kvm_dirty_gfn *dirty;	/* with vm.dirty_ring */
	unsigned int fetched;		/* entries of it so far */
	pthread_t thread;
};

/* The one machine. */
extern struct vm {
	int kvm, fd;
	uint8_t *mem;
	struct vcpu vcpus[MAX_VCPUS];
	int nr_vcpus, levels;
	bool moves;		/* vCPU 0, when a signal ends its run */
	unsigned int kicked;
	unsigned int dirty_ring;	/* entries, or 0 */
	uint64_t flags, arg;
	volatile sig_atomic_t timed_out, unplugged;
} vm;

void __attribute__((noreturn, format(printf, 2, 3))) die(int code, const char *fmt, ...);
int kvm_ioctl(int fd, unsigned long request, void *arg, const char *what);
#define KVM_IOCTL(fd, request, arg) \
	kvm_ioctl(fd, request, (void *)(uintptr_t)(arg), #request)

void absent_page(void);
void create_machine(void);
void create_vcpu(struct vcpu *v);
void dirty_ring_enable(void);
void dirty_ring_map(struct vcpu *v);
void dirty_ring_empty(struct vcpu *v);
void create_vm(const char *image, const char *vendor);
void move_vm(struct vcpu *v);
void add_device(const char *path);
void *run_vcpu(void *arg);

#endif
