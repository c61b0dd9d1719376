// SPDX-License-Identifier: GPL-2.0
/* Whole calls with captured memory. */
#include "ktap.h"
#include "records.h"
#include "table.h"

static struct rec entry, ret;

static void begin(uint32_t nr, uint64_t a, uint64_t b, uint64_t c, uint64_t result)
{
	uint64_t args[] = { a, b, c };

	rec_entry(&entry, nr, 1, 3, args);
	rec_return(&ret, nr, 1, result);
}

static void line(const char *want, const char *name)
{
	char full[512];

	snprintf(full, sizeof(full), "[vm 1 vcpu 0] %s", want);
	is_text(rec_line(&test_table, &entry, &ret), full, name);
}

static void strings(void)
{
	begin(NR_OPENAT, (uint64_t)-100, 0x5000, 02000000, 3);
	rec_string(&entry, 1, 0x5000, "/etc/hostname");
	line("openat(AT_FDCWD, \"/etc/hostname\", O_RDONLY|O_CLOEXEC) = 3", "string");

	begin(NR_OPENAT, 5, 0x5000, 0, (uint64_t)-2);
	rec_cap(&entry, 1, VSYS_CAP_STRING, VSYS_CAP_TRUNCATED, 0x5000, "/long", 5);
	line("openat(5, \"/long\"..., O_RDONLY) = -1 ENOENT (No such file or directory)",
	     "truncated string");

	begin(NR_OPENAT, 5, 0x5000, 0, 3);
	rec_cap(&entry, 1, VSYS_CAP_STRING, VSYS_CAP_FAULT, 0x5000, "abc", 3);
	line("openat(5, \"abc\"...<gap>, O_RDONLY) = 3", "string that ends in a gap");

	begin(NR_OPENAT, 5, 0x5000, 0, 3);
	rec_cap(&entry, 1, VSYS_CAP_STRING, VSYS_CAP_FAULT, 0x5000, "", 0);
	line("openat(5, 0x5000<gap>, O_RDONLY) = 3", "string of which nothing is there");

	begin(NR_OPENAT, 5, 0x5000, 0, 3);
	rec_cap(&entry, 1, VSYS_CAP_STRING, 0, 0x5000, "", 0);
	line("openat(5, \"\", O_RDONLY) = 3", "empty string");

	begin(NR_OPENAT, 5, 0, 0, 3);
	line("openat(5, NULL, O_RDONLY) = 3", "null pointer");

	begin(NR_OPENAT, 5, 0x5000, 0, 3);
	line("openat(5, 0x5000, O_RDONLY) = 3", "nothing captured");
}

static void cases(void)
{
	begin(NR_CLOSE, (uint64_t)-1, 0644, 0, 0);
	line("close() = 0", "a value that takes no arguments");

	begin(NR_CLOSE, 0xdead00000000 | (uint32_t)-2, 0644, 0, 3);
	line("close(-2, 0644) = 3", "a value that takes two, upper half ignored");

	begin(NR_CLOSE, 5, 0644, 0, 0);
	line("close(5) = 0", "any other value");
}

static void buffers(void)
{
	begin(NR_READ, 3, 0x6000, 100, 4);
	rec_cap(&ret, 1, VSYS_CAP_BYTES, 0, 0x6000, "ab\n\0", 4);
	line("read(3, \"ab\\n\\0\", 100) = 4", "bytes at return");

	begin(NR_READ, 3, 0x6000, 100, (uint64_t)-4);
	line("read(3, 0x6000, 100) = -1 EINTR (Interrupted system call)", "no bytes at an error");

	begin(NR_WRITE, 1, 0x6000, 1000, 1000);
	rec_cap(&entry, 1, VSYS_CAP_BYTES, VSYS_CAP_TRUNCATED, 0x6000, "abcd", 4);
	line("write(1, \"abcd\"..., 1000) = 1000", "truncated bytes");

	begin(NR_WRITEV, 1, 0x6000, 2, 5);
	rec_cap(&entry, 1, VSYS_CAP_IOVEC, 0, 0x6000, "hello", 5);
	line("writev(1, {iov=\"hello\"}, 2) = 5", "iovec");

	begin(NR_SENDMSG, 4, 0x6000, 0, 5);
	rec_cap(&entry, 1, VSYS_CAP_IOVEC, VSYS_CAP_TRUNCATED, 0x6000, "hello", 5);
	line("sendmsg(4, {msg_iov=\"hello\"...}, 0) = 5", "msghdr");
}

static void vectors(void)
{
	begin(NR_EXECVE, 0x1000, 0x2000, 0x3000, 0);
	rec_string(&entry, 0, 0x1000, "/bin/ls");
	rec_cap(&entry, 1, VSYS_CAP_STRINGS, 0, 0x2000, "ls\0-l\0", 6);
	rec_cap(&entry, 2, VSYS_CAP_STRINGS, 0, 0x3000, "", 0);
	line("execve(\"/bin/ls\", [\"ls\", \"-l\"], []) = 0", "vectors");

	begin(NR_EXECVE, 0x1000, 0x2000, 0, 0);
	rec_string(&entry, 0, 0x1000, "x");
	rec_cap(&entry, 1, VSYS_CAP_STRINGS, VSYS_CAP_TRUNCATED, 0x2000, "ls\0-l\0", 6);
	line("execve(\"x\", [\"ls\", \"-l\", ...], NULL) = 0", "vector cut off between strings");

	begin(NR_EXECVE, 0x1000, 0x2000, 0, 0);
	rec_string(&entry, 0, 0x1000, "x");
	rec_cap(&entry, 1, VSYS_CAP_STRINGS, VSYS_CAP_TRUNCATED, 0x2000, "ls\0-la", 6);
	line("execve(\"x\", [\"ls\", \"-la\"..., ...], NULL) = 0", "vector cut off in a string");
}

static void changes(void)
{
	static const int pair[] = { 3, 4 };
	static const int before = 128, after = 16;
	static const unsigned char asked[] = { 3, 0, 0, 0, 1, 0, 0, 0 };
	static const unsigned char got[] = { 3, 0, 0, 0, 1, 0, 1, 0 };

	begin(NR_PIPE, 0x7000, 0, 0, 0);
	rec_cap(&ret, 0, VSYS_CAP_BYTES, 0, 0x7000, pair, sizeof(pair));
	line("pipe([3, 4]) = 0", "numbers at return");

	begin(NR_GETSOCKNAME, 3, 0x7000, 0x8000, 0);
	rec_cap(&entry, 2, VSYS_CAP_BYTES, 0, 0x8000, &before, 4);
	rec_cap(&ret, 1, VSYS_CAP_BYTES, 0, 0x7000, "\1\0", 2);
	rec_cap(&ret, 2, VSYS_CAP_BYTES, 0, 0x8000, &after, 4);
	line("getsockname(3, {sa_family=AF_UNIX}, [128 => 16]) = 0", "number that changed");

	begin(NR_GETSOCKNAME, 3, 0x7000, 0x8000, 0);
	rec_cap(&entry, 2, VSYS_CAP_BYTES, 0, 0x8000, &after, 4);
	rec_cap(&ret, 1, VSYS_CAP_BYTES, 0, 0x7000, "\1\0", 2);
	rec_cap(&ret, 2, VSYS_CAP_BYTES, 0, 0x8000, &after, 4);
	line("getsockname(3, {sa_family=AF_UNIX}, [16]) = 0", "number that did not");

	begin(NR_POLL, 0x9000, 1, (uint64_t)-1, 1);
	rec_cap(&entry, 0, VSYS_CAP_BYTES, 0, 0x9000, asked, 8);
	rec_cap(&ret, 0, VSYS_CAP_BYTES, 0, 0x9000, got, 8);
	line("poll({fd=3, events=POLLIN, revents=0} => {fd=3, events=POLLIN, revents=POLLIN}, "
	     "1, -1) = 1", "structure that changed");
}

static void late(void)
{
	static const int before = 128, after = 16;

	begin(NR_OPENAT, 5, 0x5000, 0, (uint64_t)-2);
	rec_cap(&entry, 1, VSYS_CAP_STRING, VSYS_CAP_FAULT, 0x5000, "/e", 2);
	rec_cap(&ret, 1, VSYS_CAP_STRING, VSYS_CAP_LATE, 0x5000, "/etc", 4);
	line("openat(5, \"/etc\"<late>, O_RDONLY) = -1 ENOENT (No such file or directory)",
	     "a gap that the return fills");

	begin(NR_OPENAT, 5, 0x5000, 0, 3);
	rec_cap(&entry, 1, VSYS_CAP_STRING, VSYS_CAP_FAULT, 0x5000, "", 0);
	rec_cap(&ret, 1, VSYS_CAP_STRING, VSYS_CAP_LATE | VSYS_CAP_FAULT, 0x5000, "", 0);
	line("openat(5, 0x5000<gap>, O_RDONLY) = 3", "a gap that it does not");

	begin(NR_GETSOCKNAME, 3, 0, 0x8000, 0);
	rec_cap(&entry, 2, VSYS_CAP_BYTES, VSYS_CAP_FAULT, 0x8000, "", 0);
	rec_cap(&ret, 2, VSYS_CAP_BYTES, VSYS_CAP_LATE, 0x8000, &before, 4);
	rec_cap(&ret, 2, VSYS_CAP_BYTES, 0, 0x8000, &after, 4);
	line("getsockname(3, NULL, [128]<late> => [16]) = 0", "late and changed");
}

int main(void)
{
	ktap_plan(25);
	late();
	strings();
	cases();
	buffers();
	vectors();
	changes();
	return ktap_end();
}
