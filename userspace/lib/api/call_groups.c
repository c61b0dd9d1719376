// SPDX-License-Identifier: GPL-2.0
/*
 * Groups of calls by purpose, such as %file, for Linux and Windows.  Globs are those
 * of fnmatch(3); on Windows they apply to ntoskrnl's calls only, not to win32k's.
 */
#include <stddef.h>
#include <string.h>

#include "call_groups.h"

struct group {
	const char *name;
	const char *const *calls;	/* NULL-terminated */
};

/* Files by name and their metadata; on Windows also reading and writing. */
static const char *const file[] = {
	"*chmod", "*chmodat", "*chmodat2", "*chown", "*chown32", "*chownat", "*xattr", "*xattrat",
	"access", "acct", "chdir", "chroot", "creat", "execve", "execveat", "faccessat",
	"faccessat2", "fanotify_mark", "file_getattr", "file_setattr", "fspick", "fstatat64",
	"futimesat", "getcwd", "inotify_add_watch", "link", "linkat", "lstat", "lstat64", "mkdir",
	"mkdirat", "mknod", "mknodat", "mount", "mount_setattr", "move_mount",
	"name_to_handle_at", "newfstatat", "oldlstat", "oldstat", "open", "open_tree",
	"open_tree_attr", "openat", "openat2", "pivot_root", "quotactl", "readlink",
	"readlinkat", "rename", "renameat", "renameat2", "rmdir", "stat", "stat64", "statfs",
	"statfs64", "statx", "swapoff", "swapon", "symlink", "symlinkat", "truncate",
	"truncate64", "umount", "umount2", "unlink", "unlinkat", "uselib", "utime",
	"utimensat", "utimensat_time64", "utimes",
	"Nt*File", "Nt*FileEx", "NtCopyFileChunk", "NtReadFileScatter", "NtWriteFileGather",
	"NtQueryInformationByName", "NtLoadDriver", "NtUnloadDriver",
	NULL
};

/* Start, end, wait for and control processes and threads. */
static const char *const process[] = {
	"clone", "clone3", "execve", "execveat", "exit", "exit_group", "fork", "kill",
	"pidfd_open", "pidfd_send_signal", "process_mrelease", "ptrace", "rt_sigqueueinfo",
	"rt_tgsigqueueinfo", "tgkill", "tkill", "vfork", "wait4", "waitid", "waitpid",
	"Nt*Process", "Nt*ProcessEx", "Nt*Thread", "Nt*ThreadEx", "NtAlertThreadBy*",
	"NtChangeProcessState", "NtChangeThreadState", "NtCreateProcessStateChange",
	"NtCreateThreadStateChange", "NtCreateUserProcess", "Nt*JobObject", "NtCreateJobSet",
	"NtIsProcessInJob", "NtQueueApcThreadEx2", "NtRemoveProcessDebug",
	NULL
};

/*
 * Sockets.  Windows implements them as device requests to its AFD driver, so this
 * group also has requests to other devices.
 */
static const char *const network[] = {
	"accept", "accept4", "bind", "connect", "getpeername", "getpmsg", "getsockname",
	"getsockopt", "listen", "putpmsg", "recvfrom", "recvmmsg", "recvmmsg_time64", "recvmsg",
	"send*", "setsockopt", "shutdown", "socket", "socketcall", "socketpair",
	"NtDeviceIoControlFile",
	NULL
};

static const char *const memory[] = {
	"brk", "get_mempolicy", "madvise", "map_shadow_stack", "mbind", "memfd_secret",
	"migrate_pages", "mincore", "mlock", "mlock2", "mlockall", "mmap", "mmap2",
	"move_pages", "mprotect", "mremap", "mseal", "msync", "munlock", "munlockall", "munmap",
	"pkey_alloc", "pkey_free", "pkey_mprotect", "process_madvise", "process_vm_readv",
	"process_vm_writev", "remap_file_pages", "set_mempolicy",
	"set_mempolicy_home_node", "shmat", "shmdt", "userfaultfd",
	"Nt*VirtualMemory", "Nt*VirtualMemoryEx", "Nt*Section", "Nt*SectionEx",
	"Nt*UserPhysicalPages", "Nt*UserPhysicalPagesEx", "NtMapUserPhysicalPagesScatter",
	"NtAreMappedFilesTheSame", "NtFlushInstructionCache", "NtGetWriteWatch",
	"NtResetWriteWatch", "NtPssCaptureVaSpaceBulk",
	NULL
};

/* Windows only. */
static const char *const registry[] = {
	"Nt*Key", "Nt*KeyEx", "Nt*Key2", "Nt*Key3", "Nt*Keys", "Nt*ValueKey", "Nt*SubKeys",
	"Nt*SubKeysEx", "Nt*KeyTransacted", "Nt*KeyTransactedEx", "Nt*Registry*",
	NULL
};

/* System V and POSIX IPC; on Windows ports, mailslots and named pipes. */
static const char *const ipc[] = {
	"ipc", "mq_*", "msgctl", "msgget", "msgrcv", "msgsnd", "sem*", "shm*",
	"Nt*Port", "Nt*PortEx", "Nt*PortSection", "NtAlpc*", "NtQueryPortInformationProcess",
	"Nt*RequestData", "NtImpersonateClientOfPort", "Nt*Channel", "NtCreateMailslotFile",
	"NtCreateNamedPipeFile",
	NULL
};

/* Signals; on Windows asynchronous procedure calls and exceptions. */
static const char *const signals[] = {
	"kill", "pause", "pidfd_send_signal", "rt_sig*", "rt_tgsigqueueinfo", "sgetmask", "sig*",
	"ssetmask", "tgkill", "tkill",
	"NtAlert*", "NtContinue", "NtContinueEx", "NtQueueApcThread*", "NtRaiseException",
	"NtTestAlert",
	NULL
};

/* Descriptors other than sockets; on Windows handles of any object. */
static const char *const desc[] = {
	"*fstat*", "*xattrat", "_llseek", "_newselect", "bpf", "close", "close_range",
	"copy_file_range", "dup*", "epoll_create*", "epoll_ctl", "epoll_p*", "epoll_wait", "eventfd*", "execveat", "faccessat*", "fadvise64*",
	"fallocate", "fanotify_*", "fch*", "fcntl*", "fdatasync", "fgetxattr", "finit_module",
	"flistxattr", "flock", "fremovexattr", "fsetxattr", "fsconfig", "fsmount", "fsopen", "fspick",
	"fstatat64", "fsync", "ftruncate*", "futimesat", "creat", "getdents*", "inotify_*",
	"io_uring_*", "ioctl", "kexec_file_load", "landlock_*", "linkat", "lseek", "memfd_*",
	"mkdirat", "mknodat", "mmap*", "move_mount", "mq_getsetattr", "mq_notify", "mq_open",
	"mq_timed*", "name_to_handle_at", "open*",
	"perf_event_open", "pidfd_*", "pipe*", "poll", "ppoll*", "pread*", "pselect*", "pwrite*",
	"read", "readahead", "readlinkat", "readv", "renameat*", "select", "sendfile*", "setns",
	"signalfd*", "splice", "statx", "symlinkat", "sync_file_range*", "syncfs", "tee",
	"timerfd_*", "unlinkat", "userfaultfd", "utimensat*", "vmsplice", "write", "writev",
	"NtClose", "NtDuplicateObject", "NtMakePermanentObject", "NtMakeTemporaryObject",
	"NtQueryObject", "NtSetInformationObject",
	NULL
};

/* stat(2) by the name of a file. */
static const char *const stats[] = {
	"stat", "stat64", "oldstat",
	"NtQueryAttributesFile", "NtQueryFullAttributesFile",
	NULL
};

static const char *const clocks[] = {
	"adjtimex", "clock_adjtime*", "clock_get*", "clock_settime*", "gettimeofday",
	"settimeofday", "stime", "time",
	"NtQuery*Counter", "NtQuerySystemTime", "NtSetSystemTime", "NtQueryTimerResolution",
	"NtSetTimerResolution",
	NULL
};

/* User and group ids, capabilities; on Windows tokens. */
static const char *const creds[] = {
	"capget", "capset", "get*uid*", "getegid*", "getgid*", "getresgid*", "getgroups*", "prctl",
	"set*uid*", "setfsgid*", "setgid*", "setregid*", "setresgid*", "setgroups*", "Nt*Token", "Nt*TokenEx",
	NULL
};

static const struct group groups[] = {
	{ "desc", desc },
	{ "stat", stats },
	{ "clock", clocks },
	{ "creds", creds },
	{ "file", file },
	{ "process", process },
	{ "network", network },
	{ "memory", memory },
	{ "registry", registry },
	{ "ipc", ipc },
	{ "signal", signals },
};

const char *const *vsys_call_group(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (!strcmp(groups[i].name, name))
			return groups[i].calls;
	return NULL;
}
