// SPDX-License-Identifier: GPL-2.0
/* Calls of 32-bit and x32 Linux programs: numbers, slots, signs and widths. */
#include "ktap.h"
#include "records.h"
#include "table.h"

static struct rec entry, ret;

#define BEGIN(abi, door, nr, result, ...) do {					\
	const uint64_t args_[] = { __VA_ARGS__ };				\
										\
	rec_entry(&entry, nr, 1, sizeof(args_) / sizeof(args_[0]), args_);	\
	rec_abi(&entry, abi, door);						\
	rec_return(&ret, nr, 1, result);					\
	rec_abi(&ret, abi, door);						\
} while (0)

#define I386(...) BEGIN(VSYS_ABI_LINUX_I386, VSYS_DOOR_INT80, __VA_ARGS__)
#define X32(nr, ...) BEGIN(VSYS_ABI_LINUX_X32, VSYS_DOOR_SYSCALL, (nr) | 1u << 30, __VA_ARGS__)

static void line_of(const struct vsys_table *table, const char *want, const char *name)
{
	char full[512];

	snprintf(full, sizeof(full), "[vm 1 vcpu 0] %s", want);
	is_text(rec_line(table, &entry, &ret), full, name);
}

static void line(const char *want, const char *name)
{
	line_of(&test_table, want, name);
}

static void i386(void)
{
	I386(NR_I386_READ, 4, 3, 0x6000, 100);
	rec_cap(&ret, 1, VSYS_CAP_BYTES, 0, 0x6000, "ab\n\0", 4);
	line("read(3, \"ab\\n\\0\", 100) = 4", "a call with another number");
	I386(NR_I386_PREAD64, 0, 3, 0x6000, 100, 0x5, 0x1);
	line("pread64(3, 0x6000, 100, 4294967301) = 0", "a number in two slots");
	I386(NR_I386_PREAD64, 0, 3, 0x6000, 100, 0xffffffff, 0xffffffff);
	line("pread64(3, 0x6000, 100, -1) = 0", "its sign");
	I386(NR_I386_FALLOCATE, 0, 3, 0, 1, 0, 0, 2);
	line("fallocate(3, 0, 1, 8589934592) = 0", "two of them");
	I386(NR_I386_FALLOCATE, 0, 3, 0, 1, 0, 0, 2);
	rec_valid(&entry, 5);
	line("fallocate(3, 0, 1, ?) = 0", "half of one could not be read");
	I386(NR_I386_EXECVE, 0, 0x1000, 0x2000, 0xffffffff00000000);
	rec_string(&entry, 0, 0x1000, "/bin/ls");
	rec_cap(&entry, 1, VSYS_CAP_STRINGS, 0, 0x2000, "ls\0", 3);
	line("execve(\"/bin/ls\", [\"ls\"], NULL) = 0", "a pointer has 32 bits");
	I386(NR_I386_READ, 0, 0xffffffff, 0x6000, 0xffffffff);
	line("read(-1, 0x6000, 4294967295) = 0", "signed and unsigned");
}

static void results(void)
{
	I386(NR_I386_READ, 0xfffffff2, 3, 0, 1);
	line("read(3, NULL, 1) = -1 errno 14 (Bad address)", "error in 32 bits");
	I386(NR_I386_READ, (uint64_t)-2, 3, 0, 1);
	line("read(3, NULL, 1) = -1 ENOENT (No such file or directory)", "error in 64 bits");
	I386(NR_I386_READ, 0x1fffffffe, 3, 0, 1);
	line("read(3, NULL, 1) = -1 ENOENT (No such file or directory)",
	     "the upper half does not count");
	I386(NR_I386_READ, 0xfffff000, 3, 0, 1);
	line("read(3, NULL, 1) = -4096", "one past the greatest error");
	I386(NR_I386_READ, 0xfffffe00, 3, 0, 1);
	line("read(3, NULL, 1) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)", "restart");
	I386(NR_I386_BRK, 0xb7f00000, 0);
	line("brk(NULL) = 0xb7f00000", "a high address is none");
	I386(5000, 0xb7f00000, 1);
	line("syscall_0x1388(0x1) = -1209008128", "result of an unknown call");
	I386(5000, 0xffffffff, 0xffffffff00000001);
	line("syscall_0x1388(0x1) = -1 EPERM (Operation not permitted)",
	     "argument of an unknown call");
	X32(NR_READ, 0xfffffffe, 3, 0, 1);
	line("read(3, NULL, 1) = 4294967294", "64 bits of x32 are no error");
}

static void x32(void)
{
	X32(NR_X32_EXECVE, 0, 0x1000, 0, 0);
	line("execve(0x1000, NULL, NULL) = 0", "a number of its own");
	X32(NR_EXECVE, 0, 0x1000, 0, 0);
	line("syscall_0x4000003b(0x1000, 0x0, 0x0) = 0", "none of the other");
	BEGIN(VSYS_ABI_LINUX_X86_64, VSYS_DOOR_SYSCALL, NR_READ | 1u << 30, 0, 1, 2, 3);
	line("syscall_0x40000000(0x1, 0x2, 0x3) = 0", "bit 30 in the other ABI");
	BEGIN(VSYS_ABI_WINDOWS_X64, VSYS_DOOR_SYSCALL, NR_READ, 0, 1);
	line("syscall_0x0(0x1) = 0x0", "an ABI that the profile has not");
	BEGIN(77, VSYS_DOOR_SYSCALL, NR_READ, (uint64_t)-1, 1);
	line("syscall_0x0(0x1) = 0xffffffffffffffff", "an ABI that nobody knows");
}

/* The same flags have other numbers on Arm, and 32-bit programs a call of their own. */
static void fcntls(void)
{
	const struct vsys_table *arm64 = vsys_table_find("linux_arm64");

	BEGIN(VSYS_ABI_LINUX_ARM64, VSYS_DOOR_SVC, 25, 0, 3, 4, 0x14400);
	line_of(arm64, "fcntl(3, F_SETFL, O_RDONLY|O_APPEND|O_DIRECT|O_DIRECTORY) = 0", "flags of arm64");
	BEGIN(VSYS_ABI_LINUX_ARM, VSYS_DOOR_SVC, 221, 0x20002, 3, 3);
	line_of(arm64, "fcntl64(3, F_GETFL) = 0x20002 (flags O_RDWR|O_LARGEFILE)", "and of arm");
	I386(221, 0x8002, 3, 3);
	line_of(vsys_table_find("linux_x86"), "fcntl64(3, F_GETFL) = 0x8002 (flags O_RDWR|O_LARGEFILE)",
		"and of i386");
}

int main(void)
{
	ktap_plan(24);
	fcntls();
	i386();
	results();
	x32();
	return ktap_end();
}
