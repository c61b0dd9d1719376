/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LOCKDEP_H
#define SHIM_LOCKDEP_H

#define lockdep_assert_held(lock)	((void)(lock))
#define lockdep_assert_not_held(lock)	((void)(lock))
#define lockdep_assert_irqs_disabled()	((void)0)
#define might_sleep()	((void)0)

#endif
