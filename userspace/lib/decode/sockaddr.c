// SPDX-License-Identifier: GPL-2.0
/* Format a socket address. */
#include <arpa/inet.h>
#include <string.h>

#include "decode.h"

/* Linux guests' numbers; only the most common families have names. */
static const struct vsys_const families[] = {
	{ "AF_UNSPEC", 0, 0 },	{ "AF_UNIX", 1, 0 },	{ "AF_INET", 2, 0 },
	{ "AF_AX25", 3, 0 },	{ "AF_IPX", 4, 0 },	{ "AF_INET6", 10, 0 },
	{ "AF_NETLINK", 16, 0 }, { "AF_PACKET", 17, 0 }, { "AF_CAN", 29, 0 },
	{ "AF_TIPC", 30, 0 },	{ "AF_BLUETOOTH", 31, 0 }, { "AF_ALG", 38, 0 },
	{ "AF_NFC", 39, 0 },	{ "AF_VSOCK", 40, 0 },	{ "AF_XDP", 44, 0 },
};

static const struct vsys_set family_set = {
	.name = "family",
	.n = sizeof(families) / sizeof(families[0]),
	.consts = families,
};

enum {
	UNIX = 1,
	INET = 2,
	INET6 = 10,
	NETLINK = 16,

	INET_BYTES = 8,		/* without sin_zero, which the kernel ignores */
	INET6_BYTES = 24,	/* without sin6_scope_id, which may be absent */
	NETLINK_BYTES = 12,
};

static uint32_t load32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static unsigned int port(const unsigned char *p)
{
	return (unsigned int)p[2] << 8 | p[3];
}

static void put_unix(struct vsys_text *t, const unsigned char *p, size_t n)
{
	if (n == 2) {
		vsys_text_put(t, "{sa_family=AF_UNIX}");
		return;
	}
	vsys_text_put(t, "{sa_family=AF_UNIX, sun_path=");
	/* An abstract name begins with NUL and has the length of the address. */
	if (p[2]) {
		vsys_text_quote(t, p + 2, strnlen((const char *)p + 2, n - 2));
	} else {
		vsys_text_char(t, '@');
		vsys_text_quote(t, p + 3, n - 3);
	}
	vsys_text_char(t, '}');
}

static void put_inet(struct vsys_text *t, const unsigned char *p)
{
	char addr[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, p + 4, addr, sizeof(addr));
	vsys_text_printf(t, "{sa_family=AF_INET, sin_port=htons(%u), sin_addr=inet_addr(\"%s\")}",
			 port(p), addr);
}

static void put_inet6(struct vsys_text *t, const unsigned char *p, size_t n)
{
	char addr[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, p + 8, addr, sizeof(addr));
	vsys_text_printf(t, "{sa_family=AF_INET6, sin6_port=htons(%u), sin6_flowinfo=htonl(%u), "
			 "inet_pton(AF_INET6, \"%s\", &sin6_addr)", port(p),
			 ntohl(load32(p + 4)), addr);
	if (n >= INET6_BYTES + 4)
		vsys_text_printf(t, ", sin6_scope_id=%u", load32(p + 24));
	vsys_text_char(t, '}');
}

static void put_other(struct vsys_text *t, unsigned int family, const unsigned char *p, size_t n)
{
	struct vsys_value how = { .cls = VSYS_CL_ENUM, .size = 2, .set = &family_set };
	size_t i;

	vsys_text_put(t, "{sa_family=");
	vsys_put_value(t, &how, family);
	if (n > 2)
		vsys_text_put(t, ", sa_data=0x");
	for (i = 2; i < n; i++)
		vsys_text_printf(t, "%02x", p[i]);
	vsys_text_char(t, '}');
}

/**
 * vsys_put_sockaddr - "{sa_family=AF_INET, ...}"
 * @t: the text
 * @p: the bytes
 * @n: how many
 */
void vsys_put_sockaddr(struct vsys_text *t, const unsigned char *p, size_t n)
{
	unsigned int family;

	if (n < 2) {
		vsys_text_put(t, "{...}");
		return;
	}
	family = p[0] | (unsigned int)p[1] << 8;
	if (family == UNIX)
		put_unix(t, p, n);
	else if (family == INET && n >= INET_BYTES)
		put_inet(t, p);
	else if (family == INET6 && n >= INET6_BYTES)
		put_inet6(t, p, n);
	else if (family == NETLINK && n >= NETLINK_BYTES)
		vsys_text_printf(t, "{sa_family=AF_NETLINK, nl_pid=%d, nl_groups=%08x}",
				 (int32_t)load32(p + 4), load32(p + 8));
	else
		put_other(t, family, p, n);
}
