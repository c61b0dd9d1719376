// SPDX-License-Identifier: GPL-2.0
/* Return from a call that is not made: to the next instruction. */
#include "arch.h"
#include "rewrite/edit.h"
#include "vcpu.h"

int vsys_skip_call(struct vsys_stop *stop, u64 result)
{
	struct vsys_rec_edit e = { .what = VSYS_EDIT_SKIP };
	u8 abi = stop->call->abi;

	stop->st->rip += stop->len;
	if (!stop->st->code64)
		stop->st->rip = (u32)stop->st->rip;
	vsys_abi_set_result(stop->v->vcpu, abi, result);
	e.value = vsys_abi_result(stop->v->vcpu, abi);
	vsys_edit_record(stop, &e, NULL, NULL);
	return 0;
}
