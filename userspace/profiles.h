/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_PROFILES_H
#define VSYSREAD_PROFILES_H

/* Print the profiles of the module, if @path is its device, or of the library. */
int list_profiles(const char *path);

#endif /* VSYSREAD_PROFILES_H */
