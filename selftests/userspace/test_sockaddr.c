// SPDX-License-Identifier: GPL-2.0
/* Socket addresses are written by family. */
#include "ktap.h"
#include "decode/decode.h"

static void address(const char *bytes, size_t n, const char *want, const char *name)
{
	unsigned char *exact = malloc(n ? n : 1);
	struct vsys_text t = { 0 };

	memcpy(exact, bytes, n);
	vsys_put_sockaddr(&t, exact, n);
	is_text(t.s, want, name);
	vsys_text_free(&t);
	free(exact);
}

#define ADDRESS(bytes, want, name) address(bytes, sizeof(bytes) - 1, want, name)

int main(void)
{
	ktap_plan(14);
	ADDRESS("\1\0/run/x\0junk", "{sa_family=AF_UNIX, sun_path=\"/run/x\"}", "path");
	ADDRESS("\1\0/run/x", "{sa_family=AF_UNIX, sun_path=\"/run/x\"}", "path without NUL");
	ADDRESS("\1\0\0ab\0c", "{sa_family=AF_UNIX, sun_path=@\"ab\\0c\"}", "abstract");
	ADDRESS("\1\0", "{sa_family=AF_UNIX}", "unnamed");
	ADDRESS("\2\0\0\120\177\0\0\1\0\0\0\0\0\0\0\0",
		"{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"127.0.0.1\")}", "IPv4");
	ADDRESS("\2\0\0\120\177\0\0",
		"{sa_family=AF_INET, sa_data=0x00507f0000}", "IPv4, too short");
	ADDRESS("\12\0\0\65\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\2\0\0\0",
		"{sa_family=AF_INET6, sin6_port=htons(53), sin6_flowinfo=htonl(0), "
		"inet_pton(AF_INET6, \"::1\", &sin6_addr), sin6_scope_id=2}", "IPv6");
	ADDRESS("\12\0\0\65\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1",
		"{sa_family=AF_INET6, sin6_port=htons(53), sin6_flowinfo=htonl(0), "
		"inet_pton(AF_INET6, \"::1\", &sin6_addr)}", "IPv6 without scope");
	ADDRESS("\20\0\0\0\7\0\0\0\21\0\0\0", "{sa_family=AF_NETLINK, nl_pid=7, nl_groups=00000011}",
		"netlink");
	ADDRESS("\21\0\1\2\377", "{sa_family=AF_PACKET, sa_data=0x0102ff}", "another family");
	ADDRESS("\143\0\1", "{sa_family=0x63, sa_data=0x01}", "unknown family");
	ADDRESS("\0\0", "{sa_family=AF_UNSPEC}", "no family");
	ADDRESS("\1", "{...}", "one byte");
	ADDRESS("", "{...}", "no bytes");
	return ktap_end();
}
