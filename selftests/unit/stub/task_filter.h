/* SPDX-License-Identifier: GPL-2.0 */
#ifndef STUB_TASK_FILTER_H
#define STUB_TASK_FILTER_H

#include "vcpu.h"

struct vsys_task_conds;

extern bool vsys_rules_by_task;
#define static_branch_unlikely(key)	(*(key))

bool vsys_task_conds_hold(const struct vsys_vcpu *v, struct vsys_task_conds *conds);

#endif
