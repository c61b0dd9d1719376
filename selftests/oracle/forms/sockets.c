// SPDX-License-Identifier: GPL-2.0
/* Sockets: families, names, options. */
#include <arpa/inet.h>
#include <linux/can.h>
#include <linux/if_alg.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "forms.h"

static void family_forms(void)
{
	int sv[2];

	close(DO(socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
	close(DO(socket, AF_INET, SOCK_STREAM, IPPROTO_TCP));
	close(DO(socket, AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0));
	close(DO(socket, AF_INET6, SOCK_RAW, IPPROTO_ICMPV6));
	close(DO(socket, AF_INET6, SOCK_DGRAM, IPPROTO_UDP));
	close(DO(socket, AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG));
	close(DO(socket, AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE));
	close(DO(socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT));
	close(DO(socket, AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)));
	close(DO(socket, AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP)));
	DO(socket, AF_BLUETOOTH, SOCK_RAW, 1);
	DO(socket, AF_CAN, SOCK_RAW, 1);
	DO(socket, AF_VSOCK, 77, 0);
	DO(socket, AF_ALG, SOCK_SEQPACKET, 77);
	DO(socket, 99, SOCK_RAW, 5);
	DO(socketpair, AF_UNIX, SOCK_SEQPACKET, 0, sv);
	close(sv[0]), close(sv[1]);
	DO(socketpair, AF_INET, SOCK_STREAM, 0, sv);
}

static void address_forms(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "sock" };
	struct sockaddr_un abstract = { .sun_family = AF_UNIX, .sun_path = "\0vsys-abs" };
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(9),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(9),
				    .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	struct sockaddr_ll ll = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
				  .sll_ifindex = 1, .sll_halen = 6, .sll_hatype = 1 };
	struct sockaddr_alg alg = { .salg_family = AF_ALG, .salg_type = "hash",
				    .salg_name = "sha256" };
	struct sockaddr_vm vm = { .svm_family = AF_VSOCK, .svm_port = 1024,
				  .svm_cid = VMADDR_CID_HOST };
	struct sockaddr_storage got;
	socklen_t len;
	int u, v, fd;

	u = socket(AF_UNIX, SOCK_STREAM, 0);
	DO(bind, u, &un, sizeof(un));
	DO(listen, u, 5);
	v = socket(AF_UNIX, SOCK_STREAM, 0);
	DO(connect, v, &un, offsetof(struct sockaddr_un, sun_path) + 5);
	len = sizeof(got);
	fd = DO(accept, u, &got, &len);
	len = sizeof(got);
	DO(getsockname, fd, &got, &len);
	len = sizeof(got);
	DO(getpeername, v, &got, &len);
	len = 4;
	DO(getpeername, v, &got, &len);
	DO(shutdown, v, SHUT_RDWR);
	close(fd), close(v);
	DO(accept4, -1, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	close(u);
	unlink("sock");
	DO(bind, -1, &abstract, offsetof(struct sockaddr_un, sun_path) + 9);
	DO(connect, -1, &in, sizeof(in));
	DO(connect, -1, &in6, sizeof(in6));
	in6.sin6_scope_id = 3;
	DO(connect, -1, &in6, sizeof(in6));
	DO(bind, -1, &nl, sizeof(nl));
	DO(bind, -1, &ll, sizeof(ll));
	DO(bind, -1, &alg, sizeof(alg));
	DO(bind, -1, &vm, sizeof(vm));
	DO(connect, -1, &(struct sockaddr){ .sa_family = AF_UNSPEC }, 16);
	DO(connect, -1, BAD, 16);
	DO(connect, -1, &in, 0);
	DO(sendto, -1, "abc", 3, MSG_DONTWAIT | MSG_NOSIGNAL, &in, sizeof(in));
	DO(sendto, -1, "abc", 3, 0, NULL, 0);
	len = sizeof(got);
	DO(recvfrom, -1, BAD, 3, MSG_PEEK, &got, &len);
}

static void option_forms(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), un[2], one = 1;
	struct timeval tv = { 5, 6 };
	struct linger linger = { 1, 2 };
	struct ucred cred;
	struct ip_mreq mreq = { { htonl(0xe0000001) }, { 0 } };
	socklen_t len;
	char name[16];

	socketpair(AF_UNIX, SOCK_STREAM, 0, un);
	DO(setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	DO(setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	DO(setsockopt, fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	DO(setsockopt, fd, SOL_SOCKET, SO_BINDTODEVICE, "nolink", 7);
	DO(setsockopt, fd, SOL_TCP, TCP_NODELAY, &one, sizeof(one));
	DO(setsockopt, fd, SOL_TCP, TCP_CONGESTION, "reno", 4);
	DO(setsockopt, fd, SOL_IP, IP_TTL, &one, sizeof(one));
	DO(setsockopt, fd, SOL_IP, IP_ADD_MEMBERSHIP, &mreq, sizeof(mreq));
	DO(setsockopt, fd, SOL_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	DO(setsockopt, fd, SOL_SOCKET, 999, &one, sizeof(one));
	DO(setsockopt, fd, 4242, 17, &one, sizeof(one));
	len = sizeof(one);
	DO(getsockopt, fd, SOL_SOCKET, SO_TYPE, &one, &len);
	DO(getsockopt, fd, SOL_SOCKET, SO_ERROR, &one, &len);
	DO(getsockopt, fd, SOL_SOCKET, SO_RCVBUF, &one, &len);
	DO(getsockopt, fd, SOL_SOCKET, SO_PROTOCOL, &one, &len);
	len = sizeof(tv);
	DO(getsockopt, fd, SOL_SOCKET, SO_SNDTIMEO, &tv, &len);
	len = sizeof(linger);
	DO(getsockopt, fd, SOL_SOCKET, SO_LINGER, &linger, &len);
	len = sizeof(cred);
	DO(getsockopt, un[0], SOL_SOCKET, SO_PEERCRED, &cred, &len);
	len = sizeof(name);
	DO(getsockopt, fd, SOL_TCP, TCP_CONGESTION, name, &len);
	len = sizeof(one);
	DO(getsockopt, fd, SOL_TCP, TCP_MAXSEG, &one, &len);
	DO(getsockopt, fd, SOL_SOCKET, 999, &one, &len);
	close(fd), close(un[0]), close(un[1]);
}

void sockets(void)
{
	family_forms();
	address_forms();
	option_forms();
}
