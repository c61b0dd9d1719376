/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_CALL_GROUPS_H
#define VSYS_CALL_GROUPS_H

/* The calls of "%NAME" as globs, NULL-terminated; NULL: no such group. */
const char *const *vsys_call_group(const char *name);

#endif /* VSYS_CALL_GROUPS_H */
