/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_DECODE_H
#define VSYS_DECODE_H

#include <vsyscalls/vsyscalls.h>

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

/* Returns whether the argument is known, all of its slots. */
bool vsys_load_arg(const struct vsys_param *param, const struct vsys_rec_entry *e,
		   uint64_t *value);

/* What an argument points to, at the call and at the return; is it there? */
bool vsys_capture_in(const struct vsys_call_event *ev, unsigned int slot, struct vsys_cap *cap);
bool vsys_capture_out(const struct vsys_call_event *ev, unsigned int slot, struct vsys_cap *cap);

/* The @size bytes of @v that count, sign-extended if need be; all for 0 and from 8 on. */
uint64_t vsys_narrow(uint64_t v, unsigned int size, bool is_signed);

/* A number of a type: handles are signed, as Windows has it where it widens them. */
static inline uint64_t vsys_typed(uint64_t v, unsigned int cls, unsigned int size, bool is_signed)
{
	return vsys_narrow(v, size, is_signed || cls == VSYS_CL_HANDLE);
}

/* Is an argument of the type a number, not the address of what the type says? */
bool vsys_by_value(const struct vsys_type *type);

void vsys_put_value(struct vsys_text *t, const struct vsys_value *how, uint64_t v);
void vsys_put_pointer(struct vsys_text *t, uint64_t v);
void vsys_put_signed(struct vsys_text *t, uint64_t v);

/* The name of an NTSTATUS in @set, or NULL. */
const char *vsys_status_name(const struct vsys_set *set, uint32_t status);

/**
 * struct vsys_bytes - guest memory at hand
 * @numbers: of the call's ABI, or NULL
 * @os: enum vsys_os whose forms are used
 * @bits: 32 or 64: of the layout
 * @elements: of an array, how many are written
 * @limit: of a string, how many bytes are written, Windows: of its text
 * @p: the bytes
 * @n: how many
 */
struct vsys_bytes {
	const struct vsys_numbering *numbers;
	unsigned int os;
	unsigned int bits;
	unsigned int elements;
	size_t limit;
	const unsigned char *p;
	size_t n;
};

/* A type whose one member has no name is a number that is pointed to. */
static inline bool vsys_is_number(const struct vsys_type *type)
{
	return type->cls == VSYS_CL_STRUCT && type->nfields == 1 && !type->fields[0].name[0];
}

/* Each returns whether bytes are missing at the end. */
bool vsys_put_struct(struct vsys_text *t, const struct vsys_type *type,
		     const struct vsys_bytes *b);
bool vsys_put_structs(struct vsys_text *t, const struct vsys_type *type,
		      const struct vsys_bytes *b);

void vsys_put_sockaddr(struct vsys_text *t, const unsigned char *p, size_t n);

/* Windows strings: the head as in linux/vsyscalls.h, then text. */
void vsys_put_ustring(struct vsys_text *t, const struct vsys_bytes *b, bool more);
void vsys_put_objattr(struct vsys_text *t, const struct vsys_bytes *b, bool more);
void vsys_put_wstring(struct vsys_text *t, const struct vsys_bytes *b, bool more);

/* The UTF-16 of a capture of these kinds; of others none. */
struct vsys_wide vsys_capture_wide(const struct vsys_cap *cap);

void vsys_put_capture(struct vsys_text *t, const struct vsys_type *type,
		      const struct vsys_cap *cap, const struct vsys_bytes *how);

/* As wide and signed as its type; an error of Linux is negative. */
uint64_t vsys_result_value(const struct vsys_proto *call, unsigned int abi, uint64_t result);

/* Sets @out->failed and @out->error, too. */
void vsys_put_result(struct vsys_text *t, const struct vsys_numbering *numbers,
		     struct vsys_decoded *out);

#endif /* VSYS_DECODE_H */
