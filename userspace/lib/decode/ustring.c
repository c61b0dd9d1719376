// SPDX-License-Identifier: GPL-2.0
/* Format UNICODE_STRING, OBJECT_ATTRIBUTES and wide strings of Windows guests. */
#include <string.h>

#include "decode.h"

enum {
	CASE_INSENSITIVE = 0x40,

	OBJATTR_BYTES_32 = 24,
	OBJATTR_BYTES_64 = 48,
};

static const struct vsys_const attributes[] = {
	{ "OBJ_PROTECT_CLOSE", 0x1, 0x1 },
	{ "OBJ_INHERIT", 0x2, 0x2 },
	{ "OBJ_PERMANENT", 0x10, 0x10 },
	{ "OBJ_EXCLUSIVE", 0x20, 0x20 },
	{ "OBJ_CASE_INSENSITIVE", CASE_INSENSITIVE, CASE_INSENSITIVE },
	{ "OBJ_OPENIF", 0x80, 0x80 },
	{ "OBJ_OPENLINK", 0x100, 0x100 },
	{ "OBJ_KERNEL_HANDLE", 0x200, 0x200 },
	{ "OBJ_FORCE_ACCESS_CHECK", 0x400, 0x400 },
	{ "OBJ_IGNORE_IMPERSONATED_DEVICEMAP", 0x800, 0x800 },
	{ "OBJ_DONT_REPARSE", 0x1000, 0x1000 },
};

static const struct vsys_set attribute_set = {
	.name = "OBJ_ATTRIBUTES",
	.flags = 1,
	.n = sizeof(attributes) / sizeof(attributes[0]),
	.consts = attributes,
};

/*
 * The text; a mark follows if the guest's lengths are inconsistent: an odd Length, or
 * one above MaximumLength.
 */
static void put_counted(struct vsys_text *t, const struct vsys_ustring *u,
			const unsigned char *text, size_t n, bool more)
{
	vsys_text_wide(t, text, n);
	if (more || n < (u->length & ~1U))
		vsys_text_put(t, "...");
	if (u->length % 2 || u->length > u->maximum)
		vsys_text_printf(t, "<Length=%u MaximumLength=%u>", u->length, u->maximum);
}

/* #32770, a number in place of the address of a name; false if it is none. */
bool vsys_put_atom(struct vsys_text *t, uint64_t addr)
{
	enum { ATOM_END = 0x10000 };

	if (!addr || addr >= ATOM_END)
		return false;
	vsys_text_char(t, '#');
	vsys_text_dec(t, addr);
	return true;
}

void vsys_put_ustring(struct vsys_text *t, const struct vsys_bytes *b, bool more)
{
	struct vsys_ustring u;

	if (b->n < sizeof(u)) {
		vsys_text_put(t, "{...}");
		return;
	}
	memcpy(&u, b->p, sizeof(u));
	if (!u.length && vsys_put_atom(t, u.buffer))
		return;
	put_counted(t, &u, b->p + sizeof(u), b->n - sizeof(u), more);
}

static void put_name(struct vsys_text *t, const struct vsys_objattr *o,
		     const struct vsys_bytes *b, bool more)
{
	/* If the UNICODE_STRING was not captured, only the name's address is known. */
	if (!o->name || b->n < sizeof(*o))
		vsys_put_pointer(t, o->name);
	else
		put_counted(t, &o->string, b->p + sizeof(*o), b->n - sizeof(*o), more);
}

/**
 * vsys_put_objattr - "\??\C:\boot.ini", or all members if there is more than the name
 * @t: the text
 * @b: the bytes of the capture
 * @more: bytes are missing at the end
 */
void vsys_put_objattr(struct vsys_text *t, const struct vsys_bytes *b, bool more)
{
	struct vsys_value flags = { .cls = VSYS_CL_FLAGS, .size = 4, .set = &attribute_set };
	const size_t head = offsetof(struct vsys_objattr, string);
	unsigned int length = b->bits == 32 ? OBJATTR_BYTES_32 : OBJATTR_BYTES_64;
	struct vsys_objattr o = { 0 };

	if (b->n < head) {
		vsys_text_put(t, "{...}");
		return;
	}
	memcpy(&o, b->p, b->n < sizeof(o) ? head : sizeof(o));
	if (o.name && !o.root && !(o.attributes & ~(uint32_t)CASE_INSENSITIVE) &&
	    o.length == length && b->n >= sizeof(o)) {
		put_name(t, &o, b, more);
		return;
	}
	vsys_text_char(t, '{');
	if (o.length != length)
		vsys_text_printf(t, "Length=%u, ", o.length);
	vsys_text_put(t, "RootDirectory=");
	vsys_text_hex(t, o.root);
	vsys_text_put(t, ", ObjectName=");
	put_name(t, &o, b, more);
	vsys_text_put(t, ", Attributes=");
	vsys_put_value(t, &flags, o.attributes);
	vsys_text_char(t, '}');
}

void vsys_put_wstring(struct vsys_text *t, const struct vsys_bytes *b, bool more)
{
	vsys_text_wide(t, b->p, b->n);
	if (more)
		vsys_text_put(t, "...");
}

/* The bytes of UTF-16 without the NUL that ends it: its length is shown elsewhere. */
size_t vsys_without_nul(const unsigned char *p, size_t n)
{
	return n >= 2 && n % 2 == 0 && !p[n - 1] && !p[n - 2] ? n - 2 : n;
}

struct vsys_wide vsys_capture_wide(const struct vsys_cap *cap)
{
	size_t head;

	switch (cap->kind) {
	case VSYS_CAP_USTRING:
		head = sizeof(struct vsys_ustring);
		break;
	case VSYS_CAP_OBJATTR:
		head = sizeof(struct vsys_objattr);
		break;
	case VSYS_CAP_WSTRING:
		head = 0;
		break;
	default:
		return (struct vsys_wide){ 0 };
	}
	if (cap->len < head)
		return (struct vsys_wide){ 0 };
	return (struct vsys_wide){ .p = cap->data + head, .n = cap->len - head };
}
