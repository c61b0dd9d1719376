// SPDX-License-Identifier: GPL-2.0
/*
 * An unprivileged program that gives its kernel pointers into the kernel's memory.
 *
 *	probe ADDRESS...
 *
 * Prints the result of each call.  The last call is the control: the text is the
 * program's own.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static void say(const char *call, long ret)
{
	printf("%s %s\n", call, ret < 0 ? strerrorname_np(errno) : "0");
}

static void probe(uintptr_t at)
{
	char *text = (char *)at, *argv[] = { text, NULL }, *none[] = { NULL };
	struct iovec iov = { text, 13 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	int pair[2];

	if (pipe(pair))
		exit(1);
	say("openat", syscall(SYS_openat, AT_FDCWD, text, O_RDONLY));
	say("write", syscall(SYS_write, pair[1], text, 13));
	say("execve-path", syscall(SYS_execve, text, none, none));
	say("execve-argv", syscall(SYS_execve, "/nonexistent", text, none));
	say("execve-string", syscall(SYS_execve, "/bin/busybox", argv, none));
	say("writev-iov", syscall(SYS_writev, pair[1], text, 1));
	say("writev-base", syscall(SYS_writev, pair[1], &iov, 1));
	say("sendmsg", syscall(SYS_sendmsg, pair[1], &msg, 0));
	say("nanosleep", syscall(SYS_nanosleep, text, NULL));
}

int main(int argc, char **argv)
{
	static char own[] = "Linux version of my own", *none[] = { NULL };
	int i;

	if (argc < 2 || setgid(NOBODY) || setuid(NOBODY))
		return 1;
	for (i = 1; i < argc; i++)
		probe(strtoull(argv[i], NULL, 16));
	say("own", execve(own, none, none));
	return 0;
}
