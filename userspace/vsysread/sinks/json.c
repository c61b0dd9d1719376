// SPDX-License-Identifier: GPL-2.0
/* vsysread --json: an object for each call and each other record, one a line. */
#include <stdlib.h>

#include "sink.h"

struct json {
	const struct sink_env *env;
	struct vsys_text line;
};

static void *json_open(const struct sink_env *env)
{
	struct json *s = calloc(1, sizeof(*s));

	if (s)
		s->env = env;
	return s;
}

static int json_call(void *sink, const struct vsys_call_event *ev)
{
	struct json *s = sink;
	struct vsys_decoded c;
	int err = sink_decode(s->env, ev, &c);

	if (err)
		return err;
	vsys_format_call_json(&s->line, &c, s->env->profiles);
	vsys_text_char(&s->line, '\n');
	return sink_write(s->env, &s->line);
}

static int json_event(void *sink, const struct vsys_record *rec)
{
	struct json *s = sink;

	vsys_format_record_json(&s->line, rec, s->env->profiles);
	vsys_text_char(&s->line, '\n');
	return sink_write(s->env, &s->line);
}

static int json_lost(void *sink, const struct vsys_rec_lost *lost)
{
	return json_event(sink, &lost->r);
}

static void json_close(void *sink)
{
	struct json *s = sink;

	vsys_text_free(&s->line);
	free(s);
}

const struct sink_ops sink_json = {
	.name = "json",
	.open = json_open,
	.call = json_call,
	.lost = json_lost,
	.event = json_event,
	.close = json_close,
};
