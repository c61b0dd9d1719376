// SPDX-License-Identifier: GPL-2.0
/* What is submitted to an io_uring, and what has completed, as JSON. */
#include "uring.h"

static void put_hex(struct vsys_text *t, const char *key, uint64_t v)
{
	vsys_text_put(t, key);
	vsys_text_hex(t, v);
	vsys_text_char(t, '"');
}

static void put_member(struct vsys_text *t, const struct vsys_submission *s,
		       const unsigned char *entry, const struct vsys_field *f,
		       const struct vsys_bytes *how)
{
	struct vsys_text text = { .s = NULL };

	vsys_put_entry_member(&text, s, entry, f, how);
	vsys_text_put(t, "\"text\":");
	vsys_text_json(t, text.s ? text.s : "");
	vsys_text_free(&text);
}

/* Members that each entry has, but for those whose names only one operation knows. */
static void put_common(struct vsys_text *t, const struct vsys_type *type,
		       const struct vsys_submission *s, const unsigned char *entry)
{
	unsigned int i;

	for (i = 0; i < type->nfields; i++) {
		const struct vsys_field *f = &type->fields[i];

		if (!vsys_entry_shows(s, entry, f))
			continue;
		vsys_text_printf(t, ",\"%s\":", f->name);
		put_hex(t, "\"", vsys_typed(vsys_entry_value(entry, f), f->cls, f->size, f->sign));
	}
}

static void put_submission(struct vsys_text *t, const struct vsys_type *type,
			   const struct vsys_submission *s, const struct vsys_bytes *how)
{
	unsigned int i;

	vsys_text_printf(t, "{\"index\":%u", s->index);
	if (!s->there) {
		vsys_text_char(t, '}');
		return;
	}
	vsys_text_put(t, ",\"operation\":\"");
	vsys_put_operation(t, s);
	vsys_text_put(t, "\",\"args\":[");
	for (i = 0; s->type && i < s->type->nfields; i++) {
		const struct vsys_field *f = &s->type->fields[i];

		vsys_text_printf(t, i ? ",{\"name\":\"%s\"" : "{\"name\":\"%s\"", f->name);
		put_hex(t, ",\"value\":\"", vsys_entry_value(s->entry, f));
		vsys_text_char(t, ',');
		put_member(t, s, s->entry, f, how);
		vsys_text_char(t, '}');
	}
	vsys_text_char(t, ']');
	put_common(t, type, s, s->entry);
	vsys_text_char(t, '}');
}

static void put_submissions(struct vsys_text *t, const struct vsys_type *type,
			    const struct vsys_cap *cap, const struct vsys_bytes *how)
{
	struct vsys_submission s;
	struct vsys_queue q;
	unsigned int i;

	if (!vsys_queue_begin(&q, cap, VSYS_CAP_SQES, how->numbers ? how->numbers->abi : 0))
		return;
	vsys_text_put(t, ",\"submissions\":[");
	for (i = 0; vsys_submission_next(&q, &s); i++) {
		vsys_text_put(t, i ? "," : "");
		put_submission(t, type, &s, how);
	}
	vsys_text_char(t, ']');
}

static void put_completions(struct vsys_text *t, const struct vsys_type *type,
			    const struct vsys_cap *cap, const struct vsys_bytes *how)
{
	const unsigned char *p;
	struct vsys_queue q;
	unsigned int i;

	if (!vsys_queue_begin(&q, cap, VSYS_CAP_CQES, 0))
		return;
	vsys_text_put(t, ",\"completions\":[");
	for (i = 0; (p = vsys_completion_next(&q)); i++) {
		vsys_text_put(t, i ? ",{" : "{");
		/* The text is that of the result. */
		put_member(t, NULL, p, &type->fields[1], how);
		put_common(t, type, NULL, p);
		vsys_text_char(t, '}');
	}
	vsys_text_char(t, ']');
}

void vsys_put_queues_json(struct vsys_text *t, const struct vsys_decoded *c,
			  const struct vsys_numbering *numbers)
{
	struct vsys_bytes how = { .numbers = numbers, .os = c->os, .limit = SIZE_MAX,
				  .elements = UINT32_MAX };
	const struct vsys_param *p;
	struct vsys_cap cap;
	unsigned int i;

	for (i = 0; c->call && i < c->nargs; i++) {
		p = &c->call->params[i];
		if (p->type->cls == VSYS_CL_SQES && vsys_capture_in(&c->ev, p->slot, &cap))
			put_submissions(t, p->type, &cap, &how);
		if (p->type->cls == VSYS_CL_CQES && vsys_capture_out(&c->ev, p->slot, &cap))
			put_completions(t, p->type, &cap, &how);
	}
}
