// SPDX-License-Identifier: GPL-2.0
/*
 * A guest with the registers of a host device, which the guest can read.  Calls with
 * pointers there: the module must not read them, see device.expect.  Without --device,
 * as in guests.list, no memory is there.
 */
#include "lib/linux.h"

/* The contents of the device's registers are page table entries. */
enum { REGISTERS = 0x10080000, TABLES = 0x40000000 };

static void use_table(void)
{
	((u64 *)MINIVM_PDPT)[TABLES >> 30] = MINIVM_DEVICE | PTE_P | PTE_W | PTE_U;
}

void guest_main(void)
{
	static const struct call calls[] = {
		{ 1, { 1, REGISTERS, 32 }, 32 },
		{ 257, { AT_FDCWD, REGISTERS, 0 }, -14 },
		{ 0, { 3, REGISTERS, 32 }, 32 },
		{ 20, { 1, REGISTERS, 1 }, -14 },
		{ 257, { AT_FDCWD, TABLES, 0 }, -14 },
		{ 1, { 1, HELLO, 5 }, 5 },
	};
	unsigned int i;

	linux_memory();
	map_page(REGISTERS, MINIVM_DEVICE, PTE_P | PTE_W | PTE_U);
	use_table();
	if (vm_arg) {
		test_begin("the guest reads the device");
		test_eq("no register", !*(volatile u32 *)REGISTERS, 0);
		test_end();
	}
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		linux64_call(&calls[i]);
}
