// SPDX-License-Identifier: GPL-2.0
/* The ioctls on held calls: each becomes a request to the held vCPU. */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "arch.h"
#include "more.h"
#include "record.h"
#include "rewrite/edit.h"
#include "rewrite/hold.h"
#include "rewrite/hold_ioctl.h"
#include "rewrite/stop.h"
#include "session.h"

enum { RECORD_MAX = 64 << 10 };

typedef int (*request_fn)(struct vsys_stop *stop, struct vsys_hold_request *rq);

/* Make a request for @fn with a copy of @arg and room for @data bytes. */
static struct vsys_hold_request *request_new(request_fn fn, const void *arg, u32 size, u32 data)
{
	struct vsys_hold_request *rq;

	rq = kzalloc(struct_size(rq, arg, DIV_ROUND_UP(size, sizeof(u64))), GFP_KERNEL_ACCOUNT);
	if (!rq)
		return ERR_PTR(-ENOMEM);
	refcount_set(&rq->refs, 1);
	init_completion(&rq->done);
	rq->fn = fn;
	rq->bytes = data;
	memcpy(rq->arg, arg, size);
	if (data)
		rq->data = kvzalloc(data, GFP_KERNEL_ACCOUNT);
	if (!data || rq->data)
		return rq;
	vsys_hold_request_put(rq);
	return ERR_PTR(-ENOMEM);
}

/* Submit a request; copy its structure back to @arg. */
static int request_submit(struct vsys_session *s, u64 id, struct vsys_hold_request *rq,
			  void *arg, u32 size)
{
	int err = vsys_hold_submit(s, id, rq);

	/* With EINTR the vCPU may still be writing. */
	if (err != -EINTR && err != -EBUSY && err != -ESTALE)
		memcpy(arg, rq->arg, size);
	return err;
}

/* The same with data, copied from user memory before, if @write, or to it after. */
static int request_submit_data(struct vsys_session *s, u64 id, struct vsys_hold_request *rq,
			       void *arg, u32 size, u64 user, bool write)
{
	void __user *data = u64_to_user_ptr(user);
	int err;

	if (write && copy_from_user(rq->data, data, rq->bytes))
		return -EFAULT;
	err = request_submit(s, id, rq, arg, size);
	if (!err && !write && copy_to_user(data, rq->data, rq->bytes))
		err = -EFAULT;
	return err;
}

static int rq_record(struct vsys_stop *stop, struct vsys_hold_request *rq)
{
	struct vsys_held *h = (void *)rq->arg;
	long left = stop->v->hold.deadline - jiffies;

	h->flags = stop->v->hold.again ? VSYS_HELD_AGAIN : 0;
	h->id = stop->v->hold.id;
	h->rule = stop->v->hold.rule;
	h->at = stop->at;
	h->left_ms = jiffies_to_msecs(max(left, 0L));
	h->insn_len = stop->len;
	/* Of a call that is made again nothing has been recorded: its captures are still whole. */
	vsys_capture_cut(&stop->v->capture);
	h->bytes = vsys_record_image(stop->v, stop->call, stop->at == VSYS_AT_RETURN, stop->rip,
				     1U << stop->tap_slot, rq->data);
	return h->bytes ? 0 : -ESTALE;
}

/* Copy the record of a held call to the caller. */
static int record_get(struct vsys_session *s, struct vsys_held *in, u64 id)
{
	u32 room = in->bytes;
	struct vsys_hold_request *rq;
	int err;

	rq = request_new(rq_record, in, sizeof(*in), RECORD_MAX);
	if (IS_ERR(rq))
		return PTR_ERR(rq);
	err = request_submit(s, id, rq, in, sizeof(*in));
	if (!err)
		err = in->bytes > room ? -EMSGSIZE :
		      copy_to_user(u64_to_user_ptr(in->record), rq->data, in->bytes) ?
		      -EFAULT : 0;
	vsys_hold_request_put(rq);
	if (!err)
		vsys_hold_give(s, id);
	return err;
}

/* VSYS_HELD */
int vsys_hold_ioctl_next(struct vsys_session *s, struct vsys_held *in)
{
	u64 id;
	int err;

	if (in->flags)
		return -EINVAL;
	if (in->id)
		return record_get(s, in, in->id);
	do {
		id = vsys_hold_first(s);
		err = id ? record_get(s, in, id) : -EAGAIN;
	} while (err == -ESTALE);	/* it has just ended */
	return err;
}

static int rq_args(struct vsys_stop *stop, struct vsys_hold_request *rq)
{
	struct vsys_held_args *a = (void *)rq->arg;

	if (a->flags & VSYS_WRITE)
		return vsys_edit_args(stop, a, (u64 *)rq->data, &a->fault);
	return vsys_edit_read_args(stop, a, (u64 *)rq->data, &a->fault);
}

/* VSYS_HELD_ARGS */
int vsys_hold_ioctl_args(struct vsys_session *s, struct vsys_held_args *in)
{
	bool write = in->flags & VSYS_WRITE;
	u32 bytes = in->count * sizeof(u64);
	struct vsys_hold_request *rq;
	int err;

	if (in->flags & ~VSYS_WRITE || !in->count || in->count > VSYS_ARGS_MAX)
		return -EINVAL;
	rq = request_new(rq_args, in, sizeof(*in), bytes);
	if (IS_ERR(rq))
		return PTR_ERR(rq);
	err = request_submit_data(s, in->id, rq, in, sizeof(*in), in->values, write);
	vsys_hold_request_put(rq);
	return err;
}

static int rq_regs(struct vsys_stop *stop, struct vsys_hold_request *rq)
{
	struct vsys_held_regs *r = (void *)rq->arg;
	u64 regs[VSYS_REG_NR];

	r->count = VSYS_REG_NR;
	if (r->flags & VSYS_WRITE)
		return vsys_edit_regs(stop, r, (u64 *)rq->data);
	vsys_regs_read(stop, regs);
	memcpy(rq->data, regs, min_t(size_t, rq->bytes, sizeof(regs)));
	return 0;
}

/* VSYS_HELD_REGS */
int vsys_hold_ioctl_regs(struct vsys_session *s, struct vsys_held_regs *in)
{
	bool write = in->flags & VSYS_WRITE;
	u32 bytes = in->count * sizeof(u64);
	struct vsys_hold_request *rq;
	int err;

	if (in->flags & ~VSYS_WRITE || in->reserved || !in->count ||
	    in->count > VSYS_REGS_MAX || (write && fls64(in->mask) > in->count))
		return -EINVAL;
	rq = request_new(rq_regs, in, sizeof(*in), bytes);
	if (IS_ERR(rq))
		return PTR_ERR(rq);
	err = request_submit_data(s, in->id, rq, in, sizeof(*in), in->values, write);
	vsys_hold_request_put(rq);
	return err;
}

static int rq_mem(struct vsys_stop *stop, struct vsys_hold_request *rq)
{
	struct vsys_held_mem *m = (void *)rq->arg;
	struct vsys_span s = {
		.addr = m->addr, .len = m->bytes,
		.phys = m->flags & VSYS_PHYS, .force = m->flags & VSYS_FORCE,
	};
	int err;

	if (m->flags & VSYS_WRITE)
		err = vsys_edit_mem(stop, &s, rq->data);
	else
		err = vsys_span_read(&stop->v->mem, &s, rq->data);
	m->fault = s.fault;
	return err;
}

/* VSYS_HELD_MEM */
int vsys_hold_ioctl_mem(struct vsys_session *s, struct vsys_held_mem *in)
{
	bool write = in->flags & VSYS_WRITE;
	struct vsys_hold_request *rq;
	int err;

	if (in->flags & ~(VSYS_WRITE | VSYS_FORCE | VSYS_PHYS) || in->reserved ||
	    (in->flags & VSYS_FORCE && !write) || !in->bytes ||
	    in->bytes > VSYS_MEM_MAX)
		return -EINVAL;
	rq = request_new(rq_mem, in, sizeof(*in), in->bytes);
	if (IS_ERR(rq))
		return PTR_ERR(rq);
	err = request_submit_data(s, in->id, rq, in, sizeof(*in), in->data, write);
	vsys_hold_request_put(rq);
	return err;
}

static int rq_resume(struct vsys_stop *stop, struct vsys_hold_request *rq)
{
	const struct vsys_resume *r = (void *)rq->arg;
	int err = vsys_stop_verdict(stop, r->verdict, r->result);

	if (!err)
		WRITE_ONCE(stop->v->hold.event, VSYS_HOLD_RESUMED);
	return err;
}

/* VSYS_RESUME */
int vsys_hold_ioctl_resume(struct vsys_session *s, struct vsys_resume *in)
{
	struct vsys_hold_request *rq;
	int err;

	if (in->flags || in->reserved)
		return -EINVAL;
	rq = request_new(rq_resume, in, sizeof(*in), 0);
	if (IS_ERR(rq))
		return PTR_ERR(rq);
	err = request_submit(s, in->id, rq, in, sizeof(*in));
	vsys_hold_request_put(rq);
	return err;
}
