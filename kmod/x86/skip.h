/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_SKIP_H
#define VSYS_SKIP_H

#include "rewrite/types.h"

int vsys_skip(struct vsys_stop *stop, u64 result);

#endif /* VSYS_SKIP_H */
