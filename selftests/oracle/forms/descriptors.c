// SPDX-License-Identifier: GPL-2.0
/* Descriptors: reading, writing, fcntl, ioctl, events. */
#include <linux/fs.h>
#include <linux/fiemap.h>
#include <net/if.h>
#include <sys/epoll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <termios.h>

#include "forms.h"

static void io_forms(void)
{
	char a[8] = "one", b[8] = "two";
	struct iovec iov[2] = { { a, 3 }, { b, 4 } };
	int fd = open("data", O_RDWR | O_CREAT, 0600), fd2 = open("copy", O_RDWR | O_CREAT, 0600);
	off_t at = 0, to = 1;

	DO(write, fd, "hello\n\t\1\0012\"x", 12);
	DO(write, fd, "", 0);
	DO(write, -1, a, 3);
	DO(pwrite64, fd, a, 3, 5L);
	DO(writev, fd, iov, 2);
	DO(pwritev, fd, iov, 2, 9L, 0L);
	DO(pwritev2, fd, iov, 2, -1L, 0L, RWF_DSYNC);
	DO(lseek, fd, 0L, SEEK_SET);
	DO(lseek, fd, -2L, SEEK_END);
	DO(lseek, fd, 0L, SEEK_DATA);
	DO(read, fd, a, 4);
	DO(read, fd, a, 0);
	DO(read, -1, a, 4);
	DO(read, fd, BAD, 4);
	DO(pread64, fd, a, 5, 1L);
	DO(lseek, fd, 0L, SEEK_SET);
	DO(readv, fd, iov, 2);
	DO(preadv, fd, iov, 2, 3L, 0L);
	DO(preadv2, fd, iov, 2, 3L, 0L, RWF_HIPRI);
	DO(sendfile, fd2, fd, NULL, 4);
	DO(sendfile, fd2, fd, &at, 4);
	DO(copy_file_range, fd, &at, fd2, &to, 3, 0);
	DO(copy_file_range, fd, NULL, fd2, NULL, 3, 0);
	DO(fallocate, fd, FALLOC_FL_KEEP_SIZE, 0L, 100L);
	DO(fallocate, fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 1L, 2L);
	DO(ftruncate, fd, 10L);
	DO(fsync, fd);
	DO(fdatasync, fd);
	DO(sync_file_range, fd, 0L, 4L, SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
	DO(fadvise64, fd, 0L, 4L, POSIX_FADV_DONTNEED);
	DO(readahead, fd, 0L, 4096);
	DO(syncfs, fd);
	DO(fchmod, fd, 0640);
	DO(fchown, fd, 0, -1);
	DO(flock, fd, LOCK_EX | LOCK_NB);
	DO(flock, fd, LOCK_UN);
	close(fd);
	close(fd2);
	unlink("copy");
}

static void pipe_forms(void)
{
	struct iovec iov = { "abc", 3 };
	int p[2], q[2];
	char buf[8];
	loff_t at = 0;

	DO(pipe, p);
	DO(pipe2, q, O_CLOEXEC | O_NONBLOCK);
	DO(pipe, BAD);
	DO(write, p[1], "abcdef", 6);
	DO(tee, p[0], q[1], 3, SPLICE_F_NONBLOCK);
	DO(splice, p[0], NULL, q[1], NULL, 3, SPLICE_F_MOVE | SPLICE_F_MORE);
	DO(splice, q[0], NULL, 99, &at, 3, 0);
	DO(vmsplice, q[1], &iov, 1, SPLICE_F_GIFT);
	DO(read, q[0], buf, 8);
	DO(read, q[0], buf, 8);
	DO(dup, p[0]);
	DO(dup2, p[0], 60);
	DO(dup3, p[0], 61, O_CLOEXEC);
	DO(close, 60);
	DO(close_range, 60, 70, 0);
	DO(close_range, 60, ~0U, 4);
	DO(close, -1);
	close(p[0]), close(p[1]), close(q[0]), close(q[1]);
	close(p[1] + 3);
}

/* Flags as results, also where there are none. */
static void fcntl_flags(void)
{
	int fd = memfd_create("sealed", MFD_ALLOW_SEALING), p[2];

	pipe(p);
	DO(fcntl, p[0], F_GETFL);
	DO(fcntl, p[1], F_GETFL);
	DO(fcntl, fd, F_GETFD);
	DO(fcntl, fd, F_GET_SEALS);
	DO(fcntl, fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_FUTURE_WRITE);
	DO(fcntl, fd, F_GET_SEALS);
	DO(fcntl, p[0], F_SETFL, O_RDONLY);
	DO(fcntl, p[0], F_NOTIFY, 0);
	close(fd), close(p[0]), close(p[1]);
}

static void fcntl_forms(void)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 10 };
	struct f_owner_ex owner = { F_OWNER_PID, 0 };
	int fd = open("data", O_RDWR);
	uint64_t hint = 2;

	DO(fcntl, fd, F_GETFD);
	DO(fcntl, fd, F_SETFD, FD_CLOEXEC);
	DO(fcntl, fd, F_GETFD);
	DO(fcntl, fd, F_SETFD, 0);
	DO(fcntl, fd, F_GETFL);
	DO(fcntl, fd, F_SETFL, O_RDWR | O_NONBLOCK | O_APPEND);
	DO(fcntl, fd, F_GETFL);
	close(DO(fcntl, fd, F_DUPFD, 20));
	close(DO(fcntl, fd, F_DUPFD_CLOEXEC, 0));
	DO(fcntl, fd, F_SETLK, &lock);
	DO(fcntl, fd, F_GETLK, &lock);
	lock.l_type = F_UNLCK;
	DO(fcntl, fd, F_SETLKW, &lock);
	lock.l_type = F_RDLCK, lock.l_pid = 0;
	DO(fcntl, fd, F_OFD_SETLKW, &lock);
	DO(fcntl, fd, F_GETOWN);
	DO(fcntl, fd, F_SETOWN, 0);
	DO(fcntl, fd, F_SETOWN_EX, &owner);
	DO(fcntl, fd, F_GETOWN_EX, &owner);
	DO(fcntl, fd, F_SETSIG, 10);
	DO(fcntl, fd, F_GETSIG);
	DO(fcntl, fd, F_SETLEASE, F_RDLCK);
	DO(fcntl, fd, F_GETLEASE);
	DO(fcntl, fd, F_NOTIFY, DN_ACCESS | DN_MULTISHOT);
	DO(fcntl, fd, F_SETPIPE_SZ, 4096);
	DO(fcntl, fd, F_GETPIPE_SZ);
	DO(fcntl, fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW);
	DO(fcntl, fd, F_GET_SEALS);
	DO(fcntl, fd, F_SET_RW_HINT, &hint);
	DO(fcntl, fd, F_GET_RW_HINT, &hint);
	DO(fcntl, -1, F_GETFD);
	DO(fcntl, fd, 999, 0x1234);
	close(fd);
	fcntl_flags();
}

static void ioctl_forms(void)
{
	int fd = open("data", O_RDWR), master = open("/dev/ptmx", O_RDWR | O_NOCTTY), n = 1;
	int sock = socket(AF_INET, SOCK_DGRAM, 0);
	struct winsize ws = { 24, 80, 0, 0 };
	struct termios tio;
	struct ifreq ifr = { .ifr_name = "lo" };

	DO(ioctl, fd, FIOCLEX);
	DO(ioctl, fd, FIONCLEX);
	DO(ioctl, fd, FIONBIO, &n);
	DO(ioctl, fd, FIONREAD, &n);
	DO(ioctl, fd, TCGETS, &tio);
	DO(ioctl, fd, FS_IOC_GETFLAGS, &n);
	DO(ioctl, fd, FIGETBSZ, &n);
	DO(ioctl, fd, _IOC(_IOC_READ | _IOC_WRITE, 0x5a, 0x63, 0x3c), 0x1234);
	DO(ioctl, fd, _IOC(_IOC_NONE, 0xb5, 0x63, 0), 0);
	DO(ioctl, master, TCGETS, &tio);
	DO(ioctl, master, TCSETS, &tio);
	DO(ioctl, master, TCSETSW, &tio);
	DO(ioctl, master, TIOCSWINSZ, &ws);
	DO(ioctl, master, TIOCGWINSZ, &ws);
	DO(ioctl, master, TIOCGPTN, &n);
	n = 0;
	DO(ioctl, master, TIOCSPTLCK, &n);
	DO(ioctl, master, TIOCGPGRP, &n);
	DO(ioctl, master, TIOCGSID, &n);
	DO(ioctl, master, TCFLSH, TCIOFLUSH);
	DO(ioctl, master, TCSBRK, 1);
	DO(ioctl, master, TCXONC, TCOON);
	DO(ioctl, master, TIOCEXCL);
	DO(ioctl, master, TIOCOUTQ, &n);
	DO(ioctl, sock, SIOCGIFINDEX, &ifr);
	DO(ioctl, sock, SIOCGIFFLAGS, &ifr);
	DO(ioctl, sock, SIOCGIFADDR, &ifr);
	DO(ioctl, sock, SIOCGIFMTU, &ifr);
	close(fd), close(master), close(sock);
}

static void event_forms(void)
{
	struct epoll_event ev = { EPOLLIN | EPOLLET, { .u64 = 7 } }, got[4];
	int ep = DO(epoll_create1, EPOLL_CLOEXEC), ev_fd = DO(eventfd2, 1, EFD_NONBLOCK | EFD_CLOEXEC);
	int in = DO(inotify_init1, IN_NONBLOCK), fan;
	sigset_t mask;
	char buf[256];
	uint64_t v;

	sigemptyset(&mask), sigaddset(&mask, SIGUSR1);
	close(DO(epoll_create, 5));
	DO(epoll_ctl, ep, EPOLL_CTL_ADD, ev_fd, &ev);
	ev.events = EPOLLIN | EPOLLOUT | EPOLLONESHOT;
	DO(epoll_ctl, ep, EPOLL_CTL_MOD, ev_fd, &ev);
	DO(epoll_wait, ep, got, 4, 0);
	DO(epoll_pwait, ep, got, 4, 0, &mask, 8);
	DO(epoll_ctl, ep, EPOLL_CTL_DEL, ev_fd, NULL);
	DO(epoll_wait, ep, got, 4, 0);
	DO(epoll_pwait2, ep, got, 4, &(struct timespec){ 0, 1000 }, NULL, 8);
	DO(epoll_ctl, ep, EPOLL_CTL_ADD, -1, &ev);
	DO(read, ev_fd, &v, 8);
	DO(read, ev_fd, &v, 8);
	close(DO(eventfd, 3));
	close(DO(inotify_init));
	DO(inotify_add_watch, in, ".", IN_CREATE | IN_DELETE | IN_ONLYDIR);
	DO(inotify_rm_watch, in, 99);
	close(open("made", O_CREAT | O_WRONLY, 0600));
	unlink("made");
	DO(read, in, buf, sizeof(buf));
	close(DO(signalfd4, -1, &mask, 8, SFD_CLOEXEC));
	close(DO(signalfd, -1, &mask, 8));
	fan = DO(fanotify_init, FAN_CLASS_NOTIF | FAN_CLOEXEC, O_RDONLY);
	DO(fanotify_mark, fan, FAN_MARK_ADD, FAN_OPEN | FAN_CLOSE, AT_FDCWD, ".");
	close(fan), close(in), close(ep), close(ev_fd);
}

static void directory_forms(void)
{
	int fd = open(".", O_RDONLY | O_DIRECTORY);
	struct { struct file_handle h; char space[128]; } h = { .h.handle_bytes = 128 };
	char buf[1024];
	int id;

	DO(getdents64, fd, buf, sizeof(buf));
	DO(getdents64, fd, buf, sizeof(buf));
	lseek(fd, 0, SEEK_SET);
	DO(getdents, fd, buf, sizeof(buf));
	DO(name_to_handle_at, AT_FDCWD, "data", &h, &id, 0);
	h.h.handle_bytes = 0;
	DO(name_to_handle_at, AT_FDCWD, "data", &h, &id, AT_EMPTY_PATH);
	DO(fchdir, fd);
	close(fd);
}

void descriptors(void)
{
	io_forms();
	pipe_forms();
	fcntl_forms();
	ioctl_forms();
	event_forms();
	directory_forms();
	unlink("data");
}
