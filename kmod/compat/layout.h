/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_LAYOUT_H
#define VSYS_LAYOUT_H

#include <linux/btf.h>
#include <linux/static_call.h>

/**
 * struct vsys_layout - a function, member or constant that this module was built for
 * @type: of the structure, the enumeration or the function
 * @name: of the member or the constant
 * @at: of a member: bytes from the beginning; the constant; a function's number
 *      of parameters
 * @bytes: of the member, or 0 if that does not matter; of a function's result
 * @kind: BTF_KIND_STRUCT, BTF_KIND_ENUM or BTF_KIND_FUNC
 * @args: bytes of each parameter
 */
struct vsys_layout {
	const char *type;
	const char *name;
	u32 at;
	u32 bytes;
	u8 kind;
	u8 args[5];
};

DECLARE_STATIC_CALL(vsys_btf_name, btf_name_by_offset);

bool vsys_layout_agrees(const struct btf *btf, u32 id, const struct vsys_layout *want);

#endif /* VSYS_LAYOUT_H */
