// SPDX-License-Identifier: GPL-2.0
/* Find and copy a kernel's image: which memory is mapped where the kernel is? */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"

enum {
	RUNS_MAX = 4096,	/* a kernel has about ten */
	PART = 1 << 20,
};

#define RUN_MAX	(UINT64_C(128) << 20)	/* bytes; a kernel has some 20 MB */

static int run_add(struct vsys_image *img, uint64_t va, const struct vsys_mapping *m, uint64_t n)
{
	struct vsys_run *r = img->nruns ? &img->run[img->nruns - 1] : NULL;

	if (r && r->va + r->n == va && r->writable == m->writable && r->noexec == m->noexec) {
		r->n += (size_t)n;
		return 0;
	}
	if (img->nruns == RUNS_MAX)
		return -E2BIG;
	r = realloc(img->run, (img->nruns + 1) * sizeof(*r));
	if (!r)
		return -ENOMEM;
	img->run = r;
	r += img->nruns++;
	memset(r, 0, sizeof(*r));
	r->va = va;
	r->n = (size_t)n;
	r->writable = m->writable;
	r->noexec = m->noexec;
	return 0;
}

int vsys_image_scan(struct vsys_image *img, struct vsys_space *s, uint64_t from, uint64_t to)
{
	struct vsys_mapping m;
	uint64_t va, n;
	int err = 0;
	bool there;

	memset(img, 0, sizeof(*img));
	/* The last page of the address space is left out: its end would be 0. */
	for (va = from; va < to && va >= from; va += n) {
		there = vsys_space_walk(s, va, &m);
		n = m.left < to - va ? m.left : to - va;
		if (there)
			err = run_add(img, va, &m, n);
		if (err == -ENOMEM)
			return err;
		if (err || !s->budget)
			break;
	}
	return 0;
}

void vsys_image_drop(struct vsys_run *r)
{
	free(r->bytes);
	r->bytes = NULL;
}

void vsys_image_free(struct vsys_image *img)
{
	unsigned int i;

	for (i = 0; i < img->nruns; i++)
		vsys_image_drop(&img->run[i]);
	free(img->run);
	memset(img, 0, sizeof(*img));
}

const unsigned char *vsys_image_load(struct vsys_space *s, struct vsys_run *r)
{
	struct vsys_mapping m;
	size_t at, part;

	if (r->bytes || r->n > RUN_MAX)
		return r->bytes;
	r->bytes = calloc(1, r->n);
	for (at = 0; r->bytes && at < r->n; at += part) {
		part = r->n - at < PART ? r->n - at : PART;
		if (vsys_space_walk(s, r->va + at, &m) && m.left < part)
			part = (size_t)m.left;
		if (!vsys_space_read(s, r->va + at, r->bytes + at, part))
			memset(r->bytes + at, 0, part);
		if (!s->budget)
			break;
	}
	return r->bytes;
}
