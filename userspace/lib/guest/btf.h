/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GUEST_BTF_H
#define VSYS_GUEST_BTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vsys_btf_kind {
	VSYS_BTF_STRUCT = 4,
	VSYS_BTF_UNION = 5,
	VSYS_BTF_DATASEC = 15,
};

/**
 * struct vsys_btf - type information of a Linux kernel
 * @types: the section's types
 * @at: offset of each type in @types, by its id; @at[0] is void
 * @ntypes: number of @at
 * @strings: names
 * @nstrings: bytes of @strings
 * @budget: bytes that may still be looked at; bounds the time that hostile types take
 *
 * It points into the bytes given to vsys_btf_parse().
 */
struct vsys_btf {
	const unsigned char *types;
	uint32_t *at;
	uint32_t ntypes;
	const char *strings;
	uint32_t nstrings;
	uint64_t *budget;
};

/**
 * vsys_btf_parse - check and index type information
 * @b: out: to be freed with vsys_btf_free()
 * @p: its first byte, of any alignment
 * @room: bytes that can be read at @p
 * @budget: see struct vsys_btf; when it is used up nothing is found any more
 *
 * Return: 0; -EINVAL: not type information; -ENOMEM.
 */
int vsys_btf_parse(struct vsys_btf *b, const void *p, size_t room, uint64_t *budget);
void vsys_btf_free(struct vsys_btf *b);

/* Find a type by name.  Returns its id, 0 if there is none. */
uint32_t vsys_btf_find(const struct vsys_btf *b, enum vsys_btf_kind kind, const char *name);

/**
 * vsys_btf_member - find a member of a structure, also in anonymous members
 * @b: the types
 * @type: id of the structure, or of a typedef of it
 * @name: of the member
 * @offset: in and out: its offset in bytes is added
 * @member: out: id of its type, may be NULL
 */
bool vsys_btf_member(const struct vsys_btf *b, uint32_t type, const char *name, uint32_t *offset,
		     uint32_t *member);

/* Offset of a member such as "ns.inum" in a structure, in bytes; -1 if there is none. */
int32_t vsys_btf_offset(const struct vsys_btf *b, const char *type, const char *path);

/* Size of a structure in bytes, 0 if there is none. */
uint32_t vsys_btf_size(const struct vsys_btf *b, const char *type);

/* Find a variable among the per-CPU ones: its offset in their section, its type. */
bool vsys_btf_percpu(const struct vsys_btf *b, const char *name, uint32_t *offset, uint32_t *type);

#endif /* VSYS_GUEST_BTF_H */
