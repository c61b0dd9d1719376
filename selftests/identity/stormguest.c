// SPDX-License-Identifier: GPL-2.0
/*
 * Processes and threads that live for a moment, each with a name of its own, and ids that are
 * used again soon.  usage: stormguest COUNT; stormguest leaf NUMBER
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 4 };

/* A call that tells in the trace by which thread and under which name it is made. */
static void tell(long number)
{
	char name[16];

	snprintf(name, sizeof(name), "s%ld", number);
	prctl(PR_SET_NAME, name);
	syscall(SYS_pread64, -1, NULL, syscall(SYS_gettid), number);
}

static void *thread(void *number)
{
	tell((long)number);
	return NULL;
}

static void by_exec(long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", number);
	execl("/bin/stormguest", "stormguest", "leaf", text, NULL);
	_exit(1);
}

/* Each of these makes the call once. */
static void one(long number)
{
	pthread_t t;
	pid_t pid;

	if (number % 8 == 0) {
		pid = vfork();
		if (!pid)
			by_exec(number);
	} else if (number % 2) {
		if (!pthread_create(&t, NULL, thread, (void *)number))
			pthread_join(t, NULL);
		return;
	} else {
		pid = fork();
		if (!pid) {
			tell(number);
			_exit(0);
		}
	}
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	long i, count = argc > 1 ? atol(argv[argc - 1]) : 0;
	int w;

	if (argc > 2) {
		tell(count);
		return 0;
	}
	for (w = 0; w < WORKERS; w++) {
		if (fork())
			continue;
		for (i = w; i < count; i += WORKERS)
			one(i);
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	return 0;
}
