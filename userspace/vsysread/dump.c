// SPDX-License-Identifier: GPL-2.0
/* -e read=, -e write=: what calls read and wrote, in hex and ASCII as strace shows it. */
#include <stdlib.h>
#include <string.h>
#include <vsyscalls/vsyscalls.h>

#include "dump.h"
#include "option.h"

enum { ROW = 16 };

/* "3,5", "all", "none", "!3,5" */
static int add(struct dump_set *s, const char *kind, char *arg)
{
	bool others = *arg == '!';
	char *word, *save;
	uint64_t fd;

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
		if (!options_number(word, 0, INT64_MAX, false, &fd))
			return options_wrong("-e %s=%s: not a number, all or none", kind, word);
		s->fds[s->n++] = (int64_t)fd;
	}
	return OPTION_GOOD;
}

int dump_add_read(struct options *o, char *arg)
{
	return add(&o->dump_read, "read", arg);
}

int dump_add_write(struct options *o, char *arg)
{
	return add(&o->dump_write, "write", arg);
}

bool dump_wanted(const struct options *o)
{
	return o->dump_read.n || o->dump_read.others || o->dump_write.n || o->dump_write.others;
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

/* Show the next @count parts; @left bytes of them count. */
static void put_parts(struct vsys_text *t, struct vsys_rest *r, size_t count, uint64_t left)
{
	const unsigned char *p;
	struct vsys_part part;
	uint64_t len;
	size_t i;

	for (i = 0; i < count && vsys_rest_head(r, &part, sizeof(part)); i++) {
		p = vsys_rest_take(r, part.bytes);
		if (!p)
			return;
		len = part.len < left ? part.len : left;
		left -= len;
		if (!len)
			continue;
		vsys_text_printf(t, " * %llu bytes in buffer %zu\n", (unsigned long long)len, i);
		put_bytes(t, p, part.bytes < len ? part.bytes : (size_t)len, len);
	}
}

/* The parts of each message; of several, @result counts messages. */
static void put_messages(struct vsys_text *t, struct vsys_rest *r, bool many, uint64_t result)
{
	struct vsys_msg m;

	while (vsys_rest_head(r, &m, sizeof(m)) && vsys_rest_take(r, m.name_bytes) &&
	       vsys_rest_take(r, m.control_bytes))
		put_parts(t, r, m.parts, !many ? result : m.len ? m.len : UINT64_MAX);
}

static void put_capture(struct vsys_text *t, const struct vsys_cap *cap,
			const struct vsys_type *type, uint64_t result)
{
	struct vsys_rest r = { cap->data, cap->len };

	if (cap->kind == VSYS_CAP_PARTS)
		put_parts(t, &r, SIZE_MAX, result);
	else if (cap->kind == VSYS_CAP_MESSAGES)
		put_messages(t, &r, type->cls == VSYS_CL_MMSGHDR, result);
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

	if (!dump_wanted(o) || !c->call || !c->ev.entry || !c->ev.ret || c->failed || !c->nargs ||
	    (c->call->params[0].type->cls != VSYS_CL_FD &&
	     c->call->params[0].type->cls != VSYS_CL_HANDLE))
		return;
	for (i = 1; i < c->nargs; i++) {
		p = &c->call->params[i];
		/* Of messages sent only the lengths are written. */
		out = p->dir & VSYS_DIR_OUT &&
		      !(p->dir & VSYS_DIR_IN && p->type->cls == VSYS_CL_MMSGHDR);
		r = out ? &c->ev.ret->r : &c->ev.entry->r;
		if (!has(out ? &o->dump_read : &o->dump_write, (int64_t)c->args[0].value) ||
		    !vsys_record_capture(r, p->slot, false, &cap))
			continue;
		/* A status says nothing of the length, and the capture has all there is. */
		result = c->os == VSYS_OS_LINUX ? c->ev.ret->result : cap.len;
		put_capture(t, &cap, p->type, result);
	}
}
