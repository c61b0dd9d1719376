// SPDX-License-Identifier: GPL-2.0
/* read(): whole records; failed calls lose nothing. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "api.h"

static int try_read(int fd, void *buf, size_t len)
{
	return read(fd, buf, len) < 0 ? errno : 0;
}

static bool readable(int fd)
{
	struct vsys_stats s = stats(fd);

	return s.emitted > 0;
}

static void wrong_buffers(int fd)
{
	void *volatile kernel = (void *)-65536L;
	void *volatile nowhere = NULL;	/* the compiler would warn of a constant */
	char *buf = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(buf + PAGE, PAGE);
	check_err(try_read(fd, buf, 1), EMSGSIZE, "a buffer of a byte");
	check_err(try_read(fd, buf, sizeof(struct vsys_record) - 1), EMSGSIZE,
		  "a buffer smaller than any record");
	check_err(try_read(fd, nowhere, 65536), EFAULT, "a null pointer");
	check_err(try_read(fd, buf + PAGE - 8, 65536), EFAULT, "a buffer that is not all there");
	check_err(try_read(fd, kernel, 65536), EFAULT, "an address of the kernel");
	check(read(fd, buf, 0) == 0, "an empty buffer");
	check_err(write(fd, buf, 8) < 0 ? errno : 0, EINVAL, "write()");
	check_err(lseek(fd, 0, SEEK_SET) < 0 ? errno : 0, ESPIPE, "lseek()");
	munmap(buf, PAGE);
}

/* Read with buffers of changing sizes until @events have come. */
static void whole_records(int fd, uint64_t events)
{
	static _Alignas(8) uint8_t buf[65536];
	struct account a[2] = { { .good = true }, { .good = true } };
	bool good = true;
	size_t size = 512, at;
	ssize_t n;

	while (good && a[0].events + a[1].events < events) {
		n = read(fd, buf, size);
		if (n <= 0) {
			printf("# read: %s\n", n ? strerror(errno) : "nothing");
			good = false;
			break;
		}
		for (at = 0; at < (size_t)n && good; ) {
			const struct vsys_record *record = (const void *)(buf + at);

			/* Two vCPUs, each with its own numbers. */
			good = account_add(&a[record->vcpu % 2], record, n - at);
			at += record->size;
		}
		size = size * 3 % (sizeof(buf) - 512) + 512;
	}
	check(good, "records are whole, none is missing after the wrong calls");
}

static void wrong_position(int fd)
{
	uint64_t right[2];
	struct ring r[2];
	char buf[4096];
	int i;

	check_err(detach(fd, 0), 0, "detach");
	if (!check(ring_map(fd, 0, &r[0]) && ring_map(fd, 1, &r[1]), "map the rings"))
		return;
	for (i = 0; i < 2; i++) {
		right[i] = r[i].reader->pos;
		r[i].reader->pos = ring_end(&r[i]) + 8;
	}
	check_err(try_read(fd, buf, sizeof(buf)), EIO, "positions ahead");
	for (i = 0; i < 2; i++)
		r[i].reader->pos = ring_end(&r[i]) - r[i].info.bytes - 8;
	check_err(try_read(fd, buf, sizeof(buf)), EIO, "positions behind");
	for (i = 0; i < 2; i++)
		r[i].reader->pos = right[i];
	check_err(try_read(fd, buf, sizeof(buf)), 0, "the right positions");
	ring_unmap(&r[0]);
	ring_unmap(&r[1]);
	while (read(fd, buf, sizeof(buf)) > 0)
		;
	check(errno == EAGAIN, "at the end there is nothing");
}

static volatile int blocked;

static void on_signal(int sig)
{
	(void)sig;
}

static void *block(void *arg)
{
	char buf[4096];

	blocked = try_read(*(int *)arg, buf, sizeof(buf));
	return NULL;
}

/* A session with nothing to read: read() waits, and a signal ends that. */
static void interrupted(void)
{
	struct sigaction act = { .sa_handler = on_signal };
	int fd = device(O_RDWR);
	pthread_t thread;

	sigaction(SIGUSR1, &act, NULL);
	blocked = -1;
	pthread_create(&thread, NULL, block, &fd);
	nap(200);
	check(blocked == -1, "read() waits");
	while (blocked == -1) {
		pthread_kill(thread, SIGUSR1);
		nap(20);
	}
	pthread_join(thread, NULL);
	check_err(blocked, EINTR, "read() and a signal");
	close(fd);
}

int test_read(char **arg)
{
	int fd = device(O_RDWR | O_NONBLOCK);
	char buf[4096];

	(void)arg;
	check_err(try_read(fd, buf, sizeof(buf)), EAGAIN, "before the attach");
	check_err(setup(fd, 1 << 20, 0, 5), 0, "setup");
	check_err(attach(fd, 0), 0, "attach");
	if (check(rings_wait(fd, 2) && WAIT_FOR(readable(fd)), "records come")) {
		wrong_buffers(fd);
		fcntl(fd, F_SETFL, O_RDWR);
		whole_records(fd, 2000);
		fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK);
		wrong_position(fd);
	}
	close(fd);
	interrupted();
	return finish();
}
