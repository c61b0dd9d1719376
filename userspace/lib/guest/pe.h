/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GUEST_PE_H
#define VSYS_GUEST_PE_H

#include "space.h"

/**
 * struct vsys_pe - the image of a Windows kernel
 * @base: address, 0: none was found
 * @size: bytes
 * @exports: address of its export directory
 */
struct vsys_pe {
	uint64_t base;
	uint32_t size;
	uint64_t exports;
};

/* The image around an address of its code.  Returns false if there is none with exports. */
bool vsys_pe_find(struct vsys_pe *pe, struct vsys_space *s, uint64_t inside);

/* The address of what it exports by a name, 0 if it does not. */
uint64_t vsys_pe_export(const struct vsys_pe *pe, struct vsys_space *s, const char *name);

#endif /* VSYS_GUEST_PE_H */
