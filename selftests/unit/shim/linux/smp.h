/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_SMP_H
#define SHIM_SMP_H

/* A test defines it. */
int smp_call_function_single(int cpu, void (*fn)(void *), void *arg, int wait);

#endif
