// SPDX-License-Identifier: GPL-2.0
/* Clocks and timers. */
#include <signal.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <time.h>

#include "forms.h"

void clocks(void)
{
	struct itimerspec its = { { 0, 0 }, { 100, 0 } }, old;
	struct sigevent se = { .sigev_notify = SIGEV_NONE };
	struct timespec ts;
	struct timeval tv = { -1, 0 };
	struct timex tx = { 0 };
	int id = 0, fd;
	time_t t;

	DO(time, NULL);
	DO(time, &t);
	DO(gettimeofday, &tv, NULL);
	DO(clock_gettime, CLOCK_REALTIME, &ts);
	DO(clock_gettime, CLOCK_THREAD_CPUTIME_ID, &ts);
	DO(clock_getres, CLOCK_MONOTONIC, &ts);
	DO(clock_gettime, 77, &ts);
	tv.tv_sec = -1;
	DO(settimeofday, &tv, NULL);
	ts.tv_nsec = -1;
	DO(clock_settime, CLOCK_MONOTONIC, &ts);
	DO(adjtimex, &tx);
	DO(clock_adjtime, CLOCK_REALTIME, &tx);
	DO(timer_create, CLOCK_MONOTONIC, &se, &id);
	DO(timer_settime, id, 0, &its, &old);
	DO(timer_gettime, id, &old);
	DO(timer_getoverrun, id);
	DO(timer_delete, id);
	DO(timer_create, CLOCK_MONOTONIC, NULL, BAD);
	fd = DO(timerfd_create, CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	DO(timerfd_settime, fd, TFD_TIMER_ABSTIME, &its, NULL);
	DO(timerfd_gettime, fd, &old);
	close(fd);
}
