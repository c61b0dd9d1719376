/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GUEST_IMAGE_H
#define VSYS_GUEST_IMAGE_H

#include "space.h"

/**
 * struct vsys_run - a range of a kernel's image, mapped without holes
 * @va: address
 * @n: bytes
 * @writable: of all its pages
 * @noexec: of all its pages
 * @bytes: copy of the memory; NULL until vsys_image_load()
 */
struct vsys_run {
	uint64_t va;
	size_t n;
	bool writable;
	bool noexec;
	unsigned char *bytes;
};

/**
 * struct vsys_image - the memory around a kernel's entry, by page tables alone
 * @run: in order of their addresses
 * @nruns: number of @run
 */
struct vsys_image {
	struct vsys_run *run;
	unsigned int nruns;
};

/* List the mapped ranges between two addresses.  Returns 0, -ENOMEM. */
int vsys_image_scan(struct vsys_image *img, struct vsys_space *s, uint64_t from, uint64_t to);
void vsys_image_free(struct vsys_image *img);

/*
 * Read the memory of a range, once.  What cannot be read is zero.  Returns @bytes, NULL if
 * it is longer than any kernel's or memory runs out.
 */
const unsigned char *vsys_image_load(struct vsys_space *s, struct vsys_run *r);
void vsys_image_drop(struct vsys_run *r);

#endif /* VSYS_GUEST_IMAGE_H */
