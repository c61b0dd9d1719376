/* SPDX-License-Identifier: GPL-2.0 */
#ifndef STUB_TASK_FILTER_H
#define STUB_TASK_FILTER_H

#include "vcpu.h"

#include "task_types.h"

extern u32 vsys_rules_by_task;

struct vsys_task_conds *vsys_task_conds_read(u64 from, u32 count);
bool vsys_task_conds_hold(const struct vsys_vcpu *v, struct vsys_task_conds *conds);

#endif
