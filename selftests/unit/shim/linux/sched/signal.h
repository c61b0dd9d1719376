/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_SIGNAL_H
#define SHIM_SIGNAL_H

#define current			((struct { struct mm_struct *mm; } *)&(void *){ NULL })
#define schedule_timeout_killable(n) ((void)(n))
extern bool shim_fatal;
#define fatal_signal_pending(t)	((void)(t), shim_fatal)

#endif
