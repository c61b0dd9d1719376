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
	PACKET = 17,
	ALG = 38,
	VSOCK = 40,

	INET_BYTES = 8,		/* without sin_zero, which the kernel ignores */
	INET6_BYTES = 24,	/* without sin6_scope_id, which may be absent */
	NETLINK_BYTES = 12,
	PACKET_BYTES = 12,	/* up to the address */
	ALG_BYTES = 24,		/* up to the name */
	VSOCK_BYTES = 16,
};

static uint32_t load32(const unsigned char *p)
{
	return (uint32_t)vsys_load(p, 4);
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

/* AF_PACKET: protocol, interface, type of hardware and packet, a hardware address. */
static void put_packet(struct vsys_text *t, const unsigned char *p, size_t n)
{
	size_t len = p[11], i;

	vsys_text_printf(t, "{sa_family=AF_PACKET, sll_protocol=htons(0x%x), sll_ifindex=%d, "
			 "sll_hatype=%u, sll_pkttype=%u, sll_halen=%u", port(p),
			 (int32_t)load32(p + 4), (unsigned int)vsys_load(p + 8, 2), p[10], p[11]);
	len = len < n - PACKET_BYTES ? len : n - PACKET_BYTES;
	for (i = 0; i < len; i++)
		vsys_text_printf(t, i ? ":%02x" : ", sll_addr=%02x", p[PACKET_BYTES + i]);
	vsys_text_char(t, '}');
}

/* AF_ALG: the type of algorithm in 14 bytes, two masks, a name. */
static void put_alg(struct vsys_text *t, const unsigned char *p, size_t n)
{
	vsys_text_put(t, "{sa_family=AF_ALG, salg_type=");
	vsys_text_quote(t, p + 2, strnlen((const char *)p + 2, 14));
	vsys_text_printf(t, ", salg_feat=%#x, salg_mask=%#x, salg_name=", load32(p + 16),
			 load32(p + 20));
	vsys_text_quote(t, p + ALG_BYTES, strnlen((const char *)p + ALG_BYTES, n - ALG_BYTES));
	vsys_text_char(t, '}');
}

/* AF_VSOCK: behind 2 reserved bytes port and context, as the hypervisor counts them. */
static void put_vsock(struct vsys_text *t, const unsigned char *p)
{
	static const char *const contexts[] = {
		"VMADDR_CID_HYPERVISOR", "VMADDR_CID_LOCAL", "VMADDR_CID_HOST",
	};
	uint32_t context = load32(p + 8);

	vsys_text_put(t, "{sa_family=AF_VSOCK, svm_cid=");
	if (context < sizeof(contexts) / sizeof(contexts[0]))
		vsys_text_put(t, contexts[context]);
	else
		vsys_text_printf(t, context == UINT32_MAX ? "VMADDR_CID_ANY" : "%#x", context);
	vsys_text_printf(t, ", svm_port=%#x, svm_flags=%#x}", load32(p + 4), p[12]);
}

static void put_raw(struct vsys_text *t, const struct vsys_set *names, const unsigned char *p, size_t n)
{
	struct vsys_value how = { .cls = VSYS_CL_ENUM, .size = 2, .set = names };
	size_t i;

	vsys_text_put(t, "{sa_family=");
	vsys_put_value(t, &how, vsys_load(p, 2));
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
	else if (family == PACKET && n >= PACKET_BYTES)
		put_packet(t, p, n);
	else if (family == ALG && n >= ALG_BYTES)
		put_alg(t, p, n);
	else if (family == VSOCK && n >= VSOCK_BYTES)
		put_vsock(t, p);
	else
		put_raw(t, &family_set, p, n);
}

/**
 * vsys_put_nt_sockaddr - the same of a Windows guest
 * @t: the text
 * @p: the bytes: a SOCKADDR, or a TRANSPORT_ADDRESS of one
 * @n: how many
 */
void vsys_put_nt_sockaddr(struct vsys_text *t, const unsigned char *p, size_t n)
{
	/* TRANSPORT_ADDRESS: the number of addresses, the length of one behind its family. */
	enum { NT_INET6 = 23, COUNT = 4, LENGTH = 2 };
	unsigned int family;
	size_t len;

	if (n >= COUNT + LENGTH + 2 && load32(p) == 1) {
		len = (size_t)vsys_load(p + COUNT, LENGTH) + 2;
		p += COUNT + LENGTH;
		n -= COUNT + LENGTH;
		n = len < n ? len : n;
	}
	family = n < 2 ? 0 : (unsigned int)vsys_load(p, 2);
	if (family == NT_INET6 && n >= INET6_BYTES)
		put_inet6(t, p, n);
	else if (n >= 2 && family != UNIX && family != INET)
		put_raw(t, NULL, p, n);
	else
		vsys_put_sockaddr(t, p, n);
}
