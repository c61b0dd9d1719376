// SPDX-License-Identifier: GPL-2.0
/* Rights of an unprivileged user, even with a descriptor that root opened. */
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api.h"

enum { NOBODY = 65534 };

int test_rights(char **arg)
{
	int fd = device(O_RDWR);
	struct stat st;

	check(!stat("/dev/vsyscalls", &st) && (st.st_mode & 07777) == 0600 && !st.st_uid,
	      "the device is root's alone");
	if (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))
		return 1;
	check_err(open("/dev/vsyscalls", O_RDWR) < 0 ? errno : 0, EACCES, "open");
	check_err(open("/dev/vsyscalls", O_RDONLY) < 0 ? errno : 0, EACCES, "open to read");
	check_err(attach(fd, 0), EPERM, "attach to all, by a descriptor of root's");
	if (arg[0])
		check_err(attach(fd, atoi(arg[0])), EPERM, "attach to a machine of root's");
	check_err(attach(fd, 1), EPERM, "attach to a process of root's");
	check_err(detach(fd, 0), ENOENT, "nothing was attached");
	close(fd);
	return finish();
}
