/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SINKS_NATS_URL_H
#define VSYSREAD_SINKS_NATS_URL_H

enum { NATS_SERVERS = 16, NATS_URL = 1024 };

/**
 * struct nats_url - nats://HOST[:PORT][,HOST[:PORT]...]/STREAM
 * @servers: "nats://HOST[:PORT]", @n of them
 * @stream: name of the stream
 * @text: what these point to
 */
struct nats_url {
	const char *servers[NATS_SERVERS];
	int n;
	const char *stream;
	char text[NATS_URL + NATS_SERVERS * sizeof("nats://")];
};

/* Returns NULL, or what is wrong with @url, which begins with nats://. */
const char *nats_url_parse(const char *url, struct nats_url *u);

#endif /* VSYSREAD_SINKS_NATS_URL_H */
