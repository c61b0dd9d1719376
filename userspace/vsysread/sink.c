// SPDX-License-Identifier: GPL-2.0
/* The outputs of vsysread, and what they have in common. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "option.h"
#include "sink.h"
#include "stream.h"

/* Forms of convert. */
static const struct sink_ops *const forms[] = {
	&sink_ctf, &sink_perfetto, &sink_folded, &sink_csv, &sink_drakvuf, &sink_ecs,
#ifdef HAVE_SQLITE
	&sink_sqlite,
#endif
};

static const struct sink_ops *form_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (!strcmp(forms[i]->name, name))
			return forms[i];
	return NULL;
}

int opt_to(struct options *o, char *arg)
{
	if (strstr(arg, "://"))
		return stream_parse(o, arg);
	if (!form_find(arg) && !strcmp(arg, "sqlite"))
		return options_wrong("--to sqlite: built without SQLite");
	if (!form_find(arg))
		return options_wrong("--to %s: not ctf, perfetto, folded, csv, sqlite, drakvuf or ecs", arg);
	o->to = arg;
	return OPTION_GOOD;
}

const struct sink_ops *sink_find(const struct options *o)
{
	static const struct sink_ops *const sinks[] = {
		[MODE_TEXT] = &sink_text, [MODE_JSON] = &sink_json,
		[MODE_SUMMARY] = &sink_summary, [MODE_RECORD] = &sink_record,
		[MODE_TOP] = &sink_top, [MODE_ATTACH] = &sink_none,
		[MODE_REPORT] = &sink_report, [MODE_STREAM] = &sink_stream,
	};

	if (o->apart && o->output)
		return &sink_apart;
	return o->mode == MODE_CONVERT ? form_find(o->to) : sinks[o->mode];
}

bool sink_objects(const struct options *o)
{
	return o->handles || o->absolute || o->modules || o->files_dir || sink_find(o)->objects;
}

int sink_check(const struct options *o)
{
	const struct sink_ops *ops = sink_find(o);

	if (!o->output && (ops->named || (ops->binary && isatty(STDOUT_FILENO))))
		return options_wrong("--to %s: no output is given; use -o", o->to);
	if (ops->named && *o->output == '|')
		return options_wrong("--to %s: -o %s is no name", o->to, o->output);
	if (o->append && ops->whole)
		return options_wrong("-A: nothing can be added to %s", o->to ? o->to : "a report");
	return OPTION_GOOD;
}

const char *sink_call_name(const struct vsys_decoded *c)
{
	return sink_call_unknown(&c->ev) ? "call that was not seen" : c->name;
}

int sink_decode(const struct sink_env *env, const struct vsys_call_event *ev,
		struct vsys_decoded *c)
{
	const struct vsys_record *r = sink_call_record(ev);

	return vsys_decoder_call(env->decoder, vsys_profiles_table(env->profiles, r->profile), ev,
				 c);
}

const char *sink_args(struct vsys_text *t, const struct vsys_decoded *c)
{
	vsys_text_reset(t);
	vsys_format_args(t, c, 0, c->nargs);
	return t->len ? t->s : "";
}

const char *sink_caller(struct vsys_text *t, const struct vsys_decoded *c)
{
	vsys_text_reset(t);
	if (c->caller)
		vsys_format_caller(t, c->caller);
	return t->len ? t->s : "";
}

const char *sink_event_text(const struct sink_env *env, struct vsys_text *t,
			    const struct vsys_record *rec)
{
	vsys_text_reset(t);
	vsys_format_record(t, rec, env->profiles);
	return t->len ? t->s : "";
}

const char *sink_escape(struct vsys_text *t, const char *bytes)
{
	if (!bytes || !*bytes)
		return NULL;
	vsys_text_reset(t);
	vsys_text_quote(t, bytes, strlen(bytes));
	if (t->failed)
		return NULL;
	t->s[t->len - 1] = '\0';
	return t->s + 1;
}

int sink_write(const struct sink_env *env, struct vsys_text *t)
{
	int err = t->failed ? -ENOMEM : 0;

	if (!err && t->len && fwrite(t->s, 1, t->len, env->file) != t->len)
		err = -errno;
	vsys_text_reset(t);
	return err;
}

bool sink_door_refused(const struct vsys_record *rec)
{
	return rec->type == VSYS_REC_REFUSED &&
	       ((const struct vsys_rec_refused *)rec)->reason == VSYS_REFUSED_DOOR;
}
