/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SINKS_CTF_H
#define VSYSREAD_SINKS_CTF_H

#include "sink.h"

enum ctf_kind {
	CTF_ENTRY,
	CTF_EXIT,
};

enum {
	CTF_RECORD_ID = 0,	/* class of the events besides calls */
};

/* Classes of events: one for a call's entries, one for its exits, made when first needed. */
struct ctf_classes {
	struct ctf_class *v;
	uint32_t n, cap;
	uint32_t *slots;	/* hash table, 2 * @cap slots: index in @v plus one, or 0 */
};

/* Find or make the class of a call's event, and set @id.  Returns 0 or -ENOMEM. */
int ctf_class(struct ctf_classes *k, const struct vsys_decoded *c, enum ctf_kind kind,
	      uint32_t *id);
/* The number of arguments in entries of a call's class. */
unsigned int ctf_class_args(const struct vsys_decoded *c);
void ctf_classes_free(struct ctf_classes *k);

void ctf_metadata(struct vsys_text *t, const struct ctf_classes *k,
		  const struct sink_env *env);

#endif /* VSYSREAD_SINKS_CTF_H */
