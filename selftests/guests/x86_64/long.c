// SPDX-License-Identifier: GPL-2.0
/*
 * Calls with 64 KiB: written, read, in sixteen parts, and a byte more than that.  The bytes are
 * lines with their numbers, from 0 on; ../../memory/host.sh knows them.
 */
#include "lib/linux.h"

enum {
	BYTES = 64 << 10,
	PAGES = BYTES / 0x1000 + 1,
	LONG = 0x10100000,
	AT = LONG + 0x123,	/* not aligned */
	PARTS = 16,
	IOVECS = 0x10200000,
	NAMES = 0x10300000,
	OPENAT = 257, WRITE = 1, READ = 0, WRITEV = 20,
};

static void put_lines(void)
{
	u8 *to = (u8 *)(u64)AT;
	u32 line, n, digit;

	for (line = 0; line < BYTES / 8; line++, to += 8) {
		to[7] = '\n';
		for (n = line, digit = 7; digit--; n /= 10)
			to[digit] = '0' + n % 10;
	}
}

static void put_parts(void)
{
	u64 *to = (u64 *)IOVECS;
	u32 i;

	for (i = 0; i < PARTS; i++) {
		*to++ = AT + i * (BYTES / PARTS);
		*to++ = BYTES / PARTS;
	}
}

/* A file, and a call of it. */
static void use(const char *name, u64 fd, u64 nr, u64 memory, u64 count, long result)
{
	const struct call open = { OPENAT, { AT_FDCWD, NAMES, 2 }, fd };
	const struct call call = { nr, { fd, memory, count }, result };

	put_string(NAMES, name);
	linux64_call(&open);
	linux64_call(&call);
}

void guest_main(void)
{
	u32 i;

	linux_memory();
	for (i = 0; i < PAGES; i++)
		map_user(LONG + i * 0x1000);
	map_user(IOVECS);
	map_user(NAMES);
	put_lines();
	put_parts();
	use("/written", 3, WRITE, AT, BYTES, BYTES);
	use("/read", 4, READ, AT, BYTES, BYTES);
	use("/parts", 5, WRITEV, IOVECS, PARTS, BYTES);
	use("/more", 6, WRITE, AT, BYTES + 1, BYTES + 1);
	use("/short", 7, WRITE, AT, 16, 16);
}
