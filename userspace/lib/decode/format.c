// SPDX-License-Identifier: GPL-2.0
/* Format decoded calls and other records as lines of text. */
#include <inttypes.h>
#include <string.h>

#include <vsyscalls/held.h>
#include <vsyscalls/vsyscalls.h>

void vsys_format_head(struct vsys_text *t, const struct vsys_record *rec,
		      const struct vsys_task *task)
{
	vsys_text_put(t, "[vm ");
	vsys_text_dec(t, rec->vm);
	vsys_text_char(t, ' ');
	if (task) {
		vsys_format_task(t, task);
	} else {
		vsys_text_put(t, "vcpu ");
		vsys_text_dec(t, rec->vcpu);
	}
	vsys_text_put(t, "] ");
}

void vsys_format_args(struct vsys_text *t, const struct vsys_decoded *c, unsigned int from,
		      unsigned int to)
{
	unsigned int i;

	for (i = from; i < to; i++) {
		if (i > from)
			vsys_text_put(t, ", ");
		/* Windows calls have up to twenty arguments: name each. */
		if (c->args[i].named || (c->call && c->named)) {
			vsys_text_put(t, c->args[i].name);
			vsys_text_char(t, '=');
		}
		vsys_text_put(t, c->args[i].text);
	}
	if (c->call && to == c->nargs && c->call->flags & VSYS_CALLF_GUESSED)
		vsys_text_put(t, ", ?");
}

void vsys_format_call(struct vsys_text *t, const struct vsys_decoded *c)
{
	vsys_format_head(t, c->ev.entry ? &c->ev.entry->r : &c->ev.ret->r, c->ev.task);
	if (c->ev.state == VSYS_STATE_ORPHAN) {
		/* Without VSYS_F_UNPAIRED, the return has the call number itself. */
		vsys_text_put(t, "<... ");
		vsys_text_put(t, c->ev.ret->r.flags & VSYS_F_UNPAIRED ?
			      "call that was not seen" : c->name);
		vsys_text_put(t, " resumed>) = ");
	} else {
		vsys_text_put(t, c->name);
		vsys_text_char(t, '(');
		vsys_format_args(t, c, 0, c->nargs);
		vsys_text_put(t, ") = ");
	}
	vsys_text_put(t, c->result);
}

void vsys_format_caller(struct vsys_text *t, const struct vsys_caller *caller)
{
	if (caller->module[0])
		vsys_text_printf(t, "%s+0x%" PRIx64, caller->module, caller->offset);
	else
		vsys_text_hex(t, caller->pc);
	if (caller->direct)
		vsys_text_put(t, " <direct>");
}

static void put_refused(struct vsys_text *t, const struct vsys_rec_refused *r)
{
	vsys_text_printf(t, "--- not traced: %s", vsys_refusal_text(r->reason));
	if (r->reason == VSYS_REFUSED_DOOR)
		vsys_text_printf(t, " %s", vsys_door_name(r->door));
	if (r->pc)
		vsys_text_printf(t, ", pc 0x%" PRIx64, (uint64_t)r->pc);
	vsys_text_put(t, " ---");
}

static void put_entry_reg(struct vsys_text *t, const struct vsys_rec_entry_reg *m)
{
	const char *name = vsys_entry_reg_name(m->reg);

	vsys_text_put(t, "--- entry register ");
	if (name)
		vsys_text_put(t, name);
	else
		vsys_text_hex(t, m->reg);
	vsys_text_printf(t, ": 0x%" PRIx64 " => 0x%" PRIx64 " ---", (uint64_t)m->was,
			 (uint64_t)m->value);
}

static const char *call_name(const struct vsys_record *r, const struct vsys_profiles *p)
{
	const struct vsys_proto *call;

	call = vsys_table_record(vsys_profiles_table(p, r->profile), r);
	return call ? call->name : "unknown call";
}

static void put_hold(struct vsys_text *t, const struct vsys_rec_hold *h,
		     const struct vsys_profiles *p)
{
	static const char *const events[] = {
		[VSYS_HOLD_BEGIN] = "held", [VSYS_HOLD_RESUMED] = "resumed",
		[VSYS_HOLD_DEADLINE] = "held until its deadline",
		[VSYS_HOLD_SIGNAL] = "gives way to a signal",
		[VSYS_HOLD_CLOSED] = "its session closed or detached",
	};

	vsys_text_printf(t, "--- %s: %s, hold %" PRIu64 " at its %s ---", call_name(&h->r, p),
			 h->event && h->event < VSYS_HOLD_EVENT_NR ? events[h->event] : "?",
			 (uint64_t)h->id, h->at == VSYS_AT_ENTRY ? "entry" : "return");
}

static void put_bytes(struct vsys_text *t, const struct vsys_rec_edit *e)
{
	const unsigned char *old = (const unsigned char *)(e + 1);

	vsys_text_char(t, ' ');
	vsys_text_quote(t, old, e->bytes);
	vsys_text_put(t, " => ");
	vsys_text_quote(t, old + (((size_t)e->bytes + 7) & ~(size_t)7), e->bytes);
}

static void put_what(struct vsys_text *t, const struct vsys_rec_edit *e)
{
	switch (e->what) {
	case VSYS_EDIT_ARG:
		vsys_text_printf(t, "arg%u", e->index);
		break;
	case VSYS_EDIT_REG:
		vsys_text_put(t, vsys_reg_name(e->index));
		break;
	case VSYS_EDIT_MEM:
	case VSYS_EDIT_PHYS:
		vsys_text_printf(t, "%s 0x%" PRIx64,
				 e->what == VSYS_EDIT_MEM ? "memory" : "guest-physical memory",
				 (uint64_t)e->addr);
		break;
	case VSYS_EDIT_RESULT:
		vsys_text_put(t, "result");
		break;
	case VSYS_EDIT_SKIP:
		vsys_text_put(t, "skipped, result");
		break;
	case VSYS_EDIT_TOUCH:
		vsys_text_printf(t, "waits for arg%u, absent at 0x%" PRIx64, e->index,
				 (uint64_t)e->addr);
		break;
	default:
		vsys_text_printf(t, "edit of type %u", e->what);
		break;
	}
}

/* "--- execve: rule 3 is undecided, arg0 was absent ---" */
static void put_undecided(struct vsys_text *t, const struct vsys_rec_undecided *u,
			  const struct vsys_profiles *p)
{
	vsys_text_printf(t, "--- %s: rule %" PRIu64 " is undecided, arg%u was absent ---",
			 call_name(&u->r, p), (uint64_t)u->rule, u->arg);
}

/* "--- openat: arg1 0x7f00 => 0x7e00, rule 3 ---" */
static void put_edit(struct vsys_text *t, const struct vsys_rec_edit *e,
		     const struct vsys_profiles *p)
{
	const char *error = e->error ? strerrorname_np((int)e->error) : NULL;

	vsys_text_printf(t, "--- %s: ", call_name(&e->r, p));
	put_what(t, e);
	if (e->error)
		vsys_text_printf(t, " not changed: %s at 0x%" PRIx64, error ? error : "error",
				 (uint64_t)e->addr);
	else if (e->what == VSYS_EDIT_MEM || e->what == VSYS_EDIT_PHYS)
		put_bytes(t, e);
	else if (e->what == VSYS_EDIT_SKIP)
		vsys_text_printf(t, " 0x%" PRIx64, (uint64_t)e->value);
	else if (e->what != VSYS_EDIT_TOUCH)
		vsys_text_printf(t, " 0x%" PRIx64 " => 0x%" PRIx64, (uint64_t)e->was,
				 (uint64_t)e->value);
	if (e->rule)
		vsys_text_printf(t, ", rule %" PRIu64, (uint64_t)e->rule);
	vsys_text_put(t, " ---");
}

/* "--- callback 73 ---" */
static void put_delivery(struct vsys_text *t, const struct vsys_record *rec)
{
	struct vsys_delivery d;

	if (!vsys_delivery_of(rec, &d))
		return;
	if (d.kind == VSYS_DELIVERY_CALLBACK)
		vsys_text_printf(t, "--- callback %" PRIu64 " ---", d.value);
	else
		vsys_text_printf(t, "--- %s 0x%" PRIx64 " ---",
				 d.kind == VSYS_DELIVERY_APC ? "APC" : "exception", d.value);
}

void vsys_format_note(struct vsys_text *t, const struct vsys_record *rec,
		      const struct vsys_profiles *p)
{
	const struct vsys_rec_lost *lost = (const void *)rec;

	switch (rec->type) {
	case VSYS_REC_RETURN:
		put_delivery(t, rec);
		break;
	case VSYS_REC_LOST:
		vsys_text_printf(t, "<lost %" PRIu64 " event%s, seq %" PRIu64 "-%" PRIu64 ">",
				 (uint64_t)lost->count, lost->count == 1 ? "" : "s",
				 (uint64_t)lost->first, (uint64_t)lost->last);
		break;
	case VSYS_REC_ATTACH:
		vsys_text_printf(t, "--- attached, profile %s ---",
				 vsys_profiles_name(p, rec->profile));
		break;
	case VSYS_REC_DETACH:
		vsys_text_put(t, "--- detached ---");
		break;
	case VSYS_REC_NESTED:
		vsys_text_put(t, "--- a nested guest runs: its calls are not seen ---");
		break;
	case VSYS_REC_REFUSED:
		put_refused(t, (const void *)rec);
		break;
	case VSYS_REC_ENTRY_REG:
		put_entry_reg(t, (const void *)rec);
		break;
	case VSYS_REC_HOLD:
		put_hold(t, (const void *)rec, p);
		break;
	case VSYS_REC_EDIT:
		put_edit(t, (const void *)rec, p);
		break;
	case VSYS_REC_POLLED:
		vsys_text_printf(t, "--- io_uring %u is polled by the guest's kernel: ",
				 ((const struct vsys_rec_polled *)rec)->fd);
		vsys_text_put(t, "what is submitted to it is not seen ---");
		break;
	case VSYS_REC_UNDECIDED:
		put_undecided(t, (const void *)rec, p);
		break;
	default:
		vsys_text_printf(t, "--- record of type %u ---", rec->type);
		break;
	}
}

void vsys_format_record(struct vsys_text *t, const struct vsys_record *rec,
			const struct vsys_profiles *p)
{
	vsys_format_head(t, rec, NULL);
	vsys_format_note(t, rec, p);
}
