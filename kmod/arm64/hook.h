/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_ARM64_HOOK_H
#define VSYS_ARM64_HOOK_H

int vsys_hook_check(void);

#endif /* VSYS_ARM64_HOOK_H */
