// SPDX-License-Identifier: GPL-2.0
/* Numbers are written as their class says. */
#include "ktap.h"
#include "decode/decode.h"

static const struct vsys_const open_consts[] = {
	{ "O_RDONLY", 0, 3 }, { "O_WRONLY", 1, 3 }, { "O_RDWR", 2, 3 },
	{ "O_CREAT", 0100, 0100 }, { "O_DSYNC", 010000, 010000 },
	{ "O_SYNC", 04010000, 04010000 }, { "O_CLOEXEC", 02000000, 02000000 },
};

static const struct vsys_const prot_consts[] = {
	{ "PROT_NONE", 0, ~0ULL }, { "PROT_READ", 1, 1 }, { "PROT_WRITE", 2, 2 },
};

static const struct vsys_const whence_consts[] = {
	{ "SEEK_SET", 0, 0 }, { "SEEK_END", 2, 0 }, { "NEGATIVE", (uint64_t)-7, 0 },
};

static const struct vsys_const type_consts[] = {
	{ "S_IFCHR", 0020000, 0170000 }, { "S_IFREG", 0100000, 0170000 },
};

static const struct vsys_set open_set = { "open", 1, 7, open_consts };
static const struct vsys_set prot_set = { "prot", 1, 3, prot_consts };
static const struct vsys_set whence_set = { "whence", 0, 3, whence_consts };
static const struct vsys_set type_set = { "type", 1, 2, type_consts };

static void value(unsigned int cls, unsigned int sign, unsigned int size,
		  const struct vsys_set *set, uint64_t v, const char *want, const char *name)
{
	struct vsys_value how = {
		.cls = (uint8_t)cls,
		.sign = (uint8_t)sign,
		.size = (uint16_t)size,
		.set = set,
	};
	struct vsys_text t = { 0 };

	vsys_put_value(&t, &how, v);
	is_text(t.s, want, name);
	vsys_text_free(&t);
}

static void numbers(void)
{
	value(VSYS_CL_INT, 1, 4, NULL, 0xffffffff, "-1", "int of 4 bytes");
	value(VSYS_CL_INT, 1, 4, NULL, 0x500000007, "7", "upper half does not count");
	value(VSYS_CL_INT, 1, 8, NULL, UINT64_C(1) << 63, "-9223372036854775808", "least long");
	value(VSYS_CL_UINT, 0, 4, NULL, UINT64_MAX, "4294967295", "unsigned int");
	value(VSYS_CL_UINT, 0, 8, NULL, UINT64_MAX, "18446744073709551615", "unsigned long");
	value(VSYS_CL_HEX, 0, 8, NULL, 0x1f, "0x1f", "hex");
	value(VSYS_CL_HEX, 0, 8, NULL, 0, "0", "hex zero");
	value(VSYS_CL_PTR, 0, 8, NULL, 0, "NULL", "null pointer");
	value(VSYS_CL_PTR, 0, 8, NULL, 0x7f0012345678, "0x7f0012345678", "pointer");
	value(VSYS_CL_OCTAL, 0, 2, NULL, 0644, "0644", "mode");
	value(VSYS_CL_OCTAL, 0, 2, NULL, 0, "000", "mode of zero");
	value(VSYS_CL_OCTAL, 0, 2, &type_set, 0020600, "S_IFCHR|0600", "mode with a type");
	value(VSYS_CL_FD, 1, 4, NULL, 3, "3", "descriptor");
	value(VSYS_CL_FD, 1, 4, NULL, 0xffffff9c, "-100", "a descriptor is no AT_FDCWD");
	value(VSYS_CL_ATFD, 1, 4, NULL, 0xffffff9c, "AT_FDCWD", "AT_FDCWD, 32 bits");
	value(VSYS_CL_ATFD, 1, 4, NULL, (uint64_t)-100, "AT_FDCWD", "AT_FDCWD, 64 bits");
	value(VSYS_CL_DEV, 0, 8, NULL, 0x801, "makedev(0x8, 0x1)", "device");
	value(VSYS_CL_DEV, 0, 8, NULL, 0x10302, "makedev(0x103, 0x2)", "device of 9 bits");
	value(VSYS_CL_STR, 0, 0, NULL, 0xdead, "0xdead", "string that was not captured");
}

static void names(void)
{
	value(VSYS_CL_FLAGS, 0, 4, &open_set, 02000000, "O_RDONLY|O_CLOEXEC", "zero of a field");
	value(VSYS_CL_FLAGS, 0, 4, &open_set, 0101, "O_WRONLY|O_CREAT", "value of a field");
	value(VSYS_CL_FLAGS, 0, 4, &open_set, 04010002, "O_RDWR|O_SYNC", "larger name wins");
	value(VSYS_CL_FLAGS, 0, 4, &open_set, 010002, "O_RDWR|O_DSYNC", "smaller name alone");
	value(VSYS_CL_FLAGS, 0, 4, &open_set, 0x40000001, "O_WRONLY|0x40000000", "unknown bits");
	value(VSYS_CL_FLAGS, 0, 4, &open_set, 3, "0x3", "unknown value of a field");
	value(VSYS_CL_FLAGS, 0, 4, &prot_set, 0, "PROT_NONE", "name for zero");
	value(VSYS_CL_FLAGS, 0, 4, &prot_set, 3, "PROT_READ|PROT_WRITE", "no name for zero here");
	value(VSYS_CL_FLAGS, 0, 4, NULL, 0, "0", "flags without names, zero");
	value(VSYS_CL_FLAGS, 0, 4, NULL, 5, "0x5", "flags without names");
	value(VSYS_CL_ENUM, 1, 4, &whence_set, 2, "SEEK_END", "enum");
	value(VSYS_CL_ENUM, 1, 4, &whence_set, 0x200000002, "SEEK_END", "enum, upper half");
	value(VSYS_CL_ENUM, 1, 4, &whence_set, 0xfffffff9, "NEGATIVE", "negative enum");
	value(VSYS_CL_ENUM, 1, 4, &whence_set, 99, "0x63", "unknown value of an enum");
}

int main(void)
{
	ktap_plan(33);
	numbers();
	names();
	return ktap_end();
}
