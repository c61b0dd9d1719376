/* SPDX-License-Identifier: GPL-2.0 */
#ifndef STUB_TASK_FILTER_H
#define STUB_TASK_FILTER_H

#include "vcpu.h"

struct vsys_task_conds;

bool vsys_task_conds_hold(const struct vsys_vcpu *v, struct vsys_task_conds *conds);

#endif
