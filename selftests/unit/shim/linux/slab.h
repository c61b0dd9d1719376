/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_SLAB_H
#define SHIM_SLAB_H

#include <stdlib.h>

#define GFP_KERNEL_ACCOUNT	0
#define kvzalloc(size, flags)	((void)(flags), calloc(1, size))
#define kvfree(p)		free(p)
#define GFP_KERNEL		0
#define kzalloc(size, flags)	calloc(1, size)
#define kfree(p)		free(p)

#endif
