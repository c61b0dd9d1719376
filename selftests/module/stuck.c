// SPDX-License-Identifier: GPL-2.0
/* stuck READY GO: attach to all machines; detach when the file GO is there. */
#include <fcntl.h>
#include <unistd.h>

#include "api.h"

int test_stuck(char **arg)
{
	int fd = device(O_RDWR);

	if (!arg[0] || !arg[1] || attach(fd, 0) || !tell_ready(arg[0]))
		return 2;
	while (access(arg[1], F_OK))
		nap(10);
	return detach(fd, 0);
}
