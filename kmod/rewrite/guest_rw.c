// SPDX-License-Identifier: GPL-2.0
/*
 * Read and write guest memory, all or nothing: each page is checked before the first
 * byte is copied.  On the vCPU's thread, where sleeping is allowed.
 *
 * The guest's user mode chooses the addresses: with one of its kernel's memory it must
 * not reach memory that it cannot access itself.
 */
#include <linux/mm.h>
#include <linux/vsyscalls.h>

#include "ram.h"
#include "rewrite/guest_rw.h"
#include "symbols.h"

enum {
	PAGES = VSYS_MEM_MAX / PAGE_SIZE + 1,
	/* Entries in KVM's dirty ring: page tables, the write, and its undoing. */
	DIRTIED = PAGES * (VSYS_LEVELS + 2),
};

/* The pages of a span. */
struct pages {
	u32 n;
	struct {
		u64 gpa;
		u32 len;
	} page[PAGES];
};

/* Address of @gpa in the process, or 0. */
static unsigned long hva_of(struct kvm *kvm, u64 gpa, bool *readonly)
{
	int idx = srcu_read_lock(&kvm->srcu);
	unsigned long hva = (unsigned long)vsys_mem_user(kvm, gpa, readonly);

	srcu_read_unlock(&kvm->srcu, idx);
	return hva;
}

/* Check that the host has the page, and may write it. */
static int host_page_check(struct kvm *kvm, u64 gpa, bool write)
{
	bool readonly = false;
	unsigned long hva = hva_of(kvm, gpa, &readonly);
	struct page *page;

	if (!hva)
		return -EADDRNOTAVAIL;
	if (write && readonly)
		return -EROFS;
	if (!vsys_ram_hold(hva, write, &page))
		return -EADDRNOTAVAIL;
	put_page(page);
	return 0;
}

static int find_pages(struct vsys_mem *m, struct vsys_span *s, bool write,
		      struct pages *p)
{
	u32 done = 0, n;
	int err;

	for (p->n = 0; done < s->len; done += n, p->n++) {
		u64 addr = s->addr + done;

		s->fault = addr;
		n = min_t(u32, s->len - done, PAGE_SIZE - offset_in_page(addr));
		if (addr < s->addr)
			return -EADDRNOTAVAIL;	/* beyond the last address */
		if (!s->phys) {
			if (!vsys_mem_walk(m, addr) || !m->user)
				return -EADDRNOTAVAIL;
			if (write && !m->writable && !s->force)
				return -EROFS;
		}
		p->page[p->n].gpa = s->phys ? addr : m->gpa;
		p->page[p->n].len = n;
		err = host_page_check(m->kvm, p->page[p->n].gpa, write);
		if (err)
			return err;
	}
	return 0;
}

static int pages_read(struct vsys_mem *m, struct vsys_span *s,
		      const struct pages *p, void *dst)
{
	bool readonly;
	u32 i, done;

	for (i = 0, done = 0; i < p->n; done += p->page[i++].len) {
		unsigned long hva = hva_of(m->kvm, p->page[i].gpa, &readonly);
		struct page *page;
		void *at = hva ? vsys_ram_hold(hva, false, &page) : NULL;

		s->fault = s->addr + done;
		if (!at)
			return -EADDRNOTAVAIL;
		memcpy(dst + done, at, p->page[i].len);
		put_page(page);
	}
	return 0;
}

static u32 dirty_used(const struct kvm_dirty_ring *ring)
{
	return READ_ONCE(ring->dirty_index) - READ_ONCE(ring->reset_index);
}

/*
 * Must the VM's process empty the vCPU's ring of dirty pages?  KVM makes it do so before
 * the guest runs again, and has a reserve for what an exit writes until then.
 */
bool vsys_dirty_full(const struct kvm_vcpu *vcpu)
{
	return vcpu->kvm->dirty_ring_size &&
	       dirty_used(&vcpu->dirty_ring) >= vcpu->dirty_ring.soft_limit;
}

static bool dirty_room(const struct kvm_vcpu *vcpu)
{
	return !vcpu->kvm->dirty_ring_size ||
	       vcpu->dirty_ring.size - dirty_used(&vcpu->dirty_ring) >= DIRTIED;
}

/* Use KVM's function: dirty logging must see the write, or a migration loses it. */
static bool page_write(struct kvm_vcpu *vcpu, u64 gpa, const void *src, u32 len)
{
	int idx = srcu_read_lock(&vcpu->kvm->srcu);
	int err = static_call(vsys_vcpu_write_guest)(vcpu, gpa, src, len);

	srcu_read_unlock(&vcpu->kvm->srcu, idx);
	return !err;
}

/**
 * vsys_span_read() - read guest memory
 * @m: memory; vsys_mem_begin() ran, without atomic
 * @s: the span
 * @dst: destination
 *
 * Return: 0 or -EADDRNOTAVAIL, with s->fault.
 */
int vsys_span_read(struct vsys_mem *m, struct vsys_span *s, void *dst)
{
	struct pages p;
	int err = find_pages(m, s, false, &p);

	return err ?: pages_read(m, s, &p, dst);
}

/**
 * vsys_span_write() - write guest memory
 * @m: memory; vsys_mem_begin() ran, without atomic
 * @vcpu: a vCPU of the machine
 * @s: the span
 * @src: the new bytes
 * @old: out: the old bytes
 *
 * Return: 0, -EADDRNOTAVAIL or -EROFS, with s->fault; -EAGAIN if KVM cannot log more
 * dirty pages before the vCPU exits.  Nothing is written then.
 */
int vsys_span_write(struct vsys_mem *m, struct kvm_vcpu *vcpu, struct vsys_span *s,
		    const void *src, void *old)
{
	struct pages p;
	int err = dirty_room(vcpu) ? find_pages(m, s, true, &p) : -EAGAIN;
	u32 i, done;

	/* Otherwise the guest may treat the page as clean and discard our write. */
	if (!err && !s->phys) {
		m->marks = true;
		err = find_pages(m, s, true, &p);
		m->marks = false;
	}
	if (!err)
		err = pages_read(m, s, &p, old);
	if (err)
		return err;
	for (i = 0, done = 0; i < p.n; done += p.page[i++].len) {
		if (page_write(vcpu, p.page[i].gpa, src + done, p.page[i].len))
			continue;
		/* The VM process has just unmapped it: undo. */
		s->fault = s->addr + done;
		while (i-- > 0) {
			done -= p.page[i].len;
			page_write(vcpu, p.page[i].gpa, old + done, p.page[i].len);
		}
		return -EADDRNOTAVAIL;
	}
	return 0;
}
