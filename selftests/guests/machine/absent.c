// SPDX-License-Identifier: GPL-2.0
/*
 * A page of the guest's memory that is absent until a signal comes, as it is while
 * a machine is moved to another host: a thread that accesses it sleeps.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vm.h"

static int uffd;

/* One fault, then the signal, then the page, full of MINIVM_ABSENT_BYTE. */
static void *serve(void *unused)
{
	static unsigned char page[4096];
	struct uffdio_copy copy = {
		.dst = (uintptr_t)vm.mem + MINIVM_ABSENT, .src = (uintptr_t)page,
		.len = sizeof(page),
	};
	struct uffd_msg msg;
	sigset_t set;
	int sig;

	(void)unused;
	if (read(uffd, &msg, sizeof(msg)) != sizeof(msg))
		die(EXIT_CRASH, "reading of the userfaultfd");
	printf("# asleep\n");
	fflush(stdout);
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigwait(&set, &sig);
	memset(page, MINIVM_ABSENT_BYTE, sizeof(page));
	if (ioctl(uffd, UFFDIO_COPY, &copy))
		die(EXIT_CRASH, "UFFDIO_COPY");
	return NULL;
}

void absent_page(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = {
		.range = { (uintptr_t)vm.mem + MINIVM_ABSENT, 4096 },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	pthread_t thread;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api) ||
	    madvise(vm.mem, MINIVM_MEMORY, MADV_NOHUGEPAGE) ||
	    ioctl(uffd, UFFDIO_REGISTER, &reg) ||
	    pthread_create(&thread, NULL, serve, NULL))
		die(EXIT_CRASH, "no userfaultfd");
}
