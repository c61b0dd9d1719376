// SPDX-License-Identifier: GPL-2.0
/* Taps: how a session gets the events of a vCPU, from attach to detach. */
#include <linux/slab.h>

#include "record.h"
#include "session.h"
#include "tap.h"
#include "vcpu.h"
#include "vm.h"

static void reader_wake(struct irq_work *work)
{
	struct vsys_tap *tap = container_of(work, struct vsys_tap, work);

	wake_up_interruptible(&tap->session->wait);
}

static void ring_wake(struct vsys_ring *ring)
{
	struct vsys_tap *tap = ring->owner;

	irq_work_queue(&tap->work);
}

/**
 * vsys_tap_create() - make the tap and the ring of a vCPU
 * @s: the session; called with vsys_lock held
 * @v: the vCPU, on its own thread
 *
 * Return: the tap, owned by the caller until vsys_tap_destroy(), or NULL.
 */
struct vsys_tap *vsys_tap_create(struct vsys_session *s, struct vsys_vcpu *v)
{
	struct vsys_session_ring where = {
		.vm = v->vm->pid,
		.vcpu = v->vcpu->vcpu_idx,
		.profile = v->vm->profile_index,
	};
	struct vsys_tap *tap;

	where.tap = tap = kzalloc(sizeof(*tap), GFP_KERNEL);
	if (!tap)
		return NULL;
	where.ring = tap->ring = vsys_session_ring_add(s, &where);
	if (!tap->ring) {
		kfree(tap);
		return NULL;
	}
	tap->session = s;
	init_irq_work(&tap->work, reader_wake);
	tap->ring->base.abi = v->profile->abi;
	tap->ring->owner = tap;
	tap->ring->wake = ring_wake;
	return tap;
}

/* The vCPU does not write to @tap any more; its ring stays to be read. */
void vsys_tap_destroy(struct vsys_tap *tap)
{
	vsys_record_plain(tap, VSYS_REC_DETACH);
	vsys_ring_close(tap->ring);
	irq_work_sync(&tap->work);
	vsys_session_ring_closed(tap->session, tap);
	kfree(tap);
}

static void set_only(struct vsys_vcpu *v)
{
	struct vsys_tap *tap = NULL;

	if (hweight8(v->tapped) == 1)
		tap = v->taps[__ffs(v->tapped)];
	if (tap && !(tap->doors & BIT(VSYS_DOOR_SYSCALL) &&
		     vsys_session_passes_all(tap->session)))
		tap = NULL;
	WRITE_ONCE(v->only, tap);
}

/**
 * vsys_tap_set() - give a session its tap, or take it away
 * @v: the vCPU; to give, on its own thread
 * @slot: the session's
 * @tap: the tap, or NULL; the old one may be in use until vsys_vcpu_quiesce()
 *
 * Called with vsys_lock held.
 */
void vsys_tap_set(struct vsys_vcpu *v, int slot, struct vsys_tap *tap)
{
	u8 bit = 1U << slot;
	u32 doors = 0;
	int i;

	WRITE_ONCE(v->taps[slot], tap);
	for (i = 0; i < VSYS_SESSIONS; i++)
		if (v->taps[i])
			doors |= v->taps[i]->doors;
	WRITE_ONCE(v->doors, doors);
	WRITE_ONCE(v->ints, doors & (BIT(VSYS_DOOR_INT80) | BIT(VSYS_DOOR_INT2E)));
	WRITE_ONCE(v->tapped, tap ? v->tapped | bit : v->tapped & ~bit);
	set_only(v);
}

/* Sessions' filters have changed; called with vsys_lock held. */
void vsys_tap_filtered(void)
{
	struct vsys_vcpu *v;
	struct vsys_vm *vm;

	list_for_each_entry(vm, &vsys_vms, node)
		list_for_each_entry(v, &vm->vcpus, link)
			set_only(v);
}
