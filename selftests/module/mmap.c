// SPDX-License-Identifier: GPL-2.0
/* Only the mappings that the header allows succeed. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"

enum { RW = PROT_READ | PROT_WRITE };

/* Returns 0 or an errno; a successful mapping is removed again. */
static int try_map(int fd, uint64_t offset, size_t length, int prot, int flags)
{
	void *p = mmap(NULL, length, prot, flags, fd, offset);

	if (p == MAP_FAILED)
		return errno;
	munmap(p, length);
	return 0;
}

static void sizes(int fd, const struct vsys_ring_info *r)
{
	const size_t all = 2 * PAGE + 2 * r->bytes;
	const uint64_t at = r->offset, none = at + (1ULL << 32) * 1000;

	check_err(try_map(fd, at, all, PROT_READ, MAP_SHARED), 0, "all of it, read-only");
	check_err(try_map(fd, at, PAGE, RW, MAP_SHARED), 0, "the reader's page, writable");
	check_err(try_map(fd, at + PAGE, all - PAGE, PROT_READ, MAP_SHARED), 0, "the rest");
	check_err(try_map(fd, at + all - PAGE, PAGE, PROT_READ, MAP_SHARED), 0, "its last page");
	check_err(try_map(fd, at, all + PAGE, PROT_READ, MAP_SHARED), EINVAL, "a page too many");
	check_err(try_map(fd, at + PAGE, all, PROT_READ, MAP_SHARED), EINVAL, "shifted by a page");
	check_err(try_map(fd, at + all, PAGE, PROT_READ, MAP_SHARED), EINVAL, "behind its end");
	check_err(try_map(fd, none, PAGE, PROT_READ, MAP_SHARED), EINVAL, "a ring that is not");
	check_err(try_map(fd, 1ULL << 62, PAGE, PROT_READ, MAP_SHARED), EINVAL, "far away");
	check_err(try_map(fd, at, PAGE, RW, MAP_PRIVATE), EINVAL, "a private copy");
}

static void rights(int fd, const struct vsys_ring_info *r)
{
	const size_t all = 2 * PAGE + 2 * r->bytes;
	int readonly;
	void *p;

	check_err(try_map(fd, r->offset, all, RW, MAP_SHARED), EPERM, "all of it, writable");
	check_err(try_map(fd, r->offset, 2 * PAGE, RW, MAP_SHARED), EPERM, "both pages, writable");
	check_err(try_map(fd, r->offset + PAGE, PAGE, RW, MAP_SHARED), EPERM,
		  "the writer's page, writable");
	check_err(try_map(fd, r->offset + 2 * PAGE, PAGE, RW, MAP_SHARED), EPERM,
		  "a page of records, writable");
	check_err(try_map(fd, r->offset + all - PAGE, PAGE, PROT_WRITE, MAP_SHARED), EPERM,
		  "the last page of records, writable");
	check_err(try_map(fd, r->offset + 2 * PAGE, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED), EPERM,
		  "a page of records, executable");
	p = mmap(NULL, all, PROT_READ, MAP_SHARED, fd, r->offset);
	check_err(mprotect(p, all, RW) ? errno : 0, EACCES, "made writable later");
	check_err(mprotect(p, PAGE, PROT_READ | PROT_EXEC) ? errno : 0, EACCES,
		  "made executable later");
	munmap(p, all);
	p = mmap(NULL, PAGE, RW, MAP_SHARED, fd, r->offset);
	check(mremap(p, PAGE, 3 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED,
	      "the writable page cannot grow");
	munmap(p, PAGE);
	/* Write another way: without a mapping. */
	readonly = open("/dev/vsyscalls", O_RDONLY | O_CLOEXEC);
	check_err(attach(readonly, 0), 0, "a session that was opened to read attaches");
	if (check(rings_wait(readonly, 1), "and gets a ring"))
		check_err(try_map(readonly, 0, PAGE, RW, MAP_SHARED), EACCES,
			  "but maps nothing writable");
	close(readonly);
}

/* Does a store to @p kill the process? */
static bool kills(const void *p)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		*(volatile uint8_t *)p = 1;
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

static void contents(int fd)
{
	struct ring r;

	if (!check(ring_map(fd, 0, &r), "map the ring as a reader does"))
		return;
	check(WAIT_FOR(ring_end(&r) > 0), "records come");
	check(!memcmp(r.data, r.data + r.info.bytes, sizeof(struct vsys_record)),
	      "the records are there twice");
	check(((const struct vsys_record *)r.data)->type == VSYS_REC_ATTACH,
	      "the first says that tracing begins");
	check(r.info.vm && r.info.bytes == 65536, "the ring is of the size asked for");
	check(kills((void *)r.writer), "storing to the writer's page kills");
	check(kills(r.data), "storing to the records kills");
	ring_unmap(&r);
}

int test_mmap(char **arg)
{
	struct vsys_ring_info r = { .size = sizeof(r) };
	int fd = device(O_RDWR);

	(void)arg;
	check_err(try_map(fd, 0, PAGE, PROT_READ, MAP_SHARED), EINVAL, "before there is a ring");
	check_err(setup(fd, 65536, 0, 0), 0, "setup");
	check_err(attach(fd, 0), 0, "attach");
	if (check(rings_wait(fd, 1), "a ring comes")) {
		check_err(ctl(fd, VSYS_RING, &r), 0, "VSYS_RING");
		contents(fd);
		sizes(fd, &r);
		rights(fd, &r);
		r = (struct vsys_ring_info){ .size = sizeof(r), .index = info(fd).rings };
		check_err(ctl(fd, VSYS_RING, &r), ENOENT, "VSYS_RING behind the last");
	}
	close(fd);
	return finish();
}
