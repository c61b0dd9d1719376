/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_TASK_READ_H
#define VSYS_TASK_READ_H

#include "task_types.h"

struct vsys_mem;

bool vsys_task_read(struct vsys_mem *m, const struct vsys_task_recipe *r, u64 task,
		    union vsys_task_image *image, bool partly);

#endif /* VSYS_TASK_READ_H */
