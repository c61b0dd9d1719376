// SPDX-License-Identifier: GPL-2.0
/* The phases of a stress guest, on all its vCPUs. */
#include "stress.h"

enum { TIMER_COUNT = 2000000, MAX_ROUNDS = 3000000, ROUNDS = 10000 };

struct outcome {
	u64 irqs, rounds;
	bool same;
	volatile bool done;
};

static struct outcome outcomes[MINIVM_MAX_VCPUS];
static volatile u32 go;

static u64 rounds(void)
{
	return vm_arg ? vm_arg & ~(STRESS_IRQ_EVERY - 1ULL) : ROUNDS;
}

/* At least rounds() rounds, and more until the timer has fired often enough. */
static void work(unsigned int cpu, const struct stress *s)
{
	struct outcome *out = &outcomes[cpu];
	u64 irqs = s->timer ? STRESS_TIMER_IRQS : 0;
	struct percpu *pc = this_cpu();
	struct regs in, want;
	unsigned int i;

	if (s->timer)
		apic_timer(TIMER_COUNT, IRQ_VECTOR);
	if (s->cs == USER_CS)
		fill_regs(&in, s->code, s->cs);
	else
		fill_regs32(&in, s->code, s->cs);
	in.rflags |= X86_IF;
	in.rax += cpu;
	want = in;
	pc->irqs = 0;
	out->same = true;
	out->rounds = 0;
	do {
		s->predict(&want, rounds());
		pc->scratch[0] = rounds();
		run(&in);
		out->same &= pc->out.vector == BP;
		for (i = 0; i < 16; i++)
			out->same &= ((u64 *)&pc->out)[i] == ((u64 *)&want)[i];
		in = pc->out;
		in.rip = (uintptr_t)s->code;
		out->rounds += rounds();
	} while (out->same && pc->irqs < irqs && out->rounds < MAX_ROUNDS);
	if (s->timer)
		apic_timer(0, IRQ_VECTOR);
	out->irqs = pc->irqs;
	out->done = true;
}

/*
 * While waiting, exit now and then: under Bochs without pause loop exiting a guest
 * that spins with IF 0 never exits, and the host is stuck.
 */
static void relax(void)
{
	u32 a = 0, b, c = 0, d;

	asm volatile("cpuid" : "+a" (a), "=b" (b), "+c" (c), "=d" (d)
		     : : "memory");
}

void stress_ap(unsigned int cpu, const struct stress *phases, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		while (go <= i)
			relax();
		if (i == 0)
			apic_init();
		if (!phases[i].once)
			phases[i].prepare();
		work(cpu, &phases[i]);
	}
}

static void phase(const struct stress *s)
{
	unsigned int cpu;

	for (cpu = 0; cpu < vm_vcpus(); cpu++)
		outcomes[cpu].done = false;
	s->prepare();
	go++;
	work(0, s);
	for (cpu = 0; cpu < vm_vcpus(); cpu++) {
		while (!outcomes[cpu].done)
			relax();
		test_begin("%s: vcpu %u", s->name, cpu);
		print("# vcpu %u: %lu rounds, %lu interrupts\n", cpu,
		      outcomes[cpu].rounds, outcomes[cpu].irqs);
		test_eq("all registers agree", outcomes[cpu].same, true);
		if (s->irqs)
			test_eq("interrupts", outcomes[cpu].irqs,
				s->irqs * ((u32)rounds() / STRESS_IRQ_EVERY));
		if (s->timer)
			test_eq("interrupts came",
				outcomes[cpu].irqs >= STRESS_TIMER_IRQS, true);
		test_end();
	}
}

void stress_main(const struct stress *phases, unsigned int n)
{
	unsigned int i;

	apic_init();
	for (i = 0; i < n; i++)
		phase(&phases[i]);
}
