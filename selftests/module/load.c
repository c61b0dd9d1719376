// SPDX-License-Identifier: GPL-2.0
/*
 * load FILE [PARAMETER], unload: busybox tries twice and hides the errno.
 * Prints the name of the errno when the kernel refuses.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "api.h"

static int outcome(long ret)
{
	if (!ret)
		return 0;
	printf("%s\n", strerrorname_np(errno));
	return 1;
}

int test_load(char **arg)
{
	int fd = arg[0] ? open(arg[0], O_RDONLY | O_CLOEXEC) : -1;

	return outcome(syscall(SYS_finit_module, fd, arg[0] && arg[1] ? arg[1] : "", 0));
}

int test_unload(char **arg)
{
	(void)arg;
	return outcome(syscall(SYS_delete_module, "vsyscalls", O_NONBLOCK));
}
