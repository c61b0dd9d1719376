// SPDX-License-Identifier: GPL-2.0
/* VSYS_RECIPE: check a recipe and give it to a machine. */
#include <linux/log2.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "arch.h"
#include "attach.h"
#include "recipe.h"
#include "retire.h"
#include "session.h"
#include "task.h"
#include "vm.h"

/* May this field be evaluated? */
static bool field_valid(const struct vsys_task_field *f)
{
	bool is_text = f->kind >= VSYS_TASK_NAME;

	if (!f->kind || f->kind >= VSYS_TASK_KIND_NR || !f->form ||
	    f->form >= VSYS_TASK_FORM_NR || is_text != (f->form != VSYS_TASK_NUMBER) ||
	    f->steps > VSYS_TASK_STEPS_MAX || f->reserved)
		return false;
	if (f->form == VSYS_TASK_PATH ? f->indexed : f->indexed > f->steps + 1)
		return false;
	if (!is_text)
		return f->bytes <= 8 && is_power_of_2(f->bytes);
	return f->bytes && f->bytes <= VSYS_TASK_TEXT_MAX;
}

static int recipe_check(const struct vsys_task_recipe *r)
{
	const struct vsys_recipe *in = &r->in;
	u64 kinds = 0;
	u32 i;

	if ((in->width != 4 && in->width != 8) || !in->watches ||
	    in->watches > VSYS_TASK_WATCH_MAX || in->nfields > VSYS_TASK_FIELDS_MAX)
		return -EINVAL;
	for (i = 0; i < in->nfields; i++) {
		if (!field_valid(&r->fields[i]) || kinds & BIT_ULL(r->fields[i].kind))
			return -EINVAL;
		kinds |= BIT_ULL(r->fields[i].kind);
	}
	return vsys_arch_task_check(in);
}

/* The caller's recipe, to be freed with kfree(); NULL: none. */
static struct vsys_task_recipe *recipe_read(const struct vsys_recipe *in)
{
	struct vsys_task_recipe *r;
	int err = -EFAULT;

	if (!in->nfields)
		return NULL;
	if (in->nfields > VSYS_TASK_FIELDS_MAX)
		return ERR_PTR(-EINVAL);
	r = kzalloc(sizeof(*r), GFP_KERNEL_ACCOUNT);
	if (!r)
		return ERR_PTR(-ENOMEM);
	r->in = *in;
	if (!copy_from_user(r->fields, u64_to_user_ptr(in->fields),
			    in->nfields * sizeof(r->fields[0])))
		err = recipe_check(r);
	if (!err)
		return r;
	kfree(r);
	return ERR_PTR(err);
}

/* Replace the recipe of a machine; called with vsys_lock held. */
static void recipe_replace(struct vsys_vm *vm, struct vsys_task_recipe *r)
{
	struct vsys_vcpu *v;

	lockdep_assert_held(&vsys_lock);
	vsys_vm_recipe_set(vm, r);
	list_for_each_entry(v, &vm->vcpus, link)
		vsys_task_expire(v);
	vsys_vm_kick(vm);
	/* One may have evaluated the old one meanwhile. */
	list_for_each_entry(v, &vm->vcpus, link)
		vsys_task_expire(v);
}

/* Is a vCPU of the machine traced by the session? */
static bool traces(const struct vsys_session *s, const struct vsys_vm *vm)
{
	struct vsys_vcpu *v;

	list_for_each_entry(v, &vm->vcpus, link)
		if (s->taps && vsys_vcpu_tap(v, s->tap_slot))
			return true;
	return false;
}

/* VSYS_RECIPE */
int vsys_recipe_set(struct vsys_session *s, struct vsys_recipe *in)
{
	struct vsys_task_recipe *r;
	struct mm_struct *mm;
	struct vsys_vm *vm;
	int err = -ENOENT;

	if (in->flags & ~VSYS_RECIPE_CLAIMED || in->pid <= 0)
		return -EINVAL;
	mm = vsys_attach_mm(in->pid);
	if (IS_ERR(mm))
		return PTR_ERR(mm);
	r = recipe_read(in);
	if (IS_ERR(r)) {
		mmdrop(mm);
		return PTR_ERR(r);
	}
	mutex_lock(&vsys_lock);
	list_for_each_entry(vm, &vsys_vms, node)
		if (vm->kvm->mm == mm && traces(s, vm)) {
			recipe_replace(vm, r);
			r = NULL;
			err = 0;
			break;
		}
	mutex_unlock(&vsys_lock);
	mmdrop(mm);
	kfree(r);
	return err;
}
