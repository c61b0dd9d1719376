// SPDX-License-Identifier: GPL-2.0
/* Waiting: poll, select, sleeps. */
#include <poll.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>

#include "forms.h"

static void poll_forms(void)
{
	struct pollfd fds[2];
	struct timespec ts = { 0, 1000 };
	struct timeval tv = { 0, 1000 };
	sigset_t mask;
	fd_set r, w;
	int p[2];

	if (pipe(p))
		return;
	fds[0] = (struct pollfd){ p[0], POLLIN, 0 };
	fds[1] = (struct pollfd){ p[1], POLLOUT | POLLERR, 0 };
	DO(poll, fds, 2, 0);
	DO(poll, fds, 1, 1);
	DO(poll, NULL, 0, 1);
	sigemptyset(&mask), sigaddset(&mask, SIGUSR1);
	DO(ppoll, fds, 2, &ts, &mask, 8L);
	ts = (struct timespec){ 0, 1000 };
	DO(ppoll, fds, 1, &ts, NULL, 8L);
	FD_ZERO(&r);
	FD_SET(p[0], &r);
	FD_ZERO(&w);
	FD_SET(p[1], &w);
	DO(select, p[1] + 1, &r, &w, NULL, &tv);
	FD_SET(p[0], &r);
	tv = (struct timeval){ 0, 1000 };
	DO(select, p[1] + 1, &r, NULL, NULL, &tv);
	FD_SET(p[0], &r);
	ts = (struct timespec){ 0, 1000 };
	DO(pselect6, p[1] + 1, &r, &w, NULL, &ts, (void *[]){ &mask, (void *)8 });
	DO(select, 0, NULL, NULL, NULL, BAD);
	close(p[0]), close(p[1]);
}

static void handler(int nr)
{
	(void)nr;
}

static void sleep_forms(void)
{
	struct timespec ts = { 0, 1000 }, rest;
	struct itimerval it = { { 0, 0 }, { 0, 200000 } };
	struct sigaction sa = { .sa_handler = handler };

	DO(nanosleep, &ts, NULL);
	DO(nanosleep, &ts, &rest);
	DO(clock_nanosleep, CLOCK_MONOTONIC, 0, &ts, NULL);
	DO(clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &ts, &rest);
	ts.tv_nsec = -1;
	DO(nanosleep, &ts, &rest);
	sigaction(SIGALRM, &sa, NULL);
	DO(setitimer, ITIMER_REAL, &it, NULL);
	ts = (struct timespec){ 10, 0 };
	DO(nanosleep, &ts, &rest);
	DO(setitimer, ITIMER_REAL, &it, NULL);
	DO(clock_nanosleep, CLOCK_MONOTONIC, 0, &ts, &rest);
	DO(getitimer, ITIMER_REAL, &it);
	DO(alarm, 0);
}

void waits(void)
{
	poll_forms();
	sleep_forms();
}
