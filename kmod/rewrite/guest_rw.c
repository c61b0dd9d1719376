// SPDX-License-Identifier: GPL-2.0
/*
 * Guest memory, all or nothing: each page is looked at before the first byte
 * moves.  On the vCPU's thread, where sleeping is allowed.
 *
 * Addresses are of user mode's choice: one of its kernel's memory must not
 * make us write, or have it read, what it cannot itself.
 */
#include <linux/mm.h>
#include <linux/vsyscalls.h>

#include "ram.h"
#include "rewrite/guest_rw.h"
#include "x86/symbols.h"

enum { PAGES = VSYS_MEM_MAX / PAGE_SIZE + 1 };

/* The pages of a span. */
struct pages {
	u32 n;
	struct {
		u64 gpa;
		u32 len;
	} page[PAGES];
};

/* Where the process has @gpa, or 0. */
static unsigned long hva_of(struct kvm *kvm, u64 gpa, bool *readonly)
{
	int idx = srcu_read_lock(&kvm->srcu);
	unsigned long hva = (unsigned long)vsys_mem_user(kvm, gpa, readonly);

	srcu_read_unlock(&kvm->srcu, idx);
	return hva;
}

/* The host's side of a page: is it there, and may it be written? */
static int host_page(struct kvm *kvm, u64 gpa, bool write)
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
		err = host_page(m->kvm, p->page[p->n].gpa, write);
		if (err)
			return err;
	}
	return 0;
}

static int read_pages(struct vsys_mem *m, struct vsys_span *s,
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

/* By KVM's own function: dirty logging must know, or a migration loses it. */
static bool write_page(struct kvm_vcpu *vcpu, u64 gpa, const void *src, u32 len)
{
	int idx = srcu_read_lock(&vcpu->kvm->srcu);
	int err = static_call(vsys_vcpu_write_guest)(vcpu, gpa, src, len);

	srcu_read_unlock(&vcpu->kvm->srcu, idx);
	return !err;
}

/**
 * vsys_span_read() - read guest memory
 * @m: memory; vsys_mem_begin() ran, without atomic
 * @s: what
 * @dst: where to
 *
 * Return: 0 or -EADDRNOTAVAIL, with s->fault.
 */
int vsys_span_read(struct vsys_mem *m, struct vsys_span *s, void *dst)
{
	struct pages p;
	int err = find_pages(m, s, false, &p);

	return err ?: read_pages(m, s, &p, dst);
}

/**
 * vsys_span_write() - write guest memory
 * @m: memory; vsys_mem_begin() ran, without atomic
 * @vcpu: whose memory it is
 * @s: what
 * @src: what to write
 * @old: out: what was there
 *
 * Return: 0, -EADDRNOTAVAIL or -EROFS, with s->fault; nothing is written then.
 */
int vsys_span_write(struct vsys_mem *m, struct kvm_vcpu *vcpu, struct vsys_span *s,
		    const void *src, void *old)
{
	struct pages p;
	int err = find_pages(m, s, true, &p);
	u32 i, done;

	/* Or a page that its kernel takes for clean is dropped with what we write. */
	if (!err && !s->phys) {
		m->marks = true;
		err = find_pages(m, s, true, &p);
		m->marks = false;
	}
	if (!err)
		err = read_pages(m, s, &p, old);
	if (err)
		return err;
	for (i = 0, done = 0; i < p.n; done += p.page[i++].len) {
		if (write_page(vcpu, p.page[i].gpa, src + done, p.page[i].len))
			continue;
		/* The VM process has just taken it away: undo. */
		s->fault = s->addr + done;
		while (i-- > 0) {
			done -= p.page[i].len;
			write_page(vcpu, p.page[i].gpa, old + done, p.page[i].len);
		}
		return -EADDRNOTAVAIL;
	}
	return 0;
}
