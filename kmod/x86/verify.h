/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_VERIFY_H
#define VSYS_VERIFY_H

#include <linux/types.h>

struct vsys_vcpu;

bool vsys_verify(struct vsys_vcpu *v);

#endif /* VSYS_VERIFY_H */
