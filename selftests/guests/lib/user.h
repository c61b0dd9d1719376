/* SPDX-License-Identifier: GPL-2.0 */
/* Memory of the programs that make calls. */
#ifndef GUESTS_USER_H
#define GUESTS_USER_H

#include "rt.h"

void map_user(uintptr_t virt);
void put_string(uintptr_t at, const char *s);
void put_wide(uintptr_t at, const char *s, unsigned int n);

#endif
