/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_HOOK_H
#define VSYS_HOOK_H

void vsys_hook_init(void);
void vsys_hook_exit(void);
void vsys_hook_install(void);
void vsys_hook_remove(void);

#endif /* VSYS_HOOK_H */
