/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_DECODE_H
#define VSYS_DECODE_H

#include <vsyscalls/vsyscalls.h>

/**
 * struct vsys_value - format of a number
 * @cls: enum vsys_class
 * @sign: nonzero: signed
 * @size: significant bytes, 0: all 8
 * @set: names, of FLAGS and ENUM, else NULL
 */
struct vsys_value {
	uint8_t cls;
	uint8_t sign;
	uint16_t size;
	const struct vsys_set *set;
};

/* The form of a call that the values of its arguments select; @call if none does. */
const struct vsys_proto *vsys_call_form(const struct vsys_proto *call,
					const struct vsys_rec_entry *entry);

/* Returns whether all slots of the argument are known. */
bool vsys_load_arg(const struct vsys_param *param, const struct vsys_rec_entry *e,
		   uint64_t *value);

/* The capture of an argument at the call and at the return.  Returns whether there is one. */
bool vsys_capture_in(const struct vsys_call_event *ev, unsigned int slot, struct vsys_cap *cap);
bool vsys_capture_out(const struct vsys_call_event *ev, unsigned int slot, struct vsys_cap *cap);

/*
 * The capture of the memory at @addr that a member of the structure at @slot points to, of the
 * return if @out.  Returns whether there is one.
 */
bool vsys_capture_member(const struct vsys_call_event *ev, unsigned int slot, uint64_t addr,
			 bool out, struct vsys_cap *cap);

/* The low @size bytes of @v, sign-extended if @is_signed; all 8 for 0 and from 8 on. */
uint64_t vsys_narrow(uint64_t v, unsigned int size, bool is_signed);

/* Narrow a number to its type; handles are signed, as Windows sign-extends them. */
static inline uint64_t vsys_typed(uint64_t v, unsigned int cls, unsigned int size, bool is_signed)
{
	return vsys_narrow(v, size, is_signed || cls == VSYS_CL_HANDLE);
}

/* The little-endian number of @size bytes, 8 at most: so are all guests. */
static inline uint64_t vsys_load(const unsigned char *p, unsigned int size)
{
	uint64_t v = 0;

	while (size--)
		v = v << 8 | p[size];
	return v;
}

/* ASCII, or a blank as isspace() has them: what strace -x leaves as it is. */
static inline bool vsys_is_ascii(uint32_t c)
{
	return c <= '~' && (c >= ' ' || (c >= '\t' && c <= '\r'));
}

/* Whether an argument of the type is a number, not an address. */
bool vsys_by_value(const struct vsys_type *type);

void vsys_put_value(struct vsys_text *t, const struct vsys_value *how, uint64_t v);
void vsys_put_pointer(struct vsys_text *t, uint64_t v);
void vsys_put_signed(struct vsys_text *t, uint64_t v);

/* The name of an NTSTATUS in @set, or NULL. */
const char *vsys_status_name(const struct vsys_set *set, uint32_t status);

/**
 * struct vsys_bytes - captured guest memory, and limits for its text
 * @numbers: numbering of the call's ABI, or NULL
 * @os: enum vsys_os: notation of the text
 * @bits: 32 or 64: layout of structures
 * @elements: maximal number of array elements shown
 * @array: of structures: brackets also for one
 * @slot: of the argument
 * @ev: the call, whose captures members point to, or NULL
 * @out: the bytes are those of the return
 * @sent: of mmsghdrs sent: the capture of their heads at the return, or NULL
 * @limit: maximal bytes of a string shown, of Windows: of its text
 * @cap: the capture that the bytes are of, or NULL
 * @p: the bytes
 * @n: their number
 */
struct vsys_bytes {
	const struct vsys_numbering *numbers;
	unsigned int os;
	unsigned int bits;
	unsigned int elements;
	bool array;
	bool out;
	unsigned int slot;
	const struct vsys_call_event *ev;
	const struct vsys_cap *sent;
	size_t limit;
	const struct vsys_cap *cap;
	const unsigned char *p;
	size_t n;
};

/* A structure with one unnamed member is a pointed-to number. */
static inline bool vsys_is_number(const struct vsys_type *type)
{
	return type->cls == VSYS_CL_STRUCT && type->nfields == 1 && !type->fields[0].name[0];
}

/* Both return whether bytes are missing at the end. */
bool vsys_put_struct(struct vsys_text *t, const struct vsys_type *type,
		     const struct vsys_bytes *b);
bool vsys_put_structs(struct vsys_text *t, const struct vsys_type *type,
		      const struct vsys_bytes *b);

/* The SID at @addr, if it is within the capture.  Returns false if not. */
bool vsys_put_sid(struct vsys_text *t, const struct vsys_cap *cap, uint64_t addr);

bool vsys_put_siginfo(struct vsys_text *t, const struct vsys_bytes *b);
bool vsys_put_dirents(struct vsys_text *t, const struct vsys_bytes *b, bool is64);

/* @more: the capture was cut. */
void vsys_put_parts(struct vsys_text *t, const struct vsys_bytes *b, bool more);
void vsys_put_messages(struct vsys_text *t, const struct vsys_type *type,
		       const struct vsys_bytes *b, bool more);

enum { VSYS_RIGHTS_MAX = 253 };	/* SCM_MAX_FD */

/* Descriptors in the control messages of a message. */
struct vsys_rights {
	size_t n;
	int32_t fd[VSYS_RIGHTS_MAX];
};

/* The next message of a capture; @b is what follows then.  Returns false if there is none. */
bool vsys_message_rights(struct vsys_bytes *b, struct vsys_msg *m, struct vsys_rights *rights);

/* "[INT TERM]", "[0 3]": the bits that are set, as names, numbers, descriptors. */
void vsys_put_sigset(struct vsys_text *t, const struct vsys_set *signals, uint64_t mask);
void vsys_put_bits(struct vsys_text *t, const struct vsys_bytes *b, bool descriptors);

void vsys_put_sockaddr(struct vsys_text *t, const unsigned char *p, size_t n);
void vsys_put_nt_sockaddr(struct vsys_text *t, const unsigned char *p, size_t n);

/* Windows strings; the bytes begin with the head defined in linux/vsyscalls.h. */
void vsys_put_ustring(struct vsys_text *t, const struct vsys_bytes *b, bool more);
size_t vsys_without_nul(const unsigned char *p, size_t n);
void vsys_put_fprog(struct vsys_text *t, const struct vsys_set *actions,
		    const struct vsys_bytes *b, bool more);
bool vsys_put_atom(struct vsys_text *t, uint64_t addr);
void vsys_put_objattr(struct vsys_text *t, const struct vsys_bytes *b, bool more);
void vsys_put_wstring(struct vsys_text *t, const struct vsys_bytes *b, bool more);

/* The UTF-16 in a capture of a Windows string; empty for other kinds. */
struct vsys_wide vsys_capture_wide(const struct vsys_cap *cap);

void vsys_put_capture(struct vsys_text *t, const struct vsys_type *type,
		      const struct vsys_cap *cap, const struct vsys_bytes *how);

/* A status that is no error, but the call has written no outputs. */
bool vsys_result_unwritten(const struct vsys_numbering *numbers, const struct vsys_proto *call,
			   const struct vsys_call_event *ev);

/* The result, narrowed to its type; a Linux error is negative. */
uint64_t vsys_result_value(const struct vsys_proto *call, unsigned int abi, uint64_t result);

/* Format the result, and set @out->failed and @out->error. */
void vsys_put_result(struct vsys_text *t, const struct vsys_numbering *numbers,
		     struct vsys_decoded *out);

#endif /* VSYS_DECODE_H */
