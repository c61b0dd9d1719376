// SPDX-License-Identifier: GPL-2.0
/* Format entries of a directory. */
#include <string.h>

#include "decode.h"

enum {
	TYPE_BYTES = 1,		/* d_type: behind d_reclen, or at the end of the entry */
};

static const char *const types[] = {
	[0] = "DT_UNKNOWN", [1] = "DT_FIFO", [2] = "DT_CHR", [4] = "DT_DIR", [6] = "DT_BLK",
	[8] = "DT_REG", [10] = "DT_LNK", [12] = "DT_SOCK", [14] = "DT_WHT",
};

static void put_type(struct vsys_text *t, unsigned int type)
{
	vsys_text_put(t, ", d_type=");
	if (type < sizeof(types) / sizeof(types[0]) && types[type])
		vsys_text_put(t, types[type]);
	else
		vsys_text_hex(t, type);
}

static void put_name(struct vsys_text *t, const unsigned char *p, size_t n)
{
	vsys_text_put(t, ", d_name=");
	vsys_text_quote(t, p, strnlen((const char *)p, n));
}

/* One entry of @reclen bytes: inode and offset, each of @word bytes, reclen, the rest. */
static void put_dirent(struct vsys_text *t, const unsigned char *p, size_t reclen,
		       unsigned int word, bool type_first)
{
	size_t head = 2 * word + 2;

	vsys_text_put(t, "{d_ino=");
	vsys_text_dec(t, vsys_load(p, word));
	vsys_text_put(t, ", d_off=");
	vsys_put_signed(t, vsys_narrow(vsys_load(p + word, word), word, true));
	vsys_text_put(t, ", d_reclen=");
	vsys_text_dec(t, reclen);
	if (type_first) {
		put_type(t, p[head]);
		put_name(t, p + head + TYPE_BYTES, reclen - head - TYPE_BYTES);
	} else {
		put_name(t, p + head, reclen - head - TYPE_BYTES);
		put_type(t, p[reclen - TYPE_BYTES]);
	}
	vsys_text_char(t, '}');
}

/**
 * vsys_put_dirents - "[{d_ino=1, d_off=2, d_reclen=24, d_type=DT_DIR, d_name="."}, ...]"
 * @t: the text
 * @b: the entries, one after the other
 * @is64: struct linux_dirent64, else struct linux_dirent
 *
 * Return: whether bytes are missing.
 */
bool vsys_put_dirents(struct vsys_text *t, const struct vsys_bytes *b, bool is64)
{
	unsigned int word = is64 || b->bits == 64 ? 8 : 4, i;
	size_t head = 2 * word + 2, at = 0, reclen;

	vsys_text_char(t, '[');
	for (i = 0; i < b->elements && b->n - at > head + TYPE_BYTES; i++) {
		reclen = vsys_load(b->p + at + 2 * word, 2);
		if (reclen <= head + TYPE_BYTES || reclen > b->n - at)
			break;
		if (i)
			vsys_text_put(t, ", ");
		put_dirent(t, b->p + at, reclen, word, is64);
		at += reclen;
	}
	if (at < b->n)
		vsys_text_put(t, i ? ", ..." : "...");
	vsys_text_char(t, ']');
	return at < b->n && i < b->elements;
}
