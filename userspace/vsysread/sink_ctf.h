/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SINK_CTF_H
#define VSYSREAD_SINK_CTF_H

#include "sink.h"

enum ctf_kind {
	CTF_ENTRY,
	CTF_EXIT,
};

enum {
	CTF_RECORD_ID = 0,	/* events that are not of a call */
};

/* A class of events for each call's entry, and its exit, when the first is there. */
struct ctf_classes {
	struct ctf_class *v;
	uint32_t n, cap;
	uint32_t *slots;	/* 2 * @cap of them: an index plus one, or 0 */
};

/* The number of the class that a call's event is of.  Returns 0 or -ENOMEM. */
int ctf_class(struct ctf_classes *k, const struct vsys_decoded *c, enum ctf_kind kind,
	      uint32_t *id);
/* How many arguments an entry of the class has. */
unsigned int ctf_class_args(const struct vsys_decoded *c);
void ctf_classes_free(struct ctf_classes *k);

void ctf_metadata(struct vsys_text *t, const struct ctf_classes *k,
		  const struct sink_env *env);

#endif /* VSYSREAD_SINK_CTF_H */
