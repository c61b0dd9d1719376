// SPDX-License-Identifier: GPL-2.0
/* Format a number: signs, bases, names of bits and values. */
#include <string.h>

#include "handles.h"

bool vsys_by_value(const struct vsys_type *type)
{
	return type->cls < VSYS_CL_MEMORY;
}

uint64_t vsys_narrow(uint64_t v, unsigned int size, bool is_signed)
{
	unsigned int bits = size * 8u;
	uint64_t sign;

	if (!bits || bits >= 64)
		return v;
	sign = UINT64_C(1) << (bits - 1);
	v &= (sign << 1) - 1;
	return is_signed ? (v ^ sign) - sign : v;
}

static uint64_t narrow(const struct vsys_value *how, uint64_t v)
{
	return vsys_narrow(v, how->size, how->sign);
}

void vsys_put_pointer(struct vsys_text *t, uint64_t v)
{
	if (v)
		vsys_text_hex(t, v);
	else
		vsys_text_put(t, "NULL");
}

void vsys_put_signed(struct vsys_text *t, uint64_t v)
{
	if (v >> 63) {
		vsys_text_char(t, '-');
		v = -v;
	}
	vsys_text_dec(t, v);
}

/* As "%#03o": 000, 07 as 007, 0644. */
static void put_octal(struct vsys_text *t, uint64_t v)
{
	vsys_text_printf(t, "%#03llo", (unsigned long long)v);
}

/* "0x1f", but "0" for zero, as "%#x". */
static void put_hex(struct vsys_text *t, uint64_t v)
{
	if (v)
		vsys_text_hex(t, v);
	else
		vsys_text_char(t, '0');
}

static bool matches(const struct vsys_const *c, uint64_t v)
{
	return c->mask && (v & c->mask) == c->value;
}

/* Whether a name of more bits, such as O_SYNC, makes @c, such as O_DSYNC, redundant. */
static bool outdone(const struct vsys_set *set, const struct vsys_const *c, uint64_t v)
{
	const struct vsys_const *d;
	unsigned int i;

	for (i = 0; i < set->n; i++) {
		d = &set->consts[i];
		if (d->value && matches(d, v) && d->mask != c->mask &&
		    (d->mask & c->mask) == c->mask)
			return true;
	}
	return false;
}

/* Names of the bits, in the order of the table.  Returns the bits without a name. */
static uint64_t put_names(struct vsys_text *t, const struct vsys_set *set, uint64_t v)
{
	uint64_t left = v, named = 0;
	unsigned int i;

	for (i = 0; i < set->n; i++) {
		const struct vsys_const *c = &set->consts[i];

		if (!matches(c, v) || (named & c->mask) == c->mask || outdone(set, c, v))
			continue;
		if (named)
			vsys_text_char(t, '|');
		vsys_text_put(t, c->name);
		named |= c->mask;
		left &= ~c->mask;
	}
	return left;
}

static void put_flags(struct vsys_text *t, const struct vsys_set *set, uint64_t v, bool octal)
{
	size_t begin = t->len;
	uint64_t left = set ? put_names(t, set, v) : v;

	if (!left && t->len > begin && !octal)
		return;
	if (t->len > begin)
		vsys_text_char(t, '|');
	if (octal)
		put_octal(t, left);
	else
		put_hex(t, left);
}

static void put_enum(struct vsys_text *t, const struct vsys_value *how, uint64_t v)
{
	struct vsys_value bare = { .size = how->size };
	const char *name = vsys_set_name(how->set, v);

	/* The table has a 32-bit value either as -1 or as 0xffffffff: try both. */
	if (!name)
		name = vsys_set_name(how->set, narrow(&bare, v));
	if (name)
		vsys_text_put(t, name);
	else if (how->sign && v >> 63)
		vsys_put_signed(t, v);
	else
		put_hex(t, v);
}

/* 0x7c; pseudo-handles, such as that of the caller's process, have names. */
static void put_handle(struct vsys_text *t, const struct vsys_value *how, uint64_t v)
{
	struct vsys_value bare = { .size = how->size };
	struct vsys_value wide = { .sign = 1, .size = how->size };
	/* Pseudo-handles are negative, and 64 bits wide in the tables. */
	const char *name = vsys_set_name(how->set, narrow(&wide, v));

	if (name) {
		vsys_text_put(t, name);
		return;
	}
	vsys_text_hex(t, narrow(&bare, v));
}

static void put_bool(struct vsys_text *t, uint64_t v)
{
	if (v > 1)
		vsys_text_hex(t, v);
	else
		vsys_text_put(t, v ? "TRUE" : "FALSE");
}

const char *vsys_status_name(const struct vsys_set *set, uint32_t status)
{
	const char *name = vsys_set_name(set, status);

	return name ? name : vsys_set_name(set, (uint64_t)(int32_t)status);
}

static void put_status(struct vsys_text *t, const struct vsys_set *set, uint32_t status)
{
	const char *name = vsys_status_name(set, status);

	if (name)
		vsys_text_put(t, name);
	else
		vsys_text_hex(t, status);
}

/* The encoding of stat(2): 12 bits of major between two parts of the minor. */
static void put_dev(struct vsys_text *t, uint64_t v)
{
	vsys_text_put(t, "makedev(");
	put_hex(t, (v >> 8 & 0xfff) | (v >> 32 & 0xfffff000));
	vsys_text_put(t, ", ");
	put_hex(t, (v & 0xff) | (v >> 12 & 0xffffff00));
	vsys_text_char(t, ')');
}

/* A descriptor is an int, regardless of the register's width. */
static void put_fd(struct vsys_text *t, uint64_t v, bool at)
{
	if (at && (int32_t)v == VSYS_AT_CWD)
		vsys_text_put(t, "AT_FDCWD");
	else
		vsys_put_signed(t, (uint64_t)(int64_t)(int32_t)v);
}

/* What a descriptor or handle is. */
static void put_object(struct vsys_text *t, const struct vsys_value *how, uint64_t v)
{
	if (how->cls == VSYS_CL_ATFD && (int32_t)v == VSYS_AT_CWD)
		vsys_put_cwd(t);
	else if (how->cls == VSYS_CL_FD || how->cls == VSYS_CL_ATFD || how->cls == VSYS_CL_HANDLE)
		vsys_put_handle_name(t, (uint64_t)(int64_t)(int32_t)v);
}

/* Few values of such numbers have names. */
static void put_int(struct vsys_text *t, const struct vsys_value *how, uint64_t v)
{
	const char *name = how->set ? vsys_set_name(how->set, v) : NULL;

	if (name)
		vsys_text_put(t, name);
	else if (how->sign)
		vsys_put_signed(t, v);
	else
		vsys_text_dec(t, v);
}

/* The parts of a request without a name: direction, type, number, size of its data. */
static void put_ioc(struct vsys_text *t, const struct vsys_value *how, uint32_t v)
{
	static const char *const directions[] = {
		"_IOC_NONE", "_IOC_WRITE", "_IOC_READ", "_IOC_READ|_IOC_WRITE",
	};
	const char *name = how->set ? vsys_set_name(how->set, v) : NULL;

	if (name) {
		vsys_text_put(t, name);
		return;
	}
	vsys_text_printf(t, "_IOC(%s, %#x, %#x, ", directions[v >> 30], v >> 8 & 0xff, v & 0xff);
	put_hex(t, v >> 16 & 0x3fff);
	vsys_text_char(t, ')');
}

/* A class, which has a name, and a level in the lower 13 bits. */
static void put_ioprio(struct vsys_text *t, const struct vsys_set *set, uint64_t v)
{
	const struct vsys_value class = { .cls = VSYS_CL_ENUM, .set = set };

	vsys_text_put(t, "IOPRIO_PRIO_VALUE(");
	vsys_put_value(t, &class, v >> 13);
	vsys_text_put(t, ", ");
	vsys_text_dec(t, v & 0x1fff);
	vsys_text_char(t, ')');
}

static void put_inet(struct vsys_text *t, unsigned int v)
{
	vsys_text_printf(t, "inet_addr(\"%u.%u.%u.%u\")", v & 0xff, v >> 8 & 0xff,
			 v >> 16 & 0xff, v >> 24);
}

/* 8192*1024 */
static void put_kib(struct vsys_text *t, const struct vsys_value *how, uint64_t v)
{
	enum { KIB = 1024 };
	const char *name = how->set ? vsys_set_name(how->set, vsys_narrow(v, how->size, true)) : NULL;
	bool whole = v > KIB && !(v % KIB);

	if (name) {
		vsys_text_put(t, name);
		return;
	}
	vsys_text_dec(t, whole ? v / KIB : v);
	if (whole)
		vsys_text_put(t, "*1024");
}

static void put_signal(struct vsys_text *t, const struct vsys_set *signals, unsigned int nr)
{
	const char *name = vsys_set_name(signals, nr);

	if (name)
		vsys_text_put(t, name);
	else
		vsys_text_dec(t, nr);
}

/* The status of wait4(): low 7 bits a signal, then the mark of a core; or a code above. */
static void put_wait(struct vsys_text *t, const struct vsys_set *signals, uint32_t v)
{
	unsigned int code = v >> 8 & 0xff, sig = v & 0x7f;

	if (v == 0xffff) {
		vsys_text_put(t, "{WIFCONTINUED(s)}");
	} else if ((v & 0xff) == 0x7f) {
		vsys_text_put(t, "{WIFSTOPPED(s) && WSTOPSIG(s) == ");
		put_signal(t, signals, code & 0x7f);
		vsys_text_put(t, code & 0x80 ? " | 0x80}" : "}");
	} else if (sig) {
		vsys_text_put(t, "{WIFSIGNALED(s) && WTERMSIG(s) == ");
		put_signal(t, signals, sig);
		vsys_text_put(t, v & 0x80 ? " && WCOREDUMP(s)}" : "}");
	} else {
		vsys_text_printf(t, "{WIFEXITED(s) && WEXITSTATUS(s) == %u}", code);
	}
	if (v >> 16)
		vsys_text_printf(t, " | %#x", v & 0xffff0000);
}

/* Whether values of this class may have names. */
static bool has_names(const struct vsys_value *how)
{
	switch (how->cls) {
	case VSYS_CL_ATFD:
	case VSYS_CL_BOOL:
		return true;
	case VSYS_CL_INT:
	case VSYS_CL_UINT:
	case VSYS_CL_WAIT:
	case VSYS_CL_SIGSET:
	case VSYS_CL_KIB:
	case VSYS_CL_IOPRIO:
	case VSYS_CL_OCTAL:
	case VSYS_CL_FLAGS:
	case VSYS_CL_ENUM:
	case VSYS_CL_HANDLE:
	case VSYS_CL_STATUS:
	case VSYS_CL_IOC:
		return how->set;
	default:
		return false;
	}
}

/* The number, and with VSYS_STYLE_VERBOSE its names as a comment. */
static void put_styled(struct vsys_text *t, const struct vsys_value *how, uint64_t v)
{
	struct vsys_value bare = { .cls = VSYS_CL_HEX, .size = how->size };
	unsigned char style = t->style;
	size_t names;

	if (how->cls == VSYS_CL_OCTAL || how->cls == VSYS_CL_ATFD)
		bare.cls = how->cls == VSYS_CL_OCTAL ? VSYS_CL_OCTAL : VSYS_CL_FD;
	else if (how->cls == VSYS_CL_ENUM && how->sign)
		bare.cls = VSYS_CL_INT;
	bare.sign = how->sign;
	t->style = VSYS_STYLE_ABBREV;
	vsys_put_value(t, &bare, v);
	if (style == VSYS_STYLE_VERBOSE) {
		vsys_text_put(t, " /* ");
		names = t->len;
		vsys_put_value(t, how, v);
		vsys_text_put(t, " */");
		/* Drop a comment that only repeats the number. */
		if (!t->failed && !strpbrk(t->s + names, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
			t->len = names - strlen(" /* ");
			t->s[t->len] = '\0';
		}
	}
	t->style = style;
}

static void put_address(struct vsys_text *t, const struct vsys_value *how, uint64_t v)
{
	bool name = how->cls == VSYS_CL_USTR || how->cls == VSYS_CL_LSTR;

	if (!name || !vsys_put_atom(t, v))
		vsys_put_pointer(t, v);
}

/* The value itself, @v as wide as the class is. */
static void put_plain(struct vsys_text *t, const struct vsys_value *how, uint64_t v)
{
	switch (how->cls) {
	case VSYS_CL_INT:
	case VSYS_CL_UINT:
		put_int(t, how, v);
		break;
	case VSYS_CL_WAIT:
		put_wait(t, how->set, (uint32_t)v);
		break;
	case VSYS_CL_SIGSET:
		vsys_put_sigset(t, how->set, v);
		break;
	case VSYS_CL_IOC:
		put_ioc(t, how, (uint32_t)v);
		break;
	case VSYS_CL_INET:
		put_inet(t, (unsigned int)v);
		break;
	case VSYS_CL_KIB:
		put_kib(t, how, v);
		break;
	case VSYS_CL_IOPRIO:
		put_ioprio(t, how->set, v);
		break;
	case VSYS_CL_OCTAL:
		put_flags(t, how->set, v, true);
		break;
	case VSYS_CL_FD:
	case VSYS_CL_ATFD:
		put_fd(t, v, how->cls == VSYS_CL_ATFD);
		break;
	case VSYS_CL_FLAGS:
		put_flags(t, how->set, v, false);
		break;
	case VSYS_CL_ENUM:
		put_enum(t, how, v);
		break;
	case VSYS_CL_DEV:
		put_dev(t, v);
		break;
	case VSYS_CL_HEX:
		put_hex(t, v);
		break;
	case VSYS_CL_HANDLE:
		put_handle(t, how, v);
		break;
	case VSYS_CL_BOOL:
		put_bool(t, v);
		break;
	case VSYS_CL_STATUS:
		put_status(t, how->set, (uint32_t)v);
		break;
	default:
		put_address(t, how, v);
		break;
	}
}

/**
 * vsys_put_value - a number as its class says
 * @t: the text
 * @how: its class
 * @v: the register, or the bytes in memory
 */
void vsys_put_value(struct vsys_text *t, const struct vsys_value *how, uint64_t v)
{
	const struct vsys_handle_names *names = t->names;

	t->names = NULL;
	if (t->style != VSYS_STYLE_ABBREV && has_names(how))
		put_styled(t, how, v);
	else
		put_plain(t, how, narrow(how, v));
	t->names = names;
	if (names)
		put_object(t, how, v);
}
