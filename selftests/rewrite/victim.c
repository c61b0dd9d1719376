// SPDX-License-Identifier: GPL-2.0
/*
 * In the real guest: make calls that are changed from outside, and print the outcome.
 *
 *	victim calls	the lines that guest.sh expects
 *	victim unlink	one call, which the holder holds
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *error(long result)
{
	return result < 0 ? strerrorname_np(errno) : "done";
}

/* The holder waits for a read of 777 bytes. */
static void show(const char *path, size_t bytes)
{
	char text[778] = "";
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, text, bytes);

	printf("%s: %zd %.*s\n", path, n, n > 0 ? (int)strcspn(text, "\n") : 0, text);
	close(fd);
}

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* vsysread's delay is 400 ms; allow for some ticks. */
static void slow(void)
{
	long start = now_ms(), middle;

	access("/tmp/slow", F_OK);
	middle = now_ms();
	printf("access slow: %s\n", middle - start < 350 ? "at once" : "late");
	printf("mkdir never: %s", error(mkdir("/tmp/never", 0700)));
	printf(" %s\n", now_ms() - middle < 350 ? "at once" : "late");
	printf("never: %s\n", error(access("/tmp/never", F_OK)));
}

static void calls(void)
{
	int fd = open("/tmp/written", O_CREAT | O_RDWR, 0600);

	show("/tmp/plain", 776);
	show("/tmp/data", 777);
	printf("write: %zd\n", write(fd, "0123456789abcdef", 16));
	printf("size: %ld\n", (long)lseek(fd, 0, SEEK_END));
	printf("unlink keep: %s\n", error(unlink("/tmp/keep")));
	printf("keep: %s\n", error(access("/tmp/keep", F_OK)));
	printf("unlink other: %s\n", error(unlink("/tmp/other")));
	printf("unlink late: %s\n", error(unlink("/tmp/late")));
	printf("late: %s\n", error(access("/tmp/late", F_OK)));
	slow();
	printf("execl: %s\n", error(execl("/tmp/forbidden", "forbidden", NULL)));
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "calls"))
		calls();
	else if (argc == 2 && !strcmp(argv[1], "unlink"))
		printf("unlink held: %s\n", error(unlink("/tmp/held")));
	else
		return 2;
	return 0;
}
