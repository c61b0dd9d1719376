// SPDX-License-Identifier: GPL-2.0
/* A profile of a few calls, independent of what prototypes/ says. */
#include "table.h"

static const struct vsys_const open_consts[] = {
	{ "O_RDONLY", 0, 3 }, { "O_WRONLY", 1, 3 }, { "O_RDWR", 2, 3 },
	{ "O_CLOEXEC", 02000000, 02000000 },
};
static const struct vsys_const error_consts[] = {
	{ "EPERM", 1, 0 }, { "ENOENT", 2, 0 }, { "EINTR", 4, 0 }, { "EBADF", 9, 0 },
};
static const struct vsys_const poll_consts[] = { { "POLLIN", 1, 1 }, { "POLLOUT", 4, 4 } };

static const struct vsys_set open_set = { "open_flags", 1, 4, open_consts };
static const struct vsys_set errors = { "errno", 0, 4, error_consts };
static const struct vsys_set poll_set = { "poll_events", 1, 2, poll_consts };

static const struct vsys_field fd_fields[] = { { "", 0, 4, 1, VSYS_CL_FD, NULL, NULL, 0, NULL } };
static const struct vsys_field int_fields[] = { { "", 0, 4, 1, VSYS_CL_INT, NULL, NULL, 0, NULL } };
static const struct vsys_field poll_fields[] = {
	{ "fd", 0, 4, 1, VSYS_CL_FD, NULL, NULL, 0, NULL },
	{ "events", 4, 2, 0, VSYS_CL_FLAGS, &poll_set, NULL, 0, NULL },
	{ "revents", 6, 2, 0, VSYS_CL_FLAGS, &poll_set, NULL, 0, NULL },
};

static const struct vsys_type t_int = { "int", VSYS_CL_INT, 1, 4, NULL, 0, NULL };
static const struct vsys_type t_size = { "size", VSYS_CL_UINT, 0, 8, NULL, 0, NULL };
static const struct vsys_type t_ssize = { "ssize", VSYS_CL_INT, 1, 8, NULL, 0, NULL };
static const struct vsys_type t_fd = { "fd", VSYS_CL_FD, 1, 4, NULL, 0, NULL };
static const struct vsys_type t_atfd = { "atfd", VSYS_CL_ATFD, 1, 4, NULL, 0, NULL };
static const struct vsys_type t_ptr = { "ptr", VSYS_CL_PTR, 0, 8, NULL, 0, NULL };
static const struct vsys_type t_mode = { "mode", VSYS_CL_OCTAL, 0, 2, NULL, 0, NULL };
static const struct vsys_type t_flags = { "flags", VSYS_CL_FLAGS, 0, 4, NULL, 0, NULL };
static const struct vsys_type t_str = { "str", VSYS_CL_STR, 0, 0, NULL, 0, NULL };
static const struct vsys_type t_strv = { "strv", VSYS_CL_STRV, 0, 0, NULL, 0, NULL };
static const struct vsys_type t_buf = { "buf", VSYS_CL_BUF, 0, 0, NULL, 0, NULL };
static const struct vsys_type t_iovec = { "iovec", VSYS_CL_IOVEC, 0, 0, NULL, 0, NULL };
static const struct vsys_type t_msghdr = { "msghdr", VSYS_CL_MSGHDR, 0, 0, NULL, 0, NULL };
static const struct vsys_type t_sockaddr = { "sockaddr", VSYS_CL_SOCKADDR, 0, 0, NULL, 0, NULL };
static const struct vsys_type t_void = { "void", VSYS_CL_VOID, 0, 0, NULL, 0, NULL };
static const struct vsys_type t_fds = { "fd*", VSYS_CL_STRUCT, 0, 4, NULL, 1, fd_fields };
static const struct vsys_type t_ints = { "int*", VSYS_CL_STRUCT, 0, 4, NULL, 1, int_fields };
static const struct vsys_type t_pollfd = {
	"pollfd", VSYS_CL_STRUCT, 0, 8, NULL, 3, poll_fields
};

enum { IN = VSYS_DIR_IN, OUT = VSYS_DIR_OUT };

static const struct vsys_param read_params[] = {
	{ "fd", &t_fd, IN, 0, NULL }, { "buf", &t_buf, OUT, 1, NULL },
	{ "count", &t_size, IN, 2, NULL },
};
static const struct vsys_param write_params[] = {
	{ "fd", &t_fd, IN, 0, NULL }, { "buf", &t_buf, IN, 1, NULL },
	{ "count", &t_size, IN, 2, NULL },
};
static const struct vsys_param poll_params[] = {
	{ "fds", &t_pollfd, IN | OUT, 0, NULL }, { "nfds", &t_size, IN, 1, NULL },
	{ "timeout", &t_int, IN, 2, NULL },
};
static const struct vsys_param mmap_params[] = {
	{ "addr", &t_ptr, IN, 0, NULL }, { "length", &t_size, IN, 1, NULL },
};
static const struct vsys_param writev_params[] = {
	{ "fd", &t_fd, IN, 0, NULL }, { "iov", &t_iovec, IN, 1, NULL }, { "n", &t_int, IN, 2, NULL },
};
static const struct vsys_param pipe_params[] = { { "fds", &t_fds, OUT, 0, NULL } };
static const struct vsys_param sendmsg_params[] = {
	{ "fd", &t_fd, IN, 0, NULL }, { "msg", &t_msghdr, IN, 1, NULL },
	{ "flags", &t_flags, IN, 2, NULL },
};
static const struct vsys_param bind_params[] = {
	{ "fd", &t_fd, IN, 0, NULL }, { "addr", &t_sockaddr, IN, 1, NULL },
	{ "len", &t_int, IN, 2, NULL },
};
static const struct vsys_param getsockname_params[] = {
	{ "fd", &t_fd, IN, 0, NULL }, { "addr", &t_sockaddr, OUT, 1, NULL },
	{ "len", &t_ints, IN | OUT, 2, NULL },
};
static const struct vsys_param execve_params[] = {
	{ "path", &t_str, IN, 0, NULL }, { "argv", &t_strv, IN, 1, NULL },
	{ "envp", &t_strv, IN, 2, NULL },
};
static const struct vsys_param exit_params[] = { { "status", &t_int, IN, 0, NULL } };
static const struct vsys_param umask_params[] = { { "mask", &t_mode, IN, 0, NULL } };
static const struct vsys_param openat_params[] = {
	{ "dirfd", &t_atfd, IN, 0, NULL }, { "filename", &t_str, IN, 1, NULL },
	{ "flags", &t_flags, IN, 2, &open_set },
};


/* close(-1) has no argument, close(-2) two. */
static const struct vsys_param close_cases[] = {
	{ "fd", &t_fd, IN, 0, NULL }, { "how", &t_mode, IN, 1, NULL },
};
static const struct vsys_proto close_forms[] = {
	{ "close", 0, 64, 0, 1, &t_int, close_cases, NULL },
	{ "close", 0, 64, 2, 2, &t_fd, close_cases, NULL },
};
static const struct vsys_case close_values[] = {
	{ UINT32_MAX, &close_forms[0] }, { UINT32_MAX - 1, &close_forms[1] },
};
static const struct vsys_choice close_choice = { 0, 4, UINT64_MAX, 2, close_values };

/* Of 32-bit programs: narrow numbers, and one of 8 bytes in two slots. */
static const struct vsys_type t_size32 = { "size", VSYS_CL_UINT, 0, 4, NULL, 0, NULL };
static const struct vsys_type t_ssize32 = { "ssize", VSYS_CL_INT, 1, 4, NULL, 0, NULL };
static const struct vsys_type t_ptr32 = { "ptr", VSYS_CL_PTR, 0, 4, NULL, 0, NULL };
static const struct vsys_type t_loff = { "loff", VSYS_CL_INT, 1, 8, NULL, 0, NULL };

static const struct vsys_param read32_params[] = {
	{ "fd", &t_fd, IN, 0, NULL }, { "buf", &t_buf, OUT, 1, NULL },
	{ "count", &t_size32, IN, 2, NULL },
};
static const struct vsys_param pread_params[] = {
	{ "fd", &t_fd, IN, 0, NULL }, { "buf", &t_buf, OUT, 1, NULL },
	{ "count", &t_size32, IN, 2, NULL }, { "pos", &t_loff, IN, 3, NULL },
};
static const struct vsys_param fallocate_params[] = {
	{ "fd", &t_fd, IN, 0, NULL }, { "mode", &t_int, IN, 1, NULL },
	{ "offset", &t_loff, IN, 2, NULL }, { "len", &t_loff, IN, 4, NULL },
};
static const struct vsys_param close_params[] = { { "fd", &t_fd, IN, 0, NULL } };
static const struct vsys_param brk_params[] = { { "brk", &t_ptr32, IN, 0, NULL } };

enum {
	READ, WRITE, POLL, MMAP, WRITEV, PIPE, SENDMSG, BIND, GETSOCKNAME, EXECVE, EXIT, UMASK,
	OPENAT, CLOSE, READ32, PREAD32, FALLOCATE32, BRK32, EXECVE32,
};

static const struct vsys_proto calls[] = {
	[READ] = { "read", 0, 64, 3, 3, &t_ssize, read_params, NULL },
	[WRITE] = { "write", 0, 64, 3, 3, &t_ssize, write_params, NULL },
	[POLL] = { "poll", 0, 64, 3, 3, &t_int, poll_params, NULL },
	[MMAP] = { "mmap", 0, 64, 2, 2, &t_ptr, mmap_params, NULL },
	[WRITEV] = { "writev", 0, 64, 3, 3, &t_ssize, writev_params, NULL },
	[PIPE] = { "pipe", 0, 64, 1, 1, &t_int, pipe_params, NULL },
	[SENDMSG] = { "sendmsg", 0, 64, 3, 3, &t_ssize, sendmsg_params, NULL },
	[BIND] = { "bind", 0, 64, 3, 3, &t_int, bind_params, NULL },
	[GETSOCKNAME] = { "getsockname", 0, 64, 3, 3, &t_int, getsockname_params, NULL },
	[EXECVE] = { "execve", 0, 64, 3, 3, &t_int, execve_params, NULL },
	[EXIT] = { "exit", VSYS_CALLF_NORETURN, 64, 1, 1, &t_void, exit_params, NULL },
	[UMASK] = { "umask", 0, 64, 1, 1, &t_mode, umask_params, NULL },
	[OPENAT] = { "openat", 0, 64, 3, 3, &t_fd, openat_params, NULL },
	[CLOSE] = { "close", 0, 64, 1, 1, &t_int, close_params, &close_choice },
	[READ32] = { "read", 0, 32, 3, 3, &t_ssize32, read32_params, NULL },
	[PREAD32] = { "pread64", 0, 32, 4, 5, &t_ssize32, pread_params, NULL },
	[FALLOCATE32] = { "fallocate", 0, 32, 4, 6, &t_int, fallocate_params, NULL },
	[BRK32] = { "brk", 0, 32, 1, 1, &t_ptr32, brk_params, NULL },
	[EXECVE32] = { "execve", 0, 32, 3, 3, &t_int, execve_params, NULL },
};

static const struct vsys_number x86_64[] = {
	{ NR_READ, READ }, { NR_WRITE, WRITE }, { NR_CLOSE, CLOSE }, { NR_POLL, POLL },
	{ NR_MMAP, MMAP }, { NR_WRITEV, WRITEV }, { NR_PIPE, PIPE }, { NR_SENDMSG, SENDMSG },
	{ NR_BIND, BIND }, { NR_GETSOCKNAME, GETSOCKNAME }, { NR_EXECVE, EXECVE }, { NR_EXIT, EXIT },
	{ NR_UMASK, UMASK }, { NR_OPENAT, OPENAT },
};

static const struct vsys_number x32[] = {
	{ NR_READ, READ }, { NR_MMAP, MMAP }, { NR_OPENAT, OPENAT }, { NR_X32_EXECVE, EXECVE32 },
};

static const struct vsys_number i386[] = {
	{ NR_I386_READ, READ32 }, { NR_I386_EXECVE, EXECVE32 }, { NR_I386_BRK, BRK32 },
	{ NR_I386_PREAD64, PREAD32 }, { NR_I386_FALLOCATE, FALLOCATE32 },
};

/* Of another system with the same ABI. */
static const struct vsys_number other[] = { { 1, CLOSE }, { NR_CLOSE, READ } };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const struct vsys_numbering test_abis[TEST_ABIS] = {
	{ VSYS_ABI_LINUX_X86_64, COUNT(x86_64), x86_64, calls, &errors, NULL, NULL },
	{ VSYS_ABI_LINUX_X32, COUNT(x32), x32, calls, &errors, NULL, NULL },
	{ VSYS_ABI_LINUX_I386, COUNT(i386), i386, calls, &errors, NULL, NULL },
};

const struct vsys_numbering other_abis[1] = {
	{ VSYS_ABI_LINUX_X86_64, COUNT(other), other, calls, &errors, NULL, NULL },
};

const struct vsys_table test_table = {
	.name = "test",
	.os = VSYS_OS_LINUX,
	.arch = VSYS_ARCH_X86_64,
	.nabis = TEST_ABIS,
	.abis = test_abis,
};
