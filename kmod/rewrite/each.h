/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_EACH_H
#define VSYS_EACH_H

#include "rewrite/types.h"

void vsys_stop_each(struct vsys_stop *stop, void (*fn)(struct vsys_stop *stop));

#endif /* VSYS_EACH_H */
