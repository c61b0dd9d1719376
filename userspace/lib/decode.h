/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_DECODE_H
#define VSYS_DECODE_H

#include "vsyscalls.h"

/**
 * struct vsys_value - how a number is to be written
 * @cls: enum vsys_class
 * @sign: not zero when signed
 * @size: bytes of it that count, 0 for all 8
 * @set: of FLAGS and ENUM, else NULL
 */
struct vsys_value {
	uint8_t cls;
	uint8_t sign;
	uint16_t size;
	const struct vsys_set *set;
};

void vsys_put_value(struct vsys_text *t, const struct vsys_value *how, uint64_t v);
void vsys_put_pointer(struct vsys_text *t, uint64_t v);
void vsys_put_signed(struct vsys_text *t, uint64_t v);

/**
 * struct vsys_bytes - guest memory at hand
 * @table: of the profile, or NULL
 * @elements: of an array, how many are written
 * @p: the bytes
 * @n: how many
 */
struct vsys_bytes {
	const struct vsys_table *table;
	unsigned int elements;
	const unsigned char *p;
	size_t n;
};

/* Each returns whether bytes are missing at the end. */
bool vsys_put_struct(struct vsys_text *t, const struct vsys_type *type,
		     const struct vsys_bytes *b);
bool vsys_put_structs(struct vsys_text *t, const struct vsys_type *type,
		      const struct vsys_bytes *b);

void vsys_put_sockaddr(struct vsys_text *t, const unsigned char *p, size_t n);

void vsys_put_capture(struct vsys_text *t, const struct vsys_type *type,
		      const struct vsys_cap *cap, const struct vsys_bytes *how);

#endif /* VSYS_DECODE_H */
