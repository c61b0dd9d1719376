/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_MUTEX_H
#define SHIM_MUTEX_H

struct mutex {
	int unused;
};

#define DEFINE_MUTEX(m)		struct mutex m

#endif
