// SPDX-License-Identifier: GPL-2.0
/* vsysread convert: calls to whoever writes the form that is asked for. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sink.h"

enum {
	BUFFER = 256 << 10,
};

struct convert {
	const struct sink_ops *ops;
	struct sink_env env;
	struct vsys_pairing *pairing;
	struct vsys_decoder *decoder;
	void *sink;
	uint64_t *calls;
	int broken;		/* -errno, which has been said */
};

static const struct sink_ops *const forms[] = {
	&sink_ctf, &sink_perfetto, &sink_folded, &sink_csv,
};

static const struct sink_ops *find(const char *name)
{
	unsigned int i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (!strcmp(forms[i]->name, name))
			return forms[i];
	return NULL;
}

int opt_to(struct options *o, char *arg)
{
	if (!find(arg))
		return options_wrong("--to %s: not ctf, perfetto, folded or csv", arg);
	o->to = arg;
	return OPTION_GOOD;
}

void sink_put_args(struct vsys_text *t, const struct vsys_decoded *c)
{
	unsigned int i;

	for (i = 0; i < c->nargs; i++) {
		if (i)
			vsys_text_put(t, ", ");
		if (c->os == VSYS_OS_WINDOWS) {
			vsys_text_put(t, c->args[i].name);
			vsys_text_char(t, '=');
		}
		vsys_text_put(t, c->args[i].text);
	}
}

int sink_write(FILE *file, struct vsys_text *t)
{
	int err = t->failed ? -ENOMEM : 0;

	if (!err && t->len && fwrite(t->s, 1, t->len, file) != t->len)
		err = -errno;
	vsys_text_reset(t);
	return err;
}

static int check(struct convert *c, int err)
{
	if (!err || c->broken)
		return c->broken;
	c->broken = err;
	if (err != -EPIPE)
		fprintf(stderr, "vsysread: %s: %s\n", c->env.path ? c->env.path : "standard output",
			strerror(-err));
	return err;
}

static int open_file(struct convert *c)
{
	if (c->ops->folder)
		return 0;
	c->env.file = c->env.path ? fopen(c->env.path, "we") : stdout;
	if (!c->env.file)
		return -errno;
	setvbuf(c->env.file, NULL, _IOFBF, BUFFER);
	return 0;
}

static int begin(struct convert *c)
{
	int err = open_file(c);

	if (!err) {
		errno = ENOMEM;
		c->sink = c->ops->open(&c->env);
		err = c->sink ? 0 : -errno;
	}
	if (!c->pairing || !c->decoder)
		err = -ENOMEM;
	return check(c, err);
}

int convert_check(const struct options *o)
{
	const struct sink_ops *ops = find(o->to);

	if (!o->output && (ops->folder || (ops->binary && isatty(STDOUT_FILENO))))
		return options_wrong("--to %s: say where to with -o", o->to);
	return OPTION_GOOD;
}

struct convert *convert_open(const struct options *o, const struct vsys_profiles *profiles,
			     const struct vsys_notes *notes, const __s64 *since_1970,
			     uint64_t *calls)
{
	struct convert *c = calloc(1, sizeof(*c));

	if (!c) {
		fputs("vsysread: out of memory\n", stderr);
		return NULL;
	}
	c->ops = find(o->to);
	c->env.profiles = profiles;
	c->env.notes = notes;
	c->env.since_1970 = since_1970;
	c->env.path = o->output;
	c->calls = calls;
	c->pairing = vsys_pairing_new(0);
	c->decoder = vsys_decoder_new(0);
	if (!begin(c))
		return c;
	convert_close(c);
	return NULL;
}

static int decode(struct convert *c, int (*to)(void *, const struct vsys_decoded *),
		  const struct vsys_call_event *ev)
{
	const struct vsys_record *r = ev->entry ? &ev->entry->r : &ev->ret->r;
	struct vsys_decoded call;
	int err;

	if (!to)
		return 0;
	err = vsys_decoder_call(c->decoder, vsys_profiles_table(c->env.profiles, r->profile), ev,
				&call);
	return err ? err : to(c->sink, &call);
}

static int over(struct convert *c, const struct vsys_call_event *ev)
{
	++*c->calls;
	return decode(c, c->ops->call, ev);
}

int convert_record(struct convert *c, const struct vsys_record *rec)
{
	struct vsys_call_event ev = { .state = VSYS_STATE_UNSEEN };
	int n, err = 0;

	if (rec->type != VSYS_REC_ENTRY && rec->type != VSYS_REC_RETURN)
		return check(c, c->ops->record ? c->ops->record(c->sink, rec) : 0);
	if (rec->type == VSYS_REC_ENTRY) {
		ev.entry = (const void *)rec;
		err = decode(c, c->ops->begin, &ev);
	}
	n = vsys_pairing_feed(c->pairing, rec, &ev);
	if (n < 0)
		err = n;
	if (n > 0 && !err)
		err = over(c, &ev);
	return check(c, err);
}

int convert_close(struct convert *c)
{
	struct vsys_call_event ev;
	int err = c->broken;

	while (!err && vsys_pairing_drain(c->pairing, &ev))
		err = over(c, &ev);
	check(c, err);
	err = c->sink ? c->ops->close(c->sink) : 0;
	if (c->env.file && (c->env.path ? fclose(c->env.file) : fflush(c->env.file)) && !err)
		err = -errno;
	err = check(c, err);
	vsys_pairing_free(c->pairing);
	vsys_decoder_free(c->decoder);
	free(c);
	return err;
}
