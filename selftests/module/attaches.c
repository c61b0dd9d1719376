// SPDX-License-Identifier: GPL-2.0
/*
 * attaches COUNT READY: a session attached to so many processes, each with a machine that
 * does not run, until killed.  Makes the file READY once attached.
 */
#include <fcntl.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "api.h"

/* A process with a machine; it tells so through @to. */
static pid_t machine(int to)
{
	pid_t pid = fork();
	int kvm;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (kvm < 0 || ioctl(kvm, KVM_CREATE_VM, 0) < 0 || write(to, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

int test_attaches(char **arg)
{
	int count = arg[0] ? atoi(arg[0]) : 0;
	int fd, i, pipes[2];
	char c;

	if (!count || !arg[1] || pipe(pipes))
		return 2;
	fd = device(O_RDWR);
	for (i = 0; i < count; i++) {
		pid_t pid = machine(pipes[1]);

		if (pid < 0 || read(pipes[0], &c, 1) != 1)
			die("a process with a machine");
		if (attach(fd, pid))
			die("attach");
	}
	if (!tell_ready(arg[1]))
		die("the file to make");
	for (;;)
		pause();
}
