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

int main(int argc, char **argv)
{
	int fd = open(SELF, O_RDONLY | O_CLOEXEC), i;
	char number[16];

	if (argc < 2)
		return 2;
	if (!strcmp(argv[1], "leaf"))
		return 0;
	if (!strcmp(argv[1], "true"))
		for (;;) {
			try_true();
			usleep(200000);
		}
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
