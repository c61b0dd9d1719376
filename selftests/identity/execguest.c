// SPDX-License-Identifier: GPL-2.0
/*
 * A program that executes itself in all ways, from children that have not touched the strings.
 * usage: execguest N; execguest leaf NUMBER; execguest true
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SELF "/bin/execguest"

static void wait_for(pid_t pid)
{
	int status;

	waitpid(pid, &status, 0);
}

static void by_fork(int way, char *number, int fd)
{
	char *const argv[] = { "execguest", "leaf", number, NULL };
	pid_t pid = way == 1 ? vfork() : fork();

	if (pid) {
		wait_for(pid);
		return;
	}
	switch (way) {
	case 0:
		execl(SELF, "execguest", "leaf", number, NULL);
		break;
	case 1:
		execve(SELF, argv, environ);
		break;
	case 2:
		fexecve(fd, argv, environ);
		break;
	default:
		syscall(SYS_execveat, AT_FDCWD, SELF, argv, environ, 0);
	}
	_exit(1);
}

static void by_spawn(char *number)
{
	char *const argv[] = { "execguest", "leaf", number, NULL };
	pid_t pid;

	if (!posix_spawn(&pid, SELF, NULL, NULL, argv, environ))
		wait_for(pid);
}

static void by_system(const char *number)
{
	char command[64];

	snprintf(command, sizeof(command), SELF " leaf %s", number);
	if (system(command))
		exit(1);
}

/* Is /bin/true allowed? */
static void try_true(void)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		execl("/bin/true", "true", NULL);
		_exit(errno);
	}
	waitpid(pid, &status, 0);
}

/* Open a file whose name is in a page that nobody has touched, and one whose name is nowhere. */
static void try_open(int fd)
{
	const char *name = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);

	syscall(SYS_openat, AT_FDCWD, name, O_RDONLY);
	munmap((void *)name, 4096);
	syscall(SYS_openat, AT_FDCWD, 16, O_RDONLY);
}

static void try_all(void)
{
	int fd = open("/tmp/name", O_RDWR | O_CREAT, 0600);

	if (write(fd, "/nothing", 9) != 9)
		exit(1);
	for (;;) {
		try_true();
		try_open(fd);
		usleep(200000);
	}
}

int main(int argc, char **argv)
{
	int fd = open(SELF, O_RDONLY | O_CLOEXEC), i;
	char number[16];

	if (argc < 2)
		return 2;
	if (!strcmp(argv[1], "leaf"))
		return 0;
	if (!strcmp(argv[1], "true"))
		try_all();
	for (i = 0; i < atoi(argv[1]); i++) {
		snprintf(number, sizeof(number), "no.%d.", i);
		if (i % 6 < 4)
			by_fork(i % 6, number, fd);
		else if (i % 6 == 4)
			by_spawn(number);
		else
			by_system(number);
	}
	puts("execs done");
	return 0;
}
