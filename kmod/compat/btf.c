// SPDX-License-Identifier: GPL-2.0
/*
 * Is KVM as this module knows it?  What no header declares is compared with the
 * kernel's own description of its types.
 */
#include <linux/btf.h>
#include <linux/static_call.h>

#include "btf.h"
#include "compat.h"
#include "symbols.h"

/* Newer kernels may be other than those that were tested. */
#define NEWEST_TESTED	KERNEL_VERSION(7, 3, 0)

#ifdef VSYS_HAVE_FIND_BTF_ID

DEFINE_STATIC_CALL_NULL(vsys_find_btf_id, bpf_find_btf_id);
DEFINE_STATIC_CALL_NULL(vsys_btf_put, btf_put);

/* Bytes of the result and of each parameter; the first is the vCPU. */
static const struct {
	const char *name;
	u8 result;
	u8 nargs;
	u8 args[3];
} functions[] = {
	{ "kvm_queue_exception_e", 0, 3, { 8, 4, 4 } },
	{ "kvm_queue_exception_p", 0, 3, { 8, 4, 8 } },
	{ "kvm_emulate_instruction", 4, 2, { 8, 4 } },
};

static u32 bytes_of(const struct btf *btf, u32 id)
{
	const struct btf_type *t = btf_type_by_id(btf, id);

	for (; t; t = btf_type_by_id(btf, t->type)) {
		switch (btf_kind(t)) {
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
			continue;
		case BTF_KIND_PTR:
			return sizeof(void *);
		case BTF_KIND_INT:
		case BTF_KIND_ENUM:
		case BTF_KIND_STRUCT:
			return t->size;
		}
		break;
	}
	return 0;
}

static bool function_agrees(const struct btf *btf, u32 id, int n)
{
	const struct btf_type *t = btf_type_by_id(btf, id);
	const struct btf_type *proto = t ? btf_type_by_id(btf, t->type) : NULL;
	const struct btf_param *p;
	int i;

	if (!proto || btf_type_vlen(proto) != functions[n].nargs ||
	    bytes_of(btf, proto->type) != functions[n].result)
		return false;
	p = btf_params(proto);
	for (i = 0; i < functions[n].nargs; i++)
		if (bytes_of(btf, p[i].type) != functions[n].args[i])
			return false;
	return true;
}

/* A pointer right after KVM's vCPU, which has the size that the headers say. */
static bool vcpu_svm_agrees(const struct btf *btf, u32 id)
{
	const struct btf_type *t = btf_type_by_id(btf, id);
	const struct btf_member *m = t ? btf_members(t) : NULL;

	return t && btf_type_vlen(t) > 1 &&
	       bytes_of(btf, m[0].type) == sizeof(struct kvm_vcpu) &&
	       __btf_member_bit_offset(t, m + 1) == 8 * sizeof(struct kvm_vcpu) &&
	       bytes_of(btf, m[1].type) == sizeof(void *);
}

/* 1 if @name is as @n says, 0 if not, negative if there is no description. */
static int agrees(const char *name, int n)
{
	bool function = n < ARRAY_SIZE(functions);
	struct btf *btf = NULL;
	int ret;

	ret = static_call(vsys_find_btf_id)(name, function ? BTF_KIND_FUNC : BTF_KIND_STRUCT,
					    &btf);
	if (ret < 0)
		return ret;
	ret = function ? function_agrees(btf, ret, n) : vcpu_svm_agrees(btf, ret);
	static_call(vsys_btf_put)(btf);
	return ret;
}

static int check(bool svm)
{
	void *find = vsys_symbol("bpf_find_btf_id"), *put = vsys_symbol("btf_put");
	int i, ret, missing = 0;

	if (!find || !put)
		return -ENOENT;
	static_call_update(vsys_find_btf_id, find);
	static_call_update(vsys_btf_put, put);
	for (i = 0; i < ARRAY_SIZE(functions) + svm; i++) {
		const char *name = i < ARRAY_SIZE(functions) ? functions[i].name : "vcpu_svm";

		ret = agrees(name, i);
		if (!ret) {
			pr_err("KVM's %s is not as this module knows it, cannot load\n", name);
			return -EINVAL;
		}
		if (ret < 0)
			missing = -ENOENT;
	}
	return missing;
}

#else

static int check(bool svm)
{
	return -ENOENT;
}

#endif

/**
 * vsys_btf_check() - is KVM as this module knows it?
 * @svm: kvm_amd is loaded
 *
 * Where nothing describes KVM, kernels as they were tested are taken for it.
 *
 * Return: 0, -EINVAL if KVM is another, -ENOENT if a newer kernel does not tell.
 */
int vsys_btf_check(bool svm)
{
	int err = check(svm);

	if (err != -ENOENT)
		return err;
	if (LINUX_VERSION_CODE < NEWEST_TESTED + (1 << 8))
		return 0;
	pr_err("this kernel is newer than was tested and has no BTF of KVM, cannot load\n");
	return -ENOENT;
}
