// SPDX-License-Identifier: GPL-2.0
/* The options of a stream to other hosts. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "option.h"
#include "sinks/sender.h"
#include "sinks/spool.h"
#include "stream.h"

int opt_tls_ca(struct options *o, char *arg)
{
	if (access(arg, R_OK))
		return options_wrong("--tls-ca %s: %s", arg, strerror(errno));
	o->tls_ca = arg;
	return OPTION_GOOD;
}

int opt_login(struct options *o, char *arg)
{
	o->login = arg;
	return OPTION_GOOD;
}

int opt_creds(struct options *o, char *arg)
{
	o->creds = arg;
	return OPTION_GOOD;
}

int opt_no_gzip(struct options *o, char *arg)
{
	(void)arg;
	o->no_gzip = true;
	return OPTION_GOOD;
}

int opt_spool(struct options *o, char *arg)
{
	char *colon = strrchr(arg, ':');

	if (!colon || colon == arg ||
	    !options_number(colon + 1, SPOOL_LEAST, INT64_MAX, true, &o->spool_size))
		return options_wrong("--spool %s: not DIR:BYTES, at least 1M", arg);
	*colon = '\0';
	o->spool_dir = arg;
	return OPTION_GOOD;
}

/* The library of a kind of server, which was absent when this was built. */
static const char *library(const char *url)
{
	static const char *const kinds[][2] = {
		{ "nats://", "NATS" }, { "otlp://", "libcurl and zlib" }, { "kafka://", "librdkafka" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strncmp(url, kinds[i][0], strlen(kinds[i][0])))
			return kinds[i][1];
	return NULL;
}

int stream_parse(struct options *o, char *url)
{
	const struct sender_ops *ops = sender_find(url);
	const char *wrong;

	if (!ops)
		return library(url) ? options_wrong("--to %s: built without %s", url, library(url)) :
				      options_wrong("--to %s: not nats://, otlp:// or kafka://", url);
	wrong = ops->wrong(url);
	if (wrong)
		return options_wrong("--to %s: %s", url, wrong);
	o->to = url;
	return options_mode(o, MODE_STREAM);
}

/* USER:PASSWORD, which a command line would show to all. */
static int read_login(struct options *o)
{
	FILE *f = fopen(o->login, "re");
	size_t room = 0;
	char *colon;

	if (!f || getline(&o->user, &room, f) < 0) {
		if (f)
			fclose(f);
		return options_wrong("--login %s: it cannot be read", o->login);
	}
	fclose(f);
	o->user[strcspn(o->user, "\n")] = '\0';
	colon = strchr(o->user, ':');
	if (!colon || colon == o->user)
		return options_wrong("--login %s: not USER:PASSWORD", o->login);
	*colon = '\0';
	o->password = colon + 1;
	return OPTION_GOOD;
}

/* The library tells of a file that is none of these only when a server asks. */
static int check_creds(const struct options *o)
{
	static const char *const parts[] = { "-----BEGIN NATS USER JWT-----", "-----BEGIN USER NKEY SEED-----" };
	FILE *f = fopen(o->creds, "re");
	char *line = NULL;
	size_t room = 0, found = 0;

	if (!f)
		return options_wrong("--creds %s: %s", o->creds, strerror(errno));
	while (found < 2 && getline(&line, &room, f) >= 0)
		found += !strncmp(line, parts[found], strlen(parts[found]));
	free(line);
	fclose(f);
	return found < 2 ? options_wrong("--creds %s: not a JWT of a user and its seed, as nsc writes them", o->creds) :
			   OPTION_GOOD;
}

/* Options that need a URL, or one of a kind. */
static int check_kind(const struct options *o)
{
	const char *to = o->mode == MODE_STREAM ? o->to : "";

	if (!*to && (o->spool_dir || o->tls_ca || o->login))
		return options_wrong("--spool, --tls-ca and --login need --to with a URL");
	if (o->no_gzip && strncmp(to, "otlp:", strlen("otlp:")))
		return options_wrong("--no-gzip needs --to otlp://");
	if (o->creds && strncmp(to, "nats:", strlen("nats:")))
		return options_wrong("--creds needs --to nats://");
	return o->creds && o->login ? options_wrong("--creds and --login cannot be combined") : OPTION_GOOD;
}

static const char *spool_error(int err)
{
	switch (err) {
	case -EWOULDBLOCK:
		return "another vsysread uses it";
	case -EPERM:
		return "it must belong to this user, and others must not write there";
	case -EXDEV:
		return "it holds events for servers of another kind";
	default:
		return strerror(-err);
	}
}

int stream_check(struct options *o)
{
	int err = check_kind(o);

	if (err != OPTION_GOOD || o->mode != MODE_STREAM)
		return err;
	if ((o->login && read_login(o) != OPTION_GOOD) || (o->creds && check_creds(o) != OPTION_GOOD))
		return EXIT_USAGE;
	if (o->output || o->append)
		return options_wrong("-o and -A cannot be combined with --to %s", o->to);
	err = o->spool_dir ? spool_open(o->spool_dir, o->spool_size, sender_find(o->to)->form, &o->spool) : 0;
	return err ? options_wrong("--spool %s: %s", o->spool_dir, spool_error(err)) : OPTION_GOOD;
}

void stream_free(struct options *o)
{
	spool_close(o->spool);
	free(o->user);
}
