// SPDX-License-Identifier: GPL-2.0
/* What descriptors and handles are, process by process, from calls alone. */
#include <sys/resource.h>

#include "handle_calls.h"

static void files(void)
{
	const int32_t pair[2] = { 8, 9 };

	caller(10, 1, 0x10000);
	is_text(reads(3), "read(3, NULL, 0) = 0", "not known");
	is_text(path_call(OPEN, 0, "/etc/hosts", 0, 02000000, 3), "open(\"/etc/hosts\", O_RDONLY|O_CLOEXEC) = 3</etc/hosts>", "open");
	is_text(reads(3), "read(3</etc/hosts>, NULL, 0) = 0", "read");
	is_text(call(DUP2, 3, 7, 0, 7), "dup2(3</etc/hosts>, 7) = 7</etc/hosts>", "dup2");
	is_text(call(CLOSE, 3, 0, 0, 0), "close(3</etc/hosts>) = 0", "close: what it was");
	is_text(object(0), "/etc/hosts", "its object, too");
	is_text(reads(3), "read(3, NULL, 0) = 0", "then it is nothing");
	is_text(reads(7), "read(7</etc/hosts>, NULL, 0) = 0", "but its copy is");
	is_text(call(FCNTL, 7, 1030, 20, 20), "fcntl(7</etc/hosts>, F_DUPFD_CLOEXEC, 20) = 20</etc/hosts>", "fcntl");
	is_text(path_call(OPEN, 0, "x", 0, 0, 3), "open(\"x\", O_RDONLY) = 3<x>", "a path from nowhere");
	path_call(CHDIR, 0, "/srv/u/", 0, 0, 0);
	is_text(path_call(OPENAT, 1, "./a//b<1>", (uint64_t)-100, 0, 4),
		"openat(AT_FDCWD</srv/u>, \"./a//b<1>\"</srv/u/a/b\\0741\\76>, O_RDONLY) = 4</srv/u/a/b\\0741\\76>", "a relative one");
	is_text(object(1), "/srv/u/a/b\\0741\\76", "and its object");
	is_text(object(0), "", "no object");
	path_call(OPEN, 0, "/srv", 0, 0200000, 5);
	is_text(path_call(OPENAT, 1, "x", 5, 0, 6), "openat(5</srv>, \"x\"</srv/x>, O_RDONLY) = 6</srv/x>", "below a descriptor");
	is_text(path_call(OPENAT, 1, "x", 55, 0, 11), "openat(55, \"x\", O_RDONLY) = 11<x>", "below an unknown one");
	begin(PIPE2, 0, 02000000, 0, 0, NULL);
	started();
	is_text(end(0, 0, pair, sizeof(pair)), "pipe2([8<pipe:#1>, 9<pipe:#1>], O_CLOEXEC) = 0", "a pipe");
	is_text(call(EPOLL, 0, 0, 0, 12), "epoll_create1(0) = 12<anon_inode:[eventpoll]>", "epoll");
	is_text(path_call(MEMFD, 0, "m", 0, 0, 13), "memfd_create(\"m\", 0) = 13</memfd:m>", "memfd");
	is_text(path_call(OPEN, 0, "/none", 0, 0, (uint64_t)-2), "open(\"/none\", O_RDONLY) = -1 ENOENT (No such file or directory)", "an error");
	call(CLOSE_RANGE, 12, UINT32_MAX, 0, 0);
	is_text(reads(13), "read(13, NULL, 0) = 0", "close_range");
}

static void sockets(void)
{
	static const unsigned char peer[] = { 2, 0, 1, 187, 93, 184, 216, 34, 0, 0, 0, 0, 0, 0, 0, 0 };
	static const unsigned char own[] = { 2, 0, 0, 80, 10, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0 };
	const char *s;

	vsys_decoder_handles(d, h, VSYS_HANDLE_ALL, true);
	call(SOCKET, 2, 1, 0, 30);
	is_text(reads(30), "read(30<TCP>, NULL, 0) = 0", "a socket");
	begin(CONNECT, 30, 0x5000, sizeof(peer), 0, NULL);
	rec_cap(&entry, 1, VSYS_CAP_BYTES, 0, 0x5000, peer, sizeof(peer));
	started();
	s = end((uint64_t)-115, 0, NULL, 0);
	is_true(!strncmp(s, "connect(30<TCP>, ", 17), "connect: what it was");
	is_text(reads(30), "read(30<TCP:[*->93.184.216.34:443]>, NULL, 0) = 0", "in progress");
	call(SOCKET, 2, 1, 0, 31);
	begin(BIND, 31, 0x5000, sizeof(own), 0, NULL);
	rec_cap(&entry, 1, VSYS_CAP_BYTES, 0, 0x5000, own, sizeof(own));
	started();
	end(0, 0, NULL, 0);
	begin(ACCEPT4, 31, 0x5000, 0x6000, 0, NULL);
	started();
	s = end(32, 1, peer, sizeof(peer));
	is_true(strstr(s, "accept4(31<TCP:[10.0.0.2:80]>, ") == s &&
		strstr(s, " = 32<TCP:[10.0.0.2:80->93.184.216.34:443]>"), "accept");
	vsys_decoder_handles(d, h, VSYS_HANDLE_NAME, true);
	is_text(reads(32), "read(32<socket:#4>, NULL, 0) = 0", "-y: by its number");
	is_text(object(0), "TCP:[10.0.0.2:80->93.184.216.34:443]", "the object of a socket");
}

static void processes(void)
{
	const uint64_t how[3] = { 02000000 };

	/* The parent closes its end before the child makes its first call. */
	caller(10, 1, 0x10000);
	begin(FORK, 0, 0, 0, 0, NULL);
	started();
	end(11, 0, NULL, 0);
	call(CLOSE, 8, 0, 0, 0);
	caller(11, 10, 0x11000);
	is_text(reads(8), "read(8<pipe:#1>, NULL, 0) = 0", "a child has what its parent had");
	call(CLOSE, 9, 0, 0, 0);
	caller(10, 1, 0x10000);
	is_text(reads(9), "read(9<pipe:#1>, NULL, 0) = 0", "and a table of its own");

	caller(11, 10, 0x11000);
	begin(EXECVE, 0x1000, 0, 0, 0, "/missing");
	started();
	end((uint64_t)-2, 0, NULL, 0);
	is_text(reads(8), "read(8<pipe:#1>, NULL, 0) = 0", "a failed execve");
	begin(EXECVE, 0x1000, 0, 0, 0, "/bin/true");
	started();
	caller(11, 10, 0x12000);
	is_text(reads(8), "read(8, NULL, 0) = 0", "execve closes what has FD_CLOEXEC, though it was not seen to return");
	is_text(reads(4), "read(4</srv/u/a/b\\0741\\76>, NULL, 0) = 0", "nothing else");

	begin(OPENAT2, (uint64_t)-100, 0x1000, 0x5000, 1, "/how");
	rec_cap(&entry, 2, VSYS_CAP_BYTES, 0, 0x5000, how, sizeof(how));
	started();
	end(40, 0, NULL, 0);
	begin(EXECVE, 0x1000, 0, 0, 0, "/bin/true");
	started();
	end(0, 0, NULL, 0);
	is_text(reads(40), "read(40, NULL, 0) = 0", "openat2: the flags are in a structure");

	/* The child calls before fork() has returned. */
	caller(10, 1, 0x10000);
	begin(FORK, 0, 0, 0, 0, NULL);
	started();
	caller(12, 10, 0x13000);
	is_text(reads(9), "read(9<pipe:#1>, NULL, 0) = 0", "a child that is faster than its parent");

	/* CLONE_FILES | CLONE_VM */
	caller(10, 1, 0x10000);
	call(CLONE, 0x500, 0, 0, 13);
	caller(13, 10, 0x10000);
	call(CLOSE, 7, 0, 0, 0);
	caller(10, 1, 0x10000);
	is_text(reads(7), "read(7, NULL, 0) = 0", "CLONE_FILES: one table");
	caller(13, 10, 0x10000);
	call(UNSHARE, 0x400, 0, 0, 0);
	call(CLOSE, 9, 0, 0, 0);
	caller(10, 1, 0x10000);
	is_text(reads(9), "read(9<pipe:#1>, NULL, 0) = 0", "unshare");
	is_text(call(FCNTL, 9, 2, 0, 0), "fcntl(9<pipe:#1>, F_SETFD, 0) = 0", "FD_CLOEXEC is cleared");
	begin(EXECVE, 0x1000, 0, 0, 0, "/bin/true");
	started();
	end(0, 0, NULL, 0);
	is_text(reads(9), "read(9<pipe:#1>, NULL, 0) = 0", "so execve keeps it");

	nobody = true;
	space = 0x77000;
	path_call(OPEN, 0, "/early", 0, 0, 3);
	nobody = false;
	caller(20, 1, 0x77000);
	is_text(reads(3), "read(3</early>, NULL, 0) = 0", "a caller that is known later");
	task.start = 5;
	path_call(OPEN, 0, "/a", 0, 0, 3);
	task.start = 6;
	is_text(reads(3), "read(3, NULL, 0) = 0", "an id that is used again");
	task.start = 0;
}

static void styles(void)
{
	caller(80, 1, 0x80000);
	path_call(CHDIR, 0, "/Home", 0, 0, 0);
	path_call(OPEN, 0, "/srv/Data", 0, 0, 3);
	vsys_decoder_style(d, VSYS_STYLE_RAW, SIZE_MAX);
	is_text(path_call(OPENAT, 1, "/x", (uint64_t)-100, 02000000, 4),
		"openat(-100</Home>, \"/x\", 0x80000) = 4</x>", "-X raw");
	vsys_decoder_style(d, VSYS_STYLE_VERBOSE, SIZE_MAX);
	is_text(path_call(OPENAT, 1, "/x", (uint64_t)-100, 02000000, 4),
		"openat(-100 /* AT_FDCWD */</Home>, \"/x\", 0x80000 /* O_RDONLY|O_CLOEXEC */) = 4</x>", "-X verbose");
	is_text(path_call(OPENAT, 1, "/x", 3, 0, 4),
		"openat(3</srv/Data>, \"/x\", 0 /* O_RDONLY */) = 4</x>", "a name is not a comment");
	vsys_decoder_style(d, VSYS_STYLE_ABBREV, SIZE_MAX);
}

/* O_TMPFILE differs. */
static void nameless(void)
{
	const uint64_t how[3] = { 020200000 }, args[6] = { (uint64_t)-100, 0x1000, 020040002 };

	caller(90, 1, 0x90000);
	path_call(OPEN, 0, "/tmp", 0, 020200002, 3);
	is_text(reads(3), "read(3</tmp/#>, NULL, 0) = 0", "a file without a name");
	begin(OPENAT2, (uint64_t)-100, 0x1000, 0x5000, 1, "/tmp");
	rec_cap(&entry, 2, VSYS_CAP_BYTES, 0, 0x5000, how, sizeof(how));
	started();
	end(4, 0, NULL, 0);
	is_text(reads(4), "read(4</tmp/#>, NULL, 0) = 0", "by openat2");
	table = vsys_table_find("linux_arm64");
	rec_entry(&entry, 56, ++calls, 6, args);
	rec_abi(&entry, VSYS_ABI_LINUX_ARM64, VSYS_DOOR_SVC);
	((struct vsys_rec_entry *)entry.b)->space = space;
	rec_string(&entry, 1, 0x1000, "/tmp");
	started();
	end(5, 0, NULL, 0);
	table = vsys_table_find("linux_x86_64");
	is_text(reads(5), "read(5</tmp/#>, NULL, 0) = 0", "on arm64");
}

static void notes(void)
{
	caller(30, 1, 0x30000);
	call(CLOSE, 4, 0, 0, 0);
	path_call(OPEN, 0, "/new", 0, 0, 3);
	note(30, 1, 0, "/dev/pts/0");
	note(30, 3, 0, "/old");
	note(30, 4, 0, "/old");
	note(30, 0, VSYS_HANDLE_CWD, "/root");
	is_text(reads(1), "read(1</dev/pts/0>, NULL, 0) = 0", "open before");
	is_text(reads(3), "read(3</new>, NULL, 0) = 0", "a call knows better");
	is_text(reads(4), "read(4, NULL, 0) = 0", "also that it was closed");
	is_text(path_call(OPEN, 0, "x", 0, 0, 5), "open(\"x\"</root/x>, O_RDONLY) = 5</root/x>", "the working directory");
	vsys_handles_lost(h, 1);
	is_text(reads(3), "read(3, NULL, 0) = 0", "after a loss nothing is known");
}

enum {
	NT_CLOSE = 0xf, NT_OPEN_KEY = 0x12, NT_OPEN_PROCESS = 0x26, NT_DUPLICATE = 0x3c, NT_EVENT = 0x48,
	NT_SECTION = 0x4a, NT_FILE = 0x55, NT_PROCESS = 0xc8,
};

/* It returns a handle in argument @at.  Returns the text of that. */
static const char *nt_end(unsigned int at, uint64_t handle)
{
	static char text[256];
	const char *s;

	started();
	s = end(0, at, &handle, 8);
	s = strchr(s, '&');
	snprintf(text, sizeof(text), "%.*s", s ? (int)strcspn(s, ",") : 0, s ? s : "");
	return text;
}

static const char *nt_call(uint32_t nr, const uint64_t *args, const char *name, uint64_t root,
			   uint64_t handle)
{
	nt_begin(nr, args, name, root, 0x40);
	return nt_end(0, handle);
}

static const char *nt_close(uint64_t handle)
{
	const uint64_t args[11] = { handle };

	nt_begin(NT_CLOSE, args, NULL, 0, 0);
	started();
	return end(0, 0, NULL, 0);
}

static void windows(void)
{
	const uint64_t none[11] = { 0x1000, 0, 0x2000 }, section[11] = { 0x1000, 0, 0, 0, 0, 0, 0x7c };
	const uint64_t open[11] = { 0x1000, 0x400, 0, 0x4000 }, client[2] = { 50, 0 };
	const uint64_t copy[11] = { UINT64_MAX, 0x7c, UINT64_MAX, 0x5000 };
	const uint64_t move[11] = { UINT64_MAX, 0x7c, 0x84, 0x5000, 0, 0, 1 };
	const uint64_t make[11] = { 0x1000, 0x1008, 0, 0, 0, 0, 4 };

	table = vsys_table_find("windows_10_19041_x64");
	caller(40, 4, 0x40000);
	is_text(nt_call(NT_FILE, none, "\\??\\C:\\a<b.txt", 0, 0x7c), "&0x7c<\\??\\C:\\a<U+003C>b.txt>", "a file");
	is_text(nt_call(NT_OPEN_KEY, none, "\\Registry\\Machine", 0, 0x88), "&0x88<\\Registry\\Machine>", "a key");
	is_text(nt_call(NT_OPEN_KEY, none, "Software", 0x88, 0x8c), "&0x8c<\\Registry\\Machine\\Software>", "below its root");
	is_text(nt_call(NT_OPEN_KEY, none, "Software", 0x99, 0x90), "&0x90<key>", "below an unknown one: what it is");
	is_text(nt_call(NT_EVENT, none, NULL, 0, 0x94), "&0x94<event>", "without a name");
	is_text(nt_call(NT_SECTION, section, NULL, 0, 0x98), "&0x98<section of \\??\\C:\\a<U+003C>b.txt>", "a section of a file");
	nt_begin(NT_OPEN_PROCESS, open, NULL, 0, 0);
	rec_cap(&entry, 3, VSYS_CAP_BYTES, 0, 0x4000, client, sizeof(client));
	is_text(nt_end(0, 0x84), "&0x84<process 50>", "a process");
	nt_begin(NT_DUPLICATE, copy, NULL, 0, 0);
	is_text(nt_end(3, 0xa0), "&0xa0<\\??\\C:\\a<U+003C>b.txt>", "a copy");
	/* Process 50 is known by a call of its own. */
	caller(50, 4, 0x50000);
	nt_close(0x10);
	caller(40, 4, 0x40000);
	nt_begin(NT_DUPLICATE, move, NULL, 0, 0);
	nt_end(3, 0x20);
	is_text(nt_close(0x7c), "NtClose(Handle=0x7c) = 0x0 STATUS_SUCCESS", "one that was moved");
	caller(50, 4, 0x50000);
	is_text(nt_close(0x20), "NtClose(Handle=0x20<\\??\\C:\\a<U+003C>b.txt>) = 0x0 STATUS_SUCCESS", "to another process");
	is_text(nt_close(0x20), "NtClose(Handle=0x20) = 0x0 STATUS_SUCCESS", "NtClose");
	/* OBJ_INHERIT */
	caller(40, 4, 0x40000);
	nt_begin(NT_FILE, none, "\\Device\\Null", 0, 0x42);
	nt_end(0, 0xb0);
	nt_begin(NT_PROCESS, make, NULL, 0, 0);
	nt_end(0, 0xb4);
	caller(60, 40, 0x60000);
	is_text(nt_close(0xb0), "NtClose(Handle=0xb0<\\Device\\Null>) = 0x0 STATUS_SUCCESS", "a child inherits");
	is_text(nt_close(0xa0), "NtClose(Handle=0xa0) = 0x0 STATUS_SUCCESS", "not all");
	table = vsys_table_find("linux_x86_64");
}

/* A guest that opens and forks without end costs bounded memory. */
static void many(void)
{
	struct rusage use;
	uint32_t i;

	for (i = 0; i < 100000; i++) {
		caller(1000 + i, 999 + i, 0x100000 + i);
		path_call(OPEN, 0, "/x", 0, 0, i);
		begin(FORK, 0, 0, 0, 0, NULL);
		started();
		end(1001 + i, 0, NULL, 0);
	}
	is_text(reads(99999), "read(99999</x>, NULL, 0) = 0", "100,000 processes");
	getrusage(RUSAGE_SELF, &use);
	is_true(use.ru_maxrss < 512 << 10, "in bounded memory");
}

int main(void)
{
	ktap_plan(65);
	h = vsys_handles_new();
	d = vsys_decoder_new(0);
	table = vsys_table_find("linux_x86_64");
	vsys_decoder_handles(d, h, VSYS_HANDLE_NAME, true);
	files();
	sockets();
	processes();
	styles();
	nameless();
	notes();
	windows();
	many();
	vsys_decoder_free(d);
	vsys_handles_free(h);
	return ktap_end();
}
