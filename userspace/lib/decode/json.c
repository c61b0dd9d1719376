// SPDX-License-Identifier: GPL-2.0
/* Format decoded calls and other records as JSON objects. */
#include <vsyscalls/held.h>
#include <vsyscalls/vsyscalls.h>

#include "uring.h"

/* Separator and key as one constant, of TEXT with a quote: most of an object is keys. */
#define KEY(name) ",\"" name "\":"
#define TEXT(name) KEY(name) "\""

static inline void put_number(struct vsys_text *t, const char *key, uint64_t v)
{
	vsys_text_put(t, key);
	vsys_text_dec(t, v);
}

/* 64-bit values are strings, as many JSON readers have 53 bits. */
static inline void put_hex(struct vsys_text *t, const char *key, uint64_t v)
{
	vsys_text_put(t, key);
	vsys_text_hex(t, v);
	vsys_text_char(t, '"');
}

static inline void put_string(struct vsys_text *t, const char *key, const char *s)
{
	vsys_text_put(t, key);
	vsys_text_json(t, s);
}

/* Names of our own tables and of profiles have nothing to escape. */
static inline void put_name(struct vsys_text *t, const char *key, const char *name)
{
	vsys_text_put(t, key);
	vsys_text_put(t, name);
	vsys_text_char(t, '"');
}

static void put_common(struct vsys_text *t, const char *type, const struct vsys_record *r,
		       const struct vsys_profiles *p)
{
	vsys_text_put(t, "{\"type\":\"");
	vsys_text_put(t, type);
	vsys_text_char(t, '"');
	put_number(t, KEY("vm"), r->vm);
	put_number(t, KEY("vcpu"), r->vcpu);
	put_hex(t, TEXT("time"), r->time);
	put_hex(t, TEXT("seq"), r->seq);
	put_name(t, TEXT("profile"), vsys_profiles_name(p, r->profile));
}

static void put_wide(struct vsys_text *t, const char *key, const struct vsys_wide *s)
{
	if (!s->p)
		return;
	vsys_text_put(t, key);
	vsys_text_json_wide(t, s->p, s->n);
}

static void put_args(struct vsys_text *t, const struct vsys_decoded *c)
{
	unsigned int i;

	vsys_text_put(t, KEY("args") "[");
	for (i = 0; i < c->nargs; i++) {
		put_name(t, i ? ",{\"name\":\"" : "{\"name\":\"", c->args[i].name);
		if (c->args[i].known) {
			put_hex(t, TEXT("value"), c->args[i].value);
		} else {
			vsys_text_put(t, KEY("value") "null");
		}
		put_string(t, KEY("text"), c->args[i].text);
		put_wide(t, KEY("string"), &c->args[i].string);
		put_wide(t, KEY("string_out"), &c->args[i].string_out);
		vsys_text_char(t, '}');
	}
	vsys_text_char(t, ']');
}

static void put_known(struct vsys_text *t, const char *key, const struct vsys_task *task,
		      enum vsys_task_kind kind, uint64_t v)
{
	if (vsys_task_knows(task, kind))
		put_number(t, key, v);
}

static void put_text(struct vsys_text *t, const char *key, const char *s)
{
	if (s)
		put_string(t, key, s);
}

/* Only what is known of it. */
static void put_task(struct vsys_text *t, const struct vsys_task *k)
{
	vsys_text_put(t, KEY("task"));
	vsys_text_put(t, "{\"id\":\"");
	vsys_text_hex(t, k->id);
	vsys_text_char(t, '"');
	put_known(t, KEY("pid"), k, VSYS_TASK_PID, k->pid);
	put_known(t, KEY("tid"), k, VSYS_TASK_TID, k->tid);
	put_known(t, KEY("ppid"), k, VSYS_TASK_PPID, k->ppid);
	put_known(t, KEY("uid"), k, VSYS_TASK_UID, k->uid);
	put_known(t, KEY("vpid"), k, VSYS_TASK_VPID, k->vpid);
	put_known(t, KEY("pidns"), k, VSYS_TASK_PIDNS, k->pidns);
	put_known(t, KEY("session"), k, VSYS_TASK_SESSION, k->session);
	if (vsys_task_knows(k, VSYS_TASK_START))
		put_hex(t, TEXT("start"), k->start);
	if (vsys_task_knows(k, VSYS_TASK_CGROUP))
		put_hex(t, TEXT("cgroup"), k->cgroup);
	put_text(t, KEY("comm"), k->name);
	put_text(t, KEY("program"), k->program);
	put_text(t, KEY("container"), k->container);
	put_text(t, KEY("command"), k->command);
	if (k->claimed)
		vsys_text_put(t, KEY("claimed") "true");
	vsys_text_char(t, '}');
}

static const char *return_state(enum vsys_call_state state)
{
	switch (state) {
	case VSYS_STATE_NORETURN:
		return "none";
	case VSYS_STATE_UNSEEN:
		return "unseen";
	default:
		return "seen";
	}
}

static void put_module(struct vsys_text *t, const struct vsys_caller *caller)
{
	if (!caller || !caller->module[0])
		return;
	put_string(t, KEY("module"), caller->module);
	put_hex(t, TEXT("offset"), caller->offset);
	vsys_text_put(t, caller->direct ? ",\"direct\":true" : ",\"direct\":false");
}

void vsys_format_call_json(struct vsys_text *t, const struct vsys_decoded *c,
			   const struct vsys_profiles *p)
{
	const struct vsys_rec_entry *e = c->ev.entry;
	const struct vsys_rec_return *ret = c->ev.ret;
	const struct vsys_record *r = e ? &e->r : &ret->r;

	put_common(t, "call", r, p);
	if (c->ev.task)
		put_task(t, c->ev.task);
	put_name(t, TEXT("abi"), vsys_abi_name(r->abi));
	put_name(t, TEXT("door"), vsys_door_name(r->door));
	put_number(t, KEY("nr"), r->nr);
	put_name(t, TEXT("name"), c->name);
	put_name(t, TEXT("entry"), e ? "seen" : "unseen");
	if (e) {
		put_hex(t, TEXT("pc"), e->pc);
		put_hex(t, TEXT("sp"), e->sp);
		put_hex(t, TEXT("space"), e->space);
		put_module(t, c->caller);
		put_args(t, c);
		vsys_put_queues_json(t, c, vsys_table_numbering(
				vsys_profiles_table(p, r->profile), r->abi));
	}
	put_name(t, TEXT("return"), return_state(c->ev.state));
	if (ret) {
		put_hex(t, TEXT("result"), ret->result);
		put_string(t, KEY("text"), c->result);
		if (c->error)
			put_name(t, TEXT("error"), c->error);
		if (e)
			put_hex(t, TEXT("latency_ns"), ret->latency);
	}
	vsys_text_char(t, '}');
}

static void put_refused(struct vsys_text *t, const struct vsys_rec_refused *r)
{
	put_number(t, KEY("reason"), r->reason);
	put_string(t, KEY("text"), vsys_refusal_text(r->reason));
	if (r->reason == VSYS_REFUSED_DOOR)
		put_name(t, TEXT("door"), vsys_door_name(r->door));
	put_hex(t, TEXT("pc"), r->pc);
}

static void put_entry_reg(struct vsys_text *t, const struct vsys_rec_entry_reg *m)
{
	const char *name = vsys_entry_reg_name(m->reg);

	put_number(t, KEY("register"), m->reg);
	if (name)
		put_name(t, TEXT("name"), name);
	put_hex(t, TEXT("was"), m->was);
	put_hex(t, TEXT("value"), m->value);
}

static void put_call_of(struct vsys_text *t, const struct vsys_record *r,
			const struct vsys_profiles *p, uint64_t rule, uint32_t at)
{
	const struct vsys_proto *call;

	call = vsys_table_record(vsys_profiles_table(p, r->profile), r);
	if (call)
		put_name(t, TEXT("name"), call->name);
	put_number(t, KEY("nr"), r->nr);
	put_name(t, TEXT("at"), at == VSYS_AT_ENTRY ? "entry" : "return");
	if (rule)
		put_hex(t, TEXT("rule"), rule);
}

static void put_hold(struct vsys_text *t, const struct vsys_rec_hold *h,
		     const struct vsys_profiles *p)
{
	static const char *const events[] = {
		[VSYS_HOLD_BEGIN] = "begin", [VSYS_HOLD_RESUMED] = "resumed",
		[VSYS_HOLD_DEADLINE] = "deadline", [VSYS_HOLD_SIGNAL] = "signal",
		[VSYS_HOLD_CLOSED] = "closed",
	};

	put_call_of(t, &h->r, p, h->rule, h->at);
	put_hex(t, TEXT("hold"), h->id);
	put_name(t, TEXT("event"), h->event && h->event < VSYS_HOLD_EVENT_NR ?
		   events[h->event] : "unknown");
}

static void put_bytes(struct vsys_text *t, const char *key, const unsigned char *p, size_t n)
{
	vsys_text_put(t, key);
	while (n--)
		vsys_text_printf(t, "%02x", *p++);
	vsys_text_char(t, '"');
}

static void put_edit(struct vsys_text *t, const struct vsys_rec_edit *e,
		     const struct vsys_profiles *p)
{
	static const char *const whats[] = {
		[VSYS_EDIT_ARG] = "arg", [VSYS_EDIT_REG] = "register",
		[VSYS_EDIT_MEM] = "memory", [VSYS_EDIT_PHYS] = "physical",
		[VSYS_EDIT_RESULT] = "result", [VSYS_EDIT_SKIP] = "skip",
		[VSYS_EDIT_TOUCH] = "touch",
	};
	bool memory = e->what == VSYS_EDIT_MEM || e->what == VSYS_EDIT_PHYS;
	const unsigned char *old = (const unsigned char *)(e + 1);

	put_call_of(t, &e->r, p, e->rule, e->at);
	put_name(t, TEXT("what"), e->what && e->what < VSYS_EDIT_NR ? whats[e->what] :
		   "unknown");
	if (e->what == VSYS_EDIT_ARG || e->what == VSYS_EDIT_TOUCH)
		put_number(t, KEY("index"), e->index);
	if (e->what == VSYS_EDIT_REG)
		put_name(t, TEXT("register"), vsys_reg_name(e->index));
	if (memory || e->error || e->what == VSYS_EDIT_TOUCH)
		put_hex(t, TEXT("addr"), e->addr);
	if (e->error) {
		put_number(t, KEY("errno"), e->error);
	} else if (memory) {
		put_bytes(t, TEXT("old"), old, e->bytes);
		put_bytes(t, TEXT("new"), old + (((size_t)e->bytes + 7) & ~(size_t)7), e->bytes);
	} else if (e->what != VSYS_EDIT_TOUCH) {
		if (e->what != VSYS_EDIT_SKIP)
			put_hex(t, TEXT("was"), e->was);
		put_hex(t, TEXT("value"), e->value);
	}
}

static void put_delivery(struct vsys_text *t, const struct vsys_record *rec)
{
	static const char *const kinds[] = {
		[VSYS_DELIVERY_CALLBACK] = "callback", [VSYS_DELIVERY_APC] = "apc",
		[VSYS_DELIVERY_EXCEPTION] = "exception",
	};
	struct vsys_delivery d;

	if (!vsys_delivery_of(rec, &d))
		return;
	put_name(t, TEXT("kind"), kinds[d.kind]);
	put_hex(t, TEXT("value"), d.value);
	put_hex(t, TEXT("pc"), d.pc);
	put_hex(t, TEXT("sp"), d.sp);
}

void vsys_format_record_json(struct vsys_text *t, const struct vsys_record *rec,
			     const struct vsys_profiles *p)
{
	const struct vsys_rec_lost *lost = (const void *)rec;

	switch (rec->type) {
	case VSYS_REC_LOST:
		put_common(t, "lost", rec, p);
		put_hex(t, TEXT("first"), lost->first);
		put_hex(t, TEXT("last"), lost->last);
		put_hex(t, TEXT("count"), lost->count);
		break;
	case VSYS_REC_RETURN:
		put_common(t, "delivery", rec, p);
		put_delivery(t, rec);
		break;
	case VSYS_REC_ATTACH:
		put_common(t, "attach", rec, p);
		break;
	case VSYS_REC_DETACH:
		put_common(t, "detach", rec, p);
		break;
	case VSYS_REC_NESTED:
		put_common(t, "nested", rec, p);
		break;
	case VSYS_REC_REFUSED:
		put_common(t, "refused", rec, p);
		put_refused(t, (const void *)rec);
		break;
	case VSYS_REC_ENTRY_REG:
		put_common(t, "entry_register", rec, p);
		put_entry_reg(t, (const void *)rec);
		break;
	case VSYS_REC_HOLD:
		put_common(t, "hold", rec, p);
		put_hold(t, (const void *)rec, p);
		break;
	case VSYS_REC_EDIT:
		put_common(t, "edit", rec, p);
		put_edit(t, (const void *)rec, p);
		break;
	case VSYS_REC_POLLED:
		put_common(t, "polled_ring", rec, p);
		put_number(t, KEY("fd"), ((const struct vsys_rec_polled *)rec)->fd);
		put_hex(t, TEXT("setup"), ((const struct vsys_rec_polled *)rec)->setup);
		break;
	case VSYS_REC_UNDECIDED:
		put_common(t, "undecided", rec, p);
		put_call_of(t, rec, p, ((const struct vsys_rec_undecided *)rec)->rule,
			    VSYS_AT_ENTRY);
		put_number(t, KEY("index"), ((const struct vsys_rec_undecided *)rec)->arg);
		break;
	default:
		put_common(t, "unknown", rec, p);
		put_number(t, KEY("record"), rec->type);
		break;
	}
	vsys_text_char(t, '}');
}
