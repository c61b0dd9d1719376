// SPDX-License-Identifier: GPL-2.0
/* Format a structure or an array of structures. */
#include <string.h>

#include "decode.h"

/* What a member is where another one, whose bytes are captured, has a certain value. */
static void vary(struct vsys_value *how, const struct vsys_field *f, const unsigned char *p, size_t n)
{
	const struct vsys_variant *v;
	unsigned int i;
	size_t at;

	for (i = 0; i < f->nvariants; i++) {
		v = &f->variants[i];
		at = (size_t)(f->offset + v->offset);
		if (at + v->size > n || (vsys_load(p + at, v->size) & v->mask) != v->value)
			continue;
		how->cls = v->type->cls;
		how->sign = v->type->sign;
		how->set = v->type->set;
		return;
	}
}

/* What a member points to, or its address. */
static bool put_target(struct vsys_text *t, const struct vsys_field *f, const struct vsys_bytes *b,
		       uint64_t addr)
{
	struct vsys_bytes how = *b;
	struct vsys_cap cap;

	if (!f->to || !b->ev || !vsys_capture_member(b->ev, b->slot, addr, b->out, &cap))
		return false;
	how.ev = NULL;
	vsys_put_capture(t, f->to, &cap, &how);
	return true;
}

static struct vsys_value value_of(const struct vsys_field *f, const struct vsys_bytes *b)
{
	struct vsys_value how = {
		.cls = f->cls,
		.sign = f->sign,
		.size = f->size,
		.set = f->set,
	};

	vary(&how, f, b->p, b->n);
	return how;
}

/* Format a member whose bytes are all captured. */
static void put_member(struct vsys_text *t, const struct vsys_field *f, const struct vsys_bytes *b)
{
	const struct vsys_value how = value_of(f, b);
	const unsigned char *p = b->p + f->offset;

	if (f->cls == VSYS_CL_SID && vsys_put_sid(t, b->cap, vsys_load(p, f->size)))
		return;
	if (f->cls == VSYS_CL_STR)
		vsys_text_quote(t, p, strnlen((const char *)p, f->size));
	else if (f->cls == VSYS_CL_BUF)
		vsys_text_quote(t, p, f->size);
	else if (f->cls == VSYS_CL_SOCKADDR)
		vsys_put_sockaddr(t, p, f->size);
	else if (!put_target(t, f, b, vsys_load(p, f->size > 8 ? 8 : f->size)))
		vsys_put_value(t, &how, vsys_load(p, f->size > 8 ? 8 : f->size));
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

enum { REG_SZ = 1, REG_EXPAND_SZ, REG_BINARY, REG_DWORD, REG_LINK = 6, REG_MULTI_SZ, REG_QWORD = 11 };

static void put_regdata(struct vsys_text *t, uint64_t type, const unsigned char *p, size_t n)
{
	size_t size = type == REG_DWORD ? 4 : type == REG_QWORD ? 8 : 0;

	if (type == REG_SZ || type == REG_EXPAND_SZ || type == REG_LINK || type == REG_MULTI_SZ)
		vsys_text_wide(t, p, vsys_without_nul(p, n));
	else if (size && n == size)
		vsys_text_hex(t, vsys_load(p, size));
	else
		vsys_text_quote(t, p, n);
}

static bool ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n >= m && !strcmp(name + n - m, end);
}

/* The array of @count structs that a struct ends in. */
static void put_array(struct vsys_text *t, const struct vsys_field *f, const struct vsys_bytes *b,
		      uint64_t count)
{
	struct vsys_bytes how = *b;
	size_t most = (b->n - f->offset) / f->to->size;

	how.array = true;
	how.p += f->offset;
	how.n = (count < most ? (size_t)count : most) * f->to->size;
	vsys_put_structs(t, f->to, &how);
	if (count > most)
		vsys_text_put(t, "...");
}

/* The last member of @type, which is the rest of the bytes. */
static void put_tail(struct vsys_text *t, const struct vsys_type *type,
		     const struct vsys_bytes *b)
{
	const struct vsys_field *f = &type->fields[type->nfields - 1], *g;
	size_t n = b->n - f->offset, said = n;
	uint64_t kind = 0, count = 0;

	for (g = type->fields; g < f; g++) {
		if (ends_in(g->name, "Count"))
			count = vsys_load(b->p + g->offset, g->size);
		if (ends_in(g->name, "Length"))
			said = vsys_load(b->p + g->offset, g->size);
		if (ends_in(g->name, "Type"))
			kind = vsys_load(b->p + g->offset, g->size);
	}
	if (f->cls == VSYS_CL_ARRAY) {
		put_array(t, f, b, count);
		return;
	}
	if (said < n)
		n = said;
	if (n > b->limit)
		n = b->limit;
	if (f->cls == VSYS_CL_BUF)
		vsys_text_quote(t, b->p + f->offset, n);
	else if (f->cls == VSYS_CL_SOCKADDR)
		vsys_put_nt_sockaddr(t, b->p + f->offset, n);
	else if (f->cls == VSYS_CL_WTEXT)
		vsys_text_wide(t, b->p + f->offset, n);
	else
		put_regdata(t, kind, b->p + f->offset, n);
	if (n < said)
		vsys_text_put(t, "...");
}

static bool is_tail(const struct vsys_field *f)
{
	return !f->size && (f->cls == VSYS_CL_WTEXT || f->cls == VSYS_CL_REGDATA ||
			    f->cls == VSYS_CL_BUF || f->cls == VSYS_CL_SOCKADDR ||
			    f->cls == VSYS_CL_ARRAY);
}

/* Whether what follows the members belongs to the same structure. */
static bool has_rest(const struct vsys_type *type)
{
	const struct vsys_field *f;

	for (f = type->fields; f < type->fields + type->nfields; f++)
		if (is_tail(f) || f->cls == VSYS_CL_SID)
			return true;
	return false;
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
		if (f->nvariants && value_of(f, b).cls == VSYS_CL_VOID)
			continue;
		change_level(t, last, f->name);
		vsys_text_put(t, f->name + prefix(f->name));
		vsys_text_char(t, '=');
		if (is_tail(f))
			put_tail(t, type, b);
		else
			put_member(t, f, b);
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

/* "&0x7c", the notation for Windows. */
static void put_pointed(struct vsys_text *t, const struct vsys_type *type,
			const struct vsys_bytes *b)
{
	vsys_text_char(t, '&');
	put_member(t, &type->fields[0], b);
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

	if (!size) {
		vsys_text_quote(t, b->p, b->n);
		return false;
	}
	if ((has_rest(type) || b->n <= size) && !number && !b->array)
		return vsys_put_struct(t, type, b);
	if (number && b->n == size && type->fields[0].cls == VSYS_CL_SIGSET) {
		put_member(t, &type->fields[0], b);
		return false;
	}
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
			put_member(t, &type->fields[0], &one);
		else
			vsys_put_struct(t, type, &one);
	}
	if (i < n || missing)
		vsys_text_put(t, i ? ", ..." : "...");
	vsys_text_char(t, ']');
	return missing;
}
