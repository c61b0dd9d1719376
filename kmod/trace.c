// SPDX-License-Identifier: GPL-2.0
/* What tracepoints tell.  They fire for calls that any session wants. */
#include "arch.h"
#include "trace.h"

#define CREATE_TRACE_POINTS
#include "trace_points.h"

static const struct vsys_rec_task nobody;

static struct vsys_trace_who who_is(const struct vsys_vcpu *v, bool known)
{
	return (struct vsys_trace_who){
		.vm = v->vm->pid,
		.vcpu = v->vcpu->vcpu_idx,
		.task = known ? &v->task.image.rec : &nobody,
	};
}

/* The vCPU's task is that of its last call: only that call's. */
static struct vsys_trace_who who_makes(const struct vsys_vcpu *v, const struct vsys_call *call)
{
	bool known = static_branch_unlikely(&vsys_tasks_known.key) && v->task.key &&
		     call->key.task == v->task.key;

	return who_is(v, known);
}

void vsys_trace_fire_enter(struct vsys_vcpu *v, const struct vsys_call *call, bool in_regs)
{
	struct vsys_trace_who who = who_makes(v, call);
	u64 args[VSYS_ARGS];
	u32 i;

	if (!call->sessions)
		return;
	if (in_regs)
		vsys_abi_args64(v->vcpu, call->abi, args);
	else
		memcpy(args, call->args, sizeof(args));
	for (i = call->nargs; i < VSYS_ARGS; i++)
		args[i] = 0;
	trace_call_enter(&who, call->id, call->nr, call->abi, args);
}

void vsys_trace_fire_return(struct vsys_vcpu *v, const struct vsys_call *call)
{
	struct vsys_trace_who who = who_makes(v, call);

	if (call->sessions)
		trace_call_return(&who, call->id, call->nr, call->abi,
				  vsys_abi_result(v->vcpu, call->abi),
				  vsys_clock_now() - call->time);
}

void vsys_trace_fire_task(struct vsys_vcpu *v)
{
	struct vsys_trace_who who = who_is(v, true);

	trace_task(&who);
}
