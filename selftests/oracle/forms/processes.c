// SPDX-License-Identifier: GPL-2.0
/* Processes: children, waiting, signals, identity, limits. */
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <linux/capability.h>
#undef sched_param

#include "forms.h"

static pid_t child(int how)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	if (how == 1)
		syscall(SYS_kill, getpid(), SIGKILL);
	if (how == 2)
		syscall(SYS_kill, getpid(), SIGSTOP);
	_exit(how ? 0 : 3);
}

static void child_forms(void)
{
	struct clone_args args = { .flags = CLONE_VFORK | CLONE_VM, .exit_signal = SIGCHLD };
	struct rusage usage;
	siginfo_t info;
	int status;
	pid_t pid;

	child(0);
	DO(wait4, -1, &status, 0, NULL);
	child(1);
	DO(wait4, -1, &status, 0, &usage);
	pid = child(2);
	DO(wait4, pid, &status, WUNTRACED, NULL);
	DO(kill, pid, SIGKILL);
	DO(wait4, pid, &status, __WALL, NULL);
	pid = child(0);
	DO(waitid, P_PID, pid, &info, WEXITED, NULL);
	DO(waitid, P_ALL, 0, &info, WEXITED | WNOHANG, NULL);
	DO(wait4, -1, &status, WNOHANG, NULL);
	pid = child(2);
	DO(kill, pid, SIGKILL);
	DO(wait4, pid, NULL, 0, NULL);
	args.flags = 0x8000000000000000;
	DO(clone3, &args, sizeof(args));
	args.set_tid = (uintptr_t)(pid_t[]){ 7, 8 };
	args.set_tid_size = 2;
	DO(clone3, &args, sizeof(args));
	DO(clone, CLONE_THREAD, 0, NULL, NULL, 0);
	DO(execve, "/missing", ((char *[]){ "a", "b c", NULL }), ((char *[]){ "X=1", NULL }));
	DO(execveat, AT_FDCWD, "missing", ((char *[]){ NULL }), NULL, AT_SYMLINK_NOFOLLOW);
}

static void handler(int nr)
{
	(void)nr;
}

static void signal_forms(void)
{
	struct sigaction sa = { .sa_handler = handler };
	sigset_t set, old;
	stack_t ss = { .ss_flags = SS_DISABLE };
	struct timespec none = { 0, 0 };
	siginfo_t info = { .si_signo = SIGUSR1, .si_code = SI_QUEUE };

	sigaction(SIGUSR1, &sa, NULL);
	sa.sa_handler = SIG_IGN;
	sa.sa_flags = SA_RESTART | SA_NODEFER;
	sigaction(SIGUSR2, &sa, NULL);
	sigaction(SIGUSR2, NULL, &sa);
	DO(rt_sigaction, SIGKILL, BAD, NULL, 8);
	DO(rt_sigaction, 40, NULL, NULL, 8);
	sigemptyset(&set), sigaddset(&set, SIGUSR1), sigaddset(&set, SIGTERM), sigaddset(&set, 36);
	DO(rt_sigprocmask, SIG_BLOCK, &set, &old, 8);
	DO(tgkill, getpid(), getpid(), SIGUSR1);
	DO(rt_sigpending, &old, 8);
	DO(rt_sigtimedwait, &set, &info, &none, 8);
	DO(rt_sigtimedwait, &set, NULL, &none, 8);
	sigfillset(&set);
	DO(rt_sigprocmask, SIG_SETMASK, &set, NULL, 8);
	sigemptyset(&set);
	DO(rt_sigprocmask, SIG_SETMASK, &set, NULL, 8);
	DO(rt_sigprocmask, SIG_UNBLOCK, NULL, &old, 8);
	DO(sigaltstack, &ss, &ss);
	DO(sigaltstack, NULL, &ss);
	DO(kill, getpid(), 0);
	DO(kill, -12345, SIGRTMIN);
	DO(tkill, getpid(), 0);
	info.si_signo = SIGUSR2, info.si_code = SI_QUEUE;
	DO(rt_sigqueueinfo, getpid(), SIGUSR2, &info);
	DO(rt_tgsigqueueinfo, getpid(), getpid(), SIGUSR2, &info);
	DO(pidfd_send_signal, -1, SIGUSR2, NULL, 0);
}

static void id_forms(void)
{
	uid_t r, e, s, list[4];
	int node, cpu;

	DO(getpid); DO(getppid); DO(gettid); DO(getuid); DO(geteuid); DO(getgid); DO(getegid);
	DO(setuid, 0); DO(setgid, 0); DO(setreuid, -1, 0); DO(setregid, 0, -1);
	DO(setresuid, -1, -1, 0); DO(setresgid, 0, 0, 0);
	DO(getresuid, &r, &e, &s);
	DO(getresgid, &r, &e, &s);
	DO(getresgid, BAD, &e, &s);
	list[0] = 0, list[1] = 7;
	DO(setgroups, 2, list);
	DO(getgroups, 4, list);
	DO(getgroups, 0, NULL);
	DO(setgroups, 1, list);
	DO(getgroups, 4, list);
	DO(setfsuid, 0); DO(setfsgid, 0);
	DO(getpgid, 0); DO(getsid, 0); DO(getpgrp); DO(setpgid, 0, 0); DO(setsid);
	DO(getcpu, &cpu, &node, NULL);
	DO(personality, 0xffffffff);
	DO(vhangup, 1);
}

static void limit_forms(void)
{
	struct rlimit lim = { 100, RLIM_INFINITY };
	struct rusage usage;
	struct tms tms;
	struct utsname name;

	DO(getrlimit, RLIMIT_NOFILE, &lim);
	DO(getrlimit, RLIMIT_STACK, &lim);
	lim.rlim_cur = 8192 * 1024, lim.rlim_max = RLIM_INFINITY;
	DO(setrlimit, 77, &lim);
	DO(prlimit64, 0, RLIMIT_CORE, NULL, &lim);
	DO(prlimit64, 0, 77, &lim, NULL);
	DO(getrusage, RUSAGE_CHILDREN, &usage);
	DO(getrusage, 77, &usage);
	DO(times, &tms);
	DO(uname, &name);
	DO(getpriority, PRIO_PROCESS, 0);
	DO(setpriority, PRIO_PROCESS, 0, 0);
	DO(ioprio_get, 1, 0);
	DO(ioprio_set, 1, 0, 2 << 13 | 4);
	DO(ioprio_get, 1, 0);
	DO(sethostname, BAD, 3);
	DO(syslog, 10, NULL, 0);
	DO(syslog, 3, BAD, 0);
}

static void sched_forms(void)
{
	int prio[1] = { 0 };
	struct timespec ts;
	unsigned long mask[16] = { 1 };
	struct { uint32_t size, policy; uint64_t flags; int32_t nice; uint32_t prio; uint64_t t[3]; } attr;

	DO(sched_getscheduler, 0);
	DO(sched_setscheduler, 0, SCHED_BATCH, prio);
	DO(sched_getscheduler, 0);
	DO(sched_setscheduler, 0, SCHED_OTHER | 0x40000000, prio);
	DO(sched_getparam, 0, prio);
	DO(sched_setparam, 0, prio);
	DO(sched_get_priority_max, SCHED_FIFO);
	DO(sched_get_priority_min, SCHED_RR);
	DO(sched_rr_get_interval, 0, &ts);
	DO(sched_setaffinity, 0, 8, mask);
	DO(sched_getaffinity, 0, sizeof(mask), mask);
	memset(&attr, 0, sizeof(attr));
	DO(sched_getattr, 0, &attr, sizeof(attr), 0);
	DO(sched_setattr, 0, &attr, 0);
	DO(sched_yield);
}

static void capability_forms(void)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2];

	DO(capget, &h, NULL);
	DO(capget, &h, d);
	d[0].effective = 1 << CAP_NET_RAW | 1 << CAP_CHOWN, d[1].effective = 0;
	d[0].permitted = d[0].inheritable = d[1].permitted = d[1].inheritable = 0;
	h.pid = 12345;
	DO(capset, &h, d);
}

void processes(void)
{
	child_forms();
	signal_forms();
	id_forms();
	limit_forms();
	sched_forms();
	capability_forms();
}
