/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GLOB_H
#define VSYS_GLOB_H

#include <linux/types.h>

bool vsys_glob_match(const u8 *glob, u32 glob_len, const u8 *text, u32 len, bool nocase);
u32 vsys_glob_utf8(const u8 *utf16, u32 bytes, u8 *to);

#endif /* VSYS_GLOB_H */
