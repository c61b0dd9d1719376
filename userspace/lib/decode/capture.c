// SPDX-License-Identifier: GPL-2.0
/* Format the guest memory captured for an argument. */
#include <string.h>

#include "decode.h"

/* Bytes in quotes; "..." follows if there were more. */
static void put_string(struct vsys_text *t, const unsigned char *p, size_t n, bool more)
{
	vsys_text_quote(t, p, n);
	if (more)
		vsys_text_put(t, "...");
}

/* ["a", "b"]; a last string without a NUL is cut off. */
static void put_strings(struct vsys_text *t, const struct vsys_bytes *b, bool more)
{
	size_t at = 0, n;
	unsigned int i;

	vsys_text_char(t, '[');
	for (i = 0; at < b->n; i++) {
		if (i)
			vsys_text_put(t, ", ");
		if (i == b->elements) {
			more = true;
			break;
		}
		n = strnlen((const char *)b->p + at, b->n - at);
		put_string(t, b->p + at, n < b->limit ? n : b->limit,
			   at + n == b->n || n > b->limit);
		at += n + 1;
	}
	if (more && at >= b->n && i)
		vsys_text_put(t, ", ");
	if (more)
		vsys_text_put(t, "...");
	vsys_text_char(t, ']');
}

/* Returns whether the text shows by itself that bytes are missing. */
static bool put_bytes(struct vsys_text *t, const struct vsys_type *type,
		      const struct vsys_bytes *b, bool more)
{
	switch (type ? type->cls : VSYS_CL_BUF) {
	case VSYS_CL_STRUCT:
		return vsys_put_structs(t, type, b);
	case VSYS_CL_SOCKADDR:
		vsys_put_sockaddr(t, b->p, b->n);
		return b->n < 2;
	case VSYS_CL_BITS:
	case VSYS_CL_FDSET:
		vsys_put_bits(t, b, type->cls == VSYS_CL_FDSET);
		return false;
	case VSYS_CL_DIRENTS:
	case VSYS_CL_DIRENTS64:
		return vsys_put_dirents(t, b, type->cls == VSYS_CL_DIRENTS64);
	case VSYS_CL_SIGINFO:
		return vsys_put_siginfo(t, b);
	case VSYS_CL_STRUCTV:
		return vsys_put_structs(t, type, b);
	case VSYS_CL_FPROG:
		vsys_put_fprog(t, type->set, b, more);
		return true;
	case VSYS_CL_WTEXT:
		vsys_text_wide(t, b->p, vsys_without_nul(b->p, b->n));
		if (more)
			vsys_text_put(t, "...");
		return true;
	default:
		put_string(t, b->p, b->n, more);
		return true;
	}
}

static void put_messages(struct vsys_text *t, const struct vsys_type *type,
			 const struct vsys_bytes *b, bool more)
{
	if (type && (type->cls == VSYS_CL_MSGHDR || type->cls == VSYS_CL_MMSGHDR))
		vsys_put_messages(t, type, b, more);
	else
		put_string(t, b->p, b->n, more);
}

/* Whether no bytes are no value, unlike an empty string or array. */
static bool nothing_there(const struct vsys_type *type, const struct vsys_bytes *how)
{
	return type && (type->cls == VSYS_CL_SOCKADDR ||
			(type->cls == VSYS_CL_STRUCT && !how->array));
}

/* Cut a string or buffer to the limit.  Returns whether bytes are missing. */
static bool cut_to_limit(struct vsys_bytes *b, const struct vsys_type *type,
			 const struct vsys_cap *cap)
{
	size_t head = 0;

	switch (cap->kind) {
	case VSYS_CAP_STRING:
	case VSYS_CAP_IOVEC:
	case VSYS_CAP_WSTRING:
		break;
	case VSYS_CAP_USTRING:
		head = sizeof(struct vsys_ustring);
		break;
	case VSYS_CAP_OBJATTR:
		head = sizeof(struct vsys_objattr);
		break;
	case VSYS_CAP_BYTES:
		if (!type || type->cls == VSYS_CL_BUF)
			break;
		return false;
	default:
		return false;
	}
	if (b->n < head || b->n - head <= b->limit)
		return false;
	b->n = head + b->limit;
	return true;
}

/* Of some structures one member is captured: its name. */
static const char *member_begin(const struct vsys_type *type)
{
	switch (type ? type->cls : VSYS_CL_BUF) {
	case VSYS_CL_PSATTR:
		return "{ImageName=";
	case VSYS_CL_PSPARAMS:
		return "{CommandLine=";
	case VSYS_CL_AFDBUFS:
	case VSYS_CL_AFDSENDTO:
	case VSYS_CL_AFDRECVFROM:
		return "{BufferArray=";
	default:
		return "";
	}
}

static const char *member_end(const struct vsys_type *type)
{
	return *member_begin(type) ? "}" : "";
}

/* The address of a datagram, which has been captured behind its buffers. */
static void put_address(struct vsys_text *t, const struct vsys_type *type, const struct vsys_bytes *b)
{
	const struct vsys_call_event *ev = b->ev;
	bool late = b->cap->flags & VSYS_CAP_LATE;
	struct vsys_cap cap;

	if (!ev || !type || (type->cls != VSYS_CL_AFDSENDTO && type->cls != VSYS_CL_AFDRECVFROM) ||
	    ((b->out || late) && !ev->ret) ||
	    !vsys_record_capture_nth(b->out || late ? &ev->ret->r : &ev->entry->r, b->slot, late, 1,
				     &cap))
		return;
	vsys_text_put(t, type->cls == VSYS_CL_AFDSENDTO ? ", RemoteAddress=" : ", Address=");
	vsys_put_nt_sockaddr(t, cap.data, cap.len);
}

static void put_buffers(struct vsys_text *t, const struct vsys_type *type,
			const struct vsys_bytes *b, bool more)
{
	vsys_text_put(t, member_begin(type));
	vsys_put_parts(t, b, more);
	put_address(t, type, b);
	vsys_text_put(t, member_end(type));
}

/**
 * vsys_put_capture - the memory that an argument points to
 * @t: the text
 * @type: of the argument, or NULL
 * @cap: the capture
 * @how: table and limits; its bytes are ignored
 *
 * The kind of the capture decides; the type only interprets plain bytes. So a
 * reader older than the module still shows correct data.
 */
void vsys_put_capture(struct vsys_text *t, const struct vsys_type *type,
		      const struct vsys_cap *cap, const struct vsys_bytes *how)
{
	bool fault = cap->flags & VSYS_CAP_FAULT;
	bool more = fault || cap->flags & VSYS_CAP_TRUNCATED;
	struct vsys_bytes b = *how;

	b.cap = cap;
	b.p = cap->data;
	b.n = cap->len;
	more |= cut_to_limit(&b, type, cap);
	if (fault && !cap->len) {
		vsys_put_pointer(t, cap->addr);
		vsys_text_put(t, "<gap>");
		return;
	}
	if (!cap->len && !more && nothing_there(type, how)) {
		vsys_put_pointer(t, cap->addr);
		return;
	}
	switch (cap->kind) {
	case VSYS_CAP_STRING:
		put_string(t, b.p, b.n, more);
		break;
	case VSYS_CAP_STRINGS:
		put_strings(t, &b, more);
		break;
	case VSYS_CAP_IOVEC:
		vsys_text_put(t, type && type->cls == VSYS_CL_MSGHDR ? "{msg_iov=" : "{iov=");
		put_string(t, b.p, b.n, more);
		vsys_text_char(t, '}');
		break;
	case VSYS_CAP_PARTS:
		put_buffers(t, type, &b, more);
		break;
	case VSYS_CAP_MESSAGES:
		put_messages(t, type, &b, more);
		break;
	case VSYS_CAP_USTRING:
		vsys_text_put(t, member_begin(type));
		vsys_put_ustring(t, &b, more);
		vsys_text_put(t, member_end(type));
		break;
	case VSYS_CAP_OBJATTR:
		vsys_put_objattr(t, &b, more);
		break;
	case VSYS_CAP_WSTRING:
		vsys_text_put(t, member_begin(type));
		vsys_put_wstring(t, &b, more);
		vsys_text_put(t, member_end(type));
		break;
	default:
		if (!put_bytes(t, type, &b, more) && more)
			vsys_text_put(t, "...");
		break;
	}
	if (fault)
		vsys_text_put(t, "<gap>");
	if (cap->flags & VSYS_CAP_LATE)
		vsys_text_put(t, "<late>");
}
