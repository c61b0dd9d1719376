/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_BTF_H
#define VSYS_BTF_H

#include <linux/types.h>

/* Functions of the kernel that read BTF; NULL where a kernel lacks them. */
struct vsys_btf_symbols {
	void *find_id;
	void *put;
	void *name;
};

int vsys_btf_check(bool svm, const struct vsys_btf_symbols *sym);

#endif /* VSYS_BTF_H */
