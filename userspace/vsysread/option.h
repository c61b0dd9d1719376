/* SPDX-License-Identifier: GPL-2.0 */
/* Parsing of single options, for the files that implement them. */
#ifndef VSYSREAD_OPTION_H
#define VSYSREAD_OPTION_H

#include "options.h"

/**
 * struct option_def - an option, made from options.tbl
 * @letter: short form, or 0
 * @name: long form
 * @arg: no_argument, required_argument or optional_argument
 * @set: store the option; @arg is NULL if it has none.  Return OPTION_GOOD or the
 *       status to exit with.
 */
struct option_def {
	char letter;
	const char *name;
	int arg;
	int (*set)(struct options *o, char *arg);
};

extern const struct option_def option_defs[];	/* the last has no name */
extern const char option_help[];

/* Set the mode; only one can be asked for.  Returns as option_def.set. */
int options_mode(struct options *o, enum mode mode);

/* Report what is wrong with the command line.  Returns EXIT_USAGE. */
__attribute__((format(printf, 1, 2)))
int options_wrong(const char *fmt, ...);

/* The index of @word in @words, whose last is NULL; -1 if it is not among them. */
int options_word(const char *word, const char *const *words);

/* Parse seconds: more than 0, less than 1e9. */
bool options_seconds(const char *s, double *out);

/* Parse a whole number in [@min, @max], with K, M or G if @suffix. */
bool options_number(const char *s, uint64_t min, uint64_t max, bool suffix, uint64_t *out);

/* An option without argument that sets a member to true. */
#define OPTION_FLAG(option, member)				\
	int opt_##option(struct options *o, char *arg)		\
	{							\
		(void)arg;					\
		o->member = true;				\
		return OPTION_GOOD;				\
	}

/* The same for an option that needs the device. */
#define OPTION_DEVICE_FLAG(option, member, name)		\
	int opt_##option(struct options *o, char *arg)		\
	{							\
		(void)arg;					\
		o->member = true;				\
		o->device_only = name;				\
		return OPTION_GOOD;				\
	}

#include "generated/optdefs.h"

#endif /* VSYSREAD_OPTION_H */
