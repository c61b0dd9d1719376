// SPDX-License-Identifier: GPL-2.0
/* Compare sizes and members of structs with the C library's headers. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <utime.h>
#include <linux/aio_abi.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <linux/perf_event.h>
#include <net/if.h>
#include <sys/epoll.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/utsname.h>

#include "structs.h"

static void check_time(void)
{
	SIZE(timespec, struct timespec);
	MEMBER(timespec, tv_nsec);
	SIZE(timeval, struct timeval);
	MEMBER(timeval, tv_usec);
	SIZE(itimerspec, struct itimerspec);
	SAME(itimerspec, struct itimerspec, it_value.tv_nsec, "it_value.tv_nsec");
	SIZE(itimerval, struct itimerval);
	SAME(itimerval, struct itimerval, it_value.tv_sec, "it_value.tv_sec");
	SIZE(timezone, struct timezone);
	SIZE(utimbuf, struct utimbuf);
	MEMBER(utimbuf, modtime);
	SIZE(tms, struct tms);
	MEMBER(tms, tms_cstime);
	SIZE(timex, struct timex);
	MEMBER(timex, status);
	MEMBER(timex, tick);
	MEMBER(timex, shift);
	MEMBER(timex, stbcnt);
	MEMBER(timex, tai);
}

static void check_files(void)
{
	SIZE(statfs, struct statfs);
	MEMBER(statfs, f_bavail);
	MEMBER(statfs, f_ffree);
	MEMBER(statfs, f_fsid);
	MEMBER(statfs, f_namelen);
	MEMBER(statfs, f_flags);
	SIZE(statx, struct statx);
	MEMBER(statx, stx_mode);
	MEMBER(statx, stx_ino);
	MEMBER(statx, stx_attributes_mask);
	SAME(statx, struct statx, stx_mtime.tv_nsec, "stx_mtime.tv_nsec");
	MEMBER(statx, stx_dev_minor);
	MEMBER(statx, stx_mnt_id);
	SIZE(file_handle, struct file_handle);
	SIZE(open_how, struct open_how);
	MEMBER(open_how, resolve);
	SIZE(pollfd, struct pollfd);
	MEMBER(pollfd, revents);
	SIZE(epoll_event, struct epoll_event);
	MEMBER(epoll_event, data);
	SIZE(iovec_elsewhere, struct iovec);
	SIZE(iocb, struct iocb);
	MEMBER(iocb, aio_lio_opcode);
	MEMBER(iocb, aio_fildes);
	MEMBER(iocb, aio_offset);
	SIZE(io_event, struct io_event);
	MEMBER(io_event, res2);
	SIZE(ifr_addr, struct ifreq);
	SAME(ifr_addr, struct ifreq, ifr_addr, "ifr_addr");
	SAME(ifr_flags, struct ifreq, ifr_flags, "ifr_flags");
	SIZE(io_uring_params, struct io_uring_params);
	MEMBER(io_uring_params, wq_fd);
}

static void check_processes(void)
{
	SIZE(utsname, struct utsname);
	MEMBER(utsname, machine);
	SIZE(rlimit, struct rlimit);
	SIZE(rlimit64, struct rlimit64);
	SIZE(rusage, struct rusage);
	MEMBER(rusage, ru_maxrss);
	MEMBER(rusage, ru_nivcsw);
	SIZE(sysinfo, struct sysinfo);
	MEMBER(sysinfo, freeram);
	MEMBER(sysinfo, procs);
	MEMBER(sysinfo, mem_unit);
	SIZE(sched_param, struct sched_param);
	SIZE(futex_waitv, struct futex_waitv);
	MEMBER(futex_waitv, flags);
	SIZE(cap_header, struct __user_cap_header_struct);
	SIZE(cap_data, struct __user_cap_data_struct[2]);
	SAME(perf_event_attr, struct perf_event_attr, read_format, "read_format");
	SIZE(siginfo, siginfo_t);
	SIZE(stack, stack_t);
	SAME(stack, stack_t, ss_size, "ss_size");
	SIZE(sigevent, struct sigevent);
	MEMBER(sigevent, sigev_notify);
}

static void check_messages(void)
{
	SIZE(sembuf, struct sembuf);
	MEMBER(sembuf, sem_flg);
	SIZE(shmid_ds, struct shmid_ds);
	MEMBER(shmid_ds, shm_nattch);
	MEMBER(shmid_ds, shm_lpid);
	SAME(shmid_ds, struct shmid_ds, shm_perm.__key, "shm_perm.key");
	SIZE(semid_ds, struct semid_ds);
	MEMBER(semid_ds, sem_ctime);
	MEMBER(semid_ds, sem_nsems);
	SIZE(msqid_ds, struct msqid_ds);
	MEMBER(msqid_ds, msg_qnum);
	MEMBER(msqid_ds, msg_lrpid);
}

int main(void)
{
	check_time();
	check_files();
	check_processes();
	check_messages();
	return result();
}
