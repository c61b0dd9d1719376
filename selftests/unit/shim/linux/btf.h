/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's accessors, for types in an array of the test. */
#ifndef SHIM_BTF_H
#define SHIM_BTF_H

#include_next <linux/btf.h>
#include <linux/types.h>
#include <string.h>

struct btf;

const struct btf_type *btf_type_by_id(const struct btf *btf, u32 id);
const char *btf_name_by_offset(const struct btf *btf, u32 offset);

static inline u16 btf_kind(const struct btf_type *t)
{
	return BTF_INFO_KIND(t->info);
}

static inline u16 btf_type_vlen(const struct btf_type *t)
{
	return BTF_INFO_VLEN(t->info);
}

static inline const struct btf_param *btf_params(const struct btf_type *t)
{
	return (const struct btf_param *)(t + 1);
}

static inline const struct btf_member *btf_members(const struct btf_type *t)
{
	return (const struct btf_member *)(t + 1);
}

static inline u32 __btf_member_bit_offset(const struct btf_type *t,
					  const struct btf_member *m)
{
	return BTF_INFO_KFLAG(t->info) ? BTF_MEMBER_BIT_OFFSET(m->offset) : m->offset;
}

#endif
