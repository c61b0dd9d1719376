// SPDX-License-Identifier: GPL-2.0
/* Calls are found by number and by name; sets of them are those of the kernel. */
#include "ktap.h"
#include "table.h"

static const char *nearest(const char *name)
{
	const char *s = vsys_table_nearest(&test_table, name);

	return s ? s : "none";
}

static const char *number(unsigned int abi, uint32_t nr)
{
	const struct vsys_proto *call = vsys_table_call(&test_table, abi, nr);

	return call ? call->name : "none";
}

static void numbers(void)
{
	is_text(number(VSYS_ABI_LINUX_X86_64, NR_OPENAT), "openat", "by number");
	is_text(number(VSYS_ABI_LINUX_X86_64, 2), "none", "no such number");
	is_text(number(VSYS_ABI_LINUX_X86_64, 0xffffffff), "none", "number far out");
	is_text(number(VSYS_ABI_LINUX_I386, NR_I386_BRK), "brk", "number of another ABI");
	is_text(number(VSYS_ABI_LINUX_I386, 0), "none", "in which other numbers are none");
	is_text(number(VSYS_ABI_LINUX_X32, NR_X32_EXECVE | 1u << 30), "execve", "x32, bit 30");
	is_text(number(VSYS_ABI_LINUX_X86_64, NR_OPENAT | 1u << 30), "none", "x86_64, bit 30");
	is_text(number(VSYS_ABI_WINDOWS_X64, 0), "none", "an ABI that is not in the table");
	is_text(number(0, 0), "none", "no ABI");
	is_true(!vsys_table_call(NULL, VSYS_ABI_LINUX_X86_64, 0), "no table");
}

static void named(void)
{
	const struct vsys_numbering *x32 = vsys_table_numbering(&test_table, VSYS_ABI_LINUX_X32);
	const struct vsys_numbering *i386 = vsys_table_numbering(&test_table, VSYS_ABI_LINUX_I386);
	struct vsys_number_set set = { 0 };

	is_number(vsys_number_set_add_named(&set, x32, "execve"), 1, "a name in x32");
	is_true(vsys_number_set_has(&set, NR_X32_EXECVE) && !vsys_number_set_has(&set, NR_I386_EXECVE),
		"is its number there");
	is_number(vsys_number_set_add_named(&set, i386, "execve"), 1, "a name in i386");
	is_true(vsys_number_set_has(&set, NR_I386_EXECVE), "is another");
	is_number(vsys_number_set_add_named(&set, x32, "brk"), 0, "a name that the ABI has not");
	is_number(vsys_number_set_add_named(&set, NULL, "brk"), 0, "no ABI, no name");
}

static void names(void)
{
	is_text(vsys_os_name(VSYS_OS_WINDOWS), "windows", "OS");
	is_text(vsys_arch_name(VSYS_ARCH_X86), "x86", "architecture");
	is_text(vsys_abi_name(VSYS_ABI_WINDOWS_X64), "windows_x64", "ABI");
	is_text(vsys_abi_name(VSYS_ABI_NR), "unknown", "an ABI too far");
	is_text(vsys_door_name(VSYS_DOOR_INT2E), "int2e", "door");
	is_text(vsys_door_name(200), "unknown", "no door");
	is_number((uint64_t)vsys_door_find("int80"), VSYS_DOOR_INT80, "door by name");
	is_true(vsys_door_find("int8") == -1, "no door by name");
	is_text(vsys_entry_reg_name(0xc0000082), "LSTAR", "MSR");
	is_text(vsys_entry_reg_name(0x174), "SYSENTER_CS", "another MSR");
	is_true(!vsys_entry_reg_name(0x10), "no MSR of ours");
	is_true(vsys_abi_bits(VSYS_ABI_LINUX_X32) == 64 && vsys_abi_bits(VSYS_ABI_LINUX_I386) == 32,
		"widths");
}

static void profiles(void)
{
	struct vsys_profiles p = { 0 };
	const char *near;

	vsys_profiles_add(&p, "linux_x86");
	vsys_profiles_add(&p, "windows_xpsp3_x86");
	near = vsys_profiles_nearest(&p, "windows_xp_x86");
	is_text(near, "windows_xpsp3_x86", "a profile that may be meant");
	is_true(!vsys_profiles_nearest(&p, "solaris"), "none that may be meant");
	is_number((uint64_t)vsys_profiles_find(&p, "windows_xpsp3_x86"), 1, "a profile");
	vsys_profiles_free(&p);
}

static void sets(void)
{
	struct vsys_number_set only = { 0 }, but = { .invert = true };

	is_true(!vsys_number_set_has(&only, 0) && vsys_number_set_has(&but, 0), "empty sets");
	vsys_number_set_add(&only, 64);
	vsys_number_set_remove(&but, 64);
	is_true(vsys_number_set_has(&only, 64) && !vsys_number_set_has(&only, 63) &&
		!vsys_number_set_has(&only, 0), "only one call");
	is_true(!vsys_number_set_has(&but, 64) && vsys_number_set_has(&but, 63), "all but one call");
	vsys_number_set_add(&only, VSYS_FILTER_NUMBERS);
	vsys_number_set_remove(&but, 0xffffffff);
	is_true(!vsys_number_set_has(&only, VSYS_FILTER_NUMBERS), "large numbers are in no set");
	is_true(vsys_number_set_has(&but, 0xffffffff), "and in all that are inverted");
}

int main(void)
{
	const struct vsys_proto *call;

	ktap_plan(44);
	numbers();
	call = vsys_table_named(&test_table, "pread64");
	is_number(call ? call->bits : 0, 32, "by name, in the third ABI");
	call = vsys_table_named(&test_table, "read");
	is_number(call ? call->bits : 0, 64, "by name, in the first of two");
	is_true(!vsys_table_named(&test_table, "rea"), "no such name");
	is_text(nearest("opnat"), "openat", "a letter is missing");
	is_text(nearest("raed"), "read", "two letters are swapped");
	is_text(nearest("frobnicate"), "none", "nothing is alike");
	is_text(nearest("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
		"none", "a long name");
	is_text(nearest("pread46"), "pread64", "of another ABI than the first");
	sets();
	named();
	names();
	profiles();
	return ktap_end();
}
