// SPDX-License-Identifier: GPL-2.0
/* Memory of the Linux guests that make calls. */
#include "linux.h"

enum { HOLE = 0x40000000 };	/* guest-physical */

static void put_vectors(void)
{
	((u64 *)ARGV)[0] = ((u32 *)ARGV32)[0] = NAME;
	((u64 *)ARGV)[1] = ((u32 *)ARGV32)[1] = OPTION;
	((u64 *)IOV)[0] = ((u32 *)IOV32)[0] = HELLO;
	((u64 *)IOV)[1] = ((u32 *)IOV32)[1] = 2;
	((u64 *)IOV)[2] = ((u32 *)IOV32)[2] = HELLO + 7;
	((u64 *)IOV)[3] = ((u32 *)IOV32)[3] = 3;
}

void linux_memory(void)
{
	static const uintptr_t pages[] = {
		SPLIT, SPLIT + 0x1000, GAP, ENDLESS, ENDLESS + 0x1000, OUT, DATA,
		STACK,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++)
		map_user(pages[i]);
	map_page(DEVICE, HOLE, PTE_P | PTE_W | PTE_U);
	put_string(SPLIT + 0x1000 - 5, "/proc/self/maps");
	memcpy((void *)(GAP + 0x1000 - 8UL), "/tmp/gap", 8);
	memset((void *)(uintptr_t)ENDLESS, 'a', 0x2000);
	put_string(FILE, "/etc/hostname");
	put_string(HELLO, "hello, world");
	put_string(ABSENT, "/nonexistent");
	put_string(STRANGE, "a\"b\\c\n\t\x01" "7\xff");
	put_string(TRUE, "/bin/true");
	put_string(NAME, "true");
	put_string(OPTION, "-x");
	put_vectors();
}
