// SPDX-License-Identifier: GPL-2.0
/* Concurrent calls on one session and on many; sessions that outlive their opener. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"

enum { PROCESSES = 3, CYCLE_RING = 65536, HOLD_RING = 1 << 20 };

static long deadline;
static int shared;

static void set_filter(int fd, uint32_t count, uint32_t flags)
{
	uint32_t numbers[2] = { 39, 1 };
	struct vsys_filter f = {
		.size = sizeof(f), .flags = flags, .count = count,
		.numbers = (uintptr_t)numbers,
	};

	ctl(fd, VSYS_FILTER, &f);
}

/* A step of the storm; its result depends on the other threads. */
static void step(int fd, unsigned int what)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLPRI };
	struct vsys_ring_info i = { .size = sizeof(i), .index = what % 5 };
	uint8_t buf[8192];
	void *m;

	switch (what % 10) {
	case 0: attach(fd, 0); break;
	case 1: detach(fd, 0); break;
	case 2: set_filter(fd, what / 10 % 3, what / 30 % 2); break;
	case 3: poll(&p, 1, 1); break;
	case 4: stats(fd); break;
	case 5:
		if (ctl(fd, VSYS_RING, &i))
			break;
		m = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, i.offset);
		if (m == MAP_FAILED)
			break;
		*(volatile uint64_t *)m = what % 3 ? *(volatile uint64_t *)m : what;
		munmap(m, PAGE);
		break;
	case 6: setup(fd, 4096 << what % 5, 0, 1); break;
	default: if (read(fd, buf, what % sizeof(buf)) < 0) nap(1);
	}
}

static void *thread(void *seed)
{
	unsigned int r = (uintptr_t)seed;

	while (now_ms() < deadline) {
		r = r * 1103515245 + 12345;
		step(shared, r >> 8);
	}
	return NULL;
}

/* One process: a session after the other. */
static void sessions(unsigned int seed)
{
	while (now_ms() < deadline) {
		int fd = device(O_RDWR | O_NONBLOCK);
		unsigned int n;

		setup(fd, 4096, 0, 1);
		attach(fd, 0);
		for (n = seed % 20; n; n--) {
			seed = seed * 1103515245 + 12345;
			step(fd, seed >> 8);
		}
		/* Every second time, close without a detach. */
		if (seed & 256)
			detach(fd, 0);
		close(fd);
		seed = seed * 1103515245 + 12345;
	}
	_exit(0);
}

int test_storm(char **arg)
{
	long ms = (arg[0] ? atoi(arg[0]) : 2) * 1000L;
	pthread_t threads[4];
	pid_t pids[PROCESSES];
	unsigned int i;
	int status;

	deadline = now_ms() + ms;
	for (i = 0; i < PROCESSES; i++) {
		pids[i] = fork();
		if (!pids[i])
			sessions(4711 * (i + 1));
	}
	shared = device(O_RDWR | O_NONBLOCK);
	setup(shared, 4096, 0, 1);
	for (i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, thread, (void *)(uintptr_t)(i + 17));
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	close(shared);
	check(true, "threads on one session");
	for (i = 0; i < PROCESSES; i++)
		check(waitpid(pids[i], &status, 0) == pids[i] && !status,
		      "process %u, many sessions", i);
	return finish();
}

static void *blocking_read(void *arg)
{
	char buf[4096];

	(void)arg;
	while (read(shared, buf, sizeof(buf)) > 0 && now_ms() < deadline)
		;
	return NULL;
}

/* close() while two threads read; the last of them ends the session. */
static void close_while_reading(void)
{
	pthread_t threads[2];
	int i;

	deadline = now_ms() + 300;
	shared = device(O_RDWR);
	check_err(attach(shared, 0), 0, "attach for two threads");
	for (i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, blocking_read, NULL);
	nap(200);
	close(shared);
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	check(true, "close() while two threads read");
}

static void child(int fd)
{
	int bad = 0;

	bad |= attach(fd, 0) != EEXIST;
	bad |= !rings_wait(fd, 1);
	bad |= detach(fd, 0) != 0;
	bad |= attach(fd, 0) != 0;
	_exit(bad);
}

int test_fork(char **arg)
{
	int fd = device(O_RDWR), status;
	uint64_t end;
	struct ring r;
	pid_t pid;

	(void)arg;
	check_err(attach(fd, 0), 0, "attach");
	if (!check(rings_wait(fd, 1) && ring_map(fd, 0, &r), "a ring comes"))
		return finish();
	pid = fork();
	if (!pid)
		child(fd);
	waitpid(pid, &status, 0);
	check(!status, "a child goes on with the session");
	check_err(attach(fd, 0), EEXIST, "its attach stays when it ends");

	/* The mapping keeps the session alive; here also a closed ring. */
	pid = fork();
	if (!pid) {
		pause();
		_exit(0);
	}
	close(fd);
	end = ring_end(&r);
	check(end > 0 && r.writer->closed, "a ring is there after close()");
	ring_unmap(&r);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	check(true, "the last descriptor goes with a killed child");
	close_while_reading();
	return finish();
}

/* COUNT sessions one after the other, each with a ring for each of two vCPUs. */
int test_cycle(char **arg)
{
	int i, n = arg[0] ? atoi(arg[0]) : 1, fd, err;

	for (i = 0; i < n; i++) {
		fd = device(O_RDWR);
		err = setup(fd, CYCLE_RING, 0, 0);
		if (!err)
			err = attach(fd, 0);
		if (err) {
			printf("%s\n", strerrorname_np(err));
			return 1;
		}
		if (!rings_wait(fd, 2)) {
			printf("%u rings instead of 2\n", info(fd).rings);
			return 1;
		}
		close(fd);
	}
	return 0;
}

/* COUNT sessions that stay; the first eight are attached and have rings. */
int test_hold(char **arg)
{
	int i, n = arg[0] ? atoi(arg[0]) : 1, fd;

	for (i = 0; i < n; i++) {
		fd = device(O_RDWR);
		if (setup(fd, HOLD_RING, 0, 0) || (!attach(fd, 0) && !rings_wait(fd, 2)))
			return 1;
	}
	printf("ready\n");
	fflush(stdout);
	pause();
	return 1;
}
