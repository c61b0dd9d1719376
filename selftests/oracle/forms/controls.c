// SPDX-License-Identifier: GPL-2.0
/* Calls of many purposes: prctl, ptrace, bpf, keyctl, seccomp and the like. */
#include <asm/prctl.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/landlock.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/ptrace.h>
#include <asm/ldt.h>

#include "forms.h"

static void prctl_forms(void)
{
	char name[16] = "forms";
	int sig, n;

	DO(prctl, PR_SET_NAME, "forms");
	DO(prctl, PR_GET_NAME, name);
	DO(prctl, PR_GET_DUMPABLE);
	DO(prctl, PR_SET_DUMPABLE, 1);
	DO(prctl, PR_SET_PDEATHSIG, 15);
	DO(prctl, PR_GET_PDEATHSIG, &sig);
	DO(prctl, PR_SET_PDEATHSIG, 0);
	DO(prctl, PR_GET_KEEPCAPS);
	DO(prctl, PR_SET_KEEPCAPS, 0);
	DO(prctl, PR_CAPBSET_READ, 13);
	DO(prctl, PR_GET_SECCOMP);
	DO(prctl, PR_SET_SECUREBITS, 1 << 6);
	DO(prctl, PR_GET_SECUREBITS);
	DO(prctl, PR_SET_SECUREBITS, 0);
	DO(prctl, PR_GET_SECUREBITS);
	DO(prctl, PR_GET_TIMERSLACK);
	DO(prctl, PR_SET_TIMERSLACK, 50000);
	DO(prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
	DO(prctl, PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0);
	DO(prctl, PR_GET_CHILD_SUBREAPER, &n);
	DO(prctl, PR_SET_CHILD_SUBREAPER, 0);
	DO(prctl, PR_GET_TSC, &n);
	DO(prctl, PR_SET_TSC, PR_TSC_ENABLE);
	DO(prctl, PR_GET_THP_DISABLE, 0, 0, 0, 0);
	DO(prctl, PR_MCE_KILL, 9, 0, 0, 0);
	DO(prctl, PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0);
	DO(prctl, PR_MCE_KILL_GET, 0, 0, 0, 0);
	DO(prctl, PR_MCE_KILL, PR_MCE_KILL_CLEAR, 0, 0, 0);
	DO(prctl, PR_GET_SPECULATION_CTRL, PR_SPEC_STORE_BYPASS, 0, 0, 0);
	DO(prctl, PR_SET_SPECULATION_CTRL, PR_SPEC_L1D_FLUSH, PR_SPEC_DISABLE, 0, 0);
	DO(prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 13, 0, 0);
	DO(prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	DO(prctl, PR_SET_MM, PR_SET_MM_BRK, 4096, 0, 0);
	DO(prctl, PR_SET_VMA, 0, 4096, 4096, "name");
	DO(prctl, PR_SET_PTRACER, -1);
	DO(prctl, 999, 1, 2, 3, 4);
	DO(arch_prctl, ARCH_GET_FS, &n - 1);
	DO(arch_prctl, ARCH_GET_CPUID);
	DO(arch_prctl, ARCH_SET_CPUID, 1);
}

static void ptrace_forms(void)
{
	long word;

	DO(ptrace, PTRACE_ATTACH, 12345, 0, 0);
	DO(ptrace, PTRACE_CONT, 12345, 0, 10);
	DO(ptrace, PTRACE_PEEKTEXT, 12345, 0x1000, &word);
	DO(ptrace, PTRACE_POKEDATA, 12345, 0x1000, 5);
	DO(ptrace, PTRACE_SETOPTIONS, 12345, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC);
	DO(ptrace, PTRACE_SEIZE, 12345, 0, PTRACE_O_EXITKILL);
	DO(ptrace, PTRACE_DETACH, 12345, 0, 0);
	DO(ptrace, PTRACE_KILL, 12345);
	DO(ptrace, PTRACE_GETREGS, 12345, 0, BAD);
}

static void filter_forms(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 5),
	};
	struct sock_fprog prog = { 4, code };
	uint32_t action = SECCOMP_RET_ALLOW;

	DO(seccomp, SECCOMP_SET_MODE_FILTER, 0x100, &prog);
	DO(seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);
	DO(seccomp, SECCOMP_SET_MODE_STRICT, 1, NULL);
	DO(prctl, PR_SET_SECCOMP, 9, &prog);
}

static void bpf_forms(void)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = 9999, attr.key_size = 4, attr.value_size = 8, attr.max_entries = 16;
	DO(bpf, BPF_MAP_CREATE, &attr, 16);
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = -1, attr.key = 0x1234, attr.value = 0x5678;
	DO(bpf, BPF_MAP_LOOKUP_ELEM, &attr, 32);
	DO(bpf, BPF_MAP_DELETE_ELEM, &attr, 16);
	memset(&attr, 0, sizeof(attr));
	attr.pathname = (uintptr_t)"/missing";
	DO(bpf, BPF_OBJ_GET, &attr, 16);
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_KPROBE, attr.license = (uintptr_t)"GPL";
	DO(bpf, BPF_PROG_LOAD, &attr, 48);
	DO(bpf, BPF_MAP_CREATE, BAD, 16);
}

static void key_forms(void)
{
	char buf[64];

	DO(add_key, "user", "vsys", "data", 4, 99999);
	DO(request_key, "user", "vsys-missing", NULL, 0);
	DO(keyctl, KEYCTL_GET_KEYRING_ID, -3, 0);
	DO(keyctl, KEYCTL_DESCRIBE, 99999, buf, sizeof(buf));
	DO(keyctl, KEYCTL_READ, 99999, buf, sizeof(buf));
	DO(keyctl, KEYCTL_REVOKE, 99999);
	DO(keyctl, KEYCTL_JOIN_SESSION_KEYRING, BAD);
	DO(keyctl, KEYCTL_SEARCH, 99999, "user", "vsys", 0);
	DO(keyctl, KEYCTL_SETPERM, 99999, 0x3f3f0000);
	DO(keyctl, KEYCTL_LINK, 99999, 99998);
}

/* SINGLE_ISSUER is younger than strace, which then shows a number: so no flags. */
static void ring_forms(void)
{
	struct io_uring_params p = { .flags = 0 };
	unsigned long mask = 1 << (SIGUSR1 - 1);
	int fds[] = { 1, -1 }, fd = DO(io_uring_setup, 4, &p);

	DO(io_uring_enter, fd, 0, 0, IORING_ENTER_GETEVENTS, &mask, 8L);
	DO(io_uring_register, fd, IORING_REGISTER_FILES, fds, 2);
	DO(io_uring_register, fd, IORING_UNREGISTER_FILES, NULL, 0);
	DO(io_uring_register, fd, IORING_REGISTER_EVENTFD, fds, 1);
	close(fd);
}

static void other_forms(void)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE, .size = sizeof(attr) };
	struct landlock_ruleset_attr rules = { .handled_access_fs = 3 };
	struct landlock_path_beneath_attr path = { .allowed_access = 1, .parent_fd = -1 };
	struct user_desc desc = { .entry_number = 9999 };
	char buf[64];

	DO(perf_event_open, &attr, -1, -1, -1, PERF_FLAG_FD_CLOEXEC);
	attr.type = PERF_TYPE_HARDWARE, attr.config = PERF_COUNT_HW_BRANCH_MISSES;
	DO(perf_event_open, &attr, -1, -1, -1, 0);
	attr.type = PERF_TYPE_HW_CACHE;
	attr.config = PERF_COUNT_HW_CACHE_DTLB | PERF_COUNT_HW_CACHE_OP_WRITE << 8 |
		      PERF_COUNT_HW_CACHE_RESULT_MISS << 16;
	DO(perf_event_open, &attr, -1, -1, -1, 0);
	DO(landlock_create_ruleset, NULL, 0, 1);
	DO(landlock_create_ruleset, &rules, 4, 0);
	DO(landlock_add_rule, -1, 1, &path, 0);
	DO(landlock_restrict_self, -1, 0);
	DO(modify_ldt, 1, &desc, sizeof(desc));
	DO(modify_ldt, 0, buf, 16);
	DO(getrandom, buf, 0, GRND_NONBLOCK);
	DO(getrandom, BAD, 4, 0);
	close(DO(memfd_create, "mem", 3));
	DO(finit_module, -1, "a=1", 3);
	DO(init_module, BAD, 3, "a=1");
	DO(delete_module, "vsysmissing", O_NONBLOCK);
	DO(kcmp, 12345, 12346, 0, 1, 2);
	DO(kexec_load, 0, 0, BAD, 77);
	DO(userfaultfd, 077777);
	DO(membarrier, 0, 0, 0);
	DO(reboot, 0xfee1dead, 672274793, 77, 0x1234);
	DO(setns, -1, 0x20000000);
	DO(unshare, 0x1);
	DO(process_vm_readv, 12345, NULL, 0, NULL, 0, 0);
	DO(iopl, 0);
	DO(ioperm, 0x80, 1, 0);
	DO(sysfs, 3);
	DO(sysfs, 2, 0, buf);
	DO(sysfs, 1, "ext4");
	DO(rseq, BAD, 32, 0, 0x53053053);
	DO(set_tid_address, buf);
	DO(set_robust_list, buf, 24);
	DO(pidfd_open, 99999, 0);
	DO(pidfd_getfd, -1, 3, 0);
	DO(io_uring_setup, 1, BAD);
	DO(io_uring_enter, -1, 1, 1, 1, NULL, 8);
	DO(io_uring_register, -1, 0, NULL, 0);
	ring_forms();
	syscall(999, 1, 2, 3);
}

void controls(void)
{
	prctl_forms();
	ptrace_forms();
	filter_forms();
	bpf_forms();
	key_forms();
	other_forms();
}
