// SPDX-License-Identifier: GPL-2.0
/*
 * A program for the oracle: threads, signals, sockets, maps and calls that
 * fail.  Its output is the same each time.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 3, ROUNDS = 20 };

static volatile sig_atomic_t signals;

static void count(int nr)
{
	(void)nr;
	signals++;
}

static void *thread(void *fds)
{
	char byte = 'x';
	int i;

	for (i = 0; i < ROUNDS; i++)
		if (write(((int *)fds)[1], &byte, 1) != 1)
			return "write";
	return NULL;
}

static int threads(void)
{
	pthread_t id[THREADS];
	int fds[2], i, got = 0;
	char buf[8];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds))
		return -1;
	for (i = 0; i < THREADS; i++)
		pthread_create(&id[i], NULL, thread, fds);
	while (got < THREADS * ROUNDS) {
		ssize_t n = read(fds[0], buf, sizeof(buf));

		if (n <= 0)
			return -1;
		got += n;
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(id[i], NULL);
	return got;
}

static int child(void)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(kill(getppid(), 0) ? 1 : 7);
	return waitpid(pid, &status, 0) == pid ? WEXITSTATUS(status) : -1;
}

int main(void)
{
	struct sigaction sa = { .sa_handler = count };
	struct iovec iov[2] = { { "one", 3 }, { " two\n", 5 } };
	struct pollfd pfd = { .fd = -1 };
	struct stat st;
	void *map;

	printf("threads %d\n", threads());
	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	kill(getpid(), SIGUSR1);
	printf("signals %d\n", (int)signals);
	printf("child %d\n", child());
	map = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memset(map, 1, 1 << 20);
	mprotect(map, 4096, PROT_NONE);
	printf("munmap %d\n", munmap(map, 1 << 20));
	printf("open %d\n", open("/nonexistent/file", O_RDONLY) < 0 ? errno : 0);
	printf("stat %d\n", stat("/", &st) ? errno : S_ISDIR(st.st_mode));
	printf("mkdir %d\n", mkdir("/", 0755) ? errno : 0);
	printf("close %d\n", close(1000) ? errno : 0);
	printf("poll %d\n", poll(&pfd, 1, 1));
	fflush(stdout);
	return writev(1, iov, 2) != 8;
}
