// SPDX-License-Identifier: GPL-2.0
/* The generated tables: calls of Linux guests as strace would write them. */
#include "ktap.h"
#include "records.h"

static const struct vsys_table *table;
static struct rec entry, ret;
static unsigned int abi = VSYS_ABI_LINUX_X86_64;

static void begin(const char *name, uint64_t result, uint64_t a, uint64_t b, uint64_t c,
		  uint64_t d, uint64_t e, uint64_t f)
{
	const struct vsys_numbering *of = vsys_table_numbering(table, abi);
	uint64_t args[] = { a, b, c, d, e, f };
	uint32_t nr, i = 0;

	while (i + 1 < of->n && strcmp(of->calls[of->numbers[i].call].name, name))
		i++;
	nr = of->numbers[i].nr | (abi == VSYS_ABI_LINUX_X32 ? 1u << 30 : 0);
	rec_entry(&entry, nr, 1, VSYS_ARGS, args);
	rec_abi(&entry, abi, 0);
	rec_return(&ret, nr, 1, result);
	rec_abi(&ret, abi, 0);
}

static void line(const char *want)
{
	char full[512];

	snprintf(full, sizeof(full), "[vm 1 vcpu 0] %s", want);
	is_text(rec_line(table, &entry, &ret), full, want);
}

static void files(void)
{
	static const uint64_t now[] = { 1, 500 };

	begin("openat", 3, 0xffffff9c, 0x5000, 02000000, 0, 0, 0);
	rec_string(&entry, 1, 0x5000, "/etc/hostname");
	line("openat(AT_FDCWD, \"/etc/hostname\", O_RDONLY|O_CLOEXEC) = 3");
	begin("openat", 3, 0xffffff9c, 0x5000, 01101, 0644, 0, 0);
	rec_string(&entry, 1, 0x5000, "x");
	line("openat(AT_FDCWD, \"x\", O_WRONLY|O_CREAT|O_TRUNC, 0644) = 3");
	begin("read", 2, 3, 0x6000, 100, 0, 0, 0);
	rec_cap(&ret, 1, VSYS_CAP_BYTES, 0, 0x6000, "a\n", 2);
	line("read(3, \"a\\n\", 100) = 2");
	begin("write", 2, 1, 0x6000, 2, 0, 0, 0);
	rec_cap(&entry, 1, VSYS_CAP_BYTES, 0, 0x6000, "a\n", 2);
	line("write(1, \"a\\n\", 2) = 2");
	begin("lseek", 5, 3, 5, 0, 0, 0, 0);
	line("lseek(3, 5, SEEK_SET) = 5");
	begin("close", (uint64_t)-9, 3, 0, 0, 0, 0, 0);
	line("close(3) = -1 EBADF (Bad file descriptor)");
	begin("nanosleep", 0, 0x7000, 0, 0, 0, 0, 0);
	rec_cap(&entry, 0, VSYS_CAP_BYTES, 0, 0x7000, now, sizeof(now));
	line("nanosleep({tv_sec=1, tv_nsec=500}, NULL) = 0");
}

static void memory(void)
{
	begin("mmap", 0x7f0000000000, 0, 4096, 3, 0x22, (uint64_t)-1, 0);
	line("mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = "
	     "0x7f0000000000");
	begin("brk", 0x555555560000, 0, 0, 0, 0, 0, 0);
	line("brk(NULL) = 0x555555560000");
	begin("mprotect", 0, 0x1000, 4096, 0, 0, 0, 0);
	line("mprotect(0x1000, 4096, PROT_NONE) = 0");
}

static void processes(void)
{
	static const uint64_t set = 1 << 1;

	begin("execve", 0, 0x1000, 0x2000, 0x3000, 0, 0, 0);
	rec_string(&entry, 0, 0x1000, "/bin/ls");
	rec_cap(&entry, 1, VSYS_CAP_STRINGS, 0, 0x2000, "ls\0-l\0", 6);
	rec_cap(&entry, 2, VSYS_CAP_STRINGS, 0, 0x3000, "A=b\0", 4);
	line("execve(\"/bin/ls\", [\"ls\", \"-l\"], [\"A=b\"]) = 0");
	begin("kill", 0, 7, 15, 0, 0, 0, 0);
	line("kill(7, SIGTERM) = 0");
	begin("rt_sigprocmask", 0, 0, 0x1000, 0, 8, 0, 0);
	rec_cap(&entry, 1, VSYS_CAP_BYTES, 0, 0x1000, &set, 8);
	line("rt_sigprocmask(SIG_BLOCK, [INT], NULL, 8) = 0");
	begin("getpid", 42, 0, 0, 0, 0, 0, 0);
	line("getpid() = 42");
	begin("exit_group", 0, 0, 0, 0, 0, 0, 0);
	rec_head(&entry)->flags = VSYS_F_NORETURN;
	is_text(rec_line(table, &entry, NULL), "[vm 1 vcpu 0] exit_group(0) = ?",
		"exit_group(0) = ?");
}

static void network(void)
{
	static const int pair[] = { 3, 4 };

	begin("socket", 3, 2, 02000001, 6, 0, 0, 0);
	line("socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP) = 3");
	begin("connect", 0, 3, 0x5000, 16, 0, 0, 0);
	rec_cap(&entry, 1, VSYS_CAP_BYTES, 0, 0x5000, "\2\0\0\120\177\0\0\1\0\0\0\0\0\0\0\0", 16);
	line("connect(3, {sa_family=AF_INET, sin_port=htons(80), "
	     "sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 0");
	begin("pipe2", 0, 0x5000, 02000000, 0, 0, 0, 0);
	rec_cap(&ret, 0, VSYS_CAP_BYTES, 0, 0x5000, pair, sizeof(pair));
	line("pipe2([3, 4], O_CLOEXEC) = 0");
}

/* Pointers, longs and structures of 4 bytes; 8 bytes in two arguments. */
static void i386(void)
{
	static const uint32_t now[] = { 1, 500 };

	abi = VSYS_ABI_LINUX_I386;
	begin("read", 2, 3, 0x6000, 100, 0, 0, 0);
	rec_cap(&ret, 1, VSYS_CAP_BYTES, 0, 0x6000, "a\n", 2);
	line("read(3, \"a\\n\", 100) = 2");
	begin("close", 0xfffffff7, 3, 0, 0, 0, 0, 0);
	line("close(3) = -1 EBADF (Bad file descriptor)");
	begin("mmap2", 0xb7f00000, 0, 4096, 3, 0x22, 0xffffffff, 0);
	line("mmap2(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = "
	     "0xb7f00000");
	begin("brk", 0x9c34000, 0, 0, 0, 0, 0, 0);
	line("brk(NULL) = 0x9c34000");
	begin("pread64", 0, 3, 0x6000, 100, 5, 1, 0);
	line("pread64(3, 0x6000, 100, 4294967301) = 0");
	begin("ftruncate64", 0, 3, 0, 1, 0, 0, 0);
	line("ftruncate64(3, 4294967296) = 0");
	begin("nanosleep", 0, 0x7000, 0, 0, 0, 0, 0);
	rec_cap(&entry, 0, VSYS_CAP_BYTES, 0, 0x7000, now, sizeof(now));
	line("nanosleep({tv_sec=1, tv_nsec=500}, NULL) = 0");
	begin("open", 3, 0x5000, 0, 0, 0, 0, 0);
	rec_string(&entry, 0, 0x5000, "x");
	line("open(\"x\", O_RDONLY) = 3");
}

static void x32(void)
{
	abi = VSYS_ABI_LINUX_X32;
	begin("openat", 3, 0xffffff9c, 0x5000, 02000000, 0, 0, 0);
	rec_string(&entry, 1, 0x5000, "/etc/hostname");
	line("openat(AT_FDCWD, \"/etc/hostname\", O_RDONLY|O_CLOEXEC) = 3");
	begin("execve", 0, 0x1000, 0x2000, 0, 0, 0, 0);
	rec_string(&entry, 0, 0x1000, "/bin/ls");
	rec_cap(&entry, 1, VSYS_CAP_STRINGS, 0, 0x2000, "ls\0", 3);
	line("execve(\"/bin/ls\", [\"ls\"], NULL) = 0");
	is_number(rec_head(&entry)->nr & 0xfff, 520, "execve of x32 has a number of its own");
	begin("read", (uint64_t)-9, 3, 0x6000, 100, 0, 0, 0);
	line("read(3, 0x6000, 100) = -1 EBADF (Bad file descriptor)");
}

int main(void)
{
	table = vsys_table_find("linux_x86_64");
	ktap_plan(38);
	if (!table)
		return ktap_end();
	files();
	memory();
	processes();
	network();
	i386();
	x32();
	table = vsys_table_find("linux_x86");
	abi = VSYS_ABI_LINUX_I386;
	if (table)
		i386();
	return ktap_end();
}
