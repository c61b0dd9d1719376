/* SPDX-License-Identifier: GPL-2.0 */
/* Tasks whose ids and relations are known tell the offsets of others; see calibrate.c. */
#ifndef VSYS_GUEST_CALIBRATE_MODELS_H
#define VSYS_GUEST_CALIBRATE_MODELS_H

#include <string.h>

#include "calibrate.h"

#define VSYS_KERNEL_HALF	UINT64_C(0x40000000)	/* no kernel begins lower */

enum { VSYS_MODEL_WINDOW = 0x1800 };	/* bytes of a task to each side of its link */

enum {
	VSYS_MODEL_IDLE,
	VSYS_MODEL_INIT,
	VSYS_MODEL_KTHREADD,
	VSYS_MODEL_KTHREAD,
	VSYS_MODELS,
};

/**
 * struct vsys_models - the tasks that tell the offsets
 * @link: address of each one's link in the list of processes
 * @bytes: memory around the link
 */
struct vsys_models {
	uint64_t link[VSYS_MODELS];
	unsigned char bytes[VSYS_MODELS][2 * VSYS_MODEL_WINDOW];
};

static inline uint32_t vsys_word32(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* A word of a task, by its offset from the link. */
static inline uint32_t vsys_model_word(const struct vsys_models *m, unsigned int task, int32_t offset)
{
	return vsys_word32(m->bytes[task] + VSYS_MODEL_WINDOW + offset);
}

/* Find what a task has beyond its name and relatives; offsets stay -1 where it is not clear. */
void vsys_calibrate_more(struct vsys_calibrated *c, struct vsys_space *s, const struct vsys_models *m);

#endif /* VSYS_GUEST_CALIBRATE_MODELS_H */
