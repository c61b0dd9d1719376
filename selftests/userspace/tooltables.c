// SPDX-License-Identifier: GPL-2.0
/* The profiles of a vsysread built without those of prototypes/. */
#include "table.h"

const struct vsys_table vsys_tables[] = {
	{ "linux_x86_64", VSYS_OS_LINUX, VSYS_ARCH_X86_64, TEST_ABIS, test_abis },
	{ "other_x86_64", VSYS_OS_LINUX, VSYS_ARCH_X86_64, 1, other_abis },
	{ "windows_test_x64", VSYS_OS_WINDOWS, VSYS_ARCH_X86_64, 1, win_abis },
	{ "windows_test_x86", VSYS_OS_WINDOWS, VSYS_ARCH_X86, 1, win32_abis },
};

const struct vsys_type *const vsys_sqe_types[2][256] = { { NULL } };

const unsigned int vsys_ntables = sizeof(vsys_tables) / sizeof(vsys_tables[0]);
