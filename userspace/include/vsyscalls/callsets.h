/* SPDX-License-Identifier: GPL-2.0 */
/* Sets of calls, part of libvsyscalls. */
#ifndef VSYS_CALLSETS_H
#define VSYS_CALLSETS_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/vsyscalls.h>
#include "lookup.h"

#ifdef __cplusplus
extern "C" {
#endif

struct vsys_device;

/* ---- numbers of one ABI ---- */

/**
 * struct vsys_number_set - call numbers of one ABI
 * @invert: the set is all numbers but those in @bits
 * @bits: one bit per call number, below VSYS_FILTER_NUMBERS
 *
 * All zero is the empty set.
 */
struct vsys_number_set {
	bool invert;
	uint64_t bits[VSYS_FILTER_NUMBERS / 64];
};

/**
 * vsys_number_set_add - put a number into the set
 * @set: the set
 * @nr: call number; from VSYS_FILTER_NUMBERS on it is ignored
 */
void vsys_number_set_add(struct vsys_number_set *set, uint32_t nr);

/**
 * vsys_number_set_remove - take a number out of the set
 * @set: the set
 * @nr: call number; from VSYS_FILTER_NUMBERS on it is ignored
 */
void vsys_number_set_remove(struct vsys_number_set *set, uint32_t nr);

/**
 * vsys_number_set_add_named - add all calls with a name
 * @set: the set
 * @numbering: of the ABI, or NULL
 * @name: exact name
 *
 * Return: how many numbers have that name.
 */
unsigned int vsys_number_set_add_named(struct vsys_number_set *set,
				       const struct vsys_numbering *numbering, const char *name);

/**
 * vsys_number_set_has - is a number in the set?
 * @set: the set
 * @nr: call number, see vsys_abi_table_number(); from VSYS_FILTER_NUMBERS on the
 *      answer is @set->invert, as in the module
 */
bool vsys_number_set_has(const struct vsys_number_set *set, uint32_t nr);

/**
 * vsys_number_set_list - list the set bits, ascending
 * @set: the set; of an inverted one these are the numbers it lacks
 * @numbers: out: room for VSYS_FILTER_NUMBERS of them, or NULL to count only
 *
 * Return: how many there are.
 */
unsigned int vsys_number_set_list(const struct vsys_number_set *set, uint32_t *numbers);

/* ---- expressions, for all profiles and ABIs ---- */

/*
 * An expression is a list of items, separated by commas ("\," is a comma within an
 * item). Each item adds calls to those before it; with a "!" in front it removes
 * them, and a "!" in front of the whole expression does so for each item.
 *
 *	openat		the call with that name
 *	Nt*File		a glob, see fnmatch(3)
 *	/^Nt.*Key$	an extended regular expression, see regex(7)
 *	%file		a group: file, process, network, memory, registry, ipc, signal
 *	257		the number, in each ABI of each profile
 *	all, none	forget the items before
 *
 * Names are looked up in each profile and ABI. The first expression starts from no
 * calls, or from all calls if it begins with "!".
 */
struct vsys_callsets;

/* Flags of vsys_callsets_add() */
enum {
	VSYS_CALLSETS_ANY = 1,	/* ignore items without a call if another item has one */
};

/**
 * vsys_callsets_new - a collection that has all calls
 * @profiles: the profiles of the records or machines; must outlive the collection
 * @used: for each profile whether it is in use, copied; NULL: all are
 * @sets: out: to be freed with vsys_callsets_free()
 *
 * Return: 0 or -ENOMEM, see vsys_error().
 */
int vsys_callsets_new(const struct vsys_profiles *profiles, const bool *used,
		      struct vsys_callsets **sets);
void vsys_callsets_free(struct vsys_callsets *c);

/**
 * vsys_callsets_use - change which profiles are in use
 * @c: the collection
 * @used: for each profile, copied; NULL: all are
 */
void vsys_callsets_use(struct vsys_callsets *c, const bool *used);

/**
 * vsys_callsets_add - add an expression
 * @c: the collection
 * @expr: the expression
 * @flags: VSYS_CALLSETS_ANY or 0
 *
 * Return: 0; -ENOENT: an item is a call of no profile in use, or no group; -EINVAL:
 * an empty item or a malformed regular expression; -ENOMEM. vsys_error() names the
 * item, after which the collection is only good for being freed.
 */
int vsys_callsets_add(struct vsys_callsets *c, const char *expr, unsigned int flags);

/**
 * vsys_callsets_pass - is the call of a record in the sets?
 * @c: the collection
 * @rec: an entry or return
 *
 * The profile and ABI of @rec decide. Of VSYS_F_UNPAIRED returns the number is
 * unknown: they pass if the expressions only exclude calls.
 */
bool vsys_callsets_pass(const struct vsys_callsets *c, const struct vsys_record *rec);

/**
 * vsys_callsets_get - the calls of one ABI that any profile in use has in its set
 * @c: the collection
 * @abi: enum vsys_abi, or 0: the set that all ABIs share
 * @set: out
 * @exact: out: false if the profiles in use have different sets, so that records
 *         need vsys_callsets_pass(), too
 *
 * Return: whether there is such a set. Without names there is only that of @abi 0,
 * with names there are only those of the ABIs that a profile in use has.
 */
bool vsys_callsets_get(const struct vsys_callsets *c, unsigned int abi,
		       struct vsys_number_set *set, bool *exact);

/**
 * vsys_callsets_install - have the module drop calls that no profile in use wants
 * @c: the collection
 * @d: the device
 *
 * Return: 0 or what vsys_device_filter() returns.
 */
int vsys_callsets_install(const struct vsys_callsets *c, struct vsys_device *d);

#ifdef __cplusplus
}
#endif

#endif /* VSYS_CALLSETS_H */
