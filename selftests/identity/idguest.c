// SPDX-License-Identifier: GPL-2.0
/*
 * A program that knows who it is: prints its ids, user and names, and makes calls under each
 * of them for a while.  usage: idguest NAME SECONDS [USER]
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int seconds;

/* Calls that tell in the trace which thread made them: the first argument is its id. */
static void calls(void)
{
	struct timespec pause = { .tv_nsec = 20000000 };
	time_t end = time(NULL) + seconds;

	while (time(NULL) < end) {
		syscall(SYS_kill, (pid_t)syscall(SYS_gettid), 0);
		nanosleep(&pause, NULL);
	}
}

static void tell(const char *name)
{
	printf("ids %d %d %s %d\n", (int)getpid(), (int)syscall(SYS_gettid), name, (int)getuid());
	fflush(stdout);
}

static void *worker(void *arg)
{
	prctl(PR_SET_NAME, "worker-thr");
	tell("worker-thr");
	calls();
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t t;

	if (argc < 3)
		return 2;
	seconds = atoi(argv[2]);
	if (argc > 3 && setuid(atoi(argv[3])))
		return 1;
	prctl(PR_SET_NAME, argv[1]);
	tell(argv[1]);
	if (pthread_create(&t, NULL, worker, NULL))
		return 1;
	calls();
	pthread_join(t, NULL);
	return 0;
}
