/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_VM_MEMORY_H
#define VSYS_VM_MEMORY_H

struct vsys_memory;
struct vsys_session;

int vsys_vm_memory_get(struct vsys_session *s, struct vsys_memory *m);

#endif /* VSYS_VM_MEMORY_H */
