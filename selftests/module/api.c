// SPDX-License-Identifier: GPL-2.0
/* KTAP, and unchecked calls of the device. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "api.h"

static int results, failures;

bool check(bool ok, const char *fmt, ...)
{
	const char *tamper = getenv("VSYS_TAMPER");
	va_list ap;

	if (!results++ && tamper && *tamper)
		ok = !ok;
	failures += !ok;
	printf("%sok %d - ", ok ? "" : "not ", results);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
	return ok;
}

void check_err(int err, int want, const char *what)
{
	if (err != want)
		printf("# got %s, expected %s\n", strerror(err), strerror(want));
	check(err == want, "%s: %s", what, want ? strerrorname_np(want) : "succeeds");
}

int finish(void)
{
	printf("1..%d\n", results);
	return !results || failures;
}

int ctl(int fd, unsigned long cmd, void *arg)
{
	return ioctl(fd, cmd, arg) < 0 ? errno : 0;
}

int attach(int fd, pid_t pid)
{
	struct vsys_attach a = { .size = sizeof(a), .pid = pid };

	return ctl(fd, VSYS_ATTACH, &a);
}

int detach(int fd, pid_t pid)
{
	struct vsys_detach d = { .size = sizeof(d), .pid = pid };

	return ctl(fd, VSYS_DETACH, &d);
}

int setup(int fd, uint32_t bytes, uint32_t watermark, uint32_t latency_ms)
{
	struct vsys_setup s = {
		.size = sizeof(s), .ring_bytes = bytes, .watermark = watermark,
		.latency_ms = latency_ms, .capture_bytes = 256,
	};

	return ctl(fd, VSYS_SETUP, &s);
}

void die(const char *what)
{
	printf("# %s: %s\n", what, strerror(errno));
	exit(1);
}

bool tell_ready(const char *path)
{
	int fd = open(path ? path : "", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	return fd >= 0 && !close(fd);
}

int device(int flags)
{
	int fd = open("/dev/vsyscalls", flags | O_CLOEXEC);

	if (fd < 0)
		die("/dev/vsyscalls");
	return fd;
}

struct vsys_info info(int fd)
{
	struct vsys_info i = { .size = sizeof(i) };

	if (ctl(fd, VSYS_INFO, &i))
		die("VSYS_INFO");
	return i;
}

struct vsys_stats stats(int fd)
{
	struct vsys_stats s = { .size = sizeof(s) };

	if (ctl(fd, VSYS_STATS, &s))
		die("VSYS_STATS");
	return s;
}

bool ring_map(int fd, uint32_t index, struct ring *r)
{
	void *reader, *rest;

	memset(r, 0, sizeof(*r));
	r->info.size = sizeof(r->info);
	r->info.index = index;
	if (ctl(fd, VSYS_RING, &r->info))
		return false;
	reader = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, r->info.offset);
	rest = mmap(NULL, PAGE + 2 * r->info.bytes, PROT_READ, MAP_SHARED, fd,
		    r->info.offset + PAGE);
	if (reader == MAP_FAILED || rest == MAP_FAILED)
		die("mmap of a ring");
	r->reader = reader;
	r->writer = rest;
	r->data = (uint8_t *)rest + PAGE;
	return true;
}

void ring_unmap(struct ring *r)
{
	munmap((void *)r->reader, PAGE);
	munmap((void *)r->writer, PAGE + 2 * r->info.bytes);
}

uint64_t ring_end(const struct ring *r)
{
	return __atomic_load_n(&r->writer->pos, __ATOMIC_ACQUIRE);
}

/* Wait until the session has so many rings. */
bool rings_wait(int fd, uint32_t count)
{
	return WAIT_FOR(info(fd).rings >= count);
}

/* Count one record, of which @room bytes are there; false if it is invalid. */
bool account_add(struct account *a, const struct vsys_record *r, uint64_t room)
{
	const struct vsys_rec_lost *lost = (const void *)r;

	if (r->size < sizeof(*r) || r->size > room || r->size % 8)
		a->good = false;
	else if (r->type != VSYS_REC_LOST && r->seq == a->next) {
		a->events++;
		a->next++;
	} else if (r->type == VSYS_REC_LOST && lost->first == a->next &&
		   lost->count == lost->last - lost->first + 1) {
		a->told += lost->count;
		a->next = lost->last + 1;
	} else
		a->good = false;
	if (!a->good)
		printf("# record of type %u, %u bytes, number %llu, after number %llu\n",
		       r->type, r->size, (unsigned long long)r->seq,
		       (unsigned long long)a->next);
	return a->good;
}

/* Read all records in the ring. */
void ring_read(struct ring *r, struct account *a)
{
	uint64_t pos = r->reader->pos, end = ring_end(r);

	while (pos != end && a->good) {
		const void *record = r->data + pos % r->info.bytes;

		if (account_add(a, record, end - pos))
			pos += ((const struct vsys_record *)record)->size;
	}
	__atomic_store_n(&r->reader->pos, pos, __ATOMIC_RELEASE);
}

long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void nap(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}
