/* SPDX-License-Identifier: GPL-2.0 */
/* The headers that define our constants; included before COMPARE lines. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <time.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/poll.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/swap.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <asm/prctl.h>
#include <linux/aio_abi.h>
#include <linux/blkpg.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/errqueue.h>
#include <linux/falloc.h>
#include <linux/fanotify.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/if_arp.h>
#include <linux/if_tun.h>
#include <linux/io_uring.h>
#include <linux/ioprio.h>
#include <linux/kcmp.h>
#include <linux/kd.h>
#include <linux/kexec.h>
#include <linux/keyctl.h>
#include <linux/kvm.h>
#include <linux/landlock.h>
#include <linux/loop.h>
#include <linux/membarrier.h>
#include <linux/memfd.h>
#include <linux/mempolicy.h>
#include <linux/module.h>
#include <linux/nsfs.h>
#include <linux/openat2.h>
#include <linux/perf_event.h>
#include <linux/random.h>
#include <linux/reboot.h>
#include <linux/rseq.h>
#include <linux/rtc.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <linux/userfaultfd.h>
#include <linux/vt.h>
#include <stdio.h>
#include <stdlib.h>

/* From <asm/termbits.h>, which conflicts with <termios.h>; only its size matters. */
struct termios2 {
	char bytes[44];
};

static int compared, wrong;

/* Some are signed in the headers but not here, or vice versa. */
static void compare(const char *name, long long header, long long ours)
{
	compared++;
	if (header == ours || (unsigned int)header == ours || (int)header == ours)
		return;
	printf("%s is %#llx, not %#llx\n", name, header, ours);
	wrong = 1;
}

#define COMPARE(name, ours) compare(#name, (long long)(name), ours##LL)

static int result(int least)
{
	printf("# %d constants\n", compared);
	return wrong || compared < least;
}
