// SPDX-License-Identifier: GPL-2.0
/* -e read=, -e write=: what calls read and wrote, in hex and ASCII as strace shows it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <vsyscalls/vsyscalls.h>

#include "dump.h"
#include "option.h"

enum { ROW = 16 };

/* "3,5", "all", "none", "!3,5" */
static int add(struct options *o, struct dump_set *s, const char *kind, char *arg)
{
	bool others = *arg == '!';
	char *word, *save, *end;

	*s = (struct dump_set){ 0 };
	arg += others;
	if (!strcmp(arg, "all") || !strcmp(arg, "none")) {
		s->others = others != !strcmp(arg, "all");
		arg += strlen(arg);
	} else if (!*arg) {
		return options_wrong("-e %s=: no descriptor is named", kind);
	} else {
		s->others = others;
	}
	for (word = strtok_r(arg, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		if (s->n == DUMP_MAX)
			return options_wrong("-e %s=: more than %d descriptors", kind, DUMP_MAX);
		errno = 0;
		s->fds[s->n++] = strtoll(word, &end, 0);
		if (errno || end == word || *end)
			return options_wrong("-e %s=%s: not a number, all or none", kind, word);
	}
	o->dump |= s->n || s->others;
	return OPTION_GOOD;
}

int dump_add_read(struct options *o, char *arg)
{
	return add(o, &o->dump_read, "read", arg);
}

int dump_add_write(struct options *o, char *arg)
{
	return add(o, &o->dump_write, "write", arg);
}

static bool has(const struct dump_set *s, int64_t fd)
{
	unsigned int i;

	for (i = 0; i < s->n; i++)
		if (s->fds[i] == fd)
			return !s->others;
	return s->others;
}

/* " | 00000  68 65 6c 6c 6f 20 77 6f  72 6c 64                          hello world      |" */
static void put_row(struct vsys_text *t, size_t offset, const unsigned char *p, size_t n)
{
	size_t i;

	vsys_text_printf(t, " | %05zx ", offset);
	for (i = 0; i < ROW; i++) {
		if (i % 8 == 0)
			vsys_text_char(t, ' ');
		if (i < n)
			vsys_text_printf(t, "%02x ", p[i]);
		else
			vsys_text_put(t, "   ");
	}
	vsys_text_char(t, ' ');
	for (i = 0; i < ROW; i++)
		vsys_text_char(t, i >= n ? ' ' : p[i] >= ' ' && p[i] <= '~' ? (char)p[i] : '.');
	vsys_text_put(t, " |\n");
}

static void put_bytes(struct vsys_text *t, const unsigned char *p, size_t n, uint64_t len)
{
	size_t at;

	for (at = 0; at < n; at += ROW)
		put_row(t, at, p + at, n - at < ROW ? n - at : ROW);
	if (n < len)
		vsys_text_printf(t, " * %llu bytes more were not copied\n",
				 (unsigned long long)(len - n));
}

static size_t padded(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

/* Show @count parts of what is left at *@p; @left bytes of them count.  Returns what follows. */
static const unsigned char *put_parts(struct vsys_text *t, const unsigned char *p,
				      const unsigned char *end, size_t count, uint64_t left)
{
	struct vsys_part part;
	uint64_t len;
	size_t i;

	for (i = 0; i < count && (size_t)(end - p) >= sizeof(part); i++) {
		memcpy(&part, p, sizeof(part));
		p += sizeof(part);
		if (part.bytes > (size_t)(end - p))
			return end;
		len = part.len < left ? part.len : left;
		left -= len;
		if (len) {
			vsys_text_printf(t, " * %llu bytes in buffer %zu\n",
					 (unsigned long long)len, i);
			put_bytes(t, p, part.bytes < len ? part.bytes : (size_t)len, len);
		}
		p += padded(part.bytes) < (size_t)(end - p) ? padded(part.bytes) : (size_t)(end - p);
	}
	return p;
}

/* The parts of each message; of several, @result counts messages. */
static void put_messages(struct vsys_text *t, const struct vsys_cap *cap, bool many,
			 uint64_t result)
{
	const unsigned char *p = cap->data, *end = p + cap->len;
	struct vsys_msg m;
	size_t head;

	while ((size_t)(end - p) >= sizeof(m)) {
		memcpy(&m, p, sizeof(m));
		head = sizeof(m) + padded(m.name_bytes) + padded(m.control_bytes);
		if (head > (size_t)(end - p))
			return;
		p = put_parts(t, p + head, end, m.parts,
			      !many ? result : m.len ? m.len : UINT64_MAX);
	}
}

static void put_capture(struct vsys_text *t, const struct vsys_cap *cap,
			const struct vsys_type *type, uint64_t result)
{
	if (cap->kind == VSYS_CAP_PARTS)
		put_parts(t, cap->data, cap->data + cap->len, SIZE_MAX, result);
	else if (cap->kind == VSYS_CAP_MESSAGES)
		put_messages(t, cap, type->cls == VSYS_CL_MMSGHDR, result);
	else if (cap->kind == VSYS_CAP_BYTES && type->cls == VSYS_CL_BUF)
		put_bytes(t, cap->data, cap->len, result);
}

void dump_call(struct vsys_text *t, const struct options *o, const struct vsys_decoded *c)
{
	const struct vsys_param *p;
	const struct vsys_record *r;
	struct vsys_cap cap;
	uint64_t result;
	unsigned int i;
	bool out;

	if (!o->dump || !c->call || !c->ev.entry || !c->ev.ret || c->failed || !c->nargs ||
	    (c->call->params[0].type->cls != VSYS_CL_FD &&
	     c->call->params[0].type->cls != VSYS_CL_HANDLE))
		return;
	for (i = 1; i < c->nargs; i++) {
		p = &c->call->params[i];
		out = p->dir & VSYS_DIR_OUT;
		r = out ? &c->ev.ret->r : &c->ev.entry->r;
		if (!has(out ? &o->dump_read : &o->dump_write, (int64_t)c->args[0].value) ||
		    !vsys_record_capture(r, p->slot, false, &cap))
			continue;
		/* A status says nothing of the length, and the capture has all there is. */
		result = c->os == VSYS_OS_LINUX ? c->ev.ret->result : cap.len;
		put_capture(t, &cap, p->type, result);
	}
}
