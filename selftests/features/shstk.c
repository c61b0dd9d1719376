// SPDX-License-Identifier: GPL-2.0
/*
 * A program with a user shadow stack in a real guest: two processes take turns, make calls
 * and get signals; a call that loses the shadow stack pointer kills its process.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARCH_SHSTK_ENABLE	0x5001
#define ARCH_SHSTK_SHSTK	1

enum { CALLS = 100 };

static volatile int signals;

static void on_signal(int sig)
{
	(void)sig;
	signals++;
}

/* Inline: the function that turns shadow stacks on must not return. */
static inline __attribute__((always_inline)) long enable(void)
{
	long ret;

	asm volatile("syscall" : "=a" (ret)
		     : "a" (SYS_arch_prctl), "D" (ARCH_SHSTK_ENABLE), "S" (ARCH_SHSTK_SHSTK)
		     : "rcx", "r11", "memory");
	return ret;
}

static inline unsigned long ssp(void)
{
	unsigned long v = 0;

	asm volatile("rdsspq %0" : "+r" (v));
	return v;
}

static int calls(void)
{
	int i, wrong = 0;

	for (i = 0; i < CALLS; i++) {
		unsigned long before = ssp();

		getppid();
		sched_yield();
		if (i % 10 == 0)
			raise(SIGUSR1);
		wrong += !before || ssp() != before;
	}
	return wrong + (signals != CALLS / 10);
}

int main(void)
{
	int status = 0, wrong;
	pid_t child;

	signal(SIGUSR1, on_signal);
	if (enable()) {
		puts("no shadow stack");
		exit(2);
	}
	child = fork();
	wrong = calls();
	if (!child)
		_exit(wrong != 0);
	waitpid(child, &status, 0);
	printf("%d calls of each process: %d wrong, the other's status %d\n", CALLS, wrong, status);
	exit(wrong || status);
}
