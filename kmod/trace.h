/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of calls: vsyscalls:call_enter, call_return and task.  As long as they are off
 * a call costs a static branch at its entry and one at its return.
 */
#ifndef VSYS_TRACE_H
#define VSYS_TRACE_H

#include <linux/tracepoint-defs.h>

#include "vcpu.h"

DECLARE_TRACEPOINT(call_enter);
DECLARE_TRACEPOINT(call_return);
DECLARE_TRACEPOINT(task);

void vsys_trace_fire_enter(struct vsys_vcpu *v, const struct vsys_call *call, bool in_regs);
void vsys_trace_fire_return(struct vsys_vcpu *v, const struct vsys_call *call);
void vsys_trace_fire_task(struct vsys_vcpu *v);

/* @call was recorded.  @in_regs: its arguments are still in registers, see call_plain(). */
static inline void vsys_trace_enter(struct vsys_vcpu *v, const struct vsys_call *call,
				    bool in_regs)
{
	if (tracepoint_enabled(call_enter))
		vsys_trace_fire_enter(v, call, in_regs);
}

/* @call has returned; NULL: it is not known. */
static inline void vsys_trace_return(struct vsys_vcpu *v, const struct vsys_call *call)
{
	if (tracepoint_enabled(call_return) && call)
		vsys_trace_fire_return(v, call);
}

/* Another task makes the calls of the vCPU. */
static inline void vsys_trace_task(struct vsys_vcpu *v)
{
	if (tracepoint_enabled(task))
		vsys_trace_fire_task(v);
}

#endif /* VSYS_TRACE_H */
