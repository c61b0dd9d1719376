/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GUEST_ENTRY_H
#define VSYS_GUEST_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * vsys_entry_stack - find the per-CPU variable from which a 64-bit Linux kernel
 *                    loads its stack pointer
 * @code: first bytes of the code at LSTAR
 * @n: number of @code
 * @va: value of LSTAR
 * @offset: out: what the code adds to the per-CPU base
 *
 * The entry stores the caller's RSP at %gs:X and loads its own from %gs:Y: @offset is
 * Y.  Return: whether there is such code.
 */
bool vsys_entry_stack(const unsigned char *code, size_t n, uint64_t va, uint64_t *offset);

/**
 * vsys_entry_task_arm64 - find the per-CPU variable from which a kernel of arm64 loads
 *                         the address of the running task
 * @code: code around VBAR_EL1
 * @n: number of @code, a multiple of 4
 * @va: its address
 * @offset: out: address of the variable, to which the code adds TPIDR_EL1
 *
 * The entry loads SP_EL0 from the sum of the two.  Return: whether there is such code.
 */
bool vsys_entry_task_arm64(const unsigned char *code, size_t n, uint64_t va, uint64_t *offset);

#endif /* VSYS_GUEST_ENTRY_H */
