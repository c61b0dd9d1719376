// SPDX-License-Identifier: GPL-2.0
/* Records as the module would write them. */
#include <stdlib.h>
#include <string.h>

#include "records.h"

void rec_event(struct rec *r, unsigned int type)
{
	struct vsys_record *h = rec_head(r);

	memset(r->b, 0, sizeof(struct vsys_rec_entry));
	h->size = sizeof(*h);
	if (type == VSYS_REC_REFUSED)
		h->size = sizeof(struct vsys_rec_refused);
	if (type == VSYS_REC_ENTRY_REG)
		h->size = sizeof(struct vsys_rec_entry_reg);
	h->type = (uint16_t)type;
	h->vm = 1;
}

void rec_entry(struct rec *r, uint32_t nr, uint64_t call, unsigned int nargs,
	       const uint64_t *args)
{
	struct vsys_rec_entry *e = (void *)r->b;

	rec_event(r, VSYS_REC_ENTRY);
	e->r.size = sizeof(*e);
	e->r.abi = VSYS_ABI_LINUX_X86_64;
	e->r.nr = nr;
	e->call = call;
	e->pc = 0x401000;
	e->sp = 0x7ffc00001000;
	e->space = 0x12345000;
	e->nargs = (uint16_t)nargs;
	e->valid = (uint16_t)nargs;
	memcpy(e->args, args, (nargs < VSYS_ARGS ? nargs : VSYS_ARGS) * sizeof(*args));
	if (nargs <= VSYS_ARGS)
		return;
	memcpy(r->b + sizeof(*e), args + VSYS_ARGS, (nargs - VSYS_ARGS) * sizeof(*args));
	e->r.size += (nargs - VSYS_ARGS) * (uint32_t)sizeof(*args);
}

void rec_abi(struct rec *r, unsigned int abi, unsigned int door)
{
	rec_head(r)->abi = (uint8_t)abi;
	rec_head(r)->door = (uint8_t)door;
}

void rec_valid(struct rec *r, unsigned int valid)
{
	((struct vsys_rec_entry *)r->b)->valid = (uint16_t)valid;
}

void rec_entry_reg(struct rec *r, uint32_t reg, uint64_t was, uint64_t value)
{
	struct vsys_rec_entry_reg *m = (void *)r->b;

	rec_event(r, VSYS_REC_ENTRY_REG);
	m->reg = reg;
	m->was = was;
	m->value = value;
}

void rec_return(struct rec *r, uint32_t nr, uint64_t call, uint64_t result)
{
	struct vsys_rec_return *ret = (void *)r->b;

	rec_event(r, VSYS_REC_RETURN);
	ret->r.size = sizeof(*ret);
	ret->r.abi = VSYS_ABI_LINUX_X86_64;
	ret->r.nr = nr;
	ret->call = call;
	ret->result = result;
	ret->latency = 1500;
}

void rec_lost(struct rec *r, uint64_t first, uint64_t last)
{
	struct vsys_rec_lost *l = (void *)r->b;

	rec_event(r, VSYS_REC_LOST);
	l->r.size = sizeof(*l);
	l->r.seq = last + 1;
	l->first = first;
	l->last = last;
	l->count = last - first + 1;
}

void rec_end(struct rec *r, uint64_t records)
{
	rec_event(r, VSYS_NOTE_END);
	rec_head(r)->size = sizeof(struct vsys_note_end);
	((struct vsys_note_end *)r->b)->records = records;
}

void rec_cap(struct rec *r, unsigned int arg, unsigned int kind, unsigned int flags,
	     uint64_t addr, const void *data, size_t len)
{
	struct vsys_record *h = rec_head(r);
	struct vsys_capture c = {
		.len = (uint32_t)len,
		.arg = (uint8_t)arg,
		.kind = (uint8_t)kind,
		.flags = (uint16_t)flags,
		.addr = addr,
	};
	size_t padded = (len + 7) & ~(size_t)7;

	memcpy(r->b + h->size, &c, sizeof(c));
	memset(r->b + h->size + sizeof(c), 0, padded);
	if (len)
		memcpy(r->b + h->size + sizeof(c), data, len);
	h->size += (uint32_t)(sizeof(c) + padded);
	if (h->type == VSYS_REC_ENTRY)
		((struct vsys_rec_entry *)r->b)->captures++;
}

void rec_string(struct rec *r, unsigned int arg, uint64_t addr, const char *s)
{
	rec_cap(r, arg, VSYS_CAP_STRING, 0, addr, s, strlen(s));
}

/* ASCII as UTF-16. */
size_t rec_wide(unsigned char *to, const char *s)
{
	size_t n = 0;

	for (; *s; s++) {
		to[n++] = (unsigned char)*s;
		to[n++] = 0;
	}
	return n;
}

size_t rec_ustring(unsigned char *to, unsigned int length, unsigned int maximum, const char *s)
{
	struct vsys_ustring u = {
		.length = (uint16_t)length,
		.maximum = (uint16_t)maximum,
		.buffer = 0x20000,
	};

	memcpy(to, &u, sizeof(u));
	return sizeof(u) + rec_wide(to + sizeof(u), s);
}

size_t rec_objattr(unsigned char *to, const struct vsys_objattr *o, const char *s)
{
	struct vsys_objattr head = *o;
	size_t n = rec_wide(to + sizeof(head), s);

	head.string = (struct vsys_ustring){
		.length = (uint16_t)n, .maximum = (uint16_t)n, .buffer = 0x20000,
	};
	memcpy(to, &head, sizeof(head));
	return sizeof(head) + n;
}

void *rec_copy(const struct rec *r)
{
	uint32_t size;
	void *copy;

	memcpy(&size, r->b, sizeof(size));
	copy = malloc(size);
	if (!copy)
		abort();
	return memcpy(copy, r->b, size);
}

const char *rec_line(const struct vsys_table *table, const struct rec *entry,
		     const struct rec *ret)
{
	static struct vsys_text line;
	struct vsys_decoder *d = vsys_decoder_new(0);
	struct vsys_record *e = entry ? rec_copy(entry) : NULL;
	struct vsys_record *r = ret ? rec_copy(ret) : NULL;
	struct vsys_call_event ev = {
		.state = VSYS_STATE_RETURNED,
		.entry = (void *)e,
		.ret = (void *)r,
	};
	struct vsys_decoded call;
	const char *wrong = NULL;

	if (!r)
		ev.state = e->flags & VSYS_F_NORETURN ? VSYS_STATE_NORETURN : VSYS_STATE_UNSEEN;
	if (!e)
		ev.state = VSYS_STATE_ORPHAN;
	if (e)
		wrong = vsys_record_check(e);
	if (r && !wrong)
		wrong = vsys_record_check(r);
	vsys_text_reset(&line);
	if (wrong) {
		vsys_text_put(&line, wrong);
	} else {
		vsys_decoder_call(d, table, &ev, &call);
		vsys_format_call(&line, &call);
	}
	vsys_decoder_free(d);
	free(e);
	free(r);
	return line.s;
}
