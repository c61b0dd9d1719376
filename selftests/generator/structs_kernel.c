// SPDX-License-Identifier: GPL-2.0
/*
 * Compare sizes and members of structs with the kernel's headers: structs that the
 * C library defines differently, or not at all.
 */
#include <asm/shmbuf.h>
#include <asm/msgbuf.h>
#include <asm/signal.h>
#include <asm/stat.h>
#include <asm/statfs.h>
#include <asm/termbits.h>
#include <linux/time_types.h>
#include <linux/timex.h>
#include <linux/utsname.h>

/* The macros name members as the tables do. */
#undef sa_handler

#include "structs.h"

static void check_files(void)
{
	SIZE(stat, struct stat);
	MEMBER(stat, st_dev);
	MEMBER(stat, st_ino);
	MEMBER(stat, st_nlink);
	MEMBER(stat, st_mode);
	MEMBER(stat, st_uid);
	MEMBER(stat, st_gid);
	MEMBER(stat, st_rdev);
	MEMBER(stat, st_size);
	MEMBER(stat, st_blksize);
	MEMBER(stat, st_blocks);
	SAME(stat, struct stat, st_atime, "st_atime.tv_sec");
	SAME(stat, struct stat, st_mtime, "st_mtime.tv_sec");
	SAME(stat, struct stat, st_ctime_nsec, "st_ctime.tv_nsec");
	SIZE(statfs, struct statfs);
	MEMBER(statfs, f_fsid);
	MEMBER(statfs, f_flags);
}

static void check_terminals(void)
{
	SIZE(termios, struct termios);
	MEMBER(termios, c_oflag);
	MEMBER(termios, c_lflag);
	MEMBER(termios, c_line);
	MEMBER(termios, c_cc);
}

static void check_signals(void)
{
	SIZE(stack, stack_t);
	SAME(stack, stack_t, ss_flags, "ss_flags");
	SAME(stack, stack_t, ss_size, "ss_size");
}

static void check_ipc(void)
{
	SIZE(shmid_ds, struct shmid64_ds);
	SAME(shmid_ds, struct shmid64_ds, shm_perm.mode, "shm_perm.mode");
	SAME(shmid_ds, struct shmid64_ds, shm_segsz, "shm_segsz");
	SAME(shmid_ds, struct shmid64_ds, shm_cpid, "shm_cpid");
	SAME(shmid_ds, struct shmid64_ds, shm_nattch, "shm_nattch");
	SIZE(msqid_ds, struct msqid64_ds);
	SAME(msqid_ds, struct msqid64_ds, msg_qnum, "msg_qnum");
	SAME(msqid_ds, struct msqid64_ds, msg_qbytes, "msg_qbytes");
	SAME(msqid_ds, struct msqid64_ds, msg_lrpid, "msg_lrpid");
}

static void check_time(void)
{
	SIZE(timespec64, struct __kernel_timespec);
	SAME(timespec64, struct __kernel_timespec, tv_sec, "tv_sec");
}

#ifdef __i386__
#define OLD_STAT(member) SAME(oldstat, struct __old_kernel_stat, member, #member)
#define TIMEX(member) SAME(timex64, struct __kernel_timex, member, #member)

static void check_old(void)
{
	SIZE(oldstat, struct __old_kernel_stat);
	OLD_STAT(st_dev);
	OLD_STAT(st_ino);
	OLD_STAT(st_mode);
	OLD_STAT(st_nlink);
	OLD_STAT(st_uid);
	OLD_STAT(st_gid);
	OLD_STAT(st_rdev);
	OLD_STAT(st_size);
	OLD_STAT(st_ctime);
	SIZE(old_utsname, struct old_utsname);
	MEMBER(old_utsname, machine);
	SIZE(oldold_utsname, struct oldold_utsname);
	MEMBER(oldold_utsname, machine);
	SIZE(old_sigaction, struct sigaction);
	SAME(old_sigaction, struct sigaction, sa_mask, "sa_mask");
	SAME(old_sigaction, struct sigaction, sa_flags, "sa_flags");
	SAME(old_sigaction, struct sigaction, sa_restorer, "sa_restorer");
}

static void check_64(void)
{
	SIZE(stat64, struct stat64);
	MEMBER(stat64, st_dev);
	MEMBER(stat64, st_ino);
	MEMBER(stat64, st_mode);
	MEMBER(stat64, st_nlink);
	MEMBER(stat64, st_uid);
	MEMBER(stat64, st_gid);
	MEMBER(stat64, st_rdev);
	MEMBER(stat64, st_size);
	MEMBER(stat64, st_blksize);
	MEMBER(stat64, st_blocks);
	SAME(stat64, struct stat64, st_atime, "st_atime.tv_sec");
	SAME(stat64, struct stat64, st_ctime_nsec, "st_ctime.tv_nsec");
	SIZE(statfs64, struct statfs64);
	MEMBER(statfs64, f_blocks);
	MEMBER(statfs64, f_bavail);
	MEMBER(statfs64, f_ffree);
	MEMBER(statfs64, f_fsid);
	MEMBER(statfs64, f_namelen);
	MEMBER(statfs64, f_flags);
	SIZE(itimerspec64, struct __kernel_itimerspec);
	SAME(itimerspec64, struct __kernel_itimerspec, it_value.tv_sec, "it_value.tv_sec");
	SIZE(timex64, struct __kernel_timex);
	TIMEX(modes);
	TIMEX(offset);
	TIMEX(esterror);
	TIMEX(status);
	TIMEX(constant);
	TIMEX(time.tv_sec);
	TIMEX(time.tv_usec);
	TIMEX(tick);
	TIMEX(shift);
	TIMEX(stabil);
	TIMEX(stbcnt);
	TIMEX(tai);
}
#else
static void check_old(void)
{
	SIZE(sigaction, struct sigaction);
	SAME(sigaction, struct sigaction, sa_handler, "sa_handler");
	SAME(sigaction, struct sigaction, sa_flags, "sa_flags");
	SAME(sigaction, struct sigaction, sa_restorer, "sa_restorer");
	SAME(sigaction, struct sigaction, sa_mask, "sa_mask");
}

static void check_64(void)
{
}
#endif

int main(void)
{
	check_files();
	check_signals();
	check_terminals();
	check_ipc();
	check_time();
	check_old();
	check_64();
	return result();
}
