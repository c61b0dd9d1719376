// SPDX-License-Identifier: GPL-2.0
/* Where vsysread --to nats:// sends to. */
#include <stdio.h>
#include <string.h>
#include <vsyscalls/text.h>

#include "nats_url.h"
#include "sender.h"

#define SCHEME "nats://"

/* Those of JetStream, and no others: a stream is also a folder. */
static const char *check_stream(const char *s)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

	if (!*s)
		return "a stream is missing";
	return s[strspn(s, allowed)] ? "a stream has a name of letters, digits, - and _" : NULL;
}

const char *nats_url_parse(const char *url, struct nats_url *u)
{
	const char *s = url + strlen(SCHEME), *slash = strchr(s, '/'), *wrong;
	char *to = u->text;
	size_t n;

	u->n = 0;
	if (strlen(url) >= NATS_URL)
		return "too long";
	wrong = sender_wrong_hosts(url, "not nats://HOST[:PORT][,...]/STREAM");
	if (wrong)
		return wrong;
	for (; s < slash; s += n + (s[n] == ',')) {
		n = strcspn(s, ",/");
		if (u->n == NATS_SERVERS)
			return "too many servers";
		u->servers[u->n++] = to;
		to += sprintf(to, SCHEME "%.*s", (int)n, s) + 1;
	}
	u->stream = strcpy(to, slash + 1);
	return check_stream(u->stream);
}
