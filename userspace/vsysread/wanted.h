/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_WANTED_H
#define VSYSREAD_WANTED_H

#include <stdbool.h>
#include <vsyscalls/trace.h>

struct options;

/**
 * wanted_profiles - which profiles do the targets have?
 * @o: the command line
 * @profiles: those of the device or the file
 * @unnamed: index of the profile of targets that name none; negative: any
 * @file: name of the file, for the message about a profile that it lacks; NULL for
 *        the device
 *
 * Return: a flag for each profile, to be freed; NULL after an error, which was printed.
 */
bool *wanted_profiles(const struct options *o, const struct vsys_profiles *profiles,
		      int unnamed, const char *file);

/**
 * wanted_calls - the calls that -e names
 * @exprs: @nexprs expressions, see callsets.h
 * @profiles: must outlive the result
 * @used: of wanted_profiles(): names must be calls of one of these
 *
 * Return: to be freed with vsys_callsets_free(); NULL after an error, which was printed.
 */
struct vsys_callsets *wanted_calls(const char *const *exprs, unsigned int nexprs,
				   const struct vsys_profiles *profiles, const bool *used);

/* The same with the calls that tell what descriptors and handles are; @modules, @transfers. */
struct vsys_callsets *wanted_with_handles(const char *const *exprs, unsigned int nexprs,
					  const struct vsys_profiles *profiles, const bool *used,
					  bool modules, bool transfers);

#endif /* VSYSREAD_WANTED_H */
