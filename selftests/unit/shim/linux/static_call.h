/* SPDX-License-Identifier: GPL-2.0 */
/* The test defines a function with the call's own name. */
#ifndef SHIM_STATIC_CALL_H
#define SHIM_STATIC_CALL_H

#define DECLARE_STATIC_CALL(name, func)		extern __typeof__(func) name
#define DEFINE_STATIC_CALL_NULL(name, func)	extern __typeof__(func) name
#define static_call(name)			name

#endif
