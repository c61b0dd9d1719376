// SPDX-License-Identifier: GPL-2.0
/* Names of the constants of linux/vsyscalls.h. */
#include <string.h>

#include <vsyscalls/lookup.h>

#define NAMED(array, i) \
	((i) < sizeof(array) / sizeof((array)[0]) && (array)[i] ? (array)[i] : "unknown")

static const char *const oses[] = {
	[VSYS_OS_LINUX] = "linux",
	[VSYS_OS_WINDOWS] = "windows",
};

static const char *const arches[] = {
	[VSYS_ARCH_X86_64] = "x86_64",
	[VSYS_ARCH_X86] = "x86",
	[VSYS_ARCH_ARM64] = "arm64",
};

static const char *const doors[] = {
	[VSYS_DOOR_SYSCALL] = "syscall",
	[VSYS_DOOR_SYSENTER] = "sysenter",
	[VSYS_DOOR_INT80] = "int80",
	[VSYS_DOOR_INT2E] = "int2e",
	[VSYS_DOOR_SVC] = "svc",
	[VSYS_DOOR_INT2B] = "int2b",
	[VSYS_DOOR_INT2A] = "int2a",
	[VSYS_DOOR_INT2C] = "int2c",
	[VSYS_DOOR_INT2D] = "int2d",
};

static const struct abi {
	const char *name;
	uint8_t os;
	uint8_t bits;
} abis[] = {
	[VSYS_ABI_LINUX_X86_64] = { "linux_x86_64", VSYS_OS_LINUX, 64 },
	[VSYS_ABI_LINUX_X32] = { "linux_x32", VSYS_OS_LINUX, 64 },
	[VSYS_ABI_LINUX_I386] = { "linux_i386", VSYS_OS_LINUX, 32 },
	[VSYS_ABI_WINDOWS_X86] = { "windows_x86", VSYS_OS_WINDOWS, 32 },
	[VSYS_ABI_WINDOWS_X64] = { "windows_x64", VSYS_OS_WINDOWS, 64 },
	[VSYS_ABI_LINUX_ARM64] = { "linux_arm64", VSYS_OS_LINUX, 64 },
	[VSYS_ABI_LINUX_ARM] = { "linux_arm", VSYS_OS_LINUX, 32 },
};

static const struct abi *find_abi(unsigned int abi)
{
	static const struct abi unknown = { "unknown", 0, 64 };

	return abi < sizeof(abis) / sizeof(abis[0]) && abis[abi].name ? &abis[abi] : &unknown;
}

const char *vsys_os_name(unsigned int os)
{
	return NAMED(oses, os);
}

const char *vsys_arch_name(unsigned int arch)
{
	return NAMED(arches, arch);
}

const char *vsys_abi_name(unsigned int abi)
{
	return find_abi(abi)->name;
}

unsigned int vsys_abi_bits(unsigned int abi)
{
	return find_abi(abi)->bits;
}

unsigned int vsys_abi_os(unsigned int abi)
{
	return find_abi(abi)->os;
}

uint32_t vsys_abi_table_number(unsigned int abi, uint32_t nr)
{
	return abi == VSYS_ABI_LINUX_X32 ? nr & ~(UINT32_C(1) << 30) : nr;
}

const char *vsys_door_name(unsigned int door)
{
	return NAMED(doors, door);
}

int vsys_door_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < sizeof(doors) / sizeof(doors[0]); i++)
		if (!strcmp(doors[i], name))
			return (int)i;
	return -1;
}

const char *vsys_refusal_text(unsigned int reason)
{
	switch (reason) {
	case VSYS_REFUSED_ENCRYPTED:
		return "the guest is encrypted";
	case VSYS_REFUSED_LAYOUT:
		return "KVM's structures are not as expected";
	case VSYS_REFUSED_MEMORY:
		return "the host has no memory for it";
	case VSYS_REFUSED_FETCH:
		return "the instruction cannot be read";
	case VSYS_REFUSED_DOOR:
		return "this CPU has no way to trap the door";
	case VSYS_REFUSED_MODE:
		return "the guest uses FRED, or CET on AMD";
	case VSYS_REFUSED_RETURN:
		return "an instruction that returns cannot be emulated: returns are not seen";
	case VSYS_REFUSED_LEVEL:
		return "the guest is a hypervisor, or its kernel is a 32-bit one";
	default:
		return "for an unknown reason";
	}
}

const char *vsys_entry_reg_name(uint32_t reg)
{
	switch (reg) {
	case VSYS_X86_SYSENTER_CS:
		return "SYSENTER_CS";
	case VSYS_X86_SYSENTER_ESP:
		return "SYSENTER_ESP";
	case VSYS_X86_SYSENTER_EIP:
		return "SYSENTER_EIP";
	case VSYS_X86_STAR:
		return "STAR";
	case VSYS_X86_LSTAR:
		return "LSTAR";
	case VSYS_X86_CSTAR:
		return "CSTAR";
	case VSYS_X86_SFMASK:
		return "SFMASK";
	case VSYS_ARM64_VBAR_EL1:
		return "VBAR_EL1";
	default:
		return NULL;
	}
}

/**
 * vsys_set_name - the name of a value in an enum, or NULL
 * @set: the enum, or NULL
 * @value: the value
 */
const char *vsys_set_name(const struct vsys_set *set, uint64_t value)
{
	unsigned int i;

	for (i = 0; set && i < set->n; i++)
		if (set->consts[i].value == value)
			return set->consts[i].name;
	return NULL;
}
