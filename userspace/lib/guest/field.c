// SPDX-License-Identifier: GPL-2.0
/* Read a field of a task as the module does, from its recipe. */
#include <string.h>

#include "field.h"

enum {
	INDEX_MAX = 64,
	NODES_MAX = 16,
};

/* Follow the pointers; *p is then the structure with the field. */
static bool steps_follow(struct vsys_space *s, const struct vsys_task_field *f, uint64_t *p)
{
	uint64_t index;
	unsigned int i;

	for (i = 0; i <= f->steps && i <= VSYS_TASK_STEPS_MAX; i++) {
		if (f->indexed == i + 1) {
			if (!vsys_space_number(s, *p + (uint64_t)f->index, 4, &index) ||
			    index >= INDEX_MAX)
				return false;
			*p += index * f->stride;
		}
		if (i == f->steps)
			return true;
		if (!vsys_space_pointer(s, *p + (uint64_t)f->off[i], p) || !*p)
			return false;
	}
	return false;
}

bool vsys_field_number(struct vsys_space *s, const struct vsys_task_field *f, uint64_t task,
		       uint64_t *value)
{
	return f->form == VSYS_TASK_NUMBER && steps_follow(s, f, &task) &&
	       vsys_space_number(s, task + (uint64_t)f->off[f->steps], f->bytes, value);
}

/* Put the names of a chain of nodes in front of each other, from the end of @buf on. */
static bool path_read(struct vsys_space *s, const struct vsys_task_field *f, uint64_t node,
		      char *buf, size_t n)
{
	char part[VSYS_TASK_TEXT_MAX], *end = buf + n - 1, *at = end;
	unsigned int i;
	uint64_t up, name;
	size_t len;

	*end = 0;
	for (i = 0; i < NODES_MAX; i++) {
		if (!vsys_space_pointer(s, node + (uint64_t)f->index, &up))
			return false;
		if (up == node)
			break;
		if (!vsys_space_pointer(s, node + (uint64_t)f->off[f->steps], &name) ||
		    !vsys_space_string(s, name, part, sizeof(part)))
			return false;
		len = strlen(part);
		if (len + 1 > (size_t)(at - buf))
			break;
		at -= len + 1;
		*at = '/';
		memcpy(at + 1, part, len);
		node = up;
	}
	memmove(buf, at, (size_t)(end - at) + 1);
	return true;
}

/* UTF-16 to UTF-8; a surrogate without its partner becomes '?'. */
static void wide_put(const unsigned char *p, size_t n, char *to)
{
	uint32_t c, low;
	size_t i;

	for (i = 0; i + 1 < n; i += 2) {
		c = (uint32_t)(p[i] | p[i + 1] << 8);
		if (c >= 0xd800 && c < 0xdc00 && i + 3 < n) {
			low = (uint32_t)(p[i + 2] | p[i + 3] << 8);
			if (low >= 0xdc00 && low < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
				i += 2;
			}
		}
		if (c >= 0xd800 && c < 0xe000)
			c = '?';
		if (c < 0x80) {
			*to++ = (char)c;
			continue;
		}
		if (c >= 0x10000)
			*to++ = (char)(0xf0 | c >> 18);
		if (c >= 0x800)
			*to++ = (char)((c >= 0x10000 ? 0x80 : 0xe0) | (c >> 12 & (c >= 0x10000 ? 63 : 15)));
		*to++ = (char)((c >= 0x800 ? 0x80 : 0xc0) | (c >> 6 & (c >= 0x800 ? 63 : 31)));
		*to++ = (char)(0x80 | (c & 63));
	}
	*to = 0;
}

static bool ustring_read(struct vsys_space *s, const struct vsys_task_field *f, uint64_t at, char *buf,
			 size_t n)
{
	unsigned char wide[VSYS_TASK_TEXT_MAX];
	uint64_t len, text;
	size_t got;

	if (!vsys_space_number(s, at, 2, &len) ||
	    !vsys_space_pointer(s, at + vsys_space_word(s), &text))
		return false;
	got = len < f->bytes ? (size_t)len : f->bytes;
	if (got > sizeof(wide) || n <= got / 2 * 3 || !vsys_space_read(s, text, wide, got))
		return false;
	wide_put(wide, got, buf);
	return true;
}

bool vsys_field_text(struct vsys_space *s, const struct vsys_task_field *f, uint64_t task,
		     char *buf, size_t n)
{
	uint64_t at;

	if (n <= f->bytes || !steps_follow(s, f, &task))
		return false;
	at = task + (uint64_t)f->off[f->steps];
	switch (f->form) {
	case VSYS_TASK_CHARS:
		buf[f->bytes] = 0;
		return vsys_space_read(s, at, buf, f->bytes);
	case VSYS_TASK_STRING:
		return vsys_space_pointer(s, at, &at) && vsys_space_string(s, at, buf, f->bytes + 1u);
	case VSYS_TASK_PATH:
		return path_read(s, f, task, buf, f->bytes + 1u);
	case VSYS_TASK_USTRING:
		return ustring_read(s, f, at, buf, n);
	default:
		return false;
	}
}
