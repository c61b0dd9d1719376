/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tables that scripts/genswitch.awk writes for user space: what the
 * system calls of each profile are called and how their arguments read.
 */
#ifndef VSYS_TABLES_H
#define VSYS_TABLES_H

#include <stddef.h>
#include <stdint.h>
#include <linux/vsyscalls.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How a value is written. */
enum vsys_class {
	VSYS_CL_INT,
	VSYS_CL_UINT,
	VSYS_CL_HEX,
	VSYS_CL_OCTAL,
	VSYS_CL_PTR,
	VSYS_CL_FD,
	VSYS_CL_ATFD,		/* a descriptor, or AT_FDCWD */
	VSYS_CL_FLAGS,
	VSYS_CL_ENUM,
	VSYS_CL_DEV,
	VSYS_CL_VOID,
	VSYS_CL_BOOL,		/* TRUE, FALSE */
	VSYS_CL_HANDLE,		/* of Windows; SET names the pseudo-handles */
	VSYS_CL_STATUS,		/* NTSTATUS; SET names them */

	/* What an address leads to. */
	VSYS_CL_MEMORY,
	VSYS_CL_STR = VSYS_CL_MEMORY,
	VSYS_CL_STRV,		/* a vector of strings, ended by NULL */
	VSYS_CL_BUF,
	VSYS_CL_IOVEC,
	VSYS_CL_MSGHDR,
	VSYS_CL_STRUCT,
	VSYS_CL_SOCKADDR,
	VSYS_CL_USTR,		/* UNICODE_STRING */
	VSYS_CL_WSTR,		/* UTF-16 up to its NUL */
	VSYS_CL_OBJATTR,	/* OBJECT_ATTRIBUTES */
	VSYS_CL_PSATTR,		/* PS_ATTRIBUTE_LIST */
};

/* vsys_param.dir */
enum {
	VSYS_DIR_IN = 1,
	VSYS_DIR_OUT = 2,
};

/* vsys_proto.flags */
enum {
	VSYS_CALLF_NORETURN = 1,
	VSYS_CALLF_TWICE = 2,	/* a child returns, too, with 0 */
};

/**
 * struct vsys_const - a name for a value
 * @name: as programs spell it
 * @value: what it stands for
 * @mask: of flags: the bits that the name covers, more than @value where it is
 *        one value of a field (O_ACCMODE, S_IFMT); of enums: 0
 */
struct vsys_const {
	const char *name;
	uint64_t value;
	uint64_t mask;
};

/**
 * struct vsys_set - constants that belong together
 * @name: of the set
 * @flags: 1 for bit flags, 0 for an enum
 * @n: number of @consts
 * @consts: the names; of two for one value the first is used
 */
struct vsys_set {
	const char *name;
	uint8_t flags;
	uint16_t n;
	const struct vsys_const *consts;
};

/**
 * struct vsys_field - a member of a structure in guest memory
 * @name: of the member
 * @offset: bytes from the structure's begin
 * @size: its bytes
 * @sign: not zero when signed
 * @cls: enum vsys_class; STR and BUF are bytes inside the structure
 * @set: of FLAGS and ENUM, else NULL
 */
struct vsys_field {
	const char *name;
	uint16_t offset;
	uint8_t size;
	uint8_t sign;
	uint8_t cls;
	const struct vsys_set *set;
};

/**
 * struct vsys_type - the type of a parameter or result
 * @name: as the prototypes spell it
 * @cls: enum vsys_class
 * @sign: not zero when signed
 * @size: bytes in this profile; of a STRUCT: of the structure
 * @set: of FLAGS and ENUM, else NULL
 * @nfields: number of @fields
 * @fields: of a STRUCT, else NULL
 */
struct vsys_type {
	const char *name;
	uint8_t cls;
	uint8_t sign;
	uint16_t size;
	const struct vsys_set *set;
	uint16_t nfields;
	const struct vsys_field *fields;
};

/**
 * struct vsys_param - a parameter of a call
 * @name: of the parameter
 * @type: of the value, or of what it points to
 * @dir: VSYS_DIR_* of the memory that it points to
 * @slot: its place in vsys_rec_entry.args; a value of 8 bytes takes two in a
 *        32-bit ABI, low half first
 * @set: overrides the type's set unless NULL
 */
struct vsys_param {
	const char *name;
	const struct vsys_type *type;
	uint8_t dir;
	uint8_t slot;
	const struct vsys_set *set;
};

/**
 * struct vsys_proto - a system call
 * @name: its name
 * @flags: VSYS_CALLF_*
 * @bits: 32 or 64: of the layout of its structures, its pointers and slots
 * @nparams: number of @params
 * @nslots: how many arguments these are, at most VSYS_ARGS_MAX
 * @result: type of the result
 * @params: in order
 */
struct vsys_proto {
	const char *name;
	uint8_t flags;
	uint8_t bits;
	uint8_t nparams;
	uint8_t nslots;
	const struct vsys_type *result;
	const struct vsys_param *params;
};

/* A number and the index of its call. */
struct vsys_number {
	uint16_t nr;
	uint16_t call;
};

/**
 * struct vsys_numbering - how calls are numbered in one ABI of a profile
 * @abi: enum vsys_abi
 * @n: number of @numbers, 0: the profile has no such ABI
 * @numbers: by number, ascending
 * @calls: what @numbers index; of several profiles
 * @errors: an enum of error numbers, or NULL
 * @signals: an enum of signal numbers, or NULL
 */
struct vsys_numbering {
	uint8_t abi;
	uint16_t n;
	const struct vsys_number *numbers;
	const struct vsys_proto *calls;
	const struct vsys_set *errors;
	const struct vsys_set *signals;
};

/**
 * struct vsys_table - the calls of a profile
 * @name: of the profile
 * @os: enum vsys_os
 * @arch: enum vsys_arch
 * @nabis: number of @abis
 * @abis: the first is the native one
 */
struct vsys_table {
	const char *name;
	uint8_t os, arch, nabis;
	const struct vsys_numbering *abis;
};

extern const struct vsys_table vsys_tables[];
extern const unsigned int vsys_ntables;

#ifdef __cplusplus
}
#endif

#endif /* VSYS_TABLES_H */
