/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_FILES_H
#define VSYSREAD_FILES_H

struct options;

/* Open the folder of --dump-files, if there is one.  Returns OPTION_GOOD, or an exit status. */
int files_check(struct options *o);
void files_free(struct options *o);

#endif /* VSYSREAD_FILES_H */
