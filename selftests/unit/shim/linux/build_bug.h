/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_BUILD_BUG_H
#define SHIM_BUILD_BUG_H

#define static_assert(x)	_Static_assert(x, #x)

#endif
