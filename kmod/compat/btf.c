// SPDX-License-Identifier: GPL-2.0
/*
 * Compare the functions and layouts of KVM that no header declares with BTF, the
 * kernel's own description of its types.
 */
#include <linux/btf.h>
#include <linux/static_call.h>

#include "btf.h"
#include "compat.h"
#include "layout.h"

/* Newer kernels may differ from the tested ones. */
#define NEWEST_TESTED	KERNEL_VERSION(7, 3, 0)

#ifdef VSYS_HAVE_FIND_BTF_ID

DEFINE_STATIC_CALL_NULL(vsys_find_btf_id, bpf_find_btf_id);
DEFINE_STATIC_CALL_NULL(vsys_btf_put, btf_put);

#define FUNCTION(function, result, ...) \
	{ .kind = BTF_KIND_FUNC, .type = function, .bytes = result, \
	  .at = sizeof((u8[]){ __VA_ARGS__ }), .args = { __VA_ARGS__ } }
#define MEMBER_AT(structure, member, offset, size) \
	{ .kind = BTF_KIND_STRUCT, .type = structure, .name = member, .at = offset, .bytes = size }
#define MEMBER(structure, member) \
	MEMBER_AT(#structure, #member, offsetof(struct structure, member), 0)
/* In two steps: older kernels have other names for them, see compat.h. */
#define REGISTER(reg)	REGISTER_NAMED(reg)
#define REGISTER_NAMED(reg) \
	{ .kind = BTF_KIND_ENUM, .type = "kvm_reg", .name = #reg, .at = reg }

/* Parts of KVM in use.  Those of one type are adjacent, to search for it once. */
static const struct vsys_layout layouts[] = {
	FUNCTION("kvm_queue_exception_e", 0, 8, 4, 4),
	FUNCTION("kvm_queue_exception_p", 0, 8, 4, 8),
	FUNCTION("x86_emulate_instruction", 4, 8, 8, 4, 8, 4),
	MEMBER(kvm, dirty_ring_size),
	MEMBER(kvm_vcpu, kvm),
	MEMBER(kvm_vcpu, vcpu_idx),
	MEMBER(kvm_vcpu, mode),
	MEMBER(kvm_vcpu, requests),
	MEMBER(kvm_vcpu, run),
	MEMBER(kvm_vcpu, stat),
	MEMBER(kvm_vcpu, dirty_ring),
	MEMBER_AT("kvm_vcpu", "arch", offsetof(struct kvm_vcpu, arch), sizeof(struct kvm_vcpu_arch)),
	MEMBER(kvm_vcpu_arch, regs),
	MEMBER(kvm_vcpu_arch, regs_avail),
	MEMBER(kvm_vcpu_arch, regs_dirty),
#ifdef VSYS_HAVE_ARCH_RIP
	MEMBER(kvm_vcpu_arch, rip),
#endif
	MEMBER(kvm_vcpu_arch, cr0),
	MEMBER(kvm_vcpu_arch, cr2),
	MEMBER(kvm_vcpu_arch, cr3),
	MEMBER(kvm_vcpu_arch, cr4),
	MEMBER(kvm_vcpu_arch, xcr0),
	MEMBER(kvm_vcpu_arch, efer),
	MEMBER(kvm_vcpu_arch, hflags),
	MEMBER(kvm_vcpu_arch, interrupt),
	MEMBER(kvm_vcpu_arch, pkru),
	MEMBER(kvm_vcpu_arch, guest_state_protected),
	REGISTER(VCPU_REGS_RAX),
	REGISTER(VCPU_REGS_RSP),
	REGISTER(VCPU_REGS_R11),
	REGISTER(VCPU_REG_RIP),
	REGISTER(VCPU_REG_PDPTR),
	REGISTER(VCPU_REG_CR3),
	REGISTER(VCPU_REG_RFLAGS),
	REGISTER(VCPU_REG_SEGMENTS),
};

/* KVM's own structure around the vCPU; on AMD the VMCB's address follows. */
static const struct vsys_layout svm_layouts[] = {
	MEMBER_AT("vcpu_svm", "vcpu", 0, sizeof(struct kvm_vcpu)),
	MEMBER_AT("vcpu_svm", "vmcb", sizeof(struct kvm_vcpu), sizeof(void *)),
};

static const struct vsys_layout vmx_layouts[] = {
	MEMBER_AT("vcpu_vmx", "vcpu", 0, sizeof(struct kvm_vcpu)),
};

/* 0; -EINVAL if one differs from @want; -ENOENT if BTF lacks some. */
static int agree(const struct vsys_layout *want, int n)
{
	struct btf *btf = NULL;
	int i, id = -1, missing = 0;
	bool good = true;

	for (i = 0; i < n && good; i++) {
		if (!i || strcmp(want[i].type, want[i - 1].type)) {
			if (id >= 0)
				static_call(vsys_btf_put)(btf);
			id = static_call(vsys_find_btf_id)(want[i].type, want[i].kind, &btf);
		}
		if (id < 0)
			missing = -ENOENT;
		else
			good = vsys_layout_agrees(btf, id, &want[i]);
		if (!good)
			pr_err("KVM's %s%s%s does not match this module, cannot load\n",
			       want[i].type, want[i].name ? "." : "", want[i].name ?: "");
	}
	if (id >= 0)
		static_call(vsys_btf_put)(btf);
	return good ? missing : -EINVAL;
}

static int check(bool svm, const struct vsys_btf_symbols *sym)
{
	int err, missing;

	if (!sym->find_id || !sym->put || !sym->name)
		return -ENOENT;
	static_call_update(vsys_find_btf_id, sym->find_id);
	static_call_update(vsys_btf_put, sym->put);
	static_call_update(vsys_btf_name, sym->name);
	missing = agree(layouts, ARRAY_SIZE(layouts));
	if (missing == -EINVAL)
		return missing;
	err = svm ? agree(svm_layouts, ARRAY_SIZE(svm_layouts)) :
		    agree(vmx_layouts, ARRAY_SIZE(vmx_layouts));
	return err ?: missing;
}

#else

static int check(bool svm, const struct vsys_btf_symbols *sym)
{
	return -ENOENT;
}

#endif

/**
 * vsys_btf_check() - verify the functions and layouts of KVM in use
 * @svm: kvm_amd is loaded
 * @sym: the kernel's functions that read BTF
 *
 * Without BTF of KVM, kernels up to the newest tested one are accepted.
 *
 * Return: 0; -EINVAL if KVM differs; -ENOENT if a newer kernel has no BTF of it.
 */
int vsys_btf_check(bool svm, const struct vsys_btf_symbols *sym)
{
	int err = check(svm, sym);

	if (err != -ENOENT)
		return err;
	if (LINUX_VERSION_CODE < NEWEST_TESTED + (1 << 8))
		return 0;
	pr_err("kernel is newer than the tested ones and has no BTF of KVM, cannot load\n");
	return -ENOENT;
}
