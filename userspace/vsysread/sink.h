/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SINK_H
#define VSYSREAD_SINK_H

#include <stdio.h>
#include "options.h"

/* vsysread convert: records in the forms of other programs. */
struct convert;

/**
 * struct sink_env - what a form is written from
 * @profiles: that the records mean
 * @notes: of the file that is read, NULL for the device
 * @since_1970: nanoseconds to add to a record's time, 0 if that is not known
 * @path: a file or folder, NULL for standard output
 * @file: @path or standard output, open; NULL if the form makes files of its own
 */
struct sink_env {
	const struct vsys_profiles *profiles;
	const struct vsys_notes *notes;
	const __s64 *since_1970;
	const char *path;
	FILE *file;
};

/**
 * struct sink_ops - a form
 * @name: as --to has it
 * @binary: not to a terminal
 * @folder: it makes files of its own in a folder
 * @open: NULL when memory runs out, or with errno
 * @begin: a call begins, nothing is known of its end; may be NULL
 * @call: a call is over, or its return was seen; may be NULL
 * @record: anything else but a call's entry or return; may be NULL
 * @close: write what is left and free; may be given NULL
 *
 * Functions return 0 or a negative errno.
 */
struct sink_ops {
	const char *name;
	bool binary;
	bool folder;
	void *(*open)(const struct sink_env *env);
	int (*begin)(void *sink, const struct vsys_decoded *c);
	int (*call)(void *sink, const struct vsys_decoded *c);
	int (*record)(void *sink, const struct vsys_record *rec);
	int (*close)(void *sink);
};

extern const struct sink_ops sink_csv, sink_ctf, sink_folded, sink_perfetto;

/* Can what --to says be written there?  Returns OPTION_GOOD, or an exit status. */
int convert_check(const struct options *o);
/* As in keep.h: NULL and false after an error that has been said.  @calls are counted. */
struct convert *convert_open(const struct options *o, const struct vsys_profiles *profiles,
			     const struct vsys_notes *notes, const __s64 *since_1970,
			     uint64_t *calls);
int convert_record(struct convert *c, const struct vsys_record *rec);
int convert_close(struct convert *c);

/* What sinks have in common: the arguments, as vsysread shows them. */
void sink_put_args(struct vsys_text *t, const struct vsys_decoded *c);

/* Returns 0 or -errno; the text is empty then. */
int sink_write(FILE *file, struct vsys_text *t);

#endif /* VSYSREAD_SINK_H */
