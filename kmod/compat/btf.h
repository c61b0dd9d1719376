/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_BTF_H
#define VSYS_BTF_H

#include <linux/types.h>

int vsys_btf_check(bool svm, void *(*find_symbol)(const char *name));

#endif /* VSYS_BTF_H */
