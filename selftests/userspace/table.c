// SPDX-License-Identifier: GPL-2.0
/* A profile of a few calls, independent of what prototypes/ says. */
#include "table.h"

static const struct vsys_const open_consts[] = {
	{ "O_RDONLY", 0, 3 }, { "O_WRONLY", 1, 3 }, { "O_RDWR", 2, 3 },
	{ "O_CLOEXEC", 02000000, 02000000 },
};
static const struct vsys_const error_consts[] = {
	{ "EPERM", 1, 0 }, { "ENOENT", 2, 0 }, { "EINTR", 4, 0 },
};
static const struct vsys_const poll_consts[] = { { "POLLIN", 1, 1 }, { "POLLOUT", 4, 4 } };

static const struct vsys_set open_set = { "open_flags", 1, 4, open_consts };
static const struct vsys_set errors = { "errno", 0, 3, error_consts };
static const struct vsys_set poll_set = { "poll_events", 1, 2, poll_consts };

static const struct vsys_field fd_fields[] = { { "", 0, 4, 1, VSYS_CL_FD, NULL } };
static const struct vsys_field int_fields[] = { { "", 0, 4, 1, VSYS_CL_INT, NULL } };
static const struct vsys_field poll_fields[] = {
	{ "fd", 0, 4, 1, VSYS_CL_FD, NULL },
	{ "events", 4, 2, 0, VSYS_CL_FLAGS, &poll_set },
	{ "revents", 6, 2, 0, VSYS_CL_FLAGS, &poll_set },
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
	{ "fd", &t_fd, IN, NULL }, { "buf", &t_buf, OUT, NULL }, { "count", &t_size, IN, NULL },
};
static const struct vsys_param write_params[] = {
	{ "fd", &t_fd, IN, NULL }, { "buf", &t_buf, IN, NULL }, { "count", &t_size, IN, NULL },
};
static const struct vsys_param poll_params[] = {
	{ "fds", &t_pollfd, IN | OUT, NULL }, { "nfds", &t_size, IN, NULL },
	{ "timeout", &t_int, IN, NULL },
};
static const struct vsys_param mmap_params[] = {
	{ "addr", &t_ptr, IN, NULL }, { "length", &t_size, IN, NULL },
};
static const struct vsys_param writev_params[] = {
	{ "fd", &t_fd, IN, NULL }, { "iov", &t_iovec, IN, NULL }, { "n", &t_int, IN, NULL },
};
static const struct vsys_param pipe_params[] = { { "fds", &t_fds, OUT, NULL } };
static const struct vsys_param sendmsg_params[] = {
	{ "fd", &t_fd, IN, NULL }, { "msg", &t_msghdr, IN, NULL }, { "flags", &t_flags, IN, NULL },
};
static const struct vsys_param bind_params[] = {
	{ "fd", &t_fd, IN, NULL }, { "addr", &t_sockaddr, IN, NULL }, { "len", &t_int, IN, NULL },
};
static const struct vsys_param getsockname_params[] = {
	{ "fd", &t_fd, IN, NULL }, { "addr", &t_sockaddr, OUT, NULL },
	{ "len", &t_ints, IN | OUT, NULL },
};
static const struct vsys_param execve_params[] = {
	{ "path", &t_str, IN, NULL }, { "argv", &t_strv, IN, NULL }, { "envp", &t_strv, IN, NULL },
};
static const struct vsys_param exit_params[] = { { "status", &t_int, IN, NULL } };
static const struct vsys_param umask_params[] = { { "mask", &t_mode, IN, NULL } };
static const struct vsys_param openat_params[] = {
	{ "dirfd", &t_atfd, IN, NULL }, { "filename", &t_str, IN, NULL },
	{ "flags", &t_flags, IN, &open_set },
};

static const struct vsys_call calls[] = {
	{ NR_READ, "read", 0, 3, &t_ssize, read_params },
	{ NR_WRITE, "write", 0, 3, &t_ssize, write_params },
	{ NR_POLL, "poll", 0, 3, &t_int, poll_params },
	{ NR_MMAP, "mmap", 0, 2, &t_ptr, mmap_params },
	{ NR_WRITEV, "writev", 0, 3, &t_ssize, writev_params },
	{ NR_PIPE, "pipe", 0, 1, &t_int, pipe_params },
	{ NR_SENDMSG, "sendmsg", 0, 3, &t_ssize, sendmsg_params },
	{ NR_BIND, "bind", 0, 3, &t_int, bind_params },
	{ NR_GETSOCKNAME, "getsockname", 0, 3, &t_int, getsockname_params },
	{ NR_EXECVE, "execve", 0, 3, &t_int, execve_params },
	{ NR_EXIT, "exit", VSYS_CALLF_NORETURN, 1, &t_void, exit_params },
	{ NR_UMASK, "umask", 0, 1, &t_mode, umask_params },
	{ NR_OPENAT, "openat", 0, 3, &t_fd, openat_params },
};

const struct vsys_table test_table = {
	.name = "test",
	.os = VSYS_OS_LINUX,
	.arch = VSYS_ARCH_X86_64,
	.abi = VSYS_ABI_LINUX_X86_64,
	.ncalls = sizeof(calls) / sizeof(calls[0]),
	.calls = calls,
	.errors = &errors,
};
