/* SPDX-License-Identifier: GPL-2.0 */
/* Calls in their usual forms; the programs that make them do not check results. */
#ifndef FORMS_H
#define FORMS_H

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DO(name, ...)	syscall(SYS_##name, ##__VA_ARGS__)

/* Newer than the headers of some systems. */
#ifndef SYS_fchmodat2
#define SYS_fchmodat2	452
#endif
#ifndef SYS_cachestat
#define SYS_cachestat	451
#endif
#ifndef SYS_mseal
#define SYS_mseal	462
#endif

#define BAD	((void *)16)	/* an address without memory */

void files(void);
void descriptors(void);
void sockets(void);
void messages(void);
void processes(void);
void controls(void);
void memory(void);
void ipc(void);
void waits(void);
void clocks(void);

#endif
