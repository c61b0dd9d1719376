// SPDX-License-Identifier: GPL-2.0
/* Attach to processes that have ended. */
#include <fcntl.h>
#include <linux/kvm.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"

/* A process with a machine; @want is its pid, or 0 for any. */
static pid_t machine(pid_t want)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD,
		.set_tid = want ? (uintptr_t)&want : 0, .set_tid_size = !!want,
	};
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready))
		die("pipe");
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (!pid) {
		int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);

		if (ioctl(kvm, KVM_CREATE_VM, 0) < 0 || write(ready[1], "", 1) != 1)
			_exit(1);
		pause();
	}
	close(ready[1]);
	if (pid < 0 || read(ready[0], &byte, 1) != 1)
		die("a process with a machine");
	close(ready[0]);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

int test_ended(char **arg)
{
	int fd = device(O_RDWR);
	pid_t first, second;

	(void)arg;
	first = machine(0);
	check_err(attach(fd, first), 0, "attach to a process with a machine");
	check_err(attach(fd, first), EEXIST, "and again");
	end(first);
	second = machine(first);
	check_err(attach(fd, second), 0, "it has ended; attach to another with its pid");
	check_err(attach(fd, second), EEXIST, "and again");
	check_err(attach(fd, 0), EEXIST, "attach to all");
	end(second);
	check_err(attach(fd, 0), 0, "attach to all, when it has ended, too");
	check_err(detach(fd, second), ENOENT, "nothing is left of it");
	check_err(detach(fd, 0), 0, "detach from all");
	close(fd);
	return finish();
}
