// SPDX-License-Identifier: GPL-2.0
/* Format a structure or an array of structures. */
#include <string.h>

#include "decode.h"

/* x86 guests are little-endian; the host need not be. */
static uint64_t load(const unsigned char *p, unsigned int size)
{
	uint64_t v = 0;

	while (size--)
		v = v << 8 | p[size];
	return v;
}

/* Format a member whose bytes are all captured. */
static void put_member(struct vsys_text *t, const struct vsys_field *f, const unsigned char *p)
{
	struct vsys_value how = {
		.cls = f->cls,
		.sign = f->sign,
		.size = f->size,
		.set = f->set,
	};

	p += f->offset;
	if (f->cls == VSYS_CL_STR)
		vsys_text_quote(t, p, strnlen((const char *)p, f->size));
	else if (f->cls == VSYS_CL_BUF)
		vsys_text_quote(t, p, f->size);
	else
		vsys_put_value(t, &how, load(p, f->size > 8 ? 8 : f->size));
}

/* Length of the name's part up to the last dot, which names the inner structure. */
static size_t prefix(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? (size_t)(dot - name) + 1 : 0;
}

/*
 * The tables name a member of a member "it_value.tv_sec".  Leave the inner
 * structures that @last was in and @name is not, then enter those of @name.
 */
static void change_level(struct vsys_text *t, const char *last, const char *name)
{
	size_t have = prefix(last), want = prefix(name), same = 0, i;

	for (i = 0; i < have && i < want && last[i] == name[i]; i++)
		if (name[i] == '.')
			same = i + 1;
	for (i = same; i < have; i++)
		if (last[i] == '.')
			vsys_text_char(t, '}');
	if (*last)
		vsys_text_put(t, ", ");
	for (i = same; i < want; i++) {
		if (name[i] == '.')
			vsys_text_put(t, "={");
		else
			vsys_text_char(t, name[i]);
	}
}

/**
 * vsys_put_struct - "{tv_sec=1, tv_nsec=0}"
 * @t: the text
 * @type: of class STRUCT
 * @b: the bytes; incomplete members are left out
 */
bool vsys_put_struct(struct vsys_text *t, const struct vsys_type *type,
		     const struct vsys_bytes *b)
{
	const char *last = "";
	bool missing = false;
	unsigned int i;

	vsys_text_char(t, '{');
	for (i = 0; i < type->nfields; i++) {
		const struct vsys_field *f = &type->fields[i];

		if ((size_t)f->offset + f->size > b->n) {
			missing = true;
			continue;
		}
		change_level(t, last, f->name);
		vsys_text_put(t, f->name + prefix(f->name));
		vsys_text_char(t, '=');
		put_member(t, f, b->p);
		last = f->name;
	}
	for (; *last; last++)
		if (*last == '.')
			vsys_text_char(t, '}');
	if (missing)
		vsys_text_put(t, i && t->s && t->s[t->len - 1] != '{' ? ", ..." : "...");
	vsys_text_char(t, '}');
	return missing;
}

/* Signal sets are written as strace does: [INT TERM], ~[KILL]. */
static void put_sigset(struct vsys_text *t, const struct vsys_set *signals, uint64_t mask)
{
	bool invert = __builtin_popcountll(mask) > 32;
	const char *name;
	unsigned int nr;
	size_t begin;

	if (invert)
		mask = ~mask;
	vsys_text_put(t, invert ? "~[" : "[");
	begin = t->len;
	for (nr = 1; nr <= 64; nr++) {
		if (!(mask >> (nr - 1) & 1))
			continue;
		if (t->len > begin)
			vsys_text_char(t, ' ');
		name = vsys_set_name(signals, nr);
		if (name)
			vsys_text_put(t, strncmp(name, "SIG", 3) ? name : name + 3);
		else if (nr >= 32)
			vsys_text_printf(t, "RT_%u", nr - 32);
		else
			vsys_text_dec(t, nr);
	}
	vsys_text_char(t, ']');
}

static bool is_sigset(const struct vsys_type *type, const struct vsys_bytes *b)
{
	return b->numbers && b->numbers->signals && type->size == 8 && b->n == 8 &&
	       !strcmp(type->name, "sigset");
}

/* "&0x7c", the notation for Windows. */
static void put_pointed(struct vsys_text *t, const struct vsys_type *type,
			const struct vsys_bytes *b)
{
	vsys_text_char(t, '&');
	put_member(t, &type->fields[0], b->p);
}

/**
 * vsys_put_structs - one structure, or "[{...}, {...}]" if there are bytes for more
 * @t: the text
 * @type: of class STRUCT
 * @b: the bytes
 */
bool vsys_put_structs(struct vsys_text *t, const struct vsys_type *type,
		      const struct vsys_bytes *b)
{
	size_t size = type->size, n = size ? b->n / size : 0, i;
	struct vsys_bytes one = *b;
	bool number = vsys_is_number(type), missing;

	if (is_sigset(type, b)) {
		put_sigset(t, b->numbers->signals, load(b->p, 8));
		return false;
	}
	if (!size) {
		vsys_text_quote(t, b->p, b->n);
		return false;
	}
	if (!number && b->n <= size && !b->array)
		return vsys_put_struct(t, type, b);
	if (number && b->os == VSYS_OS_WINDOWS && b->n == size && !b->array) {
		put_pointed(t, type, b);
		return false;
	}
	missing = b->n % size;
	vsys_text_char(t, '[');
	for (i = 0; i < n && i < b->elements; i++) {
		if (i)
			vsys_text_put(t, ", ");
		one.p = b->p + i * size;
		one.n = size;
		if (number)
			put_member(t, &type->fields[0], one.p);
		else
			vsys_put_struct(t, type, &one);
	}
	if (i < n || missing)
		vsys_text_put(t, i ? ", ..." : "...");
	vsys_text_char(t, ']');
	return missing;
}
