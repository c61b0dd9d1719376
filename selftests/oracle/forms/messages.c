// SPDX-License-Identifier: GPL-2.0
/* Messages: sendmsg and its relatives, netlink. */
#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "forms.h"

static void unix_forms(void)
{
	char a[8] = "ab", b[8] = "cde", control[64] = "";
	struct iovec iov[2] = { { a, 2 }, { b, 3 } };
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = 2 };
	struct mmsghdr mm[2] = { { m, 0 }, { m, 0 } };
	struct cmsghdr *c = (void *)control;
	int sv[2], one = 1;

	socketpair(AF_UNIX, SOCK_DGRAM, 0, sv);
	DO(sendmsg, sv[0], &m, MSG_NOSIGNAL);
	m.msg_control = control;
	m.msg_controllen = CMSG_SPACE(sizeof(int));
	c->cmsg_len = CMSG_LEN(sizeof(int));
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	*(int *)CMSG_DATA(c) = 1;
	DO(sendmsg, sv[0], &m, 0);
	setsockopt(sv[1], SOL_SOCKET, SO_PASSCRED, &one, sizeof(one));
	iov[0].iov_len = 8;
	m.msg_controllen = 0;
	m.msg_control = NULL;
	DO(recvmsg, sv[1], &m, 0);
	m.msg_control = control;
	m.msg_controllen = sizeof(control);
	DO(recvmsg, sv[1], &m, MSG_CMSG_CLOEXEC);
	DO(recvmsg, sv[1], &m, MSG_DONTWAIT);
	DO(sendmsg, sv[0], BAD, 0);
	iov[0].iov_len = 2;
	DO(sendmmsg, sv[0], mm, 2, 0);
	iov[0].iov_len = 8;
	DO(recvmmsg, sv[1], mm, 2, MSG_DONTWAIT, NULL);
	DO(recvmmsg, sv[1], mm, 2, MSG_DONTWAIT, &(struct timespec){ 1, 0 });
	DO(sendto, sv[0], "one", 3, 0, NULL, 0);
	DO(recvfrom, sv[1], a, 8, 0, NULL, NULL);
	DO(sendmmsg, sv[0], mm, 1, MSG_DONTWAIT);
	DO(recvmmsg, sv[1], mm, 1, MSG_DONTWAIT, NULL);
	close(sv[0]), close(sv[1]);
	close(sv[1] + 1);
}

static void inet_forms(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct iovec iov = { "ping", 4 };
	struct msghdr m = { .msg_name = &in, .msg_namelen = sizeof(in), .msg_iov = &iov,
			    .msg_iovlen = 1 };

	in.sin_port = htons(9);
	DO(sendmsg, -1, &m, MSG_MORE);
}

static void netlink_forms(void)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK };
	struct { struct nlmsghdr h; struct rtgenmsg g; } link = {
		{ NLMSG_LENGTH(sizeof(struct rtgenmsg)), RTM_GETLINK, NLM_F_REQUEST | NLM_F_ACK, 7, 0 },
		{ AF_INET },
	};
	struct { struct nlmsghdr h; struct inet_diag_req_v2 r; } diag = {
		{ NLMSG_LENGTH(sizeof(struct inet_diag_req_v2)), SOCK_DIAG_BY_FAMILY,
		  NLM_F_REQUEST | NLM_F_DUMP, 8, 0 },
		{ .sdiag_family = AF_INET, .sdiag_protocol = IPPROTO_TCP },
	};
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	DO(bind, fd, &nl, sizeof(nl));
	DO(sendto, -1, &link, link.h.nlmsg_len, 0, &nl, sizeof(nl));
	DO(sendto, -1, &diag, diag.h.nlmsg_len, 0, &nl, sizeof(nl));
	close(fd);
}

void messages(void)
{
	unix_forms();
	inet_forms();
	netlink_forms();
}
