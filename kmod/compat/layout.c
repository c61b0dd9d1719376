// SPDX-License-Identifier: GPL-2.0
/* Compare a type in the kernel's BTF with the one this module was built for. */
#include "layout.h"

DEFINE_STATIC_CALL_NULL(vsys_btf_name, btf_name_by_offset);

static u32 bytes_of(const struct btf *btf, u32 id)
{
	const struct btf_type *t = btf_type_by_id(btf, id);

	for (; t; t = btf_type_by_id(btf, t->type)) {
		switch (btf_kind(t)) {
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
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

static bool function_agrees(const struct btf *btf, const struct btf_type *t,
			    const struct vsys_layout *want)
{
	const struct btf_type *proto = btf_type_by_id(btf, t->type);
	const struct btf_param *p;
	u32 i;

	if (!proto || btf_type_vlen(proto) != want->at ||
	    bytes_of(btf, proto->type) != want->bytes)
		return false;
	p = btf_params(proto);
	for (i = 0; i < want->at; i++)
		if (bytes_of(btf, p[i].type) != want->args[i])
			return false;
	return true;
}

static bool same(const struct btf *btf, u32 offset, const char *name)
{
	const char *is = static_call(vsys_btf_name)(btf, offset);

	return is && !strcmp(is, name);
}

static bool member_agrees(const struct btf *btf, const struct btf_type *t,
			  const struct vsys_layout *want)
{
	const struct btf_member *m = btf_members(t);
	u32 i;

	for (i = 0; i < btf_type_vlen(t); i++, m++)
		if (same(btf, m->name_off, want->name))
			return __btf_member_bit_offset(t, m) == 8 * want->at &&
			       (!want->bytes || bytes_of(btf, m->type) == want->bytes);
	return false;
}

static bool constant_agrees(const struct btf *btf, const struct btf_type *t,
			    const struct vsys_layout *want)
{
	const struct btf_enum *e = (const struct btf_enum *)(t + 1);
	u32 i;

	for (i = 0; i < btf_type_vlen(t); i++, e++)
		if (same(btf, e->name_off, want->name))
			return (u32)e->val == want->at;
	return false;
}

/**
 * vsys_layout_agrees() - does a type in BTF agree with @want?
 * @btf: the kernel's BTF
 * @id: id in it of the type with the name and the kind of @want
 * @want: the type this module was built for
 */
bool vsys_layout_agrees(const struct btf *btf, u32 id, const struct vsys_layout *want)
{
	const struct btf_type *t = btf_type_by_id(btf, id);

	if (!t)
		return false;
	switch (want->kind) {
	case BTF_KIND_FUNC:
		return function_agrees(btf, t, want);
	case BTF_KIND_STRUCT:
		return member_agrees(btf, t, want);
	}
	return constant_agrees(btf, t, want);
}
