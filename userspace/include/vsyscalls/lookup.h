/* SPDX-License-Identifier: GPL-2.0 */
/* Profiles, calls and names, part of libvsyscalls. */
#ifndef VSYS_LOOKUP_H
#define VSYS_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/vsyscalls.h>
#include "tables.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- names ---- */

/* Names of enum values; "unknown" for others. */
const char *vsys_os_name(unsigned int os);
const char *vsys_arch_name(unsigned int arch);
const char *vsys_abi_name(unsigned int abi);
const char *vsys_door_name(unsigned int door);

/**
 * vsys_door_find - find a door by name
 * @name: "syscall", "sysenter", "int80", "int2a" to "int2e"
 *
 * Return: enum vsys_door, or -1.
 */
int vsys_door_find(const char *name);
const char *vsys_refusal_text(unsigned int reason);

/**
 * vsys_entry_reg_name - "LSTAR", or NULL for a number that is no entry register
 * @reg: vsys_rec_entry_reg.reg
 */
const char *vsys_entry_reg_name(uint32_t reg);
const char *vsys_set_name(const struct vsys_set *set, uint64_t value);

/* ---- ABIs ---- */

/**
 * vsys_abi_bits - width of an argument's slot and of the result: 32 or 64
 * @abi: enum vsys_abi, or anything: 64
 */
unsigned int vsys_abi_bits(unsigned int abi);

/**
 * vsys_abi_os - the OS whose conventions an ABI has: enum vsys_os; 0: unknown ABI
 * @abi: enum vsys_abi, or anything
 */
unsigned int vsys_abi_os(unsigned int abi);

/**
 * vsys_abi_table_number - the number of a call in tables and filters
 * @abi: enum vsys_abi, or anything
 * @nr: number in the record; x32 numbers have bit 30 set there
 */
uint32_t vsys_abi_table_number(unsigned int abi, uint32_t nr);

/* ---- calls ---- */

const struct vsys_table *vsys_table_find(const char *name);
const struct vsys_numbering *vsys_table_numbering(const struct vsys_table *table,
						  unsigned int abi);
const struct vsys_proto *vsys_table_call(const struct vsys_table *table,
					 unsigned int abi, uint32_t nr);
const struct vsys_proto *vsys_table_record(const struct vsys_table *table,
					   const struct vsys_record *rec);
const struct vsys_proto *vsys_table_named(const struct vsys_table *table,
					  const char *name);
const char *vsys_table_nearest(const struct vsys_table *table, const char *name);

/**
 * vsys_result_failed - is a result an error?
 * @call: the call, NULL when unknown
 * @abi: enum vsys_abi of its record
 * @result: of the return
 *
 * Linux: -4095 to -1, in the width of the ABI. Windows: an NTSTATUS of severity
 * error; results of other types and of unknown calls are no errors.
 */
bool vsys_result_failed(const struct vsys_proto *call, unsigned int abi, uint64_t result);

/* ---- profiles ---- */

struct vsys_profile_entry {
	char name[VSYS_NAME_MAX];
	const struct vsys_table *table;
};

/**
 * struct vsys_profiles - the profiles of a module or of a recorded stream
 * @n: number of profiles
 * @v: the profiles, which vsys_record.profile indexes: their names (safe to print:
 *     letters, digits, "_", "-", ".") and tables, NULL for a profile that this
 *     library does not know
 */
struct vsys_profiles {
	unsigned int n;
	struct vsys_profile_entry *v;
};

/* vsys_profiles_add - append a profile; -EINVAL: not a plain name of sane length */
int vsys_profiles_add(struct vsys_profiles *p, const char *name);
void vsys_profiles_free(struct vsys_profiles *p);
const struct vsys_table *vsys_profiles_table(const struct vsys_profiles *p,
					     uint32_t index);
const char *vsys_profiles_name(const struct vsys_profiles *p, uint32_t index);

/**
 * vsys_profiles_find - find a profile by name
 * @p: the profiles
 * @name: the name
 *
 * Return: its index, or -1.
 */
int vsys_profiles_find(const struct vsys_profiles *p, const char *name);
const char *vsys_profiles_nearest(const struct vsys_profiles *p, const char *name);

#ifdef __cplusplus
}
#endif

#endif /* VSYS_LOOKUP_H */
